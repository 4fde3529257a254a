//! The configuration file as plain structs.
//!
//! Read once by `cli`, from `--config` or `$XDG_CONFIG_HOME/jikenbo/config.toml`; a missing file is an empty one.
//! Only `jikenbo config init` writes it, where there is none.

mod columns;
mod keys;
mod rules;
pub mod sitting;
pub mod state;
pub mod state_file;

pub use columns::{Column, Columns, Shown};
pub use keys::{KeyLine, KeySet, Keys};
pub use rules::{Placed, Rule};

use crate::text::AmbiguousWidth;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Japanese.
    Ja,
}

/// How the workbench is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// The terminal's own sixteen colours.
    #[default]
    Standard,
    /// The colours that are read well on a light background.
    Light,
    /// Strong colours, bold and reversed, nothing dimmed.
    HighContrast,
    /// No colour; everything is told by signs and weight.
    Monochrome,
}

impl Theme {
    /// All, with their names.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Standard, "standard"),
        (Self::Light, "light"),
        (Self::HighContrast, "high-contrast"),
        (Self::Monochrome, "monochrome"),
    ];
}

/// How the workbench's panes stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arrangement {
    /// The list across, detail and timeline below it.
    #[default]
    Stacked,
    /// The list at the left, detail and timeline at the right, where the terminal is wide enough.
    Side,
}

impl Arrangement {
    /// All, with their names.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Stacked, "stacked"), (Self::Side, "side")];
}

/// What `config.toml` can say; whatever it leaves out is `None` or the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The store's path, where neither `--db` nor `$JIKENBO_DB` names one; `~/` is the home folder.
    pub db: Option<PathBuf>,
    /// The analyst's label, where `--as` gives none.
    pub analyst: Option<String>,
    /// The language of the workbench, where `--lang` gives none.
    pub lang: Option<Language>,
    /// Whether words of letters in the workbench find Japanese by its reading too (`rouei` finds 漏えい); true where it
    /// says nothing.
    pub romaji: Option<bool>,
    /// How wide the terminal draws characters of ambiguous width.
    #[serde(deserialize_with = "ambiguous_width")]
    pub ambiguous_width: AmbiguousWidth,
    /// How the workbench is coloured.
    pub theme: Theme,
    /// Which keys hold where `keys` says nothing else.
    pub key_set: KeySet,
    /// The keys of the workbench that are other than usual.
    pub keys: Keys,
    /// How the workbench's panes stand.
    pub layout: Arrangement,
    /// Dates are shown in Japanese eras too.
    pub era: bool,
    /// As `--plain`: no frames, ASCII signs, panes one below the other, the cursor on the chosen row.
    pub plain: bool,
    /// What an ingest tags by itself, in the order of the file.
    pub rules: Vec<Rule>,
}

/// Why a configuration file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("{path}: can't be read ({source}); check the path and its permissions")]
    Read {
        /// The file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// A line is wrong.
    #[error("{path}:{line}: {message}; see `jikenbo config --help` for the keys")]
    Line {
        /// The file.
        path: String,
        /// 1-based.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// A rule or a key is wrong.
    #[error("{path}:{line}:{column}: {message}")]
    Rule {
        /// The file.
        path: String,
        /// 1-based.
        line: usize,
        /// 1-based, in characters.
        column: usize,
        /// What is wrong, and what to write instead.
        message: String,
    },
}

fn ambiguous_width<'de, D: serde::Deserializer<'de>>(d: D) -> Result<AmbiguousWidth, D::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Width {
        Narrow,
        Wide,
    }
    Ok(match Width::deserialize(d)? {
        Width::Narrow => AmbiguousWidth::Narrow,
        Width::Wide => AmbiguousWidth::Wide,
    })
}

impl Config {
    /// Reads a configuration; `path` is named in errors.
    ///
    /// # Errors
    /// Names the line of the first wrong or unknown key.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let parsed: Result<Self, _> = toml::from_str(text);
        let mut config = parsed.map_err(|e| {
            let at = e.span().map_or(0, |s| s.start);
            let line = text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
            ConfigError::Line { path: path.display().to_string(), line, message: e.message().replace('\n', " ") }
        })?;
        config.rules.iter_mut().for_each(|r| r.find_places(text));
        config.keys.find_places(text);
        Ok(config)
    }

    /// Reads the file at `path`; a missing one is an empty one unless it was `asked_for`.
    ///
    /// # Errors
    /// Fails when the file can't be read or is wrong.
    pub fn load(path: &Path, asked_for: bool) -> Result<Self, ConfigError> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, path),
            Err(e) if e.kind() == io::ErrorKind::NotFound && !asked_for => Ok(Self::default()),
            Err(source) => Err(ConfigError::Read { path: path.display().to_string(), source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text, Path::new("c.toml")).map_err(|e| e.to_string())
    }

    #[test]
    fn the_example_says_what_it_shows() {
        let config = parse(include_str!("../../assets/docs/config.toml")).unwrap();
        assert_eq!(config, Config::default());
        let uncommented: String = include_str!("../../assets/docs/config.toml")
            .lines()
            .map(|l| l.strip_prefix('#').filter(|l| !l.starts_with(' ')).unwrap_or(l).to_owned() + "\n")
            .collect();
        let config = parse(&uncommented).unwrap();
        assert_eq!(config.db, Some(PathBuf::from("~/cases/2024.db")));
        assert_eq!(config.analyst.as_deref(), Some("hanako"));
        assert_eq!(config.lang, Some(Language::Ja));
        assert_eq!(config.romaji, Some(false));
        assert_eq!(config.ambiguous_width, AmbiguousWidth::Wide);
        assert_eq!(config.key_set, KeySet::Plain);
        assert!(config.keys.lines.len() >= 3, "{:?}", config.keys);
        assert_eq!(config.theme, Theme::HighContrast);
        assert_eq!(config.layout, Arrangement::Side);
        assert!(config.era && config.plain);
        assert_eq!(config.rules.len(), 1);
        assert!(config.rules[0].tags().is_ok());
    }

    #[test]
    fn themes_and_arrangements_are_read_by_the_names_that_they_are_listed_with() {
        for (theme, name) in Theme::ALL {
            assert_eq!(parse(&format!("theme = \"{name}\"")).unwrap().theme, theme);
        }
        for (layout, name) in Arrangement::ALL {
            assert_eq!(parse(&format!("layout = \"{name}\"")).unwrap().layout, layout);
        }
    }

    #[test]
    fn a_wrong_key_or_value_names_its_line() {
        let unknown = parse("lang = \"en\"\ncolour = true\n").unwrap_err();
        assert!(unknown.starts_with("c.toml:2: unknown field `colour`"), "{unknown}");
        let wrong = parse("\n\nlang = \"fr\"\n").unwrap_err();
        assert!(wrong.starts_with("c.toml:3: "), "{wrong}");
        let broken = parse("analyst = \n").unwrap_err();
        assert!(broken.starts_with("c.toml:1: "), "{broken}");
    }

    #[test]
    fn a_missing_file_is_empty_unless_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        assert_eq!(Config::load(&path, false).unwrap(), Config::default());
        let error = Config::load(&path, true).unwrap_err().to_string();
        assert!(error.contains("config.toml: can't be read"), "{error}");
    }
}
