//! The keys of the configuration, as they are written: action, and a key or several. `cli` has the workbench's table of
//! actions read them.

use super::rules::Placed;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt;
use toml::Spanned;

/// Which keys hold where the configuration says nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeySet {
    /// Letters as in vi.
    #[default]
    Vim,
    /// Arrows, function keys and Control as in common editors.
    Plain,
}

/// An action and the keys that it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLine {
    /// The action's name.
    pub action: Placed,
    /// Its keys; `none` frees it.
    pub keys: Vec<Placed>,
}

/// The table `[keys]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Its lines, in the order of the file.
    pub lines: Vec<KeyLine>,
}

impl Keys {
    pub(super) fn find_places(&mut self, source: &str) {
        self.lines.iter_mut().flat_map(|l| l.keys.iter_mut().chain([&mut l.action])).for_each(|p| p.find(source));
        self.lines.sort_by_key(|l| l.action.place(0));
    }
}

/// What stands right of an action's name.
enum Written {
    One(String),
    Several(Vec<Placed>),
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Written;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key, or several as [\"…\", \"…\"]")
            }

            fn visit_str<E: de::Error>(self, key: &str) -> Result<Written, E> {
                Ok(Written::One(key.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut keys: A) -> Result<Written, A::Error> {
                let mut out = Vec::new();
                while let Some(key) = keys.next_element()? {
                    out.push(key);
                }
                Ok(Written::Several(out))
            }
        }
        d.deserialize_any(Reader)
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let table = BTreeMap::<Spanned<String>, Spanned<Written>>::deserialize(d)?;
        let line = |(action, written): (Spanned<String>, Spanned<Written>)| {
            let span = written.span();
            let keys = match written.into_inner() {
                Written::One(key) => vec![Placed::new(key, (span.start, span.end))],
                Written::Several(keys) => keys,
            };
            let span = action.span();
            KeyLine { action: Placed::new(action.into_inner(), (span.start, span.end)), keys }
        };
        Ok(Self { lines: table.into_iter().map(line).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;
    use std::path::Path;

    #[test]
    fn keys_are_read_in_the_order_of_the_file_with_their_places() {
        let text = "key-set = \"plain\"\n[keys]\nundo = \"F9\"\n# more\ncopy = [\"F8\", \"none\"]\n";
        let config = Config::parse(text, Path::new("c.toml")).unwrap();
        assert_eq!(config.key_set, KeySet::Plain);
        let told = |p: &Placed| format!("{} {:?}", p.text, p.place(0));
        let lines: Vec<(String, Vec<String>)> =
            config.keys.lines.iter().map(|l| (told(&l.action), l.keys.iter().map(told).collect())).collect();
        let line = |action: &str, keys: &[&str]| (action.to_owned(), keys.iter().map(|k| (*k).to_owned()).collect());
        assert_eq!(lines, [line("undo (3, 1)", &["F9 (3, 9)"]), line("copy (5, 1)", &["F8 (5, 10)", "none (5, 16)"])]);
    }

    #[test]
    fn what_is_no_key_names_its_line() {
        for text in ["[keys]\nundo = 3\n", "[keys]\nundo = [1]\n", "[keys]\nundo = { a = 1 }\n", "[keys]\n = \"x\"\n"] {
            let error = Config::parse(text, Path::new("c.toml")).unwrap_err().to_string();
            assert!(error.starts_with("c.toml:2: "), "{error}");
        }
        let error = Config::parse("key-set = \"emacs\"\n", Path::new("c.toml")).unwrap_err().to_string();
        assert!(error.contains("`vim`") && error.contains("`plain`"), "{error}");
    }
}
