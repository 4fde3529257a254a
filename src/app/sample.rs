//! Invented incidents for the workbench's tests, in-module ones and those of `tests/it`.

use crate::domain::{Key, ListRow, Record};

const RECORDS: &str = include_str!("../../tests/it/workbench/records.ndjson");

/// All sample records; their keys count from 1.
pub fn records() -> Vec<Record> {
    RECORDS.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// The record of a key.
pub fn record(key: usize) -> Record {
    records().swap_remove(key - 1)
}

/// The list's row of a record.
pub fn row(key: Key, r: &Record) -> ListRow {
    ListRow {
        key,
        id: r.id.clone(),
        kind: r.kind,
        status: r.triage.status,
        published: r.facts.published,
        case_no: r.facts.case_no.clone(),
        affected: r.facts.affected,
        action: r.facts.actions.first().cloned(),
        org: r.facts.org.clone(),
        title: r.facts.title.clone(),
        tags: r.triage.tags.clone(),
        third_party: r.facts.third_party.clone(),
        exposure: r.facts.exposure,
        gang: r.facts.gang.clone(),
        noted: !r.triage.notes.is_empty(),
        warned: !r.facts.warnings.is_empty(),
    }
}
