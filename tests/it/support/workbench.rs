//! The program on a pseudo-terminal, on a house of its own.

use super::pty::Pty;
use crate::cli::House;

impl House {
    /// Starts the program as somebody at a terminal of that size does; without a command it is the workbench.
    pub fn workbench(&self, args: &[&str], columns: u16, rows: u16) -> Pty {
        let (home, db) = (self.path(""), self.path("cases.db"));
        let env = [
            ("HOME", home.to_str().unwrap()),
            ("USER", "hanako"),
            ("JIKENBO_DB", db.to_str().unwrap()),
            ("LANG", "C.UTF-8"),
        ];
        Pty::start(env!("CARGO_BIN_EXE_jikenbo"), args, &env, columns, rows)
    }

    /// Runs the program, which has to succeed, whatever it remarks; gives what it printed.
    pub fn done(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.err);
        ran.out
    }
}
