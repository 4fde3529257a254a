//! Holds every file of `src/` to the table of who may use whom.
//!
//! Every `use`, every inline path and every path inside a macro call that starts with `crate::`, `super::`, `self::`
//! or the library's own name is resolved to a module of the crate, and that module has to be in the row of the module
//! that names it. Test modules are exempt.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

const ALL: &[&str] = &[
    "analysis", "app", "cli", "config", "domain", "export", "ingest", "jobs", "lang", "lexicon", "op", "query",
    "runtime", "store", "text", "ui",
];

/// Which modules a module may import, itself apart.
fn allowed(module: &str) -> &'static [&'static str] {
    match module {
        "domain" | "text" | "lang" => &[],
        "lexicon" => &["domain", "text"],
        "config" => &["domain", "text", "lexicon", "lang"],
        "ingest" | "query" | "op" | "analysis" => &["domain", "text", "lexicon"],
        "export" => &["domain", "text", "lang", "analysis"],
        "store" => &["domain", "text", "lexicon", "query", "op"],
        "jobs" => {
            &["domain", "text", "lang", "lexicon", "config", "ingest", "query", "op", "analysis", "export", "store"]
        }
        "app" => &["domain", "text", "lang", "lexicon", "config", "query", "op", "analysis"],
        "ui" => &["app", "domain", "text", "lang", "config"],
        "runtime" => &[
            "analysis", "app", "config", "domain", "export", "ingest", "jobs", "lang", "lexicon", "op", "query",
            "store", "text", "ui",
        ],
        "cli" | "main" | "lib" => ALL,
        _ => &[],
    }
}

/// Which crates only one module may use.
const ONLY_USER: &[(&str, &str)] =
    &[("rusqlite", "store"), ("crossterm", "runtime"), ("fuzzy_matcher", "analysis"), ("ratatui", "ui")];

/// What a module other than the only user is still granted.
const GRANTED: &[(&str, &str)] = &[("runtime", "ratatui")];

pub(crate) struct Finder {
    /// The module path of the file, from the crate's root.
    pub(crate) here: Vec<String>,
    pub(crate) found: Vec<(usize, Vec<String>)>,
}

impl Finder {
    fn add(&mut self, line: usize, path: &[String]) {
        let Some(first) = path.first() else { return };
        let absolute = match first.as_str() {
            "crate" | "jikenbo" => path[1..].to_vec(),
            "self" => [&self.here[..], &path[1..]].concat(),
            "super" => {
                let ups = path.iter().take_while(|p| *p == "super").count();
                let keep = self.here.len().saturating_sub(ups);
                [&self.here[..keep], &path[ups..]].concat()
            }
            _ => {
                if path.len() > 1 && ONLY_USER.iter().any(|(c, _)| c == first) {
                    self.found.push((line, vec!["extern".into(), first.clone()]));
                }
                return;
            }
        };
        self.found.push((line, absolute));
    }

    fn add_use(&mut self, tree: &syn::UseTree, prefix: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(p) => {
                prefix.push(p.ident.to_string());
                self.add_use(&p.tree, prefix);
                prefix.pop();
            }
            syn::UseTree::Group(g) => g.items.iter().for_each(|t| self.add_use(t, prefix)),
            syn::UseTree::Name(n) => self.add_leaf(&n.ident, prefix),
            syn::UseTree::Rename(r) => self.add_leaf(&r.ident, prefix),
            syn::UseTree::Glob(g) => {
                let line = g.star_token.spans[0].start().line;
                self.add(line, prefix);
            }
        }
    }

    fn add_leaf(&mut self, ident: &syn::Ident, prefix: &[String]) {
        let path = [prefix, &[ident.to_string()]].concat();
        self.add(ident.span().start().line, &path);
    }

    /// Paths inside macro calls, which `syn` leaves as tokens.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let (mut line, mut colons) = (0, 0);
        for token in tokens {
            match token {
                TokenTree::Ident(i) => {
                    if colons != 2 {
                        self.add(line, &std::mem::take(&mut path));
                        line = i.span().start().line;
                    }
                    path.push(i.to_string());
                    colons = 0;
                }
                TokenTree::Punct(p) if p.as_char() == ':' && !path.is_empty() => colons += 1,
                other => {
                    self.add(line, &std::mem::take(&mut path));
                    colons = 0;
                    if let TokenTree::Group(g) = other {
                        self.add_tokens(g.stream());
                    }
                }
            }
        }
        self.add(line, &path);
    }
}

pub(crate) fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|a| a.path().is_ident("cfg") && a.parse_args::<syn::Path>().is_ok_and(|p| p.is_ident("test")))
}

impl<'a> Visit<'a> for Finder {
    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        if !is_test(&item.attrs) {
            self.add_use(&item.tree, &mut Vec::new());
        }
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if is_test(&item.attrs) {
            return;
        }
        self.here.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.here.pop();
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        let line = path.segments.first().map_or(0, |s| s.ident.span().start().line);
        self.add(line, &names);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'a syn::Macro) {
        self.add_tokens(mac.tokens.clone());
        visit::visit_macro(self, mac);
    }
}

pub(crate) fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The module path of a file: `src/app/work.rs` is `app::work`, `src/app/mod.rs` is `app`.
pub(crate) fn module_of(file: &Path, src: &Path) -> Vec<String> {
    let relative = file.strip_prefix(src).unwrap().with_extension("");
    let mut parts: Vec<String> = relative.iter().map(|p| p.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|p| p == "mod") {
        parts.pop();
    }
    parts
}

/// What breaks the table in one file's source, as `line: from -> to`.
fn broken_arrows(here: &[String], source: &str) -> Vec<String> {
    let syntax = syn::parse_file(source).unwrap();
    let mut finder = Finder { here: here.to_vec(), found: Vec::new() };
    finder.visit_file(&syntax);
    let from = here.first().map_or("lib", String::as_str);
    let mut broken = BTreeSet::new();
    for (line, to) in &finder.found {
        match to.as_slice() {
            [e, name, ..] if e == "extern" => {
                let only = ONLY_USER.iter().find(|(c, _)| c == name).map(|(_, m)| *m);
                if only != Some(from) && !GRANTED.contains(&(from, name.as_str())) {
                    broken.insert(format!("{line}: {from} -> crate {name}"));
                }
            }
            [first, ..]
                if ALL.contains(&first.as_str()) && first != from && !allowed(from).contains(&first.as_str()) =>
            {
                broken.insert(format!("{line}: {from} -> {first}"));
            }
            _ => {}
        }
    }
    broken.into_iter().collect()
}

#[test]
fn every_import_is_in_the_table() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(files.len() > 30, "only {} files found", files.len());
    let mut broken = Vec::new();
    for file in &files {
        let source = fs::read_to_string(file).unwrap();
        for arrow in broken_arrows(&module_of(file, &src), &source) {
            broken.push(format!("{}:{arrow}", file.strip_prefix(&src).unwrap().display()));
        }
    }
    assert!(broken.is_empty(), "these imports break the table:\n{}", broken.join("\n"));
}

#[test]
fn every_module_has_a_row() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders: Vec<String> = fs::read_dir(src)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.is_dir())
        .map(|p| p.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    assert_eq!(folders, ALL);
}

#[test]
fn an_arrow_is_found_however_it_is_written() {
    let here = |s: &str| s.split("::").map(str::to_owned).collect::<Vec<_>>();
    let cases = [
        ("domain::span", "use crate::store::Store;", "1: domain -> store"),
        ("domain::span", "use crate::{text, store::{self, Store as S}};", "1: domain -> store"),
        ("domain::span", "use super::super::ui;", "1: domain -> ui"),
        ("domain", "use super::ui::*;", "1: domain -> ui"),
        ("app", "fn f() { crate::store::open(); }", "1: app -> store"),
        ("app::keys", "fn f(x: super::super::cli::Args) {}", "1: app -> cli"),
        ("app", "fn f() { println!(\"{}\", crate::runtime::x(1)); }", "1: app -> runtime"),
        ("app", "type T = jikenbo::export::Csv;", "1: app -> export"),
        ("ui", "mod inner { use super::super::store; }", "1: ui -> store"),
        ("app", "use rusqlite::Connection;", "1: app -> crate rusqlite"),
        ("ui", "fn f() { crossterm::terminal::size(); }", "1: ui -> crate crossterm"),
    ];
    for (module, source, expected) in cases {
        let got = broken_arrows(&here(module), source);
        assert!(got.iter().any(|g| g == expected), "{module}: {source}: {got:?}");
    }
    let fine =
        "use crate::domain::Span; use super::effect::Effect; #[cfg(test)] mod tests { use crate::store::Store; }";
    assert_eq!(broken_arrows(&here("app::update"), fine), Vec::<String>::new());
}

#[test]
fn files_stay_readable() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let long: Vec<String> = files
        .iter()
        .map(|f| (f, fs::read_to_string(f).unwrap().lines().count()))
        .filter(|(_, n)| *n >= 600)
        .map(|(f, n)| format!("{} has {n} lines", f.display()))
        .collect();
    assert!(long.is_empty(), "files over 600 lines: {long:?}");
}
