//! What is wrong with what was typed, in the interface's language: a tag's name, the value of a field. The dialogs and
//! the verbs say the same.

use crate::domain::triage::BadTag;
use crate::domain::{Field, Tag};
use crate::lang::Lang;
use crate::op::{self, BadValue, Wrong};

/// What is wrong with a tag's name.
pub fn bad_tag(why: &BadTag, lang: Lang) -> String {
    let max = Tag::MAX.to_string();
    match why {
        BadTag::Empty => lang.text("ui.bad_tag.empty").to_owned(),
        BadTag::TooLong(n) => lang.fill("ui.bad_tag.too_long", &[("n", &n.to_string()), ("max", &max)]),
        BadTag::BadCharacter(c) => {
            let c = format!("{c:?}");
            lang.fill("ui.bad_tag.character", &[("c", &c), ("allowed", Tag::PUNCTUATION)])
        }
        BadTag::EmptyPart => lang.text("ui.bad_tag.empty_part").to_owned(),
        BadTag::BadStart(c) => lang.fill("ui.bad_tag.start", &[("c", &c.to_string())]),
    }
}

/// What a field's value may be, in the interface's language.
pub fn allowed(field: Field, lang: Lang) -> &'static str {
    lang.get(&format!("allowed.{field}")).unwrap_or_else(|| op::allowed(field))
}

/// What is wrong with a text that is no value of its field, what is meant perhaps, and what is allowed.
pub fn bad_value(bad: &BadValue, text: &str, lang: Lang) -> String {
    let fill = |key: &'static str, what: &str| {
        let longest = op::LONGEST.to_string();
        lang.fill(key, &[("what", what), ("text", text), ("max", &longest), ("allowed", allowed(bad.field, lang))])
    };
    let wrong = match &bad.why {
        Wrong::Form => fill("ui.bad_value.form", ""),
        Wrong::Code(code) => fill("ui.bad_value.code", code),
        Wrong::Company(code) => fill("ui.bad_value.company", code),
        Wrong::Character(c) => fill("ui.bad_value.character", &format!("{c:?}")),
        Wrong::Length(n) => fill("ui.bad_value.length", &n.to_string()),
        Wrong::Json(why) => fill("ui.bad_value.json", why),
    };
    match &bad.suggestion {
        Some(meant) => lang.fill("ui.bad_value.meant", &[("meant", meant), ("wrong", &wrong)]),
        None => wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_told_in_both_languages_as_the_command_tells_it() {
        for field in Field::ALL {
            assert_eq!(Lang::En.get(&format!("allowed.{field}")), Some(op::allowed(field)));
            assert!(Lang::Ja.get(&format!("allowed.{field}")).is_some(), "{field}");
        }
    }

    #[test]
    fn a_wrong_tag_is_told_in_english_as_the_command_tells_it() {
        for name in ["", "a//b", "-x", "a\u{202e}b", &"あ".repeat(81)] {
            let why = Tag::new(name).unwrap_err();
            assert_eq!(bad_tag(&why, Lang::En), why.to_string());
        }
    }
}
