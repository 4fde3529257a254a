//! Turns a query's tree into one SQL statement with bound parameters, and runs it. Called by `Store::search`.
//!
//! Every condition is true or false, never NULL, so that NOT means what it says. Words are looked up in the search index,
//! or looked for in the folded texts in one sequential pass, whatever their number.

use super::error::StoreError;
use super::index::{Snapshot, Window};
use super::number::{array, size};
use super::search_dates;
use crate::domain::Key;
use crate::domain::protocol::Found;
use crate::query::ast::{Compare, Expr, Place, Query, Sort, SortField, Term, Trait};
use roaring::RoaringBitmap;
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Connection, ToSql, params_from_iter};
use std::rc::Rc;
use std::sync::Arc;

/// Deepest nesting of a query.
const DEPTH: usize = 100;
/// Hits of a word up to which they are handed over one by one, and may be where the database begins to look.
const FEW: u64 = 20_000;

/// Runs a query by reading all texts.
pub(super) fn search(connection: &Connection, query: &Query) -> Result<Found, StoreError> {
    let tx = connection.unchecked_transaction()?;
    select(&tx, Compiler::default(), query, None)
}

/// Runs a query with the search index.
pub(super) fn search_by_index(snapshot: &Snapshot<'_>, query: &Query) -> Result<Found, StoreError> {
    select(snapshot.store(), Compiler { index: Some(snapshot), ..Compiler::default() }, query, None)
}

/// Tells whether the search index can help with a query.
pub(super) fn looks_up(expr: &Expr) -> bool {
    match expr {
        Expr::And(list) | Expr::Or(list) => list.iter().any(looks_up),
        Expr::Not(inner) => looks_up(inner),
        Expr::Is(term) => matches!(term, Term::Contains { place, .. } if *place != Place::Note),
    }
}

/// The first hits of a query, at most so many; `None` where they are not found faster than all.
pub(super) fn first(connection: &Connection, query: &Query, most: usize) -> Result<Option<Found>, StoreError> {
    if query.sort != Sort::default() || reads_texts(&query.filter) {
        return Ok(None);
    }
    let tx = connection.unchecked_transaction()?;
    select(&tx, Compiler::default(), query, Some(most)).map(Some)
}

/// Tells whether a condition speaks of the entries' texts.
pub(super) fn reads_texts(expr: &Expr) -> bool {
    match expr {
        Expr::And(list) | Expr::Or(list) => list.iter().any(reads_texts),
        Expr::Not(inner) => reads_texts(inner),
        Expr::Is(term) => matches!(term, Term::Contains { place: Place::Anywhere, .. }),
    }
}

/// Conditions that all have to hold, as SQL over incidents `i` and, where `reads_texts` says so, the folded texts `f`.
pub(super) struct Condition {
    pub sql: String,
    pub values: Vec<Bound>,
    pub reads_texts: bool,
}

impl Condition {
    /// Writes conditions down.
    pub fn of<'e>(all: impl IntoIterator<Item = &'e Expr>) -> Result<Self, StoreError> {
        let mut compiler = Compiler::default();
        let parts = all.into_iter().map(|expr| compiler.expr(expr, 0)).collect::<Result<Vec<_>, _>>()?;
        let sql = joined(&parts, "AND", "TRUE");
        Ok(Self { sql, values: compiler.values, reads_texts: compiler.reads_texts })
    }
}

/// Refuses a query that is nested beyond reason, as every search does.
pub(super) fn refuse_deep(expr: &Expr) -> Result<(), StoreError> {
    fn depth(expr: &Expr, above: usize) -> Result<(), StoreError> {
        match expr {
            _ if above > DEPTH => Err(StoreError::TooDeep),
            Expr::And(list) | Expr::Or(list) => list.iter().try_for_each(|e| depth(e, above + 1)),
            Expr::Not(inner) => depth(inner, above + 1),
            Expr::Is(_) => Ok(()),
        }
    }
    depth(expr, 0)
}

/// Runs a query within an open transaction.
fn select(
    tx: &Connection,
    mut compiler: Compiler<'_>,
    query: &Query,
    most: Option<usize>,
) -> Result<Found, StoreError> {
    let condition = compiler.expr(&query.filter, 0)?;
    let from =
        if compiler.reads_texts { "searchable f CROSS JOIN incidents i ON i.key = f.incident" } else { "incidents i" };
    let limit = most.map(|n| format!(" LIMIT {n}")).unwrap_or_default();
    let sql = format!(
        "SELECT i.key, i.status IN ('done', 'dismissed') FROM {from} WHERE {condition} ORDER BY {}{limit}",
        order(query.sort)
    );
    // Not cached: queries as typed would push out the statements that every frame needs.
    let mut select = tx.prepare(&sql)?;
    let mut rows = select.query(params_from_iter(compiler.values))?;
    let (mut keys, mut triaged) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        keys.push(Key(row.get(0)?));
        triaged += usize::from(row.get::<_, bool>(1)?);
    }
    let early = most.is_some();
    // Counting is as much work as a query; the first hits do without.
    let in_store = if early { 0 } else { tx.query_row("SELECT count(*) FROM incidents", [], |r| size(r, 0))? };
    let keys = Arc::new(keys);
    Ok(Found { keys, triaged, in_store, early, scanned: compiler.reads_texts, ..Found::default() })
}

/// The order of the hits: incidents without a value last, equal ones newest first, then as they came.
pub(super) fn order(sort: Sort) -> String {
    let direction = if sort.descending { "DESC" } else { "ASC" };
    let by = match sort.field {
        // SQLite takes NULL for the least value, so descending needs no more words and can use the index.
        SortField::Published if sort.descending => return "i.published DESC, i.key".into(),
        SortField::Published => "i.published",
        SortField::People => "i.people",
        SortField::Org => "i.org_folded",
        SortField::Title => "i.title_folded",
        SortField::Action => "i.action",
        SortField::Status => {
            let rank = "CASE i.status WHEN 'new' THEN 0 WHEN 'open' THEN 1 WHEN 'done' THEN 2 ELSE 3 END";
            return format!("{rank} {direction}, i.published DESC, i.key");
        }
        SortField::Case => {
            // 2024-99 comes before 2024-100.
            return format!(
                "i.case_no IS NULL, substr(i.case_no, 1, 5) {direction}, CAST(substr(i.case_no, 6) AS INTEGER)
                 {direction}, i.case_no {direction}, i.published DESC, i.key"
            );
        }
    };
    format!("{by} IS NULL, {by} {direction}, i.published DESC, i.key")
}

/// A bound parameter.
pub(super) enum Bound {
    Value(Value),
    Keys(Rc<Vec<Value>>),
}

impl ToSql for Bound {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Value(value) => value.to_sql(),
            Self::Keys(keys) => keys.to_sql(),
        }
    }
}

#[derive(Default)]
struct Compiler<'s> {
    values: Vec<Bound>,
    /// Where words are looked up; without it the texts are read.
    index: Option<&'s Snapshot<'s>>,
    /// Whether a condition speaks of the folded texts.
    reads_texts: bool,
}

impl Compiler<'_> {
    /// Binds a value and gives its placeholder.
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(Bound::Value(value.into()));
        format!("?{}", self.values.len())
    }

    /// The condition that an incident is one of these.
    fn among(&mut self, keys: &RoaringBitmap) -> Result<String, StoreError> {
        if keys.len() > FEW {
            let mut bytes = Vec::with_capacity(keys.serialized_size());
            keys.serialize_into(&mut bytes).map_err(|e| StoreError::corrupt(e.to_string()))?;
            return Ok(format!("among({}, i.key)", self.bind(bytes)));
        }
        self.values.push(Bound::Keys(array(keys)));
        Ok(format!("i.key IN rarray(?{})", self.values.len()))
    }

    fn expr(&mut self, expr: &Expr, depth: usize) -> Result<String, StoreError> {
        if depth > DEPTH {
            return Err(StoreError::TooDeep);
        }
        let mut all = |list: &[Expr]| list.iter().map(|e| self.expr(e, depth + 1)).collect::<Result<Vec<_>, _>>();
        Ok(match expr {
            Expr::And(list) => joined(&all(list)?, "AND", "TRUE"),
            Expr::Or(list) => joined(&all(list)?, "OR", "FALSE"),
            Expr::Not(inner) => format!("NOT {}", self.expr(inner, depth + 1)?),
            Expr::Is(term) => format!("({})", self.term(term)?),
        })
    }

    fn term(&mut self, term: &Term) -> Result<String, StoreError> {
        Ok(match term {
            Term::Contains { place, any } => {
                let looked_up = match self.index {
                    Some(index) if *place != Place::Note => Some(index.containing(*place, any, Window::ALL)?),
                    _ => None,
                };
                let mut parts = Vec::new();
                if let Some(keys) = &looked_up {
                    parts.push(self.among(keys)?);
                }
                // What the index has told is not looked for again.
                let told = looked_up.is_some();
                parts.extend(any.iter().flat_map(|word| self.contains(*place, word, told)));
                joined(&parts, "OR", "FALSE")
            }
            Term::Tag(name) => {
                let p = self.bind(name.to_lowercase());
                format!(
                    "i.key IN (SELECT t.incident FROM tag_names n CROSS JOIN tags t ON t.tag = n.key
                     WHERE n.lowered = {p} OR substr(n.lowered, 1, length({p}) + 1) = {p} || '/')"
                )
            }
            Term::Status(status) => format!("i.status = {}", self.bind(status.as_str().to_owned())),
            Term::Kind(kind) => format!("i.kind = {}", self.bind(kind.as_str().to_owned())),
            Term::Case(start) => self.begins("lower(i.case_no)", start),
            Term::Action(name) => {
                let p = self.bind(name.clone());
                format!(
                    "EXISTS (SELECT 1 FROM actions a WHERE a.incident = i.key
                     AND (a.name = {p} OR substr(a.name, 1, length({p}) + 1) = {p} || '.'))"
                )
            }
            Term::Data(name) => {
                let p = self.bind(name.clone());
                format!("EXISTS (SELECT 1 FROM data_types d WHERE d.incident = i.key AND d.name = {p})")
            }
            Term::Exposure(exposure) => format!("i.exposure IS {}", self.bind(exposure.as_str().to_owned())),
            Term::Id(start) => self.begins("i.id", start),
            Term::Published { from, to } => {
                let mut conditions = vec!["i.published IS NOT NULL".to_owned()];
                for (day, sign) in [(from, ">="), (to, "<=")] {
                    if let Some(day) = day {
                        conditions.push(format!("i.published {sign} {}", self.bind(day.to_string())));
                    }
                }
                conditions.join(" AND ")
            }
            Term::Dated { what, from, to } => search_dates::condition(*what, *from, *to, |text| self.bind(text)),
            Term::Affected { people, compare, number } => self.affected(*people, *compare, *number),
            Term::Has(wanted) => has(*wanted).to_owned(),
            Term::Among(keys) => {
                let list: Vec<String> = keys.iter().map(|k| k.0.to_string()).collect();
                let p = self.bind(format!("[{}]", list.join(",")));
                format!("i.key IN (SELECT value FROM json_each({p}))")
            }
            Term::By(name) => {
                let p = self.bind(name.clone());
                format!(
                    "i.id IN (SELECT t.incident FROM operations o CROSS JOIN operation_targets t ON t.operation = o.key
                     WHERE o.kind = 'change' AND o.cancelled = 0
                       AND (o.by = {p} OR substr(o.by, 1, length({p}) + 1) = {p} || ':'))"
                )
            }
        })
    }

    /// The condition that a word stands in a place; without what the index tells, where it has `told` that. `None` where
    /// nothing else is left.
    fn contains(&mut self, place: Place, word: &str, told: bool) -> Option<String> {
        if told && place != Place::Anywhere {
            return None;
        }
        let p = self.bind(word.to_owned());
        let in_notes = |incident: &str| {
            format!(
                "{incident} IN (SELECT x.incident FROM notes n CROSS JOIN incident_notes x ON x.operation = n.operation
                 WHERE holds(n.folded, {p}))"
            )
        };
        Some(match place {
            Place::Anywhere => {
                let added = format!(
                    "i.key IN (SELECT t.incident FROM tag_names n CROSS JOIN tags t ON t.tag = n.key
                       WHERE holds(n.folded, {p}))
                     OR {} OR i.key IN (SELECT c.incident FROM corrections c WHERE holds(c.folded, {p}))",
                    in_notes("i.key")
                );
                if told {
                    return Some(format!("({added})"));
                }
                self.reads_texts = true;
                format!("(holds(f.folded, {p}) OR {})", added.replace("i.key IN", "f.incident IN"))
            }
            Place::Org => format!("holds(i.org_folded, {p})"),
            Place::Title => format!("holds(i.title_folded, {p})"),
            Place::ThirdParty => format!("holds(i.third_folded, {p})"),
            Place::Gang => format!("holds(i.gang_folded, {p})"),
            Place::Note => in_notes("i.key"),
        })
    }

    fn begins(&mut self, column: &str, start: &str) -> String {
        let p = self.bind(start.to_owned());
        format!("{column} IS NOT NULL AND substr({column}, 1, length({p})) = {p}")
    }

    fn affected(&mut self, people: bool, compare: Compare, number: u64) -> String {
        let p = self.bind(i64::try_from(number).unwrap_or(i64::MAX));
        let (lo, hi) = ("coalesce(i.affected_lo, 0)", format!("coalesce(i.affected_hi, {})", i64::MAX));
        let overlap = match compare {
            Compare::Less => format!("{lo} < {p}"),
            Compare::AtMost => format!("{lo} <= {p}"),
            Compare::Equal => format!("{lo} <= {p} AND {p} <= {hi}"),
            Compare::AtLeast => format!("{hi} >= {p}"),
            Compare::More => format!("{hi} > {p}"),
        };
        let unit = if people { "i.affected_unit IS 'people'" } else { "i.affected_unit IS NOT NULL" };
        format!("{unit} AND {overlap}")
    }
}

fn has(wanted: Trait) -> &'static str {
    match wanted {
        Trait::Untagged => "NOT EXISTS (SELECT 1 FROM tags t WHERE t.incident = i.key)",
        Trait::Note => "EXISTS (SELECT 1 FROM incident_notes x WHERE x.incident = i.key)",
        Trait::Warning => "EXISTS (SELECT 1 FROM warnings w WHERE w.incident = i.key)",
        Trait::Timeline => "EXISTS (SELECT 1 FROM events e WHERE e.incident = i.key)",
        Trait::ThirdParty => "i.third_folded IS NOT NULL",
        Trait::FollowUp => "i.follows > 0",
        // Not `i.gone`: it stands in no index that the newest are read from.
        Trait::Gone => "i.key IN (SELECT g.key FROM incidents g WHERE g.gone = 1)",
        Trait::Corrected => "EXISTS (SELECT 1 FROM corrections c WHERE c.incident = i.key)",
        Trait::Reviewed => "EXISTS (SELECT 1 FROM reviews r WHERE r.incident = i.key)",
        Trait::Marked => "FALSE",
    }
}

/// Joins conditions as a balanced tree: SQLite limits how deep an expression may be, and a chain of a thousand ANDs is
/// a thousand deep.
fn joined(parts: &[String], sign: &str, of_none: &str) -> String {
    match parts {
        [] => of_none.to_owned(),
        [one] => one.clone(),
        _ => {
            let (left, right) = parts.split_at(parts.len() / 2);
            format!("({} {sign} {})", joined(left, sign, of_none), joined(right, sign, of_none))
        }
    }
}

#[cfg(test)]
mod tests;
