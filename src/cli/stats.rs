//! `jikenbo stats`: how many of a query's hits fall into each month, action, organisation and the like, with bars.

use super::context::Context;
use super::query_words::{QueryWords, help};
use crate::domain::{By, Group, Tally};
use crate::lang::{Lang, grouped};
use crate::text::{AmbiguousWidth, json, neutralise, pad_left, pad_right, width};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;

/// Counts what a query finds by month, action, organisation, tag and the like, with bars
#[derive(clap::Args)]
#[command(after_long_help = help())]
pub(super) struct Args {
    #[command(flatten)]
    query: QueryWords,
    /// What to count by
    #[arg(long, value_name = "WHAT", default_value = "month", value_parser = by())]
    by: By,
    /// Most groups to show: the latest months, the largest of others; the rest is summed up [default: all months and
    /// years, else 20]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// One object with all groups, as JSON; the label of those without a value is null
    #[arg(long)]
    json: bool,
}

fn by() -> impl TypedValueParser<Value = By> {
    PossibleValuesParser::new(By::ALL.map(By::as_str)).map(|name| By::from_name(&name).unwrap_or(By::Month))
}

/// Groups of what can be named in many ways that are shown where no limit is given.
const MOST: usize = 20;

/// Months without incidents that are shown in a row; longer gaps are one line.
const LONGEST_GAP: usize = 6;

/// Columns of a file or pipe.
const PIPE: usize = 80;

/// Most columns of a bar.
const LONGEST_BAR: usize = 60;

/// Fewest columns of the longest bar.
const SHORTEST_BAR: usize = 8;

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let query = args.query.query(cx)?;
    let tally = cx.open()?.tally(&query, args.by)?;
    if args.json {
        let group = |g: &Group| json!({ "label": g.label, "incidents": g.incidents });
        let groups: Vec<_> = tally.groups.iter().map(group).collect();
        let object = json!({ "by": tally.by.as_str(), "incidents": tally.incidents, "groups": groups });
        json::write_pretty(cx.out.raw(), &object)?;
        cx.out.raw().write_all(b"\n")?;
        return Ok(());
    }
    let lang = cx.lang();
    if tally.incidents == 0 {
        cx.out.line(lang.text("stats.nothing"))?;
        return Ok(());
    }
    let by = lang.get(&format!("stats.by.{}", args.by.as_str())).unwrap_or(args.by.as_str());
    let heading = lang.count("stats.heading", "stats.heading_one", tally.incidents, &[("by", by)]);
    cx.out.bold(&heading)?;
    let whole = args.by.is_time() || !has_many_names(args.by);
    let limit = args.limit.map_or(if whole { usize::MAX } else { MOST }, |n| n as usize);
    let chart = Chart {
        room: cx.out.columns().unwrap_or(PIPE),
        cut: cx.out.columns().is_some(),
        ambiguous: cx.ambiguous(),
        blocks: !cx.plain() && cx.ambiguous() == AmbiguousWidth::Narrow && cx.draws_unicode(),
    };
    for line in chart.lines(&rows(&tally, limit, lang)) {
        cx.out.line(&line)?;
    }
    Ok(())
}

/// Tells whether there may be any number of groups.
fn has_many_names(by: By) -> bool {
    matches!(by, By::Action | By::Org | By::Tag | By::ThirdParty)
}

/// A line of the chart.
#[derive(Debug, PartialEq)]
enum Row {
    /// A group: its label and its incidents.
    Bar(String, usize),
    /// Groups that are summed up: no bar, it would dwarf the others.
    Sum(String, usize),
    /// Groups of nothing that are left out.
    Gap(String),
}

/// What is shown of a tally: at most so many groups, gaps folded, those without a value last.
fn rows(tally: &Tally, limit: usize, lang: Lang) -> Vec<Row> {
    let (unknown, named): (Vec<&Group>, Vec<&Group>) = tally.groups.iter().partition(|g| g.label.is_none());
    let left = named.len().saturating_sub(limit);
    let sum = |groups: &[&Group]| groups.iter().map(|g| g.incidents).sum::<usize>();
    let mut out = Vec::new();
    if tally.by.is_time() {
        let (before, shown) = named.split_at(left);
        if sum(before) > 0 {
            out.push(Row::Sum(lang.text("stats.earlier").to_owned(), sum(before)));
        }
        push_times(shown, tally.by, lang, &mut out);
    } else {
        let (shown, after) = named.split_at(named.len() - left);
        out.extend(shown.iter().map(|g| Row::Bar(label(g, tally.by, lang), g.incidents)));
        if !after.is_empty() {
            let words = lang.count("stats.others", "stats.others_one", after.len(), &[]);
            out.push(Row::Sum(words, sum(after)));
        }
    }
    out.extend(unknown.iter().map(|g| Row::Bar(label(g, tally.by, lang), g.incidents)));
    out
}

/// Months or years in their order; a long gap is one line that says so.
fn push_times(groups: &[&Group], by: By, lang: Lang, out: &mut Vec<Row>) {
    let (key, one) = match by {
        By::Year => ("stats.years", "stats.years_one"),
        _ => ("stats.months", "stats.months_one"),
    };
    let mut last: Option<usize> = None;
    for group in groups.iter().filter(|g| g.incidents > 0) {
        let label = group.label.clone().unwrap_or_default();
        let number = running(&label);
        if let (Some(last), Some(number)) = (last, number) {
            let gap = number.saturating_sub(last + 1);
            if gap > LONGEST_GAP {
                out.push(Row::Gap(lang.count(key, one, gap, &[])));
            } else {
                out.extend((last + 1..number).map(|n| Row::Bar(of_running(n, by), 0)));
            }
        }
        last = number;
        out.push(Row::Bar(label, group.incidents));
    }
}

/// A month (`2024-05`) or year as a running number.
fn running(label: &str) -> Option<usize> {
    let Some((year, month)) = label.split_once('-') else { return label.parse().ok() };
    Some(year.parse::<usize>().ok()? * 12 + month.parse::<usize>().ok()?.checked_sub(1)?)
}

fn of_running(n: usize, by: By) -> String {
    if by == By::Year { format!("{n:04}") } else { format!("{:04}-{:02}", n / 12, n % 12 + 1) }
}

/// What a group is called: codes by their Japanese names where Japanese is spoken; English shows the code, which is
/// English and what queries take.
fn label(group: &Group, by: By, lang: Lang) -> String {
    let Some(label) = &group.label else {
        return lang.get(&format!("stats.without.{}", by.as_str())).unwrap_or("?").to_owned();
    };
    if lang == Lang::En {
        return label.clone();
    }
    let told = match by {
        By::Action => {
            let name = label.rsplit('.').next().unwrap_or(label);
            lang.get(&format!("action_name.{label}")).or_else(|| lang.get(&format!("action_name.{name}")))
        }
        By::Exposure | By::Status | By::Kind => lang.get(&format!("{}.{label}", by.as_str())),
        _ => None,
    };
    told.unwrap_or(label).to_owned()
}

/// How a chart is drawn.
struct Chart {
    /// Columns of a line.
    room: usize,
    /// Labels give way where the line has no room for them.
    cut: bool,
    ambiguous: AmbiguousWidth,
    /// With blocks of eighths of a column, else with `#`.
    blocks: bool,
}

impl Chart {
    fn lines(&self, rows: &[Row]) -> Vec<String> {
        let number = |n: usize| grouped(n as u64);
        let counts = rows.iter().map(|row| match row {
            Row::Bar(_, n) | Row::Sum(_, n) => number(*n).len(),
            Row::Gap(_) => 0,
        });
        let counts = counts.max().unwrap_or(0);
        let labels = rows.iter().map(|row| match row {
            Row::Bar(label, _) | Row::Sum(label, _) => width(label, self.ambiguous),
            Row::Gap(_) => 0,
        });
        let widest = labels.max().unwrap_or(0);
        let most = self.room.saturating_sub(counts + 4 + SHORTEST_BAR);
        let labels = if self.cut { widest.min(most) } else { widest };
        let bar = self.room.saturating_sub(labels + counts + 4).clamp(SHORTEST_BAR, LONGEST_BAR);
        let largest = rows.iter().map(|row| if let Row::Bar(_, n) = row { *n } else { 0 }).max().unwrap_or(0);
        let line = |label: &str, n: usize, bar: String| {
            let line = format!(
                "{}  {}  {bar}",
                pad_right(&neutralise(label), labels, self.ambiguous),
                pad_left(&number(n), counts, self.ambiguous)
            );
            line.trim_end().to_owned()
        };
        let each = rows.iter().map(|row| match row {
            Row::Bar(label, n) => line(label, *n, self.bar(*n, largest, bar)),
            Row::Sum(label, n) => line(label, *n, String::new()),
            Row::Gap(words) => words.clone(),
        });
        each.collect()
    }

    /// A bar of `n` where `largest` takes all the room; what is there is seen, however little it is.
    fn bar(&self, n: usize, largest: usize, room: usize) -> String {
        const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
        let parts = if self.blocks { 8 } else { 1 };
        let all = (room * parts) as u128;
        let length = ((n as u128 * all + largest as u128 / 2) / largest.max(1) as u128).max(u128::from(n > 0));
        let length = usize::try_from(length).unwrap_or(room * parts);
        if !self.blocks {
            return "#".repeat(length);
        }
        "█".repeat(length / 8) + EIGHTHS.get(length % 8).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHART: Chart = Chart { room: 40, cut: true, ambiguous: AmbiguousWidth::Narrow, blocks: true };

    fn tally(by: By, groups: &[(&str, usize)]) -> Tally {
        let some = |l: &str| (!l.is_empty()).then(|| l.to_owned());
        Tally::new(by, groups.iter().map(|(l, n)| (some(l), *n)), groups.iter().map(|(_, n)| n).sum())
    }

    fn bar(label: &str, n: usize) -> Row {
        Row::Bar(label.into(), n)
    }

    #[test]
    fn short_gaps_are_empty_months_and_long_ones_a_line() {
        let counted = tally(By::Month, &[("2020-12", 1), ("2021-02", 2), ("2024-05", 3), ("", 4)]);
        let gap = Row::Gap("… 38 months without incidents".into());
        let expected =
            [bar("2020-12", 1), bar("2021-01", 0), bar("2021-02", 2), gap, bar("2024-05", 3), bar("(undated)", 4)];
        assert_eq!(rows(&counted, usize::MAX, Lang::En), expected);
        let latest = [Row::Sum("… earlier".into(), 3), bar("2024-05", 3), bar("(undated)", 4)];
        assert_eq!(rows(&counted, 1, Lang::En), latest);
        // So does a gap that the tally leaves as it is.
        let wrong = tally(By::Month, &[("0202-01", 1), ("2024-01", 1)]);
        assert_eq!(rows(&wrong, 9, Lang::En).len(), 3);
        let years = rows(&tally(By::Year, &[("2010", 1), ("2024", 1)]), 99, Lang::Ja);
        assert_eq!(years[1], Row::Gap("… 13年間、該当なし".into()));
    }

    #[test]
    fn beyond_the_limit_groups_are_summed_up() {
        let counted = tally(By::Action, &[("error.loss", 5), ("error.misdelivery", 3), ("malware.other", 2), ("", 9)]);
        let sum = Row::Sum("… 2 others".into(), 5);
        assert_eq!(rows(&counted, 1, Lang::En), [bar("error.loss", 5), sum, bar("(no action)", 9)]);
        let all = rows(&counted, 20, Lang::Ja);
        assert_eq!(all, [bar("紛失", 5), bar("誤送付・誤送信", 3), bar("マルウェア", 2), bar("(種別なし)", 9)]);
    }

    #[test]
    fn labels_and_counts_are_aligned_by_columns() {
        let lines = CHART.lines(&[bar("青葉市", 1_200), bar("ab", 600), bar("x", 0), Row::Sum("…".into(), 7)]);
        // 40 columns: 6 of the label, 5 of the count, 4 between, 25 for the bar.
        let full = "█".repeat(25);
        let half = "█".repeat(12) + "▌";
        let expected = [
            format!("青葉市  1,200  {full}"),
            format!("ab        600  {half}"),
            "x           0".to_owned(),
            "…           7".to_owned(),
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn no_line_exceeds_the_terminal_and_little_is_seen() {
        let long = "個人情報の漏えいに関する組織の名前".repeat(3);
        for room in 20..120 {
            for blocks in [true, false] {
                let chart = Chart { room, blocks, ..CHART };
                let lines = chart.lines(&[bar(&long, 1_000_000), bar("\u{202e}x", 1)]);
                assert!(lines.iter().all(|l| width(l, AmbiguousWidth::Narrow) <= room.max(25)), "{room}: {lines:?}");
                assert!(lines[1].ends_with(if blocks { "▏" } else { "#" }), "{lines:?}");
            }
        }
    }
}
