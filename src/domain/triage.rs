//! What analysts add to an incident: tags, status, notes, corrections, reviews.

use super::facts::Field;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A tag's name: parts joined by `/` (`supply/若宮印刷`), at most [`Tag::MAX`] characters, no white space at the ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Tag(String);

/// Why a text can't be a tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTag {
    /// Nothing is left.
    #[error("a tag needs a name")]
    Empty,
    /// Longer than [`Tag::MAX`] characters.
    #[error("the tag is too long: {0} characters, {max} at most", max = Tag::MAX)]
    TooLong(usize),
    /// A character that would not survive a shell, a query or a terminal.
    #[error("a tag can't hold {0:?}: use letters, digits and {allowed}", allowed = Tag::PUNCTUATION)]
    BadCharacter(char),
    /// An empty part, as in `a//b`.
    #[error("a tag's parts, between its `/`, can't be empty")]
    EmptyPart,
    /// Begins with a sign that the command line reads as add or remove.
    #[error("a tag can't begin with `{0}`")]
    BadStart(char),
}

impl Tag {
    /// Most characters of a tag.
    pub const MAX: usize = 80;

    /// What a tag may hold beside letters and digits of any script: nothing that a shell, a query or a terminal reads
    /// as its own.
    pub const PUNCTUATION: &str = "/_-.:+@#&%!?=~・〜～、。「」『』【】（）※☆★○●→";

    /// Checks and makes a tag; white space at the ends is dropped, inner white space becomes `_`.
    ///
    /// # Errors
    /// Says what is wrong with an empty, overlong or badly spelt name.
    pub fn new(name: &str) -> Result<Self, BadTag> {
        let name: String = name.split_whitespace().collect::<Vec<_>>().join("_");
        let length = name.chars().count();
        if length == 0 {
            return Err(BadTag::Empty);
        }
        if length > Self::MAX {
            return Err(BadTag::TooLong(length));
        }
        if let Some(c @ ('+' | '-' | '#')) = name.chars().next() {
            return Err(BadTag::BadStart(c));
        }
        let bad = |c: &char| !(c.is_alphanumeric() || Self::PUNCTUATION.contains(*c));
        if let Some(c) = name.chars().find(bad) {
            return Err(BadTag::BadCharacter(c));
        }
        if name.split('/').any(str::is_empty) {
            return Err(BadTag::EmptyPart);
        }
        Ok(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What becomes of it when `from` is renamed to `to`: `None` where it does not lie within `from`, and where the
    /// new name would be too long.
    pub fn moved(&self, from: &Tag, to: &Tag) -> Option<Tag> {
        let rest = self.0.strip_prefix(&from.0).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
        Tag::new(&format!("{to}{rest}")).ok()
    }

    /// Tells whether it is `other` or lies below it (`a/b` is within `a`).
    pub fn is_within(&self, other: &str) -> bool {
        self.0.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Tag {
    type Err = BadTag;
    fn from_str(s: &str) -> Result<Self, BadTag> {
        Self::new(s)
    }
}

impl<'de> Deserialize<'de> for Tag {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let s = String::deserialize(d)?;
        Self::new(&s).map_err(serde::de::Error::custom)
    }
}

/// A colour that a tag is shown in, of the terminal's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Colour {
    /// The colour of all tags.
    None,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
    White,
    Grey,
}

impl Colour {
    /// All, with their names.
    pub const ALL: [(Colour, &'static str); 9] = [
        (Self::None, "none"),
        (Self::Red, "red"),
        (Self::Green, "green"),
        (Self::Yellow, "yellow"),
        (Self::Blue, "blue"),
        (Self::Magenta, "magenta"),
        (Self::Cyan, "cyan"),
        (Self::White, "white"),
        (Self::Grey, "grey"),
    ];

    /// The colour's name.
    pub fn as_str(self) -> &'static str {
        Self::ALL.into_iter().find(|(c, _)| *c == self).map_or("none", |(_, name)| name)
    }

    /// The colour of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, n)| *n == name).map(|(c, _)| c)
    }
}

/// What is said of a tag as such.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TagTraits {
    /// What it is for.
    pub description: Option<String>,
    /// How it is coloured.
    pub colour: Option<Colour>,
    /// The key that sets it.
    pub key: Option<char>,
}

/// A tag as `tags` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagInfo {
    /// The tag.
    pub tag: Tag,
    /// Incidents that carry it or a tag below it.
    pub count: usize,
    /// Incidents that carry it itself.
    pub own: usize,
    /// What is said of it.
    #[serde(flatten)]
    pub traits: TagTraits,
}

/// How far the triage of an incident has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nobody has looked yet.
    #[default]
    New,
    /// Being worked on.
    Open,
    /// Triaged.
    Done,
    /// Looked at and put aside.
    Dismissed,
}

impl Status {
    /// All, in the order of the work.
    pub const ALL: [Status; 4] = [Status::New, Status::Open, Status::Done, Status::Dismissed];

    /// The status's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Done => "done",
            Self::Dismissed => "dismissed",
        }
    }

    /// The status of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }

    /// Tells whether it counts as triaged in the progress line.
    pub fn is_triaged(self) -> bool {
        matches!(self, Self::Done | Self::Dismissed)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An analyst's remark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Who wrote it.
    pub by: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// The remark.
    pub text: String,
}

/// An analyst's value for a field, beside the parser's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// The analyst's value, in the record's form.
    pub value: serde_json::Value,
    /// The parser's value.
    pub parsed: serde_json::Value,
    /// Who corrected it.
    pub by: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
}

/// The verdict on a parsed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Verdict {
    Accepted,
    Rejected,
}

impl Verdict {
    /// The verdict's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }

    /// The verdict of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Accepted, Self::Rejected].into_iter().find(|v| v.as_str() == name)
    }

    /// Tells whether the parser's value is not to count.
    pub fn rejects(self) -> bool {
        self == Self::Rejected
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// All that analysts added to one incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Triage {
    /// Sorted tags.
    pub tags: Vec<Tag>,
    /// The status.
    pub status: Status,
    /// Notes, oldest first.
    pub notes: Vec<Note>,
    /// Corrections by field.
    pub corrections: BTreeMap<Field, Correction>,
    /// Verdicts by field.
    pub reviewed: BTreeMap<Field, Verdict>,
    /// The parser's values that are not used, since a verdict rejects them and no correction stands in their place.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rejected: BTreeMap<Field, serde_json::Value>,
    /// Who made the changes that stand on it, sorted; no part of the record's JSON.
    #[serde(skip)]
    pub by: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_checked_and_tidied() {
        assert_eq!(Tag::new("  supply/若宮 印刷 ").map(|t| t.to_string()), Ok("supply/若宮_印刷".into()));
        assert_eq!(Tag::new("  "), Err(BadTag::Empty));
        assert_eq!(Tag::new("a//b"), Err(BadTag::EmptyPart));
        assert_eq!(Tag::new("-x"), Err(BadTag::BadStart('-')));
        assert_eq!(Tag::new("a\u{202e}b"), Err(BadTag::BadCharacter('\u{202e}')));
        assert!(Tag::new(&"あ".repeat(81)).is_err());
    }

    #[test]
    fn a_tag_lies_within_its_parents_only() {
        let t = Tag::new("a/bc").unwrap();
        assert!(t.is_within("a") && t.is_within("a/bc"));
        assert!(!t.is_within("a/b") && !t.is_within("b"));
    }

    #[test]
    fn a_renamed_tag_takes_along_what_is_below_it() {
        let t = |n: &str| Tag::new(n).unwrap();
        assert_eq!(t("a").moved(&t("a"), &t("b/c")), Some(t("b/c")));
        assert_eq!(t("a/x").moved(&t("a"), &t("b")), Some(t("b/x")));
        assert_eq!(t("a/x").moved(&t("a"), &t("a/y")), Some(t("a/y/x")));
        assert_eq!(t("ab").moved(&t("a"), &t("b")), None);
        assert_eq!(t("a/xy").moved(&t("a"), &t(&"あ".repeat(78))), None);
    }
}
