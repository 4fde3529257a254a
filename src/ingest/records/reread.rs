//! Today's extractor over the text of a record whose document is not at hand. Called by the reparse of `jobs`.

use super::super::extract::{Head, Surroundings, extract};
use super::super::{Options, parse};
use crate::domain::{Facts, Field, Kind, ParsedEntry, Span};
use crate::text::neutral::holds_unsafe;

/// Reads an entry anew. Where its text alone shows its format, it is read as a digest of one entry; else what its
/// headline says is taken from what it was found to say.
pub fn reread(entry: &ParsedEntry, path: &str) -> ParsedEntry {
    let alone = parse(entry.text.as_bytes(), path, &Options::default()).ok();
    let alone = alone.and_then(|d| <[ParsedEntry; 1]>::try_from(d.entries).ok());
    if let Some([one]) = alone.filter(|[one]| one.text == entry.text && one.kind == entry.kind) {
        // A digest may tell a year that its entries do not.
        if one.facts.published.is_some() || entry.facts.published.is_none() {
            return ParsedEntry { facts: one.facts, ..entry.clone() };
        }
    }
    ParsedEntry { facts: anew(entry), ..entry.clone() }
}

/// The facts by today's extractor, given what the headline says.
fn anew(entry: &ParsedEntry) -> Facts {
    let old = &entry.facts;
    let head = head(entry);
    if entry.kind == Kind::Other {
        return old.clone();
    }
    let said = |f: Field| old.rules.get(&f).map(String::as_str);
    let published = old.published.filter(|_| said(Field::Published) == Some("markup"));
    let around = Surroundings { kind: entry.kind, year: year(old), published };
    let mut new = extract(&entry.text, &head, around);
    for field in [Field::CaseNo, Field::Org, Field::Title, Field::Published, Field::Gang] {
        // The extractor takes a headline for sure; how sure its format was of it stands in the record.
        if said(field) == Some("headline")
            && new.rules.get(&field).is_some_and(|r| r == "headline")
            && let Some(confidence) = old.confidence.get(&field)
        {
            new.confidence.insert(field, *confidence);
        }
    }
    if holds_unsafe(&entry.text) {
        new.warnings.push("the text holds control or invisible characters".to_owned());
    }
    new
}

/// The year that the text may leave out.
fn year(facts: &Facts) -> Option<i32> {
    use chrono::Datelike;
    facts.published.map(|d| d.year())
}

/// What the headline says, by what was found in it.
fn head(entry: &ParsedEntry) -> Head {
    let (facts, text) = (&entry.facts, &entry.text);
    let span = |field: Field| -> Option<Span> {
        let by_headline = facts.rules.get(&field).is_some_and(|r| r == "headline");
        facts.evidence.get(&field)?.first().copied().filter(|_| by_headline)
    };
    let part = |value: &Option<String>, field| Some((value.clone()?, span(field)?));
    let first = text.find('\n').unwrap_or(text.len());
    let mut head = Head {
        case_no: part(&facts.case_no, Field::CaseNo),
        org: part(&facts.org, Field::Org),
        title: part(&facts.title, Field::Title),
        published: facts.published.zip(span(Field::Published)),
        gang: part(&facts.gang, Field::Gang),
        ..Head::default()
    };
    let spans = [Field::CaseNo, Field::Org, Field::Title, Field::Published].into_iter().filter_map(span);
    // The body begins behind the last line that the headline was found on; a title repeated at the end is none.
    let last = spans.map(|s| s.end).filter(|end| *end <= first.max(text.len() / 4)).max().unwrap_or_default();
    let rest = text.get(last..).and_then(|r| r.find('\n')).map_or(text.len(), |n| last + n);
    head.body = rest.max(first.min(text.len()));
    head.body_end = text.len();
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "【セキュリティ事件簿#2031-7】架空運輸株式会社 個人情報の紛失について 2031/4/2\n\n架空運輸株式会社\n\n\n\
        2031年3月30日、配送の控え 12件を紛失しました。氏名と住所が記されていました。\n\nリリース文アーカイブ\n\
        【セキュリティ事件簿#2031-8】雲井町 名簿の誤送信について 2031/4/1\n\n雲井町\n\n\n\
        令和13年3月31日、生徒30名の名簿を誤って送信しました。\n\nリリース文アーカイブ\n";

    #[test]
    fn an_entry_is_read_from_its_text_as_from_its_document() {
        let document = parse(DIGEST.as_bytes(), "d.txt", &Options::default()).unwrap();
        assert_eq!(document.entries.len(), 2);
        for entry in &document.entries {
            let poorer = ParsedEntry {
                facts: Facts { actions: Vec::new(), timeline: Vec::new(), affected: None, ..entry.facts.clone() },
                ..entry.clone()
            };
            assert_eq!(reread(&poorer, "d.txt"), *entry);
        }
    }

    #[test]
    fn an_entry_without_a_format_of_its_own_keeps_its_headline() {
        let digest = "架空運輸 控えの紛失\n2031年3月30日、配送の控え 12件を紛失しました。\n";
        let mut facts =
            Facts { org: Some("架空運輸".into()), published: "2031-04-02".parse().ok(), ..Facts::default() };
        let sure = crate::domain::Confidence::Medium;
        facts.prove(Field::Org, [Span::new(0, 12)], sure, "headline");
        facts.prove(Field::Published, [], crate::domain::Confidence::Low, "markup");
        let (label, url) = (Some("紛失".to_owned()), None);
        let entry =
            ParsedEntry { kind: Kind::Incident, text: digest.into(), line: 4, bytes: (9, 90), label, url, facts };
        let new = reread(&entry, "page.html");
        assert_eq!((new.facts.org.as_deref(), new.facts.confidence.get(&Field::Org)), (Some("架空運輸"), Some(&sure)));
        assert_eq!(new.facts.published, entry.facts.published);
        assert_eq!(new.facts.actions, ["error.loss"]);
        assert_eq!((new.line, new.bytes, new.label), (4, (9, 90), Some("紛失".into())));
    }
}
