//! Facts of one entry, each with its proof: one file a kind of fact.
//!
//! Called by the formats with an entry's text and what its headline says; returns [`Facts`] whose spans are byte
//! ranges of that text.

mod actions;
mod affected;
pub mod counts;
mod data_types;
pub mod dates;
mod doc;
mod exposure;
mod moments;
mod parties;
mod published;
mod raw;
mod resolve;
mod timeline;

use crate::domain::{Confidence, Facts, Field, Kind, Span};
use chrono::NaiveDate;
use dates::{DateExpr, ResolveContext};
use doc::Doc;

/// What a format read from an entry's headline lines; spans are byte ranges of the entry's text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// Serial number of the case, `2024-217`.
    pub case_no: Option<(String, Span)>,
    /// The organisation.
    pub org: Option<(String, Span)>,
    /// The title.
    pub title: Option<(String, Span)>,
    /// The day of publication that the headline prints.
    pub published: Option<(NaiveDate, Span)>,
    /// The ransomware gang of a claim.
    pub gang: Option<(String, Span)>,
    /// Byte offset at which the body begins, after headline and caption lines.
    pub body: usize,
    /// Byte offset at which the body ends, before closing lines (`リリース文アーカイブ`, the repeated title).
    pub body_end: usize,
    /// What the format noticed (a year that does not fit the case number, for example).
    pub warnings: Vec<String>,
}

/// What is known beside an entry's text.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings {
    /// What the entry is.
    pub kind: Kind,
    /// The year to assume where the entry's own text and headline name none (`--year`, or from the path or address).
    pub year: Option<i32>,
}

/// Extracts every fact of one entry. `text` is the whole entry, headline included.
///
/// A post that is no incident yields nothing but its head's values and warnings, a gang's claim only what its lines
/// say outright.
pub fn extract(text: &str, head: &Head, around: Surroundings) -> Facts {
    let mut facts = Facts { warnings: head.warnings.clone(), ..Facts::default() };
    if around.kind == Kind::Other {
        return facts;
    }
    take_head(head, &mut facts);
    if around.kind == Kind::Claim {
        return facts;
    }
    let doc = Doc::new(text, head);
    let dates = dates_of(&doc, head, around, &mut facts);
    let published = facts.published;
    actions::extract(&doc, &mut facts);
    affected::extract(&doc, &mut facts);
    data_types::extract(&doc, &mut facts);
    exposure::extract(&doc, &mut facts);
    parties::extract(&doc, head, &mut facts);
    timeline::extract(&doc, &dates, published, &mut facts);
    let events = timeline::events(&doc, &dates, published);
    moments::extract(&doc, &events, &dates, &mut facts);
    facts
}

/// Takes over what the headline says.
fn take_head(head: &Head, facts: &mut Facts) {
    let mut take = |value: &Option<(String, Span)>, field: Field| {
        let (text, span) = value.as_ref()?;
        facts.prove(field, [*span], Confidence::High, "headline");
        Some(text.clone())
    };
    let case_no = take(&head.case_no, Field::CaseNo);
    let org = take(&head.org, Field::Org);
    let title = take(&head.title, Field::Title);
    let gang = take(&head.gang, Field::Gang);
    (facts.case_no, facts.org, facts.title, facts.gang) = (case_no, org, title, gang);
    if let Some((day, span)) = &head.published {
        facts.published = Some(*day);
        facts.prove(Field::Published, [*span], Confidence::High, "headline");
    }
}

/// The body's date expressions, in folded offsets of the whole entry; settles the day of publication on the way.
fn dates_of(doc: &Doc, head: &Head, around: Surroundings, facts: &mut Facts) -> Vec<DateExpr> {
    let year = around.year.or_else(|| head.case_no.as_ref()?.0.get(..4)?.parse().ok());
    let mut context = ResolveContext { published: facts.published, antecedent: None, year };
    let mut found = scan_body(doc, &context);
    if facts.published.is_some() {
        return found;
    }
    let Some((e, confidence, rule)) = published::find(doc, &found) else { return found };
    facts.published = e.at.first_day();
    facts.prove(Field::Published, [doc.span(e.span.start, e.span.end)], confidence, rule);
    context.published = facts.published;
    found = scan_body(doc, &context);
    found
}

fn scan_body(doc: &Doc, context: &ResolveContext) -> Vec<DateExpr> {
    let mut found = dates::scan_folded(doc.body_text(), context);
    for e in &mut found {
        e.span = Span::new(e.span.start + doc.body.0, e.span.end + doc.body.0);
    }
    found
}
