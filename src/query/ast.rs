//! The query as a tree, with every value checked and folded.

use crate::domain::{Exposure, Key, Kind, Status};
use crate::lexicon::variants;
use chrono::NaiveDate;
use std::sync::Arc;

/// A whole query: which incidents, in which order.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What has to hold; the default view (kind incident and claim, status not dismissed) is already part of it.
    pub filter: Expr,
    /// The order; published descending with undated last where the query names none.
    pub sort: Sort,
}

impl Query {
    /// Tells whether it asks for what is marked in the workbench.
    pub fn asks_for_marks(&self) -> bool {
        fn asks(expr: &Expr) -> bool {
            match expr {
                Expr::And(list) | Expr::Or(list) => list.iter().any(asks),
                Expr::Not(inner) => asks(inner),
                Expr::Is(term) => *term == Term::Has(Trait::Marked),
            }
        }
        asks(&self.filter)
    }

    /// What its words are read as besides what they say and its spellings: the kana and words that a search for letters
    /// looks for too.
    pub fn added_readings(&self) -> Vec<String> {
        fn collect(expr: &Expr, out: &mut Vec<String>) {
            match expr {
                Expr::And(list) | Expr::Or(list) => list.iter().for_each(|e| collect(e, out)),
                Expr::Not(inner) => collect(inner, out),
                Expr::Is(Term::Contains { any, .. }) => {
                    let own = any.first().map(|word| variants::spellings(word)).unwrap_or_default();
                    let new = any.iter().filter(|word| !own.contains(word));
                    let new: Vec<String> = new.filter(|word| !out.contains(word)).cloned().collect();
                    out.extend(new);
                }
                Expr::Is(_) => {}
            }
        }
        let mut out = Vec::new();
        collect(&self.filter, &mut out);
        out
    }

    /// The query with these incidents in the place of `is:marked`.
    #[must_use]
    pub fn with_marks(self, marked: &Arc<[Key]>) -> Self {
        fn told(expr: Expr, marked: &Arc<[Key]>) -> Expr {
            let each = |list: Vec<Expr>| list.into_iter().map(|e| told(e, marked)).collect();
            match expr {
                Expr::And(list) => Expr::And(each(list)),
                Expr::Or(list) => Expr::Or(each(list)),
                Expr::Not(inner) => Expr::Not(Box::new(told(*inner, marked))),
                Expr::Is(Term::Has(Trait::Marked)) => Expr::Is(Term::Among(Arc::clone(marked))),
                Expr::Is(term) => Expr::Is(term),
            }
        }
        Self { filter: told(self.filter, marked), sort: self.sort }
    }
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// All of these; empty is true.
    And(Vec<Expr>),
    /// Any of these; empty is false.
    Or(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// One condition on one field.
    Is(Term),
}

/// The texts that a word is looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The entry's text, its tags, its notes and its corrected names: where bare words look.
    Anywhere,
    /// The organisation.
    Org,
    /// The title.
    Title,
    /// The third party.
    ThirdParty,
    /// The gang.
    Gang,
    /// The notes.
    Note,
}

/// The days of an incident, besides that of its publication, that a query can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dated {
    /// When it occurred.
    Occurred,
    /// When it was noticed.
    Discovered,
    /// Any event of its timeline.
    Event,
}

/// How a number is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the signs < <= = >= >
pub enum Compare {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Compare {
    /// Tells whether some number of the interval `lo..=hi` (`None` is open) compares so with `n`.
    pub fn overlaps(self, lo: Option<u64>, hi: Option<u64>, n: u64) -> bool {
        let (lo, hi) = (lo.unwrap_or(0), hi.unwrap_or(u64::MAX));
        match self {
            Self::Less => lo < n,
            Self::AtMost => lo <= n,
            Self::Equal => lo <= n && n <= hi,
            Self::AtLeast => hi >= n,
            Self::More => hi > n,
        }
    }
}

/// What an incident can be asked for besides its fields' values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trait {
    /// Carries no tag (`is:untagged`).
    Untagged,
    /// Has a note (`has:note`).
    Note,
    /// Has a warning (`has:warning`).
    Warning,
    /// Has a dated event (`has:timeline`).
    Timeline,
    /// Names a third party (`has:third`).
    ThirdParty,
    /// Continues an earlier release (`is:followup`).
    FollowUp,
    /// Its document no longer holds it (`is:gone`).
    Gone,
    /// An analyst corrected a field (`is:corrected`).
    Corrected,
    /// An analyst accepted or rejected a field's value (`is:reviewed`).
    Reviewed,
    /// Is marked in the workbench (`is:marked`); nothing is until [`Query::with_marks`] tells what.
    Marked,
}

/// One condition on one field.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// One of these search-folded spellings occurs in the search-folded text of the place.
    Contains {
        /// Where.
        place: Place,
        /// The word's spellings, at least one, each as [`crate::text::search_fold`] gives it.
        any: Vec<String>,
    },
    /// Carries this tag or one below it; the name is compared without regard to case.
    Tag(String),
    /// Has this status.
    Status(Status),
    /// Is of this kind.
    Kind(Kind),
    /// Has this case number, or one that begins so.
    Case(String),
    /// Has an action of this name or group (`error` is `error.loss`, `error.misdelivery`, …).
    Action(String),
    /// Concerns this kind of data.
    Data(String),
    /// Has this exposure.
    Exposure(Exposure),
    /// Its id begins so.
    Id(String),
    /// Published within these days, both included; incidents without a date never match. `None` is open.
    Published {
        /// First day.
        from: Option<NaiveDate>,
        /// Last day.
        to: Option<NaiveDate>,
    },
    /// That day or stretch of its can lie within these days, both included; an incident that is not known to have one
    /// never matches. `None` is open; a stretch without an end goes on.
    Dated {
        /// Which of its days.
        what: Dated,
        /// First day.
        from: Option<NaiveDate>,
        /// Last day.
        to: Option<NaiveDate>,
    },
    /// Its affected total, in people only or in any unit, can be so.
    Affected {
        /// Only totals in people.
        people: bool,
        /// The comparison.
        compare: Compare,
        /// The number.
        number: u64,
    },
    /// Has this trait.
    Has(Trait),
    /// Is one of these: what `is:marked` becomes once the workbench has told what is marked.
    Among(Arc<[Key]>),
    /// Carries an uncancelled change of this analyst; a name before a colon stands for all that go on after it.
    By(String),
}

/// What a list can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortField {
    /// Day of publication.
    Published,
    /// People affected (totals in other units count as unknown).
    People,
    /// Organisation.
    Org,
    /// Title.
    Title,
    /// First action.
    Action,
    /// Status.
    Status,
    /// Case number.
    Case,
}

impl SortField {
    /// All, with their query words.
    pub const ALL: [(SortField, &'static str); 7] = [
        (Self::Published, "published"),
        (Self::People, "people"),
        (Self::Org, "org"),
        (Self::Title, "title"),
        (Self::Action, "action"),
        (Self::Status, "status"),
        (Self::Case, "case"),
    ];
}

/// An order; whatever the direction, incidents without a value come last, and equal ones newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    /// By what.
    pub field: SortField,
    /// From the greatest down.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { field: SortField::Published, descending: true }
    }
}
