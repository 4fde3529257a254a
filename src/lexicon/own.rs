//! The analyst's own words: files named like the built-in vocabularies, whose lists are added to theirs.
//!
//! `cli` reads the folder at the start of a command and hands it over before any vocabulary is asked; `config check`
//! shows what is wrong in it.

use super::{codes, facts, headlines, links, readings, variants};
use crate::text::fold;
use serde::de::DeserializeOwned;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

/// A vocabulary that can be added to.
pub struct Vocabulary {
    /// Its file is called so, with `.toml`.
    pub name: &'static str,
    /// The built-in file.
    source: &'static str,
    /// Its words are looked for in folded text.
    folded: bool,
    /// The codes that its groups may stand for: the record knows no others.
    codes: Option<fn() -> &'static [String]>,
    /// Tells whether a file is such a vocabulary.
    check: Check,
}

fn is<T: DeserializeOwned>(table: Spanned<DeTable<'_>>) -> Result<(), toml::de::Error> {
    T::deserialize(toml::Deserializer::from(table)).map(|_| ())
}

/// Every vocabulary, by name.
pub static VOCABULARIES: [Vocabulary; 9] = [
    Vocabulary { codes: Some(codes::actions), ..folded("actions", facts::ACTIONS, is::<facts::GroupFile>) },
    Vocabulary { codes: Some(codes::data_types), ..folded("data_types", facts::DATA_TYPES, is::<facts::GroupFile>) },
    folded("day_parts", facts::DAY_PARTS, is::<facts::DayPartFile>),
    Vocabulary { folded: false, ..folded("headlines", headlines::SOURCE, is::<headlines::Headlines>) },
    Vocabulary { folded: false, ..folded("links", links::SOURCE, is::<links::File>) },
    folded("phrases", facts::PHRASES, is::<facts::PhraseFile>),
    Vocabulary { folded: false, ..folded("readings", readings::SOURCE, is::<readings::File>) },
    folded("units", facts::UNITS, is::<facts::UnitFile>),
    Vocabulary { folded: false, ..folded("variants", variants::SOURCE, is::<variants::File>) },
];

type Check = fn(Spanned<DeTable<'_>>) -> Result<(), toml::de::Error>;

const fn folded(name: &'static str, source: &'static str, check: Check) -> Vocabulary {
    Vocabulary { name, source, folded: true, codes: None, check }
}

impl Vocabulary {
    /// The comment at the head of the built-in file, which says what the words are for and how to add some.
    pub fn head(&self) -> String {
        self.source.lines().take_while(|l| l.starts_with('#')).flat_map(|l| [l, "\n"]).collect()
    }
}

/// What is wrong with a file of the analyst's own words.
#[derive(Debug, thiserror::Error)]
pub enum BadWords {
    /// The folder or a file in it can't be read.
    #[error("{path}: can't be read ({source}); check its permissions")]
    Read {
        /// The folder or file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// No vocabulary is called so.
    #[error("{path}: there is no vocabulary of this name; rename it to one of {known}")]
    Name {
        /// The file.
        path: String,
        /// The names that there are.
        known: String,
    },
    /// A line is wrong.
    #[error("{path}:{line}: {message}; correct this line or move the file out of the folder")]
    Line {
        /// The file.
        path: String,
        /// 1-based.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
}

/// A file of the analyst's own words.
#[derive(Debug)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// How many words it adds.
    pub words: usize,
    name: &'static str,
    table: Table,
}

/// All that a folder adds, and what is wrong in it: a wrong file adds nothing.
#[derive(Debug, Default)]
pub struct Folder {
    /// The files that are right, by name.
    pub files: Vec<File>,
    /// What is wrong with the others.
    pub problems: Vec<BadWords>,
}

impl Folder {
    /// Reads every `*.toml` of a folder; a missing folder is an empty one.
    pub fn read(folder: &Path) -> Self {
        let mut out = Self::default();
        let listing = fs::read_dir(folder).and_then(|l| l.map(|e| e.map(|e| e.path())).collect::<io::Result<Vec<_>>>());
        let mut paths = match listing {
            Ok(paths) => paths,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return out,
            Err(source) => {
                out.problems.push(BadWords::Read { path: folder.display().to_string(), source });
                return out;
            }
        };
        paths.retain(|p| p.extension().is_some_and(|e| e == "toml"));
        paths.sort();
        for path in paths {
            match read(path) {
                Ok(file) => out.files.push(file),
                Err(problem) => out.problems.push(problem),
            }
        }
        out
    }
}

static OWN: OnceLock<Vec<File>> = OnceLock::new();

/// Adds the words to the built-in ones, for the rest of the process. Vocabularies are compiled when they are first
/// asked, so this has to come before; a second call changes nothing.
pub fn add(files: Vec<File>) {
    // Only the first set counts, as said.
    let _ = OWN.set(files);
}

/// The own words of a vocabulary.
pub(super) fn words(name: &str) -> Option<&'static Table> {
    OWN.get()?.iter().find(|f| f.name == name).map(|f| &f.table)
}

/// Both tables as one: lists one after the other, tables key by key.
pub(super) fn merged(mut base: Table, more: &Table) -> Table {
    for (key, value) in more {
        match (base.get_mut(key), value) {
            (Some(Value::Array(list)), Value::Array(own)) => list.extend(own.iter().cloned()),
            (Some(Value::Table(table)), Value::Table(own)) => *table = merged(std::mem::take(table), own),
            _ => {
                base.insert(key.clone(), value.clone());
            }
        }
    }
    base
}

fn read(path: PathBuf) -> Result<File, BadWords> {
    let shown = path.display().to_string();
    let stem = path.file_stem().unwrap_or_default();
    let Some(vocabulary) = VOCABULARIES.iter().find(|v| stem == v.name) else {
        let known = VOCABULARIES.iter().map(|v| format!("{}.toml", v.name)).collect::<Vec<_>>().join(" ");
        return Err(BadWords::Name { path: shown, known });
    };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(BadWords::Read { path: shown, source }),
    };
    let (table, words) = parse(vocabulary, &text).map_err(|(at, message)| {
        let line = text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
        BadWords::Line { path: shown, line, message: message.replace('\n', " ") }
    })?;
    Ok(File { path, words, name: vocabulary.name, table })
}

/// The table of a file and how many words it adds; else the byte at which it is wrong, and why.
fn parse(vocabulary: &Vocabulary, text: &str) -> Result<(Table, usize), (usize, String)> {
    let wrong = |e: toml::de::Error| (e.span().map_or(0, |s| s.start), e.message().to_owned());
    let mut spanned = DeTable::parse(text).map_err(wrong)?;
    let built_in = DeTable::parse(vocabulary.source).map_err(wrong)?.into_inner();
    for key in spanned.get_ref().keys() {
        if !built_in.contains_key(key.get_ref().as_ref()) {
            let known: Vec<&str> = built_in.keys().map(|k| k.get_ref().as_ref()).collect();
            let message = format!("`{}` is none of its lists, which are {}", key.get_ref(), known.join(" "));
            return Err((key.span().start, message));
        }
    }
    for value in spanned.get_ref().values() {
        refuse_empty(value)?;
    }
    if let Some(codes) = vocabulary.codes {
        refuse_unknown_codes(spanned.get_ref(), codes())?;
    }
    // With the lists that are left out taken from the built-in file, all that can be wrong is in this one.
    let table = spanned.get_mut();
    for (key, value) in built_in {
        table.entry(key).or_insert(value);
    }
    (vocabulary.check)(spanned).map_err(wrong)?;
    let mut table: Table = toml::from_str(text).map_err(wrong)?;
    let words = table.iter_mut().map(|(_, v)| settle(v, vocabulary.folded)).sum();
    Ok((table, words))
}

/// An empty word would be found everywhere.
fn refuse_empty(value: &Spanned<DeValue<'_>>) -> Result<(), (usize, String)> {
    match value.get_ref() {
        DeValue::String(s) if s.trim().is_empty() => Err((value.span().start, "an empty word".to_owned())),
        DeValue::Array(items) => items.iter().try_for_each(refuse_empty),
        DeValue::Table(table) => table.values().try_for_each(refuse_empty),
        _ => Ok(()),
    }
}

/// The record's codes are fixed: words can be added to them, further codes can't.
fn refuse_unknown_codes(table: &DeTable<'_>, codes: &[String]) -> Result<(), (usize, String)> {
    let groups = table.get("group").and_then(|g| g.get_ref().as_array());
    for code in groups.into_iter().flatten().filter_map(|g| g.get_ref().as_table()?.get("code")) {
        if let DeValue::String(name) = code.get_ref()
            && !codes.iter().any(|c| c == name)
        {
            let message = format!("`{name}` is no code of the record; it knows {}", codes.join(" "));
            return Err((code.span().start, message));
        }
    }
    Ok(())
}

/// Brings words into the spelling in which they are looked for, and counts them.
fn settle(value: &mut Value, folded: bool) -> usize {
    match value {
        Value::Array(items) => {
            let mut words = 0;
            for item in items {
                if let Value::String(word) = item {
                    words += 1;
                    if folded {
                        *word = fold(word).text;
                    }
                } else {
                    words += settle(item, folded);
                }
            }
            words
        }
        Value::Table(table) => table.iter_mut().map(|(_, v)| settle(v, folded)).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(name: &str) -> &'static Vocabulary {
        VOCABULARIES.iter().find(|v| v.name == name).unwrap()
    }

    fn wrong(name: &str, text: &str) -> String {
        let (at, message) = parse(vocabulary(name), text).unwrap_err();
        format!("{}: {message}", text.split_at(at).0.matches('\n').count() + 1)
    }

    #[test]
    fn every_head_shows_words_that_can_be_added() {
        for v in &VOCABULARIES {
            let head = v.head();
            let (before, example) = head.split_once("For example:\n").unwrap_or_else(|| panic!("{}", v.name));
            assert!(before.contains("jikenbo config check"), "{}", v.name);
            let example: String = example.lines().map(|l| l.trim_start_matches("# ").to_owned() + "\n").collect();
            let (_, words) = parse(v, &example).unwrap_or_else(|e| panic!("{}: {e:?}", v.name));
            assert!(words > 0, "{}", v.name);
            assert_eq!(parse(v, &head).unwrap().1, 0, "the head alone adds nothing");
        }
    }

    #[test]
    fn a_wrong_file_says_where_it_is_wrong() {
        for (name, text, expected) in [
            ("variants", "\ngroups = [[\"a\", \"b\"]\nx = 1\n", "3: "),
            ("variants", "# mine\nword = [\"a\"]\n", "2: `word` is none of its lists, which are groups"),
            ("variants", "groups = [\n [\"a\", 3],\n]\n", "2: invalid type: integer `3`"),
            ("headlines", "org_prefixes = [\"x\"]\n\norg_suffixes = [\"y\", \"\"]\n", "3: an empty word"),
            ("units", "[[unit]]\nunit = \"peple\"\nwords = [\"x\"]\n", "2: unknown variant `peple`"),
            ("units", "[[unit]]\nunit = \"people\"\nword = [\"x\"]\n", "3: unknown field `word`"),
            (
                "actions",
                "[[group]]\nwords = [\"x\"]\ncode = \"error.lose\"\n",
                "3: `error.lose` is no code of the record",
            ),
            ("actions", "[[group]]\nwords = [\"x\"]\n", "1: missing field `code`"),
            ("day_parts", "[[part]]\nwords = [\"x\"]\nfrom = -1\nto = 2\nadd = 0\n", "3: invalid value"),
        ] {
            let got = wrong(name, text);
            assert!(got.starts_with(expected), "{name}: {got}");
        }
    }

    #[test]
    fn the_built_in_files_pass_the_same_check() {
        for v in &VOCABULARIES {
            assert!(
                parse(v, v.source).is_ok_and(|(_, words)| words > 10),
                "{}: {:?}",
                v.name,
                parse(v, v.source).err()
            );
        }
    }

    #[test]
    fn lists_are_added_and_words_are_folded() {
        let (own, words) = parse(vocabulary("units"), "[[unit]]\nunit = \"people\"\nwords = [\"ＩＤ持ち\"]\n").unwrap();
        assert_eq!(words, 1);
        let both = merged(toml::from_str(vocabulary("units").source).unwrap(), &own);
        let file: facts::UnitFile = both.try_into().unwrap();
        let last = file.unit.last().unwrap();
        assert_eq!((last.unit, last.words.as_slice()), (crate::domain::Unit::People, &["ID持ち".to_owned()][..]));
        assert!(file.unit.len() > 10 && !file.not_units.words.is_empty());
    }

    #[test]
    fn a_folder_gives_what_is_right_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = Folder::read(&folder.path().join("lexicon"));
        assert!(nothing.files.is_empty() && nothing.problems.is_empty());
        for (name, text) in [
            ("variants.toml", "groups = [[\"a\", \"b\"]]"),
            ("headlines.toml", "closers = 3"),
            ("variant.toml", ""),
            ("notes.txt", "no words"),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let read = Folder::read(folder.path());
        assert_eq!(read.files.iter().map(|f| (f.name, f.words)).collect::<Vec<_>>(), [("variants", 2)]);
        let problems: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
        assert!(problems[0].contains("headlines.toml:1: invalid type"), "{problems:?}");
        assert!(problems[1].contains("variant.toml: ") && problems[1].contains(" variants.toml"), "{problems:?}");
    }
}
