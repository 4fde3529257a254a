//! The program: an exit code around [`jikenbo::cli`].

fn main() {}
