//! Facts of one entry, each with its proof: one file a kind of fact.
//!
//! Called by the formats with an entry's text and what its headline says; returns [`Facts`] whose spans are byte
//! ranges of that text.

mod actions;
mod affected;
mod clock;
pub mod counts;
mod data_types;
pub mod dates;
mod disagree;
mod discovery;
mod doc;
mod exposure;
pub(super) mod figures;
mod modality;
mod moments;
mod no_days;
mod occurrence;
mod open;
mod parties;
mod parts;
mod published;
mod raw;
mod relative;
mod releases;
mod resolve;
mod timeline;
mod zones;

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
    /// The day of publication that the feed or page gives for the post; the text's own goes before it.
    pub published: Option<NaiveDate>,
}

/// Most date expressions of one entry that are looked at; a real notice holds fewer than a hundred.
const MOST_DATES: usize = 2000;

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
    actions::extract(&doc, &mut facts);
    affected::extract(&doc, &mut facts);
    data_types::extract(&doc, &mut facts);
    exposure::extract(&doc, &mut facts);
    parties::extract(&doc, head, &mut facts);
    disagree::warn(&doc, head, &mut facts);
    warn_of_no_days(&doc, &mut facts);
    let events = timeline::events(&doc, &dates, facts.published);
    timeline::extract(&doc, &dates, &events, &mut facts);
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
    let mut context = ResolveContext { published: facts.published.or(around.published), antecedent: None, year };
    let mut found = scan_body(doc, &context);
    if let Some(printed) = facts.published {
        facts.warnings.extend(published::contradiction(doc, &found, printed));
        return found;
    }
    let Some((e, confidence, rule)) = published::find(doc, &found) else {
        if let Some(day) = around.published {
            facts.published = Some(day);
            facts.prove(Field::Published, [], Confidence::Low, "markup");
        }
        return found;
    };
    facts.published = e.at.first_day();
    facts.prove(Field::Published, [doc.span(e.span.start, e.span.end)], confidence, rule);
    if context.published == facts.published {
        return found;
    }
    context.published = facts.published;
    found = scan_body(doc, &context);
    found
}

/// Warns of days that no calendar has, which are no dates.
fn warn_of_no_days(doc: &Doc, facts: &mut Facts) {
    for day in no_days::in_no_calendar(doc.body_text(), doc.places(doc.body)) {
        let warning = format!("「{day}」 is in no calendar: check the date");
        if !facts.warnings.contains(&warning) {
            facts.warnings.push(warning);
        }
    }
}

fn scan_body(doc: &Doc, context: &ResolveContext) -> Vec<DateExpr> {
    let mut found = dates::scan_folded(doc.body_text(), doc.places(doc.body), context);
    found.truncate(MOST_DATES);
    for e in &mut found {
        e.span = Span::new(e.span.start + doc.body.0, e.span.end + doc.body.0);
    }
    found
}

/// What the tests of all facts share.
#[cfg(test)]
mod testing {
    use super::{Head, Surroundings, extract};
    use crate::domain::{Facts, Kind, Span};

    /// The facts of an incident of this title and body.
    pub(super) fn facts_of(title: &str, body: &str) -> Facts {
        let text = format!("{title}\n\n{body}\n");
        let head = Head {
            title: Some((title.to_owned(), Span::new(0, title.len()))),
            body: title.len(),
            body_end: text.len(),
            ..Head::default()
        };
        extract(&text, &head, Surroundings { kind: Kind::Incident, year: None, published: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Exposure, SecondaryDamage, Unit};
    use proptest::prelude::*;

    const NOTICE: &str = "\
雲井町 生徒名簿の誤送信について 2024年7月3日

雲井町では、次のとおり個人情報を含む名簿の誤送信が判明しました。深くお詫びいたします。
1.経緯
・令和6年6月28日(金)午後3時40分頃 職員が、宛先を誤って名簿を添付したメールを送信した。
・同日午後5時 受信者から指摘があり判明した。
・翌29日(土) 個人情報保護委員会に報告した。
2.漏えいした情報
生徒 124件(118名分)(氏名、住所、電話番号)
※パスワードは含まれておりません。
現時点で、二次被害は確認されておりません。
3.再発防止策
今後は、紛失や盗難にも備え、研修を行います。
4.お問い合わせ
学校課 受付時間 午前9時から午後5時まで
";

    fn head(text: &str) -> Head {
        let span = |s: &str| text.find(s).map(|i| (s.to_owned(), Span::new(i, i + s.len())));
        Head {
            org: span("雲井町"),
            title: span("生徒名簿の誤送信について"),
            published: "2024-07-03".parse().ok().map(|d| (d, Span::new(0, 0))),
            body: text.find('\n').unwrap_or(0),
            body_end: text.len(),
            ..Head::default()
        }
    }

    fn read(text: &str, head: &Head) -> Facts {
        extract(text, head, Surroundings { kind: Kind::Incident, year: None, published: None })
    }

    #[test]
    fn a_notice_is_taken_apart() {
        let f = read(NOTICE, &head(NOTICE));
        let at: Vec<String> = f.timeline.iter().map(|e| e.at.to_string()).collect();
        assert_eq!(at, ["2024-06-28T15:40", "2024-06-28T17:00", "2024-06-29"]);
        assert_eq!(f.timeline[0].span.of(NOTICE), Some("令和6年6月28日(金)午後3時40分"));
        assert!(f.timeline[0].approx && f.timeline[1].text.contains("受信者から指摘"));
        assert_eq!(f.affected.map(|a| (a.count, a.unit)), Some((Some(118), Unit::People)));
        assert_eq!(f.actions, ["error.misdelivery"]);
        assert_eq!(f.data_types, ["address", "name", "phone"]);
        assert_eq!((f.ppc, f.police), (true, false));
        assert_eq!(f.exposure, Some(Exposure::Confirmed));
        assert_eq!(f.secondary_damage, Some(SecondaryDamage::NoneFound));
        assert_eq!(f.occurred.map(|p| p.from.to_string()), Some("2024-06-28T15:40".into()));
        assert_eq!(f.discovered.map(|d| d.to_string()), Some("2024-06-28T17:00".into()));
        assert!(f.evidence.values().flatten().all(|s| s.of(NOTICE).is_some()));
        assert!(f.confidence.len() == f.rules.len() && f.warnings.is_empty());
    }

    #[test]
    fn a_post_that_is_no_incident_yields_only_warnings() {
        let given = Head { warnings: vec!["odd".into()], ..head(NOTICE) };
        let f = extract(NOTICE, &given, Surroundings { kind: Kind::Other, year: None, published: None });
        assert_eq!(f, Facts { warnings: vec!["odd".into()], ..Facts::default() });
    }

    #[test]
    fn the_day_of_publication_is_read_from_the_body() {
        let text = "白砂町、書類を誤送付\n白砂町は7月3日、申請書を誤って送付したと発表した。町によると、職員が6月28日に発送した。";
        let given = Head { body: text.find('\n').unwrap_or(0), body_end: text.len(), ..Head::default() };
        let f = extract(text, &given, Surroundings { kind: Kind::Incident, year: Some(2015), published: None });
        assert_eq!(f.published.map(|d| d.to_string()), Some("2015-07-03".into()));
        assert_eq!(f.timeline.len(), 2);
        let nameless = extract(text, &given, Surroundings { kind: Kind::Incident, year: None, published: None });
        assert_eq!((nameless.published, nameless.timeline.len()), (None, 0));
    }

    proptest! {
        #[test]
        fn any_text_is_survived(
            text in "(\\PC|[\n 　]|[0-9]|年|月|日|時|名|件|同日|【|】|紛失|誤送信|判明|。|、|から){0,120}",
            from in 0usize..80,
            to in 0usize..200,
        ) {
            let boundary = |mut i: usize| { while !text.is_char_boundary(i.min(text.len())) { i += 1; } i.min(text.len()) };
            let given = Head { body: boundary(from), body_end: boundary(to), ..head(&text) };
            let f = read(&text, &given);
            for s in f.evidence.values().flatten().chain(f.timeline.iter().map(|e| &e.span)) {
                prop_assert!(s.of(&text).is_some());
            }
            for e in &f.timeline {
                prop_assert!(e.hi.is_none_or(|h| e.lo.first_day() <= h.last_day()));
            }
        }
    }
}
