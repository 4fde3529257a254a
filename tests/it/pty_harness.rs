//! The pseudo-terminal harness itself, on programs that every system has.

use crate::support::pty::Pty;
use std::time::Duration;

#[test]
fn keys_go_in_and_the_screen_comes_out() {
    let script = "printf '漏えい %s\\n' \"$WHO\"; read x; printf 'got %s' \"$x\"; exit 3";
    let mut pty = Pty::start("/bin/sh", &["-c", script], &[("WHO", "hanako")], 40, 5);
    pty.wait_for("漏えい hanako");
    assert_eq!(pty.rows()[0], "漏えい hanako");
    pty.mark();
    pty.send("abc\r");
    pty.wait_for("got abc");
    assert_eq!(pty.since_mark(), b"abc\r\ngot abc");
    let status = pty.wait_for_exit();
    assert_eq!((status.exit_code(), status.signal()), (3, None));
}

#[test]
fn bytes_are_counted_from_the_mark_until_all_is_quiet() {
    let mut pty = Pty::start("/bin/cat", &[], &[], 40, 5);
    pty.send("one\r");
    pty.wait_until("both lines", |screen| screen.contents().matches("one").count() == 2);
    pty.mark();
    pty.wait_for_quiet(Duration::from_millis(20));
    assert_eq!(pty.since_mark(), b"");
}

#[test]
fn signals_end_it_and_sizes_reach_it() {
    let mut pty = Pty::start("/bin/sh", &["-c", "echo ready; read x; stty size; exec cat"], &[], 40, 5);
    pty.wait_for("ready");
    pty.resize(51, 7);
    pty.send("\r");
    pty.wait_for("7 51");
    pty.signal("TERM");
    assert!(pty.wait_for_exit().signal().is_some());
}

#[test]
#[should_panic(expected = "never ended")]
fn a_program_that_goes_on_is_told() {
    let mut pty = Pty::start("/bin/sh", &["-c", "exec cat"], &[], 40, 5);
    pty.give_up_after(Duration::from_millis(50));
    pty.wait_for_exit();
}
