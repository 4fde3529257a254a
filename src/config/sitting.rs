//! One sitting at the workbench: what is saved within a second of a change, so that after a hangup or a kill the next
//! start can offer it. `app` makes one, `runtime` keeps it in a file for each case book and gives it back.

use serde::{Deserialize, Serialize};

/// Most marks that a file may tell of; more is a damaged file.
const MOST_MARKS: u64 = 50_000_000;

/// A query that narrows every search beside the query line, where it is switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// The query.
    pub text: String,
    /// It is switched on.
    pub on: bool,
}

/// What an analyst was at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sitting {
    /// When it was saved, RFC 3339.
    pub saved: String,
    /// The query line's text.
    pub query: String,
    /// The filters beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// Row number of the cursor's incident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<i64>,
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
    /// It is not the first row's.
    pub moved: bool,
    /// The focused pane: `list`, `detail` or `timeline`.
    pub focus: String,
    /// The focused pane had all the room.
    pub whole: bool,
    /// Row numbers of the marked incidents, as [`ranges`] writes them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub marks: String,
    /// How many they are.
    pub marked: usize,
    /// The fingerprint of the incidents that those row numbers stood for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub print: Option<u64>,
}

impl Sitting {
    /// Tells whether somebody would miss it.
    pub fn is_worth_keeping(&self) -> bool {
        self.marked > 0 || self.moved || !self.query.trim().is_empty() || !self.filters.is_empty()
    }
}

/// Sorted row numbers as text: `1-20,25,30-31`.
pub fn ranges(sorted: impl IntoIterator<Item = i64>) -> String {
    let mut out = String::new();
    let mut open: Option<(i64, i64)> = None;
    let mut write = |(from, to): (i64, i64)| {
        let comma = if out.is_empty() { "" } else { "," };
        out.push_str(&if from == to { format!("{comma}{from}") } else { format!("{comma}{from}-{to}") });
    };
    for n in sorted {
        match open {
            Some((from, to)) if n == to || Some(n) == to.checked_add(1) => open = Some((from, n)),
            _ => {
                open.replace((n, n)).into_iter().for_each(&mut write);
            }
        }
    }
    open.into_iter().for_each(&mut write);
    out
}

/// Reads what [`ranges`] wrote; `None` where that is damaged.
pub fn from_ranges(text: &str) -> Option<Vec<i64>> {
    let mut out = Vec::new();
    for part in text.split(',').filter(|p| !p.is_empty()) {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (from.parse::<i64>().ok()?, to.parse::<i64>().ok()?);
        let room = MOST_MARKS.saturating_sub(out.len() as u64);
        if from < 0 || to < from || to.abs_diff(from) >= room {
            return None;
        }
        out.extend(from..=to);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_written_as_ranges_and_read_again() {
        for (numbers, text) in [
            (vec![], ""),
            (vec![7], "7"),
            (vec![1, 2, 3, 5, 8, 9], "1-3,5,8-9"),
            (vec![0, i64::MAX - 1, i64::MAX], "0,9223372036854775806-9223372036854775807"),
        ] {
            assert_eq!(ranges(numbers.clone()), text);
            assert_eq!(from_ranges(text), Some(numbers));
        }
        for damaged in ["x", "3-1", "1-", "-5", "1-9223372036854775807", "1,,2x"] {
            assert_eq!(from_ranges(damaged), None, "{damaged}");
        }
    }
}
