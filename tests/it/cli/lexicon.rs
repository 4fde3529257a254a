//! The analyst's own words: files in the folder `lexicon` beside the configuration.

use super::House;

/// An organisation and a unit that no built-in word tells.
const DIGEST: &str = "\
【セキュリティ事件簿#2024-901】申請書を 誤送信 - 潮路の匠衆 2024/6/6

令和6年6月4日(火)午後3時頃、担当の者が補助金の申請書を別の方へ電子メールで誤送信しました。

流出した情報:申請者30匠人の氏名、住所

リリース文アーカイブ
";

const HOME: &str = ".config/jikenbo/lexicon";

#[test]
fn a_query_finds_every_spelling_of_an_own_variant() {
    let house = House::furnished();
    assert!(house.ids(&["遺失物届"]).is_empty());
    house.write(&format!("{HOME}/variants.toml"), "groups = [[\"遺失物届\", \"遺失届\"]]\n");
    assert_eq!(house.ids(&["遺失物届"]).len(), 1);
    assert_eq!(house.ids(&["遺失物届"]), house.ids(&["遺失届"]));
    // An own spelling joins the built-in group of the one beside it.
    house.write(&format!("{HOME}/variants.toml"), "groups = [[\"紛失\", \"漏洩\"]]\n");
    assert_eq!(house.ids(&["漏えい"]), house.ids(&["紛失"]));
}

#[test]
fn own_words_tell_organisations_and_facts() {
    let house = House::new();
    let digest = house.write("2024-06.txt", DIGEST);
    let read = |db: &str| {
        house.ok(&["ingest", "--db", db, &digest]);
        house.ok(&["list", "--db", db, "--format", "ndjson", "--columns", "org,people"])
    };
    assert_eq!(read("before.db"), "{\"org\":null,\"people\":null}\n");
    house.write(&format!("{HOME}/headlines.toml"), "org_suffixes = [\"匠衆\"]\n");
    house.write(&format!("{HOME}/units.toml"), "[[unit]]\nunit = \"people\"\nwords = [\"匠人\"]\n");
    assert_eq!(read("after.db"), "{\"org\":\"潮路の匠衆\",\"people\":30}\n");
}

#[test]
fn wrong_words_are_told_and_the_built_in_ones_hold() {
    let house = House::furnished();
    let wrong = house.write(&format!("{HOME}/variants.toml"), "\n\ngroups = [\"a\"]\n");
    let ran = house.run(&["list", "漏洩", "--format", "ids"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    assert!(ran.err.contains(&format!("{wrong}:3: ")) && ran.err.contains("built-in"), "{ran:?}");
    house.run(&["config", "check"]).failed(1, &["variants.toml:3: ", "correct this line"]);
    house.write(&format!("{HOME}/variants.toml"), "groups = [[\"a\", \"b\", \"c\"]]\n");
    house.write(&format!("{HOME}/headline.toml"), "");
    let ran = house.run(&["config", "check"]);
    ran.failed(1, &["headline.toml: ", "headlines.toml"]);
    assert!(ran.out.contains("variants.toml: right, words=3"), "{ran:?}");
}

#[test]
fn init_writes_files_to_fill_in_and_keeps_what_is_there() {
    let house = House::new();
    let kept = house.write(&format!("{HOME}/variants.toml"), "groups = [[\"a\", \"b\"]]\n");
    let out = house.ok(&["config", "init"]);
    assert!(out.contains("config.toml: written") && out.contains("lexicon: 8 files"), "{out}");
    assert!(std::fs::read_to_string(house.path(HOME).join("units.toml")).unwrap().contains("For example"));
    assert_eq!(std::fs::read_to_string(kept).unwrap(), "groups = [[\"a\", \"b\"]]\n");
    let check = house.ok(&["config", "check"]);
    assert!(check.contains("config.toml: right") && check.contains("variants.toml: right, words=2"), "{check}");
    assert!(check.contains("units.toml: right, words=0"), "{check}");
    // The words beside a configuration that is named are its own.
    let elsewhere = house.write("elsewhere/c.toml", "");
    assert!(house.ok(&["config", "check", "--config", &elsewhere]).contains("elsewhere/lexicon: no words"));
}
