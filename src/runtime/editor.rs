//! The analyst's editor on a text of ours: in a private folder that is deleted afterwards, on the terminal that the
//! workbench has given back. `terminal` starts it.

use crate::app::event::Edited;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use tempfile::TempDir;

/// Longest text that is taken from an editor, in bytes.
const LONGEST: u64 = 1 << 20;

/// An editor that runs.
pub struct Editing {
    child: Child,
    editor: String,
    path: PathBuf,
    /// Goes with all that the editor leaves beside the file.
    _folder: TempDir,
}

impl Editing {
    /// Starts the editor on a text. The words of `editor` are the shell's, as other programs have it.
    ///
    /// # Errors
    /// Says in words why it can't be started.
    pub fn start(editor: &str, text: &str) -> Result<Self, String> {
        let failed = |e: std::io::Error| format!("the file for the editor can't be made ({e})");
        let folder = tempfile::Builder::new().prefix("jikenbo-note-").tempdir().map_err(failed)?;
        let path = folder.path().join("note.txt");
        write(&path, text).map_err(failed)?;
        // So that a signal reaches the editor itself, unless variables are set before its name.
        let exec = if editor.contains('=') { "" } else { "exec " };
        let command = format!("{exec}{editor} \"$1\"");
        let child = Command::new("sh").arg("-c").arg(command).arg("sh").arg(&path).spawn();
        let child = child.map_err(|e| format!("the editor `{editor}` can't be started ({e})"))?;
        Ok(Self { child, editor: editor.to_owned(), path, _folder: folder })
    }

    /// What came of it; `None` while it runs.
    pub fn ended(&mut self) -> Option<Edited> {
        match self.child.try_wait() {
            Ok(None) => None,
            Ok(Some(status)) => Some(self.result(status)),
            Err(e) => Some(Edited::Failed(format!("the editor `{}` is lost ({e})", self.editor))),
        }
    }

    fn result(&self, status: ExitStatus) -> Edited {
        if !status.success() {
            return Edited::Failed(format!("the editor `{}` failed ({status})", self.editor));
        }
        match read(&self.path) {
            Ok(text) => Edited::Text(text),
            Err(why) => Edited::Failed(why),
        }
    }

    /// Ends it as a closed terminal would; its end is not waited for.
    pub fn hang_up(&self) {
        let id = self.child.id().to_string();
        let mut kill = Command::new("kill");
        kill.args(["-HUP", &id]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // Without a `kill` program it ends when the terminal does.
        let _ = kill.status();
    }
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

fn read(path: &Path) -> Result<String, String> {
    let size = fs::metadata(path).map_or(0, |m| m.len());
    if size > LONGEST {
        return Err(format!("the note is too long: {size} bytes, {LONGEST} at most"));
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes));
    read.map_err(|e| format!("what the editor wrote can't be read ({e})"))?;
    String::from_utf8(bytes).map_err(|_| "what the editor wrote is no UTF-8: have it write UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Waits for the process itself.
    fn run(editor: &str) -> Edited {
        let mut editing = Editing::start(editor, "事\n").unwrap();
        let status = editing.child.wait().unwrap();
        editing.result(status)
    }

    #[test]
    fn what_was_written_comes_back_and_the_file_goes() {
        assert_eq!(run("true"), Edited::Text("事\n".into()));
        assert_eq!(run("printf 'ab\\n' >>"), Edited::Text("事\nab\n".into()));
        let Edited::Text(told) = run("X=1 sh -c 'ls -l \"$0\" >>\"$0\"; echo \"$0\" >>\"$0\"'") else { panic!() };
        assert!(told.contains("-rw-------"), "{told}");
        let path = Path::new(told.lines().last().unwrap()).to_owned();
        assert!(path.is_absolute() && !path.exists() && !path.parent().unwrap().exists());
    }

    #[test]
    fn what_goes_wrong_is_told() {
        for (editor, why) in [
            ("false", "`false` failed"),
            ("no-such-editor-here 2>/dev/null", "failed"),
            ("rm", "can't be read"),
            ("printf '\\377' >", "no UTF-8"),
            ("truncate -s 2M", "too long"),
        ] {
            let Edited::Failed(told) = run(editor) else { panic!("{editor}") };
            assert!(told.contains(why), "{told}");
        }
    }
}
