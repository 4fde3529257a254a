//! What every command shares: the global flags, the configuration, the environment, the clock, the outputs.
//!
//! The environment is read here and nowhere else.

use super::fail::usage;
use super::out::{Out, tell};
use super::{keys, rules};
use crate::analysis::links;
use crate::app::display::Display;
use crate::app::keys::keymap::Keymap;
use crate::config::{Config, Language};
use crate::domain::Actor;
use crate::domain::date::in_tokyo;
use crate::jobs::rules::Rule;
use crate::lang::{Lang, grouped};
use crate::lexicon::own;
use crate::runtime::ability::{Ability, Surroundings};
use crate::store::Store;
use crate::text::AmbiguousWidth;
use crate::text::neutral::is_neutral;
use anyhow::anyhow;
use chrono::{DateTime, NaiveDate, Utc};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use etcetera::BaseStrategy;
use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// When output is bold and coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The flags that stand anywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Globals {
    /// The case book (else $JIKENBO_DB, else $XDG_DATA_HOME/jikenbo/jikenbo.db)
    #[arg(long, global = true, value_name = "PATH")]
    db: Option<PathBuf>,
    /// Your name in the log: a label, no authentication (else $USER)
    #[arg(long = "as", global = true, value_name = "NAME")]
    analyst: Option<String>,
    /// The configuration (else $XDG_CONFIG_HOME/jikenbo/config.toml)
    #[arg(long, global = true, value_name = "PATH")]
    config: Option<PathBuf>,
    /// The language of the workbench
    #[arg(long, global = true, value_name = "LANG", value_parser = language())]
    lang: Option<Language>,
    /// When output is bold and coloured
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value = "auto")]
    color: Color,
    /// For screen readers: no frames, ASCII signs, no colour
    #[arg(long, global = true)]
    plain: bool,
}

fn language() -> impl TypedValueParser<Value = Language> {
    PossibleValuesParser::new(["en", "ja"]).map(|name| if name == "ja" { Language::Ja } else { Language::En })
}

impl Globals {
    /// Where the configuration is, and whether the analyst named it.
    pub(super) fn config_path(&self) -> anyhow::Result<(PathBuf, bool)> {
        match &self.config {
            Some(path) => Ok((path.clone(), true)),
            None => Ok((folders()?.config_dir().join("jikenbo/config.toml"), false)),
        }
    }

    /// Where the analyst's own words are: beside the configuration.
    pub(super) fn lexicon_path(&self) -> anyhow::Result<PathBuf> {
        Ok(self.config_path()?.0.with_file_name("lexicon"))
    }

    /// Reads the configuration.
    pub(super) fn load_config(&self) -> anyhow::Result<Config> {
        let (path, asked_for) = self.config_path()?;
        Ok(Config::load(&path, asked_for)?)
    }
}

/// Wrong words are no reason to stop: the analyst is told, and the built-in ones hold.
fn add_own_words(globals: &Globals) -> anyhow::Result<()> {
    let folder = own::Folder::read(&globals.lexicon_path()?);
    for problem in &folder.problems {
        tell(&format!("{problem}; until then the built-in words hold"));
    }
    own::add(folder.files);
    Ok(())
}

fn folders() -> anyhow::Result<etcetera::base_strategy::Xdg> {
    let nowhere = |_| anyhow!("there is no home folder: set $HOME, or name the files with --db and --config");
    etcetera::base_strategy::Xdg::new().map_err(nowhere)
}

/// What every command shares.
pub(super) struct Context {
    globals: Globals,
    config: Config,
    /// Standard output.
    pub(super) out: Out,
}

impl Context {
    /// Reads the configuration, adds the analyst's own words to the vocabularies, looks at the terminal.
    pub(super) fn new(globals: Globals) -> anyhow::Result<Self> {
        let config = globals.load_config()?;
        add_own_words(&globals)?;
        let styled = match globals.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !globals.plain && !no_color_asked() && io::stdout().is_terminal(),
        };
        Ok(Self { globals, config, out: Out::stdout(styled) })
    }

    /// The case book's path: `--db`, `$JIKENBO_DB`, the configuration, the data folder.
    pub(super) fn db_path(&self) -> anyhow::Result<PathBuf> {
        if let Some(path) = &self.globals.db {
            return Ok(path.clone());
        }
        if let Some(path) = variable("JIKENBO_DB") {
            return Ok(path.into());
        }
        if let Some(path) = &self.config.db {
            return Ok(match path.strip_prefix("~") {
                Ok(rest) => folders()?.home_dir().join(rest),
                Err(_) => path.clone(),
            });
        }
        Ok(folders()?.data_dir().join("jikenbo/jikenbo.db"))
    }

    /// The folder of what the workbench learns: never the configuration's.
    pub(super) fn state_folder(&self) -> anyhow::Result<PathBuf> {
        let folders = folders()?;
        Ok(folders.state_dir().unwrap_or_else(|| folders.home_dir().join(".local/state")).join("jikenbo"))
    }

    /// Opens the case book and makes it where there is none.
    pub(super) fn open_or_make(&self) -> anyhow::Result<Store> {
        linked(Store::open(&self.db_path()?)?)
    }

    /// Opens a case book that has to be there: reading never makes one.
    pub(super) fn open(&self) -> anyhow::Result<Store> {
        linked(Store::open_existing(&self.db_path()?)?)
    }

    /// The rules that act on what an ingest brings; wrong ones are told, and the others hold.
    pub(super) fn rules(&self) -> anyhow::Result<Vec<Rule>> {
        let (rules, problems) = rules::compiled(&self.config, &self.globals.config_path()?.0, self.today());
        for problem in problems {
            tell(&format!("{problem}; until then the rule does nothing"));
        }
        Ok(rules)
    }

    /// The workbench's keys. Wrong ones are a reason not to start: a key might do what is not meant.
    pub(super) fn keymap(&self) -> anyhow::Result<Keymap> {
        let (map, problems) = keys::compiled(&self.config, &self.globals.config_path()?.0);
        if problems.is_empty() {
            return Ok(map);
        }
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let told = told.join("\n");
        Err(anyhow!(
            "{told}\nthe workbench does not start with wrong keys: put them right and see `jikenbo config check`"
        ))
    }

    /// Who acts.
    pub(super) fn actor(&self) -> anyhow::Result<Actor> {
        let given = self.globals.analyst.clone().or_else(|| self.config.analyst.clone());
        let name = match given {
            Some(name) if name.trim().is_empty() => return Err(usage("the name after --as is empty")),
            Some(name) => name,
            None => ["USER", "LOGNAME"]
                .into_iter()
                .find_map(variable)
                .map_or_else(|| "analyst".to_owned(), |n| n.to_string_lossy().into_owned()),
        };
        let name = name.trim();
        if !is_neutral(name) {
            return Err(usage(format!("the name `{name}` holds control characters; choose another one with --as")));
        }
        if name.len() > Actor::LONGEST_NAME {
            let most = Actor::LONGEST_NAME;
            return Err(usage(format!(
                "the analyst's name is longer than {most} bytes; choose a shorter one with --as"
            )));
        }
        Ok(Actor { name: name.to_owned(), uid: user_id()? })
    }

    /// Now.
    pub(super) fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    /// Today in Asia/Tokyo, which `since:30d` counts from.
    pub(super) fn today(&self) -> NaiveDate {
        in_tokyo(&self.now()).date()
    }

    /// The language of the workbench: `--lang`, the configuration, the locale.
    pub(super) fn lang(&self) -> Lang {
        match self.globals.lang.or(self.config.lang) {
            Some(Language::Ja) => Lang::Ja,
            Some(Language::En) => Lang::En,
            None => {
                let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable);
                if locale.is_some_and(|l| l.to_string_lossy().starts_with("ja")) { Lang::Ja } else { Lang::En }
            }
        }
    }

    /// Tells whether the terminal, or who reads on, takes more than ASCII: as the locale says.
    pub(super) fn draws_unicode(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
        let locale = locale.map(|l| l.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        locale.ends_with("utf-8") || locale.ends_with("utf8")
    }

    /// Tells whether words of letters in the workbench stand for what they are read as too.
    pub(super) fn romaji(&self) -> bool {
        self.config.romaji.unwrap_or(true)
    }

    /// Tells whether only plain signs are wanted.
    pub(super) fn plain(&self) -> bool {
        self.globals.plain || self.config.plain
    }

    /// Tells whether the workbench goes without colour; `has_none` where the terminal knows none.
    pub(super) fn no_color(&self, has_none: bool) -> bool {
        match self.globals.color {
            Color::Always => false,
            Color::Never => true,
            Color::Auto => self.globals.plain || no_color_asked() || has_none,
        }
    }

    /// What the environment says of the terminal.
    pub(super) fn surroundings(&self) -> Surroundings {
        let term = variable("TERM").map(|t| t.to_string_lossy().into_owned()).unwrap_or_default();
        Surroundings {
            term,
            colorterm: variable("COLORTERM").is_some(),
            tmux: variable("TMUX").is_some(),
            utf8: self.draws_unicode(),
        }
    }

    /// Where copies go that the terminal does not take: a folder that goes with the login, else the state folder.
    pub(super) fn copies(&self) -> anyhow::Result<PathBuf> {
        let folders = folders()?;
        let state = || folders.state_dir().unwrap_or_else(|| folders.data_dir());
        Ok(folders.runtime_dir().unwrap_or_else(state).join("jikenbo"))
    }

    /// How the workbench looks: what the configuration says, on a terminal of that ability.
    pub(super) fn display(&self, ability: &Ability) -> Display {
        Display {
            theme: self.config.theme,
            arrangement: self.config.layout,
            era: self.config.era,
            ascii: ability.ascii,
            remark: ability.remark(),
        }
    }

    /// How wide the terminal draws characters of ambiguous width.
    pub(super) fn ambiguous(&self) -> AmbiguousWidth {
        self.config.ambiguous_width
    }
}

/// Incidents whose links wait to be told so: those of a case book from before there were any.
const MANY: usize = 1_000;

/// A case book from before there were links gets them now, once; so do incidents whose facts were corrected.
fn linked(mut store: Store) -> anyhow::Result<Store> {
    let made = store.complete_links(links::keys)?;
    if made >= MANY {
        tell(&format!("looked for links among {} incidents", grouped(made as u64)));
    }
    Ok(store)
}

/// An environment variable that is set and not empty.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|v| !v.is_empty())
}

/// The analyst's editor.
pub(super) fn editor() -> String {
    named_editor().unwrap_or_else(|| "vi".to_owned())
}

/// The editor that `$VISUAL`, else `$EDITOR` names.
pub(super) fn named_editor() -> Option<String> {
    let named = ["VISUAL", "EDITOR"].into_iter().find_map(variable);
    named.map(|e| e.to_string_lossy().into_owned())
}

fn no_color_asked() -> bool {
    variable("NO_COLOR").is_some() || variable("TERM").is_some_and(|t| t == "dumb")
}

/// The user number of this process: the owner of its entry in /proc, else of a file that it makes.
fn user_id() -> io::Result<u32> {
    match Path::new("/proc/self").metadata() {
        Ok(process) => Ok(process.uid()),
        Err(_) => Ok(tempfile::tempfile()?.metadata()?.uid()),
    }
}
