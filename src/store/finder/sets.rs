//! The incidents that one condition holds for, as a set, by SQL: the whole set from indexes alone where there are any, or
//! those of a few incidents by the very condition of `search_sql`. Called by the evaluation.

use crate::domain::Key;
use crate::query::ast::{Dated, Expr, Place, Sort, Term, Trait};
use crate::store::error::StoreError;
use crate::store::number::array;
use crate::store::search_dates;
use crate::store::search_sql::{self, Bound, Condition};
use chrono::NaiveDate;
use roaring::RoaringBitmap;
use rusqlite::Connection;
use rusqlite::types::Value;

fn text(value: &str) -> Bound {
    Bound::Value(Value::Text(value.to_owned()))
}

/// A statement that finds keys, with its values.
struct Select {
    sql: String,
    values: Vec<Bound>,
}

impl Select {
    fn new(sql: &str, values: &[&str]) -> Self {
        Self { sql: sql.to_owned(), values: values.iter().map(|v| text(v)).collect() }
    }

    fn run(self, store: &Connection, of: Option<&RoaringBitmap>) -> Result<RoaringBitmap, StoreError> {
        // Not cached: queries as typed would push out the statements that are always needed.
        let mut select = store.prepare(&self.sql)?;
        let mut bound = 0;
        for value in &self.values {
            bound += 1;
            select.raw_bind_parameter(bound, value)?;
        }
        if let Some(of) = of {
            select.raw_bind_parameter(bound + 1, array(of.iter()))?;
        }
        let (mut rows, mut keys) = (select.raw_query(), Vec::new());
        while let Some(row) = rows.next()? {
            keys.extend(u32::try_from(row.get::<_, i64>(0)?));
        }
        // As they come they are all over the set; in their order it grows at its end.
        keys.sort_unstable();
        Ok(keys.into_iter().collect())
    }
}

/// The tables whose rows tell of one incident each, and that many conditions ask for.
const TAGGED: &str = "SELECT incident FROM tags";

/// The statement that finds all incidents of a condition, without a look at any other incident where there is an index;
/// for [`Trait::Untagged`] it finds the others.
fn whole(term: &Term) -> Result<Select, StoreError> {
    Ok(match term {
        Term::Contains { place: Place::Note, any } => of_all_spellings(&[IN_NOTES], any),
        Term::Tag(name) => Select::new(
            "SELECT t.incident FROM tag_names n CROSS JOIN tags t ON t.tag = n.key
             WHERE n.lowered = ?1 OR substr(n.lowered, 1, length(?1) + 1) = ?1 || '/'",
            &[&name.to_lowercase()],
        ),
        Term::Case(start) => Select::new(
            "SELECT key FROM incidents WHERE case_no IS NOT NULL AND substr(lower(case_no), 1, length(?1)) = ?1",
            &[start],
        ),
        // What follows a dot in the order of characters is a slash.
        Term::Action(name) => Select::new(
            "SELECT incident FROM actions WHERE name = ?1
             UNION ALL SELECT incident FROM actions WHERE name >= ?1 || '.' AND name < ?1 || '/'",
            &[name],
        ),
        Term::Data(name) => Select::new("SELECT incident FROM data_types WHERE name = ?1", &[name]),
        Term::Exposure(exposure) => Select::new("SELECT key FROM incidents WHERE exposure = ?1", &[exposure.as_str()]),
        // No id holds a character that comes after that one.
        Term::Id(start) => Select::new(
            "SELECT key FROM incidents WHERE id >= ?1 AND id < ?1 || char(1114111)
               AND substr(id, 1, length(?1)) = ?1",
            &[start],
        ),
        Term::Dated { what, from, to } => dated(*what, *from, *to),
        Term::Affected { people, .. } => {
            let index = if *people { "i.affected_unit = 'people'" } else { "i.affected_unit IS NOT NULL" };
            by_condition(term, index)?
        }
        Term::By(name) => Select::new(
            "SELECT i.key FROM operations o CROSS JOIN operation_targets t ON t.operation = o.key
             CROSS JOIN incidents i ON i.id = t.incident
             WHERE o.kind = 'change' AND o.cancelled = 0
               AND (o.by = ?1 OR substr(o.by, 1, length(?1) + 1) = ?1 || ':')",
            &[name],
        ),
        Term::Has(Trait::Untagged) => Select::new(TAGGED, &[]),
        Term::Has(Trait::Note) => Select::new("SELECT incident FROM incident_notes", &[]),
        Term::Has(Trait::Warning) => Select::new("SELECT incident FROM warnings", &[]),
        Term::Has(Trait::Timeline) => Select::new("SELECT incident FROM events WHERE seq = 0", &[]),
        Term::Has(Trait::ThirdParty) => Select::new("SELECT key FROM incidents WHERE third_folded IS NOT NULL", &[]),
        Term::Has(Trait::FollowUp) => Select::new("SELECT key FROM incidents WHERE follows > 0", &[]),
        Term::Has(Trait::Corrected) => Select::new("SELECT incident FROM corrections", &[]),
        Term::Has(Trait::Reviewed) => Select::new("SELECT incident FROM reviews", &[]),
        other => by_condition(other, "TRUE")?,
    })
}

fn dated(what: Dated, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Select {
    let mut values = Vec::new();
    let sql = search_dates::incidents(what, from, to, |day| {
        values.push(text(&day));
        format!("?{}", values.len())
    });
    Select { sql, values }
}

/// The condition of `search_sql`, with another that SQLite finds an index by.
fn by_condition(term: &Term, index: &str) -> Result<Select, StoreError> {
    let condition = Condition::of([&Expr::Is(term.clone())])?;
    let from = from(&condition);
    Ok(Select {
        sql: format!("SELECT i.key FROM {from} WHERE {index} AND {}", condition.sql),
        values: condition.values,
    })
}

fn from(condition: &Condition) -> &'static str {
    if condition.reads_texts { "searchable f CROSS JOIN incidents i ON i.key = f.incident" } else { "incidents i" }
}

/// Tells whether the whole set is found so quickly, or would be found anyhow, that it makes no sense to ask of some
/// incidents only.
pub(super) fn is_small(term: &Term) -> bool {
    match term {
        Term::Tag(_) | Term::By(_) | Term::Contains { place: Place::Note, .. } => true,
        Term::Has(wanted) => {
            matches!(wanted, Trait::Note | Trait::Corrected | Trait::Reviewed | Trait::Warning | Trait::FollowUp)
        }
        _ => false,
    }
}

/// All incidents of a condition, out of those that are there.
pub(super) fn all(store: &Connection, term: &Term, present: &RoaringBitmap) -> Result<RoaringBitmap, StoreError> {
    let found = whole(term)?.run(store, None)?;
    Ok(if *term == Term::Has(Trait::Untagged) { present - found } else { found & present })
}

/// Those of some incidents that all conditions hold for, whatever they are; texts are read.
pub(super) fn some(
    store: &Connection,
    conditions: &[&Expr],
    of: &RoaringBitmap,
    present: &RoaringBitmap,
) -> Result<RoaringBitmap, StoreError> {
    if let [Expr::Is(Term::Dated { what, from, to })] = conditions {
        let Select { sql, values } = dated(*what, *from, *to);
        let sql = format!("{sql} AND d.incident IN rarray(?{})", values.len() + 1);
        return Ok(Select { sql, values }.run(store, Some(of))? & of);
    }
    let condition = Condition::of(conditions.iter().copied())?;
    let (key, mut from) =
        if condition.reads_texts { ("f.incident", from(&condition)) } else { ("i.key", "incidents i") };
    if conditions.iter().all(|e| only_reads_texts(e)) {
        from = "searchable f";
    }
    // Most texts one after the other are read faster than some of them one by one.
    let few = of.len() < present.len() / 4;
    let within = format!("{key} IN rarray(?{})", condition.values.len() + 1);
    let sql = format!("SELECT {key} FROM {from} WHERE {} AND {}", if few { &within } else { "TRUE" }, condition.sql);
    let select = Select { sql, values: condition.values };
    Ok(select.run(store, few.then_some(of))? & of)
}

/// Tells whether a condition asks for nothing but words anywhere.
fn only_reads_texts(expr: &Expr) -> bool {
    match expr {
        Expr::And(list) | Expr::Or(list) => !list.is_empty() && list.iter().all(only_reads_texts),
        Expr::Not(inner) => only_reads_texts(inner),
        Expr::Is(term) => matches!(term, Term::Contains { place: Place::Anywhere, .. }),
    }
}

const IN_TAGS: &str = "SELECT t.incident FROM tag_names n CROSS JOIN tags t ON t.tag = n.key WHERE holds(n.folded, ?)";
const IN_NOTES: &str = "SELECT x.incident FROM notes n CROSS JOIN incident_notes x ON x.operation = n.operation
    WHERE holds(n.folded, ?)";

fn of_all_spellings(tables: &[&str], any: &[String]) -> Select {
    let mut parts = Vec::new();
    for (n, _) in (1..).zip(any) {
        parts.extend(tables.iter().map(|sql| sql.replace('?', &format!("?{n}"))));
    }
    let values = any.iter().map(|word| text(word)).collect();
    let sql = if parts.is_empty() { "SELECT 0 WHERE FALSE".into() } else { parts.join(" UNION ALL ") };
    Select { sql, values }
}

const IN_CORRECTIONS: &str = "SELECT incident FROM corrections WHERE holds(folded, ?)";

/// The incidents whose tags, notes or corrected names hold one of these words: what the search index does not know.
pub(super) fn beside_texts(store: &Connection, any: &[String]) -> Result<RoaringBitmap, StoreError> {
    of_all_spellings(&[IN_TAGS, IN_NOTES, IN_CORRECTIONS], any).run(store, None)
}

/// Hits in an order, by SQLite: for a few of them faster than to read everybody's values.
pub(super) fn sorted(store: &Connection, hits: &RoaringBitmap, sort: Sort) -> Result<Vec<Key>, StoreError> {
    let order = search_sql::order(sort);
    let mut select =
        store.prepare_cached(&format!("SELECT i.key FROM incidents i WHERE i.key IN rarray(?1) ORDER BY {order}"))?;
    let keys = select.query_map([array(hits.iter())], |r| Ok(Key(r.get(0)?)))?.collect::<Result<_, _>>()?;
    Ok(keys)
}

/// How SQLite finds the whole set of a condition.
#[cfg(test)]
pub(super) fn explained(store: &Connection, term: &Term) -> Result<Vec<String>, StoreError> {
    let Select { sql, values } = whole(term)?;
    let mut select = store.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    Ok(select.query_map(rusqlite::params_from_iter(values), |r| r.get(3))?.collect::<Result<_, _>>()?)
}
