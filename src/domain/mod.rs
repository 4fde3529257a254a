//! The words of the case book: plain types shared by every layer.
//!
//! Nothing here reads files, talks to the store or draws. `ingest` makes [`document::ParsedDocument`]s, `store` keeps
//! them and answers [`protocol::Request`]s, `export` and `ui` show [`record::Record`]s.

pub mod chronology;
pub mod count;
pub mod date;
pub mod document;
pub mod era;
pub mod facts;
pub mod format;
pub mod grouping;
pub mod histogram;
pub mod id;
pub mod imported;
pub mod jump;
pub mod link;
pub mod op;
pub mod pivot;
pub mod protocol;
pub mod record;
pub mod span;
pub mod tally;
pub mod triage;
pub mod work;

pub use chronology::in_time_order;
pub use count::{Affected, Bound, Modifier, Money, Unit};
pub use date::{Moment, Period, Precision};
pub use document::{DigestFormat, DocumentMeta, Kind, ParsedDocument, ParsedEntry};
pub use facts::{Confidence, Event, Exposure, Facts, Field, SecondaryDamage};
pub use format::ExportFormat;
pub use histogram::{Histogram, Split};
pub use id::{IncidentId, Key, OpId, StoreId};
pub use imported::Imported;
pub use link::{LinkKeys, LinkKeysOf};
pub use op::{Actor, Applied, Change, Command, Operation, Was};
pub use pivot::{Gathered, Head, Layout, Measures, Pivot, PivotRow, Spread, Told};
pub use protocol::{Acted, Failure, Generation, ListRow, Reply, Request};
pub use record::{Record, Related, Source};
pub use span::Span;
pub use tally::{By, Group, Tally};
pub use triage::{Colour, Correction, Note, Status, Tag, TagInfo, TagTraits, Triage, Verdict};
