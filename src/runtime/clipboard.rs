//! Copying: onto the clipboard of the terminal's user where the terminal has one, else into a file.
//!
//! The loop asks with a text that is harmless already. The file stands in `$XDG_RUNTIME_DIR/jikenbo`, which goes with the
//! login, else in the state folder; only its owner can read it, and the next copy takes its place.

use super::ability::Clipboard;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Longest text for the clipboard in bytes: what common terminals take as OSC 52.
pub const LONGEST_COPY: usize = 74_994;

/// Characters that GNU screen passes on in one string.
const WRAPPED: usize = 240;

/// The file's name in its folder.
const FILE: &str = "copied.txt";

/// Puts texts where the analyst can paste them from.
#[derive(Clone, Debug, Default)]
pub struct Copier {
    /// What the terminal has.
    pub clipboard: Clipboard,
    /// Where files go; nowhere in tests without one.
    pub folder: Option<PathBuf>,
}

/// What a copy comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Copy {
    /// These bytes put it on the clipboard.
    Bytes(Vec<u8>),
    /// It is in this file.
    File(PathBuf),
    /// It is nowhere, and why.
    Refused(String),
}

impl Copier {
    /// Copies a text.
    pub fn copy(&self, text: &str) -> Copy {
        let bytes = if text.len() <= LONGEST_COPY { bytes(text, self.clipboard) } else { None };
        if let Some(bytes) = bytes {
            return Copy::Bytes(bytes);
        }
        let why = match text.len() {
            n if n > LONGEST_COPY => format!("too long to copy: {n} bytes, terminals take {LONGEST_COPY} at most"),
            _ => "this terminal has no clipboard".to_owned(),
        };
        let Some(folder) = &self.folder else { return Copy::Refused(format!("{why}; export it instead")) };
        match write(folder, text) {
            Ok(path) => Copy::File(path),
            Err(e) => {
                Copy::Refused(format!("{why}, and {} can't be written ({e}); export it instead", folder.display()))
            }
        }
    }
}

/// The sequences that put a text on the clipboard; none where there is no way.
fn bytes(text: &str, clipboard: Clipboard) -> Option<Vec<u8>> {
    let encoded = STANDARD.encode(text.as_bytes());
    let plain = format!("\x1b]52;c;{encoded}\x07");
    match clipboard {
        Clipboard::None => None,
        Clipboard::Osc52 => Some(plain.into_bytes()),
        Clipboard::Wrapped => {
            let mut out = plain.clone().into_bytes();
            for piece in plain.as_bytes().chunks(WRAPPED) {
                out.extend_from_slice(b"\x1bP");
                out.extend_from_slice(piece);
                out.extend_from_slice(b"\x1b\\");
            }
            Some(out)
        }
    }
}

/// Writes the file anew: a copy that another process has open stays as it was.
fn write(folder: &Path, text: &str) -> io::Result<PathBuf> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let path = folder.join(FILE);
    let before = folder.join(format!("{FILE}.{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&before)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| fs::rename(&before, &path));
    if written.is_err() {
        // The first failure is the one to tell.
        let _ = fs::remove_file(&before);
    }
    written.map(|()| path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn short_texts_go_to_the_clipboard_and_long_ones_to_a_file_of_ones_own() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("run/jikenbo");
        let copier = Copier { clipboard: Clipboard::Osc52, folder: Some(below.clone()) };
        assert_eq!(copier.copy("漏えい"), Copy::Bytes(b"\x1b]52;c;5ryP44GI44GE\x07".to_vec()));
        let long = "x".repeat(LONGEST_COPY + 1);
        for text in [long.as_str(), &"y".repeat(LONGEST_COPY + 2)] {
            assert_eq!(copier.copy(text), Copy::File(below.join("copied.txt")));
            assert_eq!(fs::read_to_string(below.join("copied.txt")).unwrap(), text);
        }
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&below), mode(&below.join("copied.txt"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&below).unwrap().count(), 1);
    }

    #[test]
    fn a_terminal_without_a_clipboard_gets_a_file_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let copier = |folder: Option<&Path>| Copier { clipboard: Clipboard::None, folder: folder.map(Path::to_owned) };
        assert_eq!(copier(Some(folder.path())).copy("a"), Copy::File(folder.path().join("copied.txt")));
        assert!(matches!(copier(None).copy("a"), Copy::Refused(why) if why.contains("export")));
        let file = folder.path().join("copied.txt");
        assert!(matches!(copier(Some(&file)).copy("a"), Copy::Refused(why) if why.contains("can't be written")));
    }

    #[test]
    fn through_screen_it_goes_in_pieces() {
        let copier = Copier { clipboard: Clipboard::Wrapped, folder: None };
        let Copy::Bytes(bytes) = copier.copy(&"z".repeat(600)) else { panic!("no bytes") };
        let text = String::from_utf8(bytes).unwrap();
        let (plain, wrapped) = text.split_once("\x1bP").unwrap();
        let joined: String = wrapped.trim_end_matches("\x1b\\").split("\x1b\\\x1bP").collect();
        assert_eq!(joined, plain);
        assert!(wrapped.split("\x1b\\\x1bP").all(|piece| piece.len() <= WRAPPED + 2));
    }
}
