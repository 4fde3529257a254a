//! `add`: one notice by hand, filled in already or in an editor (here a shell command that writes into its argument).

use super::{House, Ran};
use std::fs;

const FORM: &str = "organisation: 株式会社かすみ書房\ntitle: 会員名簿の紛失について\npublished: 2024年7月2日\n\
    url: https://kasumi.example/1\ncase number: 2024-300\n\n弊社の社員が会員1,660名の氏名を記した名簿を紛失しました。\n";

/// Runs `add` with an editor of this command line.
fn with_editor(house: &House, editor: &str, args: &[&str]) -> Ran {
    let args = [&["add"], args].concat();
    super::ran(
        house
            .command(&args)
            .env("EDITOR", editor)
            .env("TMPDIR", house.path(""))
            .env("PATH", "/usr/bin:/bin")
            .output()
            .unwrap(),
    )
}

/// Drafts that were kept.
fn drafts(house: &House) -> Vec<String> {
    let names = fs::read_dir(house.path("")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    names.filter(|n| n.starts_with("jikenbo-notice-")).collect()
}

#[test]
fn a_filled_form_is_an_incident_whose_id_is_printed() {
    let house = House::new();
    let form = house.write("form.txt", FORM);
    let out = house.ok(&["add", &form]);
    let id = house.ids(&[]).remove(0);
    assert_eq!(out, format!("{id}  株式会社かすみ書房 会員名簿の紛失について\n"));
    let record: serde_json::Value = serde_json::from_str(&house.ok(&["show", "--json", &id])).unwrap();
    assert_eq!((&record["published"], &record["case_no"]), (&"2024-07-02".into(), &"2024-300".into()));
    assert_eq!((&record["rules"]["org"], &record["confidence"]["org"]), (&"by_hand".into(), &"high".into()));
    assert_eq!(record["source"]["url"], "https://kasumi.example/1");
    assert!(house.ok(&["reparse"]).contains("notice new=0 updated=0 unchanged=1"));
    // The same again is known; a corrected form is the same incident.
    let again = house.run(&["add", &form]);
    assert_eq!((again.code, again.out.as_str()), (Some(0), out.as_str()));
    assert!(again.err.contains("already"), "{again:?}");
    let form = house.write("form.txt", FORM.replace("会員名簿", "顧客名簿"));
    assert!(house.ok(&["add", &form]).starts_with(&id));
    assert!(house.run_with(&["add", "-"], FORM.as_bytes()).out.contains("会員名簿"));
}

#[test]
fn mistakes_are_told_by_line_and_nothing_is_added() {
    let house = House::new();
    let form = house.write("form.txt", "title: a\npublished: soon\n\nx\n");
    house.run(&["add", &form]).failed(1, &["form.txt:2: `soon` is no day", "nothing was added"]);
    let blank = house.write("blank.txt", "title:\n");
    house.run(&["add", &blank]).failed(1, &["blank.txt: nothing is filled in"]);
    house.run(&["add", "no.txt"]).failed(1, &["no.txt: there is no such file"]);
    house.run(&["add", "--edit", "no.txt"]).failed(2, &["no.txt"]);
    assert!(!house.path("cases.db").exists());
}

#[test]
fn the_editor_s_form_is_added_and_an_empty_one_is_not() {
    let house = House::new();
    house.write("form.txt", FORM);
    let ran = with_editor(&house, "true", &[]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.err.contains("nothing was filled in") && !house.path("cases.db").exists());
    let ran = with_editor(&house, "cp form.txt", &[]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.out.contains("会員名簿の紛失について"));
    // What stands in the template is the language's, and both are understood.
    let ran = with_editor(&house, "sed -i s/^件名:.*/件名:別の件/", &["--lang", "ja"]);
    assert!(ran.out.ends_with("  別の件\n"), "{ran:?}");
    assert_eq!(drafts(&house), Vec::<String>::new());
}

#[test]
fn a_draft_with_a_mistake_is_kept_and_can_be_mended() {
    let house = House::new();
    let ran = with_editor(&house, "sed -i s/^title:.*/titel:x/", &[]);
    ran.failed(1, &["there is no field `titel`", "jikenbo add --edit"]);
    let draft = drafts(&house).remove(0);
    let ran = with_editor(&house, "sed -i s/^titel:/title:/", &["--edit", &draft]);
    assert!(ran.code == Some(0) && ran.out.ends_with("  x\n"), "{ran:?}");
    with_editor(&house, "/no/such/editor", &[]).failed(1, &["/no/such/editor", "$EDITOR", "draft is kept"]);
}
