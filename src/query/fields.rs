//! The fields of the query language: one table that the parser obeys and that help and docs print.

use crate::text::nearest;

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
    Reading,
    By,
    Id,
    Is,
    Has,
    Since,
    Until,
    Published,
    Occurred,
    Discovered,
    Event,
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
    /// The key of the interface's text that says what it finds.
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

    /// The words that are its only values; none where it takes others.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        let listed = self.value.contains('|').then(|| self.value.split('|'));
        listed.into_iter().flatten().map(|word| word.trim_start_matches("[-]"))
    }

    /// Tells whether its value is a date, or a range of dates.
    pub fn takes_date(&self) -> bool {
        matches!(self.meaning, Meaning::Since | Meaning::Until) || self.takes_stretch()
    }

    /// Tells whether its value may be a range of dates.
    pub fn takes_stretch(&self) -> bool {
        matches!(self.meaning, Meaning::Published | Meaning::Occurred | Meaning::Discovered | Meaning::Event)
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

static FIELDS: [Field; 26] = [
    field("tag", Meaning::Tag, "NAME", "query_field.tag", "tag:supply"),
    field("status", Meaning::Status, "new|open|done|dismissed|any", "query_field.status", "status:new"),
    field("kind", Meaning::Kind, "incident|claim|other|any", "query_field.kind", "kind:claim"),
    field("org", Meaning::Org, "TEXT", "query_field.org", "org:\"Aomine City\""),
    field("title", Meaning::Title, "TEXT", "query_field.title", "title:USB"),
    field("case", Meaning::Case, "NUMBER", "query_field.case", "case:2024-217"),
    field("action", Meaning::Action, "NAME", "query_field.action", "action:error"),
    field("data", Meaning::Data, "CODE", "query_field.data", "data:name"),
    field("exposure", Meaning::Exposure, "confirmed|suspected|none", "query_field.exposure", "exposure:confirmed"),
    field("third", Meaning::Third, "TEXT", "query_field.third", "third:印刷"),
    field("gang", Meaning::Gang, "TEXT", "query_field.gang", "gang:bear"),
    field("note", Meaning::Note, "TEXT", "query_field.note", "note:\"call back\""),
    field("reading", Meaning::Reading, "LETTERS", "query_field.reading", "reading:rouei"),
    field("by", Meaning::By, "NAME", "query_field.by", "by:hanako"),
    field("id", Meaning::Id, "PREFIX", "query_field.id", "id:7m4k"),
    field("is", Meaning::Is, "untagged|followup|gone|corrected|reviewed|marked", "query_field.is", "is:untagged"),
    field("has", Meaning::Has, "note|warning|timeline|third", "query_field.has", "has:warning"),
    field("since", Meaning::Since, "DATE", "query_field.since", "since:30d"),
    field("until", Meaning::Until, "DATE", "query_field.until", "until:2024-05"),
    field("published", Meaning::Published, "DATE or DATE..DATE", "query_field.published", "published:2024-05..2024-06"),
    field("occurred", Meaning::Occurred, "DATE or DATE..DATE", "query_field.occurred", "occurred:2024-05"),
    field("discovered", Meaning::Discovered, "DATE or DATE..DATE", "query_field.discovered", "discovered:..2024-03"),
    field("event", Meaning::Event, "DATE or DATE..DATE", "query_field.event", "event:2024-05-28"),
    field("people", Meaning::People, "< <= = >= > NUMBER", "query_field.people", "people>1000"),
    field("count", Meaning::Count, "< <= = >= > NUMBER", "query_field.count", "count>=500"),
    field(
        "sort",
        Meaning::Sort,
        "[-]published|people|org|title|action|status|case",
        "query_field.sort",
        "sort:-people",
    ),
];

/// Every field that a query can name, in the order in which help lists them.
pub fn fields() -> &'static [Field] {
    &FIELDS
}

/// What people call fields, and the field that they mean.
const OTHER_NAMES: [(&str, &str); 30] = [
    ("organisation", "org"),
    ("organization", "org"),
    ("company", "org"),
    ("victim", "org"),
    ("headline", "title"),
    ("subject", "title"),
    ("case_no", "case"),
    ("number", "case"),
    ("cause", "action"),
    ("type", "action"),
    ("data_types", "data"),
    ("leak", "exposure"),
    ("vendor", "third"),
    ("contractor", "third"),
    ("supplier", "third"),
    ("group", "gang"),
    ("actor", "gang"),
    ("analyst", "by"),
    ("user", "by"),
    ("author", "by"),
    ("state", "status"),
    ("label", "tag"),
    ("after", "since"),
    ("from", "since"),
    ("before", "until"),
    ("to", "until"),
    ("date", "published"),
    ("timeline", "event"),
    ("affected", "people"),
    ("order", "sort"),
];

/// The field that is probably meant by what is no field.
pub(super) fn meant(name: &str) -> Option<&'static Field> {
    let called = OTHER_NAMES.iter().find(|(other, _)| *other == name).map(|(_, field)| *field);
    by_name(called.or_else(|| nearest(name, FIELDS.iter().map(|f| f.name)))?)
}

/// The field of that name.
pub(super) fn by_name(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|f| f.name == name)
}
