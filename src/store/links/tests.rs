//! Tests of cases and links over whole stores: which incidents are one case, in what order they are told, and that
//! neither the order of ingest nor what happened in between matters.

use super::edges::Finder;
use super::nearest;
use super::node::Node;
use super::why::Why;
use crate::domain::{Change, Field, Kind, ParsedEntry, Record, Related};
use crate::store::testing::{actor, all, apply, at, document, entry, keys, note, ready, titled};
use crate::store::{Ready, Store};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Days::new(n)
}

/// A notice of an organisation on a day; its text is its own.
fn notice(org: &str, title: &str, on: u64) -> ParsedEntry {
    let mut e = entry(org, title, &format!("{org}における{title}の件を{on}日目に公表します。"));
    e.facts.published = Some(day(on));
    e
}

fn naming(third: &str, mut e: ParsedEntry) -> ParsedEntry {
    e.facts.third_party = Some(third.into());
    e
}

fn add(store: &mut Store, path: &str, entries: Vec<ParsedEntry>) {
    let (parsed, raw) = document(path, entries);
    store.ingest(&ready(&parsed), &raw, at(1)).unwrap();
}

/// A store that holds each entry in a document of its own.
fn store_of(entries: &[ParsedEntry]) -> Store {
    let mut store = Store::open_in_memory().unwrap();
    for (n, e) in entries.iter().enumerate() {
        add(&mut store, &format!("/nowhere/{n}"), vec![e.clone()]);
    }
    store
}

fn records(store: &Store) -> Vec<Record> {
    all(store).into_iter().map(|k| store.record(k).unwrap()).collect()
}

/// The titles of each case, and the check that its id is that of its first member.
fn cases(store: &Store) -> BTreeSet<BTreeSet<String>> {
    let mut out: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
    for r in records(store) {
        let Some(case) = r.case else { continue };
        let (ids, titles) = out.entry(case).or_default();
        ids.insert(r.id.0);
        titles.insert(r.facts.title.unwrap());
    }
    for (case, (ids, _)) in &out {
        assert!(ids.len() > 1 && ids.first() == Some(case), "{case}: {ids:?}");
    }
    out.into_values().map(|(_, titles)| titles).collect()
}

/// Why each incident is related to the titled one, closest first.
fn why(store: &Store, title: &str) -> Vec<(String, String)> {
    let r = titled(store, title);
    let of = |id: &crate::domain::IncidentId| store.record(store.key_of(id.as_str()).unwrap()).unwrap();
    r.related.iter().map(|l| (of(&l.id).facts.title.unwrap(), l.why.clone())).collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

fn sets(list: &[&[&str]]) -> BTreeSet<BTreeSet<String>> {
    list.iter().map(|s| s.iter().map(|t| (*t).to_owned()).collect()).collect()
}

#[test]
fn those_who_name_one_contractor_at_one_time_are_a_case() {
    let store = store_of(&[
        naming("若宮印刷株式会社", notice("青葉市", "宛名が漏えい", 30)),
        naming("(株)若宮印刷", notice("白樺市", "はがきが漏えい", 100)),
        naming("㈱若宮印刷", notice("北浜大学", "名簿が漏えい", 200)),
        notice("若宮印刷", "サーバーへの攻撃", 20),
        notice("若宮印刷", "何年も後の停電", 2000),
        naming("若宮印刷", notice("港町役場", "別の年の紛失", 900)),
        naming("若宮印刷ロジスティクス", notice("東雲病院", "子会社での紛失", 40)),
    ]);
    let case: &[&str] = &["宛名が漏えい", "はがきが漏えい", "名簿が漏えい", "サーバーへの攻撃"];
    assert_eq!(cases(&store), sets(&[case]));
    assert_eq!(
        why(&store, "宛名が漏えい"),
        pairs(&[
            ("サーバーへの攻撃", "notice of the third party"),
            ("はがきが漏えい", "same third party"),
            ("名簿が漏えい", "same third party"),
            ("何年も後の停電", "notice of the third party"),
            ("別の年の紛失", "same third party"),
        ])
    );
    let own = why(&store, "サーバーへの攻撃");
    assert_eq!(own[0], ("宛名が漏えい".into(), "names it as third party".into()));
    assert_eq!((own.len(), titled(&store, "サーバーへの攻撃").related_total), (5, 5));
    assert_eq!(titled(&store, "子会社での紛失").related_total, 0);
}

#[test]
fn a_platform_makes_no_case() {
    let store = store_of(&[
        naming("Google フォーム", notice("青葉市", "応募者が見えた", 30)),
        naming("Googleフォーム", notice("白樺市", "回答者が見えた", 31)),
    ]);
    assert_eq!(cases(&store), sets(&[]));
    assert_eq!(why(&store, "応募者が見えた"), pairs(&[("回答者が見えた", "same third party")]));
}

#[test]
fn releases_of_one_notice_are_a_case_and_other_notices_of_the_organisation_are_not() {
    let mut named = notice("㈱ことの葉", "決済画面の調査が終わりました", 60);
    named.facts.follows = vec![day(10)];
    let store = store_of(&[
        notice("株式会社ことの葉", "不正アクセスによる情報漏えいについて", 10),
        notice("ことの葉", "不正アクセスによる情報漏えいについて（第2報）", 25),
        notice("ことの葉", "【続報】不正アクセスによる情報漏洩に関するお知らせ", 40),
        named,
        notice("ことの葉", "倉庫の停電について", 26),
        notice("ことの葉", "不正アクセスによる情報漏えいに関するお詫び", 1500),
    ]);
    let case: &[&str] = &[
        "不正アクセスによる情報漏えいについて",
        "不正アクセスによる情報漏えいについて（第2報）",
        "【続報】不正アクセスによる情報漏洩に関するお知らせ",
        "決済画面の調査が終わりました",
    ];
    assert_eq!(cases(&store), sets(&[case]));
    assert_eq!(
        why(&store, "不正アクセスによる情報漏えいについて（第2報）"),
        pairs(&[
            ("不正アクセスによる情報漏えいについて", "earlier release"),
            ("【続報】不正アクセスによる情報漏洩に関するお知らせ", "later release"),
            ("決済画面の調査が終わりました", "same case"),
            ("不正アクセスによる情報漏えいに関するお詫び", "same subject"),
            ("倉庫の停電について", "same organisation"),
        ])
    );
    let titles = why(&store, "不正アクセスによる情報漏えいについて");
    assert!(titles.contains(&("決済画面の調査が終わりました".into(), "later release".into())), "{titles:?}");
}

#[test]
fn one_notice_in_two_digests_is_a_case() {
    let body = |n: u32| {
        let said: String =
            (0..40).map(|i| format!("{}日に{}を確かめ、{}名に連絡しました。", i + 1, n + i, i * n)).collect();
        format!("当校の教諭が名簿を持ち帰る途中で紛失しました。{said}")
    };
    let copy = |org: &str, title: &str, body: &str, on| {
        let mut e = entry(org, title, body);
        e.facts.published = Some(day(on));
        e
    };
    let store = store_of(&[
        copy("青嶺学園", "名簿の紛失", &body(3), 10),
        copy("学校法人青嶺学園", "教諭が名簿を落とす", &format!("{}写真は校舎です。", body(3)), 12),
        copy("北浜大学", "名簿の置き忘れ", &body(700_000), 11),
        copy("白樺市", "書類の誤送付について", "本文その一です。", 50),
        copy("白樺市", "書類の誤送付のお詫び", "別の本文で、短い。", 50),
    ]);
    assert_eq!(
        cases(&store),
        sets(&[&["名簿の紛失", "教諭が名簿を落とす"], &["書類の誤送付について", "書類の誤送付のお詫び"]])
    );
    assert_eq!(why(&store, "名簿の紛失"), pairs(&[("教諭が名簿を落とす", "near duplicate")]));
}

#[test]
fn a_claim_leads_to_the_victims_notice_and_is_no_case_with_it() {
    let claim = |title: &str, on| ParsedEntry { kind: Kind::Claim, ..notice("帆影商事株式会社", title, on) };
    let store = store_of(&[claim("帆影商事", 10), notice("帆影商事", "攻撃による停止", 70), claim("古い主張", 3000)]);
    assert_eq!(cases(&store), sets(&[]));
    assert_eq!(
        why(&store, "攻撃による停止"),
        pairs(&[("帆影商事", "claim of a gang"), ("古い主張", "same organisation")])
    );
    assert_eq!(why(&store, "帆影商事")[0], ("攻撃による停止".into(), "notice of the victim".into()));
}

#[test]
fn a_case_number_joins_and_one_that_hundreds_have_does_not() {
    let numbered = |n: usize, number: &str| {
        let mut e = notice(&format!("組織{n}"), &format!("件名{n}"), n as u64);
        e.facts.case_no = Some(number.into());
        e
    };
    let mut store = Store::open_in_memory().unwrap();
    add(&mut store, "/nowhere/a", (0..60).map(|n| numbered(n, "2024-7")).collect());
    add(&mut store, "/nowhere/b", (100..301).map(|n| numbered(n, "2024-8")).collect());
    let r = titled(&store, "件名5");
    assert_eq!((r.related.len(), r.related_total), (Record::MAX_RELATED, 59));
    assert!(r.related.iter().all(|l| l.why == "same case number" && l.id != r.id));
    let nearest: BTreeSet<String> = why(&store, "件名5").into_iter().take(2).map(|(t, _)| t).collect();
    assert_eq!(BTreeSet::from(["件名4".to_owned(), "件名6".to_owned()]), nearest);
    assert_eq!((titled(&store, "件名100").case, titled(&store, "件名100").related_total), (None, 0));
    assert_eq!(cases(&store).len(), 1);
}

#[test]
fn of_thousands_the_nearest_in_time_are_told_and_all_are_counted() {
    let mut store = Store::open_in_memory().unwrap();
    add(&mut store, "/nowhere/a", (0..400).map(|n| notice("青葉市", &format!("{}の件", names(n)), n)).collect());
    let mut undated = notice("青葉市", "日付なし", 0);
    undated.facts.published = None;
    add(&mut store, "/nowhere/b", vec![undated]);
    let r = titled(&store, &format!("{}の件", names(200)));
    assert_eq!((r.related.len(), r.related_total, r.case), (50, 400, None));
    let near: BTreeSet<String> = why(&store, &r.facts.title.unwrap()).into_iter().map(|(t, _)| t).collect();
    let expected = (175..=225).filter(|n| *n != 200).map(|n| format!("{}の件", names(n))).collect();
    assert_eq!(near, expected);
    let newest = why(&store, "日付なし");
    assert_eq!(newest[0].0, format!("{}の件", names(399)));
}

/// A word of its own for a number.
fn names(n: u64) -> String {
    let letters = ["桜", "霧", "潮", "楠", "錦", "鶴", "雲", "星", "椿", "藤"];
    [n / 100 % 10, n / 10 % 10, n % 10].iter().map(|d| letters[*d as usize]).chain(["の紛失"]).collect()
}

#[test]
fn the_record_lists_every_reason_in_order() {
    let all = [
        Why::CaseNumber,
        Why::NearDuplicate,
        Why::LaterRelease,
        Why::EarlierRelease,
        Why::NoticeOfThird,
        Why::NamesItThird,
        Why::SameThird,
        Why::Claim,
        Why::NoticeOfVictim,
        Why::SameCase,
        Why::SameSubject,
        Why::SameOrg,
    ];
    assert!(all.is_sorted() && all.is_sorted_by_key(|w| w.rank()));
    assert_eq!(all.map(Why::as_str), Related::WHYS);
}

#[test]
fn every_lookup_goes_by_an_index() {
    let store = Store::open_in_memory().unwrap();
    let sources = [include_str!("edges.rs"), include_str!("nearest.rs"), include_str!("node.rs")];
    let mut statements = Vec::new();
    for source in sources {
        let source = source.split("mod tests").next().unwrap();
        for quoted in source.split('"').skip(1).step_by(2).filter(|s| s.starts_with("SELECT")) {
            // Only the statements by name are put together of parts.
            if !quoted.ends_with("WHERE ") {
                statements.push(quoted.to_owned());
            }
        }
    }
    let by_name = nearest::STATEMENTS.iter().flat_map(|s| [s.before, s.after, s.newest, s.undated]);
    statements.extend(by_name.map(str::to_owned));
    assert!(statements.len() >= 24, "{}", statements.len());
    for sql in statements {
        let mut plan = store.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let n = plan.parameter_count();
        let steps: Vec<String> = plan
            .query_map(rusqlite::params_from_iter(std::iter::repeat_n(1i64, n)), |r| r.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let slow = |s: &String| s.starts_with("SCAN l") || s.starts_with("SCAN i") || s.contains("TEMP B-TREE");
        assert!(!steps.iter().any(slow), "{sql}: {steps:#?}");
    }
}

#[test]
fn what_is_gone_deleted_or_rewritten_is_linked_no_more() {
    let three = [
        naming("若宮印刷", notice("青葉市", "宛名が漏えい", 30)),
        naming("若宮印刷", notice("白樺市", "はがきが漏えい", 40)),
        naming("若宮印刷", notice("北浜大学", "名簿が漏えい", 50)),
    ];
    let mut store = Store::open_in_memory().unwrap();
    add(&mut store, "/nowhere/a", three.to_vec());
    let third = store.key_of(titled(&store, "名簿が漏えい").id.as_str()).unwrap();
    apply(&mut store, "kei", note("確認"), &[third], 1);
    // The second is deleted, the third is kept for its note, but gone.
    add(&mut store, "/nowhere/a", vec![three[0].clone()]);
    assert_eq!(records(&store).len(), 2);
    assert!(records(&store).iter().all(|r| r.case.is_none() && r.related_total == 0), "{:?}", records(&store));
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    add(&mut store, "/nowhere/a", three.to_vec());
    assert_eq!(cases(&store).iter().map(BTreeSet::len).collect::<Vec<_>>(), [3]);
    // The first no longer names the contractor.
    let mut rewritten = three.to_vec();
    rewritten[0] = notice("青葉市", "宛名が漏えい", 30);
    rewritten[0].text.push_str("委託先ではありませんでした。\n");
    add(&mut store, "/nowhere/a", rewritten);
    assert_eq!(cases(&store), sets(&[&["はがきが漏えい", "名簿が漏えい"]]));
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    store.connection.execute("DELETE FROM links", []).unwrap();
    assert!(store.check().unwrap().iter().any(|p| p.contains("linked to nothing")));
}

#[test]
fn keys_that_were_not_made_are_made_up_for() {
    let entries = vec![
        naming("若宮印刷", notice("青葉市", "宛名が漏えい", 30)),
        naming("㈱若宮印刷", notice("白樺市", "はがきが漏えい", 40)),
    ];
    let (parsed, raw) = document("/nowhere/a", entries);
    let mut store = Store::open_in_memory().unwrap();
    store.ingest(&Ready::new(parsed).unwrap(), &raw, at(1)).unwrap();
    assert_eq!(cases(&store), sets(&[]));
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    assert_eq!(store.complete_links(keys).unwrap(), 2);
    assert_eq!(store.complete_links(keys).unwrap(), 0);
    assert_eq!(cases(&store), sets(&[&["宛名が漏えい", "はがきが漏えい"]]));
}

#[test]
fn what_an_analyst_corrects_is_linked_by_the_corrected_value() {
    let mut store = store_of(&[
        naming("若宮印刷", notice("青葉市", "宛名が漏えい", 30)),
        naming("若宮製本", notice("白樺市", "はがきが漏えい", 40)),
    ]);
    assert_eq!(store.complete_links(keys).unwrap(), 0);
    let second = store.key_of(titled(&store, "はがきが漏えい").id.as_str()).unwrap();
    let value = serde_json::json!("㈱若宮印刷");
    apply(&mut store, "kei", Change::Correct { field: Field::ThirdParty, value: Some(value) }, &[second], 2);
    assert_eq!(cases(&store), sets(&[&["宛名が漏えい", "はがきが漏えい"]]));
    store.undo(&actor("kei"), at(3)).unwrap().unwrap();
    assert_eq!(cases(&store), sets(&[]));
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

/// What a record tells of links: its case, its list, how many there are.
type Told = (Option<String>, Vec<(String, String)>, usize);

/// A notice out of few organisations, contractors, subjects and days, so that many of them meet.
fn some_notice() -> impl Strategy<Value = (u64, u64, u64, Option<u64>, u64, bool)> {
    (0..4u64, 0..3u64, 0..3u64, prop::option::of(0..300u64), 0..5u64, any::<bool>())
}

fn made(n: usize, (org, third, subject, on, follows, claim): (u64, u64, u64, Option<u64>, u64, bool)) -> ParsedEntry {
    let orgs = ["青葉市", "若宮印刷", "ことの葉", "北浜大学"];
    let subjects = ["不正アクセスによる漏えい", "不正アクセスによる漏えい（第2報）", "USBメモリの紛失について"];
    let mut e = notice(orgs[org as usize], subjects[subject as usize], on.unwrap_or(0));
    e.text = format!("{}号\n{}", n, e.text);
    e.facts.published = on.map(day);
    e.facts.third_party = ["若宮印刷", "ことの葉"].get(third as usize).map(|t| (*t).to_owned());
    if follows == 0 {
        e.facts.follows = vec![day(on.unwrap_or(50).saturating_sub(20))];
    }
    if claim && follows == 1 {
        e.kind = Kind::Claim;
    }
    e
}

/// What every record of a store tells of links, by its id.
fn told(store: &Store) -> BTreeMap<String, Told> {
    let related = |r: &Record| r.related.iter().map(|l| (l.id.0.clone(), l.why.clone())).collect();
    records(store).iter().map(|r| (r.id.0.clone(), (r.case.clone(), related(r), r.related_total))).collect()
}

/// Checks that a store tells the same when its documents come in another order, one record at a time or all at once,
/// and from both ends of every link.
fn assert_the_same_in_order(entries: &[ParsedEntry], order: &[usize]) {
    let store = store_of(entries);
    let first = told(&store);
    // Every document stands where it stood, only taken in at another time.
    let mut other = Store::open_in_memory().unwrap();
    for n in order {
        add(&mut other, &format!("/nowhere/{n}"), vec![entries[*n].clone()]);
    }
    assert_eq!(told(&other), first);
    let mut exported = BTreeMap::new();
    let mut each = |r: Record| -> Result<(), crate::store::StoreError> {
        exported.insert(r.id.0.clone(), (r.case, r.related_total));
        Ok(())
    };
    store.each_record(&all(&store), &mut each).unwrap();
    let singly: BTreeMap<_, _> =
        first.iter().map(|(id, (case, _, total))| (id.clone(), (case.clone(), *total))).collect();
    assert_eq!(exported, singly);
    assert_both_ways(&store, &first);
}

/// Checks every edge from both of its ends, and what was told against a look at every pair.
fn assert_both_ways(store: &Store, told: &BTreeMap<String, Told>) {
    let nodes: Vec<_> = all(store).iter().map(|k| Node::read(&store.connection, k.0).unwrap().unwrap()).collect();
    let mut edges = BTreeMap::new();
    for one in &nodes {
        for (other, why) in Finder::default().neighbours(&store.connection, one).unwrap() {
            edges.insert((one.ident, other.ident), why);
        }
    }
    for ((one, other), why) in &edges {
        assert_eq!(edges.get(&(*other, *one)).map(|w| w.rank()), Some(why.rank()), "{why:?}: {nodes:#?}");
    }
    for one in &nodes {
        let id = |n: &Node| crate::domain::IncidentId::from_number(n.ident).0;
        let (case, related, total) = &told[&id(one)];
        let linked = |other: &&std::rc::Rc<Node>| {
            other.ident != one.ident
                && (nearest::shares_name(one, other) || case.is_some() && *case == told[&id(other)].0)
        };
        let expected: BTreeSet<String> = nodes.iter().filter(linked).map(|n| id(n)).collect();
        assert_eq!(*total, expected.len());
        assert_eq!(related.iter().map(|(id, _)| id.clone()).collect::<BTreeSet<_>>(), expected);
    }
}

#[test]
fn an_undated_release_is_joined_to_the_one_whose_day_it_names() {
    let entries = [made(0, (1, 0, 0, None, 0, false)), made(1, (1, 1, 1, Some(30), 0, true))];
    assert_the_same_in_order(&entries, &[0, 1]);
    assert_the_same_in_order(&entries, &[1, 0]);
    let store = store_of(&entries);
    let (undated, dated) = ("不正アクセスによる漏えい", "不正アクセスによる漏えい（第2報）");
    assert_eq!(cases(&store), sets(&[&[undated, dated]]));
    assert_eq!(why(&store, undated), pairs(&[(dated, "earlier release")]));
    assert_eq!(why(&store, dated), pairs(&[(undated, "later release")]));
}

#[test]
fn a_third_incident_leaves_the_undated_release_joined() {
    let entries = [
        made(0, (1, 0, 0, None, 0, false)),
        made(1, (1, 1, 1, Some(30), 0, true)),
        made(2, (3, 1, 2, Some(255), 3, false)),
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_the_same_in_order(&entries, &order);
    }
    assert_eq!(cases(&store_of(&entries)).iter().map(BTreeSet::len).collect::<Vec<_>>(), [2]);
}

/// Stores that are drawn: 24, or as many as `PROPTEST_CASES` says.
fn draws() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: draws(), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn cases_and_counts_do_not_depend_on_the_order_of_ingest(
        (drawn, order) in prop::collection::vec(some_notice(), 2..12).prop_flat_map(|drawn| {
            let n = drawn.len();
            (Just(drawn), Just((0..n).collect::<Vec<_>>()).prop_shuffle())
        }),
    ) {
        let entries: Vec<ParsedEntry> = drawn.into_iter().enumerate().map(|(n, d)| made(n, d)).collect();
        assert_the_same_in_order(&entries, &order);
    }
}
