//! Calls into a library that panics where its temporary files can't be written, as errors that say so.

use std::cell::Cell;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// What panics on this thread is caught and told by whoever called.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Runs `call`; where it panics, nothing is printed and the error names the folder of temporary files.
///
/// # Errors
/// Those of `call`, and an error in place of a panic. What `call` worked on is of no use after that.
pub(super) fn caught<T>(call: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CAUGHT.get() {
                usual(info);
            }
        }));
    });
    CAUGHT.set(true);
    let done = panic::catch_unwind(AssertUnwindSafe(call));
    CAUGHT.set(false);
    done.unwrap_or_else(|_| {
        let folder = std::env::temp_dir();
        Err(io::Error::other(format!(
            "temporary files in {} can't be written; is there room? ($TMPDIR names another folder)",
            folder.display()
        )))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_that_names_the_folder() {
        assert_eq!(caught(|| Ok(7)).unwrap(), 7);
        let error = caught::<()>(|| panic!("no room")).unwrap_err().to_string();
        assert!(error.contains(&std::env::temp_dir().display().to_string()), "{error}");
        assert_eq!(
            caught(|| Err::<(), _>(io::ErrorKind::NotFound.into())).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }
}
