//! What the panes hold: the list with its groups, columns and highlights; the detail with its facts and text; the
//! timelines. Plain state, which `acts` change and `ui` draws.

pub mod body;
pub mod case_timeline;
pub mod columns;
pub mod detail;
pub mod facts;
pub mod groups;
pub mod highlights;
pub mod histogram;
pub mod list;
pub mod matches;
pub mod rows;
pub mod scenes;
pub mod timeline;
