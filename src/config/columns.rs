//! Which columns the workbench's list shows, in which order and how wide: plain data that a person chooses in the
//! workbench and that the state file keeps. The workbench lays the list out by it.

use serde::{Deserialize, Serialize};

/// Something that the list can show of an incident; named as `jikenbo list --columns` names it. Mark and status always
/// stand before all columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    /// Day of publication.
    Published,
    /// The total affected.
    People,
    /// The first action; of a claim its gang.
    Action,
    /// Organisation.
    Org,
    /// Title.
    Title,
    /// The third party.
    Third,
    /// The blog's case number.
    Case,
    /// Tags.
    Tags,
    /// Exposure.
    Exposure,
    /// Incident, claim or other; of a claim its gang.
    Kind,
    /// Signs for notes and warnings; without this column they stand before the title.
    Signs,
    /// Id.
    Id,
}

impl Column {
    /// All, in the order in which they are offered.
    pub const ALL: [Column; 12] = [
        Self::Published,
        Self::People,
        Self::Action,
        Self::Org,
        Self::Title,
        Self::Third,
        Self::Case,
        Self::Tags,
        Self::Exposure,
        Self::Kind,
        Self::Signs,
        Self::Id,
    ];

    /// The column of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        use serde::de::IntoDeserializer as _;
        let name: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = name.into_deserializer();
        Self::deserialize(name).ok()
    }
}

/// One chosen column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Which.
    pub column: Column,
    /// Columns of the terminal; `None` leaves it to the room there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u16>,
}

/// The chosen columns, from left to right; none chosen leaves all to the room there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Columns {
    /// The chosen ones.
    #[serde(deserialize_with = "known")]
    pub shown: Vec<Shown>,
}

/// Reads chosen columns; those of a later version's that are not known here are passed over.
fn known<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Vec<Shown>, D::Error> {
    #[derive(Deserialize)]
    struct Named {
        column: String,
        #[serde(default)]
        width: Option<u16>,
    }
    let all = Vec::<Named>::deserialize(d)?.into_iter();
    let shown = |n: Named| Some(Shown { column: Column::from_name(&n.column)?, width: n.width });
    Ok(all.filter_map(shown).collect())
}

impl Columns {
    /// Narrowest and widest that a column can be made.
    pub const WIDTHS: std::ops::RangeInclusive<u16> = 2..=120;

    /// Tells whether nothing is chosen.
    pub fn is_usual(&self) -> bool {
        self.shown.is_empty()
    }

    /// The choice without what a person can't choose: a column twice, a width out of range.
    pub fn sound(&self) -> Self {
        let mut shown: Vec<Shown> = Vec::new();
        for one in &self.shown {
            if !shown.iter().any(|s| s.column == one.column) {
                let width = one.width.map(|w| w.clamp(*Self::WIDTHS.start(), *Self::WIDTHS.end()));
                shown.push(Shown { width, ..*one });
            }
        }
        Self { shown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_kept_as_text_and_read_again() {
        let shown = |column, width| Shown { column, width };
        let chosen = Columns { shown: vec![shown(Column::Title, None), shown(Column::People, Some(9))] };
        let text = serde_json::to_string(&chosen).unwrap();
        assert_eq!(text, r#"[{"column":"title"},{"column":"people","width":9}]"#);
        assert_eq!(serde_json::from_str::<Columns>(&text).unwrap(), chosen);
        let later = r#"[{"column":"weather","width":3},{"column":"title","unknown":1}]"#;
        assert_eq!(serde_json::from_str::<Columns>(later).unwrap().shown, [shown(Column::Title, None)]);
    }

    #[test]
    fn what_can_not_be_chosen_is_put_right() {
        let shown = |column, width| Shown { column, width };
        let wrong = Columns {
            shown: vec![
                shown(Column::Org, Some(0)),
                shown(Column::Org, None),
                shown(Column::Title, Some(u16::MAX)),
                shown(Column::Id, None),
            ],
        };
        let right = vec![shown(Column::Org, Some(2)), shown(Column::Title, Some(120)), shown(Column::Id, None)];
        assert_eq!(wrong.sound().shown, right);
    }
}
