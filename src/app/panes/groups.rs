//! The list's groups: which row of the list is a group's header and which an incident, and what is folded. The hits stay
//! as the search gave them; rows are found through the sums of what is unfolded.

use crate::domain::Key;
use crate::domain::grouping::GroupSpan;
use std::collections::HashSet;
use std::sync::Arc;

/// What a row of the list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// A group's header: which group.
    Head(usize),
    /// An incident: its index among the hits.
    Incident(usize),
}

/// What a row is about, whatever row it is after the next search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A group's header.
    Group(Option<String>),
    /// An incident.
    Incident(Key),
}

/// The groups that are folded: these, or all but these.
#[derive(Clone, Debug, Default)]
pub(super) struct Folds {
    pub(super) all: bool,
    pub(super) except: HashSet<Option<String>>,
}

impl Folds {
    pub(super) fn holds(&self, label: &Option<String>) -> bool {
        self.all != self.except.contains(label)
    }

    pub(super) fn turn(&mut self, label: &Option<String>) {
        if !self.except.remove(label) {
            self.except.insert(label.clone());
        }
    }
}

/// Groups as rows.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) spans: Arc<[GroupSpan]>,
    pub(super) folds: Folds,
    /// By group: its header's row.
    pub(super) starts: Vec<usize>,
    /// Rows in all.
    pub(super) rows: usize,
}

impl Groups {
    /// Takes the groups of a new result; what is folded stays so.
    pub fn take(&mut self, spans: &Arc<[GroupSpan]>) {
        self.spans = Arc::clone(spans);
        self.lay_out();
    }

    pub(super) fn lay_out(&mut self) {
        self.rows = 0;
        self.starts.clear();
        self.starts.reserve(self.spans.len());
        for span in self.spans.iter() {
            self.starts.push(self.rows);
            self.rows += 1 + if self.folds.holds(&span.label) { 0 } else { span.len };
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Unfolds everything, for groups by something else.
    pub fn forget(&mut self) {
        self.folds = Folds::default();
    }

    pub(super) fn span(&self, group: usize) -> Option<&GroupSpan> {
        self.spans.get(group)
    }

    pub(super) fn start(&self, group: usize) -> usize {
        self.starts.get(group).copied().unwrap_or(self.rows)
    }

    /// The group that a row belongs to.
    pub(super) fn of_row(&self, row: usize) -> Option<usize> {
        self.starts.partition_point(|start| *start <= row).checked_sub(1).filter(|_| row < self.rows)
    }

    pub(super) fn at(&self, row: usize) -> Option<Row> {
        let group = self.of_row(row)?;
        let (start, span) = (self.start(group), self.span(group)?);
        Some(if row == start { Row::Head(group) } else { Row::Incident(span.start + row - start - 1) })
    }

    /// The group of a hit.
    pub(super) fn of_hit(&self, index: usize) -> Option<usize> {
        let group = self.spans.partition_point(|span| span.start <= index).checked_sub(1)?;
        self.span(group).filter(|span| index < span.start + span.len).map(|_| group)
    }

    /// The row of a hit; of a folded one its group's header.
    pub(super) fn row_of(&self, index: usize) -> usize {
        let Some(group) = self.of_hit(index) else { return self.rows };
        let Some(span) = self.span(group) else { return self.rows };
        self.start(group) + if self.folds.holds(&span.label) { 0 } else { 1 + index - span.start }
    }

    pub(super) fn is_folded(&self, group: usize) -> bool {
        self.span(group).is_some_and(|span| self.folds.holds(&span.label))
    }
}
