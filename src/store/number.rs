//! Lengths, positions and keys on their way into SQLite's 64-bit signed integers and back.

use rusqlite::types::Value;
use rusqlite::{Result, Row};
use std::rc::Rc;

/// A length as SQLite holds it.
pub(super) fn int(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Keys as a parameter of `rarray(?)`.
pub(super) fn array<K: Into<i64>>(keys: impl IntoIterator<Item = K>) -> Rc<Vec<Value>> {
    Rc::new(keys.into_iter().map(|key| Value::Integer(key.into())).collect())
}

/// A column that holds a length; a negative number is an error.
pub(super) fn size(row: &Row<'_>, column: usize) -> Result<usize> {
    let n: i64 = row.get(column)?;
    usize::try_from(n).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, n))
}
