//! Themes: the style of every role, read from `assets/themes/*.toml`. A style is words: colours (`cyan`), `on` and a
//! colour, `bold dim italic underline reverse strike`.

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

/// A style for every role.
#[derive(Debug)]
pub struct Theme(Vec<Style>);

impl Theme {
    /// The theme of 16 colours.
    pub fn default_colours() -> &'static Theme {
        static THEME: OnceLock<Theme> = OnceLock::new();
        THEME.get_or_init(|| Theme::read(include_str!("../../assets/themes/default.toml")))
    }

    /// The theme without colours.
    pub fn mono() -> &'static Theme {
        static THEME: OnceLock<Theme> = OnceLock::new();
        THEME.get_or_init(|| Theme::read(include_str!("../../assets/themes/mono.toml")))
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.0.get(role as usize).copied().unwrap_or_default()
    }

    /// Reads a theme; a role that it lacks is drawn as plain text (a test keeps ours complete).
    fn read(source: &str) -> Self {
        let table = source.parse::<toml::Table>().unwrap_or_default();
        let style = |name: &str| table.get(name).and_then(|v| v.as_str()).and_then(style_of).unwrap_or_default();
        Self(ROLES.iter().map(|(_, name)| style(name)).collect())
    }
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
        for source in [include_str!("../../assets/themes/default.toml"), include_str!("../../assets/themes/mono.toml")]
        {
            let table: toml::Table = source.parse().unwrap();
            assert_eq!(table.len(), ROLES.len());
            for (_, name) in ROLES {
                assert!(style_of(table[*name].as_str().unwrap()).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn mono_has_no_colour() {
        for (role, name) in ROLES {
            let style = Theme::mono().style(*role);
            assert!(style.fg.is_none() && style.bg.is_none(), "{name}");
        }
        assert_ne!(Theme::mono().style(Role::Evidence), Style::default());
    }
}
