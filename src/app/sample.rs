//! Invented incidents for the workbench's tests, in-module ones and those of `tests/it`.

use crate::domain::grouping::{GroupBy, GroupSpan, Grouping};
use crate::domain::protocol::Found;
use crate::domain::{Key, ListRow, Record};
use std::sync::Arc;

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

/// Hits of the sample records in groups, as the store would give them.
pub fn in_groups(found: Found, grouping: Option<Grouping>) -> Found {
    let Some(Grouping { by, by_size }) = grouping else { return found };
    let label = |r: &Record| match by {
        GroupBy::Month => r.facts.published.map(|d| d.format("%Y-%m").to_string()),
        GroupBy::Action => r.facts.actions.first().cloned(),
        GroupBy::ThirdParty => r.facts.third_party.clone(),
        _ => Some(r.triage.status.as_str().to_owned()),
    };
    let mut groups: Vec<(GroupSpan, Vec<Key>)> = Vec::new();
    for key in found.keys.iter() {
        let record = record(key.0 as usize);
        let label = label(&record);
        let place = groups.iter().position(|(g, _)| g.label == label).unwrap_or_else(|| {
            let span = GroupSpan { label, start: 0, len: 0, people: 0, counted: 0, triaged: 0 };
            groups.push((span, Vec::new()));
            groups.len() - 1
        });
        let (span, keys) = &mut groups[place];
        keys.push(*key);
        span.len += 1;
        span.triaged += usize::from(record.triage.status.is_triaged());
    }
    groups.sort_by_key(|(g, _)| (g.label.is_none(), std::cmp::Reverse(if by_size { g.len } else { 0 })));
    let (mut keys, mut spans) = (Vec::new(), Vec::new());
    for (span, of) in groups {
        spans.push(GroupSpan { start: keys.len(), ..span });
        keys.extend(of);
    }
    Found { keys: Arc::new(keys), groups: spans.into(), ..found }
}
