//! Writes the link keys of incidents and lets go of them; makes up for those that came without. Called by
//! `incidents` inside its transaction, and when a case book of before is opened.

use super::super::error::StoreError;
use super::super::facts;
use super::super::incidents::folded_text;
use crate::domain::{Facts, IncidentId, Kind, LinkKeys, LinkKeysOf};
use chrono::NaiveDate;
use rusqlite::{Connection, TransactionBehavior, params};

/// Incidents that one transaction makes up for.
const AT_ONCE: i64 = 500;

/// Days from 1970-01-01.
fn day_number(day: NaiveDate) -> i64 {
    i64::from(day.to_epoch_days())
}

/// Writes the keys of an incident; one that comes without is noted down to be made up for.
pub(in super::super) fn write(
    connection: &Connection,
    key: i64,
    id: &str,
    (kind, facts): (Kind, &Facts),
    keys: Option<&LinkKeys>,
) -> Result<(), StoreError> {
    let (Some(keys), Some(ident)) = (keys, IncidentId(id.to_owned()).number()) else {
        forget(connection, key)?;
        return mark_stale(connection, key);
    };
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO links (incident, ident, day, claim, contractor, continues, org, third, subject, near_a,
           near_b)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let [near_a, near_b] = keys.near;
    insert.execute(params![
        key,
        ident,
        facts.published.map(day_number),
        kind == Kind::Claim,
        keys.contractor,
        keys.continues,
        keys.org,
        keys.third,
        keys.subject,
        near_a,
        near_b,
    ])?;
    let Some(org) = keys.org.filter(|_| !facts.follows.is_empty()) else { return Ok(()) };
    let mut insert =
        connection.prepare_cached("INSERT OR IGNORE INTO link_follows (incident, org, day) VALUES (?1, ?2, ?3)")?;
    for day in &facts.follows {
        insert.execute(params![key, org, day_number(*day)])?;
    }
    Ok(())
}

/// Notes that the keys of an incident are to be made (again).
pub(in super::super) fn mark_stale(connection: &Connection, key: i64) -> Result<(), StoreError> {
    connection.prepare_cached("INSERT OR IGNORE INTO unlinked (incident) VALUES (?1)")?.execute([key])?;
    Ok(())
}

/// Lets go of the keys of an incident: one that its document no longer holds is linked to nothing.
pub(in super::super) fn forget(connection: &Connection, key: i64) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM links WHERE incident = ?1",
        "DELETE FROM link_follows WHERE incident = ?1",
        "DELETE FROM unlinked WHERE incident = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([key])?;
    }
    Ok(())
}

/// Makes the keys of incidents that came without, and tells how many those were.
pub(in super::super) fn complete(connection: &mut Connection, keys_of: LinkKeysOf) -> Result<usize, StoreError> {
    let mut done = 0;
    // Asked without a lock first: nearly always there is nothing to do.
    while connection.prepare_cached("SELECT 1 FROM unlinked LIMIT 1")?.exists([])? {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let waiting: Vec<(i64, String, String, bool)> = tx
            .prepare_cached(
                "SELECT i.key, i.id, i.kind, i.gone FROM unlinked u CROSS JOIN incidents i ON i.key = u.incident LIMIT ?1",
            )?
            .query_map([AT_ONCE], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?
            .collect::<Result<_, _>>()?;
        for (key, id, kind, gone) in &waiting {
            let kind = Kind::from_name(kind).ok_or_else(|| StoreError::corrupt(format!("`{kind}` is no kind")))?;
            let (facts, _) = facts::read_all(&tx, *key)?;
            let keys = keys_of(kind, &facts, &folded_text(&tx, *key)?);
            forget(&tx, *key)?;
            if !gone {
                write(&tx, *key, id, (kind, &facts), Some(&keys))?;
            }
        }
        tx.commit()?;
        done += waiting.len();
        if waiting.is_empty() {
            break;
        }
    }
    Ok(done)
}
