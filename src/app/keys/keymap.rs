//! Which keys mean which action: the table's own, those of the plain set, and what the configuration says instead. Made
//! once by `cli` from the configuration; key buffer, footer, palette, help and manual page ask it.

use super::actions::{Action, Entry, Scope, TABLE};
use super::press::KeyPress;
use super::spelling;
use crate::app::layout::Pane;
use crate::config::{KeyLine, KeySet, Placed};
use crate::lang::Lang;
use crate::text::nearest;

/// The keys of the plain set: action = a key or several, as the configuration writes them.
const PLAIN: &str = include_str!("../../../assets/keys/plain.toml");

/// A sequence of keys and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The keys.
    pub keys: Vec<KeyPress>,
    /// As they are written.
    pub spelt: String,
    /// What they do.
    pub action: Action,
    /// Where they are heard.
    pub scope: Scope,
}

/// All bindings, in the table's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    bound: Vec<Bound>,
    set: KeySet,
}

/// What is wrong with a line of the configuration's keys, in words; the text it concerns tells where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The text that is wrong.
    pub at: Placed,
    /// What is wrong with it, and what to write instead.
    pub message: String,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::of(KeySet::Vim)
    }
}

impl Keymap {
    /// The keys of a set, with nothing changed.
    pub fn of(set: KeySet) -> Self {
        let named = if set == KeySet::Plain { plain_keys() } else { Vec::new() };
        let listed = |action: Action| named.iter().find(|(a, _)| *a == action).map(|(_, keys)| keys);
        let mut taken: Vec<(Scope, Vec<KeyPress>)> = Vec::new();
        for (action, written) in &named {
            if let Some(entry) = action.entry() {
                taken.extend(written.iter().map(|k| (entry.scope, spelling::sequence(k))));
            }
        }
        let mut bound = Vec::new();
        for entry in TABLE {
            match listed(entry.action) {
                Some(keys) => bound.extend(keys.iter().map(|k| bind(entry, spelling::sequence(k)))),
                None => {
                    // A key that the set gives to another action is not also this one's.
                    let clashes = |t: &Vec<KeyPress>, k: &Vec<KeyPress>| t.starts_with(k) || k.starts_with(t);
                    let free =
                        |k: &Vec<KeyPress>| !taken.iter().any(|(scope, t)| scope.meets(entry.scope) && clashes(t, k));
                    let own = entry.keys.iter().map(|k| spelling::sequence(k));
                    bound.extend(own.filter(free).map(|k| bind(entry, k)));
                }
            }
        }
        Self { bound, set }
    }

    /// The keys of a set with the configuration's in their place, and what is wrong with those.
    pub fn read(set: KeySet, lines: &[KeyLine]) -> (Self, Vec<Problem>) {
        let mut map = Self::of(set);
        let mut problems = Vec::new();
        let mut changed: Vec<(Action, &Placed)> = Vec::new();
        for line in lines {
            let Some(entry) = TABLE.iter().find(|e| e.name == line.action.text) else {
                problems.push(no_action(&line.action));
                continue;
            };
            map.bound.retain(|b| b.action != entry.action);
            changed.push((entry.action, &line.action));
            for key in line.keys.iter().filter(|k| k.text != "none") {
                match spelling::read(&key.text) {
                    Ok(read) => map.bound.push(bind(entry, read)),
                    Err(why) => problems.push(Problem { at: key.clone(), message: format!("{}: {why}", entry.name) }),
                }
            }
        }
        map.bound.sort_by_key(|b| TABLE.iter().position(|e| e.action == b.action));
        problems.extend(map.conflicts(&changed));
        (map, problems)
    }

    /// Keys of two actions that some pane hears both: the same, or one the beginning of the other's.
    fn conflicts(&self, changed: &[(Action, &Placed)]) -> Vec<Problem> {
        let place = |action: Action| changed.iter().find(|(a, _)| *a == action).map(|(_, at)| *at);
        let mut out: Vec<Problem> = Vec::new();
        for (i, a) in self.bound.iter().enumerate() {
            for b in self.bound.iter().skip(i + 1).filter(|b| b.action != a.action && b.scope.meets(a.scope)) {
                if !(a.keys.starts_with(&b.keys) || b.keys.starts_with(&a.keys)) {
                    continue;
                }
                // The later line is the one to change; what is no line is a default.
                let (at, mine, theirs, other) = match (place(a.action), place(b.action)) {
                    (Some(x), Some(y)) if x.place(0) > y.place(0) => (x, a, b, Some(y)),
                    (Some(x), Some(y)) => (y, b, a, Some(x)),
                    (Some(x), None) => (x, a, b, None),
                    (None, Some(y)) => (y, b, a, None),
                    (None, None) => continue,
                };
                let whose = match other {
                    Some(line) => format!("line {}", line.place(0).0),
                    None => "its default".to_owned(),
                };
                let (mine, theirs) = ((name(mine.action), &mine.spelt), (name(theirs.action), &theirs.spelt));
                let what = if mine.1 == theirs.1 {
                    format!("`{}` is bound to both {} and {} ({whose})", mine.1, mine.0, theirs.0)
                } else {
                    format!("`{}` of {} and `{}` of {} ({whose}) begin alike", mine.1, mine.0, theirs.1, theirs.0)
                };
                let message = format!("{what}: choose another key, or free one with {} = \"none\"", theirs.0);
                out.push(Problem { at: at.clone(), message });
            }
        }
        out
    }

    /// The set that it was made from.
    pub fn set(&self) -> KeySet {
        self.set
    }

    /// The bindings that a pane hears.
    pub fn heard_in(&self, pane: Pane) -> impl Iterator<Item = &Bound> {
        self.bound.iter().filter(move |b| b.scope.covers(pane))
    }

    /// An action's keys, as they are written.
    pub fn keys(&self, action: Action) -> impl Iterator<Item = &str> {
        self.bound.iter().filter(move |b| b.action == action).map(|b| b.spelt.as_str())
    }

    /// An action's keys side by side; nothing where it has none.
    pub fn joined(&self, action: Action) -> String {
        self.keys(action).collect::<Vec<_>>().join(" ")
    }

    /// The key that texts name for an action: its first one, else its name in the palette.
    pub fn first(&self, action: Action) -> String {
        let named = || format!(":{}", name(action).replace('_', " "));
        self.keys(action).next().map_or_else(named, str::to_owned)
    }

    /// A text of the interface with its places filled: `{key.undo}` with the key of that action, the others with the
    /// values given.
    pub fn fill(&self, lang: Lang, key: &'static str, values: &[(&str, &str)]) -> String {
        let text = lang.text(key);
        let asked = TABLE.iter().filter(|e| text.contains(&format!("{{{}}}", e.place)));
        let keys: Vec<(&str, String)> = asked.map(|e| (e.place, self.first(e.action))).collect();
        let mut all: Vec<(&str, &str)> = keys.iter().map(|(place, key)| (*place, key.as_str())).collect();
        all.extend_from_slice(values);
        lang.fill(key, &all)
    }

    /// A text of the interface that names keys.
    pub fn text(&self, lang: Lang, key: &'static str) -> String {
        self.fill(lang, key, &[])
    }
}

fn name(action: Action) -> &'static str {
    action.entry().map_or("", |e| e.name)
}

fn bind(entry: &Entry, keys: Vec<KeyPress>) -> Bound {
    Bound { spelt: spelling::spelt(&keys), keys, action: entry.action, scope: entry.scope }
}

fn no_action(written: &Placed) -> Problem {
    let rather = nearest(&written.text, TABLE.iter().map(|e| e.name));
    let hint = match rather {
        Some(name) => format!("did you mean `{name}`?"),
        None => "the help (?) and `jikenbo man` list the actions".to_owned(),
    };
    Problem { at: written.clone(), message: format!("no action is called `{}`: {hint}", written.text) }
}

/// The plain set's table; a line that can't be read is left out (a test keeps such away).
fn plain_keys() -> Vec<(Action, Vec<String>)> {
    let table: toml::Table = PLAIN.parse().unwrap_or_default();
    let all = |value: &toml::Value| match value {
        toml::Value::String(key) => vec![key.clone()],
        toml::Value::Array(keys) => keys.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    table.iter().filter_map(|(name, value)| Some((Action::from_name(name)?, all(value)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use std::path::Path;

    fn read(text: &str) -> (Keymap, Vec<String>) {
        let config = Config::parse(text, Path::new("c.toml")).unwrap();
        let (map, problems) = Keymap::read(config.key_set, &config.keys.lines);
        let told = |p: &Problem| format!("{}: {}", p.at.place(0).0, p.message);
        (map, problems.iter().map(told).collect())
    }

    #[test]
    fn keys_are_given_freed_and_taken_over() {
        let (map, problems) = read(
            "[keys]\ndone_next = \"none\"\ntag = [\"x\", \"F7\"]\nundo = \"<F4>u\"\nmark = \"m\"\nbrush = \"none\"\n",
        );
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!((map.joined(Action::Tag), map.joined(Action::DoneNext)), ("x F7".into(), String::new()));
        assert_eq!(map.joined(Action::Undo), "<F4>u");
        assert_eq!(map.first(Action::DoneNext), ":done next");
        assert_eq!(map.text(Lang::En, "ui.undo_later"), "<F4>u takes it back afterwards");
    }

    #[test]
    fn the_keys_of_the_example_are_right() {
        let example = include_str!("../../../assets/docs/config.toml");
        let used: String = example
            .lines()
            .map(|l| l.strip_prefix('#').filter(|l| !l.starts_with(' ')).unwrap_or(l).to_owned() + "\n")
            .collect();
        assert_eq!(read(&used).1, Vec::<String>::new());
        assert_eq!(read(&used.replace("key-set = \"plain\"", "")).1, Vec::<String>::new());
    }

    #[test]
    fn what_is_wrong_with_keys_is_told_with_its_line() {
        for (text, told) in [
            ("[keys]\ntga = \"x\"\n", "2: no action is called `tga`: did you mean `tag`?"),
            ("[keys]\nzebra = \"x\"\n", "2: no action is called `zebra`: the help"),
            ("[keys]\n\ntag = \"Pgdn\"\n", "3: tag: `Pgdn` is no key: did you mean `PgDn`?"),
            (
                "[keys]\ntag = \"x\"\n",
                "2: `x` is bound to both tag and done_next (its default): choose another key, or free one with done_next = \"none\"",
            ),
            ("[keys]\nundo = \"F9\"\nredo = [\"F8\", \"F9\"]\n", "3: `F9` is bound to both redo and undo (line 2)"),
            ("[keys]\nmark = \"g\"\n", "2: `g` of mark and `gg` of first (its default) begin alike"),
            ("[keys]\ntag = \"F7\"\nuntag = \"<F7>x\"\n", "3: `<F7>x` of untag and `F7` of tag (line 2) begin alike"),
        ] {
            let (_, problems) = read(text);
            assert!(problems.iter().any(|p| p.starts_with(told)), "{problems:#?}");
        }
    }

    #[test]
    fn the_plain_set_needs_no_letters_and_has_a_key_for_every_action() {
        let table: toml::Table = PLAIN.parse().unwrap();
        let unknown: Vec<&String> = table.keys().filter(|name| Action::from_name(name).is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        for key in plain_keys().iter().flat_map(|(_, keys)| keys) {
            assert!(spelling::read(key).is_ok(), "{key}");
        }
        let map = Keymap::of(KeySet::Plain);
        for entry in TABLE {
            assert!(map.keys(entry.action).next().is_some(), "{}", entry.name);
        }
        assert_eq!(map.first(Action::Help), "F1");
        let bare = |b: &&Bound| b.spelt.chars().count() == 1 && b.spelt.chars().all(char::is_alphabetic);
        let changes: Vec<&Bound> = map.bound.iter().filter(bare).filter(|b| b.action.changes()).collect();
        assert!(changes.is_empty(), "{changes:?}");
    }

    /// Every text of the interface, with its key.
    fn texts(source: &str) -> Vec<(String, String)> {
        fn gather(table: &toml::Table, prefix: &str, out: &mut Vec<(String, String)>) {
            for (name, value) in table {
                let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                match value {
                    toml::Value::Table(table) => gather(table, &key, out),
                    value => out.push((key, value.as_str().unwrap_or_default().to_owned())),
                }
            }
        }
        let mut out = Vec::new();
        gather(&source.parse().unwrap(), "", &mut out);
        out
    }

    #[test]
    fn texts_that_name_keys_name_actions_and_are_filled_by_the_keymap() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut code = String::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("keymap.rs") {
                    code.push_str(&std::fs::read_to_string(&path).unwrap());
                }
            }
        }
        let [en, ja] = [include_str!("../../../assets/lang/en.toml"), include_str!("../../../assets/lang/ja.toml")];
        for (key, text) in texts(en).into_iter().chain(texts(ja)).filter(|(_, text)| text.contains("{key.")) {
            for place in text.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(place, _)| place) {
                let known = !place.starts_with("key.") || TABLE.iter().any(|e| e.place == place);
                assert!(known, "{key}: {place}");
            }
            for raw in ["lang.text(", "lang.fill(", "lang().text(", "lang().fill("] {
                assert!(!code.contains(&format!("{raw}\"{key}\"")), "{key} is filled by {raw}…");
            }
        }
    }

    /// Where texts may name keys as they are: those of dialogs, which are fixed, and what is no key at all.
    const FIXED: &[(&str, &str)] = &[
        ("ui.foot.", "Enter Esc Tab Up Down Space Backspace ^u ^s a r s y /"),
        ("ui.views.foot", "Enter Esc Backspace a"),
        ("ui.views.no_keys", "a"),
        ("ui.views.replaces", "Enter"),
        ("ui.filters.foot", "Space a"),
        ("ui.columns.keys", "Space s = < > J K d"),
        ("ui.tags.", "Enter Tab Down Backspace"),
        ("ui.leader.", "Tab"),
        ("ui.export.", "Enter Tab"),
        ("ui.palette.", "Enter Tab"),
        ("ui.jump.", "Enter"),
        ("ui.note.", "Enter Esc ^s"),
        ("ui.correct.", "Enter Esc Up Down"),
        ("ui.bad_value.code", "Tab"),
        ("ui.related.enter", "Enter"),
        ("ui.work.", "Esc"),
        ("ui.offer.fresh", "Enter Esc"),
        ("ui.tour.", "Enter Esc"),
        ("ui.help.pages", "Esc"),
        ("ui.note.go_on", "y"),
        ("ui.jump.instead", "Up"),
        // Words, signs and units.
        ("ui.views.delete", "Delete"),
        ("ui.bad_tag.empty_part", "/"),
        ("ui.help.status_signs", "N o"),
        ("ui.help.units", "r a h c s f d m *"),
        ("ui.help.query", "-"),
        ("ui.timeline.", "y h m d"),
        ("ui.top.place", "/"),
        ("ui.hint.match", "/"),
        // What is written in a query or after a verb.
        ("ui.verb.bad_tag", "+ -"),
    ];

    #[test]
    fn texts_name_keys_as_they_are_bound() {
        let sets = [Keymap::default(), Keymap::of(KeySet::Plain)];
        let keys: Vec<&str> = sets.iter().flat_map(|map| map.bound.iter().map(|b| b.spelt.as_str())).collect();
        let [en, ja] = [include_str!("../../../assets/lang/en.toml"), include_str!("../../../assets/lang/ja.toml")];
        let mut literal = Vec::new();
        for (lang, source) in [(Lang::En, en), (Lang::Ja, ja)] {
            for (key, text) in texts(source).into_iter().filter(|(key, _)| key.starts_with("ui.")) {
                // Places stand for a letter, Japanese for a blank.
                let mut inside = false;
                let plain: String = text
                    .chars()
                    .filter_map(|c| match c {
                        '{' => {
                            inside = true;
                            Some('\u{1}')
                        }
                        '}' => {
                            inside = false;
                            None
                        }
                        _ if inside => None,
                        c if c.is_ascii() => Some(c),
                        _ => Some(' '),
                    })
                    .collect();
                for word in plain.split_whitespace() {
                    let bare = word.trim_matches(['.', ',', ';', ':', '(', ')', '"', '`']);
                    let article = lang == Lang::En && word == "a";
                    let punctuation = word.len() == 1 && ".,;:()\"`?".contains(word);
                    let named =
                        [word, bare].into_iter().find(|w| keys.contains(w)).filter(|_| !article && !punctuation);
                    let fixed = |word: &str| {
                        FIXED.iter().any(|(of, words)| key.starts_with(of) && words.split(' ').any(|w| w == word))
                    };
                    literal.extend(named.filter(|w| !fixed(w)).map(|w| format!("{key} ({lang:?}): {w} in {text:?}")));
                }
            }
        }
        assert!(literal.is_empty(), "write {{key.ACTION}} for\n{}", literal.join("\n"));
    }

    #[test]
    fn every_key_in_a_text_is_filled_in_any_set() {
        let en = include_str!("../../../assets/lang/en.toml");
        for (key, _) in texts(en).into_iter().filter(|(_, text)| text.contains("{key.")) {
            for map in [Keymap::default(), Keymap::of(KeySet::Plain), read("[keys]\ntag = \"none\"\n").0] {
                for lang in [Lang::En, Lang::Ja] {
                    let text = map.text(lang, Box::leak(key.clone().into_boxed_str()));
                    assert!(!text.contains("{key."), "{text}");
                }
            }
        }
    }

    #[test]
    fn no_two_actions_share_a_key_in_one_scope_of_any_set() {
        for map in [Keymap::default(), Keymap::of(KeySet::Plain)] {
            for (i, a) in map.bound.iter().enumerate() {
                for b in map.bound.iter().skip(i + 1).filter(|b| a.scope.meets(b.scope)) {
                    let (x, y) = (&a.keys, &b.keys);
                    assert!(!x.starts_with(y) && !y.starts_with(x), "{} and {}", name(a.action), name(b.action));
                }
            }
        }
    }
}
