//! `reparse`: today's words over the kept documents, without loss of what analysts did.

use super::House;
use std::fs;

/// An organisation and a unit that no built-in word tells.
const DIGEST: &str = "\
【セキュリティ事件簿#2024-911】申請書を 誤送信 - 岬の匠衆 2024/6/6

令和6年6月4日(火)午後3時頃、担当の者が補助金の申請書を別の方へ電子メールで誤送信しました。

流出した情報:申請者30匠人の氏名、住所

リリース文アーカイブ
";

/// A house that holds [`DIGEST`] and another document, and knows more words than when it read them.
fn wiser() -> House {
    let house = House::furnished();
    let digest = house.write("craft.txt", DIGEST);
    house.ok(&["ingest", &digest]);
    house.ok(&["tag", "+checked", "--", "case:2024-911"]);
    house.write(".config/jikenbo/lexicon/headlines.toml", "org_suffixes = [\"匠衆\"]\n");
    house.write(".config/jikenbo/lexicon/units.toml", "[[unit]]\nunit = \"people\"\nwords = [\"匠人\"]\n");
    house
}

#[test]
fn new_words_reach_the_kept_documents_and_triage_stays() {
    let house = wiser();
    let (ids, bytes) = (house.ids(&[]), fs::read(house.path("cases.db")).unwrap());
    let dry = house.ok(&["reparse", "--dry-run"]);
    assert!(dry.contains("craft.txt: numbered-blog new=0 updated=1 unchanged=0 entries=1"), "{dry}");
    assert!(dry.contains("  would change: affected 1, org 1"), "{dry}");
    assert_eq!(fs::read(house.path("cases.db")).unwrap(), bytes, "a dry run writes nothing");
    let done = house.ok(&["reparse"]);
    assert!(done.contains("2024-06.txt: numbered-blog new=0 updated=0 unchanged=3 entries=3"), "{done}");
    assert!(done.contains("total: documents=2 new=0 updated=1 unchanged=3 entries=4"), "{done}");
    assert_eq!(house.ids(&[]), ids);
    let row = house.ok(&["list", "--format", "ndjson", "--columns", "org,people,tags", "tag:checked"]);
    assert!(row.contains("岬の匠衆") && row.contains("30") && row.contains("checked"), "{row}");
    let bytes = fs::read(house.path("cases.db")).unwrap();
    assert!(house.ok(&["reparse"]).contains("total: documents=2 new=0 updated=0 unchanged=4"));
    assert_eq!(fs::read(house.path("cases.db")).unwrap(), bytes, "nothing changed, nothing is written");
    assert!(house.ok(&["db", "check"]).contains("ok"));
}

#[test]
fn a_query_chooses_documents_whatever_their_status() {
    let house = wiser();
    house.ok(&["status", "dismissed", "--", "tag:checked"]);
    let done = house.ok(&["reparse", "tag:checked", "--json"]);
    let documents: serde_json::Value = serde_json::from_str(&done).unwrap();
    assert_eq!(documents.as_array().map(Vec::len), Some(1));
    assert_eq!((&documents[0]["updated"], &documents[0]["fields"]["org"]), (&1.into(), &1.into()));
    assert!(house.ok(&["reparse", "nothing-has-this"]).starts_with("total: documents=0"));
    house.run(&["reparse", "titel:x"]).failed(2, &["title", "^"]);
}

#[test]
fn how_a_document_was_read_is_kept() {
    let house = House::new();
    let notice = house.write("a.txt", "名簿の紛失について\n\n6月3日、霧沢市の職員が名簿を紛失しました。\n");
    house.ok(&["ingest", "--as-notice", "--year", "2023", "--source-url", "https://a.example/1", &notice]);
    let before = house.ok(&["list", "--format", "json"]);
    for args in [&["reparse"][..], &["ingest", &notice], &["ingest", "--as-notice", &notice]] {
        let done = house.ok(args);
        assert!(done.contains("notice new=0 updated=0 unchanged=1 entries=1"), "{args:?}: {done}");
        assert_eq!(house.ok(&["list", "--format", "json"]), before);
    }
    assert!(before.contains("2023-06-03") && before.contains("https://a.example/1"), "{before}");
    // What is given anew counts, and what was given before stays.
    let done = house.ok(&["ingest", "--year", "2022", &notice]);
    assert!(done.contains("notice new=0 updated=1"), "{done}");
    assert!(house.ok(&["list", "--format", "json"]).contains("2022-06-03"));
}

#[test]
fn a_document_that_is_read_no_more_stays_as_it_was() {
    let house = wiser();
    // As if a later program refused it: its bytes are no digest.
    let db = house.path("cases.db");
    let sql = "UPDATE documents SET raw = CAST('memo' AS BLOB) WHERE path LIKE '%craft.txt'";
    rusqlite::Connection::open(db).unwrap().execute_batch(sql).unwrap();
    let ran = house.run(&["reparse"]);
    ran.failed(1, &["craft.txt: no digest format fits"]);
    assert!(ran.out.contains("documents=1 new=0 updated=0 unchanged=3"), "{ran:?}");
    assert_eq!(house.ids(&["tag:checked"]).len(), 1);
}
