//! A file of any bytes, read as a digest, as a notice and as a form that was kept.

use super::{in_time, stands};
use jikenbo::domain::{Facts, Kind, ParsedDocument};
use jikenbo::ingest::{Options, Reading, form, parse};

/// Reads the bytes in every way; what comes out stands where it says.
///
/// # Panics
/// Panics where something does not hold.
pub fn holds(bytes: &[u8]) {
    let year = [None, Some(2024), Some(1)].get(bytes.len() % 5).copied().flatten();
    let path = ["2023-06/digest.txt", "digest.txt", "-"][bytes.len() % 3];
    let url = (bytes.len() % 7 == 1).then_some("https://blog.example.jp/2024/05/a_12.html");
    for reading in [Reading::Digest, Reading::Notice, Reading::Form] {
        let options = Options { reading, year, source_url: url.map(str::to_owned) };
        let read = in_time(bytes.len(), || parse(bytes, path, &options));
        match read {
            Ok(document) => is_sound(&document, bytes),
            Err(e) => assert!(!e.to_string().is_empty()),
        }
    }
    if let Ok(text) = form::text_of(bytes)
        && let Ok(form) = form::Form::read(&text)
        && !form.is_blank()
    {
        filled_in(&form);
    }
}

/// A form that a person filled in is kept as a file that reads as what it says.
fn filled_in(form: &form::Form) {
    let kept = form.kept();
    let options = Options { reading: Reading::Form, ..Options::default() };
    let document = parse(kept.as_bytes(), "form", &options).unwrap_or_else(|e| panic!("{e}: {kept:?}"));
    assert_eq!(document.entries.len(), 1, "{kept:?}");
    is_sound(&document, kept.as_bytes());
}

fn is_sound(document: &ParsedDocument, bytes: &[u8]) {
    assert!(!document.entries.is_empty());
    let lines = bytes.iter().filter(|b| matches!(b, b'\n' | b'\r')).count() + 1;
    for entry in &document.entries {
        let (start, end) = entry.bytes;
        assert!(start <= end && end <= bytes.len(), "{:?} of {}", entry.bytes, bytes.len());
        assert!((1..=lines).contains(&entry.line), "line {} of {lines}", entry.line);
        assert!(!entry.text.trim().is_empty(), "an entry without text");
        facts_are_sound(&entry.facts, entry.kind, &entry.text);
    }
}

fn facts_are_sound(facts: &Facts, kind: Kind, text: &str) {
    facts.evidence.values().flatten().for_each(|s| stands(*s, text));
    for e in &facts.timeline {
        stands(e.span, text);
        assert!(e.hi.is_none_or(|h| e.lo.first_day() <= h.last_day()), "{e:?}");
        assert!(e.lo.first_day().is_some() && e.hi.is_none_or(|h| h.last_day().is_some()), "{e:?}");
    }
    if let Some(a) = &facts.affected {
        assert!(a.lo.zip(a.hi).is_none_or(|(l, h)| l <= h), "{a:?}");
    }
    if let Some(m) = &facts.money {
        assert!(m.amount.is_finite() && m.amount >= 0.0, "{m:?}");
    }
    if let Some(p) = &facts.occurred {
        assert!(p.to.is_none_or(|to| p.from.first_day() <= to.last_day()), "{p:?}");
    }
    for value in [&facts.org, &facts.title, &facts.third_party, &facts.gang, &facts.case_no].into_iter().flatten() {
        assert!(!value.trim().is_empty(), "an empty name in {facts:?}");
    }
    if kind != Kind::Incident {
        assert!(facts.timeline.is_empty(), "{kind} with a timeline");
    }
    let json = serde_json::to_string(facts).unwrap();
    assert_eq!(&serde_json::from_str::<Facts>(&json).unwrap(), facts);
}
