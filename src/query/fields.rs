//! The fields of the query language: one table that the parser obeys and that help and docs print.

/// What a field's value is turned into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Tag,
    Status,
    Kind,
    Org,
    Title,
    Case,
    Action,
    Data,
    Exposure,
    Third,
    Gang,
    Note,
    By,
    Id,
    Is,
    Has,
    Since,
    Until,
    Published,
    People,
    Count,
    Sort,
}

/// A field that a query can name.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name, as it stands before the colon or the comparison.
    pub name: &'static str,
    /// The form of its value.
    pub value: &'static str,
    /// What it finds, in a few words.
    pub help: &'static str,
    /// A query that uses it.
    pub example: &'static str,
    pub(super) meaning: Meaning,
}

impl Field {
    /// Tells whether it is written with a comparison (`people>1000`).
    pub fn compares(&self) -> bool {
        matches!(self.meaning, Meaning::People | Meaning::Count)
    }
}

const fn field(
    name: &'static str,
    meaning: Meaning,
    value: &'static str,
    help: &'static str,
    example: &'static str,
) -> Field {
    Field { name, value, help, example, meaning }
}

static FIELDS: [Field; 22] = [
    field("tag", Meaning::Tag, "NAME", "carries the tag or one below it (a finds a/b)", "tag:supply"),
    field("status", Meaning::Status, "new|open|done|dismissed|any", "has this status", "status:new"),
    field("kind", Meaning::Kind, "incident|claim|other|any", "what the entry is", "kind:claim"),
    field("org", Meaning::Org, "TEXT", "the organisation's name holds this", "org:\"Aomine City\""),
    field("title", Meaning::Title, "TEXT", "the title holds this", "title:USB"),
    field("case", Meaning::Case, "NUMBER", "the case number begins so", "case:2024-217"),
    field("action", Meaning::Action, "NAME", "an action of this name or group", "action:error"),
    field("data", Meaning::Data, "CODE", "concerns this kind of data", "data:name"),
    field("exposure", Meaning::Exposure, "confirmed|suspected|none", "whether data got out", "exposure:confirmed"),
    field("third", Meaning::Third, "TEXT", "the contractor's or vendor's name holds this", "third:印刷"),
    field("gang", Meaning::Gang, "TEXT", "the ransomware gang's name holds this", "gang:bear"),
    field("note", Meaning::Note, "TEXT", "a note holds this", "note:\"call back\""),
    field("by", Meaning::By, "NAME", "this analyst tagged it or changed it otherwise", "by:hanako"),
    field("id", Meaning::Id, "PREFIX", "the id begins so", "id:7m4k"),
    field(
        "is",
        Meaning::Is,
        "untagged|followup|gone|corrected|reviewed|marked",
        "carries no tag; continues an earlier release; its document no longer holds it; has a field that an analyst corrected, or judged; is marked in \
         the workbench (elsewhere nothing is)",
        "is:untagged",
    ),
    field("has", Meaning::Has, "note|warning|timeline|third", "has at least one of these", "has:warning"),
    field("since", Meaning::Since, "DATE", "published on that day or later", "since:30d"),
    field("until", Meaning::Until, "DATE", "published on that day or earlier", "until:2024-05"),
    field("published", Meaning::Published, "DATE or DATE..DATE", "published then", "published:2024-05..2024-06"),
    field("people", Meaning::People, "< <= = >= > NUMBER", "people affected", "people>1000"),
    field("count", Meaning::Count, "< <= = >= > NUMBER", "affected, in any unit", "count>=500"),
    field(
        "sort",
        Meaning::Sort,
        "[-]published|people|org|title|action|status|case",
        "the order; - for descending",
        "sort:-people",
    ),
];

/// Every field that a query can name, in the order in which help lists them.
pub fn fields() -> &'static [Field] {
    &FIELDS
}

/// The field of that name.
pub(super) fn by_name(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|f| f.name == name)
}
