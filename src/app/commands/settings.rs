//! What `:set` knows: every setting that a key changes, and those that only it does; each with the values it may have.

use crate::app::display::Setting;
use crate::app::layout::Pane;
use crate::app::panes::histogram::Step;
use crate::app::panes::scenes::Scene;
use crate::config::{Arrangement, Theme};
use crate::domain::Split;
use crate::domain::grouping::{GroupBy, Grouping};
use crate::lang::Lang;
use crate::text::nearest;

/// What `:set` takes, as its usage line shows it.
pub const USAGE: &str = "set NAME VALUE";

/// The settings, in the order in which they are offered.
const NAMES: [&str; 9] = ["theme", "layout", "lower", "group", "timeline", "bars", "split", "romaji", "era"];

/// The settings' names.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter()
}

/// The values that a setting may have; none where there is no such setting.
pub fn values(name: &str) -> Vec<&'static str> {
    meanings(name).into_iter().map(|(value, _)| value).collect()
}

fn meanings(name: &str) -> Vec<(&'static str, Setting)> {
    let switch = |of: fn(bool) -> Setting| vec![("on", of(true)), ("off", of(false))];
    match name {
        "theme" => Theme::ALL.iter().map(|(theme, name)| (*name, Setting::Theme(*theme))).collect(),
        "layout" => Arrangement::ALL.iter().map(|(how, name)| (*name, Setting::Arrangement(*how))).collect(),
        "lower" => [Pane::Detail, Pane::Timeline].map(|pane| (pane.name(), Setting::Lower(pane))).to_vec(),
        "group" => {
            let by = |by: GroupBy| (by.as_str(), Setting::Group(Some(Grouping { by, by_size: false })));
            std::iter::once(("none", Setting::Group(None))).chain(GroupBy::ALL.map(by)).collect()
        }
        "timeline" => vec![
            ("incident", Setting::Scene(Scene::Incident)),
            ("view", Setting::Scene(Scene::View)),
            ("case", Setting::Scene(Scene::Case)),
        ],
        "bars" => vec![
            ("day", Setting::Bars(Step::Day)),
            ("week", Setting::Bars(Step::Week)),
            ("month", Setting::Bars(Step::Month)),
            ("quarter", Setting::Bars(Step::Quarter)),
            ("year", Setting::Bars(Step::Year)),
        ],
        "split" => vec![
            ("action", Setting::Split(Split::Action)),
            ("tag", Setting::Split(Split::Tag)),
            ("none", Setting::Split(Split::Nothing)),
        ],
        "romaji" => switch(Setting::Romaji),
        "era" => switch(Setting::Era),
        _ => Vec::new(),
    }
}

/// Reads what stands after `set`: a name and a value.
///
/// # Errors
/// Says what can be set, or to what, the nearest word first.
pub fn setting(words: &str, lang: Lang) -> Result<Setting, String> {
    let (name, value) = words.split_once([' ', '=']).unwrap_or((words, ""));
    let value = value.trim();
    let all = meanings(name);
    if all.is_empty() {
        return Err(wrong(["ui.verb.bad_setting", "ui.verb.meant_setting"], name, &NAMES, lang));
    }
    let found = all.iter().find(|(known, _)| *known == value).map(|(_, setting)| *setting);
    let names: Vec<&str> = all.iter().map(|(known, _)| *known).collect();
    found.ok_or_else(|| wrong(["ui.verb.bad_value", "ui.verb.meant_value"], value, &names, lang))
}

fn wrong([bad, meant]: [&'static str; 2], word: &str, names: &[&'static str], lang: Lang) -> String {
    let all = names.join(", ");
    let nearest = nearest(word, names.iter().copied());
    let values = [("word", word), ("names", all.as_str()), ("meant", nearest.unwrap_or_default())];
    lang.fill(if nearest.is_some() { meant } else { bad }, &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_wrong_ones_say_what_is_right() {
        let ok = |words: &str| setting(words, Lang::En);
        assert_eq!(ok("theme high-contrast"), Ok(Setting::Theme(Theme::HighContrast)));
        assert_eq!(ok("layout=side"), Ok(Setting::Arrangement(Arrangement::Side)));
        assert_eq!(ok("era on"), Ok(Setting::Era(true)));
        assert_eq!(ok("group none"), Ok(Setting::Group(None)));
        assert!(ok("theme red").unwrap_err().contains("monochrome"));
        assert!(ok("colour red").unwrap_err().contains("theme"));
        assert!(ok("era").unwrap_err().contains("on, off"));
        assert!(ok("themes light").unwrap_err().starts_with("there is no setting themes: did you mean theme?"));
        assert!(ok("group mont").unwrap_err().contains("did you mean `month`"));
    }

    #[test]
    fn every_setting_has_values_that_are_read_and_a_text_in_both_languages() {
        for name in names() {
            assert!(values(name).len() > 1, "{name}");
            for lang in [Lang::En, Lang::Ja] {
                assert!(lang.get(&format!("setting.{name}")).is_some(), "{name}");
                for value in values(name) {
                    assert!(setting(&format!("{name} {value}"), lang).is_ok(), "{name} {value}");
                }
            }
        }
    }
}
