//! The files that a person or the program itself may have written: configuration, state, a saved sitting, own words.
//! An input's first line says which; one without such a line is read as all that is read without a folder.

use super::{folder, in_time};
use jikenbo::app::keys::keymap::Keymap;
use jikenbo::config::Config;
use jikenbo::config::sitting::{Sitting, from_ranges, ranges};
use jikenbo::config::state::push_query;
use jikenbo::config::state_file::StateFile;
use jikenbo::lang::Lang;
use jikenbo::lexicon::own::{Folder, VOCABULARIES};
use jikenbo::query;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

thread_local! {
    static FOLDER: TempDir = folder();
}

/// Reads the bytes as the file that their first line names.
///
/// # Panics
/// Panics where something does not hold.
pub fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (head, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let n = text.len();
    match head.trim() {
        "#config" => in_time(n, || configuration(rest)),
        "#state" => in_time(n, || state(rest)),
        "#sitting" => in_time(n, || sitting(rest)),
        words => match VOCABULARIES.iter().find(|v| words.strip_prefix('#') == Some(v.name)) {
            Some(v) => in_time(n, || own_words(v.name, rest)),
            None => {
                in_time(n, || configuration(&text));
                in_time(n, || sitting(&text));
            }
        },
    }
}

/// A message has a place in the file, and says it in one line.
fn is_a_line(message: &str) {
    assert!(!message.trim().is_empty() && !message.contains('\n'), "{message:?}");
}

fn configuration(text: &str) {
    let path = Path::new("c.toml");
    let config = match Config::parse(text, path) {
        Ok(config) => config,
        Err(e) => return is_a_line(&e.to_string()),
    };
    let lines = text.split('\n').count();
    let (keymap, problems) = Keymap::read(config.key_set, &config.keys.lines);
    assert!(!keymap.text(Lang::Ja, "ui.undo_later").contains("{key."), "{text:?}");
    for problem in problems {
        let (line, column) = problem.at.place(0);
        assert!((1..=lines).contains(&line) && column > 0, "{line}:{column} of {text:?}");
    }
    let today = chrono::NaiveDate::from_ymd_opt(2024, 7, 1).unwrap();
    for (i, rule) in config.rules.iter().enumerate() {
        if let Err(e) = rule.check(config.rules.get(..i).unwrap_or_default(), path) {
            is_a_line(&e.to_string().replace(&rule.name.text, ""));
        }
        let (line, column) = match query::parse(&rule.query.text, today) {
            Ok(_) => rule.query.place(rule.query.text.len()),
            Err(e) => rule.query.place(e.at.start),
        };
        assert!((1..=lines).contains(&line) && column > 0, "{line}:{column} of {text:?}");
    }
}

/// Puts a file into the folder of this thread and has it read.
fn with_file<T>(name: &str, text: &str, read: impl FnOnce(&Path) -> T) -> T {
    FOLDER.with(|folder| {
        let path: PathBuf = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let out = read(folder.path());
        drop(fs::remove_file(&path));
        out
    })
}

/// A state that is read can be changed and is then read as what it was changed to; a damaged one stands aside.
fn state(text: &str) {
    with_file("state.toml", text, |folder| {
        let file = StateFile::in_folder(folder);
        let base = match file.load() {
            Ok(base) => base,
            Err(e) => {
                is_a_line(&e.to_string());
                assert!(!folder.join("state.toml").exists(), "{text:?} stays where it is");
                return drop(fs::remove_file(folder.join("state.toml.damaged")));
            }
        };
        let mut now = base.clone();
        push_query(&mut now.history, "org:\"若草 市\" \u{202e}");
        file.merge(&base, &now).unwrap_or_else(|e| panic!("{e}: {text:?}"));
        let sound = base.arrangement.columns.sound();
        assert_eq!(sound.sound(), sound, "{text:?}");
        let read = file.load().unwrap_or_else(|e| panic!("{e}: {text:?}"));
        assert_eq!(read, base.clone().merged(&base, &now), "{text:?}");
    });
}

fn sitting(text: &str) {
    // Marks by the million are a matter of memory, not of reading.
    let large = |marks: &str| marks.split(['-', ',']).any(|n| n.trim_start_matches('0').len() > 5);
    if !large(text)
        && let Some(marks) = from_ranges(text)
    {
        let marks: BTreeSet<i64> = marks.into_iter().collect();
        let again = from_ranges(&ranges(marks.iter().copied()));
        assert_eq!(again.map(|list| list.into_iter().collect()), Some(marks), "{text:?}");
    }
    if let Ok(sitting) = serde_json::from_str::<Sitting>(text) {
        let written = serde_json::to_string(&sitting).unwrap();
        assert_eq!(serde_json::from_str::<Sitting>(&written).unwrap(), sitting, "{written}");
    }
}

/// A file of own words is right, or one message tells what is wrong with it.
fn own_words(name: &str, text: &str) {
    let file = format!("{name}.toml");
    let read = with_file(&file, text, Folder::read);
    assert_eq!(read.files.len() + read.problems.len(), 1, "{name}: {text:?}");
    read.problems.iter().for_each(|p| is_a_line(&p.to_string()));
}
