//! An incident as links see it: one row of link keys and what else of the incident they go by.

use super::super::error::StoreError;
use rusqlite::{Connection, OptionalExtension, Params};
use std::rc::Rc;

/// An incident as links see it.
#[derive(Debug)]
pub(super) struct Node {
    pub incident: i64,
    /// Its id as a number.
    pub ident: i64,
    /// Day of publication, from 1970-01-01.
    pub day: Option<i64>,
    pub claim: bool,
    pub contractor: bool,
    pub continues: bool,
    pub org: Option<i64>,
    pub third: Option<i64>,
    pub subject: Option<i64>,
    pub near: [Option<i64>; 2],
    pub document: i64,
    /// Hash of its first lines.
    pub lines: i64,
    pub case_no: Option<String>,
}

impl Node {
    /// Reads an incident; `None` for one that is gone or has no keys yet.
    pub fn read(connection: &Connection, incident: i64) -> Result<Option<Rc<Self>>, StoreError> {
        let mut select = connection.prepare_cached(
            "SELECT l.ident, l.day, l.claim, l.contractor, l.continues, l.org, l.third, l.subject, l.near_a, l.near_b,
               i.document, i.lines_hash, i.case_no
             FROM links l CROSS JOIN incidents i ON i.key = l.incident WHERE l.incident = ?1",
        )?;
        let node = select.query_row([incident], |r| {
            Ok(Self {
                incident,
                ident: r.get(0)?,
                day: r.get(1)?,
                claim: r.get(2)?,
                contractor: r.get(3)?,
                continues: r.get(4)?,
                org: r.get(5)?,
                third: r.get(6)?,
                subject: r.get(7)?,
                near: [r.get(8)?, r.get(9)?],
                document: r.get(10)?,
                lines: r.get(11)?,
                case_no: r.get(12)?,
            })
        });
        Ok(node.optional()?.map(Rc::new))
    }

    /// Days between the two publications.
    pub fn days_from(&self, other: &Self) -> Option<i64> {
        Some(self.day?.abs_diff(other.day?).cast_signed())
    }

    /// Tells whether both are of one organisation.
    pub fn same_org(&self, other: &Self) -> bool {
        self.org.is_some() && self.org == other.org
    }

    /// Tells whether both tell of one subject of one organisation.
    pub fn same_subject(&self, other: &Self) -> bool {
        self.subject.is_some() && self.subject == other.subject
    }
}

/// The first column of all rows that a statement finds.
pub(super) fn numbers(connection: &Connection, sql: &str, values: impl Params) -> Result<Vec<i64>, StoreError> {
    let mut select = connection.prepare_cached(sql)?;
    Ok(select.query_map(values, |r| r.get(0))?.collect::<Result<_, _>>()?)
}

/// As [`numbers`], for a statement that reads one row more than `most`: a key that more incidents share says nothing.
pub(super) fn few(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    most: usize,
) -> Result<Vec<i64>, StoreError> {
    let found = numbers(connection, sql, values)?;
    Ok(if found.len() > most { Vec::new() } else { found })
}
