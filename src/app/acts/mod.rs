//! What the workbench does: every method of [`super::App`] that answers a key, a verb, a dialog or the store, one file a
//! matter. `update` is the door; nothing else imports these files, they are methods of the state.

mod columns;
mod completing;
mod display;
mod ditto;
mod exporting;
mod filters;
mod find_text;
mod fuzzy;
mod groups;
mod highlights;
mod jumps;
mod naming;
mod noting;
mod others;
mod paths;
mod perform;
mod replies;
mod review;
mod romaji;
mod scenes;
mod session;
mod tour;
mod triage;
mod update;
mod views;
mod work;
