//! What the timeline pane shows: the incident's chronology, the view's histogram or the case's incidents.

/// What the timeline pane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scene {
    /// The incident of the list's cursor.
    #[default]
    Incident,
    /// All incidents that the query finds.
    View,
    /// The incidents of the cursor's case.
    Case,
}
