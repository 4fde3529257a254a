//! The query language: what an analyst types after `/` and after commands.
//!
//! Text goes in, an [`ast::Query`] or an error that points at its place comes out; `store` turns the tree into SQL,
//! `eval` judges one record in memory and is the oracle that the SQL is tested against.

pub mod ast;
mod complete;
mod days;
mod error;
mod eval;
mod fields;
mod lexer;
mod parser;
mod published;
mod value;

pub use ast::Query;
pub use complete::{Completion, Known, MAX_COMPLETIONS, complete};
pub use error::QueryError;
pub use eval::{matches, matches_at};
pub use fields::{Field, fields};
pub use parser::{MAX_LENGTH, MAX_NESTING, parse, parse_typed, parse_without_default};
pub use published::{narrowed, published_word};
