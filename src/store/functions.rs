//! The SQL functions of the store: `holds(text, word)` tells whether a word occurs in a text, at memory speed where
//! SQLite's own `instr` compares byte by byte.

use memchr::memmem::Finder;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result};

/// Adds the functions to a connection.
pub(super) fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("holds", 2, flags, holds)
}

fn holds(context: &Context<'_>) -> Result<bool> {
    let ValueRef::Text(text) = context.get_raw(0) else { return Ok(false) };
    let finder = context.get_or_create_aux(1, |word| match word {
        ValueRef::Text(word) => Ok::<_, Error>(Finder::new(word).into_owned()),
        other => Err(Error::InvalidFunctionParameterType(1, other.data_type())),
    })?;
    Ok(finder.find(text).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_finds_words_and_is_false_for_nothing() {
        let db = Connection::open_in_memory().unwrap();
        register(&db).unwrap();
        let holds = |text: Option<&str>, word: &str| -> bool {
            db.query_row("SELECT holds(?1, ?2)", (text, word), |r| r.get(0)).unwrap()
        };
        assert!(holds(Some("usbメモリを紛失"), "メモリ"));
        assert!(!holds(Some("usbメモリを紛失"), "漏"));
        assert!(!holds(None, "a"));
    }
}
