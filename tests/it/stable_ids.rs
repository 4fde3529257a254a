//! What happens to incidents, and to the work on them, when their document changes: whole digests through the parser into
//! a store, each incident tagged with its organisation beforehand.

use crate::support::book::{actor, all, at};
use jikenbo::domain::{Change, Command, IncidentId, Record, Tag};
use jikenbo::ingest::{Options, parse};
use jikenbo::query;
use jikenbo::store::{Ingested, Outcome, Ready, Store};
use proptest::prelude::*;
use std::collections::BTreeMap;

const PATH: &str = "/nowhere/digest.txt";

/// Organisation, what happened, who did it, what was lost.
const CASES: [(&str, &str, &str, &str); 8] = [
    ("霧沢市", "名簿の誤送信について", "福祉課の職員が申請者の名簿を別の方へ送信しました。", "申請者118名の氏名"),
    (
        "株式会社渡瀬書房",
        "USBメモリの紛失について",
        "社員が会員の情報を保存した媒体を紛失しました。",
        "会員1,660名の電話番号",
    ),
    (
        "月代大学",
        "不正アクセスに関するお知らせ",
        "研究室の端末に外部から侵入された形跡がありました。",
        "学生40名の成績",
    ),
    (
        "医療法人こだち会",
        "診療記録の誤廃棄について",
        "倉庫の整理の際に診療の記録を誤って廃棄しました。",
        "患者512名の記録",
    ),
    ("若草町", "納付書の誤封入について", "委託先の機械が二世帯分の納付書を一つの封筒に入れました。", "住民6名の税額"),
    (
        "かすみ通運株式会社",
        "ランサムウェア被害について",
        "基幹のサーバーが暗号化され、配送が止まりました。",
        "取引先の担当者の氏名",
    ),
    (
        "ひばり保険株式会社",
        "システム障害のお詫び",
        "更新の作業の誤りで契約の画面が表示されませんでした。",
        "影響は4時間",
    ),
    (
        "みぎわ県教育委員会",
        "答案用紙の紛失について",
        "教諭が採点の途中の答案用紙を持ち帰り、車内で紛失しました。",
        "生徒38名の答案",
    ),
];

fn headline(n: usize, number: usize) -> String {
    let (org, title, ..) = CASES[n];
    format!("【セキュリティ事件簿#2024-{number}】{org} {title} 2024/6/{}", n + 1)
}

fn body(n: usize) -> Vec<String> {
    let (org, _, happened, lost) = CASES[n];
    let lines = [
        String::new(),
        org.to_owned(),
        String::new(),
        String::new(),
        happened.to_owned(),
        String::new(),
        format!("1.対象となる情報 {lost}"),
        String::new(),
        format!("2.経緯 5月{}日に判明し、関係の方々にお詫びを申し上げました。", n + 10),
        String::new(),
        "リリース文アーカイブ".to_owned(),
    ];
    lines.to_vec()
}

fn notice(n: usize) -> String {
    [vec![headline(n, 300 + n)], body(n)].concat().join("\n") + "\n"
}

fn digest(cases: &[usize]) -> String {
    cases.iter().map(|n| notice(*n)).collect()
}

fn take_with(store: &mut Store, path: &str, text: &str, options: &Options) -> Ingested {
    let document = parse(text.as_bytes(), path, options).unwrap();
    store.ingest(&Ready::new(document).unwrap(), text.as_bytes(), at(1)).unwrap()
}

fn take(store: &mut Store, text: &str) -> Ingested {
    take_with(store, PATH, text, &Options::default())
}

fn records(store: &Store) -> Vec<Record> {
    all(store).into_iter().map(|k| store.record(k).unwrap()).collect()
}

/// The tag of an incident: its organisation.
fn tag_of(r: &Record) -> Tag {
    Tag::new(r.facts.org.as_deref().unwrap()).unwrap()
}

fn tag(store: &mut Store, id: &IncidentId, name: &Tag) {
    let change = Change::Tag { add: vec![name.clone()], remove: Vec::new() };
    store.apply(&Command { change, targets: vec![id.clone()] }, &actor("kei"), at(2)).unwrap();
}

/// A store of a digest of these cases, each tagged, and their ids by organisation.
fn tagged(cases: &[usize]) -> (Store, BTreeMap<String, IncidentId>) {
    let mut store = Store::open_in_memory().unwrap();
    assert_eq!(take(&mut store, &digest(cases)).new, cases.len());
    let mut ids = BTreeMap::new();
    for r in records(&store) {
        tag(&mut store, &r.id, &tag_of(&r));
        ids.insert(r.facts.org.unwrap(), r.id);
    }
    (store, ids)
}

/// Every case's incident has the id and the tag that it had; none lost its tag to another.
fn assert_kept(store: &Store, ids: &BTreeMap<String, IncidentId>) {
    let mut seen = 0;
    for r in records(store) {
        let org = r.facts.org.clone().unwrap();
        if let Some(id) = ids.get(&org).filter(|_| !r.triage.tags.is_empty()) {
            assert_eq!((&r.id, r.triage.tags.as_slice()), (id, &[tag_of(&r)][..]), "{org}");
            seen += 1;
        }
    }
    assert_eq!(seen, ids.len());
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

fn shown(store: &Store, text: &str) -> Vec<String> {
    let query = query::parse(text, "2024-07-01".parse().unwrap()).unwrap();
    let keys = store.search(&query).unwrap().keys;
    let mut orgs: Vec<String> = keys.iter().map(|k| store.record(*k).unwrap().facts.org.unwrap()).collect();
    orgs.sort();
    orgs
}

fn counts(i: &Ingested) -> [usize; 5] {
    [i.new, i.updated, i.unchanged, i.gone, i.removed]
}

#[test]
fn headlines_and_numbers_may_be_corrected() {
    let (mut store, ids) = tagged(&[0, 1, 2]);
    let text = digest(&[0, 1, 2]).replace("USBメモリの紛失について", "USBメモリの紛失に関するお詫び");
    assert_eq!(counts(&take(&mut store, &text)), [0, 1, 2, 0, 0]);
    assert_kept(&store, &ids);
    let text = text.replace("#2024-302】", "#2024-412】");
    assert_eq!(counts(&take(&mut store, &text)), [0, 1, 2, 0, 0]);
    assert_kept(&store, &ids);
    // Number, body and place at once.
    let moved = digest(&[2, 1, 0]).replace("#2024-302】", "#2024-999】").replace("侵入された形跡", "侵入されたおそれ");
    take(&mut store, &moved);
    assert_kept(&store, &ids);
}

#[test]
fn a_year_given_later_dates_the_incidents_in_place() {
    let news = |org: &str, day: u32| {
        format!(
            "◎{org}、名簿を誤って送信\n{org}は9月{day}日、講座の案内に申し込んだ方々の名簿を誤って別の方へ送信したと発表した。担当の職員が9月1日に送信し、宛先の誤りに気づかなかったという。\n・名簿の誤送信について({org})\nhttps://a.example/{day}.html\n\n"
        )
    };
    let text = format!("今週の情報流出\n\n{}{}{}", news("霧沢市", 5), news("若草町", 6), news("月代大学", 7));
    let mut store = Store::open_in_memory().unwrap();
    take(&mut store, &text);
    let ids: Vec<IncidentId> = records(&store).into_iter().map(|r| r.id).collect();
    for id in &ids {
        tag(&mut store, id, &Tag::new("x").unwrap());
    }
    assert!(records(&store).iter().all(|r| r.facts.published.is_none()));
    let dated = |year| Options { year: Some(year), ..Options::default() };
    for (options, year, outcome) in [
        (dated(2013), 2013, Outcome::Updated),
        (dated(2013), 2013, Outcome::Unchanged),
        (Options::default(), 2013, Outcome::Unchanged),
        (dated(2014), 2014, Outcome::Updated),
    ] {
        assert_eq!(take_with(&mut store, PATH, &text, &options).outcome, outcome);
        for (r, id) in records(&store).iter().zip(&ids) {
            assert_eq!((&r.id, r.triage.tags.len()), (id, 1));
            let published = r.facts.published.unwrap().to_string();
            assert!(published.starts_with(&year.to_string()), "{published}");
        }
    }
}

#[test]
fn a_splitter_that_joins_or_parts_entries_keeps_the_first() {
    let (mut store, ids) = tagged(&[0, 1, 2, 3]);
    // Without its headline the second notice is a part of the first.
    let joined = digest(&[0, 1, 2, 3]).replace(&format!("リリース文アーカイブ\n{}\n", headline(1, 301)), "");
    assert_eq!(counts(&take(&mut store, &joined)), [0, 1, 2, 1, 0]);
    assert_eq!(shown(&store, "is:gone"), [CASES[1].0]);
    assert_eq!(shown(&store, "").len(), 3);
    assert_eq!(shown(&store, "kind:any").len(), 4);
    assert_kept(&store, &ids);
    // Parted again, both are themselves.
    assert_eq!(counts(&take(&mut store, &digest(&[0, 1, 2, 3]))), [0, 2, 2, 0, 0]);
    assert_eq!(shown(&store, "is:gone"), Vec::<String>::new());
    assert_kept(&store, &ids);
}

#[test]
fn entries_move_arrive_and_leave() {
    let (mut store, ids) = tagged(&[0, 1, 2, 3]);
    assert_eq!(counts(&take(&mut store, &digest(&[3, 1, 0, 2]))), [0, 0, 4, 0, 0]);
    assert_kept(&store, &ids);
    assert_eq!(counts(&take(&mut store, &digest(&[3, 1, 5, 0, 2]))), [1, 0, 4, 0, 0]);
    assert_kept(&store, &ids);
    // Grown to twice its size.
    assert_eq!(counts(&take(&mut store, &digest(&[4, 3, 1, 5, 6, 0, 2, 7]))), [3, 0, 5, 0, 0]);
    assert_kept(&store, &ids);
    // What was worked on is kept, what was not is deleted; both come back as themselves.
    let fresh: Vec<IncidentId> = records(&store).into_iter().map(|r| r.id).collect();
    assert_eq!(counts(&take(&mut store, &digest(&[1, 5]))), [0, 0, 2, 3, 3]);
    assert_kept(&store, &ids);
    let gone = records(&store).into_iter().find(|r| r.facts.org.as_deref() == Some(CASES[0].0)).unwrap();
    assert_eq!(gone.facts.warnings, [Record::GONE]);
    assert_eq!(counts(&take(&mut store, &digest(&[4, 3, 1, 5, 6, 0, 2, 7]))), [3, 3, 2, 0, 0]);
    assert_kept(&store, &ids);
    let mut again: Vec<IncidentId> = records(&store).into_iter().map(|r| r.id).collect();
    let mut fresh = fresh;
    again.sort();
    fresh.sort();
    assert_eq!(again, fresh);
}

#[test]
fn one_notice_in_two_documents_is_two_incidents() {
    let (mut store, ids) = tagged(&[0, 1, 2]);
    let other = take_with(&mut store, "/nowhere/other.txt", &digest(&[1]), &Options::default());
    assert_eq!((other.outcome, other.new), (Outcome::New, 1));
    assert_kept(&store, &ids);
    let both: Vec<Record> =
        records(&store).into_iter().filter(|r| r.facts.org.as_deref() == Some(CASES[1].0)).collect();
    assert_eq!(both.len(), 2);
    assert_ne!(both[0].id, both[1].id);
    // The other document changes by itself.
    take_with(&mut store, "/nowhere/other.txt", &digest(&[1, 4]), &Options::default());
    take(&mut store, &digest(&[0, 2]));
    assert_kept(&store, &ids);
}

#[test]
fn twins_within_a_document_keep_their_places() {
    let mut store = Store::open_in_memory().unwrap();
    let text = digest(&[0, 1, 2, 1, 3]);
    assert_eq!(take(&mut store, &text).new, 5);
    let second = records(&store).into_iter().filter(|r| r.facts.org.as_deref() == Some(CASES[1].0)).nth(1).unwrap();
    tag(&mut store, &second.id, &Tag::new("second").unwrap());
    let tagged_line = |store: &Store| {
        let r = records(store).into_iter().find(|r| !r.triage.tags.is_empty()).unwrap();
        assert_eq!(r.id, second.id);
        assert_eq!(r.facts.warnings, Vec::<String>::new(), "it is still there");
        r.source.line
    };
    let before = tagged_line(&store);
    assert_eq!(take(&mut store, &text).outcome, Outcome::Unchanged);
    assert_eq!(tagged_line(&store), before);
    // The first twin leaves; then an entry comes between; then they swap sides.
    take(&mut store, &digest(&[0, 2, 1, 3]));
    tagged_line(&store);
    take(&mut store, &digest(&[0, 2, 5, 1, 3]));
    tagged_line(&store);
    let lines = notice(0).lines().count();
    take(&mut store, &digest(&[0, 1, 3, 2, 1]));
    assert!([lines + 1, 4 * lines + 1].contains(&tagged_line(&store)));
}

/// A change to a digest that is held as notices of lines.
#[derive(Clone, Debug)]
enum Edit {
    Insert(usize, usize),
    Delete(usize),
    Move(usize, usize),
    Retitle(usize),
    /// A line of the body is replaced.
    Line(usize, usize),
}

fn edits() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (0usize..9, 4usize..8).prop_map(|(at, n)| Edit::Insert(at, n)),
        (0usize..9).prop_map(Edit::Delete),
        (0usize..9, 0usize..9).prop_map(|(a, b)| Edit::Move(a, b)),
        (0usize..9).prop_map(Edit::Retitle),
        (0usize..9, 0usize..3).prop_map(|(at, line)| Edit::Line(at, line)),
    ]
}

fn edit(digest: &mut Vec<Vec<String>>, edit: &Edit, number: usize) {
    let count = digest.len();
    match *edit {
        Edit::Insert(at, n) => {
            // A new notice, with words of its own in every line that counts.
            let own = |l: String| if l.chars().count() > 12 { format!("{l}（第{number}報）") } else { l };
            let lines = body(n).into_iter().map(own);
            digest.insert(at.min(count), [headline(n, 500 + number)].into_iter().chain(lines).collect());
        }
        Edit::Delete(at) if count > 1 => {
            digest.remove(at % count);
        }
        Edit::Move(from, to) => {
            let moved = digest.remove(from % count);
            digest.insert(to.min(digest.len()), moved);
        }
        Edit::Retitle(at) => digest[at % count][0] = digest[at % count][0].replace("について", "に関するご報告"),
        Edit::Line(at, line) => digest[at % count][[5, 7, 9][line]] = format!("{number}行目を書き改めました。"),
        Edit::Delete(_) => {}
    }
}

/// The text of an entry below its headline.
fn body_of(text: &str) -> String {
    text.split_once('\n').map(|(_, body)| body.trim().to_owned()).unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn an_entry_whose_body_stays_keeps_its_id(steps in prop::collection::vec(edits(), 1..6), at_once in any::<bool>()) {
        let mut store = Store::open_in_memory().unwrap();
        let mut digest: Vec<Vec<String>> = (0..6).map(|n| [vec![headline(n, 300 + n)], body(n)].concat()).collect();
        let text = |d: &[Vec<String>]| d.iter().flatten().map(|l| format!("{l}\n")).collect::<String>();
        take(&mut store, &text(&digest));
        for r in records(&store) {
            tag(&mut store, &r.id, &tag_of(&r));
        }
        let bodies = |store: &Store| -> BTreeMap<String, Vec<(IncidentId, Vec<Tag>)>> {
            let mut map: BTreeMap<_, Vec<_>> = BTreeMap::new();
            for r in records(store).into_iter().filter(|r| !r.facts.warnings.iter().any(|w| w == Record::GONE)) {
                map.entry(body_of(&r.text)).or_default().push((r.id, r.triage.tags));
            }
            map
        };
        let mut before = bodies(&store);
        for (number, step) in steps.iter().enumerate() {
            edit(&mut digest, step, number);
            if at_once && number + 1 < steps.len() {
                continue;
            }
            let done = take(&mut store, &text(&digest));
            prop_assert_eq!(done.entries, digest.len());
            let after = bodies(&store);
            for (body, now) in &after {
                if let (Some([was]), [is]) = (before.get(body).map(Vec::as_slice), now.as_slice()) {
                    prop_assert_eq!(was, is, "{}", body);
                }
            }
            prop_assert_eq!(store.check().unwrap(), Vec::<String>::new());
            before = after;
        }
    }
}
