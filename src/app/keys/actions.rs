//! The one table of what keys can do. The keymap, the footer, the palette and the help screen are made from it; the
//! manual page and the documentation may be too.

use crate::app::layout::Pane;

/// Where an action's keys are heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In every pane.
    Everywhere,
    /// In the list only.
    List,
    /// In the detail only.
    Detail,
    /// In the timeline only.
    Timeline,
    /// In the list and in the detail, which show one incident's facts.
    Facts,
}

impl Scope {
    /// All, with the headings under which the manual page and the README list their keys.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Everywhere, "In every pane"),
        (Self::Facts, "In the list and the detail"),
        (Self::List, "In the list"),
        (Self::Detail, "In the detail"),
        (Self::Timeline, "In the timeline"),
    ];

    /// Tells whether the keys are heard while this pane has the focus.
    pub fn covers(self, pane: Pane) -> bool {
        match self {
            Self::Everywhere => true,
            Self::List => pane == Pane::List,
            Self::Detail => pane == Pane::Detail,
            Self::Timeline => pane == Pane::Timeline,
            Self::Facts => matches!(pane, Pane::List | Pane::Detail),
        }
    }

    /// Tells whether some pane hears both scopes.
    pub fn meets(self, other: Self) -> bool {
        [Pane::List, Pane::Detail, Pane::Timeline].into_iter().any(|pane| self.covers(pane) && other.covers(pane))
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What is done.
    pub action: Action,
    /// Its name, as configuration files and the palette use it.
    pub name: &'static str,
    /// Its default keys, each as [`crate::app::keys::sequence`] reads it.
    pub keys: &'static [&'static str],
    /// Where they are heard.
    pub scope: Scope,
    /// Rank in the footer, from 1; 0 keeps it out.
    pub footer: u8,
    /// The command line that does the same, where there is one.
    pub twin: Option<&'static str>,
    /// Key of its help line in the language files.
    pub help: &'static str,
    /// Key of its short name for the footer.
    pub label: &'static str,
    /// What stands for its key in the interface's texts.
    pub place: &'static str,
}

macro_rules! actions {
    ($($variant:ident $name:literal [$($key:literal)*] $scope:ident $footer:literal $twin:expr;)+) => {
        /// Something that a key does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = concat!("The action `", $name, "`.")] $variant,)+
        }

        /// Every action, in the order in which help shows them.
        pub const TABLE: &[Entry] = &[$(Entry {
            action: Action::$variant,
            name: $name,
            keys: &[$($key),*],
            scope: Scope::$scope,
            footer: $footer,
            twin: $twin,
            help: concat!("action.", $name),
            label: concat!("label.", $name),
            place: concat!("key.", $name),
        },)+];
    };
}

actions! {
    Down          "down"           ["j" "Down"]             Everywhere 0  None;
    Up            "up"             ["k" "Up"]               Everywhere 0  None;
    First         "first"          ["gg" "Home"]            Everywhere 0  None;
    Last          "last"           ["G" "End"]              Everywhere 0  None;
    HalfDown      "half_down"      ["^d"]                   Everywhere 0  None;
    HalfUp        "half_up"        ["^u"]                   Everywhere 0  None;
    PageDown      "page_down"      ["PgDn" "^f"]            Everywhere 0  None;
    PageUp        "page_up"        ["PgUp" "^b"]            Everywhere 0  None;
    NextPane      "next_pane"      ["Tab"]                  Everywhere 11 None;
    PreviousPane  "previous_pane"  ["BackTab"]              Everywhere 0  None;
    Right         "right"          ["l" "Right"]            Everywhere 0  None;
    Left          "left"           ["h" "Left"]             Everywhere 0  None;
    SwapLower     "swap_lower"     ["w"]                    Everywhere 0  None;
    TurnPanes     "turn_panes"     ["gw"]                   Everywhere 0  None;
    Resume        "resume"         ["gr"]                   Everywhere 0  None;
    Open          "open"           ["Enter"]                Everywhere 6  Some("jikenbo show ID");
    Query         "query"          ["/"]                    Everywhere 3  Some("jikenbo list QUERY");
    Filters       "filters"        ["F"]                    Everywhere 0  None;
    Views         "views"          ["V"]                    Everywhere 0  None;
    ViewKey       "view_key"       ["'"]                    Everywhere 0  None;
    Sort          "sort"           ["S"]                    Everywhere 12 Some("jikenbo list --sort FIELD");
    Jump          "jump"           ["f"]                    Everywhere 0  None;
    Romaji        "romaji"         ["R"]                    Everywhere 0  Some("jikenbo list reading:WORD");
    Columns       "columns"        ["C"]                    List       0  Some("jikenbo list --columns NAMES");
    Group         "group"          ["b"]                    Everywhere 0  Some("jikenbo stats --by FIELD");
    Fold          "fold"           ["za"]                   List       0  None;
    FoldAll       "fold_all"       ["zM"]                   List       0  None;
    UnfoldAll     "unfold_all"     ["zR"]                   List       0  None;
    NextMatch     "next_match"     ["n"]                    Everywhere 0  None;
    PreviousMatch "previous_match" ["N"]                    Everywhere 0  None;
    NextEvidence  "next_evidence"  ["]"]                    Everywhere 0  Some("jikenbo show --evidence ID");
    PreviousEvidence "previous_evidence" ["["]              Everywhere 5  Some("jikenbo show --evidence ID");
    Accept        "accept"         ["a"]                    Everywhere 0  Some("jikenbo review ID FIELD accepted");
    Reject        "reject"         ["r"]                    Everywhere 0  Some("jikenbo review ID FIELD rejected");
    Related       "related"        ["o"]                    Everywhere 0  Some("jikenbo show ID");
    FindText      "find_text"      ["g/"]                   Everywhere 0  None;
    Correct       "correct"        ["c"]                    Facts      0  Some("jikenbo correct ID FIELD=VALUE");
    JumpBack      "jump_back"      ["^o"]                   Everywhere 0  None;
    JumpForward   "jump_forward"   ["^n"]                   Everywhere 0  None;
    Mark          "mark"           ["Space"]                List       4  None;
    Visual        "visual"         ["v"]                    List       7  None;
    MarkAll       "mark_all"       ["*"]                    List       13 None;
    TimelineIncident "timeline_incident" ["i"]              Timeline   6  Some("jikenbo show ID");
    TimelineView  "timeline_view"  ["v" "m"]                Timeline   2  Some("jikenbo stats QUERY --by month");
    TimelineCase  "timeline_case"  ["c"]                    Timeline   4  None;
    ZoomIn        "zoom_in"        ["+" "="]                Timeline   0  None;
    ZoomOut       "zoom_out"       ["-"]                    Timeline   0  None;
    ByDay         "by_day"         ["D"]                    Timeline   0  None;
    ByWeek        "by_week"        ["W"]                    Timeline   0  None;
    ByMonth       "by_month"       ["M"]                    Timeline   0  Some("jikenbo stats QUERY --by month");
    ByQuarter     "by_quarter"     ["Q"]                    Timeline   0  None;
    ByYear        "by_year"        ["Y"]                    Timeline   0  Some("jikenbo stats QUERY --by year");
    SplitBars     "split_bars"     ["p"]                    Timeline   0  None;
    Brush         "brush"          ["Space"]                Timeline   0  None;
    BrushBegin    "brush_begin"    ["("]                    Timeline   0  None;
    BrushEnd      "brush_end"      [")"]                    Timeline   0  Some("jikenbo list published:2024-05..2024-06");
    Tag           "tag"            ["t"]                    Everywhere 1  Some("jikenbo tag +TAG -- QUERY");
    Untag         "untag"          ["T"]                    Everywhere 0  Some("jikenbo tag -TAG -- QUERY");
    Repeat        "repeat"         ["."]                    Everywhere 14 Some("jikenbo tag +TAG -- QUERY");
    QuickTag      "quick_tag"      [","]                    Everywhere 0  Some("jikenbo tag +TAG -- QUERY");
    TagAsAbove    "tag_as_above"   ["\""]                  Everywhere 0  Some("jikenbo tag +TAG -- QUERY");
    Status        "status"         ["s"]                    Everywhere 8  Some("jikenbo status STATUS -- QUERY");
    DoneNext      "done_next"      ["x"]                    Everywhere 2  Some("jikenbo status done -- QUERY");
    NextUntriaged "next_untriaged" ["}"]                    Everywhere 0  None;
    PreviousUntriaged "previous_untriaged" ["{"]            Everywhere 0  None;
    Note          "note"           ["E"]                    Everywhere 0  Some("jikenbo note ID TEXT");
    Undo          "undo"           ["u"]                    Everywhere 9  Some("jikenbo undo");
    Redo          "redo"           ["^r"]                   Everywhere 0  Some("jikenbo redo");
    Export        "export"         ["e"]                    Everywhere 10 Some("jikenbo export QUERY --format F -o FILE");
    Copy          "copy"           ["y"]                    Everywhere 15 None;
    Command       "command"        [":"]                    Everywhere 16 None;
    Help          "help"           ["?" "F1"]               Everywhere 17 Some("jikenbo --help");
    Tour          "tour"           ["g?"]                   Everywhere 0  Some("jikenbo demo");
    Repaint       "repaint"        ["^l"]                   Everywhere 0  None;
    Suspend       "suspend"        ["^z"]                   Everywhere 0  None;
    Cancel        "cancel"         ["Esc" "^c"]             Everywhere 0  None;
    Quit          "quit"           ["q"]                    Everywhere 0  None;
}

impl Action {
    /// The action's row of the table.
    pub fn entry(self) -> Option<&'static Entry> {
        TABLE.iter().find(|e| e.action == self)
    }

    /// Tells whether it only moves the cursor, the view or the focus.
    pub fn only_moves(self) -> bool {
        use Action as A;
        matches!(
            self,
            A::Down
                | A::Up
                | A::First
                | A::Last
                | A::HalfDown
                | A::HalfUp
                | A::PageDown
                | A::PageUp
                | A::NextPane
                | A::PreviousPane
                | A::Right
                | A::Left
                | A::SwapLower
                | A::TurnPanes
                | A::NextMatch
                | A::PreviousMatch
                | A::NextEvidence
                | A::PreviousEvidence
                | A::NextUntriaged
                | A::PreviousUntriaged
                | A::JumpBack
                | A::JumpForward
                | A::Repaint
        )
    }

    /// Tells whether its key alone, without a dialog, changes what the store holds.
    pub fn changes(self) -> bool {
        use Action as A;
        matches!(self, A::Repeat | A::TagAsAbove | A::DoneNext | A::Undo | A::Redo | A::Accept | A::Reject)
    }

    /// Tells whether it begins an act on the cursor's incident.
    pub fn is_on_rows(self) -> bool {
        use Action as A;
        self.is_of_one()
            || matches!(self, A::Mark | A::Tag | A::Untag | A::Repeat | A::QuickTag | A::TagAsAbove)
            || matches!(self, A::Status | A::DoneNext | A::Note)
    }

    /// Tells whether it is about the one incident that is shown, whatever is marked.
    pub fn is_of_one(self) -> bool {
        matches!(self, Self::Accept | Self::Reject | Self::Correct | Self::Mark)
    }

    /// The action of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|e| e.name == name).map(|e| e.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keys;
    use crate::lang::Lang;

    #[test]
    fn every_action_has_help_and_keys_that_can_be_read() {
        for e in TABLE {
            for lang in [Lang::En, Lang::Ja] {
                assert!(lang.get(e.help).is_some(), "{}", e.help);
                assert!(e.footer == 0 || lang.get(e.label).is_some(), "{}", e.label);
            }
            assert!(e.keys.iter().all(|k| keys::read(k).is_ok()), "{}", e.name);
            assert_eq!(Action::from_name(e.name), Some(e.action));
        }
    }
}
