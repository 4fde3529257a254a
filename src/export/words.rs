//! The wording of facts: one line of text a field, shared by the report and the command line.

use crate::domain::{Affected, Bound, Event, Field, Moment, Period, Precision, Record, Unit};
use crate::lang::grouped;
use chrono::NaiveDateTime;

/// The value of a field in one line, or `None` where the record does not say. The timeline is no single line and gives
/// `None` too.
pub fn value(record: &Record, field: Field) -> Option<String> {
    let facts = &record.facts;
    let list = |l: &[String]| (!l.is_empty()).then(|| l.join(", "));
    match field {
        // What every incident has is told only where an analyst said so.
        Field::Kind => record.triage.corrections.contains_key(&field).then(|| record.kind.to_string()),
        Field::CaseNo => facts.case_no.clone(),
        Field::Org => facts.org.clone(),
        Field::Title => facts.title.clone(),
        Field::Published => facts.published.map(|d| d.to_string()),
        Field::Actions => list(&facts.actions),
        Field::Affected => facts.affected.as_ref().map(affected),
        Field::Money => facts.money.as_ref().map(|m| format!("{} {}", m.amount, m.currency)),
        Field::DataTypes => list(&facts.data_types),
        Field::Exposure => facts.exposure.map(|e| e.as_str().to_owned()),
        Field::SecondaryDamage => facts.secondary_damage.map(|d| d.as_str().to_owned()),
        Field::Ppc => facts.ppc.then(|| "reported".to_owned()),
        Field::Police => facts.police.then(|| "told".to_owned()),
        Field::ThirdParty => facts.third_party.clone(),
        Field::Occurred => facts.occurred.as_ref().map(period),
        Field::Discovered => facts.discovered.map(moment),
        Field::Follows => list(&facts.follows.iter().map(ToString::to_string).collect::<Vec<_>>()),
        Field::Gang => facts.gang.clone(),
        Field::Timeline => None,
    }
}

/// A time of Asia/Tokyo with its offset, to the second (RFC 3339).
pub fn with_offset(at: NaiveDateTime) -> String {
    format!("{}+09:00", at.format("%Y-%m-%dT%H:%M:%S"))
}

/// A time without its offset, to the microsecond.
pub fn to_the_microsecond(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}

/// How finely a moment is stated, as the record says it.
pub fn precision(precision: Precision) -> &'static str {
    match precision {
        Precision::Minute => "minute",
        Precision::Hour => "hour",
        Precision::Part => "part",
        Precision::Day => "day",
        Precision::PartMonth => "part-month",
        Precision::Month => "month",
        Precision::Year => "year",
        Precision::FiscalYear => "fiscal-year",
    }
}

/// The stretches of the text that prove a field.
pub fn quotes(record: &Record, field: Field) -> impl Iterator<Item = &str> {
    record.facts.evidence.get(&field).into_iter().flatten().filter_map(|span| span.of(&record.text))
}

/// Words on one line, one space between them.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A field's name as people read it (`third party`).
pub fn label(field: Field) -> String {
    field.as_str().replace('_', " ")
}

/// A moment with a space between day and time.
pub fn moment(m: Moment) -> String {
    m.to_string().replace('T', " ")
}

/// A period as `from … to`; a point is one moment, an open end shows none.
pub fn period(p: &Period) -> String {
    match p.to {
        Some(to) if to == p.from => moment(p.from),
        Some(to) => format!("{} … {}", moment(p.from), moment(to)),
        None => format!("{} …", moment(p.from)),
    }
}

/// When an event happened, in words: `2024-05-01 06–09h`, `about 2024-05`, `2024-05-17 … 2024-05-19`.
pub fn when(e: &Event) -> String {
    let about = if e.approx { "about " } else { "" };
    let until = e.until.map(|u| format!(" … {}", moment(u))).unwrap_or_default();
    let part = e.part_hours().map(|(from, to)| format!(" {}", hours(from, to))).unwrap_or_default();
    format!("{about}{}{part}{until}", moment(e.at))
}

/// A part of the day by its hours: `06–09h`; past midnight the hours begin anew.
pub fn hours(from: u32, to: u32) -> String {
    format!("{from:02}–{:02}h", if to > 24 { to - 24 } else { to })
}

/// The total affected in words: `1,660 records`, `about 30 people`, `at most 500 people`, `more than 3,000 people`,
/// `100–999 people (vague)`.
pub fn affected(a: &Affected) -> String {
    let unit = a.unit;
    let Some(count) = a.count else {
        let end = |n: Option<u64>| n.map(grouped).unwrap_or_default();
        return format!("{}–{} {unit} (vague)", end(a.lo), end(a.hi));
    };
    let count = grouped(count);
    match a.bound() {
        Bound::AtMost => format!("at most {count} {unit}"),
        Bound::Below => format!("fewer than {count} {unit}"),
        Bound::AtLeast => format!("at least {count} {unit}"),
        Bound::Above => format!("more than {count} {unit}"),
        Bound::Cumulative => format!("{count} {unit}, counted repeatedly"),
        Bound::About => format!("about {count} {unit}"),
        Bound::Exact | Bound::Vague => format!("{count} {unit}"),
    }
}

/// The total affected as a narrow column: `1,660 r`, `~30`, `<=500`, `>3,000`, `100-999`; people have no unit, records
/// have `r`.
pub fn affected_short(a: &Affected) -> String {
    let number = match a.count {
        None => format!("{}-{}", a.lo.map(grouped).unwrap_or_default(), a.hi.map(grouped).unwrap_or_default()),
        Some(n) => format!("{}{}", a.bound().sign(), grouped(n)),
    };
    match a.unit {
        Unit::People => number,
        Unit::Records => format!("{number} r"),
        other => format!("{number} {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Modifier;

    fn people(count: Option<u64>, modifier: Option<Modifier>, approx: bool) -> Affected {
        Affected { count, unit: Unit::People, lo: Some(100), hi: Some(999), modifier, approx }
    }

    #[test]
    fn counts_read_as_they_are_meant() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(affected(&people(Some(28_777), None, false)), "28,777 people");
        assert_eq!(affected(&people(Some(30), Some(Modifier::Approx), true)), "about 30 people");
        assert_eq!(affected(&people(None, Some(Modifier::Vague), false)), "100–999 people (vague)");
        assert_eq!(affected_short(&people(None, Some(Modifier::Vague), false)), "100-999");
        let most = Affected { hi: Some(500), ..people(Some(500), Some(Modifier::Max), false) };
        assert_eq!(affected_short(&most), "<=500");
        let above = Affected { lo: Some(3001), hi: None, ..people(Some(3000), Some(Modifier::Min), false) };
        assert_eq!((affected_short(&above), affected(&above)), (">3,000".into(), "more than 3,000 people".into()));
        let records = Affected { unit: Unit::Records, ..people(Some(1660), None, true) };
        assert_eq!(affected_short(&records), "~1,660 r");
    }

    #[test]
    fn a_period_shows_its_open_end() {
        let m = |s: &str| s.parse::<Moment>().unwrap();
        assert_eq!(period(&Period { from: m("2024-05"), to: Some(m("2024-05")) }), "2024-05");
        assert_eq!(period(&Period { from: m("2024-05"), to: None }), "2024-05 …");
        assert_eq!(period(&Period { from: m("2024-05-01T02:03"), to: Some(m("2024")) }), "2024-05-01 02:03 … 2024");
    }
}
