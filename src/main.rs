//! The program: an exit code around [`jikenbo::cli`].

use git_version::git_version;
use std::process::ExitCode;

/// The commit that the program was made of; empty where the sources came without their history.
const COMMIT: &str =
    git_version!(args = ["--always", "--dirty=-modified", "--abbrev=12", "--exclude=*"], fallback = "");

fn main() -> ExitCode {
    jikenbo::cli::run(std::env::args_os(), COMMIT)
}
