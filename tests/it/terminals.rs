//! The workbench on terminals of many names: what it sends each of them, and what it must not.

use crate::support::pty::Pty;
use std::time::Duration;
use tempfile::TempDir;

/// The sample case book in the workbench, under that environment.
fn demo(env: &[(&str, &str)], args: &[&str]) -> (Pty, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap();
    let mut all = vec![("HOME", home), ("USER", "hanako"), ("TMPDIR", home), ("LANG", "C.UTF-8")];
    all.extend_from_slice(env);
    let args: Vec<&str> = args.iter().copied().chain(["demo"]).collect();
    (Pty::start(env!("CARGO_BIN_EXE_jikenbo"), &args, &all, 100, 30), folder)
}

/// Moves about, scrolls, opens a dialog, copies and leaves; gives everything that was written.
fn session(env: &[(&str, &str)], args: &[&str]) -> String {
    let (mut pty, _folder) = demo(env, args);
    pty.wait_for("1 of ");
    for (keys, told) in [("G", None), ("9k", None), ("k", None), ("k", None), ("gg", Some("1 of ")), ("s", Some("Esc"))]
    {
        pty.send(keys);
        match told {
            Some(told) => pty.wait_for(told),
            None => pty.wait_for_quiet(Duration::from_millis(150)),
        }
    }
    pty.send("\x1b");
    pty.wait_for_quiet(Duration::from_millis(150));
    pty.send("y");
    pty.wait_for("copied");
    pty.wait_for_quiet(Duration::from_millis(150));
    pty.send("q");
    assert_eq!(pty.wait_for_exit().exit_code(), 0);
    String::from_utf8_lossy(pty.since_mark()).into_owned()
}

/// The control sequences of a text: parameters and final letter.
fn sequences(written: &str) -> Vec<(String, char)> {
    let starts = written.split("\x1b[").skip(1);
    let read = |rest: &str| {
        let end = rest.find(|c: char| ('@'..='~').contains(&c))?;
        Some((rest[..end].to_owned(), rest[end..].chars().next()?))
    };
    starts.filter_map(read).collect()
}

/// The numbers of all SGR sequences.
fn styles(written: &str) -> Vec<u16> {
    let of = |(numbers, last): (String, char)| (last == 'm').then_some(numbers);
    let all = sequences(written).into_iter().filter_map(of).collect::<Vec<_>>().join(";");
    all.split(';').filter_map(|n| n.parse().ok()).collect()
}

fn modes(written: &str) -> Vec<String> {
    let set = |(numbers, last): (String, char)| (last == 'h').then_some(numbers);
    let mut modes: Vec<String> = sequences(written).into_iter().filter_map(set).collect();
    modes.sort_unstable();
    modes.dedup();
    modes
}

fn has_colour(styles: &[u16]) -> bool {
    styles.iter().any(|n| (30..=37).contains(n) || (40..=47).contains(n) || *n >= 90)
}

#[test]
fn each_terminal_is_sent_what_it_knows() {
    for (term, colours, bright, framed, second, signs) in [
        ("xterm", true, true, true, true, true),
        ("xterm-256color", true, true, true, true, true),
        ("tmux-256color", true, true, true, true, true),
        ("screen", true, false, false, true, true),
        ("linux", true, false, false, false, false),
        ("vt100", false, false, false, false, false),
        ("never-heard-of", true, false, false, true, true),
    ] {
        let written = session(&[("TERM", term)], &[]);
        let (modes, styles, all) = (modes(&written), styles(&written), sequences(&written));
        assert_eq!(modes.contains(&"?2026".to_owned()), framed, "{term} {modes:?}");
        assert_eq!(modes.contains(&"?1049".to_owned()), second, "{term} {modes:?}");
        assert_eq!(has_colour(&styles), colours, "{term} {styles:?}");
        assert!(bright || styles.iter().all(|n| *n < 90), "{term} {styles:?}");
        assert_eq!(written.contains('─'), signs, "{term}");
        // Unknown to the Linux console, and to tmux before 3.4.
        assert!(all.iter().all(|(_, last)| !"ST".contains(*last)), "{term}");
        assert!(all.iter().any(|(numbers, last)| *last == 'r' && numbers.contains(';')), "{term} scrolls no region");
        match term {
            "linux" | "vt100" | "never-heard-of" => assert!(!written.contains("\x1b]"), "{term} is sent OSC"),
            _ => assert!(written.contains("\x1b]52;c;"), "{term}"),
        }
        assert_eq!(written.contains("\x1bP\x1b]52;"), term == "screen", "{term}");
        if term == "screen" {
            assert!(!styles.contains(&3), "italics are standout there");
        }
        if term == "vt100" {
            assert!(styles.iter().all(|n| [0, 1, 4, 7].contains(n)), "{styles:?}");
            assert!(all.iter().all(|(_, last)| *last != 'G'));
        }
    }
}

#[test]
fn a_terminal_that_can_do_nothing_is_told_so() {
    for term in ["dumb", ""] {
        let (mut pty, _folder) = demo(&[("TERM", term)], &[]);
        pty.wait_for("its cursor");
        assert_eq!(pty.wait_for_exit().exit_code(), 1);
        let written = String::from_utf8_lossy(pty.since_mark()).into_owned();
        assert!(!written.contains('\x1b') && written.contains("jikenbo list"), "{written}");
    }
}

#[test]
fn no_colour_means_none() {
    for (env, args) in [(Some(("NO_COLOR", "1")), vec![]), (None, vec!["--color", "never"]), (None, vec!["--plain"])] {
        let env: Vec<(&str, &str)> = env.into_iter().collect();
        let styles = styles(&session(&env, &args));
        assert!(!has_colour(&styles), "{env:?} {args:?} {styles:?}");
    }
}

#[test]
fn a_locale_without_utf8_gets_ascii_signs_and_a_hint() {
    let (mut pty, _folder) = demo(&[("LANG", "C"), ("TERM", "xterm")], &[]);
    pty.wait_for("the locale is not UTF-8");
    let screen = pty.screen().contents();
    assert!(screen.contains("+--") && !screen.contains(['─', '▌', '✓']), "{screen}");
    let (mut pty, _folder) = demo(&[("LC_ALL", "ja_JP.UTF-8"), ("LANG", "C")], &[]);
    pty.wait_for("事案一覧");
    assert!(pty.screen().contents().contains('─'));
}

#[test]
fn the_plain_form_moves_the_real_cursor_and_no_region() {
    for (config, args) in [("", vec!["--plain"]), ("plain = true\n", vec![])] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, config).unwrap();
        let args: Vec<&str> = args.into_iter().chain(["--config", path.to_str().unwrap()]).collect();
        let (mut pty, _home) = demo(&[], &args);
        pty.wait_for("1 of ");
        pty.wait_until("the cursor on the first row", |s| !s.hide_cursor() && s.cursor_position().0 == 4);
        pty.send("jjj");
        pty.wait_until("the cursor on the fourth row", |s| !s.hide_cursor() && s.cursor_position().0 == 7);
        pty.send("G");
        pty.wait_for_quiet(Duration::from_millis(150));
        pty.send("q");
        assert_eq!(pty.wait_for_exit().exit_code(), 0);
        let written = String::from_utf8_lossy(pty.since_mark()).into_owned();
        let regions = sequences(&written).into_iter().filter(|(n, last)| *last == 'r' && !n.is_empty()).count();
        assert_eq!(regions, 0);
        assert!(!written.contains(['─', '│', '▌']));
    }
}
