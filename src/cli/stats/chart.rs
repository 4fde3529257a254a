//! Bars of groups: at most as wide as the terminal, full-width names aligned. Given a table's rows by `stats`.

use super::label;
use crate::domain::{By, Head, Pivot, PivotRow};
use crate::lang::{Lang, grouped};
use crate::text::{AmbiguousWidth, neutralise, pad_left, pad_right, width};

/// Months without incidents that are shown in a row; longer gaps are one line.
const LONGEST_GAP: usize = 6;

/// Most columns of a bar.
const LONGEST_BAR: usize = 60;

/// Fewest columns of the longest bar.
const SHORTEST_BAR: usize = 8;

/// A line of the chart.
#[derive(Debug, PartialEq)]
pub(super) enum Row {
    /// A group: its label and its incidents.
    Bar(String, usize),
    /// Groups that are summed up: no bar, it would dwarf the others.
    Sum(String, usize),
    /// Groups of nothing that are left out.
    Gap(String),
}

/// What is drawn of a table: long gaps folded, the others summed up.
pub(super) fn rows(table: &Pivot, lang: Lang) -> Vec<Row> {
    let by = table.layout.by;
    let mut last = None;
    let mut out = Vec::new();
    for PivotRow { head, measures, .. } in table.rows.iter().filter(|row| row.measures.incidents > 0) {
        let (label, incidents) = (label(head, by, lang), measures.incidents);
        match head {
            Head::Others(_) => out.push(Row::Sum(label, incidents)),
            Head::Named(name) if by.is_time() => {
                let number = by.number(name);
                push_gap(last, number, by, lang, &mut out);
                last = number;
                out.push(Row::Bar(label, incidents));
            }
            _ => out.push(Row::Bar(label, incidents)),
        }
    }
    out
}

/// What stands for so many months without incidents; `None` where they are few enough to be shown.
pub(super) fn gap(months: usize, by: By, lang: Lang) -> Option<String> {
    let (key, one) = match by {
        By::Year => ("stats.years", "stats.years_one"),
        By::Quarter => ("stats.quarters", "stats.quarters_one"),
        _ => ("stats.months", "stats.months_one"),
    };
    (months > LONGEST_GAP).then(|| lang.count(key, one, months, &[]))
}

/// What is empty between two months; a long gap is one line that says so.
fn push_gap(last: Option<usize>, next: Option<usize>, by: By, lang: Lang, out: &mut Vec<Row>) {
    let (Some(last), Some(next)) = (last, next) else { return };
    if let Some(words) = gap(next.saturating_sub(last + 1), by, lang) {
        out.push(Row::Gap(words));
    } else {
        out.extend((last + 1..next).map(|n| Row::Bar(by.of_number(n), 0)));
    }
}

/// How a chart is drawn.
pub(super) struct Chart {
    /// Columns of a line.
    pub room: usize,
    /// Labels give way where the line has no room for them.
    pub cut: bool,
    /// How wide the terminal draws characters of ambiguous width.
    pub ambiguous: AmbiguousWidth,
    /// With blocks of eighths of a column, else with `#`.
    pub blocks: bool,
}

impl Chart {
    /// The lines of all rows.
    pub(super) fn lines(&self, rows: &[Row]) -> Vec<String> {
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
    use crate::domain::{Layout, Measures};

    const CHART: Chart = Chart { room: 40, cut: true, ambiguous: AmbiguousWidth::Narrow, blocks: true };

    fn table(by: By, groups: &[(Head, usize)]) -> Pivot {
        let row = |(head, incidents): &(Head, usize)| {
            let measures = Measures { incidents: *incidents, ..Measures::default() };
            PivotRow { head: head.clone(), measures, cells: Vec::new() }
        };
        let layout = Layout { by, rows: 99, across: None, columns: 0 };
        let total = Measures { incidents: groups.iter().map(|(_, n)| n).sum(), ..Measures::default() };
        Pivot { layout, columns: Vec::new(), rows: groups.iter().map(row).collect(), total }
    }

    fn named(name: &str, incidents: usize) -> (Head, usize) {
        (Head::Named(name.into()), incidents)
    }

    fn bar(label: &str, n: usize) -> Row {
        Row::Bar(label.into(), n)
    }

    #[test]
    fn short_gaps_are_empty_months_and_long_ones_a_line() {
        let groups = [named("2020-12", 1), named("2021-01", 0), named("2021-02", 2), named("2024-05", 3)];
        let all = [&groups[..], &[(Head::Without, 4)]].concat();
        let gap = Row::Gap("… 38 months without incidents".into());
        let expected =
            [bar("2020-12", 1), bar("2021-01", 0), bar("2021-02", 2), gap, bar("2024-05", 3), bar("(undated)", 4)];
        assert_eq!(rows(&table(By::Month, &all), Lang::En), expected);
        let latest = rows(&table(By::Month, &[(Head::Others(3), 3), named("2024-05", 3)]), Lang::En);
        assert_eq!(latest, [Row::Sum("… earlier".into(), 3), bar("2024-05", 3)]);
        let years = rows(&table(By::Year, &[named("2010", 1), named("2024", 1)]), Lang::Ja);
        assert_eq!(years[1], Row::Gap("… 13年間、該当なし".into()));
    }

    #[test]
    fn beyond_the_limit_groups_are_summed_up() {
        let groups = [named("error.loss", 5), (Head::Others(2), 4), (Head::Without, 9)];
        let sum = Row::Sum("… 2 others".into(), 4);
        assert_eq!(rows(&table(By::Action, &groups), Lang::En), [bar("error.loss", 5), sum, bar("(no action)", 9)]);
        assert_eq!(rows(&table(By::Action, &groups), Lang::Ja)[0], bar("紛失", 5));
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
