//! Pages that are generated from tables are held to them. `JIKENBO_BLESS=1 cargo test` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

fn readme() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

/// Compares the README's part between `<!-- NAME:… -->` and `<!-- /NAME -->` with what the tables give.
fn check(name: &str, expected: &str) {
    let text = fs::read_to_string(readme()).unwrap();
    let open = text.find(&format!("<!-- {name}:")).expect("the part's first mark");
    let start = open + text[open..].find("-->").unwrap() + "-->\n".len();
    let end = text.find(&format!("<!-- /{name} -->")).expect("the part's last mark");
    if text[start..end] == *expected {
        return;
    }
    if std::env::var_os("JIKENBO_BLESS").is_some() {
        fs::write(readme(), format!("{}{expected}{}", &text[..start], &text[end..])).unwrap();
        return;
    }
    panic!("README.md's part `{name}` is out of date: run JIKENBO_BLESS=1 cargo test\nexpected:\n{expected}");
}

#[test]
fn the_readme_lists_the_query_words() {
    let mut table = String::from("\n| word | finds | example |\n|---|---|---|\n");
    table += "| `word` `\"a phrase\"` | both somewhere in the text, the tags or the notes | `漏えい USB` |\n";
    table += "| `-word` `NOT word` | not that | `誤送信 -テスト` |\n";
    table += "| `a OR b` `( )` | either; AND binds tighter | `(盗難 OR 紛失) PC` |\n";
    for f in jikenbo::query::fields() {
        let sign = if f.compares() { "" } else { ":" };
        let value = f.value.replace('|', "\\|");
        writeln!(table, "| `{}{sign}{value}` | {} | `{}` |", f.name, f.help, f.example.replace('|', "\\|")).unwrap();
    }
    table.push('\n');
    check("query", &table);
}
