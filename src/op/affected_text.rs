//! How many were affected as an analyst types it: `約1,200人`, `1200 people`, `at most 500`, `数百件`. Called by
//! `field_text` with text that is trimmed.

use crate::domain::{Affected, Bound, Modifier, Unit};
use crate::lexicon::facts;
use crate::text::{fold, number_at};

/// What a word beside the number says of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sense {
    About,
    AtMost,
    AtLeast,
    Below,
    Above,
    Cumulative,
}

/// Words before the number; what begins like another stands before it.
const BEFORE: [(&str, Sense); 23] = [
    ("約", Sense::About),
    ("およそ", Sense::About),
    ("about", Sense::About),
    ("approximately", Sense::About),
    ("~", Sense::About),
    ("最大", Sense::AtMost),
    ("最高", Sense::AtMost),
    ("up to", Sense::AtMost),
    ("at most", Sense::AtMost),
    ("<=", Sense::AtMost),
    ("≦", Sense::AtMost),
    ("≤", Sense::AtMost),
    ("少なくとも", Sense::AtLeast),
    ("at least", Sense::AtLeast),
    (">=", Sense::AtLeast),
    ("≧", Sense::AtLeast),
    ("≥", Sense::AtLeast),
    ("fewer than", Sense::Below),
    ("<", Sense::Below),
    ("more than", Sense::Above),
    (">", Sense::Above),
    ("延べ", Sense::Cumulative),
    ("累計", Sense::Cumulative),
];

/// Words after the number or its unit.
const AFTER: [(&str, Sense); 11] = [
    ("以上", Sense::AtLeast),
    ("or more", Sense::AtLeast),
    ("+", Sense::AtLeast),
    ("超", Sense::Above),
    ("未満", Sense::Below),
    ("以下", Sense::AtMost),
    ("以内", Sense::AtMost),
    ("ほど", Sense::About),
    ("程度", Sense::About),
    ("前後", Sense::About),
    (", counted repeatedly", Sense::Cumulative),
];

/// Vague numbers and what they mean.
const VAGUE: [(&str, u64, u64); 4] = [("数千", 1_000, 9_999), ("数百", 100, 999), ("数十", 10, 99), ("十数", 11, 19)];

/// Reads a total; `None` where it is none. Without a unit it is people.
pub(super) fn parse(text: &str) -> Option<Affected> {
    let folded = fold(text).text.to_lowercase();
    let mut rest = folded.trim();
    let mut senses = Vec::new();
    while let Some((word, sense)) = BEFORE.into_iter().find(|(word, _)| rest.starts_with(word)) {
        senses.push(sense);
        rest = rest.strip_prefix(word)?.trim_start();
    }
    let (mut total, after) = number(rest)?;
    rest = after.trim_start();
    let mut unit = None;
    while !rest.is_empty() {
        if let Some((word, sense)) = AFTER.into_iter().find(|(word, _)| rest.starts_with(word)) {
            senses.push(sense);
            rest = rest.strip_prefix(word)?.trim_start();
            continue;
        }
        let (found, after) = unit_at(rest).filter(|_| unit.is_none())?;
        unit = Some(found);
        rest = after.trim_start();
    }
    total.unit = unit.unwrap_or(Unit::People);
    senses.into_iter().for_each(|s| qualify(&mut total, s));
    Some(total)
}

fn qualify(a: &mut Affected, sense: Sense) {
    match sense {
        Sense::About => {
            a.approx = true;
            a.modifier = a.modifier.or(Some(Modifier::Approx));
        }
        Sense::AtMost => (a.modifier, a.lo) = (Some(Modifier::Max), Some(0)),
        Sense::Below => {
            (a.modifier, a.lo) = (Some(Modifier::Max), Some(0));
            a.hi = a.hi.map(|n| n.saturating_sub(1));
        }
        Sense::AtLeast => (a.modifier, a.hi) = (Some(Modifier::Min), None),
        Sense::Above => {
            (a.modifier, a.hi) = (Some(Modifier::Min), None);
            a.lo = a.lo.map(|n| n.saturating_add(1));
        }
        Sense::Cumulative => a.modifier = Some(Modifier::Cumulative),
    }
}

/// A number, a range of two, or a vague word at the text's start, and what follows it.
fn number(text: &str) -> Option<(Affected, &str)> {
    let base = Affected { count: None, unit: Unit::People, lo: None, hi: None, modifier: None, approx: false };
    if let Some((word, lo, hi)) = VAGUE.into_iter().find(|(word, ..)| text.starts_with(word)) {
        let vague = Affected { lo: Some(lo), hi: Some(hi), modifier: Some(Modifier::Vague), ..base };
        // 数百万: the factor belongs to the number.
        let rest = text.strip_prefix(word)?;
        return match rest.strip_prefix('万') {
            Some(rest) => Some((Affected { lo: Some(lo * 10_000), hi: Some(hi * 10_000), ..vague }, rest)),
            None => Some((vague, rest)),
        };
    }
    let (n, rest) = number_at(text)?;
    let range = rest.trim_start().strip_prefix(['-', '~', '–']).and_then(|r| number_at(r.trim_start()));
    if let Some((most, rest)) = range {
        let range = Affected { lo: Some(n), hi: Some(most), modifier: Some(Modifier::Vague), ..base };
        return (n <= most).then_some((range, rest));
    }
    Some((Affected { count: Some(n), lo: Some(n), hi: Some(n), ..base }, rest))
}

/// The unit at the text's start: a word of the vocabulary or a name of the record, also in the singular.
fn unit_at(text: &str) -> Option<(Unit, &str)> {
    let words = facts::get().unit_words().map(|(word, unit)| (word.to_lowercase(), unit));
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let name = text.get(..end).unwrap_or_default();
    let named = || {
        let upper = name.to_uppercase();
        let unit = match name {
            "person" | "persons" => Some(Unit::People),
            "company" => Some(Unit::Companies),
            "facility" => Some(Unit::Facilities),
            _ => Unit::from_name(name)
                .or_else(|| Unit::from_name(&format!("{name}s")))
                .or_else(|| Unit::from_name(&upper)),
        };
        Some((unit?, text.get(end..)?))
    };
    let known = words.filter_map(|(word, unit)| Some((word.len(), unit, text.strip_prefix(&word)?)));
    match known.max_by_key(|(length, ..)| *length) {
        // A longer English word is none of the vocabulary's short ones.
        Some((length, unit, rest)) if length >= end => Some((unit, rest)),
        _ => named(),
    }
}

/// A total as [`parse`] reads it.
pub(super) fn written(a: &Affected) -> String {
    let Some(count) = a.count else {
        let end = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
        return format!("{}-{} {}", end(a.lo), end(a.hi), a.unit);
    };
    let bound = match a.bound() {
        Bound::AtMost => "at most ",
        Bound::Below => "fewer than ",
        Bound::AtLeast => "at least ",
        Bound::Above => "more than ",
        Bound::Cumulative => "延べ",
        Bound::Exact | Bound::About | Bound::Vague => "",
    };
    format!("{}{bound}{count} {}", if a.approx { "about " } else { "" }, a.unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<String> {
        parse(text).map(|a| {
            let end = |n: Option<u64>| n.map_or("?".into(), |n| n.to_string());
            let count = end(a.count);
            format!("{count} {} {}..{} {:?} {}", a.unit, end(a.lo), end(a.hi), a.modifier, a.approx)
        })
    }

    #[test]
    fn totals_are_read_as_people_write_them() {
        for (text, expected) in [
            ("1200 people", "1200 people 1200..1200 None false"),
            ("1,200", "1200 people 1200..1200 None false"),
            ("約1,200人", "1200 people 1200..1200 Some(Approx) true"),
            ("１２００件", "1200 records 1200..1200 None false"),
            ("2万8777人", "28777 people 28777..28777 None false"),
            ("2千万人", "20000000 people 20000000..20000000 None false"),
            ("累計三千五百件", "3500 records 3500..3500 Some(Cumulative) false"),
            ("9.3万人", "93000 people 93000..93000 None false"),
            ("最大500名", "500 people 0..500 Some(Max) false"),
            ("5,000件超", "5000 records 5001..? Some(Min) false"),
            ("3000人以上", "3000 people 3000..? Some(Min) false"),
            ("3000 or more", "3000 people 3000..? Some(Min) false"),
            ("100人未満", "100 people 0..99 Some(Max) false"),
            ("fewer than 100 mails", "100 mails 0..99 Some(Max) false"),
            ("延べ300人", "300 people 300..300 Some(Cumulative) false"),
            ("数百件", "? records 100..999 Some(Vague) false"),
            ("100-200 files", "? files 100..200 Some(Vague) false"),
            ("about 1 person", "1 people 1..1 Some(Approx) true"),
            ("3 companies", "3 companies 3..3 None false"),
            ("0.5 btc", "?"),
            ("7 USD", "7 USD 7..7 None false"),
        ] {
            assert_eq!(told(text).as_deref(), Some(expected).filter(|e| *e != "?"), "{text}");
        }
        for wrong in ["", "many", "12 apples", "200-100", "1.5人", "人", "5人人", "99999999999999999999"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for text in ["1200 people", "about 30 records", "at most 500 people", "fewer than 10 files", "at least 3 mails"]
        {
            let a = parse(text).unwrap();
            assert_eq!(written(&a), text);
        }
        for text in ["more than 3000 people", "延べ300 people", "100-999 people", "about at most 5 people"] {
            assert_eq!(parse(&written(&parse(text).unwrap())), parse(text), "{text}");
        }
    }
}
