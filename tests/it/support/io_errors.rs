//! Makes single calls of the program fail: builds `io_errors.c`, which is loaded before libc, and tells it by a shared file
//! what is to fail. Used by the tests of I/O errors.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

const SOURCE: &str = include_str!("io_errors.c");

/// The kinds of calls, as bits; the order is that of the C file.
pub mod call {
    pub const WRITE: u64 = 4;
    pub const SYNC: u64 = 8;
    pub const TRUNCATE: u64 = 16;
    pub const RENAME: u64 = 64;
    /// Also opening, reading, mapping, removing and looking. Not locking, which asks no disk.
    pub const ALL: u64 = 511;
    /// What needs room.
    pub const ROOM: u64 = WRITE | TRUNCATE;
    /// What a disk refuses that can still be read.
    pub const CHANGES: u64 = WRITE | SYNC | TRUNCATE | RENAME;
}

pub const EIO: u64 = 5;
pub const ENOSPC: u64 = 28;

/// What fails, and how.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    pub calls: u64,
    pub errno: u64,
    /// All later calls fail too.
    pub lasting: bool,
    /// The call itself writes the half of its bytes; what comes behind it fails.
    pub cut: bool,
}

/// What the program called.
#[derive(Clone, Debug)]
pub struct Heard {
    /// How many calls there were that count.
    pub seen: u64,
    /// How many of them failed.
    pub injected: u64,
    /// The first that failed, and its file.
    pub first: String,
}

/// Watches the files of a folder and lets calls on them fail.
pub struct Shim {
    folder: TempDir,
    control: File,
}

/// Where each value of the shared file stands.
mod place {
    pub const FROM: u64 = 0;
    pub const LASTING: u64 = 8;
    pub const ERRNO: u64 = 16;
    pub const CUT: u64 = 24;
    pub const CALLS: u64 = 32;
    pub const SEEN: u64 = 40;
    pub const INJECTED: u64 = 48;
    pub const ROOT: u64 = 64;
    pub const NAMES: u64 = 512;
    pub const FIRST: u64 = 1024;
    pub const END: u64 = 2048;
}

impl Shim {
    /// Counts the calls on files below `root` whose path from there is like one of `names` (`*` also stands for `/`).
    pub fn new(root: &Path, names: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let control = File::options().read(true).write(true).create_new(true).open(folder.path().join("c")).unwrap();
        control.set_len(place::END).unwrap();
        let root = fs::canonicalize(root).unwrap();
        control.write_all_at(root.to_str().unwrap().as_bytes(), place::ROOT).unwrap();
        control.write_all_at(names.join("\n").as_bytes(), place::NAMES).unwrap();
        let shim = Self { folder, control };
        shim.put(place::CALLS, call::ALL);
        shim
    }

    fn put(&self, place: u64, value: u64) {
        self.control.write_all_at(&value.to_ne_bytes(), place).unwrap();
    }

    fn get(&self, place: u64) -> u64 {
        let mut bytes = [0; 8];
        self.control.read_exact_at(&mut bytes, place).unwrap();
        u64::from_ne_bytes(bytes)
    }

    /// Lets the n-th of the calls from now on fail; none for 0. Works also while the program runs.
    pub fn arm(&self, fault: Fault, n: u64) {
        self.put(place::FROM, 0);
        self.control.write_all_at(&[0; 1024], place::FIRST).unwrap();
        let values = [
            (place::LASTING, u64::from(fault.lasting)),
            (place::ERRNO, fault.errno),
            (place::CUT, u64::from(fault.cut)),
            (place::CALLS, fault.calls),
            (place::SEEN, 0),
            (place::INJECTED, 0),
            (place::FROM, n),
        ];
        values.into_iter().for_each(|(place, value)| self.put(place, value));
    }

    /// From now on all is well again.
    pub fn disarm(&self) {
        self.put(place::FROM, 0);
    }

    /// What was called since it was armed.
    pub fn heard(&self) -> Heard {
        let mut first = [0; 1024];
        self.control.read_exact_at(&mut first, place::FIRST).unwrap();
        let first = first.split(|b| *b == 0).next().unwrap_or_default();
        Heard {
            seen: self.get(place::SEEN),
            injected: self.get(place::INJECTED),
            first: String::from_utf8_lossy(first).into_owned(),
        }
    }

    /// What the program's environment needs.
    pub fn env(&self) -> [(&'static str, String); 2] {
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        [("LD_PRELOAD", text(library().clone())), ("IO_ERRORS", text(self.folder.path().join("c")))]
    }
}

/// The library, built once: SQLite is built in from its source, so there is a C compiler.
fn library() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let own = |end: &str| folder.join(format!("io_errors-{}{end}", std::process::id()));
        let (source, library) = (own(".c"), folder.join("libio_errors.so"));
        fs::write(&source, SOURCE).unwrap();
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
        let built = Command::new(compiler)
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .args([&own(".so"), &source])
            .arg("-ldl")
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        fs::remove_file(source).unwrap();
        fs::rename(own(".so"), &library).unwrap();
        library
    })
}
