//! Export: records of a store to a file or to an open output, in one of the formats of [`crate::export`].
//!
//! A file appears under its name only when it is whole; an existing one is kept unless the caller says otherwise. Given
//! frozen row numbers by `cli export` and by the workbench's export dialog.

use super::JobError;
use crate::domain::{ExportFormat, Key, ListRow};
use crate::export::{self, Beside, Options};
use crate::store::{Store, system_error};
use crate::text::neutral::NeutralLines;
use chrono::Utc;
use std::cell::{Cell, RefCell};
use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Hears how many incidents are written and says whether to go on.
pub type Step<'s> = &'s mut dyn FnMut(usize) -> ControlFlow<()>;

/// Writes the incidents to an output, in the order given; returns how many.
///
/// # Errors
/// Fails when the output or the store fails.
pub fn to_writer(
    store: &Store,
    format: ExportFormat,
    out: &mut dyn Write,
    keys: &[Key],
    options: Options,
) -> Result<usize, JobError> {
    let mut all = |_| ControlFlow::Continue(());
    write_all(store, (format, options), out, keys, &Watch::new(&mut all))
}

fn write_all(
    store: &Store,
    (format, options): (ExportFormat, Options),
    out: &mut dyn Write,
    keys: &[Key],
    watch: &Watch<'_>,
) -> Result<usize, JobError> {
    let mut exporter = export::exporter(format, out, options);
    let named = exporter.names_related();
    let mut reported = if named > 0 { keys.to_vec() } else { Vec::new() };
    reported.sort_unstable();
    let written = store.each_record::<JobError>(keys, &mut |record| {
        if named > 0 && !record.related.is_empty() {
            let is_reported = |row: &ListRow| reported.binary_search(&row.key).is_ok();
            let rows = store.closest(&record, named)?.into_iter();
            exporter.related(rows.map(|row| Beside { reported: is_reported(&row), row }).collect());
        }
        exporter.record(&record)?;
        watch.count.set(watch.count.get() + 1);
        if watch.stops() { Err(JobError::Stopped) } else { Ok(()) }
    });
    match written.and_then(|()| Ok(exporter.finish()?)) {
        Ok(()) => Ok(watch.count.get()),
        // The error is the watch's own.
        Err(JobError::Output(_)) if watch.stopped.get() => Err(JobError::Stopped),
        Err(e) => Err(e),
    }
}

/// Writes the incidents to a file with the format's usual options; returns how many. See [`to_file_with`].
///
/// # Errors
/// As [`to_file_with`].
pub fn to_file(
    store: &Store,
    format: ExportFormat,
    path: &Path,
    overwrite: bool,
    keys: &[Key],
) -> Result<usize, JobError> {
    to_file_with(store, format, path, overwrite, keys, Options { now: Utc::now(), ..Options::default() })
}

/// Writes the incidents to a file: a temporary one in the same folder, flushed to the disk and renamed. A pipe or a
/// device is written to as it stands; a terminal is shown text formats neutralised.
///
/// # Errors
/// Fails when the file exists and may not be replaced, when the path is a folder, when the disk or the store fails. A
/// file that stood there before is then untouched.
pub fn to_file_with(
    store: &Store,
    format: ExportFormat,
    path: &Path,
    overwrite: bool,
    keys: &[Key],
    options: Options,
) -> Result<usize, JobError> {
    let mut all = |_| ControlFlow::Continue(());
    to_file_stepwise(store, (format, options), (path, overwrite), keys, &mut all)
}

/// As [`to_file_with`], but tells `step` when there is a file to write to, after every incident, and while what comes
/// behind the last one is written.
///
/// # Errors
/// As [`to_file_with`]; [`JobError::Stopped`] where `step` ended it, which leaves no file behind.
pub fn to_file_stepwise(
    store: &Store,
    form: (ExportFormat, Options),
    (path, overwrite): (&Path, bool),
    keys: &[Key],
    step: Step<'_>,
) -> Result<usize, JobError> {
    let shown = path.display().to_string();
    let failed = |source| JobError::Write { path: shown.clone(), source };
    let watch = Watch::new(step);
    let write = |file: &File| {
        if watch.stops() {
            return Err(JobError::Stopped);
        }
        let mut out = BufWriter::with_capacity(1 << 16, Watched { file, watch: &watch });
        let mut neutral;
        let to: &mut dyn Write = if file.is_terminal() {
            neutral = NeutralLines::new(&mut out);
            &mut neutral
        } else {
            &mut out
        };
        let count = write_all(store, form, to, keys, &watch).map_err(|e| in_file(e, &shown))?;
        match out.flush() {
            Err(_) if watch.stopped.get() => Err(JobError::Stopped),
            flushed => flushed.map(|()| count).map_err(failed),
        }
    };
    store.refuse_own(path)?;
    match fs::metadata(path) {
        Ok(m) if m.is_dir() => return Err(JobError::Folder(shown)),
        Ok(m) if m.is_file() && !overwrite => return Err(JobError::Exists(shown)),
        Ok(m) if !m.is_file() => return write(&File::options().write(true).open(path).map_err(failed)?),
        _ => {}
    }
    // A link is followed, so that it is the file that gets replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = folder_of(&target);
    fs::metadata(&folder).map_err(failed)?;
    // A report is there to be handed on: a new one is for whom the umask says, one written anew for whom it was.
    let mode = fs::metadata(&target).map_or_else(|_| Permissions::from_mode(0o666), |old| old.permissions());
    let mut builder = tempfile::Builder::new();
    let temporary = builder.prefix(".jikenbo-").suffix(".tmp").permissions(mode.clone()).tempfile_in(&folder);
    let temporary = temporary.map_err(|e| failed(system_error(e)))?;
    if target.exists() {
        temporary.as_file().set_permissions(mode).map_err(failed)?;
    }
    let count = write(temporary.as_file())?;
    temporary.as_file().sync_all().map_err(failed)?;
    let kept = if overwrite { temporary.persist(&target) } else { temporary.persist_noclobber(&target) };
    kept.map_err(|e| match e.error.kind() {
        io::ErrorKind::AlreadyExists => JobError::Exists(shown.clone()),
        _ => failed(e.error),
    })?;
    // The new name is on the disk only once the folder is; some file systems can't, and the file is whole anyway.
    let _ = File::open(&folder).and_then(|f| f.sync_all());
    Ok(count)
}

/// How far an export has come, and whether it is to go on: asked by what reads and by what writes.
struct Watch<'s> {
    step: RefCell<Step<'s>>,
    count: Cell<usize>,
    stopped: Cell<bool>,
}

impl<'s> Watch<'s> {
    fn new(step: Step<'s>) -> Self {
        Self { step: RefCell::new(step), count: Cell::new(0), stopped: Cell::new(false) }
    }

    fn stops(&self) -> bool {
        let count = self.count.get();
        if self.step.try_borrow_mut().is_ok_and(|mut step| step(count).is_break()) {
            self.stopped.set(true);
        }
        self.stopped.get()
    }
}

/// A file that takes nothing more once the export is stopped: what a format writes behind its last incident may be long.
struct Watched<'f, 's> {
    file: &'f File,
    watch: &'f Watch<'s>,
}

impl Write for Watched<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.watch.stops() { Err(io::Error::other("stopped")) } else { self.file.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Names the file in an output error.
fn in_file(error: JobError, path: &str) -> JobError {
    match error {
        JobError::Output(source) => JobError::Write { path: path.to_owned(), source },
        other => other,
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> Store {
        Store::open_in_memory().unwrap()
    }

    #[test]
    fn an_existing_file_is_kept_unless_overwrite() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        assert_eq!(to_file(&store(), ExportFormat::Json, &path, false, &[]).unwrap(), 0);
        assert_eq!(fs::read_to_string(&path).unwrap(), "[]\n");
        fs::write(&path, "mine").unwrap();
        let error = to_file(&store(), ExportFormat::Json, &path, false, &[]).unwrap_err();
        assert!(error.to_string().contains("--overwrite"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        to_file(&store(), ExportFormat::Json, &path, true, &[]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "[]\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn a_folder_or_a_missing_folder_is_an_error_that_names_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let on_folder = to_file(&store(), ExportFormat::Csv, folder.path(), true, &[]).unwrap_err();
        assert!(on_folder.to_string().contains("is a folder"), "{on_folder}");
        let nowhere = folder.path().join("no/out.csv");
        let error = to_file(&store(), ExportFormat::Csv, &nowhere, false, &[]).unwrap_err();
        assert!(error.to_string().starts_with(&nowhere.display().to_string()), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_an_error() {
        let error = to_file(&store(), ExportFormat::Json, Path::new("/dev/full"), true, &[]).unwrap_err();
        assert!(matches!(error, JobError::Write { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        to_file(&store(), ExportFormat::Json, &link, true, &[]).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "[]\n");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn who_may_read_a_file_stays_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let (new, plain) = (folder.path().join("new.json"), folder.path().join("plain"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        fs::write(&plain, "").unwrap();
        to_file(&store(), ExportFormat::Json, &new, false, &[]).unwrap();
        assert_eq!(mode(&new), mode(&plain), "a new file is as any other program makes it");
        for kept in [0o640, 0o666, 0o600] {
            fs::set_permissions(&new, Permissions::from_mode(kept)).unwrap();
            to_file(&store(), ExportFormat::Json, &new, true, &[]).unwrap();
            assert_eq!(mode(&new), kept);
        }
    }

    #[test]
    fn what_comes_behind_the_last_incident_can_be_stopped_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.html");
        let mut calls = 0;
        let mut second = |_| {
            calls += 1;
            if calls > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let form = (ExportFormat::Html, Options::default());
        let stopped = to_file_stepwise(&store(), form, (&path, false), &[], &mut second);
        assert!(matches!(stopped, Err(JobError::Stopped)), "{stopped:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
