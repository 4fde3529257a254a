//! The SQL of the days that a query asks for besides that of publication: when it occurred, when it was noticed, when
//! something of its timeline happened. Called by `search_sql`.
//!
//! Moments are texts of which a coarser one begins a finer one (`2024-05`, `2024-05-28`). So the first day that one may
//! mean is compared as the text itself, and the last as the text with a sign behind it that comes after all others.

use crate::query::ast::Dated;
use chrono::NaiveDate;

/// The values are JSON as `facts::write` puts it down: `{"from":"2024-05","to":null}`. `null` comes after every date:
/// what has no end goes on.
const OCCURRED: Days = Days {
    // The index's own condition has to be named, or SQLite does not see that it may use it.
    rows: "facts d WHERE d.field IN ('occurred', 'discovered') AND d.field = 'occurred' AND d.value IS NOT NULL",
    first: "d.value",
    first_opens: "{\"from\":\"",
    last: "trim(substr(d.value, instr(d.value, '\"to\":') + 5), '\"}')",
};

/// The values are JSON: `"2024-05-28"`.
const DISCOVERED: Days = Days {
    rows: "facts d WHERE d.field IN ('occurred', 'discovered') AND d.field = 'discovered' AND d.value IS NOT NULL",
    first: "d.value",
    first_opens: "\"",
    last: "trim(d.value, '\"')",
};

const EVENT: Days =
    Days { rows: "events d WHERE TRUE", first: "d.lo", first_opens: "", last: "coalesce(d.hi, 'open')" };

/// Where days stand.
struct Days {
    /// A table and a condition.
    rows: &'static str,
    /// What begins with the first moment.
    first: &'static str,
    /// What stands before the first moment in it.
    first_opens: &'static str,
    /// The last moment; a word where there is none.
    last: &'static str,
}

/// The condition that an incident's days overlap those from `from` to `to` (`None` is open).
pub(super) fn condition(
    what: Dated,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    bind: impl FnMut(String) -> String,
) -> String {
    format!("i.key IN ({})", incidents(what, from, to, bind))
}

/// The statement that finds the incidents whose days overlap those; it goes by `d.incident`, and ends in a condition.
pub(super) fn incidents(
    what: Dated,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    mut bind: impl FnMut(String) -> String,
) -> String {
    let Days { rows, first, first_opens, last } = match what {
        Dated::Occurred => OCCURRED,
        Dated::Discovered => DISCOVERED,
        Dated::Event => EVENT,
    };
    let mut sql = format!("SELECT d.incident FROM {rows}");
    if let Some(to) = to {
        sql += &format!(" AND {first} < {}", bind(format!("{first_opens}{to}~")));
    }
    if let Some(from) = from {
        sql += &format!(" AND {last} || '~' > {}", bind(from.to_string()));
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Event, Moment, Period, Precision, Span};
    use crate::query::ast::{Expr, Query, Sort, Term};
    use crate::store::Store;
    use crate::store::testing::{all, entry, store_of};

    fn moment(s: &str) -> Moment {
        s.parse().unwrap()
    }

    fn event(lo: &str, hi: Option<&str>) -> Event {
        let (lo, span) = (moment(lo), Span::new(0, 0));
        let (hi, precision) = (hi.map(moment), Precision::Month);
        Event { at: lo, until: None, lo, hi, precision, approx: true, span, text: String::new() }
    }

    fn sample() -> Store {
        let mut e: Vec<_> = (0..5).map(|n| entry(&format!("組織{n}"), "件名", "本文")).collect();
        let period = |from, to: Option<&str>| Some(Period { from: moment(from), to: to.map(moment) });
        e[0].facts.occurred = period("2024-05-26", Some("2024-05-28"));
        e[0].facts.discovered = Some(moment("2024-05-28T17:00"));
        e[0].facts.timeline =
            vec![event("2024-05-01", Some("2024-05-31")), event("2024-06-03T23:00", Some("2024-06-04T02:00"))];
        e[1].facts.occurred = period("2024-02", None);
        e[1].facts.discovered = Some(moment("2024-06"));
        e[1].facts.timeline = vec![event("2024-07-01", None)];
        e[2].facts.occurred = period("2023", Some("2023"));
        e[2].facts.discovered = Some(moment("2023-12-31"));
        e[2].facts.timeline = vec![event("2023-04-01", Some("2024-03-31"))];
        e[3].facts.occurred = period("2024-02-29T10:00", Some("2024-03"));
        store_of(e)
    }

    fn found(store: &Store, what: Dated, from: &str, to: &str) -> Vec<usize> {
        let day = |s: &str| if s.is_empty() { None } else { Some(s.parse().unwrap()) };
        let filter = Expr::Is(Term::Dated { what, from: day(from), to: day(to) });
        let mut keys = all(store);
        keys.sort();
        let hits = store.search(&Query { filter, sort: Sort::default() }).unwrap();
        (0..keys.len()).filter(|n| hits.keys.contains(&keys[*n])).collect()
    }

    #[test]
    fn days_overlap_however_finely_they_are_stated() {
        let store = sample();
        let cases: [(Dated, &str, &str, &[usize]); 23] = [
            (Dated::Occurred, "", "", &[0, 1, 2, 3]),
            (Dated::Occurred, "2024-05-28", "2024-05-28", &[0, 1]),
            (Dated::Occurred, "2024-05-25", "2024-05-25", &[1]),
            (Dated::Occurred, "2024-05-25", "2024-05-26", &[0, 1]),
            (Dated::Occurred, "", "2024-02-01", &[1, 2]),
            (Dated::Occurred, "", "2024-01-31", &[2]),
            (Dated::Occurred, "2024-02-28", "2024-02-28", &[1]),
            (Dated::Occurred, "2024-02-29", "2024-02-29", &[1, 3]),
            (Dated::Occurred, "2024-03-31", "2024-03-31", &[1, 3]),
            (Dated::Occurred, "2024-04-01", "2024-04-01", &[1]),
            (Dated::Occurred, "2023-12-31", "2023-12-31", &[2]),
            (Dated::Occurred, "2031-01-01", "", &[1]),
            (Dated::Discovered, "", "", &[0, 1, 2]),
            (Dated::Discovered, "2024-05-28", "2024-05-28", &[0]),
            (Dated::Discovered, "2024-05-29", "2024-06-01", &[1]),
            (Dated::Discovered, "2024-06-30", "", &[1]),
            (Dated::Discovered, "2024-07-01", "", &[]),
            (Dated::Discovered, "", "2024-05-27", &[2]),
            (Dated::Event, "2024-05-31", "2024-05-31", &[0]),
            (Dated::Event, "2024-06-04", "2024-06-05", &[0]),
            (Dated::Event, "2024-06-01", "2024-06-02", &[]),
            (Dated::Event, "2030-01-01", "2030-12-31", &[1]),
            (Dated::Event, "2024-03-31", "2024-04-30", &[2]),
        ];
        for (what, from, to, expected) in cases {
            assert_eq!(found(&store, what, from, to), expected, "{what:?} {from}..{to}");
        }
    }

    #[test]
    fn single_moments_are_read_off_their_index() {
        let store = sample();
        for what in [Dated::Occurred, Dated::Discovered] {
            let sql = condition(what, "2024-05-01".parse().ok(), "2024-05-31".parse().ok(), |text| {
                format!("'{}'", text.replace('\'', "''"))
            });
            let explain = format!("EXPLAIN QUERY PLAN SELECT i.key FROM incidents i WHERE {sql}");
            let mut select = store.connection.prepare(&explain).unwrap();
            let plan: Vec<String> = select.query_map([], |r| r.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
            assert!(plan.iter().any(|line| line.contains("COVERING INDEX facts_days (field=? AND value")), "{plan:?}");
        }
    }
}
