//! How the workbench looks: theme, arrangement of the panes, eras. Opened with what the configuration says; what can be
//! set meanwhile is here, and `acts::display` sets it.

use crate::app::layout::Pane;
use crate::app::panes::histogram::Step;
use crate::app::panes::scenes::Scene;
use crate::config::{Arrangement, Theme};
use crate::domain::Split;
use crate::domain::grouping::Grouping;

/// What can be set while the workbench runs, and what the terminal needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Display {
    /// The colours.
    pub theme: Theme,
    /// How the panes stand.
    pub arrangement: Arrangement,
    /// Dates are shown in Japanese eras too.
    pub era: bool,
    /// The terminal, or the locale, knows no signs but ASCII.
    pub ascii: bool,
    /// Key of what the analyst is told first: what the terminal lacks.
    pub remark: Option<&'static str>,
}

/// One thing to set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The colours.
    Theme(Theme),
    /// How the panes stand.
    Arrangement(Arrangement),
    /// Eras beside dates.
    Era(bool),
    /// Words of letters stand for what they are read as too.
    Romaji(bool),
    /// The lower pane that a narrow screen shows.
    Lower(Pane),
    /// How the list is grouped.
    Group(Option<Grouping>),
    /// What the timeline shows.
    Scene(Scene),
    /// What a bar of the view's timeline stands for.
    Bars(Step),
    /// What its bars are split by.
    Split(Split),
}
