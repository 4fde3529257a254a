//! What incidents are linked by: hashes of normalised names, subjects and texts that two incidents may share.
//!
//! Made by `analysis`, kept and looked up by `store`, which knows nothing of how they come about.

use super::document::Kind;
use super::facts::Facts;

/// The link keys of one incident: equal keys of two incidents link them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkKeys {
    /// The organisation, whatever its legal form and spelling.
    pub org: Option<i64>,
    /// The third party; the same names as of `org`, never equal to it.
    pub third: Option<i64>,
    /// The third party is a contractor: those who name it at one time report one breach. False for the platforms that
    /// everybody uses.
    pub contractor: bool,
    /// The organisation and what its notice is about, numbers of releases left out.
    pub subject: Option<i64>,
    /// It says that it continues an earlier release.
    pub continues: bool,
    /// Two sketches of the text; near-identical texts share at least one of them most of the time.
    pub near: [Option<i64>; 2],
}

/// Makes the link keys of an incident of its kind, its facts and its search-folded text.
pub type LinkKeysOf = fn(Kind, &Facts, &str) -> LinkKeys;
