//! Paths as they are typed: which folder is looked into to complete one, and what may be written. The folder itself is
//! read by the runtime ([`crate::app::effect::Effect::Look`]); its answer comes as [`crate::app::event::Event::Looked`].

use crate::text::neutral::is_unsafe;
use std::path::{Path, PathBuf};

/// A folder to be looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Where it is.
    pub folder: PathBuf,
    /// What the names that are wanted begin with.
    pub begun: String,
    /// The path before it, as it was typed.
    head: String,
}

impl Look {
    /// Most names that are told.
    pub const MOST: usize = 200;

    /// What to look for so that `typed` can go on; `None` where only a shell understands it. A bare name is one of
    /// `folder`.
    pub fn of(typed: &str, folder: &Path, home: Option<&Path>) -> Option<Self> {
        let typed = if typed == "~" { "~/" } else { typed };
        let cut = typed.rfind('/').map_or(0, |at| at + 1);
        let (head, begun) = typed.split_at_checked(cut)?;
        Some(Self { folder: resolved(head, folder, home)?, begun: begun.to_owned(), head: head.to_owned() })
    }

    /// Tells whether a name is one that is wanted: hidden ones only after a dot, and none that can't be typed, since it
    /// holds control characters or others that are not drawn as themselves.
    pub fn wants(&self, name: &str) -> bool {
        name.starts_with(&self.begun)
            && (!name.starts_with('.') || self.begun.starts_with('.'))
            && !name.chars().any(|c| is_unsafe(c) || c.is_control())
    }
}

/// What was found in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// What was looked for.
    pub look: Look,
    /// The names in their order, and whether each is a folder.
    pub names: Vec<(String, bool)>,
}

impl Listing {
    /// What may be written.
    pub fn offers(&self) -> Vec<PathOffer> {
        let offer = |(name, folder): &(String, bool)| {
            let shown = format!("{name}{}", if *folder { "/" } else { "" });
            PathOffer { text: format!("{}{shown}", self.look.head), shown }
        };
        self.names.iter().map(offer).collect()
    }
}

/// A path that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathOffer {
    /// Its last name, a folder's with `/`.
    pub shown: String,
    /// All of it.
    pub text: String,
}

/// What Tab offers for a path, until another key is pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathChoice {
    /// What may be written.
    pub offers: Vec<PathOffer>,
    /// The one that stands in the input now.
    pub chosen: Option<usize>,
}

impl PathChoice {
    /// The next one, or the one before.
    pub(in crate::app) fn step(&mut self, forward: bool) -> Option<&PathOffer> {
        let n = self.offers.len().max(1);
        let next = match self.chosen {
            Some(at) if forward => (at + 1) % n,
            Some(at) => (at + n - 1) % n,
            None if forward => 0,
            None => n - 1,
        };
        self.chosen = Some(next);
        self.offers.get(next)
    }

    /// What all begin with.
    pub(in crate::app) fn common(&self) -> &str {
        common_beginning(self.offers.iter().map(|offer| offer.text.as_str()))
    }
}

/// What all of some texts begin with; nothing of none.
pub(in crate::app) fn common_beginning<'t>(mut all: impl Iterator<Item = &'t str>) -> &'t str {
    let first = all.next().unwrap_or_default();
    all.fold(first, |common, text| {
        let differs = common.char_indices().zip(text.chars()).find(|((_, a), b)| a != b);
        let end = differs.map_or(common.len().min(text.len()), |((at, _), _)| at);
        common.get(..end).unwrap_or_default()
    })
}

/// The path that was meant: a bare name goes into the export folder, `~/` is the home folder. `None` for `~` of others.
pub fn resolved(typed: &str, folder: &Path, home: Option<&Path>) -> Option<PathBuf> {
    match typed.strip_prefix('~') {
        None => Some(folder.join(typed)),
        Some(rest) => rest.strip_prefix('/').and_then(|rest| home.map(|home| home.join(rest.trim_start_matches('/')))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_a_folder_and_to_what_begins_there() {
        let of = |typed: &str| {
            let look = Look::of(typed, Path::new("/work"), Some(Path::new("/home/kei")))?;
            let folder: PathBuf = look.folder.components().collect();
            Some(format!("{}|{}", folder.display(), look.begun))
        };
        for (typed, look) in [
            ("", Some("/work|")),
            ("dig", Some("/work|dig")),
            ("a/b", Some("/work/a|b")),
            ("/data/", Some("/data|")),
            ("~", Some("/home/kei|")),
            ("~/d", Some("/home/kei|d")),
            ("~kei/d", None),
        ] {
            assert_eq!(of(typed).as_deref(), look, "{typed}");
        }
    }

    #[test]
    fn hidden_names_need_a_dot_and_names_that_can_not_be_typed_are_left_out() {
        let wanted =
            |begun: &str, name: &str| Look { folder: "/".into(), begun: begun.into(), head: "/".into() }.wants(name);
        assert!(wanted("", "a") && wanted("a", "ab") && wanted(".", ".git") && wanted("青", "青嶺"));
        assert!(!wanted("", ".git") && !wanted("b", "ab"));
        assert!(!wanted("", "a\u{1b}[2J") && !wanted("", "a\nb") && !wanted("", "a\u{202e}b"));
    }
}
