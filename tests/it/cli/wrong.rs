//! Wrong input beyond single words: files in damaged encodings, ids that are none or too short, queries that err behind
//! wide characters, readers that close the pipe.

use super::{DIGEST, House};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

/// The digest in another encoding, whole and cut within its last two-byte character.
fn encoded(encoding: &'static encoding_rs::Encoding) -> (Vec<u8>, Vec<u8>) {
    let (bytes, _, unmapped) = encoding.encode(DIGEST);
    assert!(!unmapped);
    let last = bytes.iter().rposition(|b| *b >= 0x80).unwrap();
    // The second byte of a character in Shift_JIS may look like ASCII, so the cut is after a byte that leads.
    let lead = (0..=last).rev().find(|n| encoding.decode_without_bom_handling(&bytes[..=*n]).1).unwrap();
    (bytes.to_vec(), bytes[..=lead].to_vec())
}

#[test]
fn other_encodings_are_read_whole_and_refused_when_cut() {
    for (name, encoding) in [("Shift_JIS", encoding_rs::SHIFT_JIS), ("EUC-JP", encoding_rs::EUC_JP)] {
        let house = House::new();
        let (whole, cut) = encoded(encoding);
        let cut_path = house.write("cut.txt", cut);
        let ran = house.run(&["ingest", &cut_path]);
        ran.failed(1, &[&format!("jikenbo: {cut_path}: "), &format!("not valid {name}"), "cut off", "UTF-8"]);
        assert!(ran.out.starts_with("total: documents=0 "), "{name}: {ran:?}");
        assert_eq!(house.ids(&["kind:any"]), Vec::<String>::new());
        let path = house.write("whole.txt", whole);
        assert!(house.ok(&["ingest", &path]).contains(": numbered-blog new=3 "), "{name}");
        assert_eq!(house.ids(&["org:渡瀬書房"]).len(), 1, "{name}");
    }
}

#[test]
fn one_bad_file_stops_no_other() {
    let house = House::new();
    let (sjis, cut) = encoded(encoding_rs::SHIFT_JIS);
    house.write("in/1-good.txt", DIGEST);
    house.write("in/2-cut.txt", cut);
    house.write("in/3-good.txt", DIGEST.replace("#2024-9", "#2024-8").replace("渡瀬", "沢渡"));
    house.write("in/4-sjis.txt", [sjis.as_slice(), &encoding_rs::SHIFT_JIS.encode("\n追記\n").0].concat());
    let ran = house.run(&["ingest", "in"]);
    ran.failed(1, &["in/2-cut.txt: not valid Shift_JIS"]);
    assert_eq!(ran.err.lines().filter(|l| !l.contains(": warning: ")).count(), 1, "{ran:?}");
    let total = ran.out.lines().last().unwrap();
    assert!(total.contains("documents=3 ") && total.ends_with("failed=1"), "{ran:?}");
    assert_eq!(house.ids(&["org:沢渡書房"]).len(), 1);
    assert!(house.ok(&["db", "check"]).contains("documents=3 "));
}

#[test]
fn calls_that_are_wrong_in_form() {
    let house = House::furnished();
    for (args, words) in [
        (&["list", "--colums", "id"][..], &["--colums", "--columns"][..]),
        (&["list", "-z"], &["-z"]),
        (&["--frobnicate", "list"], &["--frobnicate"]),
        (&["ingest", "--year", "MMXXIV", "x"], &["MMXXIV", "--year"]),
        (&["ingest", "--year", "1868", "x"], &["1868", "1900"]),
        (&["ingest", "--year", "", "x"], &["--year"]),
        (&["list", "--columns", "nope"], &["nope", "published"]),
        (&["list", "--columns", ""], &["--columns"]),
        (&["list", "--limit", "-1"], &["-1"]),
        (&["list", "--limit", "many"], &["many"]),
        (&["tag", "+later"], &["no query"]),
        (&["tag", "+a//b", "--", "誤送信"], &["a//b", "empty"]),
        (&["tag", "+a b;c", "--", "誤送信"], &["a b;c"]),
        (&["tag", "+-x", "--", "誤送信"], &["-x", "begin"]),
        (&["tag", "+", "--", "誤送信"], &["needs a name"]),
        (&["tag", "-a", "+a", "--", "誤送信"], &["at once"]),
        (&["tag", &format!("+{}", "長".repeat(81)), "--", "誤送信"], &["81", "80 at most"]),
        (&["status", "--", "誤送信"], &["STATUS"]),
        (&["note"], &["ID"]),
        (&["undo", "two"], &["two"]),
        (&["db", "repair"], &["repair"]),
    ] {
        let ran = house.run(args);
        ran.failed(2, words);
        assert_eq!(ran.out, "", "{args:?}");
    }
    assert_eq!(house.ok(&["log"]), "", "nothing was changed");
}

#[test]
fn an_id_has_to_be_known_and_unique() {
    let house = House::new();
    let digest = house.write("many.txt", crate::support::book::plain_digest(1, 40));
    house.ok(&["ingest", &digest]);
    let ids = house.ids(&[]);
    let first = |id: &str| id.chars().next().unwrap();
    // Forty ids over thirty-two letters.
    let shared = ids.iter().map(|i| first(i)).find(|c| ids.iter().filter(|i| first(i) == *c).count() > 1).unwrap();
    for args in [&["show"][..], &["note"]] {
        let rest: &[&str] = if args[0] == "note" { &["text"] } else { &[] };
        let ran = house.run(&[args, &[&shared.to_string()], rest].concat());
        ran.failed(1, &[&format!("`{shared}`"), "several", "write more"]);
        assert!(ids.iter().filter(|i| first(i) == shared).take(2).all(|i| ran.err.contains(i.as_str())), "{ran:?}");
        assert_eq!(ran.out, "");
        for unknown in ["zzzzzzzzzzzz", "紛失", "il1o", "", "0000000000000"] {
            let ran = house.run(&[args, &[unknown], rest].concat());
            ran.failed(1, &["no incident", &format!("`{unknown}`"), "jikenbo list --format ids"]);
        }
    }
    // One wrong id among right ones: nothing is shown of any.
    assert_eq!(house.run(&["show", &ids[0], "zzzzzzzzzzzz"]).out, "");
    assert_eq!(house.ok(&["log"]), "");
}

#[test]
fn an_error_in_a_query_is_pointed_at_by_columns_of_the_screen() {
    let house = House::furnished();
    for (query, carets) in [
        (&["漏えい", "kidn:x"][..], "       ^^^^^"),
        (&["誤送信　org=青"], "        ^^^^"),
        (&["ＵＳＢ (紛失"], "       ^"),
        (&["申請書", "OR"], "       ^^"),
        (&["\"閉じない"], "^^^^^^^^^"),
        (&["ﾒｰﾙ", "people>多い"], "           ^^^^"),
        (&["日付", "since:2024-13"], "           ^^^^^^^"),
        (&["青　ｏｒｇｇ：市"], "    ^^^^^^^^^^"),
        (&["人数", "people！=5"], "     ^^^^^^^^^^"),
        (&["期間", "occurred：2024年5月..2024年4月"], "               ^^^^^^^^^^^^^^^^^^^^"),
        (&["札", "id:ilou"], "      ^^^^"),
        (&["e\u{301}é", "sort:size"], "        ^^^^"),
    ] {
        for command in [&["list"][..], &["export", "--format", "csv"], &["log"]] {
            let ran = house.run(&[command, query].concat());
            ran.failed(2, &["wrong query: "]);
            let shown = format!("\n  {}\n  {carets}\n", query.join(" "));
            assert!(ran.err.ends_with(&shown), "{query:?}:\n{}\nexpected{shown}", ran.err);
            assert_eq!(ran.out, "");
        }
        house.run(&[&["status", "done", "--"], query].concat()).failed(2, &["wrong query: ", carets]);
        house.run(&[&["tag", "+a", "--"], query].concat()).failed(2, &["wrong query: ", carets]);
    }
    assert_eq!(house.ok(&["log"]), "");
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let house = House::new();
    let digest = house.write("many.txt", crate::support::book::plain_digest(1, 400));
    house.ok(&["ingest", &digest]);
    for n in 0..3 {
        house.ok(&["tag", &format!("+t/{n}"), "--", "商会"]);
    }
    let ids = house.ids(&[]);
    let show: Vec<&str> = ["show"].into_iter().chain(ids.iter().map(String::as_str)).collect();
    let show_json = [show.as_slice(), &["--json"]].concat();
    for args in [
        &["list"][..],
        &["list", "--format", "csv"],
        &["list", "--format", "tsv"],
        &["list", "--format", "ids"],
        &["list", "--format", "json"],
        &["list", "--format", "ndjson"],
        &["list", "--format", "ndjson", "--columns", "id,path"],
        &["export", "--format", "csv"],
        &["export", "--format", "json"],
        &["export", "--format", "ndjson"],
        &["export", "--format", "markdown"],
        &show,
        &show_json,
        &["log"],
        &["log", "--json"],
        &["db", "check"],
        &["ingest", "--json", &digest],
        &["demo"],
        &["completions", "zsh"],
        &["man"],
        &["--help"],
        &["list", "--help"],
    ] {
        for lines in [0, 1] {
            let mut child = house.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let mut line = String::new();
            let mut reader = BufReader::with_capacity(64, child.stdout.take().unwrap());
            for _ in 0..lines {
                reader.read_line(&mut line).unwrap();
            }
            drop(reader);
            let mut err = String::new();
            child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
            let code = child.wait().unwrap().code();
            let what = args.iter().take(3).collect::<Vec<_>>();
            assert_eq!((code, err.as_str()), (Some(0), ""), "{what:?} after {lines} lines");
        }
    }
}

#[test]
fn an_export_keeps_what_is_there() {
    let house = House::furnished();
    for format in ["csv", "json", "ndjson", "markdown"] {
        let kept = house.write("kept", "mine\n");
        house.run(&["export", "--format", format, "-o", &kept]).failed(1, &["kept", "--overwrite"]);
        assert_eq!(fs::read_to_string(&kept).unwrap(), "mine\n");
        fs::create_dir_all(house.path("folder")).unwrap();
        house.run(&["export", "--format", format, "-o", "folder"]).failed(1, &["folder"]);
        house.run(&["export", "--format", format, "-o", "folder", "--overwrite"]).failed(1, &["folder"]);
        // A link that leads nowhere is something that is there too.
        let _ = fs::remove_file(house.path("link"));
        std::os::unix::fs::symlink(house.path("nowhere"), house.path("link")).unwrap();
        house.run(&["export", "--format", format, "-o", "link"]).failed(1, &["link"]);
        assert!(!house.path("nowhere").exists());
    }
    house.run(&["export", "nofield:x", "--format", "csv", "-o", "new.csv"]).failed(2, &["wrong query"]);
    assert!(!house.path("new.csv").exists());
}
