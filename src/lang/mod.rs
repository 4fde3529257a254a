//! The interface's texts in English and Japanese, read from `assets/lang/*.toml`; whoever shows words to a person asks
//! here by key. Both files hold the same keys, and every key that the code names is in them (tests).

use std::collections::HashMap;
use std::sync::OnceLock;

const EN: &str = include_str!("../../assets/lang/en.toml");
const JA: &str = include_str!("../../assets/lang/ja.toml");

type Catalog = HashMap<String, String>;

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// The language of that code (`en`, `ja`), also at the head of a locale's name (`ja_JP.UTF-8`).
    pub fn from_name(name: &str) -> Option<Self> {
        match name.split(['_', '-', '.']).next()? {
            "en" | "C" | "POSIX" => Some(Self::En),
            "ja" => Some(Self::Ja),
            _ => None,
        }
    }

    /// The text of a key, if there is one.
    pub fn get(self, key: &str) -> Option<&'static str> {
        self.catalog().get(key).map(String::as_str)
    }

    /// The text of a key; the key itself where the catalogue lacks it.
    pub fn text(self, key: &'static str) -> &'static str {
        self.get(key).unwrap_or(key)
    }

    /// The text of a key with its `{name}` places filled; what is filled in is not searched for places again.
    pub fn fill(self, key: &'static str, values: &[(&str, &str)]) -> String {
        let mut out = String::new();
        let mut rest = self.text(key);
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                out.push('{');
                out.push_str(after);
                return out;
            };
            match values.iter().find(|(n, _)| *n == name) {
                Some((_, value)) => out.push_str(value),
                None => out.extend(["{", name, "}"]),
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    /// Like [`Lang::fill`] with `{n}` a number, and with the key's `_one` form where there is one and the number is 1.
    pub fn count(self, key: &'static str, one: &'static str, n: usize, values: &[(&str, &str)]) -> String {
        let number = grouped(n as u64);
        let mut all = vec![("n", number.as_str())];
        all.extend_from_slice(values);
        self.fill(if n == 1 { one } else { key }, &all)
    }

    fn catalog(self) -> &'static Catalog {
        // Only the one that is spoken is read: the workbench's first frame waits for it.
        static ENGLISH: OnceLock<Catalog> = OnceLock::new();
        static JAPANESE: OnceLock<Catalog> = OnceLock::new();
        match self {
            Self::En => ENGLISH.get_or_init(|| read(EN)),
            Self::Ja => JAPANESE.get_or_init(|| read(JA)),
        }
    }
}

/// A number with a comma before every three digits.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A catalogue from its file; tables join their keys by dots. A file that does not parse gives an empty one (a test
/// keeps that from happening).
fn read(source: &str) -> Catalog {
    let mut out = Catalog::new();
    if let Ok(table) = source.parse::<toml::Table>() {
        flatten(&table, "", &mut out);
    }
    out
}

fn flatten(table: &toml::Table, prefix: &str, out: &mut Catalog) {
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::String(s) => {
                out.insert(key, s.clone());
            }
            toml::Value::Table(t) => flatten(t, &key, out),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn both_languages_hold_the_same_keys_with_the_same_places() {
        let (en, ja) = (read(EN), read(JA));
        assert!(en.len() > 100);
        let keys = |c: &Catalog| c.keys().cloned().collect::<BTreeSet<_>>();
        let odd: Vec<String> = keys(&en).symmetric_difference(&keys(&ja)).cloned().collect();
        assert!(odd.is_empty(), "only in one language: {odd:?}");
        for (key, text) in &en {
            assert!(!text.is_empty() && !ja[key].is_empty(), "{key}");
            let (e, j) = (places(text), places(&ja[key]));
            assert!(e == j || j.is_superset(&e), "{key}: {e:?} {j:?}");
        }
    }

    #[test]
    fn every_key_that_the_code_names_has_a_text() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let source = std::fs::read_to_string(&path).unwrap();
                for piece in source.split("ui.").skip(1).filter_map(|p| p.split('"').next()) {
                    if piece.is_empty()
                        || piece.ends_with('.')
                        || !piece.bytes().all(|b| b.is_ascii_lowercase() || b"._0123456789".contains(&b))
                    {
                        continue;
                    }
                    if source.contains(&format!("\"ui.{piece}\"")) {
                        seen += 1;
                        assert!(Lang::En.get(&format!("ui.{piece}")).is_some(), "{}: ui.{piece}", path.display());
                    }
                }
            }
        }
        assert!(seen > 60, "{seen}");
    }

    #[test]
    fn no_text_of_the_workbench_is_unused() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut code = String::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    code.push_str(&std::fs::read_to_string(&path).unwrap());
                }
            }
        }
        let catalogue = read(EN);
        let unused: Vec<&String> =
            catalogue.keys().filter(|k| k.starts_with("ui.") && !code.contains(&format!("\"{k}\""))).collect();
        assert!(unused.is_empty(), "{unused:?}");
    }

    #[test]
    fn places_are_filled_once() {
        assert_eq!(Lang::En.fill("no {a} key {b", &[("a", "{a}")]), "no {a} key {b");
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(Lang::from_name("ja_JP.UTF-8"), Some(Lang::Ja));
        assert_eq!(Lang::from_name("fr"), None);
    }
}
