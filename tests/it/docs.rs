//! Pages that are generated from tables are held to them. `JIKENBO_BLESS=1 cargo test` writes them anew.

use jikenbo::app::actions::{Scope, TABLE};
use jikenbo::lang::Lang;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

fn readme() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

/// One test at a time compares and writes.
static README: Mutex<()> = Mutex::new(());

/// Compares the README's part between `<!-- NAME:… -->` and `<!-- /NAME -->` with what the tables give.
fn check(name: &str, expected: &str) {
    let _alone = README.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
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

/// A cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn the_readme_lists_the_keys() {
    let mut table = String::new();
    for (scope, heading) in
        [(Scope::Everywhere, "In every pane"), (Scope::List, "In the list"), (Scope::Detail, "In the detail")]
    {
        let mut rows = TABLE.iter().filter(|e| e.scope == scope).peekable();
        if rows.peek().is_some() {
            write!(table, "\n| {heading} | | from the shell |\n|---|---|---|\n").unwrap();
        }
        for e in rows {
            let keys: Vec<String> = e.keys.iter().map(|k| format!("`{}`", cell(k))).collect();
            let twin = e.twin.map(|t| format!("`{}`", cell(t))).unwrap_or_default();
            writeln!(table, "| {} | {} | {twin} |", keys.join(" "), cell(Lang::En.text(e.help))).unwrap();
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
