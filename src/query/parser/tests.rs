//! Trees, errors with their places, limits; and any text at all.

use super::*;
use crate::query::ast::{Compare, SortField};
use proptest::prelude::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 6, 20).unwrap()
}

fn tree(text: &str) -> Expr {
    parse_without_default(text, today()).unwrap().filter
}

fn word(w: &str) -> Expr {
    crate::query::value::contains(Place::Anywhere, w, &(0..0)).unwrap()
}

fn not(e: Expr) -> Expr {
    Expr::Not(Box::new(e))
}

#[test]
fn and_binds_tighter_than_or() {
    let (a, b, c) = (word("a"), word("b"), word("c"));
    let and = |x: &Expr, y: &Expr| Expr::And(vec![x.clone(), y.clone()]);
    assert_eq!(tree("a b OR c"), Expr::Or(vec![and(&a, &b), c.clone()]));
    assert_eq!(tree("a AND b"), and(&a, &b));
    assert_eq!(tree("a (b OR c)"), and(&a, &Expr::Or(vec![b.clone(), c.clone()])));
    assert_eq!(tree("a　（b　OR　c）"), tree("a (b OR c)"));
    assert_eq!(tree("-a NOT b"), and(&not(a.clone()), &not(b.clone())));
    assert_eq!(tree("-(a b)"), not(and(&a, &b)));
    assert_eq!(tree("－a　−(b)"), and(&not(a.clone()), &not(b.clone())));
    assert_eq!(tree("a or b"), Expr::And(vec![a, word("or"), b]));
    assert_eq!(tree(""), Expr::And(vec![]));
}

#[test]
fn words_phrases_and_colons_that_are_no_fields() {
    assert_eq!(tree("“A　b”"), word("a b"));
    assert_eq!(tree("10:30"), word("10:30"));
    assert_eq!(tree("http://example.jp/?a=b"), word("http://example.jp/?a=b"));
    assert_eq!(tree("概要:内容"), word("概要:内容"));
    assert_eq!(tree("\"foo:bar\""), word("foo:bar"));
    assert_eq!(tree("a=b"), word("a=b"));
    assert_eq!(tree("-"), word("-"));
    assert_eq!(tree("c-d"), word("c-d"));
    assert_eq!(tree(":x"), word(":x"));
}

#[test]
fn fields_become_terms() {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d);
    let published = |from, to| Expr::Is(Term::Published { from, to });
    let affected = |people, compare, number| Expr::Is(Term::Affected { people, compare, number });
    let cases = [
        ("tag:\"A b\"/", Expr::And(vec![Expr::Is(Term::Tag("a_b".into())), word("/")])),
        ("tag:A/", Expr::Is(Term::Tag("a".into()))),
        ("ＳＴＡＴＵＳ：ｎｅｗ", Expr::Is(Term::Status(Status::New))),
        ("kind:any", Expr::And(vec![])),
        ("people≧１，０００", affected(true, Compare::AtLeast, 1000)),
        ("count <= 2万", affected(false, Compare::AtMost, 20_000)),
        ("people>=1.5万人", affected(true, Compare::AtLeast, 15_000)),
        ("count=2万8777件", affected(false, Compare::Equal, 28_777)),
        ("count:5", affected(false, Compare::Equal, 5)),
        ("since:2024-02", published(day(2024, 2, 1), None)),
        ("until:2024-02", published(None, day(2024, 2, 29))),
        ("published:2024/6/6", published(day(2024, 6, 6), day(2024, 6, 6))),
        ("published:2023..", published(day(2023, 1, 1), None)),
        ("published:7d", published(day(2024, 6, 13), day(2024, 6, 20))),
        ("case:＃2024‐217", Expr::Is(Term::Case("2024-217".into()))),
        ("id:7M4K", Expr::Is(Term::Id("7m4k".into()))),
    ];
    for (text, expected) in cases {
        assert_eq!(tree(text), expected, "{text}");
    }
}

#[test]
fn words_carry_all_their_spellings() {
    let Expr::Is(Term::Contains { any, .. }) = tree("org:サーバ漏洩") else { panic!() };
    assert_eq!(any.len(), 4);
    assert!(any.contains(&"サーバー漏えい".to_owned()));
}

#[test]
fn letters_are_read_where_that_is_asked_for() {
    let any = |query: Query| {
        let Expr::And(all) = query.filter else { panic!() };
        let Some(Expr::Is(Term::Contains { any, .. })) = all.into_iter().next() else { panic!() };
        any
    };
    let read = |text| any(parse_typed(text, today(), true).unwrap());
    let literal = |text| any(parse(text, today()).unwrap());
    assert_eq!(read("rouei"), ["rouei", "ろうえい", "ロウエイ", "ローエイ", "漏えい", "漏洩"]);
    for same in ["ＲＯＵＥＩ", "org:rouei", "note:rouei", "reading:rouei", "reading:\"rouei\""] {
        assert_eq!(read(same), read("rouei"), "{same}");
    }
    assert_eq!(literal("reading:rouei"), read("rouei"));
    for itself in ["rouei", "\"rouei\"", "org:rouei", "org:\"rouei\"", "usb", "reading:usb", "ro"] {
        assert_eq!(literal(itself).len(), 1, "{itself}");
    }
    for itself in
        ["\"rouei\"", "“rouei”", "title:\"rouei\"", "usb", "ro", "reading:ro", "漏えい事案X1", "\"ろうえい\"", "の"]
    {
        assert!(parse_typed(itself, today(), true).unwrap().added_readings().is_empty(), "{itself}");
    }
    for kana in ["reading:ろうえい", "ろうえい", "org:ろうえい"] {
        assert_eq!(read(kana), ["ろうえい", "ロウエイ", "ローエイ", "漏えい", "漏洩"], "{kana}");
    }
    assert_eq!(literal("ろうえい"), ["ろうえい"]);
    assert!(read("ﾄｳﾅﾝ").contains(&"盗難".to_owned()), "{:?}", read("ﾄｳﾅﾝ"));
    let added = parse_typed("rouei -reading:funshitsu OR \"saaba\"", today(), true).unwrap().added_readings();
    assert!(["漏えい", "漏洩", "ふんしつ", "紛失"].iter().all(|w| added.contains(&(*w).to_owned())), "{added:?}");
    assert!(!added.contains(&"サーバ".to_owned()));
}

#[test]
fn an_order_is_no_condition() {
    let q = parse_without_default("a OR b sort:-people", today()).unwrap();
    assert_eq!(q.filter, Expr::Or(vec![word("a"), word("b")]));
    assert_eq!(q.sort, Sort { field: SortField::People, descending: true });
    assert_eq!(parse("", today()).unwrap().sort, Sort::default());
    assert!(!parse("sort:org", today()).unwrap().sort.descending);
}

#[test]
fn errors_point_at_the_place_and_name_the_nearest_word() {
    let cases = [
        ("a orgg:x", "orgg:", Some("org:")),
        ("漏えい　ｓｔａｔｕ：new", "ｓｔａｔｕ：", Some("status:")),
        ("status:dome", "dome", Some("done")),
        ("kind:incidnet", "incidnet", Some("incident")),
        ("exposure:confirm", "confirm", Some("confirmed")),
        ("has:timelin", "timelin", Some("timeline")),
        ("sort:-poeple", "-poeple", Some("-people")),
        ("is:zebra", "zebra", None),
        ("action:eror", "eror", Some("error")),
        ("action:loss", "loss", Some("error.loss")),
        ("action:weather", "weather", None),
        ("data:adress", "adress", Some("address")),
        ("org=x", "org=", Some("org:")),
        ("poeple>3", "poeple", Some("people")),
        ("people>many", "many", None),
        ("people>1000000000000000000000", "1000000000000000000000", None),
        ("people>1000000000000000001", "1000000000000000001", None),
        ("since:2024-13", "2024-13", None),
        ("since:soon", "soon", None),
        ("since:99999999999d", "99999999999d", None),
        ("published:2024..2023", "2024..2023", Some("2023..2024")),
        ("published:..", "..", None),
        ("tag:", "tag:", None),
        ("tag: x", "tag:", None),
        ("tag:a|b", "a|b", None),
        ("id:oil", "oil", None),
        ("a \"b c", "\"b c", None),
        ("a \"\"", "\"\"", None),
        ("(a", "(", None),
        ("a)", ")", None),
        ("a ()", "()", None),
        ("a OR", "OR", None),
        ("OR a", "OR", None),
        ("a OR OR b", "OR", None),
        ("a OR sort:org", "OR", None),
        ("AND a", "AND", None),
        ("a AND OR b", "AND", None),
        ("NOT", "NOT", None),
        ("-sort:org", "sort:org", None),
        ("organisation:x", "organisation:", Some("org:")),
        ("before:2024", "before:", Some("until:")),
        ("affected:5", "affected:", Some("people>")),
        ("zebra:x", "zebra:", None),
        ("published>2024-05", "published>", Some("since:")),
        ("published≦2024-05", "published≦", Some("until:")),
        ("漏えい　people!=5", "people!=5", Some("-people=5")),
        ("people≠5", "people≠5", Some("-people=5")),
        ("people<>5", ">5", Some("-people=5")),
        ("people=>5", ">5", Some("-people=5")),
        ("people>10..20", "10..20", Some("people>=10 people<=20")),
        ("people>-5", "-5", None),
        ("count>1.5", "1.5", None),
        ("status:new,open", "new,open", Some("(status:new OR status:open)")),
        ("status：ｎｅｗ、ｄｏｎｅ", "ｎｅｗ、ｄｏｎｅ", Some("(status:new OR status:done)")),
        ("status:claim", "claim", Some("kind:claim")),
        ("is:note", "note", Some("has:note")),
        ("is:open", "open", Some("status:open")),
        ("has:tags", "tags", Some("-is:untagged")),
        ("data:name,phone", "name,phone", Some("(data:name OR data:phone)")),
        ("since:2024..2025", "2024..2025", Some("published:2024..2025")),
        ("until:2024-02-30", "2024-02-30", Some("2024-02-29")),
        ("event:5/28", "5/28", Some("2024-05-28")),
        ("occurred:2w", "2w", Some("14d")),
        ("discovered:today", "today", Some("0d")),
        ("event:2024-05-28T10:00", "2024-05-28T10:00", Some("2024-05-28")),
        ("event:2025..2024-05", "2025..2024-05", Some("2024-05..2025")),
        ("published:2024 .. 2025", "..", None),
        ("occurred:2024 〜2025", "〜2025", None),
        ("id:1234567890123", "1234567890123", None),
        ("by:\"　\"", "by:\"　\"", None),
    ];
    for (text, place, suggestion) in cases {
        let e = parse(text, today()).unwrap_err();
        assert_eq!(text.get(e.at.clone()), Some(place), "{text}: {e}");
        assert_eq!(e.suggestion.as_deref(), suggestion, "{text}: {e}");
        // What is wrong, and what to do: a suggestion, or words behind a colon or a semicolon.
        assert!(suggestion.is_some() || e.message.contains([':', ';']) || e.message.contains("as in"), "{text}: {e}");
        if let Some(rather) = suggestion.filter(|s| !s.ends_with([':', '>'])) {
            let field = text.get(..e.at.start).unwrap().split(['　', ' ']).next_back().unwrap();
            let whole = if rather.contains([':', '=']) { rather.to_owned() } else { format!("{field}{rather}") };
            assert!(parse(&whole, today()).is_ok(), "{text} -> {whole}");
        }
    }
}

#[test]
fn limits_are_errors_with_a_place() {
    assert!(parse(&"あ".repeat(1365), today()).is_ok());
    let long = "あ".repeat(1366);
    let e = parse(&long, today()).unwrap_err();
    assert!(long.get(e.at.clone()).is_some() && e.message.contains("4096"), "{e}");
    let nested = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
    assert!(parse(&nested(MAX_NESTING), today()).is_ok());
    assert_eq!(parse(&nested(MAX_NESTING + 1), today()).unwrap_err().at, MAX_NESTING..MAX_NESTING + 1);
    assert!(parse(&format!("{}a", "-".repeat(65)), today()).is_err());
    // Closed brackets do not add up.
    assert!(parse(&"(a) -b ".repeat(100), today()).is_ok());
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused_in_place(
        text in "(\\PC|[ 　\n\"“”:：()（）<>=≧-]|OR |NOT |tag:|people>|since:|sort:|published:|30d|\\.\\.|2024-0[1-9]|漏洩){0,40}"
    ) {
        match parse(&text, today()) {
            Ok(q) => prop_assert!(matches!(q.filter, Expr::And(_) | Expr::Or(_) | Expr::Not(_) | Expr::Is(_))),
            Err(e) => {
                prop_assert!(text.get(e.at.clone()).is_some(), "{:?}", e);
                prop_assert!(!e.pointed(&text).chars().any(|c| c.is_control() && c != '\n'));
            }
        }
    }
}
