//! Days that are named in full and that no calendar has.
//!
//! Given the folded body by `extract`, which warns of them; they are no dates.

use super::raw::{self, Day, Month, Year};
use chrono::NaiveDate;

/// The days of a text that are named with year and month and that no calendar has: `2024年2月30日`.
pub(super) fn in_no_calendar(text: &str, places: impl Iterator<Item = usize>) -> Vec<&str> {
    let years = |at: &usize| text.get(*at..).is_some_and(|t| t.starts_with(['1', '2', '令', '平', 'R', 'H']));
    let impossible = |at: usize| {
        let raw = raw::read(text, at)?;
        let (Year::Stated(year @ 1900..), Month::Stated(month), Day::Stated(day)) = (raw.year, raw.month, raw.day)
        else {
            return None;
        };
        let said = text.get(raw.start..raw.end)?;
        (said.contains('日') && NaiveDate::from_ymd_opt(year, month, day).is_none()).then_some(said)
    };
    places.filter(years).filter_map(impossible).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_no_calendar_has_are_told() {
        let text = "2024年2月30日に送り、令和6年4月31日と2024年4月30日に届く";
        assert_eq!(in_no_calendar(text, text.char_indices().map(|(at, _)| at)), ["2024年2月30日", "令和6年4月31日"]);
    }
}
