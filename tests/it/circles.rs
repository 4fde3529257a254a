//! Holds the files of `src/` to using each other one way: no file uses one that uses it, by whatever way round.
//!
//! Arrows are the paths that `imports` finds, and in a folder's `mod.rs` those that begin with one of its files; what
//! a `pub use` hands on is an arrow to where it is defined, not to who hands it on. Test modules are exempt.

use crate::imports::{Finder, is_test, module_of, rust_files};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use syn::visit::{self, Visit};

/// Rooms some of whose files still use each other: each is taken off this list when its last circle is opened.
const NOT_YET: &[&str] = &["ingest", "jobs", "lexicon", "store", "ui"];

type Module = Vec<String>;

/// One file: what it uses, and what it only hands on.
#[derive(Default)]
struct File {
    uses: Vec<Module>,
    hands_on: BTreeMap<String, Module>,
}

/// The paths of a file as it writes them, with `pub use` kept apart.
struct Reader {
    finder: Finder,
    relative: Vec<Module>,
    handed: Vec<(String, Module)>,
}

impl Reader {
    fn leaves(tree: &syn::UseTree, prefix: &[String], out: &mut Vec<(String, Module)>) {
        let with = |ident: &syn::Ident| [prefix, &[ident.to_string()]].concat();
        match tree {
            syn::UseTree::Path(p) => Self::leaves(&p.tree, &with(&p.ident), out),
            syn::UseTree::Group(g) => g.items.iter().for_each(|t| Self::leaves(t, prefix, out)),
            syn::UseTree::Name(n) => out.push((n.ident.to_string(), with(&n.ident))),
            syn::UseTree::Rename(r) => out.push((r.rename.to_string(), with(&r.ident))),
            syn::UseTree::Glob(_) => {}
        }
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        if is_test(&item.attrs) {
            return;
        }
        let mut leaves = Vec::new();
        Self::leaves(&item.tree, &[], &mut leaves);
        if matches!(item.vis, syn::Visibility::Inherited) {
            self.relative.extend(leaves.into_iter().map(|(_, path)| path));
            self.finder.visit_item_use(item);
        } else {
            self.handed.extend(leaves);
        }
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        self.relative.push(path.segments.iter().map(|s| s.ident.to_string()).collect());
        self.finder.visit_path(path);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'a syn::Macro) {
        self.finder.visit_macro(mac);
    }
}

/// Reads one file; `known` are all modules that are files.
fn read(here: &[String], source: &str, known: &BTreeSet<Module>) -> File {
    let finder = Finder { here: here.to_vec(), found: Vec::new() };
    let mut reader = Reader { finder, relative: Vec::new(), handed: Vec::new() };
    reader.visit_file(&syn::parse_file(source).unwrap());
    let below = |path: &[String]| {
        let child = [here, path.get(..1)?].concat();
        (path.len() > 1 && known.contains(&child)).then(|| [here, path].concat())
    };
    let absolute = |path: Module| match path.first().map(String::as_str) {
        Some("crate") => path.get(1..).unwrap_or_default().to_vec(),
        Some("self") => [here, path.get(1..).unwrap_or_default()].concat(),
        Some("super") => [here.split_last().map_or(here, |(_, up)| up), path.get(1..).unwrap_or_default()].concat(),
        _ => below(&path).unwrap_or(path),
    };
    let uses = reader.finder.found.into_iter().map(|(_, path)| path);
    let uses = uses.chain(reader.relative.iter().filter_map(|path| below(path))).collect();
    File { uses, hands_on: reader.handed.into_iter().map(|(name, path)| (name, absolute(path))).collect() }
}

/// The file that a path leads to, whoever hands it on on the way.
fn home(path: &[String], files: &BTreeMap<Module, File>) -> Option<Module> {
    let mut path = path.to_vec();
    for _ in 0..8 {
        let at = (1..=path.len()).rev().find(|n| files.contains_key(path.get(..*n).unwrap_or_default()))?;
        let (module, rest) = path.split_at(at);
        match rest.first().and_then(|name| files.get(module)?.hands_on.get(name)) {
            Some(on) => path = [on, rest.get(1..).unwrap_or_default()].concat(),
            None => return Some(module.to_vec()),
        }
    }
    None
}

/// The arrows that stand in a circle: what neither leads to an end nor comes from a beginning.
fn circles(files: &BTreeMap<Module, File>) -> BTreeSet<(String, String)> {
    let name = |module: &[String]| module.join("::");
    let mut arrows = BTreeSet::new();
    for (here, file) in files {
        for to in file.uses.iter().filter_map(|path| home(path, files)).filter(|to| to != here) {
            arrows.insert((name(here), name(&to)));
        }
    }
    loop {
        let (froms, tos): (BTreeSet<String>, BTreeSet<String>) = arrows.iter().cloned().unzip();
        let before = arrows.len();
        arrows.retain(|(from, to)| tos.contains(from) && froms.contains(to));
        if arrows.len() == before {
            return arrows;
        }
    }
}

fn read_all<'s>(sources: impl Iterator<Item = (Module, &'s str)>) -> BTreeMap<Module, File> {
    let sources: Vec<(Module, &str)> = sources.collect();
    let known: BTreeSet<Module> = sources.iter().map(|(module, _)| module.clone()).collect();
    sources.into_iter().map(|(here, source)| (here.clone(), read(&here, source, &known))).collect()
}

#[test]
fn no_two_files_use_each_other() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    rust_files(&src, &mut paths);
    paths.retain(|p| !p.components().any(|c| c.as_os_str() == "tests") && !p.ends_with("tests.rs"));
    let sources: Vec<(Module, String)> =
        paths.iter().map(|p| (module_of(p, &src), fs::read_to_string(p).unwrap())).collect();
    let files = read_all(sources.iter().map(|(module, source)| (module.clone(), source.as_str())));
    let told: Vec<String> = circles(&files)
        .iter()
        .filter(|(from, _)| !from.split("::").next().is_some_and(|room| NOT_YET.contains(&room)))
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect();
    assert!(told.is_empty(), "these files use each other in a circle:\n{}", told.join("\n"));
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let found = |sources: &[(&str, &'static str)]| {
        let split = |module: &str| module.split("::").map(str::to_owned).collect::<Module>();
        circles(&read_all(sources.iter().map(|(module, source)| (split(module), *source)))).len()
    };
    let list = ("app::list", "use super::rows::Row;");
    assert_eq!(found(&[list, ("app::rows", "use crate::app::list::List;")]), 2);
    assert_eq!(found(&[list, ("app::rows", "fn f() { super::list::g(); }")]), 2);
    assert_eq!(found(&[list, ("app::rows", "#[cfg(test)] mod tests { use crate::app::list::List; }")]), 0);
    // Round by a third, and by what a folder hands on.
    let handed = ("app", "pub use list::List; mod list; mod rows; mod third;");
    assert_eq!(found(&[handed, list, ("app::rows", "use super::third;"), ("app::third", "use super::List;")]), 3);
    assert_eq!(found(&[handed, list, ("app::rows", "")]), 0);
    assert_eq!(found(&[("app", "use list::List; struct App;"), ("app::list", "use super::App;")]), 2);
}
