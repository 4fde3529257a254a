//! The SQL functions of the store: `holds(text, word)` tells whether a word occurs in a text, at memory speed where
//! SQLite's own `instr` compares byte by byte; `among(keys, key)` tells whether a key is one of many, which are handed over
//! as a bitmap.

use memchr::memmem::Finder;
use roaring::RoaringBitmap;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result};

/// Adds the functions to a connection.
pub(super) fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("holds", 2, flags, holds)?;
    connection.create_scalar_function("among", 2, flags, among)
}

fn among(context: &Context<'_>) -> Result<bool> {
    let keys = context.get_or_create_aux(0, |bytes| match bytes {
        ValueRef::Blob(bytes) => RoaringBitmap::deserialize_from(bytes).map_err(|e| Error::UserFunctionError(e.into())),
        other => Err(Error::InvalidFunctionParameterType(0, other.data_type())),
    })?;
    let key: i64 = context.get(1)?;
    Ok(u32::try_from(key).is_ok_and(|key| keys.contains(key)))
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

    #[test]
    fn among_tells_whether_a_key_is_one_of_many() {
        let db = Connection::open_in_memory().unwrap();
        register(&db).unwrap();
        let mut bytes = Vec::new();
        RoaringBitmap::from_iter([3, 7]).serialize_into(&mut bytes).unwrap();
        let sql = "SELECT group_concat(value) FROM json_each('[1,3,7,4294967299]') WHERE among(?1, value)";
        let found: String = db.query_row(sql, [bytes], |r| r.get(0)).unwrap();
        assert_eq!(found, "3,7");
        assert!(db.query_row("SELECT among('text', 1)", [], |_| Ok(())).is_err());
    }
}
