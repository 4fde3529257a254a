//! Themes: the style of every role, read from `assets/themes/*.toml`. A style is words: colours (`cyan`), `on` and a
//! colour, `bold dim italic underline reverse strike`.

use crate::config::Theme as Name;
use crate::domain::Colour;
use ratatui::style::{Color, Modifier, Style};
use std::sync::OnceLock;

macro_rules! roles {
    ($($variant:ident $name:literal;)+) => {
        /// What a piece of the screen is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Role {
            $(#[doc = concat!("The role `", $name, "`.")] $variant,)+
        }

        const ROLES: &[(Role, &str)] = &[$((Role::$variant, $name),)+];
    };
}

roles! {
    Text "text";
    Dim "dim";
    Strong "strong";
    Frame "frame";
    FrameFocus "frame_focus";
    Title "title";
    TitleFocus "title_focus";
    Heading "heading";
    Cursor "cursor";
    Mark "mark";
    New "new";
    Open "open";
    Done "done";
    Dismissed "dismissed";
    Tag "tag";
    Evidence "evidence";
    Match "match";
    MatchHere "match_here";
    Chosen "chosen";
    Input "input";
    Wrong "wrong";
    Error "error";
    Good "good";
    Hint "hint";
    Key "key";
    Bar "bar";
    Struck "struck";
}

/// A style for every role, and for the tags of every colour.
#[derive(Debug)]
pub struct Theme {
    roles: Vec<Style>,
    tags: Vec<Style>,
}

/// The files of the themes.
const SOURCES: [(Name, &str); Name::ALL.len()] = [
    (Name::Standard, include_str!("../../assets/themes/standard.toml")),
    (Name::Light, include_str!("../../assets/themes/light.toml")),
    (Name::HighContrast, include_str!("../../assets/themes/high-contrast.toml")),
    (Name::Monochrome, include_str!("../../assets/themes/monochrome.toml")),
];

impl Theme {
    /// The theme of that name.
    pub fn of(name: Name) -> &'static Self {
        static THEMES: [OnceLock<Theme>; SOURCES.len()] = [const { OnceLock::new() }; SOURCES.len()];
        static NONE: Theme = Theme { roles: Vec::new(), tags: Vec::new() };
        let place = SOURCES.iter().position(|(n, _)| *n == name).unwrap_or_default();
        match (THEMES.get(place), SOURCES.get(place)) {
            (Some(theme), Some((_, source))) => theme.get_or_init(|| Self::read(source)),
            _ => &NONE,
        }
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.roles.get(role as usize).copied().unwrap_or_default()
    }

    /// The style of a tag of that colour; without one, that of all tags.
    pub fn tag(&self, colour: Option<Colour>) -> Style {
        let place = colour.and_then(|c| tag_colours().position(|(of, _)| of == c));
        place.and_then(|p| self.tags.get(p).copied()).unwrap_or_else(|| self.style(Role::Tag))
    }

    /// Reads a theme; a role that it lacks is drawn as plain text (a test keeps ours complete).
    fn read(source: &str) -> Self {
        let table = source.parse::<toml::Table>().unwrap_or_default();
        let style = |value: Option<&toml::Value>| value.and_then(|v| v.as_str()).and_then(style_of).unwrap_or_default();
        let tags = table.get("tags");
        Self {
            roles: ROLES.iter().map(|(_, name)| style(table.get(*name))).collect(),
            tags: tag_colours().map(|(_, name)| style(tags.and_then(|t| t.get(name)))).collect(),
        }
    }
}

/// The colours that a tag can have of its own, with their names.
fn tag_colours() -> impl Iterator<Item = (Colour, &'static str)> {
    Colour::ALL.into_iter().filter(|(colour, _)| *colour != Colour::None)
}

/// Reads a style; `None` if a word is unknown.
fn style_of(words: &str) -> Option<Style> {
    let mut style = Style::default();
    let mut background = false;
    for word in words.split_whitespace() {
        let modifier = match word {
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "underline" => Modifier::UNDERLINED,
            "reverse" => Modifier::REVERSED,
            "strike" => Modifier::CROSSED_OUT,
            "on" => {
                background = true;
                continue;
            }
            colour => {
                let colour: Color = colour.parse().ok()?;
                style = if background { style.bg(colour) } else { style.fg(colour) };
                background = false;
                continue;
            }
        };
        style = style.add_modifier(modifier);
    }
    Some(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_themes_name_every_role_and_only_known_words() {
        for (theme, source) in SOURCES {
            let table: toml::Table = source.parse().unwrap();
            assert_eq!(table.len(), ROLES.len() + 1, "{theme:?}");
            for (_, name) in ROLES {
                assert!(style_of(table[*name].as_str().unwrap()).is_some(), "{theme:?} {name}");
            }
            let tags = table["tags"].as_table().unwrap();
            assert_eq!(tags.len(), tag_colours().count());
            for (_, name) in tag_colours() {
                assert!(style_of(tags[name].as_str().unwrap()).is_some(), "{theme:?} {name}");
            }
        }
    }

    #[test]
    fn monochrome_has_no_colour() {
        let theme = Theme::of(Name::Monochrome);
        let styles =
            ROLES.iter().map(|(role, _)| theme.style(*role)).chain(tag_colours().map(|(c, _)| theme.tag(Some(c))));
        assert!(styles.into_iter().all(|s| s.fg.is_none() && s.bg.is_none()));
        assert_ne!(theme.style(Role::Evidence), Style::default());
    }

    #[test]
    fn high_contrast_dims_nothing_and_colours_nothing_without_a_background() {
        let theme = Theme::of(Name::HighContrast);
        for (role, name) in ROLES {
            let style = theme.style(*role);
            assert!(!style.add_modifier.contains(Modifier::DIM), "{name}");
            assert!(style.fg.is_none() || style.bg.is_some() && style.add_modifier.contains(Modifier::BOLD), "{name}");
        }
    }

    #[test]
    fn light_has_no_ink_that_fades_on_white() {
        let theme = Theme::of(Name::Light);
        let styles =
            ROLES.iter().map(|(role, _)| theme.style(*role)).chain(tag_colours().map(|(c, _)| theme.tag(Some(c))));
        for style in styles {
            let fades = [Color::Yellow, Color::Cyan, Color::White, Color::Gray].contains(&style.fg.unwrap_or_default());
            assert!(!fades, "{style:?}");
        }
    }

    #[test]
    fn a_tag_has_its_own_colour_or_that_of_all() {
        let theme = Theme::of(Name::Standard);
        assert_eq!(theme.tag(Some(Colour::Red)).fg, Some(Color::Red));
        assert_eq!(theme.tag(Some(Colour::None)), theme.style(Role::Tag));
        assert_eq!(theme.tag(None), theme.style(Role::Tag));
    }
}
