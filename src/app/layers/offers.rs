//! What Tab offers while a fact is corrected: codes, words and units of the vocabularies, the days of the text, names at
//! hand. The dialog of [`super::correct`] asks with the text as it is typed.

use crate::domain::{Field, ListRow, Record, Unit};
use crate::lang::Lang;
use crate::lexicon::codes;
use crate::text::search_fold;
use std::collections::HashMap;

/// Most offers shown for one text.
const MOST: usize = 60;

/// One offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is shown: the word, and in Japanese what a code means.
    pub shown: String,
    /// The whole input with the word in it.
    pub text: String,
}

/// Names in the rows at hand, the most frequent first.
#[derive(Clone, Debug, Default)]
pub struct Names {
    organisations: Vec<String>,
    gangs: Vec<String>,
}

impl Names {
    /// The names that stand in these rows.
    pub fn of<'r>(rows: impl Iterator<Item = &'r ListRow>) -> Self {
        let (mut organisations, mut gangs) = (HashMap::new(), HashMap::new());
        for row in rows {
            for name in row.org.iter().chain(&row.third_party) {
                *organisations.entry(name.clone()).or_insert(0_usize) += 1;
            }
            if let Some(name) = &row.gang {
                *gangs.entry(name.clone()).or_insert(0_usize) += 1;
            }
        }
        Self { organisations: ranked(organisations), gangs: ranked(gangs) }
    }
}

fn ranked(counts: HashMap<String, usize>) -> Vec<String> {
    let mut all: Vec<(String, usize)> = counts.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all.into_iter().map(|(name, _)| name).collect()
}

/// The offers for a text that is being typed as a field's value.
pub fn offers(field: Field, typed: &str, record: &Record, names: &Names, lang: Lang) -> Vec<Offer> {
    let mut out = match field {
        Field::Kind => words(&["incident", "claim", "other"], typed),
        Field::Exposure => words(&["confirmed", "suspected", "none"], typed),
        Field::SecondaryDamage => words(&["none_found", "found"], typed),
        Field::Ppc | Field::Police => words(&["true", "false"], typed),
        Field::Actions => listed(codes::actions(), "action_name", typed, lang),
        Field::DataTypes => listed(codes::data_types(), "data_type", typed, lang),
        Field::Affected => after_number(&Unit::ALL.map(Unit::as_str), typed),
        Field::Money => after_number(&["JPY", "USD", "EUR", "GBP", "BTC"], typed),
        Field::Published | Field::Occurred | Field::Discovered | Field::Follows => moments(field, record, typed),
        Field::Org | Field::ThirdParty => containing(&names.organisations, typed),
        Field::Gang => containing(&names.gangs, typed),
        Field::CaseNo | Field::Title | Field::Timeline => Vec::new(),
    };
    out.truncate(MOST);
    out
}

fn plain(word: &str) -> Offer {
    Offer { shown: word.to_owned(), text: word.to_owned() }
}

fn words(all: &[&str], typed: &str) -> Vec<Offer> {
    let typed = search_fold(typed.trim());
    all.iter().filter(|w| w.starts_with(&typed)).map(|w| plain(w)).collect()
}

/// Codes for the last item of a list: those that begin so, or whose part after the dot does, then those that hold it.
fn listed(codes: &[String], group: &str, typed: &str, lang: Lang) -> Vec<Offer> {
    let cut = typed.rfind([',', '、', '，']).map_or(0, |i| i + typed.get(i..).map_or(0, first_length));
    let (head, item) = typed.split_at_checked(cut).unwrap_or(("", typed));
    let before: Vec<String> = head.split([',', '、', '，']).map(|w| search_fold(w.trim())).collect();
    let item = search_fold(item.trim());
    let name = |code: &str| {
        let tail = code.rsplit('.').next().unwrap_or(code);
        let told = lang.get(&format!("{group}.{code}")).or_else(|| lang.get(&format!("{group}.{tail}")));
        told.filter(|_| lang != Lang::En).unwrap_or_default()
    };
    let rank = |code: &String| {
        let tail = code.split_once('.').map_or("", |(_, tail)| tail);
        match () {
            () if code.starts_with(&item) => Some(0),
            () if tail.starts_with(&item) => Some(1),
            () if code.contains(&item) || search_fold(name(code)).contains(&item) => Some(2),
            () => None,
        }
    };
    let free = codes.iter().filter(|c| !before.contains(c));
    let mut found: Vec<(i32, &String)> = free.filter_map(|c| Some((rank(c)?, c))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    let offer = |(_, code): (i32, &String)| Offer {
        shown: format!("{code} {}", name(code)).trim_end().to_owned(),
        text: format!("{head}{code}"),
    };
    found.into_iter().map(offer).collect()
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// Units after a number.
fn after_number(units: &[&str], typed: &str) -> Vec<Offer> {
    let head = typed.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let begun = typed.get(head.len()..).unwrap_or_default().to_lowercase();
    if !head.chars().any(char::is_numeric) {
        return Vec::new();
    }
    let gap = if head.ends_with(char::is_whitespace) { "" } else { " " };
    let fits = units.iter().filter(|u| u.to_lowercase().starts_with(&begun));
    fits.map(|unit| Offer { shown: (*unit).to_owned(), text: format!("{head}{gap}{unit}") }).collect()
}

/// The moments of the incident's chronology; days where only days will do.
fn moments(field: Field, record: &Record, typed: &str) -> Vec<Offer> {
    let (head, item) = match field {
        Field::Occurred => typed.rsplit_once("..").map_or(("", typed), |(head, item)| (head, item)),
        Field::Follows => typed.rsplit_once(',').map_or(("", typed), |(head, item)| (head, item)),
        _ => ("", typed),
    };
    let joint = if head.is_empty() { "" } else { typed.get(head.len()..typed.len() - item.len()).unwrap_or_default() };
    let days_only = matches!(field, Field::Published | Field::Follows);
    let mut out: Vec<Offer> = Vec::new();
    let stated = record.facts.published.iter().map(ToString::to_string);
    let events = record.facts.timeline.iter().flat_map(|e| [Some(e.at), e.until]).flatten();
    for moment in events.map(|at| at.to_string()).chain(stated) {
        let moment = if days_only { moment.chars().take(10).collect() } else { moment };
        let offer = Offer { text: format!("{head}{joint}{moment}"), shown: moment };
        let fits = offer.shown.starts_with(item.trim()) && !(days_only && offer.shown.len() < 10);
        if fits && !out.contains(&offer) {
            out.push(offer);
        }
    }
    out
}

fn containing(names: &[String], typed: &str) -> Vec<Offer> {
    let typed = search_fold(typed.trim());
    let (first, rest): (Vec<&String>, Vec<&String>) =
        names.iter().filter(|n| search_fold(n).contains(&typed)).partition(|n| search_fold(n).starts_with(&typed));
    first.into_iter().chain(rest).map(|n| plain(n)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    fn texts(field: Field, typed: &str, lang: Lang) -> Vec<String> {
        let rows: Vec<ListRow> = sample::records()
            .iter()
            .enumerate()
            .map(|(i, r)| sample::row(crate::domain::Key(i as i64 + 1), r))
            .collect();
        let names = Names::of(rows.iter());
        offers(field, typed, &sample::record(1), &names, lang).into_iter().map(|o| o.text).collect()
    }

    #[test]
    fn words_codes_units_days_and_names_are_offered() {
        for (field, typed, expected) in [
            (Field::Exposure, "s", &["suspected"][..]),
            (Field::Ppc, "", &["true", "false"]),
            (Field::Actions, "error.l", &["error.loss"]),
            (Field::Actions, "loss", &["error.loss"]),
            (Field::Actions, "error.loss,misdel", &["error.loss,error.misdelivery"]),
            (Field::DataTypes, "name,postal", &["name,postal_code"]),
            (Field::Affected, "1200 pe", &["1200 people"]),
            (Field::Affected, "約1,200acc", &["約1,200 accounts"]),
            (Field::Affected, "people", &[]),
            (Field::Money, "1500000", &["1500000 JPY", "1500000 USD", "1500000 EUR", "1500000 GBP", "1500000 BTC"]),
            (Field::Discovered, "2024-05-28", &["2024-05-28"]),
            (Field::Org, "白樺", &["白樺県"]),
            (Field::Title, "x", &[]),
        ] {
            assert_eq!(texts(field, typed, Lang::En), expected, "{field} {typed}");
        }
        assert!(texts(Field::Occurred, "2024-05-26..", Lang::En).contains(&"2024-05-26..2024-05-28".to_owned()));
    }

    #[test]
    fn a_code_is_found_by_its_japanese_name() {
        assert_eq!(texts(Field::Actions, "ランサム", Lang::Ja), ["malware.ransomware"]);
    }

    #[test]
    fn every_offer_is_understood() {
        for field in Field::ALL {
            for typed in ["", "12", "2024", "na"] {
                for text in texts(field, typed, Lang::Ja) {
                    assert!(crate::op::parse_value(field, &text).is_ok(), "{field} {text}");
                }
            }
        }
    }
}
