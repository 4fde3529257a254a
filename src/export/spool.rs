//! A part of a report that has to wait for what stands before it: in memory while small, else in an unnamed file.

use std::io::{self, Read, Seek, SeekFrom, Write};
use tempfile::SpooledTempFile;

/// Bytes that are kept in memory.
const IN_MEMORY: usize = 4 << 20;

/// A part that waits.
pub(super) struct Spool(SpooledTempFile);

impl Spool {
    /// An empty part.
    pub fn new() -> Self {
        Self(SpooledTempFile::new(IN_MEMORY))
    }

    /// Writes all of it to where it belongs.
    pub fn copy_to(&mut self, to: &mut dyn Write) -> io::Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        let mut chunk = [0; 1 << 14];
        loop {
            match self.0.read(&mut chunk)? {
                0 => return Ok(()),
                n => to.write_all(chunk.get(..n).unwrap_or_default())?,
            }
        }
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
