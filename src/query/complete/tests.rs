//! What is offered where: `|` stands for the cursor.

use super::*;
use crate::lang::Lang;
use crate::query::parse;
use proptest::prelude::*;

struct Book(Lang);

fn list(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

impl Known for Book {
    fn today(&self) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 6, 20).unwrap()
    }
    fn text(&self, key: &str) -> Option<&'static str> {
        self.0.get(key)
    }
    fn tags(&self, _: &str, _: usize) -> Vec<String> {
        list(&["supply/若宮", "supply", "mail/leak", "leak"])
    }
    fn orgs(&self, _: &str, _: usize) -> Vec<String> {
        list(&["青嶺市", "青嶺 大学", "Aomine City", "say \"x\"", "青\u{202e}嶺", "(株)若宮", ""])
    }
    fn third_parties(&self, _: &str, most: usize) -> Vec<String> {
        (0..most + 9).map(|n| format!("若宮{n}")).collect()
    }
    fn gangs(&self, _: &str, _: usize) -> Vec<String> {
        list(&["KUMORI", "Bear"])
    }
    fn analysts(&self, _: &str, _: usize) -> Vec<String> {
        list(&["hanako", "rule:lost"])
    }
    fn cases(&self, _: &str, _: usize) -> Vec<String> {
        list(&["2024-217", "2024-21"])
    }
}

/// What is offered at `|`.
fn offered(text: &str) -> Vec<Completion> {
    let cursor = text.find('|').unwrap();
    complete(&text.replacen('|', "", 1), cursor, &Book(Lang::En))
}

fn words(text: &str) -> Vec<String> {
    offered(text).into_iter().map(|c| c.insert).collect()
}

/// The query with the first offer written into it.
fn taken(text: &str) -> String {
    let first = offered(text).into_iter().next().unwrap();
    let mut out = text.replacen('|', "", 1);
    out.replace_range(first.replaces, &first.insert);
    out
}

#[test]
fn at_a_words_start_the_fields_are_offered_with_their_help() {
    let all = offered("漏えい |");
    assert_eq!(all.len(), fields::fields().len());
    assert_eq!(all[0].insert, "tag:");
    assert!(all.iter().all(|c| !c.help.is_empty() && c.replaces == (10..10)));
    assert_eq!(words("sta|"), ["status:"]);
    assert_eq!(words("a　－ｐｕ|")[0], "published:");
    assert_eq!(words("(pe|")[0], "people>");
    // Begins so, then the letters in order, then the description.
    assert_eq!(words("ub|")[0], "published:");
    assert_eq!(words("oc|")[0], "occurred:");
    assert_eq!(words("contractor|"), ["third:"]);
    for none in ["漏え|", "\"a |", "\"sta|tus\"", "http://x|", "foo:x|", "people>1|", "org=|", "sta|tus:new"] {
        assert!(words(none).is_empty(), "{none}: {:?}", words(none));
    }
}

#[test]
fn what_stands_around_the_cursor_is_replaced() {
    for (text, expected) in [
        ("sta|", "status:"),
        ("sta|ts x", "status: x"),
        ("stat|us：new", "status:new"),
        ("a -sta| b", "a -status: b"),
        ("status:d|", "status:done"),
        ("status:d|one x", "status:dismissed x"),
        ("ＳＴＡＴＵＳ：ｏｐ|", "ＳＴＡＴＵＳ：open"),
        ("(kind:cl|)", "(kind:claim)"),
        ("org:青嶺大| x", "org:\"青嶺 大学\" x"),
        ("org:\"青嶺 大|\" x", "org:\"青嶺 大学\" x"),
        ("org:\"青嶺 大| \"b c\"", "org:\"青嶺 大学\" \"b c\""),
        ("org：＂青嶺市|＂", "org：\"青嶺市\""),
        ("org:株|", "org:\"(株)若宮\""),
        ("published:2024-05..2024-0|", "published:2024-05..2024-06-20"),
    ] {
        assert_eq!(taken(text), expected, "{text}");
    }
}

#[test]
fn values_come_from_the_vocabulary() {
    assert_eq!(words("status:|"), ["new", "open", "done", "dismissed", "any"]);
    assert_eq!(words("exposure:sus|"), ["suspected"]);
    assert_eq!(words("has:|"), ["note", "warning", "timeline", "third"]);
    assert_eq!(words("is:mark|"), ["marked"]);
    assert_eq!(words("sort:peo|"), ["people", "-people"]);
    assert_eq!(words("sort:-p|"), ["-published", "-people"]);
    assert_eq!(words("action:err|")[..2], ["error", "error.misdelivery"]);
    assert_eq!(words("action:loss|"), ["error.loss"]);
    assert_eq!(words("data:card|"), ["credit_card"]);
    assert_eq!(words("since:3|")[..2], ["30d", "365d"]);
    assert_eq!(words("published:2024|"), ["2024-06-20", "2024-06", "2024-05"]);
    assert!(words("since:2024-05..2|").is_empty());
    for none in ["people>|", "count:|", "id:|", "note:|", "title:|", "until:x|"] {
        assert!(words(none).is_empty(), "{none}");
    }
}

#[test]
fn descriptions_help_to_find_a_code_in_the_interfaces_language() {
    let found = complete("data:氏名", 11, &Book(Lang::Ja));
    assert_eq!(found.first().map(|c| c.insert.as_str()), Some("name"));
    let told = complete("action:紛失", 13, &Book(Lang::Ja));
    assert!(told.iter().any(|c| c.insert == "error.loss"), "{told:?}");
}

#[test]
fn names_come_from_the_case_book() {
    assert_eq!(words("tag:|"), ["supply/若宮", "supply", "mail/leak", "leak"]);
    assert_eq!(words("tag:leak|"), ["mail/leak"]);
    assert_eq!(words("tag:sp|"), ["supply/若宮", "supply"]);
    assert_eq!(words("tag:若|"), ["supply/若宮"]);
    assert_eq!(words("org:\"青嶺 |"), ["\"青嶺市\"", "\"青嶺 大学\""]);
    // What no query can hold is not offered.
    assert_eq!(words("org:|"), ["青嶺市", "\"青嶺 大学\"", "\"Aomine City\"", "\"(株)若宮\""]);
    assert_eq!(words("by:rule|"), ["rule:lost"]);
    assert_eq!(words("case:2024-21|"), ["2024-217"]);
    assert_eq!(words("gang:kum|"), ["KUMORI"]);
    assert_eq!(words("third:若|").len(), MAX_COMPLETIONS);
}

#[test]
fn every_offer_has_its_help_in_both_languages() {
    for lang in [Lang::En, Lang::Ja] {
        for c in complete("", 0, &Book(lang)) {
            assert!(!c.help.is_empty(), "{}", c.insert);
        }
        for field in ["is", "has", "kind", "exposure", "status", "since", "sort"] {
            let text = format!("{field}:");
            for c in complete(&text, text.len(), &Book(lang)) {
                // In English a status explains itself.
                assert!(!c.help.is_empty() || lang == Lang::En && field == "status", "{text}{} {lang:?}", c.insert);
            }
        }
    }
}

#[test]
fn cursors_outside_the_text_or_a_character_offer_nothing() {
    assert!(complete("漏", 1, &Book(Lang::En)).is_empty());
    assert!(complete("a", 2, &Book(Lang::En)).is_empty());
}

proptest! {
    #[test]
    fn what_is_offered_can_be_written(
        text in "([a-z漏 　\"“:：()（<>=-]|tag:|org:\"|status:|sort:-|since:|published:|\\.\\.|action:|data:){0,8}",
        at in any::<prop::sample::Index>(),
    ) {
        let places: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        let cursor = places[at.index(places.len())];
        let offers = complete(&text, cursor, &Book(Lang::Ja));
        prop_assert!(offers.len() <= MAX_COMPLETIONS);
        for c in offers.iter().take(20) {
            let mut out = text.clone();
            prop_assert!(out.get(c.replaces.clone()).is_some());
            out.replace_range(c.replaces.clone(), &c.insert);
            // What was fine before and up to a field's sign stays fine.
            if parse(&text, NaiveDate::default()).is_ok() && !c.insert.ends_with([':', '>']) {
                prop_assert!(parse(&out, NaiveDate::default()).is_ok(), "{} -> {}", text, out);
            }
        }
    }
}
