//! The year of a digest that names none: given, or told from its address, its name, its links or the days in its bodies.

use super::day;
use super::doc::{Doc, is_space};
use super::extract::figures::era_before;
use super::formats::Draft;
use crate::domain::Kind;
use chrono::Datelike;
use std::collections::BTreeMap;

/// The year to assume, and what an analyst should know about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundYear {
    /// The year, where anything tells it.
    pub year: Option<i32>,
    /// Where it was taken from when it was not given, or that it is not known.
    pub note: Option<String>,
}

/// Finds the year of a news digest.
pub fn of_digest(doc: &Doc) -> FoundYear {
    if doc.year.is_some() {
        return FoundYear { year: doc.year, note: None };
    }
    let told = |year: i32, from: &str| FoundYear {
        year: Some(year),
        note: Some(format!("the digest names no year; {year} was taken from {from}")),
    };
    if let Some(year) = doc.source_url.and_then(in_address) {
        return told(year, "its address");
    }
    if let Some(year) = in_address(doc.path) {
        return told(year, "its path");
    }
    let lines = || (0..doc.count()).filter(|i| doc.is_text(*i)).map(|i| doc.line(i));
    if let Some(year) = lines().take_while(|l| !l.contains(['◎', '。'])).take(6).find_map(in_title) {
        return told(year, "its title");
    }
    if let Some(year) = most_frequent(lines().filter(|l| l.contains("://")).flat_map(link_years)) {
        return told(year, "the links in it");
    }
    if let Some(year) = most_frequent(lines().flat_map(full_days)) {
        return told(year, "the dates in it");
    }
    let note = "the digest names no year and none was given: its dates stay unknown; give it with --year";
    FoundYear { year: None, note: Some(note.to_owned()) }
}

/// The year that a digest's title names: `2014年11月の情報流出`.
fn in_title(line: &str) -> Option<i32> {
    let folded = crate::text::fold(line).text;
    let (before, _) = folded.split_once('年')?;
    let year: String =
        before.chars().rev().take_while(char::is_ascii_digit).collect::<Vec<_>>().into_iter().rev().collect();
    year.parse().ok().filter(|y| year.len() == 4 && (1990..=2100).contains(y) && line.len() < 200)
}

/// Gives every entry the year to assume inside: its own case number's or day's, else that of the nearest entry with a
/// day, else what is told from outside the text.
pub fn settle(doc: &Doc, drafts: &mut [Draft]) {
    let own: Vec<Option<i32>> = drafts.iter().map(|d| printed_year(doc, d)).collect();
    let nearest = nearest(&own);
    let mut outside = None;
    for (draft, near) in drafts.iter_mut().zip(nearest) {
        draft.year = draft.year.or(near).or_else(|| *outside.get_or_insert_with(|| from_outside(doc)));
    }
}

/// The year that an entry prints: in its headline, or in a line of its own as letterheads do.
fn printed_year(doc: &Doc, draft: &Draft) -> Option<i32> {
    if let Some((day, _)) = draft.head.published {
        return Some(day.year());
    }
    if draft.kind == Kind::Other {
        return None;
    }
    let dated = |line: &str| {
        let first = line.trim_start_matches(is_space).chars().next()?;
        (first.is_numeric() || "令平昭RH西公掲発更リ日".contains(first)).then(|| day::whole_line(line)?.day).flatten()
    };
    (draft.first..draft.after).filter(|i| doc.is_text(*i)).find_map(|i| dated(doc.line(i))).map(|d| d.year())
}

/// For each place the nearest value, of two equally near the one before.
fn nearest(own: &[Option<i32>]) -> Vec<Option<i32>> {
    let mut found: Vec<Option<(usize, i32)>> = Vec::with_capacity(own.len());
    let mut last = None;
    for year in own {
        last = year.map(|y| (0, y)).or_else(|| last.map(|(n, y)| (n + 1, y)));
        found.push(last);
    }
    last = None;
    for (slot, year) in found.iter_mut().zip(own).rev() {
        last = year.map(|y| (0, y)).or_else(|| last.map(|(n, y)| (n + 1, y)));
        *slot = [*slot, last].into_iter().flatten().min_by_key(|(n, _)| *n);
    }
    found.into_iter().map(|f| f.map(|(_, y)| y)).collect()
}

/// The year that is given, or that the address, the path or the links tell.
fn from_outside(doc: &Doc) -> Option<i32> {
    let links = || {
        let lines = (0..doc.count()).map(|i| doc.line(i)).filter(|l| l.contains("://"));
        most_frequent(lines.flat_map(link_years))
    };
    doc.year.or_else(|| doc.source_url.and_then(in_address)).or_else(|| in_address(doc.path)).or_else(links)
}

/// The year that an address or a path names: `2013`, `2013-10`, `20131008`.
pub fn in_address(address: &str) -> Option<i32> {
    let mut found = None;
    for run in address.split(|c: char| !c.is_ascii_digit()) {
        let year = match run.len() {
            4 | 6 | 8 => run.get(..4).and_then(|y| y.parse().ok()).filter(|y| (1990..=2099).contains(y)),
            _ => None,
        };
        let month = run.get(4..6).is_none_or(|m| (1..=12).contains(&m.parse().unwrap_or(0)));
        // The last one names the page; folders before it may name something older.
        found = year.filter(|_| month).or(found);
    }
    found
}

/// Years of the links' addresses in a line.
fn link_years(line: &str) -> Vec<i32> {
    line.split("://").skip(1).filter_map(|rest| in_address(rest.split(char::is_whitespace).next()?)).collect()
}

/// Years of the full days in a line: `2013年10月8日`, `平成25年10月8日`.
fn full_days(line: &str) -> Vec<i32> {
    let mut years = Vec::new();
    for (at, _) in line.match_indices('年') {
        let (before, after) = line.split_at_checked(at).unwrap_or_default();
        let mut rest = after.chars().skip(1).skip_while(|c| c.is_whitespace());
        if !rest.next().is_some_and(|c| c.is_ascii_digit()) || !after.chars().take(8).any(|c| c == '月') {
            continue;
        }
        let before = before.trim_end();
        let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (head, number) = before.split_at_checked(before.len() - digits).unwrap_or_default();
        let Ok(number) = number.parse::<i32>() else { continue };
        let year = match digits {
            4 => number,
            1 | 2 => match era_before(head) {
                Some(zero) => zero + number,
                None => continue,
            },
            _ => continue,
        };
        if (1990..=2099).contains(&year) {
            years.push(year);
        }
    }
    years
}

/// The most frequent year; of several, the latest.
fn most_frequent(years: impl Iterator<Item = i32>) -> Option<i32> {
    let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
    years.for_each(|y| *counts.entry(y).or_default() += 1);
    counts.into_iter().max_by_key(|(_, n)| *n).map(|(y, _)| y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_year_counts() {
        let near = nearest(&[None, Some(2022), None, None, Some(2023), None]);
        assert_eq!(near, [2022, 2022, 2022, 2023, 2023, 2023].map(Some));
        assert_eq!(nearest(&[None, None]), [None, None]);
    }

    #[test]
    fn years_of_addresses_and_days() {
        assert_eq!(in_address("https://a.example/2014/11/post-201411181120.html"), Some(2014));
        assert_eq!(in_address("digests/2013-10-digest.txt"), Some(2013));
        assert_eq!(in_address("https://a.example/pdf/20131010.pdf"), Some(2013));
        assert_eq!(in_address("https://a.example/9999/0000025705.html"), None);
        assert_eq!(link_years("・題名 http://a.example/20141119b.html"), [2014]);
        assert_eq!(full_days("2012年度と平成25年10月8日、2013年 1月"), [2013, 2013]);
        assert_eq!(most_frequent([2012, 2013, 2013, 2012].into_iter()), Some(2013));
    }
}
