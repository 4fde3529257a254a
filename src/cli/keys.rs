//! The keys of the configuration, read against the workbench's table of actions: for the workbench, the manual page and
//! `config check`.

use crate::app::keys::keymap::Keymap;
use crate::config::{Config, ConfigError};
use std::path::Path;

/// The keymap, and what is wrong with it.
pub(super) fn compiled(config: &Config, path: &Path) -> (Keymap, Vec<ConfigError>) {
    let (map, problems) = Keymap::read(config.key_set, &config.keys.lines);
    (map, problems.into_iter().map(|p| p.at.wrong(p.message, path)).collect())
}
