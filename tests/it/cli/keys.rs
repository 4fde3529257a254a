//! Keys of the configuration: checked line by line, and the manual page shows those that are bound.

use super::House;
use crate::support::pty::Pty;

const HOME: &str = ".config/jikenbo/config.toml";

#[test]
fn wrong_keys_are_told_with_their_lines() {
    let house = House::new();
    house.write(
        HOME,
        "key-set = \"plain\"\n[keys]\nundo = \"F20\"\ndone_next = [\"A-d\", \"<F4>d\"]\nrepeat = \"Insert\"\nmark = \"Space\"\n",
    );
    assert!(house.ok(&["config", "check"]).contains("config.toml: right"));
    house.write(HOME, "[keys]\ntga = \"x\"\ntag = \"x\"\nundo = \"Pgdn\"\nmark = \"g\"\n");
    house.run(&["config", "check"]).failed(
        1,
        &[
            "config.toml:2:1: no action is called `tga`: did you mean `tag`?",
            "config.toml:3:1: `x` is bound to both tag and done_next (its default)",
            "config.toml:4:9: undo: `Pgdn` is no key: did you mean `PgDn`?",
            "config.toml:5:1: `g` of mark and `gg` of first (its default) begin alike",
        ],
    );
    // What has no keys goes on.
    house.run(&["config", "path"]);
    assert!(house.ok(&["man"]).contains(".SH KEYS"));
    house.write(HOME, "key-set = \"emacs\"\n");
    house.run(&["config", "check"]).failed(1, &["config.toml:1: ", "plain"]);
}

#[test]
fn the_manual_shows_the_keys_that_are_bound() {
    let house = House::new();
    house.write(HOME, "[keys]\nundo = \"F11\"\nsuspend = \"none\"\n");
    let man = house.ok(&["man"]);
    let line =
        |help: &str| man.lines().zip(man.lines().skip(1)).find(|(_, l)| l.starts_with(help)).unwrap().0.to_owned();
    assert_eq!(line("undo your last change"), "\\fBF11\\fR");
    assert_eq!(line("back to the shell"), "\\fB:suspend\\fR");
    assert_eq!(line("redo what you undid"), "\\fB\\(har\\fR");
}

#[test]
fn the_workbench_does_not_start_with_wrong_keys_and_heeds_right_ones() {
    let house = House::furnished();
    let (home, db) = (house.path(""), house.path("cases.db"));
    let env = [("HOME", home.to_str().unwrap()), ("USER", "hanako"), ("JIKENBO_DB", db.to_str().unwrap())];
    let open = || Pty::start(env!("CARGO_BIN_EXE_jikenbo"), &[], &env, 100, 30);
    house.write(HOME, "[keys]\nundo = \"x\"\n");
    let mut pty = open();
    pty.wait_for("jikenbo config check");
    assert_eq!(pty.wait_for_exit().exit_code(), 1);
    assert!(pty.screen().contents().contains("config.toml:2:1: `x` is bound to both"), "{:?}", pty.rows());
    house.write(HOME, "[keys]\nquit = \"F10\"\ndown = \"<Space>j\"\nmark = \"m\"\nbrush = \"A-b\"\n");
    let mut pty = open();
    pty.wait_for("1 of 3");
    pty.send(" j");
    pty.wait_for("2 of 3");
    pty.send("q");
    pty.wait_for("no such key here");
    pty.send("\x1b[21~");
    assert_eq!(pty.wait_for_exit().exit_code(), 0);
}
