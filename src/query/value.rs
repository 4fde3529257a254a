//! Turns a field and its value into a condition, or says what is wrong with the value and where.

use super::ast::{Compare, Dated, Expr, Place, Sort, SortField, Term, Trait};
use super::days::{self, Stretch};
use super::error::{QueryError, quoted};
use super::fields::{self, Field, Meaning};
use crate::domain::{Exposure, IncidentId, Kind, Status, Tag};
use crate::lexicon::{codes, readings, variants};
use crate::text::{fold, nearest, number_at, search_fold};
use chrono::NaiveDate;
use std::ops::Range;

/// Greatest number to compare with: below what the store cuts its numbers to, so that each comparison is exact.
const MAX_NUMBER: u64 = 1_000_000_000_000_000_000;

/// What a field with its value says.
pub(super) enum Meant {
    /// A condition.
    Filter(Expr),
    /// An order.
    Sort(Sort),
}

/// A value and where it stands.
pub(super) struct Value<'v> {
    pub field: &'static Field,
    pub compare: Option<Compare>,
    pub text: &'v str,
    pub at: Range<usize>,
    pub today: NaiveDate,
    /// Words of letters stand for what they are read as too.
    pub read: bool,
}

/// Fewest letters by whose beginning a code is guessed.
const SHORTEST: usize = 4;

/// The condition that a word or phrase occurs somewhere.
///
/// # Errors
/// Refuses a phrase that holds nothing but white space.
pub(super) fn contains(place: Place, text: &str, at: &Range<usize>) -> Result<Expr, QueryError> {
    let word = search_fold(text);
    if word.is_empty() {
        return Err(QueryError::new("there is nothing to look for: write a word", at.clone()));
    }
    Ok(Expr::Is(Term::Contains { place, any: variants::spellings(&word) }))
}

/// The condition that a word occurs somewhere; with `reads` one of letters, or of kana only, stands for what it is read as
/// too: kana are what an input method leaves until it is told to convert.
///
/// # Errors
/// As [`contains`].
pub(super) fn contains_typed(place: Place, text: &str, at: &Range<usize>, reads: bool) -> Result<Expr, QueryError> {
    let reads = reads && readings::is_read(&search_fold(text));
    let meant = if reads { contains_read } else { contains };
    meant(place, text, at)
}

/// The condition that a word, or what it is read as, occurs somewhere.
///
/// # Errors
/// As [`contains`].
fn contains_read(place: Place, text: &str, at: &Range<usize>) -> Result<Expr, QueryError> {
    let mut expr = contains(place, text, at)?;
    if let Expr::Is(Term::Contains { any, .. }) = &mut expr {
        let added = readings::of_word(&search_fold(text));
        let added: Vec<String> = added.iter().flat_map(|word| variants::spellings(word)).collect();
        for word in added.into_iter().take(readings::MAX_READ) {
            if !any.contains(&word) {
                any.push(word);
            }
        }
    }
    Ok(expr)
}

impl Value<'_> {
    /// What the value means for its field.
    ///
    /// # Errors
    /// Says what is wrong with the value, with the nearest valid word where the field has a vocabulary.
    pub fn meant(&self) -> Result<Meant, QueryError> {
        if self.field.meaning == Meaning::Sort {
            return self.sort().map(Meant::Sort);
        }
        self.filter().map(Meant::Filter)
    }

    fn filter(&self) -> Result<Expr, QueryError> {
        // A phrase is longer where it stands, by its quotes, and means itself.
        let read = self.read && self.at.len() == self.text.len();
        let text = |place| contains_typed(place, self.text, &self.at, read);
        Ok(Expr::Is(match self.field.meaning {
            Meaning::Org => return text(Place::Org),
            Meaning::Title => return text(Place::Title),
            Meaning::Third => return text(Place::ThirdParty),
            Meaning::Gang => return text(Place::Gang),
            Meaning::Note => return text(Place::Note),
            Meaning::Reading => return contains_read(Place::Anywhere, self.text, &self.at),
            Meaning::Status => match self.one_of("status", Status::ALL.map(Status::as_str), true)? {
                Some(name) => Term::Status(Status::from_name(name).unwrap_or_default()),
                None => return Ok(Expr::And(Vec::new())),
            },
            Meaning::Kind => match self.one_of("kind", ["incident", "claim", "other"], true)? {
                Some(name) => Term::Kind(Kind::from_name(name).unwrap_or_default()),
                None => return Ok(Expr::And(Vec::new())),
            },
            Meaning::Exposure => self.exposure()?,
            Meaning::Tag => self.tag()?,
            Meaning::Case => Term::Case(self.folded().trim_start_matches('#').to_owned()),
            Meaning::Action => Term::Action(self.action()?),
            Meaning::Data => Term::Data(self.code("kind of data", codes::data_types().iter().map(String::as_str))?),
            Meaning::By => self.by()?,
            Meaning::Id => self.id()?,
            Meaning::Is => self.has(
                "state",
                [
                    ("untagged", Trait::Untagged),
                    ("followup", Trait::FollowUp),
                    ("gone", Trait::Gone),
                    ("corrected", Trait::Corrected),
                    ("reviewed", Trait::Reviewed),
                    ("marked", Trait::Marked),
                ],
            )?,
            Meaning::Has => self.has(
                "trait",
                [
                    ("note", Trait::Note),
                    ("warning", Trait::Warning),
                    ("timeline", Trait::Timeline),
                    ("third", Trait::ThirdParty),
                ],
            )?,
            Meaning::Since => Term::Published { from: self.day()?.0, to: None },
            Meaning::Until => Term::Published { from: None, to: self.day()?.1 },
            Meaning::Published => {
                let (from, to) = self.stretch()?;
                Term::Published { from, to }
            }
            Meaning::Occurred => self.dated(Dated::Occurred)?,
            Meaning::Discovered => self.dated(Dated::Discovered)?,
            Meaning::Event => self.dated(Dated::Event)?,
            Meaning::People => self.affected(true)?,
            Meaning::Count => self.affected(false)?,
            Meaning::Sort => return Ok(Expr::And(Vec::new())),
        }))
    }

    /// The value in one spelling: NFKC, dashes as `-`, lower case.
    fn folded(&self) -> String {
        fold(self.text).text.to_lowercase()
    }

    fn wrong(&self, message: String) -> QueryError {
        QueryError::new(message, self.at.clone())
    }

    /// The value as one of the words; `None` for `any`, where that is allowed.
    fn one_of<const N: usize>(
        &self,
        what: &str,
        words: [&'static str; N],
        any: bool,
    ) -> Result<Option<&'static str>, QueryError> {
        let value = self.folded();
        if any && value == "any" {
            return Ok(None);
        }
        if let Some(word) = words.into_iter().find(|w| *w == value) {
            return Ok(Some(word));
        }
        let all: Vec<&str> = words.into_iter().chain(any.then_some("any")).collect();
        let message = format!("{} is no {what}: {}", quoted(self.text), all.join(", "));
        let rather = self.any_of(&value, &all).or_else(|| elsewhere(&value));
        let rather = rather.or_else(|| nearest(&value, all).map(str::to_owned));
        Err(self.wrong(message).or_rather(rather))
    }

    /// What to write for a list of the field's words, which only `OR` joins.
    fn any_of(&self, value: &str, words: &[&str]) -> Option<String> {
        let parts: Vec<&str> = value.split([',', '|', '/', '、', ';', '+']).map(str::trim).collect();
        let listed = parts.len() > 1 && parts.iter().all(|p| words.contains(p));
        let each = || parts.iter().map(|p| format!("{}:{p}", self.field.name)).collect::<Vec<_>>();
        listed.then(|| format!("({})", each().join(" OR ")))
    }

    /// An action or a group of actions; `error.` and `error.*` are the group too.
    fn action(&self) -> Result<String, QueryError> {
        let text = self.text.trim_end_matches(['.', '*']);
        let value = Value { text, at: self.at.clone(), ..*self };
        value.code("action", codes::action_groups().into_iter().chain(codes::actions().iter().map(String::as_str)))
    }

    /// The value as one of a vocabulary's codes.
    fn code<'c>(&self, what: &str, codes: impl Iterator<Item = &'c str>) -> Result<String, QueryError> {
        let value = self.folded();
        let all: Vec<&str> = codes.collect();
        if all.contains(&value.as_str()) {
            return Ok(value);
        }
        // What stands after the group's dot is often all that people remember, or its beginning.
        let tail = |c: &str, test: &dyn Fn(&str) -> bool| c.split_once('.').is_some_and(|(_, tail)| test(tail));
        let whole = all.iter().copied().find(|c| tail(c, &|tail| tail == value));
        let begins = |c: &&str| value.len() >= SHORTEST && tail(c, &|tail| tail.starts_with(&value));
        let begun = whole.or_else(|| all.iter().copied().find(begins));
        let rather = begun.or_else(|| nearest(&value, all.iter().copied())).map(str::to_owned);
        let rather = rather.or_else(|| self.any_of(&value, &all));
        let mut message = format!("{} is no {what}", quoted(self.text));
        if rather.is_none() {
            message = format!("{message}: {}", all.join(", "));
        }
        Err(self.wrong(message).or_rather(rather))
    }

    fn exposure(&self) -> Result<Term, QueryError> {
        let all = [Exposure::Confirmed, Exposure::Suspected, Exposure::None];
        let name = self.one_of("exposure", all.map(Exposure::as_str), false)?;
        let exposure = all.into_iter().find(|e| Some(e.as_str()) == name);
        Ok(Term::Exposure(exposure.unwrap_or(Exposure::None)))
    }

    fn has<const N: usize>(&self, what: &str, words: [(&'static str, Trait); N]) -> Result<Term, QueryError> {
        let name = self.one_of(what, words.map(|w| w.0), false)?;
        let found = words.into_iter().find(|w| Some(w.0) == name).map(|w| w.1);
        Ok(Term::Has(found.unwrap_or(Trait::Untagged)))
    }

    fn tag(&self) -> Result<Term, QueryError> {
        let tag = Tag::new(self.text.trim_end_matches('/')).map_err(|e| self.wrong(e.to_string()))?;
        Ok(Term::Tag(tag.as_str().to_lowercase()))
    }

    fn by(&self) -> Result<Term, QueryError> {
        match self.text.trim() {
            "" => Err(self.wrong("there is no name: write one, as in `by:hanako`".into())),
            name => Ok(Term::By(name.to_owned())),
        }
    }

    fn id(&self) -> Result<Term, QueryError> {
        let id = self.folded();
        if !IncidentId::is_prefix_form(&id) {
            let message = format!(
                "{} begins no id: ids are up to {} digits and letters without i, l, o and u",
                quoted(self.text),
                IncidentId::LEN
            );
            return Err(self.wrong(message));
        }
        Ok(Term::Id(id))
    }

    fn affected(&self, people: bool) -> Result<Term, QueryError> {
        let text = self.folded();
        let Some(number) = whole(&text) else { return Err(self.no_number(&text)) };
        if number > MAX_NUMBER {
            return Err(self.wrong(format!("{} is too large: {MAX_NUMBER} at most", quoted(self.text))));
        }
        Ok(Term::Affected { people, compare: self.compare.unwrap_or(Compare::Equal), number })
    }

    fn no_number(&self, text: &str) -> QueryError {
        let (name, example) = (self.field.name, self.field.example);
        if let Some((from, to)) = text.split_once("..").or_else(|| text.split_once('~')) {
            let (from, to) = (whole(from).map(|_| from), whole(to).map(|_| to));
            let rather = from.zip(to).map(|(from, to)| format!("{name}>={from} {name}<={to}"));
            return self.wrong(format!("{} is a range: write two conditions", quoted(self.text))).or_rather(rather);
        }
        let number = text.trim_start_matches(['<', '>', '=', '≤', '≥', '≠', '!']);
        if number.len() < text.len() {
            let rather = whole(number).map(|_| format!("-{name}={number}"));
            return self.wrong(format!("{name} is compared with <, <=, =, >= or >")).or_rather(rather);
        }
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return self.wrong(format!("{} is too large: {MAX_NUMBER} at most", quoted(self.text)));
        }
        self.wrong(format!("{} is no number: write one as in `{example}` or `{name}>=2万`", quoted(self.text)))
    }

    fn sort(&self) -> Result<Sort, QueryError> {
        let value = self.folded();
        let (descending, name) = value.strip_prefix('-').map_or((false, value.as_str()), |name| (true, name));
        if let Some((field, _)) = SortField::ALL.into_iter().find(|(_, n)| *n == name) {
            return Ok(Sort { field, descending });
        }
        let names = SortField::ALL.map(|(_, n)| n);
        let message = format!("{} is nothing to sort by: {}", quoted(self.text), names.join(", "));
        let sign = if descending { "-" } else { "" };
        Err(self.wrong(message).or_rather(nearest(name, names).map(|n| format!("{sign}{n}"))))
    }

    fn dated(&self, what: Dated) -> Result<Term, QueryError> {
        let (from, to) = self.stretch()?;
        Ok(Term::Dated { what, from, to })
    }

    /// A date or a range of dates.
    fn stretch(&self) -> Result<Stretch, QueryError> {
        days::stretch(self.text, self.today).map_err(|w| self.no_date(w))
    }

    /// A date alone.
    fn day(&self) -> Result<Stretch, QueryError> {
        days::day(self.text, self.today).map_err(|w| {
            // Who writes a range here means another field.
            let ranged = days::stretch(self.text, self.today).is_ok();
            let rather = if ranged { Some(format!("published:{}", self.text)) } else { w.rather };
            self.no_date(days::Wrong { rather, ..w })
        })
    }

    fn no_date(&self, wrong: days::Wrong) -> QueryError {
        self.wrong(wrong.message).or_rather(wrong.rather)
    }
}

/// The field that has this word among its values (`is:note` is `has:note`).
fn elsewhere(value: &str) -> Option<String> {
    let opposite = matches!(value, "tagged" | "tag" | "tags");
    let of = |f: &&Field| f.meaning != Meaning::Sort && f.words().any(|w| w == value);
    let other = || fields::fields().iter().find(of).map(|f| format!("{}:{value}", f.name));
    if opposite { Some("-is:untagged".to_owned()) } else { other() }
}
/// The number that a folded text writes, with the word for what is counted; `None` where it is none, or too large.
fn whole(text: &str) -> Option<u64> {
    let text = text.strip_suffix(['人', '名', '件']).unwrap_or(text).replace(['_', '、'], "");
    number_at(&text).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number)
}
