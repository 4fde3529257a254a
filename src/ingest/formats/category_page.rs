//! The category page: entries parted by a line with one no-break space; in each an organisation's line, title and day in
//! either order, the body, and the title again. The page's category may stand above the first entry.

use super::marker::{is_furniture, is_item};
use super::{Draft, Split, Sure, trim_end};
use crate::domain::{Confidence, Kind};
use crate::ingest::day;
use crate::ingest::doc::{Doc, Shape};
use crate::ingest::extract::Head;
use crate::ingest::headline::is_org_like;
use crate::ingest::year;
use crate::lexicon::headlines::{ends, headlines, holds};
use crate::text::search_fold;

/// How many lines with text at an entry's beginning may be organisation, title and day.
const HEAD_LINES: usize = 6;

/// How well a document fits: by entries whose title stands at both ends.
pub fn fits(doc: &Doc) -> f32 {
    let blocks = blocks(doc);
    let framed = blocks.iter().filter(|b| repeated_title(doc, b).is_some()).count();
    let whole = blocks.iter().filter(|b| b.lines.len() >= 3).count();
    match framed {
        0 => 0.0,
        1 if whole > 3 => 0.3,
        1 => 0.6,
        n if n * 3 >= whole => 0.9,
        _ => 0.4,
    }
}

/// Takes a category page apart.
pub fn split(doc: &Doc) -> Split {
    let mut blocks = blocks(doc);
    let label = blocks.first_mut().and_then(|b| drop_page_head(doc, b));
    let year = doc.year.or_else(|| doc.source_url.and_then(year::in_address)).or_else(|| year::in_address(doc.path));
    let drafts = blocks
        .iter()
        .filter(|b| b.lines.len() >= 3)
        .filter_map(|b| entry(doc, b))
        .map(|d| Draft { label: label.clone(), year, ..d })
        .collect();
    Split { drafts, warnings: Vec::new() }
}

/// Lines with text of one entry.
struct Block {
    lines: Vec<usize>,
}

/// Parts the page at its spacers. A spacer inside a body parts nothing: above a true one ends an entry that repeats its
/// title, or below it begins one with an organisation, and a title or day.
fn blocks(doc: &Doc) -> Vec<Block> {
    let mut blocks = vec![Block { lines: Vec::new() }];
    let mut spacer = false;
    for i in 0..doc.count() {
        match doc.shape(i) {
            Shape::Spacer => spacer = true,
            Shape::Blank => {}
            Shape::Text => {
                if is_furniture(doc.line(i)) {
                    continue;
                }
                let last = blocks.last_mut();
                let parts = spacer && last.as_ref().is_some_and(|b| parts_here(doc, b, i));
                spacer = false;
                match last {
                    Some(block) if !parts => block.lines.push(i),
                    _ => blocks.push(Block { lines: vec![i] }),
                }
            }
        }
    }
    blocks.retain(|b| !b.lines.is_empty());
    blocks
}

fn parts_here(doc: &Doc, block: &Block, next: usize) -> bool {
    if block.lines.len() < 3 {
        return false;
    }
    if repeated_title(doc, block).is_some() {
        return true;
    }
    let after = doc.next_text(next + 1);
    let headed = after.is_some_and(|a| day::whole_line(doc.line(a)).is_some() || is_titled(doc.trimmed(a)));
    let closed = block.lines.last().is_some_and(|l| is_titled(doc.trimmed(*l)));
    is_name(doc.trimmed(next)) && (is_org_like(doc.trimmed(next)) && (headed || closed) || headed && closed)
}

/// Tells whether a line can be an organisation's: short and no sentence.
fn is_name(line: &str) -> bool {
    (2..=50).contains(&line.chars().count())
        && !line.contains(['。', '、', '「'])
        && !is_item(line)
        && ends(&headlines().salutations, line).is_none()
        && day::whole_line(line).is_none()
}

/// Tells whether a line can be a title.
fn is_title(line: &str) -> bool {
    let count = line.chars().count();
    (4..=200).contains(&count)
        && !line.ends_with(['。', ':', '：'])
        && !is_item(line)
        && ends(&headlines().salutations, line).is_none()
        && day::whole_line(line).is_none()
}

/// Tells whether a line surely is one: a title's last words, or a word of incidents.
fn is_titled(line: &str) -> bool {
    let words = headlines();
    is_title(line)
        && line.chars().count() >= 8
        && (ends(&words.title_endings, line).is_some() || holds(&words.incident_words, line))
}

/// The line at the head that the last line repeats.
fn repeated_title(doc: &Doc, block: &Block) -> Option<usize> {
    let (last, head) = block.lines.split_last()?;
    if !is_title(doc.trimmed(*last)) {
        return None;
    }
    let title = search_fold(doc.trimmed(*last));
    head.iter().take(HEAD_LINES).copied().find(|i| search_fold(doc.trimmed(*i)) == title)
}

/// Takes the page's own lines off the first entry and gives the last of them, the page's category: what stands above the
/// organisation, which is the line above the first title or day.
fn drop_page_head(doc: &Doc, block: &mut Block) -> Option<String> {
    let repeated = repeated_title(doc, block);
    let org = block.lines.windows(2).take(8).position(|pair| {
        let [above, line] = pair else { return false };
        let headed =
            day::whole_line(doc.line(*line)).is_some() || is_titled(doc.trimmed(*line)) || repeated == Some(*line);
        headed && is_name(doc.trimmed(*above))
    })?;
    let category = org.checked_sub(1).and_then(|i| block.lines.get(i)).map(|i| doc.trimmed(*i).to_owned());
    block.lines.drain(..org);
    category.filter(|c| is_name(c) && c.chars().count() <= 20)
}

fn entry(doc: &Doc, block: &Block) -> Option<Draft> {
    let first = *block.lines.first()?;
    let last = *block.lines.last()?;
    let after = trim_end(doc, first, last + 1);
    let mut head = Head { org: Some((doc.trimmed(first).to_owned(), doc.text_span(first))), ..Head::default() };
    let repeated = repeated_title(doc, block).filter(|t| *t != first);
    let closing = repeated.map(|_| last).or_else(|| Some(last).filter(|l| is_titled(doc.trimmed(*l))));
    let mut title = None;
    let mut body = None;
    let mut dated = false;
    for i in block.lines.iter().skip(1).take(HEAD_LINES).copied().filter(|i| closing != Some(*i)) {
        let line = doc.trimmed(i);
        if let Some(printed) = day::whole_line(doc.line(i)).filter(|_| !dated) {
            dated = true;
            match printed.day {
                Some(d) => head.published = Some((d, doc.span(i, (printed.start, printed.end)))),
                None => head.warnings.push(format!("the date line {line} is no date")),
            }
        } else if repeated == Some(i) || title.is_some_and(|t| search_fold(doc.trimmed(t)) == search_fold(line)) {
            title = title.or(Some(i));
        } else if title.is_none() && repeated.is_none_or(|t| i < t) && is_headed(line, closing.is_some()) {
            title = Some(i);
        } else {
            body = Some(i);
            break;
        }
    }
    let title = repeated.or(title).or(closing);
    head.title = title.map(|t| (doc.trimmed(t).to_owned(), doc.text_span(t)));
    head.body = doc.start(body.unwrap_or(last));
    let end = closing.map_or(after, |c| trim_end(doc, first, c));
    head.body_end = doc.end(end - 1).max(head.body);
    let org = doc.trimmed(first);
    let sure = Sure {
        org: if is_name(org) { Confidence::High } else { Confidence::Low },
        title: if repeated.is_some() { Confidence::High } else { Confidence::Medium },
        day: Confidence::High,
    };
    Some(Draft { kind: Kind::Incident, first, headline: first, after, head, sure, label: None, url: None, year: None })
}

/// Tells whether a line in the head is the entry's title though nothing repeats it there.
fn is_headed(line: &str, closed_by_title: bool) -> bool {
    is_titled(line) || is_title(line) && !closed_by_title && line.chars().count() >= 8
}
