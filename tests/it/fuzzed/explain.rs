//! Date and count expressions of any text.

use super::{in_time, stands};
use chrono::NaiveDate;
use jikenbo::ingest::extract::counts;
use jikenbo::ingest::extract::dates::{self, ResolveContext};

/// Explains the text without and with what `--published` and `--antecedent` tell; what is found stands where it says and
/// ends after it begins.
///
/// # Panics
/// Panics where something does not hold.
pub fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d);
    let bare = ResolveContext::default();
    let told = ResolveContext { published: day(2024, 6, 6), antecedent: day(2024, 2, 29), year: None };
    let edge = ResolveContext { published: day(1, 1, 1), antecedent: day(9999, 12, 31), year: Some(9999) };
    for context in [bare, told, edge] {
        let found = in_time(text.len(), || dates::scan(&text, &context));
        let mut at = 0;
        for e in found {
            stands(e.span, &text);
            assert!(e.span.start >= at, "{e:?} stands before the end of the last");
            at = e.span.end;
            let last = e.hi.map(|h| h.last_day().unwrap_or_else(|| panic!("{e:?} ends on no day")));
            let first = e.lo.first_day().unwrap_or_else(|| panic!("{e:?} begins on no day"));
            assert!(last.is_none_or(|last| first <= last), "{e:?} ends before it begins");
            for moment in [Some(e.at), e.until, Some(e.lo), e.hi].into_iter().flatten() {
                assert_eq!(moment.to_string().parse(), Ok(moment), "{e:?}");
            }
        }
    }
    let mut at = 0;
    for e in in_time(text.len(), || counts::scan(&text)) {
        stands(e.span, &text);
        assert!(e.span.start >= at, "{e:?} stands before the end of the last");
        at = e.span.end;
        assert!(e.lo.zip(e.hi).is_none_or(|(l, h)| l <= h), "{e:?}");
        assert!(e.amount.is_finite() && e.amount >= 0.0, "{e:?}");
    }
}
