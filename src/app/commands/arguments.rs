//! What may follow a verb in the command palette: tags, statuses, formats, orders, settings, saved views, paths. The
//! palette asks as one types.

use super::pages::PAGES;
use crate::analysis::fuzzy;
use crate::app::commands::settings;
use crate::app::typed::paths::PathOffer;
use crate::domain::{ExportFormat, Status, Tag};
use crate::lang::Lang;
use crate::query::ast::SortField;

/// A word that may be written next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// The word, its sign included.
    pub word: String,
    /// What it is.
    pub help: String,
    /// The whole line with it.
    pub line: String,
}

/// What the palette knows of the case book and its surroundings.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The case book's tags.
    pub tags: Vec<Tag>,
    /// The names of saved views.
    pub views: Vec<String>,
    /// What was found where the path leads.
    pub paths: Vec<PathOffer>,
}

/// What may stand in the place of the last word of `typed`, best first; `None` where no verb stands before it.
pub fn offers(typed: &str, known: &Known, lang: Lang) -> Option<Vec<Argument>> {
    let verb = typed.split_whitespace().next().filter(|verb| typed.len() > verb.len())?;
    if let Some(path) = path_in(typed) {
        let before = typed.strip_suffix(path)?;
        let fits = known.paths.iter().filter(|offer| offer.text.starts_with(path));
        let argument = |offer: &PathOffer| Argument {
            word: offer.shown.clone(),
            help: String::new(),
            line: format!("{before}{}", offer.text),
        };
        return Some(fits.map(argument).collect());
    }
    if let "view" | "save" = verb {
        let name = typed.trim_start().strip_prefix(verb)?.trim_start();
        let views: Vec<_> = known.views.iter().map(|v| (v.clone(), String::new())).collect();
        return Some(ranked(name, typed.strip_suffix(name)?, &views));
    }
    let start = typed.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let (before, last) = typed.split_at_checked(start)?;
    let words: Vec<&str> = before.split_whitespace().collect();
    let told = |kind: &str, name: &str| lang.get(&format!("{kind}.{name}")).unwrap_or_default().to_owned();
    let offered: Vec<(String, String)> = match (verb, words.as_slice()) {
        ("status", [_]) => Status::ALL.iter().map(|s| (s.to_string(), told("status", s.as_str()))).collect(),
        ("sort", [_]) => SortField::ALL.iter().map(|(_, n)| ((*n).to_owned(), told("sort", n))).collect(),
        ("export", [_]) => ExportFormat::ALL.iter().map(|f| (f.to_string(), told("format", f.as_str()))).collect(),
        ("help", [_]) => PAGES.iter().map(|page| (page.name.to_owned(), lang.text(page.title).to_owned())).collect(),
        ("set", [_]) => settings::names().map(|n| (n.to_owned(), told("setting", n))).collect(),
        ("set", [_, name]) => settings::values(name).into_iter().map(|v| (v.to_owned(), String::new())).collect(),
        ("tag", _) => {
            let sign = if last.starts_with('-') { '-' } else { '+' };
            known.tags.iter().map(|t| (format!("{sign}{t}"), String::new())).collect()
        }
        _ => return None,
    };
    Some(ranked(last, before, &offered))
}

/// The words that resemble what was typed, best first.
fn ranked(typed: &str, before: &str, known: &[(String, String)]) -> Vec<Argument> {
    let names = known.iter().map(|(word, _)| word.trim_start_matches(['+', '-']));
    let ranked = fuzzy::rank(typed.trim_start_matches(['+', '-']), names);
    let argument = |i: usize| {
        let (word, help) = known.get(i)?;
        Some(Argument { word: word.clone(), help: help.clone(), line: format!("{before}{word}") })
    };
    ranked.into_iter().filter_map(argument).collect()
}

/// The path in a line, as far as it is typed; `None` where no verb takes one, or its format is still being typed.
pub fn path_in(line: &str) -> Option<&str> {
    let (verb, rest) = line.trim_start().split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    match verb {
        "ingest" => Some(rest),
        "export" => rest.split_once(char::is_whitespace).map(|(_, path)| path.trim_start()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_s_words_are_offered() {
        let path = |text: &str| PathOffer { shown: text.rsplit('/').next().unwrap().into(), text: text.into() };
        let known = Known {
            tags: ["web", "supply/若宮印刷"].iter().map(|t| Tag::new(t).unwrap()).collect(),
            views: vec!["this week".into(), "若宮".into()],
            paths: vec![path("~/digests/a b.txt"), path("~/digests/b.txt")],
        };
        let lines = |typed: &str| -> Option<Vec<String>> {
            offers(typed, &known, Lang::En).map(|all| all.into_iter().map(|a| a.line).collect())
        };
        let some = |all: &[&str]| Some(all.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert_eq!(lines("status "), some(&["status new", "status open", "status done", "status dismissed"]));
        assert_eq!(lines("status di"), some(&["status dismissed"]));
        assert_eq!(lines("tag 若"), some(&["tag +supply/若宮印刷"]));
        assert_eq!(lines("tag +a -w"), some(&["tag +a -web"]));
        assert_eq!(lines("tag +"), some(&["tag +web", "tag +supply/若宮印刷"]));
        assert_eq!(lines("sort peo"), some(&["sort people"]));
        assert_eq!(lines("help ve"), some(&["help veris"]));
        assert_eq!(lines("export nd"), some(&["export ndjson"]));
        assert_eq!(lines("export csv /tmp/"), some(&[]));
        assert_eq!(lines("export csv ~/digests/b"), some(&["export csv ~/digests/b.txt"]));
        assert_eq!(lines("ingest ~/digests/a b"), some(&["ingest ~/digests/a b.txt"]));
        assert_eq!(lines("view this w"), some(&["view this week"]));
        assert_eq!(lines("save 若"), some(&["save 若宮"]));
        assert_eq!(lines("set the"), some(&["set theme"]));
        assert_eq!(lines("set era "), some(&["set era on", "set era off"]));
        assert_eq!(lines("note 要"), None);
        assert_eq!(lines("status"), None);
        assert_eq!(lines("view"), None);
        assert_eq!(lines(""), None);
    }
}
