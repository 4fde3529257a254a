//! Notes written in the analyst's own editor, on a pseudo-terminal: who has the keys, what is stored, what is left.

use crate::support::pty::Pty;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// A case book, and an editor that asks for one line.
struct Desk {
    folder: TempDir,
}

/// Tells whether the terminal is in cooked mode, then reads a line and leaves it as the text.
const EDITOR: &str = r#"stty -a | tr ' ;' '\n\n' | grep icanon
head -n 9 "$1" | grep -c -- '>8'
printf 'ready> '
read -r line
printf '%s\n' "$line" > "$1"
"#;

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(desk.path("tmp")).unwrap();
        fs::write(desk.path("editor.sh"), EDITOR).unwrap();
        let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/sample");
        desk.run(&["ingest", sample, "--year", "2013"]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn env(&self) -> Vec<(&'static str, String)> {
        let path = |name: &str| self.path(name).to_str().unwrap().to_owned();
        vec![
            ("HOME", path("")),
            ("USER", "hanako".into()),
            ("JIKENBO_DB", path("cases.db")),
            ("TMPDIR", path("tmp")),
            ("LANG", "C.UTF-8".into()),
        ]
    }

    fn run(&self, args: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jikenbo"));
        let output = command.args(args).env_clear().envs(self.env()).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn open(&self, editor: &str) -> Pty {
        let mut env = self.env();
        env.push(("EDITOR", editor.replace("$DESK", self.folder.path().to_str().unwrap())));
        let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut pty = Pty::start(env!("CARGO_BIN_EXE_jikenbo"), &[], &env, 80, 24);
        pty.wait_for("1 of ");
        pty.wait_for("? help");
        pty
    }

    /// Leaves the workbench, whose keys work; nothing is left in the folder for temporary files.
    fn close(&self, mut pty: Pty) {
        pty.send("j");
        pty.wait_for("2 of ");
        pty.send("q");
        assert_eq!(pty.wait_for_exit().exit_code(), 0);
        assert_eq!(fs::read_dir(self.path("tmp")).unwrap().count(), 0);
    }
}

/// Waits until the editor asks for the n-th time: the shell's screen keeps what it said before.
fn asks(pty: &mut Pty, n: usize) {
    let asked = |s: &vt100::Screen| !s.alternate_screen() && s.contents().matches("ready>").count() == n;
    pty.wait_until("the editor", asked);
}

fn is_back(pty: &mut Pty, said: &str) {
    pty.wait_until(said, |s| s.alternate_screen() && s.bracketed_paste() && s.contents().contains(said));
    assert!(!pty.screen().contents().contains("ready>"));
}

#[test]
fn the_editor_has_the_terminal_and_its_text_is_the_note() {
    let desk = Desk::new();
    let mut pty = desk.open("sh $DESK/editor.sh");
    pty.send("E");
    asks(&mut pty, 1);
    let screen = pty.screen();
    assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
    let told = screen.contents();
    assert!(told.contains("\nicanon\n1\n") || told.starts_with("icanon\n1\n"), "{told}");
    // The keys are the editor's, also those that mean something to the workbench.
    pty.resize(100, 30);
    pty.send("電話で確認 q\r");
    is_back(&mut pty, "noted 1 incident");
    pty.wait_until("the new size", |s| s.rows(0, 100).nth(2).is_some_and(|r| r.trim_end().ends_with('┐')));
    // Once more, for the keys come back each time.
    pty.send("E");
    asks(&mut pty, 2);
    pty.send("二度目\r");
    is_back(&mut pty, "noted 1 incident");
    desk.close(pty);
    let records = desk.run(&["list", "has:note", "--format", "ndjson"]);
    assert!(records.contains("\"電話で確認 q\"") && records.contains("\"二度目\""), "{records}");
}

#[test]
fn an_editor_that_fails_or_is_broken_off_changes_nothing() {
    let desk = Desk::new();
    let mut pty = desk.open("sh $DESK/editor.sh");
    pty.send("E");
    asks(&mut pty, 1);
    pty.send("\x03");
    is_back(&mut pty, "no note was added");
    pty.send("E");
    asks(&mut pty, 2);
    pty.send("\r");
    is_back(&mut pty, "nothing was written");
    desk.close(pty);
    let mut pty = desk.open("false");
    pty.send("E");
    is_back(&mut pty, "`false` failed");
    desk.close(pty);
    assert_eq!(desk.run(&["list", "has:note", "--format", "ids"]), "");
}

#[test]
fn a_hangup_while_the_editor_runs_ends_both() {
    let desk = Desk::new();
    let mut pty = desk.open("sh $DESK/editor.sh");
    pty.send("E");
    asks(&mut pty, 1);
    pty.signal("TERM");
    assert_eq!(pty.wait_for_exit().exit_code(), 0);
    assert!(!pty.screen().alternate_screen());
    assert_eq!(desk.run(&["list", "has:note", "--format", "ids"]), "");
}

#[test]
fn without_an_editor_the_box_takes_the_note() {
    let desk = Desk::new();
    let mut pty = desk.open("");
    pty.send("E");
    pty.wait_for("Note on ");
    pty.send("一行目\r二行目\x13");
    pty.wait_for("noted 1 incident");
    desk.close(pty);
    assert!(desk.run(&["list", "has:note", "--format", "ndjson"]).contains("一行目\\n二行目"));
}
