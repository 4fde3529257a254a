//! The state file: `$XDG_STATE_HOME/jikenbo/state.toml`, mode 0600 in a folder of mode 0700.
//!
//! `cli` loads it once; `runtime` merges changes into it under a lock and replaces it as a whole. Keys of other
//! versions stay as they are. A damaged file is moved aside, so that nothing in it is lost and the workbench starts.

use super::state::{Arrangement, SavedView, State};
use serde::Deserialize;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Largest file that is read, in bytes: far more than ever is written.
const LARGEST: u64 = 4 << 20;

/// Why the state can't be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file can't be read.
    #[error("{path}: can't be read ({source}); check its permissions")]
    Read {
        /// The file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// The file can't be written.
    #[error("{path}: can't be written ({source}); check the folder's permissions and the free space")]
    Write {
        /// The file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// It was damaged, and stands elsewhere now.
    #[error("{path}: damaged ({message}); it was moved to {aside}, and views and history begin anew")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        message: String,
        /// Where it is now.
        aside: String,
    },
    /// It is damaged and can't be moved.
    #[error("{path}: damaged ({message}) and can't be moved aside ({source}); remove it")]
    Stuck {
        /// The file.
        path: String,
        /// What is wrong with it.
        message: String,
        /// What the system says.
        source: io::Error,
    },
}

/// The file's sections as they are written.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Sections {
    views: Vec<SavedView>,
    queries: Queries,
    hints: Hints,
    layout: Arrangement,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Queries {
    history: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Hints {
    learnt: Vec<String>,
}

/// The file's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateFile {
    path: PathBuf,
}

impl StateFile {
    /// The state file in a folder, which is made when something is written.
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("state.toml") }
    }

    /// Reads the state; a missing file is an empty one.
    ///
    /// # Errors
    /// Fails when the file can't be read; a damaged one is moved aside, and the error says where.
    pub fn load(&self) -> Result<State, StateError> {
        Ok(self.read()?.0)
    }

    fn read(&self) -> Result<(State, Table), StateError> {
        let text = match fs::metadata(&self.path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Default::default()),
            Ok(meta) if meta.len() > LARGEST => Err(format!("{} bytes", meta.len())),
            _ => match fs::read(&self.path) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Default::default()),
                Err(source) => return Err(StateError::Read { path: self.name(), source }),
                Ok(bytes) => String::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned()),
            },
        };
        text.and_then(|text| parse(&text)).map_err(|message| self.move_aside(message))
    }

    fn move_aside(&self, message: String) -> StateError {
        let aside = (0..100)
            .map(|n| match n {
                0 => self.path.with_extension("toml.damaged"),
                n => self.path.with_extension(format!("toml.damaged-{n}")),
            })
            .find(|p| !p.exists())
            .unwrap_or_else(|| self.path.with_extension("toml.damaged"));
        let path = self.name();
        match fs::rename(&self.path, &aside) {
            Ok(()) => StateError::Damaged { path, message, aside: aside.display().to_string() },
            Err(source) => StateError::Stuck { path, message, source },
        }
    }

    /// Merges what a workbench changed since `base` into the file.
    ///
    /// # Errors
    /// Fails when the file can't be read or written.
    pub fn merge(&self, base: &State, now: &State) -> Result<(), StateError> {
        let failed = |source| StateError::Write { path: self.name(), source };
        let folder = self.path.parent().unwrap_or(Path::new("."));
        make_folder(folder).map_err(failed)?;
        let lock = lock_file(&self.path.with_extension("lock")).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let (theirs, mut table) = match self.read() {
            // It stands aside: what is known here is what there is.
            Err(StateError::Damaged { .. }) => (base.clone(), Table::new()),
            read => read?,
        };
        write_sections(&theirs.merged(base, now), &mut table).map_err(|e| failed(io::Error::other(e)))?;
        let text = toml::to_string(&table).map_err(|e| failed(io::Error::other(e)))?;
        replace(&self.path, text.as_bytes(), true).map_err(failed)
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

fn parse(text: &str) -> Result<(State, Table), String> {
    let said = |e: toml::de::Error| {
        let line = text.bytes().take(e.span().map_or(0, |s| s.start)).filter(|b| *b == b'\n').count() + 1;
        format!("line {line}: {}", e.message().replace('\n', " "))
    };
    let table: Table = toml::from_str(text).map_err(said)?;
    let read: Sections = toml::from_str(text).map_err(said)?;
    let state = State {
        views: read.views,
        history: read.queries.history,
        hints: read.hints.learnt.into_iter().collect(),
        arrangement: read.layout,
    };
    Ok((state, table))
}

/// Puts the sections into the file's table; keys beside them stay, also those inside a section.
fn write_sections(state: &State, table: &mut Table) -> Result<(), toml::ser::Error> {
    if state.views.is_empty() {
        table.remove("views");
    } else {
        table.insert("views".into(), Value::try_from(&state.views)?);
    }
    let mut put = |section: &str, key: &str, value: Option<Value>| {
        let entry = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(inner) = entry {
            match value {
                Some(value) => inner.insert(key.into(), value),
                None => inner.remove(key),
            };
        }
    };
    put("queries", "history", Some(Value::try_from(&state.history)?));
    put("hints", "learnt", Some(Value::try_from(&state.hints)?));
    put("layout", "lower", state.arrangement.lower.clone().map(Value::String));
    let columns = Some(&state.arrangement.columns).filter(|c| !c.is_usual());
    put("layout", "columns", columns.map(Value::try_from).transpose()?);
    Ok(())
}

/// Makes a folder that only its owner enters, and those above it.
///
/// # Errors
/// What the system says.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Opens, and makes where there is none, a file that processes lock.
///
/// # Errors
/// What the system says.
pub fn lock_file(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Replaces a file as a whole by way of a temporary one of mode 0600; `lasting` waits until the disk has it.
///
/// # Errors
/// What the system says; the old file is untouched then.
pub fn replace(path: &Path, bytes: &[u8], lasting: bool) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".state-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    if lasting {
        file.as_file().sync_all()?;
    }
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Column, Columns, Shown};
    use std::os::unix::fs::PermissionsExt as _;

    fn full() -> State {
        State {
            views: vec![
                SavedView {
                    name: "未着手".into(), key: Some('u'), query: "status:new".into(), ..SavedView::default()
                },
                SavedView {
                    name: "suppliers \"x\"".into(),
                    query: "tag:supply".into(),
                    sort: Some("-people".into()),
                    group: Some("case".into()),
                    filters: vec!["since:2024".into()],
                    ..SavedView::default()
                },
            ],
            history: vec!["漏えい".into(), "\"a b\" OR c".into()],
            hints: ["marks".to_owned()].into(),
            arrangement: Arrangement {
                lower: Some("timeline".into()),
                columns: Columns { shown: vec![Shown { column: Column::Org, width: Some(30) }] },
            },
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_belongs_to_its_owner() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("state/jikenbo");
        let file = StateFile::in_folder(&folder);
        assert_eq!(file.load().unwrap(), State::default());
        file.merge(&State::default(), &full()).unwrap();
        assert_eq!(file.load().unwrap(), full());
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&file.path)), (0o700, 0o600));
        // Nothing but the file and its lock is left.
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
        file.merge(&full(), &State::default()).unwrap();
        // Queries that were kept stay kept.
        assert_eq!(file.load().unwrap(), State { history: full().history, ..State::default() });
    }

    #[test]
    fn keys_of_other_versions_stay() {
        let home = tempfile::tempdir().unwrap();
        let file = StateFile::in_folder(home.path());
        fs::write(&file.path, "later = 1\n[layout]\nsplit = 3\n[future]\nx = \"y\"\n").unwrap();
        file.merge(&State::default(), &full()).unwrap();
        let table: Table = fs::read_to_string(&file.path).unwrap().parse().unwrap();
        assert_eq!(table["later"].as_integer(), Some(1));
        assert_eq!(table["future"]["x"].as_str(), Some("y"));
        assert_eq!(
            (table["layout"]["split"].as_integer(), table["layout"]["lower"].as_str()),
            (Some(3), Some("timeline"))
        );
        assert_eq!(file.load().unwrap(), full());
    }

    #[test]
    fn a_damaged_file_is_moved_aside_and_told() {
        let home = tempfile::tempdir().unwrap();
        let file = StateFile::in_folder(home.path());
        for (n, damaged) in ["views = 3\n", "[[views]]\nname = \"a\nx", "\u{0}"].into_iter().enumerate() {
            fs::write(&file.path, damaged).unwrap();
            let error = file.load().unwrap_err().to_string();
            assert!(error.contains("state.toml: damaged (line ") && error.contains("moved to"), "{error}");
            assert_eq!(file.load().unwrap(), State::default());
            let aside = if n == 0 { "toml.damaged".to_owned() } else { format!("toml.damaged-{n}") };
            assert_eq!(fs::read_to_string(file.path.with_extension(aside)).unwrap(), damaged);
        }
        // Damaged while a workbench is open: its own state is what there is.
        fs::write(&file.path, "views = 3\n").unwrap();
        file.merge(&full(), &full()).unwrap();
        assert_eq!(file.load().unwrap(), full());
    }
}
