//! Turns a field and its value into a condition, or says what is wrong with the value and where.

use super::ast::{Compare, Dated, Expr, Place, Sort, SortField, Term, Trait};
use super::error::{QueryError, quoted};
use super::fields::{Field, Meaning};
use crate::domain::date::last_of_month;
use crate::domain::{Exposure, IncidentId, Kind, Status, Tag};
use crate::lexicon::{codes, variants};
use crate::text::{fold, nearest, search_fold};
use chrono::{Days, NaiveDate};
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

/// First and last day; `None` is open.
type Stretch = (Option<NaiveDate>, Option<NaiveDate>);

/// A value and where it stands.
pub(super) struct Value<'v> {
    pub field: &'static Field,
    pub compare: Option<Compare>,
    pub text: &'v str,
    pub at: Range<usize>,
    pub today: NaiveDate,
}

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
        let text = |place| contains(place, self.text, &self.at);
        Ok(Expr::Is(match self.field.meaning {
            Meaning::Org => return text(Place::Org),
            Meaning::Title => return text(Place::Title),
            Meaning::Third => return text(Place::ThirdParty),
            Meaning::Gang => return text(Place::Gang),
            Meaning::Note => return text(Place::Note),
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
            Meaning::Since => Term::Published { from: self.day(self.text)?.0, to: None },
            Meaning::Until => Term::Published { from: None, to: self.until()? },
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
        Err(self.wrong(message).or_rather(nearest(&value, all).map(str::to_owned)))
    }

    /// An action or a group of actions; `error.` and `error.*` are the group too.
    fn action(&self) -> Result<String, QueryError> {
        let text = self.text.trim_end_matches(['.', '*']);
        let value = Value { text, at: self.at.clone(), ..*self };
        value.code("action", codes::action_groups().into_iter().chain(codes::actions().iter().map(String::as_str)))
    }

    /// The value as one of a vocabulary's codes.
    fn code<'c>(&self, what: &str, codes: impl Iterator<Item = &'c str> + Clone) -> Result<String, QueryError> {
        let value = self.folded();
        if codes.clone().any(|c| c == value) {
            return Ok(value);
        }
        // What stands after the group's dot is often all that people remember.
        let tail = codes.clone().find(|c| c.split_once('.').is_some_and(|(_, tail)| tail == value));
        let rather = tail.or_else(|| nearest(&value, codes.clone())).map(str::to_owned);
        let mut message = format!("{} is no {what}", quoted(self.text));
        if rather.is_none() {
            message = format!("{message}: {}", codes.collect::<Vec<_>>().join(", "));
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
        let number = self.folded().replace([',', '_', '、'], "");
        let (digits, factor) = match number.strip_suffix('万') {
            Some(d) => (d, 10_000),
            None => number.strip_suffix('億').map_or((number.as_str(), 1), |d| (d, 100_000_000)),
        };
        let plain = digits.bytes().all(|b| b.is_ascii_digit());
        let number = digits.parse::<u64>().ok().filter(|_| plain).and_then(|n| n.checked_mul(factor));
        let Some(number) = number else {
            let message = format!("{} is no number: write digits, as in `{}`", quoted(self.text), self.field.example);
            return Err(self.wrong(message));
        };
        if number > MAX_NUMBER {
            return Err(self.wrong(format!("{} is too large: {MAX_NUMBER} at most", quoted(self.text))));
        }
        Ok(Term::Affected { people, compare: self.compare.unwrap_or(Compare::Equal), number })
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

    fn until(&self) -> Result<Option<NaiveDate>, QueryError> {
        Ok(self.day(self.text)?.1)
    }

    fn dated(&self, what: Dated) -> Result<Term, QueryError> {
        let (from, to) = self.stretch()?;
        Ok(Term::Dated { what, from, to })
    }

    /// First and last day of a date or of a range of dates.
    fn stretch(&self) -> Result<Stretch, QueryError> {
        let text = fold(self.text).text;
        let Some((a, b)) = text.split_once("..").or_else(|| text.split_once('~')) else {
            let (from, to) = self.day(&text)?;
            // `30d` alone is the stretch from then until today.
            return Ok((from, if text.ends_with(['d', 'D']) { Some(self.today) } else { to }));
        };
        let open = |s: &str| s.trim().is_empty();
        if open(a) && open(b) {
            return Err(self.wrong(format!("the range names no day: write it as in `{}`", self.field.example)));
        }
        let from = if open(a) { None } else { self.day(a)?.0 };
        let to = if open(b) { None } else { self.day(b.trim_start_matches('.'))?.1 };
        if from.zip(to).is_some_and(|(f, t)| f > t) {
            return Err(self.wrong("the range ends before it begins: write the earlier date first".into()));
        }
        Ok((from, to))
    }

    /// First and last day of `2024`, `2024-05`, `2024-05-28` (also `2024/5/28` and `2024年5月28日`) or `30d`, thirty
    /// days before today.
    fn day(&self, text: &str) -> Result<Stretch, QueryError> {
        let text = fold(text).text.to_lowercase();
        let days = match text.strip_suffix('d') {
            Some(n) => n.parse().ok().and_then(|n| self.today.checked_sub_days(Days::new(n))).map(|d| (d, d)),
            None => calendar_days(text.trim()),
        };
        match days {
            Some((first, last)) => Ok((Some(first), Some(last))),
            None => {
                let message = format!("{} is no date: write 2024, 2024-05, 2024-05-28 or 30d", quoted(&text));
                Err(self.wrong(message))
            }
        }
    }
}

/// First and last day of a written year, month or day: `2024`, `2024-5`, `2024/05/28`, `2024年5月28日`.
fn calendar_days(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let written = text.strip_suffix('日').unwrap_or(text);
    let written = written.strip_suffix('月').or_else(|| written.strip_suffix('年')).unwrap_or(written);
    let text = written.replace(['年', '月'], "-");
    let digits = |p: &str, most: usize| !p.is_empty() && p.len() <= most && p.bytes().all(|b| b.is_ascii_digit());
    let mut parts = text.split(['-', '/']);
    let year = parts.next().filter(|y| y.len() == 4 && digits(y, 4))?.parse().ok()?;
    let mut small = || match parts.next() {
        None => Some(None),
        Some(p) if digits(p, 2) => p.parse::<u32>().ok().map(Some),
        Some(_) => None,
    };
    let (month, day) = (small()?, small()?);
    if parts.next().is_some() {
        return None;
    }
    match (month, day) {
        (None, _) => Some((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?)),
        (Some(m), None) => Some((NaiveDate::from_ymd_opt(year, m, 1)?, last_of_month(year, m)?)),
        (Some(m), Some(d)) => NaiveDate::from_ymd_opt(year, m, d).map(|d| (d, d)),
    }
}
