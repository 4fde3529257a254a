//! Paths that are being typed in the palette and in the export dialog: has the folder looked into, and takes what is
//! there.

use crate::app::App;
use crate::app::effect::Effect;
use crate::app::layers::Layer;
use crate::app::typed::paths::{Listing, Look};

impl App {
    /// What to look for so that a path can go on.
    fn look_for(&self, typed: &str) -> Option<Look> {
        Look::of(typed, &self.setup.export_folder, self.setup.home.as_deref())
    }

    /// Has the folder looked into that the palette's path leads to, unless that was done for it already.
    pub(super) fn look_for_palette(&mut self) {
        let Some(Layer::Palette(palette)) = self.layers.last() else { return };
        let look = palette.path().and_then(|typed| self.look_for(typed));
        let Some(Layer::Palette(palette)) = self.layers.last_mut() else { return };
        if palette.looked != look {
            palette.looked.clone_from(&look);
            self.outbox.extend(look.map(Effect::Look));
        }
    }

    /// A folder was looked into: whoever waits for it goes on.
    pub(super) fn looked(&mut self, listing: &Listing) {
        let lang = self.lang();
        match self.layers.last_mut() {
            Some(Layer::Palette(palette)) if palette.looked.as_ref() == Some(&listing.look) => {
                palette.know_paths(listing.offers(), lang);
            }
            Some(Layer::Export(dialog)) => dialog.looked(listing, lang),
            _ => return,
        }
        self.dirty = true;
    }
}
