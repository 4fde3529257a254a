//! Tags by one key: a small panel of the tags that have one; the next key adds its tag to the targets that were frozen
//! when the panel opened.

use super::deed::{Advance, Deed, Outcome};
use crate::app::keys::{KeyCode, KeyPress, normalise};
use crate::app::layout::Area;
use crate::app::panes::list::Targets;
use crate::domain::Tag;
use crate::domain::protocol::TagKey;
use crate::text::{AmbiguousWidth, width};

/// The panel's state.
#[derive(Debug)]
pub struct Leader {
    /// Whom it concerns.
    pub targets: Targets,
    /// The tags of the one target, where its row is known.
    pub carried: Option<Vec<Tag>>,
    /// The tags by their keys; none before the store has told them.
    pub keys: Option<Vec<TagKey>>,
    /// A key that no tag has.
    pub unknown: Option<char>,
    /// A key that was pressed before the store told the tags.
    waiting: Option<char>,
    advance: Advance,
}

impl Leader {
    /// Columns of a tag in the panel, key and sign included, at most.
    pub const COLUMN: usize = 36;

    /// A panel for these targets; with their tags, where they are one.
    pub fn new(targets: Targets, carried: Option<Vec<Tag>>, advance: Advance, keys: Option<Vec<TagKey>>) -> Self {
        Self { targets, carried, keys, unknown: None, waiting: None, advance }
    }

    /// Takes the tags; a key that was waiting for them is done.
    pub fn load(&mut self, keys: Vec<TagKey>) -> Option<Deed> {
        self.keys = Some(keys);
        let waiting = self.waiting.take()?;
        self.deed(waiting)
    }

    fn deed(&mut self, key: char) -> Option<Deed> {
        let keys = self.keys.as_ref()?;
        let Some(found) = keys.iter().find(|k| k.key == key) else {
            self.unknown = Some(key);
            return None;
        };
        Some(Deed::QuickTag { tag: found.tag.clone(), targets: self.targets.clone(), advance: self.advance })
    }

    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        let key = normalise(key);
        self.unknown = None;
        match key {
            KeyPress { code: KeyCode::Tab, .. } => Outcome::Do(Deed::GiveKeys(self.targets.clone())),
            KeyPress { code: KeyCode::Char(c), ctrl: false, alt: false } if self.keys.is_none() => {
                self.waiting = Some(c);
                Outcome::Stay
            }
            KeyPress { code: KeyCode::Char(c), ctrl: false, alt: false } => match self.deed(c) {
                Some(deed) => Outcome::Do(deed),
                None => Outcome::Stay,
            },
            _ => Outcome::Stay,
        }
    }

    /// Columns of one tag, key and sign included.
    pub fn column(&self) -> usize {
        let tags = self.keys.iter().flatten().map(|k| width(k.tag.as_str(), AmbiguousWidth::Wide) + 7);
        tags.max().unwrap_or(0).clamp(12, Self::COLUMN)
    }

    /// At the lower edge, above the status line: what is acted on stays in sight.
    pub(super) fn area(&self, screen_width: u16, screen_height: u16) -> Area {
        let inner = usize::from(screen_width.saturating_sub(4));
        let n = self.keys.as_ref().map_or(0, Vec::len);
        let across = (inner / self.column()).max(1);
        let rows = n.div_ceil(across).max(1) + 1;
        let height = u16::try_from(rows + 2).unwrap_or(u16::MAX).min(screen_height.saturating_sub(4));
        let width = screen_width.saturating_sub(2);
        Area { x: 1, y: screen_height.saturating_sub(height + 2), width, height }
    }
}
