//! The search index of a case book of whole digests: words in the spellings that the query gives them, against a plain
//! reading of the texts; and the commands that keep it.

use crate::support::book::{actor, at, records};
use chrono::NaiveDate;
use jikenbo::domain::Key;
use jikenbo::ingest::Options;
use jikenbo::jobs::{index, ingest};
use jikenbo::query::ast::{Expr, Place, Query, Term};
use jikenbo::query::parse_without_default;
use jikenbo::store::{Indexed, Store};
use jikenbo::text::search_fold;
use std::ops::ControlFlow;
use std::path::Path;

const WORDS: [&str; 20] = [
    "漏洩",
    "漏えい",
    "サーバ",
    "ユーザー",
    "コンピュータ",
    "ランサムウエア",
    "問い合わせ",
    "取扱い",
    "お申込み",
    "様",
    "あ",
    "の",
    "個人情報",
    "ＵＳＢメモリ",
    "2024",
    "www.",
    "不正 アクセス",
    "氏名、住所",
    "メールアドレス",
    "当該事案の経緯",
];

/// The spellings of the only word of a query.
fn spellings(query: &Query) -> Vec<Vec<String>> {
    match &query.filter {
        Expr::Is(Term::Contains { place: Place::Anywhere, any }) => vec![any.clone()],
        Expr::And(list) => {
            list.iter().flat_map(|e| spellings(&Query { filter: e.clone(), sort: query.sort })).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn words_of_whole_digests_are_found_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("cases.db")).unwrap();
    let digests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/digests");
    let listing = ingest::list(&[digests]);
    let go_on = &mut |_, _| ControlFlow::Continue(());
    let taker = ingest::Taker { actor: &actor("kei"), at: at(0), stop: None };
    ingest::run(Some(&mut store), &listing.inputs, &Options::default(), taker, &mut |_, _| ControlFlow::Continue(()))
        .unwrap();
    assert!(matches!(index::run(&store, go_on).unwrap(), Indexed::Built(n) if n > 20));
    let texts: Vec<(Key, String)> = records(&store).into_iter().map(|(k, r)| (k, search_fold(&r.text))).collect();
    let mut telling = 0;
    for word in WORDS {
        let query = parse_without_default(word, NaiveDate::default()).unwrap();
        let all = spellings(&query);
        let holds = |text: &str| all.iter().all(|any| any.iter().any(|w| text.contains(w.as_str())));
        let expected: Vec<Key> = texts.iter().filter(|(_, t)| holds(t)).map(|(k, _)| *k).collect();
        let found = store.search(&query).unwrap();
        let mut keys = found.keys.to_vec();
        keys.sort_unstable();
        assert_eq!((keys, found.scanned), (expected, false), "{word}");
        assert_eq!(store.search_by_scan(&query).unwrap().keys, found.keys, "{word}");
        telling += usize::from((1..texts.len()).contains(&found.keys.len()));
    }
    assert!(telling > 8, "only {telling} words tell the incidents apart");
}
