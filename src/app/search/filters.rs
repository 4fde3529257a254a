//! The filter stack: queries beside the query line that narrow every search, each switched on and off. The text that is
//! searched for is made here.

use crate::config::sitting::Filter;

/// What is done to the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterAct {
    /// The query line's text becomes a filter, and the line empty.
    Push,
    /// Switches the one at an index on or off.
    Switch(usize),
    /// Takes the one at an index away.
    Delete(usize),
}

/// What is searched for, and how it is told.
pub(in crate::app) struct Searched {
    /// The query.
    pub text: String,
    /// The filters that are on, and the line's text last, where there is one.
    pub parts: Vec<String>,
}

/// Joins filters and a line so that all have to hold: each in brackets of its own, which keep an `OR` inside. The line
/// stands last, so that its order is the one that counts.
pub(in crate::app) fn joined(filters: &[Filter], line: &str) -> Searched {
    let on = filters.iter().filter(|f| f.on).map(|f| f.text.trim());
    let mut parts: Vec<String> = on.map(str::to_owned).collect();
    let trimmed = line.trim();
    if parts.is_empty() {
        let parts = if trimmed.is_empty() { Vec::new() } else { vec![trimmed.to_owned()] };
        return Searched { text: line.to_owned(), parts };
    }
    let mut text = parts.iter().map(|p| format!("( {p} )")).collect::<Vec<_>>().join(" ");
    if !trimmed.is_empty() {
        text.push_str(&format!(" ( {line} )"));
        parts.push(trimmed.to_owned());
    }
    Searched { text, parts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query;

    #[test]
    fn filters_and_line_are_joined_so_that_each_holds() {
        let filter = |text: &str, on| Filter { text: text.into(), on };
        let text = |filters: &[Filter], line: &str| joined(filters, line).text;
        assert_eq!(text(&[], " a "), " a ");
        assert_eq!(text(&[filter("x", false)], "a OR b"), "a OR b");
        let stack = [filter("a OR b", true), filter("off", false), filter("tag:x", true)];
        assert_eq!(text(&stack, ""), "( a OR b ) ( tag:x )");
        let all = joined(&stack, "c sort:people");
        assert_eq!(all.text, "( a OR b ) ( tag:x ) ( c sort:people )");
        assert_eq!(all.parts, ["a OR b", "tag:x", "c sort:people"]);
        let today = chrono::NaiveDate::default();
        for line in ["", "sort:people", "c OR d"] {
            assert!(query::parse(&text(&stack, line), today).is_ok(), "{line}");
        }
    }
}
