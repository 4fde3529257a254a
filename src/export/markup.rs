//! Text inside the report's markup: nothing of a notice is read as a tag, and what is Japanese in an English report says
//! so. Asked by the report and by its pictures.

use super::happenings::What;
use crate::lang::Lang;
use crate::text::neutralise;
use std::borrow::Cow;

/// Text that is no markup, on one line.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    let clean = neutralise(text);
    if !clean.contains(['&', '<', '>', '"', '\'']) {
        return clean;
    }
    let mut out = String::with_capacity(clean.len() + 16);
    for c in clean.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

/// The language of text that is not the report's own: an attribute, empty where it is the same.
pub(super) fn spoken(text: &str, lang: Lang) -> &'static str {
    // From the CJK radicals on; what comes before is used in English too.
    let is_japanese = text.chars().any(|c| c >= '\u{2e80}');
    if lang == Lang::En && is_japanese { " lang=\"ja\"" } else { "" }
}

/// What a happening is to its incident, in a word; none for what is dated only.
pub(super) fn role(what: What, lang: Lang) -> &'static str {
    match what {
        What::Occurred => lang.text("ui.role.occurred"),
        What::Discovered => lang.text("ui.role.discovered"),
        What::Published => lang.text("ui.role.published"),
        What::Dated => "",
    }
}
