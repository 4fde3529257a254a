//! What may follow a verb in the command palette: tags, statuses, formats, orders. The palette asks as one types.

use super::pages::PAGES;
use crate::analysis::fuzzy;
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

/// What may stand in the place of the last word of `typed`, best first; `None` where no verb stands before it.
pub fn offers(typed: &str, tags: &[Tag], lang: Lang) -> Option<Vec<Argument>> {
    let verb = typed.split_whitespace().next().filter(|verb| typed.len() > verb.len())?;
    let start = typed.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let (before, last) = typed.split_at_checked(start)?;
    let nth = before.split_whitespace().count();
    let told = |kind: &str, name: &str| lang.get(&format!("{kind}.{name}")).unwrap_or_default().to_owned();
    let known: Vec<(String, String)> = match (verb, nth) {
        ("status", 1) => Status::ALL.iter().map(|s| (s.to_string(), told("status", s.as_str()))).collect(),
        ("sort", 1) => SortField::ALL.iter().map(|(_, n)| ((*n).to_owned(), told("sort", n))).collect(),
        ("export", 1) => ExportFormat::ALL.iter().map(|f| (f.to_string(), told("format", f.as_str()))).collect(),
        ("help", 1) => PAGES.iter().map(|page| (page.name.to_owned(), lang.text(page.title).to_owned())).collect(),
        ("tag", _) => {
            let sign = if last.starts_with('-') { '-' } else { '+' };
            tags.iter().map(|t| (format!("{sign}{t}"), String::new())).collect()
        }
        _ => return None,
    };
    let typed_name = last.trim_start_matches(['+', '-']);
    let names = known.iter().map(|(word, _)| word.trim_start_matches(['+', '-']));
    let ranked = fuzzy::rank(typed_name, names);
    let argument = |i: usize| {
        let (word, help) = known.get(i)?;
        Some(Argument { word: word.clone(), help: help.clone(), line: format!("{before}{word}") })
    };
    Some(ranked.into_iter().filter_map(argument).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_s_words_are_offered() {
        let tags: Vec<Tag> = ["web", "supply/若宮印刷"].iter().map(|t| Tag::new(t).unwrap()).collect();
        let lines = |typed: &str| -> Option<Vec<String>> {
            offers(typed, &tags, Lang::En).map(|all| all.into_iter().map(|a| a.line).collect())
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
        assert_eq!(lines("export csv /tmp/"), None);
        assert_eq!(lines("note 要"), None);
        assert_eq!(lines("status"), None);
        assert_eq!(lines(""), None);
    }
}
