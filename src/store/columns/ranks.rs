//! The values that lists are sorted by, ranked: people, organisation, action and case are read in slices while nobody
//! asks, titles, which are the largest, when they are asked for. Asked by the finder.

use super::changes::{self, Since};
use super::values::{Builder, Values};
use super::{Followed, order};
use crate::query::ast::SortField;
use crate::store::error::StoreError;
use crate::store::number::array;
use rusqlite::{Connection, Row, params};

/// Rows of a slice: some milliseconds.
const SLICE: i64 = 2_048;

/// The orders whose values are kept, with the column of [`KEPT`] that each begins at.
const FIELDS: [(SortField, usize); 4] =
    [(SortField::People, 1), (SortField::Org, 2), (SortField::Action, 3), (SortField::Case, 4)];

/// The values as `search_sql` orders by them.
const KEPT: &str =
    "key, people, org_folded, action, case_no, substr(case_no, 1, 5), CAST(substr(case_no, 6) AS INTEGER)";

/// The ranks of every incident's values as of some change.
#[derive(Debug)]
pub(in crate::store) struct Ranks {
    kept: [Values; 4],
    upto: i64,
    /// Until something changes.
    titles: Option<Values>,
}

impl Ranks {
    /// The values that an order goes by, where they are there.
    pub fn of(&self, field: SortField) -> Option<&Values> {
        if field == SortField::Title {
            return self.titles.as_ref();
        }
        let at = FIELDS.iter().position(|(f, _)| *f == field)?;
        self.kept.get(at)
    }

    /// Takes in titles that were read after [`Ranks::follow`], as of the same moment.
    pub fn take_titles(&mut self, titles: Values) {
        self.titles = Some(titles);
    }

    /// Brings the ranks to what the case book of so many incidents holds.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn follow(&mut self, store: &Connection, of: usize) -> Result<Followed, StoreError> {
        let (changed, upto) = match changes::since(store, self.upto, 2, of)? {
            Since::Nothing => return Ok(Followed::UpToDate),
            Since::Unknown => return Ok(Followed::Anew),
            Since::Some { changed, upto } => (changed, upto),
        };
        if !changed.is_empty() {
            self.titles = None;
            let mut select = store.prepare_cached(&format!("SELECT {KEPT} FROM incidents WHERE key IN rarray(?1)"))?;
            let mut rows = select.query([array(changed.iter().map(|(key, _)| *key))])?;
            let mut now: [Vec<(u32, Option<Vec<u8>>)>; 4] = Default::default();
            // What is no longer there has no values; what is there comes after and counts.
            for list in &mut now {
                list.extend(changed.iter().map(|(key, _)| (*key, None)));
            }
            while let Some(row) = rows.next()? {
                let Ok(key) = u32::try_from(row.get::<_, i64>(0)?) else { return Ok(Followed::Anew) };
                for ((field, at), list) in FIELDS.iter().zip(&mut now) {
                    let mut value = Vec::new();
                    list.push((key, encode(*field, row, *at, &mut value)?.then_some(value)));
                }
            }
            for (values, list) in self.kept.iter_mut().zip(&now) {
                values.change(list.iter().map(|(key, value)| (*key, value.as_deref())));
            }
        }
        self.upto = upto;
        Ok(Followed::UpToDate)
    }
}

/// Writes down a value so that its bytes compare as `search_sql` orders; false where there is none.
fn encode(field: SortField, row: &Row<'_>, at: usize, out: &mut Vec<u8>) -> Result<bool, StoreError> {
    out.clear();
    match field {
        SortField::People => {
            let Some(people) = row.get::<_, Option<i64>>(at)? else { return Ok(false) };
            out.extend(ordered(people));
        }
        SortField::Case => {
            let Some(case) = row.get_ref(at)?.as_bytes_or_null()? else { return Ok(false) };
            // 2024-99 comes before 2024-100. The year's end stands before all that may follow in a longer one.
            for byte in row.get_ref(at + 1)?.as_bytes()? {
                out.extend(if *byte == 0 { &[0, 1][..] } else { std::slice::from_ref(byte) });
            }
            out.extend([0, 0]);
            out.extend(ordered(row.get(at + 2)?));
            out.extend(case);
        }
        _ => {
            let Some(text) = row.get_ref(at)?.as_bytes_or_null()? else { return Ok(false) };
            out.extend(text);
        }
    }
    Ok(true)
}

/// A number's bytes, in the order of numbers.
fn ordered(n: i64) -> [u8; 8] {
    (n.cast_unsigned() ^ 1 << 63).to_be_bytes()
}

/// Values on their way into memory.
#[derive(Debug)]
pub(in crate::store) struct RankLoader {
    fields: &'static [(SortField, usize)],
    columns: &'static str,
    builders: Vec<Builder>,
    /// Those of the builders that are through, the last first.
    built: Vec<Values>,
    all_read: bool,
    /// Up to this key all is read.
    read: i64,
    upto: Option<i64>,
}

impl RankLoader {
    /// Will read what is kept.
    pub fn kept() -> Self {
        Self::of(&FIELDS, KEPT)
    }

    fn of(fields: &'static [(SortField, usize)], columns: &'static str) -> Self {
        let builders = fields.iter().map(|_| Builder::default()).collect();
        Self { fields, columns, builders, built: Vec::new(), all_read: false, read: 0, upto: None }
    }

    /// Reads a slice; the ranks once all is read. What changed meanwhile is for [`Ranks::follow`] to put right.
    ///
    /// # Errors
    /// Reports what SQLite reports; reading can go on.
    pub fn slice(&mut self, store: &Connection) -> Result<Option<Ranks>, StoreError> {
        if self.upto.is_none() {
            self.upto = Some(changes::newest(store)?);
        }
        if !self.all_read {
            self.all_read = !self.more(store)?;
            return Ok(None);
        }
        // To sort them takes a while, so they are sorted one by one.
        if let Some(builder) = self.builders.pop() {
            self.built.push(builder.finish());
            return Ok(None);
        }
        let built = &mut self.built;
        let kept = std::array::from_fn(|_| built.pop().unwrap_or_default());
        Ok(Some(Ranks { kept, upto: self.upto.unwrap_or_default(), titles: None }))
    }

    /// Reads all titles as of one moment, which the caller holds; `go_on` is asked now and then.
    ///
    /// # Errors
    /// Reports what SQLite and `go_on` report.
    pub fn titles(store: &Connection, go_on: &dyn Fn() -> Result<(), StoreError>) -> Result<Values, StoreError> {
        let mut loader = Self::of(&[(SortField::Title, 1)], "key, title_folded");
        while loader.more(store)? {
            go_on()?;
        }
        Ok(loader.builders.pop().unwrap_or_default().finish().only_ranks())
    }

    /// Reads a slice and tells whether there is more.
    fn more(&mut self, store: &Connection) -> Result<bool, StoreError> {
        let sql = format!("SELECT {} FROM incidents WHERE key > ?1 ORDER BY key LIMIT ?2", self.columns);
        let mut select = store.prepare_cached(&sql)?;
        let mut rows = select.query(params![self.read, SLICE])?;
        let (mut value, mut read) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            read += 1;
            self.read = key;
            let Ok(key) = u32::try_from(key) else { continue };
            for ((field, at), builder) in self.fields.iter().zip(&mut self.builders) {
                if encode(*field, row, *at, &mut value)? {
                    builder.add(key, &value);
                }
            }
        }
        Ok(read == SLICE)
    }
}

impl<'r> order::By<'r> {
    /// What an order goes by; `None` where its values are not there.
    pub fn of(field: SortField, ranks: Option<&'r Ranks>) -> Option<Self> {
        match field {
            SortField::Published => Some(Self::Day),
            SortField::Status => Some(Self::Status),
            _ => ranks?.of(field).map(Self::Values),
        }
    }
}
