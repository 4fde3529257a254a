//! Pages that are generated from tables are held to them. `JIKENBO_BLESS=1 cargo test` writes them anew.

use jikenbo::app::keys::actions::{Scope, TABLE};
use jikenbo::app::keys::keymap::Keymap;
use jikenbo::config::KeySet;
use jikenbo::lang::Lang;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

/// One test at a time compares and writes.
static ALONE: Mutex<()> = Mutex::new(());

/// Compares the README's part of that name with what the tables give.
fn check(name: &str, expected: &str) {
    check_in("README.md", name, expected);
}

/// Compares a page's part between `<!-- NAME:… -->` and `<!-- /NAME -->` with what the tables give.
fn check_in(page: &str, name: &str, expected: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(page);
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let text = fs::read_to_string(&path).unwrap();
    let open = text.find(&format!("<!-- {name}:")).expect("the part's first mark");
    let start = open + text[open..].find("-->").unwrap() + "-->\n".len();
    let end = text.find(&format!("<!-- /{name} -->")).expect("the part's last mark");
    if text[start..end] == *expected {
        return;
    }
    if std::env::var_os("JIKENBO_BLESS").is_some() {
        fs::write(&path, format!("{}{expected}{}", &text[..start], &text[end..])).unwrap();
        return;
    }
    panic!("{page}: the part `{name}` is out of date: run JIKENBO_BLESS=1 cargo test\nexpected:\n{expected}");
}

#[test]
fn every_path_that_contributing_names_is_there() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("CONTRIBUTING.md")).unwrap();
    assert!(text.lines().count() < 200);
    // Code in quotes that begins like a path of the house; a part in capitals stands for any name.
    let folders = ["src/", "tests/", "assets/", ".ci/"];
    let stands_for_any = |part: &str| part.len() > 1 && part.bytes().all(|b| b.is_ascii_uppercase());
    let is_path = |word: &&str| folders.iter().any(|f| word.starts_with(f)) && !word.split('/').any(stands_for_any);
    let quoted = text.split('`').skip(1).step_by(2).flat_map(str::split_whitespace);
    let paths: Vec<&str> = quoted.filter(is_path).collect();
    assert!(paths.len() > 60, "only {} paths were found", paths.len());
    for path in paths {
        assert!(root.join(path).exists(), "CONTRIBUTING.md names {path}, which is not there");
    }
}

/// A cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn the_readme_lists_the_keys() {
    let plain = Keymap::of(KeySet::Plain);
    let mut table = String::new();
    for (scope, heading) in Scope::ALL {
        let mut rows = TABLE.iter().filter(|e| e.scope == scope).peekable();
        if rows.peek().is_some() {
            write!(table, "\n| {heading} | plain set | | from the shell |\n|---|---|---|---|\n").unwrap();
        }
        for e in rows {
            let keys: Vec<String> = e.keys.iter().map(|k| format!("`{}`", cell(k))).collect();
            let twin = e.twin.map(|t| format!("`{}`", cell(t))).unwrap_or_default();
            let plain: Vec<String> = plain.keys(e.action).map(|k| format!("`{}`", cell(k))).collect();
            let (keys, plain) = (keys.join(" "), plain.join(" "));
            writeln!(table, "| {keys} | {plain} | {} | {twin} |", cell(Lang::En.text(e.help))).unwrap();
        }
    }
    table.push('\n');
    check("keys", &table);
}

/// A command's call: its name, its own flags, its words.
fn synopsis(command: &clap::Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").trim();
    let own = |a: &&clap::Arg| !a.is_global_set() && !a.is_required_set() && a.get_long().is_some_and(|l| l != "help");
    let flags: Vec<String> = command.get_arguments().filter(own).map(|a| format!("[{a}]")).collect();
    let parts: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).filter(|n| *n != "help").collect();
    usage
        .replace("[OPTIONS]", &flags.join(" "))
        .replace("<COMMAND>", &parts.join("|"))
        .replace("[COMMAND]", &format!("[{}]", parts.join("|")))
        .replace("]...", "…]")
        .replace("...", "…")
        .replace(['<', '>'], "")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn the_readme_lists_the_commands() {
    let mut table =
        String::from("\n| command | does |\n|---|---|\n| `jikenbo` | Opens the workbench on the case book |\n");
    let all = jikenbo::cli::command();
    for command in all.get_subcommands().filter(|c| c.get_name() != "help") {
        let about = command.get_about().unwrap().to_string();
        writeln!(table, "| `{}` | {} |", cell(&synopsis(command)), cell(&about)).unwrap();
    }
    table.push('\n');
    check("commands", &table);
}

#[test]
fn the_readme_lists_the_query_words() {
    let mut table = String::from("\n| word | finds | example |\n|---|---|---|\n");
    table += "| `word` `\"a phrase\"` | both somewhere in the text, the tags or the notes | `漏えい USB` |\n";
    table += "| `-word` `NOT word` | not that | `誤送信 -テスト` |\n";
    table += "| `a OR b` `( )` | either; AND binds tighter | `(盗難 OR 紛失) PC` |\n";
    for f in jikenbo::query::fields() {
        let sign = if f.compares() { "" } else { ":" };
        writeln!(table, "| `{}{sign}{}` | {} | `{}` |", f.name, cell(f.value), Lang::En.text(f.help), cell(f.example))
            .unwrap();
    }
    table.push('\n');
    check("query", &table);
}

/// The fields, the words that are values, and the spellings, as the page on queries lists them.
fn query_parts(lang: Lang) -> [(&'static str, String); 3] {
    let (head, heads) = match lang {
        Lang::En => ("field", ("finds", "example", "value")),
        Lang::Ja => ("項目", ("見つかるもの", "例", "値")),
    };
    let mut fields = format!("\n| {head} | {} | {} |\n|---|---|---|\n", heads.0, heads.1);
    let mut values = format!("\n| {} | {} |\n|---|---|\n", heads.2, heads.0);
    for f in jikenbo::query::fields() {
        let sign = if f.compares() { "" } else { ":" };
        let (value, help) = (cell(f.value), lang.get(f.help).unwrap());
        writeln!(fields, "| `{}{sign}{value}` | {help} | `{}` |", f.name, cell(f.example)).unwrap();
        for word in f.words().filter(|_| f.name != "sort") {
            let help = lang.get(&format!("query_value.{}.{word}", f.name)).unwrap();
            writeln!(values, "| `{}:{word}` | {help} |", f.name).unwrap();
        }
    }
    let table: toml::Table = include_str!("../../assets/lexicon/variants.toml").parse().unwrap();
    let mut variants = String::from("\n");
    for group in table["groups"].as_array().unwrap() {
        let words: Vec<&str> = group.as_array().unwrap().iter().map(|w| w.as_str().unwrap()).collect();
        writeln!(variants, "- {}", words.join(" = ")).unwrap();
    }
    [("fields", fields + "\n"), ("values", values + "\n"), ("variants", variants + "\n")]
}

#[test]
fn the_page_on_queries_lists_fields_values_and_spellings() {
    for (page, lang) in [("assets/docs/query.md", Lang::En), ("assets/docs/query.ja.md", Lang::Ja)] {
        for (name, expected) in query_parts(lang) {
            check_in(page, name, &expected);
        }
    }
}

#[test]
fn every_query_that_the_page_shows_is_understood() {
    let day = chrono::NaiveDate::from_ymd_opt(2024, 6, 20).unwrap();
    for page in ["assets/docs/query.md", "assets/docs/query.ja.md"] {
        let text = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
        let part = |from: &str, to: &str| text[text.find(from).unwrap()..text.find(to).unwrap()].to_owned();
        let words = part("\n## ", "<!-- fields");
        let dates = part("| `2024`, `2024-05`", "| `2024-05..`, ");
        let numbers = part("| `1,000`", "1,000件以上");
        let quoted = |text: &str| -> Vec<String> { text.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
        let mut shown: Vec<String> =
            quoted(&words).into_iter().filter(|w| w != "kind:" && w != "status:" && w != "AND").collect();
        shown.extend(
            quoted(&dates)
                .into_iter()
                .filter(|w| !["〜", "since:", "until:"].contains(&w.as_str()))
                .map(|d| format!("event:{d}")),
        );
        shown.extend(quoted(&numbers).into_iter().take(4).map(|n| format!("people>{n}")));
        assert!(shown.len() > 20, "{shown:?}");
        for query in shown {
            assert!(jikenbo::query::parse(&query, day).is_ok(), "{page}: {query}");
        }
    }
}

#[test]
fn the_page_on_standards_lists_what_codes_are_elsewhere() {
    use jikenbo::export::standards;
    const PAGE: &str = "assets/docs/veris.md";
    let mut table = String::from(
        "\n| code | VERIS action | actor | integrity | availability | STIX, MISP |\n|---|---|---|---|---|---|\n",
    );
    for a in standards::actions() {
        let (integrity, availability) = (a.integrity.join(", "), a.availability.join(", "));
        let (category, variety, actor, kind) = (&a.category, &a.variety, &a.actor, &a.incident_type);
        writeln!(table, "| `{}` | {category}: {variety} | {actor} | {integrity} | {availability} | `{kind}` |", a.code)
            .unwrap();
    }
    table.push('\n');
    check_in(PAGE, "actions", &table);
    let mut table = String::from("\n| code | VERIS data | STIX, MISP |\n|---|---|---|\n");
    for (code, d) in standards::data_types() {
        writeln!(table, "| `{code}` | {} | `{}` |", d.veris, d.information).unwrap();
    }
    table.push('\n');
    check_in(PAGE, "data", &table);
}
