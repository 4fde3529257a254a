//! What completes the query line at its cursor, one of it chosen with Tab. Made by `acts::completing`, drawn below the
//! line.

use crate::query::Completion;

/// What is offered, until another key is pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completing {
    /// What may be written, best first.
    pub offers: Vec<Completion>,
    /// The one that stands in the line now.
    pub chosen: Option<usize>,
    /// The line's text without any of them.
    pub(in crate::app) text: String,
}

impl Completing {
    /// The text with an offer in it, and the byte behind the offer.
    pub(super) fn with(&self, offer: &Completion) -> Option<(String, usize)> {
        let (before, after) = (self.text.get(..offer.replaces.start)?, self.text.get(offer.replaces.end..)?);
        let end = before.len() + offer.insert.len();
        Some((format!("{before}{}{after}", offer.insert), end))
    }

    /// What all offers that go on with what stands there begin with, where that is more; all take the place of the same
    /// bytes then.
    pub(in crate::app) fn common(&self) -> Option<Completion> {
        let first = self.offers.first()?;
        if self.offers.iter().any(|o| o.replaces != first.replaces) {
            return None;
        }
        let typed = self.text.get(first.replaces.clone())?;
        let mut going_on = self.offers.iter().filter(|o| o.insert.starts_with(typed));
        let mut common = going_on.next()?.insert.as_str();
        for offer in going_on {
            let same = common.char_indices().zip(offer.insert.chars()).find(|((_, a), b)| a != b);
            let end = same.map_or(common.len().min(offer.insert.len()), |((at, _), _)| at);
            common = common.get(..end).unwrap_or_default();
        }
        (common.len() > typed.len()).then(|| Completion { insert: common.to_owned(), ..first.clone() })
    }
}
