//! The program: an exit code around [`jikenbo::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    jikenbo::cli::run(std::env::args_os())
}
