//! The values that lists are sorted and grouped by, ranked: people, organisation, action, case and third party, and with
//! them what many incidents share. Read in slices while nobody asks, then kept up to date. Asked by the finder.

use super::changes::{self, Since};
use super::shared::{self, ActionLoader, Shared};
use super::values::{Builder, Values};
use super::{Followed, Titles, order};
use crate::query::ast::SortField;
use crate::store::error::StoreError;
use crate::store::number::array;
use rusqlite::{Connection, Row, params};

/// Rows of a slice: some milliseconds.
const SLICE: i64 = 2_048;

/// A value that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    People,
    Org,
    Action,
    Case,
    ThirdParty,
}

/// The values that are kept, with the column of [`kept`] that each begins at.
const VALUES: [(Value, usize); 5] =
    [(Value::People, 1), (Value::Org, 2), (Value::Action, 3), (Value::Case, 4), (Value::ThirdParty, 7)];

/// The column of [`kept`] that [`shared::COLUMNS`] begin at.
const SHARED: usize = 8;

/// The columns of what is kept, as `search_sql` orders by them.
fn kept() -> String {
    format!(
        "key, people, org_folded, action, case_no, substr(case_no, 1, 5), CAST(substr(case_no, 6) AS INTEGER),
           third_folded, {}",
        shared::COLUMNS
    )
}

/// The ranks of every incident's values, and what incidents share, as of some change.
#[derive(Debug)]
pub(in crate::store) struct Ranks {
    kept: [Values; 5],
    shared: Shared,
    upto: i64,
}

impl Ranks {
    /// The values that an order goes by; `None` for orders that go by something else.
    fn of(&self, field: SortField) -> Option<&Values> {
        Some(match field {
            SortField::People => self.get(Value::People),
            SortField::Org => self.org(),
            SortField::Action => self.first_action(),
            SortField::Case => self.get(Value::Case),
            SortField::Title | SortField::Published | SortField::Status => return None,
        })
    }

    /// Numbers of people.
    pub fn people(&self) -> &Values {
        self.get(Value::People)
    }

    /// Organisations, folded for search.
    pub fn org(&self) -> &Values {
        self.get(Value::Org)
    }

    /// Third parties, folded for search.
    pub fn third_party(&self) -> &Values {
        self.get(Value::ThirdParty)
    }

    /// The first action of each incident; all of them are [`Shared::actions`].
    pub fn first_action(&self) -> &Values {
        self.get(Value::Action)
    }

    /// What incidents have in common.
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    fn get(&self, value: Value) -> &Values {
        let [people, org, action, case, third] = &self.kept;
        match value {
            Value::People => people,
            Value::Org => org,
            Value::Action => action,
            Value::Case => case,
            Value::ThirdParty => third,
        }
    }

    /// Brings the ranks to what the case book of so many incidents holds. All or nothing: an interrupted call leaves
    /// them as they were.
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
            let changed: Vec<u32> = changed.into_iter().map(|(key, _)| key).collect();
            let mut select =
                store.prepare_cached(&format!("SELECT {} FROM incidents WHERE key IN rarray(?1)", kept()))?;
            let mut rows = select.query([array(changed.iter().copied())])?;
            let mut now: [Vec<(u32, Option<Vec<u8>>)>; 5] = Default::default();
            let mut sharing = Shared::default();
            // What is no longer there has no values; what is there comes after and counts.
            for list in &mut now {
                list.extend(changed.iter().map(|key| (*key, None)));
            }
            while let Some(row) = rows.next()? {
                let Ok(key) = u32::try_from(row.get::<_, i64>(0)?) else { return Ok(Followed::Anew) };
                for ((value, at), list) in VALUES.iter().zip(&mut now) {
                    let mut bytes = Vec::new();
                    list.push((key, encode(*value, row, *at, &mut bytes)?.then_some(bytes)));
                }
                sharing.add(key, row, SHARED)?;
            }
            sharing.add_actions(store, &changed)?;
            self.shared.replace(&changed, sharing);
            for (values, list) in self.kept.iter_mut().zip(&now) {
                values.change(list.iter().map(|(key, value)| (*key, value.as_deref())));
            }
        }
        self.upto = upto;
        Ok(Followed::UpToDate)
    }
}

/// Writes down a value so that its bytes compare as `search_sql` orders; false where there is none.
fn encode(value: Value, row: &Row<'_>, at: usize, out: &mut Vec<u8>) -> Result<bool, StoreError> {
    out.clear();
    match value {
        Value::People => {
            let Some(people) = row.get::<_, Option<i64>>(at)? else { return Ok(false) };
            out.extend(ordered(people));
        }
        Value::Case => {
            let Some(case) = row.get_ref(at)?.as_bytes_or_null()? else { return Ok(false) };
            // 2024-99 comes before 2024-100. The year's end stands before all that may follow in a longer one.
            for byte in row.get_ref(at + 1)?.as_bytes()? {
                out.extend(if *byte == 0 { &[0, 1][..] } else { std::slice::from_ref(byte) });
            }
            out.extend([0, 0]);
            out.extend(ordered(row.get(at + 2)?));
            out.extend(case);
        }
        Value::Org | Value::Action | Value::ThirdParty => {
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
#[derive(Debug, Default)]
pub(in crate::store) struct RankLoader {
    builders: [Option<Builder>; 5],
    built: [Values; 5],
    shared: Shared,
    actions: ActionLoader,
    stage: Stage,
    /// Up to this key all is read.
    read: i64,
    upto: Option<i64>,
}

/// What is done next.
#[derive(Clone, Copy, Debug, Default)]
enum Stage {
    #[default]
    Rows,
    Actions,
    Sort,
}

impl RankLoader {
    /// Reads a slice; the ranks once all is read. What changed meanwhile is for [`Ranks::follow`] to put right.
    ///
    /// # Errors
    /// Reports what SQLite reports; reading can go on.
    pub fn slice(&mut self, store: &Connection) -> Result<Option<Ranks>, StoreError> {
        if self.upto.is_none() {
            self.upto = Some(changes::newest(store)?);
        }
        match self.stage {
            Stage::Rows => {
                if !self.more(store)? {
                    self.stage = Stage::Actions;
                }
            }
            Stage::Actions => {
                if !self.actions.more(store, &mut self.shared)? {
                    self.stage = Stage::Sort;
                }
            }
            Stage::Sort => {
                // To sort them takes a while, so they are sorted one by one.
                let next = self.builders.iter_mut().zip(&mut self.built).find(|(builder, _)| builder.is_some());
                let Some((builder, built)) = next else {
                    let (kept, shared) = (std::mem::take(&mut self.built), std::mem::take(&mut self.shared));
                    return Ok(Some(Ranks { kept, shared, upto: self.upto.unwrap_or_default() }));
                };
                *built = builder.take().unwrap_or_default().finish();
            }
        }
        Ok(None)
    }

    /// Reads a slice of the rows and tells whether there is more.
    fn more(&mut self, store: &Connection) -> Result<bool, StoreError> {
        let sql = format!("SELECT {} FROM incidents WHERE key > ?1 ORDER BY key LIMIT ?2", kept());
        let mut select = store.prepare_cached(&sql)?;
        let mut rows = select.query(params![self.read, SLICE])?;
        let (mut bytes, mut read) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            read += 1;
            self.read = key;
            let Ok(key) = u32::try_from(key) else { continue };
            for ((value, at), builder) in VALUES.iter().zip(&mut self.builders) {
                if encode(*value, row, *at, &mut bytes)? {
                    builder.get_or_insert_default().add(key, &bytes);
                }
            }
            self.shared.add(key, row, SHARED)?;
        }
        Ok(read == SLICE)
    }
}

impl<'r> order::By<'r> {
    /// What an order goes by; `None` where its values are not there.
    pub fn of(field: SortField, ranks: Option<&'r Ranks>, titles: Option<&'r Titles>) -> Option<Self> {
        match field {
            SortField::Published => Some(Self::Day),
            SortField::Status => Some(Self::Status),
            SortField::Title => titles.map(Self::Titles),
            _ => ranks?.of(field).map(Self::Values),
        }
    }
}
