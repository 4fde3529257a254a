//! Turns a query's tree into one SQL statement with bound parameters, and runs it. Called by `Store::search`.
//!
//! Every condition is true or false, never NULL, so that NOT means what it says. Words are looked up in the search index,
//! or looked for in the folded texts in one sequential pass, whatever their number.

use super::error::StoreError;
use super::index::{Snapshot, Window};
use super::number::size;
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
    pub values: Vec<Value>,
    pub reads_texts: bool,
}

impl Condition {
    /// Writes conditions down.
    pub fn of<'e>(all: impl IntoIterator<Item = &'e Expr>) -> Result<Self, StoreError> {
        let mut compiler = Compiler::default();
        let parts = all.into_iter().map(|expr| compiler.expr(expr, 0)).collect::<Result<Vec<_>, _>>()?;
        let sql = joined(&parts, "AND", "TRUE");
        // Without an index there are no sets of keys among them.
        let plain = |bound| match bound {
            Bound::Value(value) => Some(value),
            Bound::Keys(_) => None,
        };
        let values = compiler.values.into_iter().filter_map(plain).collect();
        Ok(Self { sql, values, reads_texts: compiler.reads_texts })
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
    Ok(Found { keys: Arc::new(keys), triaged, in_store, early, scanned: compiler.reads_texts })
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
enum Bound {
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
        self.values.push(Bound::Keys(Rc::new(keys.iter().map(|k| Value::from(i64::from(k))).collect())));
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
mod tests {
    use super::*;
    use crate::domain::{Affected, Exposure, Kind, ParsedEntry, Status, Unit};
    use crate::store::testing::{all, apply, entry, note, status, store_of, tags};
    use crate::store::{Store, StoreError};
    use chrono::NaiveDate;

    fn day(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }

    fn affected(unit: Unit, lo: Option<u64>, hi: Option<u64>) -> Option<Affected> {
        Some(Affected { count: lo.or(hi), unit, lo, hi, modifier: None, approx: false })
    }

    /// Four incidents; which ones a query finds is told by their numbers.
    fn sample() -> Store {
        let mut e: Vec<ParsedEntry> = vec![
            entry("青葉市", "ＵＳＢ メモリの紛失", "職員が個人\n情報を紛失しました。"),
            entry("若宮印刷", "ransomware", "Kumori が公開しました。"),
            entry("北浜大学", "メール誤送信", "宛先を誤りました。"),
            entry("東雲病院", "お知らせ", "Aoba City とは無関係です。"),
        ];
        e[0].facts.published = Some(day("2024-05-28"));
        e[0].facts.case_no = Some("2024-99".into());
        e[0].facts.actions = vec!["error.loss".into(), "hacking.brute_force".into()];
        e[0].facts.affected = affected(Unit::People, Some(1000), Some(1000));
        e[0].facts.data_types = vec!["name".into()];
        e[0].facts.exposure = Some(Exposure::Suspected);
        e[1].kind = Kind::Claim;
        e[1].facts.gang = Some("KUMORI".into());
        e[1].facts.published = Some(day("2024-06-01"));
        e[1].facts.case_no = Some("2024-100".into());
        e[1].facts.affected = affected(Unit::Files, Some(5), None);
        e[1].facts.exposure = Some(Exposure::None);
        e[2].facts.published = Some(day("2023-01-15"));
        e[2].facts.third_party = Some("メール配信社".into());
        e[2].facts.affected = affected(Unit::People, None, Some(400));
        e[2].facts.follows = vec![day("2023-01-01")];
        e[2].facts.warnings = vec!["w".into()];
        e[3].kind = Kind::Other;
        let mut store = store_of(e);
        let keys: Vec<Key> = by_number(&store);
        apply(&mut store, "kei", tags(&["+Supply/A", "+見直し"]), &keys[..1], 1);
        apply(&mut store, "kei", tags(&["+supplyX"]), &keys[1..2], 2);
        apply(&mut store, "kei", note("Ｃａｌｌ back"), &keys[2..3], 3);
        apply(&mut store, "kei", status(Status::Done), &keys[..1], 4);
        apply(&mut store, "kei", status(Status::Dismissed), &keys[3..], 5);
        store
    }

    fn by_number(store: &Store) -> Vec<Key> {
        let mut keys = all(store);
        keys.sort();
        keys
    }

    fn hits(store: &Store, filter: Expr, sort: Sort) -> Vec<usize> {
        let keys = by_number(store);
        let found = store.search(&Query { filter, sort }).unwrap();
        assert_eq!(found.in_store, 4);
        found.keys.iter().map(|k| keys.iter().position(|x| x == k).unwrap()).collect()
    }

    fn contains(place: Place, any: &[&str]) -> Term {
        Term::Contains { place, any: any.iter().map(|w| (*w).into()).collect() }
    }

    fn people(compare: Compare, number: u64) -> Term {
        Term::Affected { people: true, compare, number }
    }

    fn published(from: Option<&str>, to: Option<&str>) -> Term {
        Term::Published { from: from.map(day), to: to.map(day) }
    }

    #[test]
    fn every_term_finds_what_it_says_and_not_finds_the_rest() {
        let store = sample();
        let any = Place::Anywhere;
        let cases: Vec<(Term, &[usize])> = vec![
            (contains(any, &["usbメモリ"]), &[0]),
            (contains(any, &["個人情報"]), &[0]),
            (contains(any, &["漏"]), &[]),
            (contains(any, &["漏", "aoba city"]), &[3]),
            (contains(any, &["見直"]), &[0]),
            (contains(any, &["supply"]), &[0, 1]),
            (contains(any, &["call b"]), &[2]),
            (contains(any, &["した"]), &[0, 1, 2]),
            (contains(any, &[""]), &[0, 1, 2, 3]),
            (contains(Place::Org, &["印刷"]), &[1]),
            (contains(Place::Title, &["usb"]), &[0]),
            (contains(Place::ThirdParty, &["配信"]), &[2]),
            (contains(Place::Gang, &["kumori"]), &[1]),
            (contains(Place::Note, &["call"]), &[2]),
            (Term::Tag("supply".into()), &[0]),
            (Term::Tag("SUPPLY/a".into()), &[0]),
            (Term::Tag("supplyx".into()), &[1]),
            (Term::Status(Status::Done), &[0]),
            (Term::Status(Status::New), &[1, 2]),
            (Term::Kind(Kind::Claim), &[1]),
            (Term::Case("2024-9".into()), &[0]),
            (Term::Case("2024".into()), &[0, 1]),
            (Term::Action("error".into()), &[0]),
            (Term::Action("hacking.brute_force".into()), &[0]),
            (Term::Action("err".into()), &[]),
            (Term::Data("name".into()), &[0]),
            (Term::Exposure(Exposure::Suspected), &[0]),
            (Term::Exposure(Exposure::None), &[1]),
            (Term::Id(String::new()), &[0, 1, 2, 3]),
            (published(None, None), &[0, 1, 2]),
            (published(Some("2024-05-28"), None), &[0, 1]),
            (published(Some("2024-05-28"), Some("2024-05-28")), &[0]),
            (published(None, Some("2024-05-27")), &[2]),
            (people(Compare::More, 999), &[0]),
            (people(Compare::More, 1000), &[]),
            (people(Compare::AtLeast, 400), &[0, 2]),
            (people(Compare::Less, 1), &[2]),
            (people(Compare::AtMost, 1000), &[0, 2]),
            (people(Compare::Equal, 400), &[2]),
            (people(Compare::Less, u64::MAX), &[0, 2]),
            (Term::Affected { people: false, compare: Compare::More, number: 100_000 }, &[1]),
            (Term::Has(Trait::Untagged), &[2, 3]),
            (Term::Has(Trait::Note), &[2]),
            (Term::Has(Trait::Warning), &[2]),
            (Term::Has(Trait::Timeline), &[]),
            (Term::Has(Trait::ThirdParty), &[2]),
            (Term::Has(Trait::FollowUp), &[2]),
            (Term::Has(Trait::Corrected), &[]),
            (Term::Has(Trait::Reviewed), &[]),
            (Term::Has(Trait::Marked), &[]),
            (Term::By("kei".into()), &[0, 1, 2, 3]),
            (Term::By("ke".into()), &[]),
        ];
        for (term, expected) in cases {
            let mut found = hits(&store, Expr::Is(term.clone()), Sort::default());
            found.sort_unstable();
            assert_eq!(found, expected, "{term:?}");
            let mut rest = hits(&store, Expr::Not(Box::new(Expr::Is(term.clone()))), Sort::default());
            rest.sort_unstable();
            let others: Vec<usize> = (0..4).filter(|n| !expected.contains(n)).collect();
            assert_eq!(rest, others, "NOT {term:?}");
        }
    }

    #[test]
    fn an_id_is_found_by_its_beginning() {
        let store = sample();
        let key = by_number(&store)[2];
        let id = store.ids(&[key]).unwrap().remove(0).0;
        let start: String = id.chars().take(8).collect();
        assert_eq!(hits(&store, Expr::Is(Term::Id(start.clone())), Sort::default()), [2]);
        assert_eq!(store.key_of(&start).unwrap(), key);
        assert_eq!(store.key_of(&id.to_uppercase()).unwrap(), key);
        assert!(matches!(store.key_of("zzzzzzzzzzzz"), Err(StoreError::NotFound { .. })));
        assert!(matches!(store.key_of("?"), Err(StoreError::NotFound { .. })));
        assert!(matches!(store.key_of(""), Err(StoreError::NotFound { .. })));
    }

    #[test]
    fn an_ambiguous_beginning_names_the_candidates() {
        let store = store_of((0..60).map(|n| entry(&format!("組織{n}"), "件名", "本文")).collect());
        // Sixty ids over thirty-two letters: some letter begins two.
        let ids = store.ids(&all(&store)).unwrap();
        let first = |id: &crate::domain::IncidentId| id.as_str().chars().next().unwrap().to_string();
        let start = ids.iter().map(first).find(|f| ids.iter().filter(|i| first(i) == *f).count() > 1).unwrap();
        match store.key_of(&start) {
            Err(StoreError::Ambiguous { candidates, .. }) => assert!(candidates.len() > 1),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn conditions_combine() {
        let store = sample();
        let is = |t: Term| Expr::Is(t);
        let not = |e: Expr| Expr::Not(Box::new(e));
        let word = |w| is(contains(Place::Anywhere, &[w]));
        let default = Sort::default();
        assert_eq!(hits(&store, Expr::And(Vec::new()), default), [1, 0, 2, 3]);
        assert_eq!(hits(&store, Expr::Or(Vec::new()), default), Vec::<usize>::new());
        assert_eq!(hits(&store, Expr::And(vec![word("した"), not(word("紛失"))]), default), [1, 2]);
        let or = Expr::Or(vec![word("紛失"), is(Term::Kind(Kind::Other)), is(Term::Status(Status::New))]);
        assert_eq!(hits(&store, Expr::And(vec![or, not(is(Term::Tag("supplyx".into())))]), default), [0, 2, 3]);
        let found = store.search(&Query { filter: Expr::And(Vec::new()), sort: default }).unwrap();
        assert_eq!(found.triaged, 2);
        let many = Expr::Or((0..3_000).map(|n| word(if n == 2_999 { "紛失" } else { "無" })).collect());
        assert_eq!(hits(&store, many, default), [0, 3]);
        let deep = (0..500).fold(word("紛失"), |e, _| not(e));
        assert!(matches!(store.search(&Query { filter: deep, sort: default }), Err(StoreError::TooDeep)));
    }

    #[test]
    fn orders_put_what_has_no_value_last() {
        let store = sample();
        let sorted = |field, descending| hits(&store, Expr::And(Vec::new()), Sort { field, descending });
        assert_eq!(sorted(SortField::Published, true), [1, 0, 2, 3]);
        assert_eq!(sorted(SortField::Published, false), [2, 0, 1, 3]);
        assert_eq!(sorted(SortField::People, true), [0, 2, 1, 3]);
        assert_eq!(sorted(SortField::People, false), [2, 0, 1, 3]);
        assert_eq!(sorted(SortField::Case, false), [0, 1, 2, 3]);
        assert_eq!(sorted(SortField::Case, true), [1, 0, 2, 3]);
        assert_eq!(sorted(SortField::Status, false), [1, 2, 0, 3]);
        assert_eq!(sorted(SortField::Status, true), [3, 0, 1, 2]);
        assert_eq!(sorted(SortField::Action, true), [0, 1, 2, 3]);
        let mut by_org = sorted(SortField::Org, false);
        by_org.reverse();
        assert_eq!(by_org, sorted(SortField::Org, true));
        assert_eq!(sorted(SortField::Title, false)[0], 1);
    }

    #[test]
    fn the_default_view_is_read_off_an_index() {
        let store = sample();
        let is = |t: Term| Expr::Is(t);
        let kinds = Expr::Or(vec![is(Term::Kind(Kind::Incident)), is(Term::Kind(Kind::Claim))]);
        let open = Expr::Not(Box::new(is(Term::Status(Status::Dismissed))));
        let mut compiler = Compiler::default();
        let condition = compiler.expr(&Expr::And(vec![kinds, open]), 0).unwrap();
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT i.key, i.status FROM incidents i WHERE {condition} ORDER BY {}",
            order(Sort::default())
        );
        let mut select = store.connection.prepare(&sql).unwrap();
        let plan: Vec<String> = select
            .query_map(params_from_iter(compiler.values), |r| r.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(plan, ["SCAN i USING COVERING INDEX incidents_newest"]);
    }

    #[test]
    fn an_interrupted_query_says_so() {
        let mut store = store_of((0..300).map(|n| entry(&format!("組織{n}"), "件名", "本文")).collect());
        let handle = store.interrupt_handle();
        fn assert_shared<T: Send + Sync>(_: &T) {}
        assert_shared(&handle);
        let calls = std::sync::atomic::AtomicUsize::new(0);
        let stop = move || {
            if calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 3 {
                handle.interrupt();
            }
            false
        };
        store.connection.progress_handler(100, Some(stop)).unwrap();
        let filter = Expr::Is(contains(Place::Anywhere, &["本文"]));
        let query = Query { filter, sort: Sort::default() };
        assert!(matches!(store.search(&query), Err(StoreError::Interrupted)));
        assert_eq!(store.search(&query).unwrap().keys.len(), 300);
    }
}
