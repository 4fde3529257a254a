//! `ingest`: good input, wrong input, and input for the second time.

use super::{DIGEST, House};
use crate::support::book::plain_digest;
use std::fs;

#[test]
fn a_digest_is_new_once_and_unchanged_after() {
    let house = House::new();
    let digest = house.write("2024-06.txt", DIGEST);
    let first = house.ok(&["ingest", &digest]);
    let expected = format!("{digest}: numbered-blog new=3 updated=0 unchanged=0 entries=3 warnings=");
    assert!(first.starts_with(&expected), "{first}");
    let total = first.lines().last().unwrap();
    assert!(total.starts_with("total: documents=1 new=3 updated=0 unchanged=0 entries=3"), "{first}");
    let ids = house.ids(&[]);
    let second = house.ok(&["ingest", &digest]);
    assert!(second.contains(" new=0 updated=0 unchanged=3 "), "{second}");
    assert_eq!(house.ids(&[]), ids);
}

#[test]
fn standard_input_is_a_document() {
    let house = House::new();
    let ran = house.run_with(&["ingest", "-"], DIGEST.as_bytes());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.starts_with("-: numbered-blog new=3"), "{ran:?}");
}

#[test]
fn a_dry_run_makes_no_case_book() {
    let house = House::new();
    let digest = house.write("2024-06.txt", DIGEST);
    let out = house.ok(&["ingest", "--dry-run", &digest]);
    assert!(out.contains("numbered-blog entries=3"), "{out}");
    assert!(!house.path("cases.db").exists());
}

#[test]
fn json_is_one_array_with_an_object_a_document() {
    let house = House::new();
    let digest = house.write("2024-06.txt", DIGEST);
    let ran = house.run(&["ingest", "--json", &digest, "no.txt"]);
    assert_eq!(ran.code, Some(1));
    let documents: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let (failed, read) = (&documents[0], &documents[1]);
    assert_eq!(failed["path"], "no.txt");
    assert!(failed["error"].as_str().unwrap().contains("no such file"));
    assert_eq!((&read["path"], &read["new"]), (&digest.clone().into(), &3.into()));
}

/// Each wrong file: its name, its bytes, and what standard error has to say.
fn wrong_files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode(DIGEST);
    // The file ends with the first half of a character: the last one's second byte looks like ASCII.
    let cut = sjis.iter().rposition(|b| *b >= 0x80).unwrap();
    vec![
        ("empty.txt", Vec::new(), "holds no text"),
        ("blank.txt", b" \n\n".to_vec(), "holds no text"),
        ("binary.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "no text file"),
        ("truncated.txt", sjis[..=cut].to_vec(), "Shift_JIS"),
        ("letter.txt", "ご無沙汰しております。\n来週の打ち合わせは水曜でお願いします。\n".into(), "no digest format"),
    ]
}

#[test]
fn wrong_files_are_named_with_what_is_wrong() {
    let house = House::new();
    for (name, bytes, words) in wrong_files() {
        let path = house.write(name, bytes);
        let ran = house.run(&["ingest", &path]);
        ran.failed(1, &[&format!("jikenbo: {path}: "), words]);
        assert!(ran.out.starts_with("total: documents=0"), "{ran:?}");
    }
    assert_eq!(house.ids(&["kind:any"]), Vec::<String>::new());
}

#[test]
fn a_missing_file_makes_no_case_book() {
    let house = House::new();
    let ran = house.run(&["ingest", "no/such.txt"]);
    ran.failed(1, &["jikenbo: no/such.txt: there is no such file"]);
    assert!(!house.path("cases.db").exists());
}

#[test]
fn a_folder_with_one_bad_file_is_read_but_for_it() {
    let house = House::new();
    house.write("in/a/2024-06.txt", DIGEST);
    house.write("in/b.txt", "");
    house.write("in/.hidden.txt", "");
    house.write("in/picture.png", b"\x89PNG\0\0");
    let ran = house.run(&["ingest", "in"]);
    ran.failed(1, &["in/b.txt: ", "in/picture.png: no text, skipped"]);
    assert!(!ran.err.contains("hidden"));
    assert!(ran.out.contains("in/a/2024-06.txt: numbered-blog new=3"), "{ran:?}");
    assert!(ran.out.lines().last().unwrap().ends_with("failed=1"), "{ran:?}");
    assert_eq!(house.ids(&[]).len(), 3);
}

#[test]
fn a_file_that_is_no_case_book_is_left_alone() {
    let house = House::new();
    let (digest, other) = (house.write("2024-06.txt", DIGEST), house.write("notes.db", "my own notes, no database\n"));
    for args in [&["ingest", &digest][..], &["list"], &["tag", "+a", "--", "x"], &["db", "check"]] {
        let ran = house.run(&[&["--db", other.as_str()], args].concat());
        ran.failed(1, &["notes.db", "no case book"]);
    }
    assert_eq!(fs::read_to_string(&other).unwrap(), "my own notes, no database\n");
}

#[test]
fn a_folder_tells_what_it_does_not_read() {
    let house = House::new();
    house.write("in/2024-06.txt", DIGEST);
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, house.path(name)).unwrap();
    link("..", "in/loop");
    link("nowhere.txt", "in/broken.txt");
    let ran = house.run(&["ingest", "in"]);
    ran.failed(1, &["in/loop: a link to a folder is not followed", "in/broken.txt: this link leads nowhere"]);
    assert!(ran.out.ends_with("entries=3 warnings=0 failed=1\n"), "{ran:?}");
    fs::remove_file(house.path("in/broken.txt")).unwrap();
    house.write("in/picture.png", b"\x89PNG\0\0");
    let ran = house.run(&["ingest", "in", "--json"]);
    ran.failed(1, &["in/picture.png: no text, skipped"]);
    let documents: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(documents[0], serde_json::json!({"path": "in/picture.png", "error": "no text, skipped"}));
    // The case book itself is passed over.
    fs::remove_dir_all(house.path("in")).unwrap();
    assert_eq!(house.run(&["ingest", "."]).code, Some(0));
    let empty = house.path("empty");
    fs::create_dir(&empty).unwrap();
    let ran = house.run(&["ingest", empty.to_str().unwrap()]);
    assert!(ran.code == Some(0) && ran.err.contains("nothing to read"), "{ran:?}");
}

#[test]
fn a_dry_run_shows_the_incidents() {
    let house = House::new();
    let digest = house.write("2024-06.txt", DIGEST);
    let out = house.ok(&["ingest", "--dry-run", &digest]);
    assert!(out.contains("\n  1: incident 2024-06-06 2024-901 潮路市 申請書の誤送信について\n"), "{out}");
    let out = house.ok(&["ingest", "--dry-run", "--json", &digest]);
    let documents: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(documents[0]["incidents"][1]["org"], "株式会社渡瀬書房");
    assert_eq!(documents[0]["new"], serde_json::Value::Null);
}

#[test]
fn a_changed_document_tells_what_is_new_and_what_is_gone() {
    let house = House::furnished();
    let ids = house.ids(&[]);
    house.ok(&["note", &ids[0], "電話で確認"]);
    let rest = DIGEST.split_once("【セキュリティ事件簿#2024-902】").unwrap().1;
    let digest =
        house.write("2024-06.txt", format!("【セキュリティ事件簿#2024-902】{}", rest.replace("1,660名", "1,670名")));
    let out = house.ok(&["ingest", &digest]);
    assert!(out.contains(" new=0 updated=1 unchanged=1 gone=1 entries=2 "), "{out}");
    assert!(out.contains("\n  gone: 1 entry that the document no longer holds is kept"), "{out}");
    assert_eq!(house.ids(&[]), ids[1..]);
    assert_eq!(house.ids(&["is:gone"]), ids[..1]);
    let shown = house.ok(&["show", &ids[0]]);
    assert!(shown.contains("(the document no longer holds it)") && shown.contains("電話で確認"), "{shown}");
}

#[test]
fn a_digest_that_is_forced_into_one_notice_is_warned_of() {
    let house = House::new();
    let digest = house.write("2024-06.txt", DIGEST);
    let ran = house.run(&["ingest", "--as-notice", &digest]);
    assert!(ran.code == Some(0) && ran.err.contains("looks like a digest (numbered-blog, 3 entries)"), "{ran:?}");
    let feed =
        house.write("a.atom", "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>a</title></entry></feed>");
    house.run(&["ingest", "--as-notice", &feed]).failed(1, &["a feed and no single notice"]);
}

#[test]
fn short_items_with_their_links_are_a_news_digest_too() {
    let house = House::new();
    let item = |org: &str, n: usize| {
        format!("◎{org}、名簿を紛失\n{org}が名簿を紛失した。\n・名簿の紛失({org}) https://a.example/{n}.html\n\n")
    };
    let digest = [item("霧岬市", 1), item("青嶺市", 2), item("白樺町", 3)].concat();
    let told = house.ok(&["ingest", "--year", "2024", &house.write("a.txt", digest)]);
    assert!(told.contains("a.txt: news-digest new=3"), "{told}");
}

#[test]
fn who_waits_for_standard_input_can_be_asked_to_end() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::Stdio;
    let house = House::new();
    let first = house.write("a.txt", plain_digest(1, 2));
    for signal in ["INT", "TERM", "HUP"] {
        let mut command = house.command(&["ingest", &first, "-"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Nothing comes, but the input stays open.
        let input = child.stdin.take();
        let mut told = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut told).unwrap();
        assert!(told.contains("a.txt"), "{told}");
        let sent = std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(1), "{signal}: {err}");
        assert!(err.contains("interrupted: the documents above are stored whole"), "{signal}: {err}");
        drop(input);
    }
    assert_eq!(house.ids(&[]).len(), 2);
}
