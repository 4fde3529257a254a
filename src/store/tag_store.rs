//! Tags as such: who carries one, what is said of them, and the list of all. Called by `Store` and `operations`.

use super::error::StoreError;
use super::number::size;
use super::{log, triage};
use crate::domain::protocol::TagKey;
use crate::domain::{Colour, IncidentId, Tag, TagInfo, TagTraits};
use crate::op;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// The incidents that carry a tag or one below it, whatever their status.
pub(super) fn carriers(connection: &Connection, tag: &Tag) -> Result<Vec<IncidentId>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT id FROM incidents WHERE key IN (SELECT t.incident FROM tag_names n CROSS JOIN tags t ON t.tag = n.key
           WHERE n.tag = ?1 OR substr(n.tag, 1, length(?1) + 1) = ?1 || '/') ORDER BY key",
    )?;
    let rows = select.query_map([tag.as_str()], |r| r.get(0).map(IncidentId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many incidents carry a tag or one below it.
fn carrier_count(connection: &Connection, tag: &Tag) -> Result<usize, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT count(DISTINCT t.incident) FROM tag_names n CROSS JOIN tags t ON t.tag = n.key
         WHERE n.tag = ?1 OR substr(n.tag, 1, length(?1) + 1) = ?1 || '/'",
    )?;
    Ok(select.query_row([tag.as_str()], |r| size(r, 0))?)
}

/// Every tag that is in use or that something is said of, most used first, then by name.
pub(super) fn list(connection: &Connection) -> Result<Vec<TagInfo>, StoreError> {
    let tx = connection.unchecked_transaction()?;
    let mut own: BTreeMap<Tag, usize> = BTreeMap::new();
    let mut select = tx.prepare_cached(
        "SELECT n.tag, c.own FROM (SELECT tag, count(*) AS own FROM tags GROUP BY tag) c
         JOIN tag_names n ON n.key = c.tag",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        own.insert(triage::tag(&row.get::<_, String>(0)?)?, size(row, 1)?);
    }
    let mut traits = cached_traits(&tx)?;
    for tag in traits.keys() {
        own.entry(tag.clone()).or_default();
    }
    let mut out = Vec::with_capacity(own.len());
    for (tag, n) in &own {
        let has_below = own.keys().any(|t| t != tag && t.is_within(tag.as_str()));
        let count = if has_below { carrier_count(&tx, tag)? } else { *n };
        let traits = traits.remove(tag).unwrap_or_default();
        out.push(TagInfo { tag: tag.clone(), count, own: *n, traits });
    }
    out.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.tag.cmp(&b.tag)));
    Ok(out)
}

/// The colours of the tags that have one of their own.
pub(super) fn colours(connection: &Connection) -> Result<BTreeMap<Tag, Colour>, StoreError> {
    let own = |traits: &TagTraits| traits.colour.filter(|c| *c != Colour::None);
    let traits = cached_traits(connection)?;
    Ok(traits.into_iter().filter_map(|(tag, traits)| Some((tag, own(&traits)?))).collect())
}

/// What the table says of tags.
pub(super) fn cached_traits(connection: &Connection) -> Result<BTreeMap<Tag, TagTraits>, StoreError> {
    let mut select = connection.prepare_cached("SELECT tag, description, colour, key FROM tag_traits")?;
    let mut rows = select.query([])?;
    let mut out = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (colour, key): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
        let traits = TagTraits {
            description: row.get(1)?,
            colour: colour.as_deref().and_then(Colour::from_name),
            key: key.and_then(|k| k.chars().next()),
        };
        out.insert(triage::tag(&row.get::<_, String>(0)?)?, traits);
    }
    Ok(out)
}

/// The tags that a key sets, by their keys.
pub(super) fn keys(connection: &Connection) -> Result<Vec<TagKey>, StoreError> {
    let traits = cached_traits(connection)?;
    let mut out: Vec<TagKey> =
        traits.into_iter().filter_map(|(tag, traits)| traits.key.map(|key| TagKey { key, tag })).collect();
    out.sort_by_key(|k| k.key);
    Ok(out)
}

/// What the log says of tags.
pub(super) fn folded_traits(connection: &Connection) -> Result<BTreeMap<Tag, TagTraits>, StoreError> {
    Ok(op::fold_traits(log::of_tags(connection)?.iter()))
}

/// Brings the table to what the log says, and tells whether anything changed.
pub(super) fn refresh_traits(connection: &Connection) -> Result<bool, StoreError> {
    let wanted = folded_traits(connection)?;
    if wanted == cached_traits(connection)? {
        return Ok(false);
    }
    connection.execute("DELETE FROM tag_traits", [])?;
    let mut insert =
        connection.prepare_cached("INSERT INTO tag_traits (tag, description, colour, key) VALUES (?1, ?2, ?3, ?4)")?;
    for (tag, traits) in wanted {
        let colour = traits.colour.map(Colour::as_str);
        insert.execute(params![tag.as_str(), traits.description, colour, traits.key.map(|k| k.to_string())])?;
    }
    Ok(true)
}
