//! What may be written at the cursor of a query: fields, the values of their vocabularies, and names of the case book.
//! The workbench's query line asks, and gives what it knows of the case book.

use super::fields::{self, Field, Meaning};
use super::lexer::{ends_word, is_comparison, plain};
use crate::lexicon::codes;
use crate::text::{neutral, search_fold};
use chrono::{Datelike, Months, NaiveDate};
use std::ops::Range;

/// Most completions of one place.
pub const MAX_COMPLETIONS: usize = 200;

/// Something that may be written at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What to write; a value that holds white space or brackets is quoted.
    pub insert: String,
    /// The bytes of the query's text that it takes the place of.
    pub replaces: Range<usize>,
    /// What it finds, in the interface's language; empty where it speaks for itself.
    pub help: String,
}

/// What the caller knows: the case book's names, the day, and the interface's words.
///
/// Every list is given what is typed so far, search-folded, and how many names are wanted at most. A name that holds it
/// is enough; names that do not fit are left out here.
pub trait Known {
    /// The day that stretches count back from.
    fn today(&self) -> NaiveDate;
    /// The interface's text of a key (`query_field.tag`).
    fn text(&self, key: &str) -> Option<&'static str>;
    /// Tags, most used first.
    fn tags(&self, typed: &str, most: usize) -> Vec<String>;
    /// Organisations.
    fn orgs(&self, typed: &str, most: usize) -> Vec<String>;
    /// Third parties.
    fn third_parties(&self, typed: &str, most: usize) -> Vec<String>;
    /// Gangs.
    fn gangs(&self, typed: &str, most: usize) -> Vec<String>;
    /// Analysts and rules that acted.
    fn analysts(&self, typed: &str, most: usize) -> Vec<String>;
    /// Case numbers.
    fn cases(&self, typed: &str, most: usize) -> Vec<String>;
}

/// What may be written at the cursor (a byte offset into the query's text), best first: what begins so, then what has a
/// part that begins so, then what holds the letters in their order, then what is described so. Nothing inside a phrase
/// and where nothing is known.
pub fn complete(text: &str, cursor: usize, known: &dyn Known) -> Vec<Completion> {
    let Some(place) = Place::of(text, cursor) else { return Vec::new() };
    let offers = match place.what {
        What::Field => fields::fields().iter().map(|f| Offer::field(f, known)).collect(),
        What::Value(field) => values(field, &place.typed, known),
    };
    let now = text.get(place.replaces.clone()).unwrap_or_default();
    ranked(&place.typed, offers)
        .into_iter()
        .filter_map(|offer| {
            let insert = if matches!(place.what, What::Field) {
                offer.word
            } else {
                format!("{}{}", place.kept, quoted(&offer.word, place.quoted)?)
            };
            Some(Completion { insert, replaces: place.replaces.clone(), help: offer.help })
        })
        .filter(|c| c.insert != now)
        .take(MAX_COMPLETIONS)
        .collect()
}

/// What stands at the cursor.
enum What {
    /// A word's start: a field may begin here.
    Field,
    /// A field's value.
    Value(&'static Field),
}

/// A place to write at.
struct Place {
    what: What,
    /// What is typed there so far, search-folded.
    typed: String,
    /// The bytes that a completion takes the place of.
    replaces: Range<usize>,
    /// What of them stays before the completion: the first day of a range.
    kept: String,
    /// The value's quote is open.
    quoted: bool,
}

impl Place {
    /// The place at the cursor; `None` where nothing can be completed.
    fn of(text: &str, cursor: usize) -> Option<Self> {
        let before = text.get(..cursor)?;
        let after = text.get(cursor..)?;
        let start = match word_before(before)? {
            Word::Open(start, quote) => return Self::in_quotes(text, cursor, start, quote),
            Word::Bare(start) => start,
        };
        let word = before.get(start..)?;
        let sign = word.char_indices().find(|(i, c)| *i > 0 && (plain(*c) == ':' || is_comparison(plain(*c))));
        let rest = after.char_indices().find(|(_, c)| ends_word(plain(*c))).map_or(after.len(), |(i, _)| i);
        if let Some((at, sign)) = sign {
            let field = fields::by_name(&search_fold(word.get(..at)?)).filter(|_| plain(sign) == ':')?;
            let value = start + at + sign.len_utf8();
            return Some(Self::value(field, value, before.get(value..)?, cursor + rest, false));
        }
        // A name whose sign stands behind the cursor already keeps its value.
        let name = after.get(..rest)?;
        let sign = name.char_indices().find(|(_, c)| plain(*c) == ':' || is_comparison(plain(*c)));
        let end = cursor + sign.map_or(rest, |(i, c)| i + c.len_utf8());
        Some(Self {
            what: What::Field,
            typed: search_fold(word),
            replaces: start..end,
            kept: String::new(),
            quoted: false,
        })
    }

    /// A place in a value whose quote stands at `quote`.
    fn in_quotes(text: &str, cursor: usize, start: usize, quote: usize) -> Option<Self> {
        let name = text.get(start..quote)?;
        let sign = name.chars().next_back().filter(|c| plain(*c) == ':')?;
        let field = fields::by_name(&search_fold(name.strip_suffix(sign)?))?;
        let after = text.get(cursor..)?;
        let quotes = || after.char_indices().filter(|(_, c)| plain(*c) == '"');
        // An even number of quotes belongs to phrases that follow; this one is not closed then.
        let closing = quotes().next().filter(|_| quotes().count() % 2 == 1);
        let end = cursor + closing.map_or(0, |(i, c)| i + c.len_utf8());
        let opening = text.get(quote..)?.chars().next()?.len_utf8();
        let mut place = Self::value(field, quote, text.get(quote + opening..cursor)?, end, true);
        place.kept.clear();
        Some(place)
    }

    /// A place in a field's value, of which `typed` stands before the cursor.
    fn value(field: &'static Field, start: usize, typed: &str, end: usize, quoted: bool) -> Self {
        let range = typed.rsplit_once("..").filter(|_| field.takes_stretch() && !quoted);
        let (kept, typed) = range.map_or(("", typed), |(first, second)| (first, second));
        let kept = if range.is_some() { format!("{kept}..") } else { String::new() };
        Self { what: What::Value(field), typed: search_fold(typed), replaces: start..end, kept, quoted }
    }
}

/// The word that the end of a text stands in.
enum Word {
    /// It begins here.
    Bare(usize),
    /// It begins at the first, and its value's quote, at the second, is open.
    Open(usize, usize),
}

/// The word that the end of a text stands in; `None` in a phrase.
fn word_before(text: &str) -> Option<Word> {
    let mut start = 0;
    // Where the open quote stands, and whether it opens a field's value.
    let mut open: Option<(usize, bool)> = None;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        let sign = plain(c);
        match (open, sign) {
            (Some(_), '"') => {
                open = None;
                start = at + c.len_utf8();
            }
            (Some(_), _) => {}
            (None, '"') => open = Some((at, start < at && (previous == ':' || is_comparison(previous)))),
            (None, sign) if ends_word(sign) => start = at + c.len_utf8(),
            // A minus at a word's start negates what follows.
            (None, '-' | '－' | '−') if start == at => start = at + c.len_utf8(),
            (None, _) => {}
        }
        previous = sign;
    }
    match open {
        None => Some(Word::Bare(start)),
        Some((quote, true)) => Some(Word::Open(start, quote)),
        Some((_, false)) => None,
    }
}

/// A word that may fit, and what it finds.
struct Offer {
    word: String,
    help: String,
}

impl Offer {
    fn field(field: &Field, known: &dyn Known) -> Self {
        let sign = if field.compares() { '>' } else { ':' };
        Self { word: format!("{}{sign}", field.name), help: known.text(field.help).unwrap_or_default().to_owned() }
    }

    /// A word whose description has this key.
    fn told(word: &str, key: &str, known: &dyn Known) -> Self {
        let help = known.text(key).filter(|help| *help != word).unwrap_or_default();
        Self { word: word.to_owned(), help: help.to_owned() }
    }

    fn name(word: String) -> Self {
        Self { word, help: String::new() }
    }
}

/// The values that a field may have.
fn values(field: &Field, typed: &str, known: &dyn Known) -> Vec<Offer> {
    // Some fall out below.
    let most = MAX_COMPLETIONS * 2;
    let names = |list: Vec<String>| list.into_iter().map(Offer::name).collect();
    match field.meaning {
        Meaning::Tag => names(known.tags(typed, most)),
        Meaning::Org => names(known.orgs(typed, most)),
        Meaning::Third => names(known.third_parties(typed, most)),
        Meaning::Gang => names(known.gangs(typed, most)),
        Meaning::By => names(known.analysts(typed, most)),
        Meaning::Case => names(known.cases(typed, most)),
        Meaning::Action => actions(known),
        Meaning::Data => {
            codes::data_types().iter().map(|code| Offer::told(code, &format!("data_type.{code}"), known)).collect()
        }
        Meaning::Sort => {
            let both = |word: &'static str| [(String::new(), word), ("-".to_owned(), word)];
            let sorted = field.words().flat_map(both);
            sorted
                .map(|(sign, word)| {
                    let direction = if sign.is_empty() { "up" } else { "down" };
                    Offer::told(&format!("{sign}{word}"), &format!("query_value.sort.{direction}"), known)
                })
                .collect()
        }
        _ if field.takes_date() => dates(known),
        _ => {
            let told = |word| Offer::told(word, &format!("query_value.{}.{word}", field.name), known);
            field.words().map(told).collect()
        }
    }
}

/// Groups of actions, each before its actions.
fn actions(known: &dyn Known) -> Vec<Offer> {
    let told = |code: &str| {
        let own = format!("action_name.{code}");
        let name = code.split_once('.').map_or(code, |(_, name)| name);
        let key = if known.text(&own).is_some() { own } else { format!("action_name.{name}") };
        Offer::told(code, &key, known)
    };
    let groups = codes::action_groups().into_iter().flat_map(|group| {
        let within = codes::actions().iter().filter(move |a| a.split_once('.').is_some_and(|(g, _)| g == group));
        let key = format!("query_value.action.{group}");
        std::iter::once(Offer::told(group, &key, known)).chain(within.map(|a| told(a)))
    });
    groups.chain(codes::actions().iter().filter(|a| !a.contains('.')).map(|a| told(a))).collect()
}

/// Stretches that are often asked for.
fn dates(known: &dyn Known) -> Vec<Offer> {
    let today = known.today();
    let month = |day: NaiveDate| day.format("%Y-%m").to_string();
    let last_month = today.checked_sub_months(Months::new(1)).unwrap_or(today);
    [
        ("7d".to_owned(), "d7"),
        ("30d".to_owned(), "d30"),
        ("90d".to_owned(), "d90"),
        ("365d".to_owned(), "d365"),
        (today.to_string(), "today"),
        (month(today), "month"),
        (month(last_month), "last_month"),
        (today.year().to_string(), "year"),
        ((today.year() - 1).to_string(), "last_year"),
    ]
    .into_iter()
    .map(|(word, key)| Offer::told(&word, &format!("query_date.{key}"), known))
    .collect()
}

/// The offers that fit what is typed, best first; equal ones stay as they come.
fn ranked(typed: &str, offers: Vec<Offer>) -> Vec<Offer> {
    let mut fitting: Vec<(u8, Offer)> = offers.into_iter().filter_map(|o| Some((rank(typed, &o)?, o))).collect();
    fitting.sort_by_key(|(rank, _)| *rank);
    fitting.into_iter().map(|(_, offer)| offer).collect()
}

/// How well an offer fits what is typed, 0 best; `None` where it does not.
fn rank(typed: &str, offer: &Offer) -> Option<u8> {
    let word = search_fold(&offer.word);
    let parts = || word.match_indices(typed).map(|(at, _)| word.get(..at).and_then(|w| w.chars().next_back()));
    if word.starts_with(typed) {
        Some(0)
    } else if parts().any(|before| before.is_some_and(|c| !c.is_alphanumeric())) {
        Some(1)
    } else if word.contains(typed) {
        Some(2)
    } else if in_order(typed, &word) {
        Some(3)
    } else {
        // One letter stands in most descriptions.
        (typed.chars().count() > 1 && search_fold(&offer.help).contains(typed)).then_some(4)
    }
}

/// Tells whether the letters stand in the word in their order.
fn in_order(letters: &str, word: &str) -> bool {
    let mut rest = word.chars();
    letters.chars().all(|letter| rest.any(|c| c == letter))
}

/// A value as it is written; `None` where no query can hold it.
fn quoted(word: &str, in_quotes: bool) -> Option<String> {
    if word.is_empty() || word.chars().any(|c| plain(c) == '"' || neutral::is_unsafe(c)) {
        return None;
    }
    let needed = in_quotes || word.chars().any(|c| ends_word(plain(c)));
    Some(if needed { format!("\"{word}\"") } else { word.to_owned() })
}

#[cfg(test)]
mod tests;
