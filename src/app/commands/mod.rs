//! What can be typed after `:`: verbs and their arguments, settings, pages of the documentation; and what is wrong with
//! it.

pub mod arguments;
pub mod pages;
pub mod settings;
pub mod verbs;
pub mod wrong;
