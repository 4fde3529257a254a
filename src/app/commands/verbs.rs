//! What can be typed after `:` beside the names of actions: verbs with arguments, and the number of a row.

use crate::app::commands::pages::Page;
use crate::app::commands::settings;
use crate::app::commands::wrong::bad_tag;
use crate::app::commands::wrong::{allowed, bad_value};
use crate::app::display::Setting;
use crate::app::panes::facts;
use crate::app::panes::list::Targets;
use crate::domain::{ExportFormat, Field, Status, Tag, Verdict};
use crate::lang::Lang;
use crate::op;
use crate::query::ast::SortField;
use crate::text::nearest;
use serde_json::Value;

/// A verb with its arguments.
#[derive(Clone, Debug, PartialEq)]
pub enum Verb {
    /// Adds and removes tags.
    Tag(Vec<Tag>, Vec<Tag>),
    /// Sets the status.
    Status(Status),
    /// Appends a note.
    Note(String),
    /// Corrects a field; without a value opens the dialog for it.
    Correct(Field, Option<Value>),
    /// Judges a field, or takes the verdict back.
    Review(Field, Option<Verdict>),
    /// Writes a file: to the path as typed, else under the usual name.
    Export(ExportFormat, Option<String>),
    /// Orders the list.
    Sort(SortField),
    /// Replaces the query.
    Query(String),
    /// Changes how the workbench looks.
    Set(Setting),
    /// Opens the saved view of a name.
    View(String),
    /// Open a page of the documentation.
    Help(&'static Page),
    /// Saves what the list shows as a view.
    Save(String),
    /// Goes to a row, counted from 1.
    Row(usize),
    /// Takes in what stands at a path, as it was typed.
    Ingest(String),
    /// Builds the search index anew.
    Reindex,
    /// Stops the long work that is under way.
    CancelWork,
    /// Shows what long work had to say.
    Messages,
    /// Leaves.
    Quit,
    /// Leaves without asking.
    Leave,
    /// Says that everything is saved.
    Write,
}

/// The verbs offered: word, usage, key of the help line.
pub const VERBS: [(&str, &str, &str); 18] = [
    ("tag", "tag +a -b", "verb.tag"),
    ("status", "status new|open|done|dismissed", "verb.status"),
    ("note", "note TEXT", "verb.note"),
    ("correct", "correct FIELD=VALUE", "verb.correct"),
    ("review", "review FIELD accepted|rejected|none", "verb.review"),
    ("export", "export FORMAT [PATH]", "verb.export"),
    ("sort", "sort FIELD", "verb.sort"),
    ("query", "query WORDS", "verb.query"),
    ("set", settings::USAGE, "verb.set"),
    ("ingest", "ingest PATH", "verb.ingest"),
    ("reindex", "reindex", "verb.reindex"),
    ("cancel", "cancel", "verb.cancel"),
    ("messages", "messages", "verb.messages"),
    ("help", "help PAGE", "verb.help"),
    ("view", "view NAME", "verb.view"),
    ("save", "save NAME", "verb.save"),
    ("q", "q", "verb.q"),
    ("w", "w", "verb.w"),
];

/// Reads what was typed: `None` if it is no verb with arguments (an action's name, perhaps), an error in words if its
/// arguments are wrong.
pub fn parse(text: &str, lang: Lang) -> Option<Result<Verb, String>> {
    let text = text.trim();
    if let Ok(row) = text.parse::<usize>() {
        return Some(Ok(Verb::Row(row)));
    }
    match text {
        "q!" => return Some(Ok(Verb::Leave)),
        "reindex" => return Some(Ok(Verb::Reindex)),
        "cancel" => return Some(Ok(Verb::CancelWork)),
        "messages" => return Some(Ok(Verb::Messages)),
        "q" | "quit" | "qa" | "exit" => return Some(Ok(Verb::Quit)),
        "w" | "write" => return Some(Ok(Verb::Write)),
        "wq" | "x" => return Some(Ok(Verb::Quit)),
        _ => {}
    }
    let (word, rest) = text.split_once(char::is_whitespace)?;
    let rest = rest.trim();
    Some(match word {
        "tag" => tags(rest, lang),
        "status" => {
            Status::from_name(rest).map(Verb::Status).ok_or_else(|| lang.fill("ui.verb.bad_status", &[("word", rest)]))
        }
        "note" => Ok(Verb::Note(rest.to_owned())),
        "correct" => correct(rest, lang),
        "review" => review(rest, lang),
        "export" => export(rest, lang),
        "sort" => SortField::ALL
            .iter()
            .find(|(_, n)| *n == rest)
            .map(|(f, _)| Verb::Sort(*f))
            .ok_or_else(|| lang.fill("ui.verb.bad_sort", &[("word", rest)])),
        "query" => Ok(Verb::Query(rest.to_owned())),
        "ingest" => Ok(Verb::Ingest(rest.to_owned())),
        "set" => settings::setting(rest, lang).map(Verb::Set),
        "help" => Page::of_name(rest, lang).map(Verb::Help),
        "view" if !rest.is_empty() => Ok(Verb::View(rest.to_owned())),
        "save" if !rest.is_empty() => Ok(Verb::Save(rest.to_owned())),
        _ => return None,
    })
}

fn correct(rest: &str, lang: Lang) -> Result<Verb, String> {
    let (name, text) = rest.split_once('=').map_or((rest, None), |(name, text)| (name, Some(text)));
    let field = field(name, lang)?;
    match text {
        None if facts::ORDER.contains(&field) => Ok(Verb::Correct(field, None)),
        None => Err(allowed(field, lang).to_owned()),
        Some(text) => {
            let value = op::parse_value(field, text).map_err(|bad| bad_value(&bad, text, lang))?;
            Ok(Verb::Correct(field, Some(value)))
        }
    }
}

fn review(rest: &str, lang: Lang) -> Result<Verb, String> {
    let (name, word) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let (field, word) = (field(name, lang)?, word.trim());
    match Verdict::from_name(word) {
        Some(Verdict::Rejected) if field == Field::Kind => Err(lang.text("ui.hint.kind_stays").to_owned()),
        None if word != "none" => Err(lang.fill("ui.verb.bad_verdict", &[("word", word)])),
        verdict => Ok(Verb::Review(field, verdict)),
    }
}

/// The field of that name, as the record or the interface's language has it.
fn field(name: &str, lang: Lang) -> Result<Field, String> {
    let asked = name.trim().to_lowercase().replace('-', "_");
    let named = |f: &Field| f.as_str() == asked || facts::label(*f, lang) == name.trim();
    let meant = || nearest(&asked, Field::ALL.map(Field::as_str)).unwrap_or("org");
    let found = Field::ALL.into_iter().find(named);
    found.ok_or_else(|| lang.fill("ui.verb.bad_field", &[("word", name.trim()), ("meant", meant())]))
}

fn tags(rest: &str, lang: Lang) -> Result<Verb, String> {
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    for word in rest.split_whitespace() {
        let (list, name) = match (word.strip_prefix('+'), word.strip_prefix('-')) {
            (Some(name), _) => (&mut add, name),
            (_, Some(name)) => (&mut remove, name),
            _ => return Err(lang.fill("ui.verb.bad_tag", &[("word", word)])),
        };
        list.push(Tag::new(name).map_err(|e| bad_tag(&e, lang))?);
    }
    Ok(Verb::Tag(add, remove))
}

fn export(rest: &str, lang: Lang) -> Result<Verb, String> {
    let (format, path) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let known = ExportFormat::from_name(format).ok_or_else(|| {
        let formats = ExportFormat::ALL.map(ExportFormat::as_str).join(" ");
        lang.fill("ui.verb.bad_format", &[("word", format), ("formats", &formats)])
    })?;
    match path.trim() {
        "" => Ok(Verb::Export(known, None)),
        path if path.ends_with('/') => Err(lang.text("ui.export.no_name").to_owned()),
        path => Ok(Verb::Export(known, Some(path.to_owned()))),
    }
}

/// Whether the verb acts on the targets, so that their number is to be told beforehand.
pub fn concerns<'t>(verb: &Verb, targets: &'t Targets, export: &'t Targets) -> Option<&'t Targets> {
    match verb {
        Verb::Tag(..) | Verb::Status(_) | Verb::Note(_) => Some(targets),
        Verb::Export(..) => Some(export),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_read_with_their_arguments() {
        let tag = |s| Tag::new(s).unwrap();
        let ok = |s| parse(s, Lang::En).unwrap().unwrap();
        assert_eq!(ok("tag +a/b -c"), Verb::Tag(vec![tag("a/b")], vec![tag("c")]));
        assert_eq!(ok("status done"), Verb::Status(Status::Done));
        assert_eq!(ok("export csv /tmp/a b.csv"), Verb::Export(ExportFormat::Csv, Some("/tmp/a b.csv".into())));
        assert_eq!(ok("correct org=青葉市"), Verb::Correct(Field::Org, Some("青葉市".into())));
        assert_eq!(ok("correct third-party="), Verb::Correct(Field::ThirdParty, Some(Value::Null)));
        assert_eq!(ok("correct affected"), Verb::Correct(Field::Affected, None));
        assert_eq!(ok("review org accepted"), Verb::Review(Field::Org, Some(Verdict::Accepted)));
        assert_eq!(ok("review org none"), Verb::Review(Field::Org, None));
        assert_eq!(ok("42"), Verb::Row(42));
        assert_eq!(ok("q"), Verb::Quit);
        assert_eq!(ok("sort people"), Verb::Sort(SortField::People));
        for wrong in [
            "status finished",
            "tag a",
            "export pdf x",
            "export csv a/",
            "sort colour",
            "tag +a//b",
            "correct orgg=x",
            "correct exposure=maybe",
            "review org",
            "review kind rejected",
        ] {
            assert!(parse(wrong, Lang::En).is_some_and(|r| r.is_err()), "{wrong}");
        }
        for other in ["help", "tag", "", "mark all"] {
            assert_eq!(parse(other, Lang::En), None, "{other}");
        }
    }
}
