//! The rules of the configuration: what an ingest tags by itself. The query is held to its language by `cli`, which
//! knows it; names and tags are checked here.

use super::ConfigError;
use crate::domain::Tag;
use serde::{Deserialize, Deserializer};
use std::path::Path;

/// A text of the configuration and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// The text.
    pub text: String,
    /// Bytes of the file.
    span: (usize, usize),
    /// 1-based line and column of its first character.
    start: (usize, usize),
    /// It stands there letter by letter, so that places inside it can be told.
    literal: bool,
}

impl Placed {
    /// 1-based line and column of a byte of the text, else of its beginning.
    pub fn place(&self, offset: usize) -> (usize, usize) {
        match self.text.get(..offset).filter(|_| self.literal) {
            Some(before) => after(self.start, before),
            None => self.start,
        }
    }

    /// A text that stands at these bytes of the file.
    pub(super) fn new(text: String, span: (usize, usize)) -> Self {
        Self { text, span, ..Self::default() }
    }

    /// An error at its beginning; `path` is named in it.
    pub fn wrong(&self, message: String, path: &Path) -> ConfigError {
        let (line, column) = self.place(0);
        ConfigError::Rule { path: path.display().to_string(), line, column, message }
    }

    pub(super) fn find(&mut self, source: &str) {
        let raw = source.get(self.span.0..self.span.1).unwrap_or_default();
        let inside = raw.find(&self.text).filter(|_| !self.text.is_empty());
        self.literal = inside.is_some();
        let at = self.span.0 + inside.unwrap_or(0);
        self.start = after((1, 1), source.get(..at).unwrap_or_default());
    }
}

/// The line and column after a text that begins at one.
fn after((line, column): (usize, usize), text: &str) -> (usize, usize) {
    match text.rsplit_once('\n') {
        Some((before, last)) => (line + before.matches('\n').count() + 1, last.chars().count() + 1),
        None => (line, column + text.chars().count()),
    }
}

impl<'de> Deserialize<'de> for Placed {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let spanned = toml::Spanned::<String>::deserialize(d)?;
        let span = (spanned.span().start, spanned.span().end);
        Ok(Self::new(spanned.into_inner(), span))
    }
}

/// A query, and the tags for what it finds among the incidents that an ingest adds or changes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name: it acts as the analyst `rule:NAME`.
    pub name: Placed,
    /// What it finds.
    pub query: Placed,
    /// What it tags them with.
    tags: Vec<Placed>,
}

impl Rule {
    pub(super) fn find_places(&mut self, source: &str) {
        [&mut self.name, &mut self.query].into_iter().chain(&mut self.tags).for_each(|p| p.find(source));
    }

    /// The tags.
    ///
    /// # Errors
    /// Gives the first text that is no tag, and says why.
    pub fn tags(&self) -> Result<Vec<Tag>, (&Placed, String)> {
        if self.tags.is_empty() {
            return Err((&self.name, "the rule names no tag: write tags = [\"…\"]".to_owned()));
        }
        self.tags.iter().map(|p| Tag::new(&p.text).map_err(|e| (p, format!("`{}` is no tag: {e}", p.text)))).collect()
    }

    /// Checks the name, which no rule before it may have, and the tags; `path` is named in errors.
    ///
    /// # Errors
    /// Names the place of what is wrong.
    pub fn check(&self, before: &[Rule], path: &Path) -> Result<Vec<Tag>, ConfigError> {
        let name = self.name.text.trim();
        let sound = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || !name.chars().all(sound) {
            let message = format!("`{}` is no name for a rule: use letters, digits and - _ .", self.name.text);
            return Err(self.wrong(&self.name, 0, message, path));
        }
        if before.iter().any(|r| r.name.text.trim() == name) {
            let message = format!("another rule is called `{name}` already: choose another name");
            return Err(self.wrong(&self.name, 0, message, path));
        }
        self.tags().map_err(|(at, message)| self.wrong(at, 0, message, path))
    }

    /// An error at a byte of one of its texts.
    pub fn wrong(&self, at: &Placed, offset: usize, message: String, path: &Path) -> ConfigError {
        let (line, column) = at.place(offset);
        ConfigError::Rule { path: path.display().to_string(), line, column, message }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    fn checked(text: &str) -> Vec<String> {
        let path = Path::new("c.toml");
        let config = Config::parse(text, path).unwrap();
        let check = |(i, r): (usize, &Rule)| r.check(&config.rules[..i], path).err().map(|e| e.to_string());
        config.rules.iter().enumerate().filter_map(check).collect()
    }

    #[test]
    fn places_are_told_by_line_and_column() {
        let text = "lang = \"en\"\n[[rules]]\nname = \"lost\"\nquery = \"紛失 OR 盗難\"\ntags = [\"a\", \"b\"]\n";
        let config = Config::parse(text, Path::new("c.toml")).unwrap();
        let rule = &config.rules[0];
        assert_eq!((rule.name.text.as_str(), rule.name.place(0)), ("lost", (3, 9)));
        assert_eq!(rule.query.place("紛失 ".len()), (4, 13));
        assert_eq!(checked(text), Vec::<String>::new());
        // Where the file spells it otherwise, its beginning is told.
        let escaped = Config::parse("[[rules]]\nname='x'\nquery=\"a\\u0041\"\ntags=['t']", Path::new("c")).unwrap();
        assert_eq!(escaped.rules[0].query.place(1), (3, 7));
    }

    #[test]
    fn wrong_names_and_tags_are_said() {
        let rule = |name: &str, tags: &str| format!("[[rules]]\nname = '{name}'\nquery = 'x'\ntags = [{tags}]\n");
        for (text, expected) in [
            (rule("", "'a'"), "c.toml:2:8: `` is no name"),
            (rule("a b", "'a'"), "is no name"),
            (rule("a", ""), "names no tag"),
            (rule("a", "'b', 'c//d'"), "c.toml:4:15: `c//d` is no tag"),
            (rule("a", "'b'") + &rule("a", "'c'"), "c.toml:6:9: another rule is called `a`"),
        ] {
            let problems = checked(&text);
            assert!(problems.len() == 1 && problems[0].contains(expected), "{problems:?}");
        }
        let unknown = Config::parse("[[rules]]\nname='x'\nquery='y'\ntags=[]\ncolour='z'", Path::new("c.toml"));
        assert!(unknown.unwrap_err().to_string().starts_with("c.toml:5: unknown field"));
    }
}
