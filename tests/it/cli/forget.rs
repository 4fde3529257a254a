//! `forget`: what is asked, what is left, what is never taken in again.

use super::{DIGEST, House};
use std::fs;

fn holding(house: &House, text: &str) -> Vec<String> {
    let holds = |name: &String| memchr::memmem::find(&fs::read(house.path(name)).unwrap(), text.as_bytes()).is_some();
    let files = fs::read_dir(house.path("")).unwrap().map(|e| e.unwrap());
    let files = files.filter(|e| e.file_type().unwrap().is_file()).map(|e| e.file_name().into_string().unwrap());
    files.filter(|n| n.starts_with("cases.db")).filter(holds).collect()
}

#[test]
fn a_document_is_forgotten_for_good() {
    let house = House::furnished();
    let other = house.write(
        "other.txt",
        DIGEST.replace("潮路市", "霞浦町").replace("2024-90", "2024-91").replace("申請者30名の氏名、住所", "町民"),
    );
    house.ok(&["ingest", &other]);
    house.ok(&["tag", "+済", "--", "紛失"]);
    let id = &house.ids(&["潮路市"])[0];
    house.ok(&["note", id, "潮路の担当へ連絡"]);
    let list = house.ok(&["forget", "--list"]);
    assert_eq!(list.lines().count(), 2);
    assert!(list.lines().all(|l| l.contains(" incidents  /") && l.contains("2024-06.txt") != l.contains("other.txt")));
    house.run(&["forget"]).failed(2, &["DOCUMENT"]);
    house.run(&["forget", "1"]).failed(2, &["--yes"]);
    house.run(&["forget", "nothing", "--yes"]).failed(1, &["no document `nothing`", "--list"]);
    assert_eq!(holding(&house, "補助金の申請書").len(), 1);
    let before = house.ids(&["kind:any", "status:any"]).len();
    let ran = house.run(&["forget", house.path("2024-06.txt").to_str().unwrap(), "--yes"]);
    assert!(ran.code == Some(0) && ran.out.contains("2024-06.txt: forgotten, 3 incidents"), "{ran:?}");
    assert!(ran.err.contains("the log keeps 1 notes") && ran.err.contains("--with-notes"), "{ran:?}");
    assert_eq!(house.ids(&["kind:any", "status:any"]).len(), before - 3);
    for text in ["潮路市", "申請者30名の氏名"] {
        assert_eq!(holding(&house, text), Vec::<String>::new(), "{text}");
    }
    assert!(house.ok(&["db", "check"]).contains(": ok, documents=1 incidents=3 operations=2"));
    house.write("copy/again.txt", DIGEST);
    let again = house.run(&["ingest", "copy/again.txt", "other.txt"]);
    again.failed(1, &["copy/again.txt: was forgotten on ", "by hanako", "not taken in again"]);
    assert!(again.out.contains("documents=1 ") && again.out.contains("failed=1"), "{again:?}");
    // The other document's incidents still carry what they were given.
    assert_eq!(house.ids(&["tag:済"]).len(), 1);
    let log = house.ok(&["log"]);
    assert!(log.contains("tagged 2 incidents 済") && log.contains("noted 1 incident"), "{log}");
}

#[test]
fn a_name_that_several_share_is_no_answer() {
    let house = House::furnished();
    house.write(
        "2024-06.txt",
        DIGEST.replace("誤送信", "誤発送").replace("潮路", "霞浦").replace("渡瀬", "若宮").replace("SUM", "MAX"),
    );
    house.write("notes.db", "");
    house.ok(&["ingest", "2024-06.txt"]);
    let all = house.ok(&["forget", "--list"]);
    if all.lines().count() == 2 {
        let path = all.lines().next().unwrap().rsplit("  ").next().unwrap();
        let ran = house.run(&["forget", path, "--yes"]);
        assert!(ran.code == Some(0) || ran.err.contains("may be any of these"), "{ran:?}");
    }
    let sha = all.lines().last().unwrap().split("  ").nth(2).unwrap();
    let ran = house.run(&["forget", &sha[..8], "--yes", "--with-notes"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
}
