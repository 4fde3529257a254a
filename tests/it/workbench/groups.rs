//! Grouped lists, drawn: hits put into groups as the store would, and what the screen shows of them.

use super::{Bench, setup};
use jikenbo::app::Setup;
use jikenbo::domain::grouping::{GroupBy, GroupSpan, Grouping};
use jikenbo::domain::protocol::Found;
use jikenbo::domain::{Key, Record, Unit};
use jikenbo::lang::Lang;
use std::cmp::Reverse;
use std::sync::Arc;

/// Hits of these records in groups.
pub fn in_groups(found: Found, grouping: Option<Grouping>, records: &[Record]) -> Found {
    let Some(Grouping { by, by_size }) = grouping else { return found };
    let label = |r: &Record| match by {
        GroupBy::Month => r.facts.published.map(|d| d.format("%Y-%m").to_string()),
        GroupBy::Action => r.facts.actions.first().cloned(),
        GroupBy::ThirdParty => r.facts.third_party.clone(),
        _ => Some(r.triage.status.as_str().to_owned()),
    };
    let mut groups: Vec<(GroupSpan, Vec<Key>)> = Vec::new();
    for key in found.keys.iter() {
        let record = &records[key.0 as usize - 1];
        let label = label(record);
        let place = groups.iter().position(|(g, _)| g.label == label).unwrap_or_else(|| {
            let span = GroupSpan { label, start: 0, len: 0, people: 0, counted: 0, triaged: 0 };
            groups.push((span, Vec::new()));
            groups.len() - 1
        });
        let (span, keys) = &mut groups[place];
        keys.push(*key);
        span.len += 1;
        span.triaged += usize::from(record.triage.status.is_triaged());
        if let Some(n) = record.facts.affected.filter(|a| a.unit == Unit::People).and_then(|a| a.count) {
            span.people += n;
            span.counted += 1;
        }
    }
    groups.sort_by_key(|(g, _)| (g.label.is_none(), Reverse(if by_size { g.len } else { 0 })));
    let (mut keys, mut spans) = (Vec::new(), Vec::new());
    for (span, of) in groups {
        spans.push(GroupSpan { start: keys.len(), ..span });
        keys.extend(of);
    }
    Found { keys: Arc::new(keys), groups: spans.into(), ..found }
}

#[test]
fn the_list_in_groups() {
    insta::assert_snapshot!("by_month_120x40", Bench::open((120, 40)).press("bmgg<Space>zajj").screen());
    insta::assert_snapshot!("groups_folded", Bench::open((80, 24)).press("btbzzMjvj").screen());
    let ja = |size, plain| Setup { lang: Lang::Ja, plain, ..setup(size) };
    insta::assert_snapshot!("groups_plain", Bench::new(ja((80, 24), true), false).press("bm5Gza").screen());
    insta::assert_snapshot!("groups_small", Bench::open((44, 14)).press("bs").screen());
}
