//! JSON Lines of the incident record: what is read, written and read again is the same.

use super::in_time;
use jikenbo::domain::Record;
use jikenbo::text::json;
use jikenbo::text::neutral::is_unsafe;

/// Reads every line as a record.
///
/// # Panics
/// Panics where something does not hold.
pub fn holds(bytes: &[u8]) {
    for line in bytes.split(|b| *b == b'\n') {
        in_time(line.len(), || comes_back(line));
    }
}

fn comes_back(line: &[u8]) {
    let Ok(record) = serde_json::from_slice::<Record>(line) else { return };
    let written = json::to_string(&record).unwrap();
    assert!(!written.chars().any(is_unsafe), "{written}");
    let again: Record = serde_json::from_str(&written).unwrap_or_else(|e| panic!("{e}: {written}"));
    assert_eq!(again, record, "{written}");
    assert_eq!(json::to_string(&again).unwrap(), written);
}
