//! The real finder behind the search thread: queries as text in, hits out.
//!
//! Made by `session` inside the thread.

use super::backend::problem;
use super::search::{Seeker, Supersede, Told};
use super::worker::Problem;
use crate::domain::date::in_tokyo;
use crate::domain::protocol::Wanted;
use crate::domain::{Generation, Histogram, Split};
use crate::query::{self, Query};
use crate::store::Finder;
use chrono::{DateTime, Utc};

/// Rows that come along with the first hits: two pages of a tall terminal, so that nothing more is asked for at first.
const ROWS: usize = 64;

/// A finder with the clock that its queries count from.
pub struct StoreSeeker {
    /// The finder.
    pub finder: Finder,
    /// The clock.
    pub now: fn() -> DateTime<Utc>,
}

impl StoreSeeker {
    fn query(&self, wanted: &Wanted) -> Result<Query, Problem> {
        // `30d` counts from the day in Tokyo.
        let today = in_tokyo(&(self.now)()).date();
        let query = query::parse_typed(&wanted.query, today, wanted.readings).map_err(Problem::Query)?;
        Ok(query.with_marks(&wanted.marks))
    }
}

impl Seeker for StoreSeeker {
    fn superseder(&self) -> Supersede {
        let superseder = self.finder.superseder();
        Box::new(move |by| superseder.supersede(by))
    }

    fn search(&mut self, generation: Generation, wanted: &Wanted, told: Told<'_>) -> Result<(), Problem> {
        let query = self.query(wanted)?;
        self.finder.search_with_rows(generation, &query, wanted.group, ROWS, told).map_err(problem)
    }

    fn histogram(&mut self, generation: Generation, wanted: &Wanted, split: Split) -> Result<Histogram, Problem> {
        let query = self.query(wanted)?;
        self.finder.histogram(generation, &query, split).map_err(problem)
    }

    fn idle(&mut self) -> Result<bool, Problem> {
        self.finder.idle().map_err(problem)
    }
}
