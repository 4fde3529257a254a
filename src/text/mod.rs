//! Text as it meets a terminal or a search: folding with a way back, display width, wrapping, numbers, and the
//! neutralising of characters that must never reach a terminal as themselves.

pub mod charset;
pub mod fold;
mod hex;
pub mod json;
mod nearest;
pub mod neutral;
pub mod number;
mod placed;
mod radicals;
mod spaced;
pub mod width;
pub mod wrap;

pub use charset::{CharSet, find, first_chars, last_chars};
pub use fold::{Folded, fold, search_fold};
pub use hex::hex;
pub use nearest::nearest;
pub use neutral::{is_invisible, neutralise};
pub use number::{kanji_figure, number_at};
pub use placed::{Placed, placed_word};
pub use spaced::is_tail;
pub use width::{AmbiguousWidth, fit, pad_left, pad_right, width};
pub use wrap::wrap;
