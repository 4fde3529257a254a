//! The export dialog: which incidents, in which form, into which file.

use super::deed::{Deed, Job, Outcome, moved};
use crate::app::keys::{KeyCode, KeyPress};
use crate::app::panes::list::Targets;
use crate::app::typed::input::InputLine;
use crate::app::typed::paths::{Listing, Look, PathChoice, resolved};
use crate::domain::ExportFormat;
use crate::lang::Lang;
use chrono::NaiveDate;
use std::path::{Path, PathBuf};

/// The dialog's state.
#[derive(Debug)]
pub struct ExportDialog {
    /// What is written.
    pub targets: Targets,
    /// Index of the format in [`ExportFormat::ALL`].
    pub selected: usize,
    /// The path.
    pub input: InputLine,
    /// Why it can't be written, as far as that can be told.
    pub error: Option<String>,
    /// The file is being written.
    pub waiting: bool,
    /// What Tab offers for the path.
    pub choice: Option<PathChoice>,
    /// What is being looked for, so that it can offer something.
    looking: Option<Look>,
    folder: PathBuf,
    home: Option<PathBuf>,
}

/// The name of a file that nobody named.
pub fn default_name(today: NaiveDate, format: ExportFormat) -> String {
    format!("jikenbo-{today}.{}", format.extension())
}

impl ExportDialog {
    /// A dialog with a default name in `folder`.
    pub fn new(targets: Targets, folder: &Path, home: Option<&Path>, today: NaiveDate) -> Self {
        let path = folder.join(default_name(today, ExportFormat::Csv));
        Self {
            targets,
            selected: 0,
            input: InputLine::new(&path.to_string_lossy()),
            error: None,
            waiting: false,
            choice: None,
            looking: None,
            folder: folder.to_owned(),
            home: home.map(Path::to_owned),
        }
    }

    /// The chosen format.
    pub fn format(&self) -> ExportFormat {
        ExportFormat::ALL.get(self.selected).copied().unwrap_or(ExportFormat::Csv)
    }

    pub(super) fn paste(&mut self, text: &str) {
        (self.choice, self.looking) = (None, None);
        self.input.insert(text);
        self.edited();
    }

    pub(super) fn press(&mut self, key: KeyPress, lang: Lang) -> Outcome {
        let len = ExportFormat::ALL.len();
        if let KeyCode::Tab | KeyCode::BackTab = key.code {
            return self.complete(key.code == KeyCode::Tab, lang);
        }
        (self.choice, self.looking) = (None, None);
        if let Some(at) = moved(key, self.selected, len, len) {
            self.choose(at);
            return Outcome::Stay;
        }
        if key.code == KeyCode::Enter {
            return self.write(lang);
        }
        if self.input.press(key) == Some(true) {
            self.edited();
        }
        Outcome::Stay
    }

    /// Tab: the next of what is offered, or a look at what there is.
    fn complete(&mut self, forward: bool, lang: Lang) -> Outcome {
        if let Some(choice) = &mut self.choice {
            if let Some(text) = choice.step(forward).map(|offer| offer.text.clone()) {
                self.write_path(&text);
            }
            return Outcome::Stay;
        }
        let look = Look::of(self.input.text(), &self.folder, self.home.as_deref());
        self.looking.clone_from(&look);
        match look {
            Some(look) => Outcome::Try(Deed::Look(look)),
            None => {
                self.error = Some(lang.text("ui.export.tilde").to_owned());
                Outcome::Stay
            }
        }
    }

    /// A folder was looked into: a single name is written, else what all have in common, else the first.
    pub(in crate::app) fn looked(&mut self, listing: &Listing, lang: Lang) {
        if self.looking.as_ref() != Some(&listing.look) {
            return;
        }
        self.looking = None;
        let mut choice = PathChoice { offers: listing.offers(), chosen: None };
        let common = choice.common().to_owned();
        match choice.offers.len() {
            0 => self.error = Some(lang.text("ui.export.nothing_begins").to_owned()),
            1 => self.write_path(&common),
            _ => {
                let text = if common.len() > self.input.text().len() {
                    Some(common)
                } else {
                    choice.step(true).map(|offer| offer.text.clone())
                };
                text.into_iter().for_each(|text| self.write_path(&text));
                self.choice = Some(choice);
            }
        }
    }

    fn write_path(&mut self, text: &str) {
        self.input.set(text);
        self.edited();
    }

    /// Follows an ending that names a format.
    fn edited(&mut self) {
        self.error = None;
        let named = ExportFormat::of_name(self.input.text());
        // `a.json` may be of several formats: the one that was chosen stays.
        let kept = |named: ExportFormat| self.format().extension().ends_with(named.extension());
        if let Some(named) = named.filter(|n| !kept(*n)) {
            self.selected = ExportFormat::ALL.iter().position(|f| *f == named).unwrap_or(self.selected);
        }
    }

    /// Chooses a format; the file's ending follows if it was that of the format before.
    fn choose(&mut self, at: usize) {
        let old = format!(".{}", self.format().extension());
        self.selected = at;
        let stem = self.input.text().strip_suffix(old.as_str()).map(str::to_owned);
        if let Some(stem) = stem {
            self.input.set(&format!("{stem}.{}", self.format().extension()));
        }
        self.error = None;
    }

    fn write(&mut self, lang: Lang) -> Outcome {
        let typed = self.input.text().trim();
        if self.waiting || self.targets.keys.is_empty() {
            return Outcome::Stay;
        }
        if typed.is_empty() || typed.ends_with('/') {
            self.error = Some(lang.text("ui.export.no_name").to_owned());
            return Outcome::Stay;
        }
        let Some(path) = resolved(typed, &self.folder, self.home.as_deref()) else {
            self.error = Some(lang.text("ui.export.tilde").to_owned());
            return Outcome::Stay;
        };
        self.waiting = true;
        let (typed, targets) = (typed.to_owned(), self.targets.clone());
        Outcome::Try(Deed::Export(Job { format: self.format(), path, typed, overwrite: false, targets }))
    }
}
