//! The day of publication where the headline prints none: an announcement in the text, or a letterhead line.

use super::dates::DateExpr;
use super::doc::Doc;
use crate::domain::{Confidence, Moment, Precision};
use crate::text::first_chars;
use chrono::NaiveDate;

/// The expression that gives the day of publication, with how sure that is and the rule that found it.
pub fn find<'d>(doc: &Doc, dates: &'d [DateExpr]) -> Option<(&'d DateExpr, Confidence, &'static str)> {
    announced(doc, dates)
        .map(|e| (e, Confidence::Medium, "published.announced"))
        .or_else(|| letterhead(doc, dates).map(|e| (e, Confidence::Medium, "published.letterhead")))
}

/// `…は10月9日、…と発表した`: the first date of one of the first sentences, before anything else is told.
fn announced<'d>(doc: &Doc, dates: &'d [DateExpr]) -> Option<&'d DateExpr> {
    dates.iter().find(|e| {
        let index = doc.sentence_index(e.span.start);
        let Some(s) = doc.sentences.get(index).filter(|_| index < 4) else { return false };
        let before = doc.get(s.start, e.span.start);
        let after = doc.get(e.span.end, s.end);
        let subject = before.ends_with('は') || before.ends_with("は、") || before.ends_with('が');
        let short = after.chars().count() < 40;
        // `5月31日に公表しました件の続報` names an earlier release.
        let Some(told) = doc.hits("announce", after).next() else { return false };
        let behind = first_chars(after.get(told.end..).unwrap_or_default(), 16);
        let earlier = ["続報", "件につ", "とおり", "済み", "その後", "追加", "第2報", "第二報"];
        is_day(e)
            && !earlier.iter().any(|w| behind.contains(w))
            && (subject && after.starts_with(['、', 'に', 'ま']) || short && after.contains("公表"))
    })
}

/// A line that holds nothing but a date, among the first or the last of the body.
fn letterhead<'d>(doc: &Doc, dates: &'d [DateExpr]) -> Option<&'d DateExpr> {
    let candidates = [dates.first(), dates.last()];
    candidates.into_iter().flatten().find(|e| {
        let (start, end) = doc.line_at(e.span.start);
        let index = doc.sentence_index(e.span.start);
        let near_edge = index < 3 || index + 3 >= doc.sentences.len();
        let text = doc.get(start, end).trim();
        is_day(e)
            && near_edge
            && text.len() == e.span.end - e.span.start
            && matches!(e.rule, "stated")
            && text.contains('年')
    })
}

/// What to tell where the letterhead at the top of the body names another day than the headline.
pub fn contradiction(doc: &Doc, dates: &[DateExpr], printed: NaiveDate) -> Option<String> {
    let e = letterhead(doc, dates.get(..1)?).filter(|e| doc.sentence_index(e.span.start) < 3)?;
    let day = e.at.first_day().filter(|d| *d != printed)?;
    Some(format!("the headline is dated {printed}, the body {day}: check the day of publication"))
}

fn is_day(e: &DateExpr) -> bool {
    e.until.is_none() && e.precision == Precision::Day && matches!(e.at, Moment::Day(_)) && !e.birth
}
