//! What `--version` says: the program's version, the commit it was made of, the SQLite within. Used by `cli` alone.

use crate::store;
use std::sync::OnceLock;

/// The version on one line: `0.1.0 (1a2b3c4d5e6f, SQLite 3.50.4)`. `commit` is empty where it is not known, as in a build
/// from a package of the sources.
pub(super) fn text(commit: &str) -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| line(commit, store::sqlite_version()))
}

fn line(commit: &str, sqlite: &str) -> String {
    let commit = if commit.is_empty() { String::new() } else { format!("{commit}, ") };
    format!("{} ({commit}SQLite {sqlite})", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_commit_is_left_out() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(line("1a2b3c", "3.50.4"), format!("{version} (1a2b3c, SQLite 3.50.4)"));
        assert_eq!(line("", "3.50.4"), format!("{version} (SQLite 3.50.4)"));
    }
}
