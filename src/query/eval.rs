//! Judges one record in memory: the plain reading of a query, which the store's SQL is tested against.

use super::ast::{Dated, Expr, Place, Query, Term, Trait};
use crate::domain::{Key, Moment, Record, Unit};
use crate::text::search_fold;
use chrono::NaiveDate;
use std::cell::OnceCell;

/// Tells whether an incident is among those that the query asks for; it is none of the marked ones.
pub fn matches(query: &Query, record: &Record) -> bool {
    Judge { record, key: None, text: OnceCell::new() }.holds(&query.filter)
}

/// Tells whether the incident of that row number is among those that the query asks for.
pub fn matches_at(query: &Query, key: Key, record: &Record) -> bool {
    Judge { record, key: Some(key), text: OnceCell::new() }.holds(&query.filter)
}

struct Judge<'r> {
    record: &'r Record,
    key: Option<Key>,
    /// The entry's text, folded once it is asked for.
    text: OnceCell<String>,
}

impl Judge<'_> {
    fn holds(&self, expr: &Expr) -> bool {
        match expr {
            Expr::And(all) => all.iter().all(|e| self.holds(e)),
            Expr::Or(any) => any.iter().any(|e| self.holds(e)),
            Expr::Not(inner) => !self.holds(inner),
            Expr::Is(term) => self.is(term),
        }
    }

    fn is(&self, term: &Term) -> bool {
        let (r, facts, triage) = (self.record, &self.record.facts, &self.record.triage);
        match term {
            Term::Contains { place, any } => self.contains(*place, any),
            Term::Tag(name) => {
                let name = name.to_lowercase();
                let within = |tag: String| tag.strip_prefix(&name).is_some_and(|t| t.is_empty() || t.starts_with('/'));
                triage.tags.iter().any(|t| within(t.as_str().to_lowercase()))
            }
            Term::Status(s) => triage.status == *s,
            Term::Kind(k) => r.kind == *k,
            Term::Case(start) => facts.case_no.as_ref().is_some_and(|c| c.to_ascii_lowercase().starts_with(start)),
            Term::Action(name) => facts
                .actions
                .iter()
                .any(|a| a.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))),
            Term::Data(code) => facts.data_types.contains(code),
            Term::Exposure(e) => facts.exposure == Some(*e),
            Term::Id(start) => r.id.as_str().starts_with(start.as_str()),
            Term::Published { from, to } => {
                facts.published.is_some_and(|day| from.is_none_or(|f| f <= day) && to.is_none_or(|t| day <= t))
            }
            Term::Dated { what, from, to } => self.dated(*what, &Days(*from, *to)),
            Term::Affected { people, compare, number } => facts
                .affected
                .as_ref()
                .is_some_and(|a| (!people || a.unit == Unit::People) && compare.overlaps(a.lo, a.hi, *number)),
            Term::Has(what) => self.has(*what),
            Term::Among(keys) => self.key.is_some_and(|key| keys.contains(&key)),
            Term::By(name) => triage.by.iter().any(|by| acted(by, name)),
        }
    }

    fn dated(&self, what: Dated, asked: &Days) -> bool {
        let facts = &self.record.facts;
        match what {
            Dated::Occurred => facts.occurred.is_some_and(|p| asked.overlap(p.from, p.to)),
            Dated::Discovered => facts.discovered.is_some_and(|at| asked.overlap(at, Some(at))),
            Dated::Event => facts.timeline.iter().any(|e| asked.overlap(e.lo, e.hi)),
        }
    }

    fn has(&self, what: Trait) -> bool {
        let (facts, triage) = (&self.record.facts, &self.record.triage);
        match what {
            Trait::Untagged => triage.tags.is_empty(),
            Trait::Note => !triage.notes.is_empty(),
            Trait::Warning => !facts.warnings.is_empty(),
            Trait::Timeline => !facts.timeline.is_empty(),
            Trait::ThirdParty => facts.third_party.is_some(),
            Trait::FollowUp => !facts.follows.is_empty(),
            Trait::Gone => facts.warnings.iter().any(|w| w == Record::GONE),
            Trait::Corrected => !triage.corrections.is_empty(),
            Trait::Reviewed => !triage.reviewed.is_empty(),
            Trait::Marked => false,
        }
    }

    fn in_corrected_names(&self, within: &dyn Fn(&str) -> bool) -> bool {
        let names = self.record.triage.corrections.iter().filter(|(field, _)| field.is_name());
        names.filter_map(|(_, c)| c.value.as_str()).any(|name| within(&search_fold(name)))
    }

    fn contains(&self, place: Place, any: &[String]) -> bool {
        let within = |folded: &str| any.iter().any(|word| folded.contains(word.as_str()));
        let field = |text: &Option<String>| text.as_ref().is_some_and(|t| within(&search_fold(t)));
        let (facts, triage) = (&self.record.facts, &self.record.triage);
        let in_notes = || triage.notes.iter().any(|n| within(&search_fold(&n.text)));
        match place {
            Place::Org => field(&facts.org),
            Place::Title => field(&facts.title),
            Place::ThirdParty => field(&facts.third_party),
            Place::Gang => field(&facts.gang),
            Place::Note => in_notes(),
            Place::Anywhere => {
                within(self.text.get_or_init(|| search_fold(&self.record.text)))
                    || triage.tags.iter().any(|t| within(&search_fold(t.as_str())))
                    || in_notes()
                    || self.in_corrected_names(&within)
            }
        }
    }
}

/// The days that are asked for: first and last, `None` is open.
struct Days(Option<NaiveDate>, Option<NaiveDate>);

impl Days {
    /// Tells whether some day from the first that `lo` may mean to the last that `hi` may mean (`None`: it goes on) is
    /// among these.
    fn overlap(&self, lo: Moment, hi: Option<Moment>) -> bool {
        let begins = self.1.is_none_or(|to| lo.first_day().is_some_and(|day| day <= to));
        begins && self.0.zip(hi).is_none_or(|(from, hi)| hi.last_day().is_some_and(|day| day >= from))
    }
}

/// Tells whether an analyst goes by that name: whole, or up to a colon (`rule` for every `rule:NAME`).
fn acted(by: &str, name: &str) -> bool {
    by.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Affected, Event, Facts, IncidentId, Kind, Moment, Note, Period, Precision, Source, Span, Status,
    };
    use crate::domain::{Correction, Exposure, Field, Tag, Triage, Verdict};
    use crate::lang::Lang;
    use crate::query::{fields, parse};
    use chrono::NaiveDate;
    use proptest::prelude::*;
    use proptest::sample::Index;

    fn day(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }

    fn record() -> Record {
        let event = Event {
            at: Moment::Month(2024, 5),
            until: None,
            lo: Moment::Day(day("2024-05-01")),
            hi: None,
            precision: Precision::Month,
            approx: false,
            span: Span::new(0, 1),
            text: "紛失".into(),
        };
        let correction =
            Correction {
                value: "訂正後の市".into(), parsed: "青嶺".into(), by: "hanako".into(), at: String::new()
            };
        Record {
            id: IncidentId("7m4kz0000000".into()),
            kind: Kind::Incident,
            source: Source {
                path: "a.txt".into(),
                line: 1,
                url: None,
                label: None,
                sha256: String::new(),
                bytes: Span::new(0, 1),
            },
            text: "青嶺市 ＵＳＢ メモリの紛失、個人情報の漏えい\nのおそれ".into(),
            case: None,
            facts: Facts {
                case_no: Some("2024-217".into()),
                org: Some("青嶺市".into()),
                title: Some("USBメモリの紛失".into()),
                published: Some(day("2024-05-28")),
                actions: vec!["error.loss".into()],
                affected: Some(Affected {
                    count: Some(1660),
                    unit: Unit::People,
                    lo: Some(1660),
                    hi: Some(1660),
                    modifier: None,
                    approx: false,
                }),
                data_types: vec!["name".into()],
                exposure: Some(Exposure::Suspected),
                third_party: Some("若宮印刷".into()),
                occurred: Some(Period { from: Moment::Month(2024, 4), to: Some(Moment::Day(day("2024-05-20"))) }),
                discovered: Some(Moment::Minute(day("2024-05-21").and_hms_opt(17, 0, 0).unwrap())),
                timeline: vec![event],
                warnings: vec!["weekday".into()],
                ..Facts::default()
            },
            related: Vec::new(),
            related_total: 0,
            triage: Triage {
                tags: vec![Tag::new("Supply/若宮").unwrap()],
                notes: vec![Note { by: "hanako".into(), at: String::new(), text: "再度 確認".into() }],
                corrections: [(Field::Org, correction)].into(),
                reviewed: [(Field::Affected, Verdict::Accepted)].into(),
                by: vec!["hanako".into(), "rule:supply".into()],
                ..Triage::default()
            },
        }
    }

    fn finds(query: &str, record: &Record) -> bool {
        matches(&parse(query, day("2024-06-20")).unwrap(), record)
    }

    #[test]
    fn queries_that_find_it() {
        let r = record();
        for q in [
            "",
            "USBメモリ",
            "usb メモリ",
            "漏洩",
            "個人情報の漏洩のおそれ",
            "再度確認",
            "訂正後",
            "supply",
            "-東京",
            "NOT 東京",
            "東京 OR 漏洩",
            "(東京 OR usb) 紛失",
            "tag:supply",
            "tag:SUPPLY/若宮",
            "status:new",
            "kind:any",
            "org:青嶺",
            "org:\"青 嶺市\"",
            "title:紛失",
            "case:2024-217",
            "case:#2024-21",
            "action:error",
            "action:error.loss",
            "data:name",
            "exposure:suspected",
            "third:若宮",
            "note:確認",
            "id:7m4k",
            "by:hanako",
            "by:rule",
            "by:rule:supply",
            "is:corrected is:reviewed",
            "-is:marked",
            "-is:untagged",
            "has:note has:warning",
            "has:timeline has:third",
            "since:2024-05",
            "since:30d",
            "until:2024",
            "published:2024-05-28",
            "published:2024-04..2024-05",
            "published:..2024-06",
            "published:30d",
            "published:2024年5月28日",
            "published:2024年5月",
            "published:2024年",
            "occurred:2024-04-01",
            "occurred:2024-05-20..2024-06",
            "occurred:..2024-04",
            "occurred:2024",
            "discovered:2024-05-21",
            "discovered:2024-05",
            "discovered:30d",
            "event:2024-05-31",
            "event:2030",
            "event:2024-05-10..",
            "event：２０２４／５〜２０２４／６",
            "people>1000",
            "people>=1,660",
            "people=1660",
            "people＞１０００",
            "count<2000",
            "people > 1万 OR count <= 1660",
            "org：青嶺市　title：USB",
            "sort:-people",
            "-(status:done OR status:open)",
        ] {
            assert!(finds(q, &r), "{q}");
        }
    }

    #[test]
    fn queries_that_do_not_find_it() {
        let r = record();
        for q in [
            "-usb",
            "東京",
            "status:any -status:new",
            "kind:claim",
            "tag:sup",
            "tag:若宮",
            "action:misuse",
            "is:followup",
            "is:marked",
            "by:hana",
            "by:supply",
            "since:2024-06",
            "since:20d",
            "until:2024-04",
            "published:2025",
            "occurred:2024-03",
            "occurred:2024-05-21..",
            "discovered:2024-05-20",
            "discovered:20d",
            "event:2024-04-30",
            "event:..2024-04",
            "people<1660",
            "people>1660",
            "count>2000",
            "gang:bear",
            "id:8",
            "-漏洩",
            "NOT (usb OR 東京)",
            "東京 OR 大阪",
            "exposure:none",
            "case:217",
            "org:USB",
        ] {
            assert!(!finds(q, &r), "{q}");
        }
    }

    #[test]
    fn what_is_marked_is_what_the_caller_says() {
        let r = record();
        let of = |text: &str| parse(text, day("2024-06-20")).unwrap();
        assert!(of("a OR (b -is:marked)").asks_for_marks() && !of("is:reviewed \"is:marked\"").asks_for_marks());
        let marks = [Key(3), Key(7)].into();
        for (text, on, off) in [("is:marked", true, false), ("usb -is:marked", false, true)] {
            let query = of(text).with_marks(&marks);
            assert!(matches_at(&query, Key(7), &r) == on && matches_at(&query, Key(4), &r) == off, "{text}");
            assert_eq!(matches(&query, &r), off);
        }
    }

    #[test]
    fn the_default_view_is_lifted_by_each_name_on_its_own() {
        let mut r = record();
        r.triage.status = Status::Dismissed;
        assert!(!finds("", &r) && !finds("kind:any", &r));
        assert!(finds("status:any", &r) && finds("status:dismissed", &r) && finds("usb OR (status:open)", &r));
        r.triage.status = Status::New;
        r.kind = Kind::Other;
        assert!(!finds("", &r) && !finds("status:any", &r));
        assert!(finds("kind:any", &r) && finds("-kind:claim", &r));
        r.kind = Kind::Claim;
        assert!(finds("", &r));
        r.facts.warnings.push(Record::GONE.into());
        assert!(!finds("", &r) && !finds("status:any", &r));
        assert!(finds("is:gone", &r) && finds("kind:any", &r) && !finds("-is:gone", &r));
    }

    #[test]
    fn unknown_values_match_no_comparison() {
        let mut r = record();
        r.facts.affected = None;
        r.facts.published = None;
        (r.facts.occurred, r.facts.discovered) = (None, None);
        r.facts.timeline.clear();
        for field in ["published", "occurred", "discovered", "event"] {
            assert!(!finds(&format!("{field}:..2030"), &r) && finds(&format!("-{field}:..2030"), &r));
        }
        assert!(!finds("people>=0", &r) && !finds("until:2030", &r) && finds("-people>=0", &r));
        let mut r = record();
        if let Some(a) = &mut r.facts.affected {
            a.unit = Unit::Files;
        }
        assert!(!finds("people>0", &r) && finds("count>0", &r));
    }

    #[test]
    fn every_example_of_the_table_parses() {
        for f in fields() {
            assert!(parse(f.example, day("2024-06-20")).is_ok(), "{}", f.example);
            assert!(f.example.starts_with(f.name) && !f.help.is_empty() && !f.value.is_empty());
            for lang in [Lang::En, Lang::Ja] {
                assert!(lang.get(f.help).is_some(), "{}", f.help);
            }
            // The words that help lists are the words that are understood.
            for word in f.words() {
                let query = format!("{}:{word}", f.name);
                assert!(parse(&query, day("2024-06-20")).is_ok(), "{query}");
            }
        }
    }

    /// The built-in groups of spellings.
    fn groups() -> Vec<Vec<String>> {
        let table: toml::Table = include_str!("../../assets/lexicon/variants.toml").parse().unwrap();
        table["groups"].clone().try_into().unwrap()
    }

    proptest! {
        #[test]
        fn each_spelling_finds_the_texts_of_all_the_others(
            places in prop::collection::vec((any::<Index>(), any::<Index>(), any::<Index>()), 1..4),
            between in prop::collection::vec(prop::sample::select(vec!["", "の", "a", "と第2", "情報"]), 5),
            gap in prop::sample::select(vec!["", " ", "\n", "　", "\r\n "]),
            place in prop::sample::select(vec!["", "org:", "title:"]),
        ) {
            let groups = groups();
            let (mut typed, mut written) = (between[0].to_owned(), between[0].to_owned());
            for ((group, a, b), after) in places.iter().zip(&between[1..]) {
                let group = group.get(&groups);
                typed += a.get(group).as_str();
                // White space may stand within a word, except between two ASCII characters.
                let spelt: Vec<String> = b.get(group).chars().map(String::from).collect();
                written += &spelt.join(gap);
                typed += after;
                written += after;
            }
            let mut r = record();
            r.text = format!("前文。{written}のおそれ");
            (r.facts.org, r.facts.title) = (Some(format!("第{written}")), Some(format!("{written}について")));
            let (found, missed) = (format!("{place}\"{typed}\""), format!("{place}\"{typed}無\""));
            prop_assert!(finds(&found, &r), "{} in {}", found, r.text);
            prop_assert!(!finds(&missed, &r));
        }
    }
}
