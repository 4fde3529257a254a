//! Reading from where nobody knows when something comes: standard input, pipes, devices. A thread of its own waits there,
//! so that whoever reads can be told to stop meanwhile.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// Bytes that are handed on at once.
const CHUNK: usize = 64 << 10;
/// Chunks that may wait.
const AHEAD: usize = 16;
/// How often the reader looks whether it is to stop.
const LOOK: Duration = Duration::from_millis(50);

type Opened = io::Result<Box<dyn Read + Send>>;

/// What a thread reads elsewhere; ends with an error once it is to stop.
pub(super) struct Pumped {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: io::Cursor<Vec<u8>>,
    stop: Arc<AtomicBool>,
}

impl Pumped {
    /// Opens, in a thread of its own, and reads. The thread is left behind where nothing comes any more.
    ///
    /// # Errors
    /// The thread can't be started. What can't be opened or read is told by the reading.
    pub fn start(open: impl FnOnce() -> Opened + Send + 'static, stop: Arc<AtomicBool>) -> io::Result<Self> {
        let (sender, chunks) = sync_channel(AHEAD);
        thread::Builder::new().name("jikenbo-input".into()).spawn(move || pump(open, &sender))?;
        Ok(Self { chunks, chunk: io::Cursor::default(), stop })
    }
}

fn pump(open: impl FnOnce() -> Opened, sender: &SyncSender<io::Result<Vec<u8>>>) {
    let mut source = match open() {
        Ok(source) => source,
        Err(e) => return drop(sender.send(Err(e))),
    };
    loop {
        let mut chunk = vec![0; CHUNK];
        match source.read(&mut chunk) {
            Ok(0) => return,
            Ok(n) => {
                chunk.truncate(n);
                if sender.send(Ok(chunk)).is_err() {
                    return;
                }
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return drop(sender.send(Err(e))),
        }
    }
}

impl Read for Pumped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(io::Error::other("stopped"));
            }
            let read = self.chunk.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.chunks.recv_timeout(LOOK) {
                Ok(chunk) => self.chunk = io::Cursor::new(chunk?),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_comes_is_read_and_errors_are_told() {
        let text: Vec<u8> = (0..3 * CHUNK).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let own = text.clone();
        let mut read = Vec::new();
        let open = || Ok(Box::new(io::Cursor::new(own)) as Box<dyn Read + Send>);
        Pumped::start(open, Arc::default()).unwrap().read_to_end(&mut read).unwrap();
        assert_eq!(read, text);
        let refused = || Err(io::Error::from(io::ErrorKind::NotFound));
        let error = Pumped::start(refused, Arc::default()).unwrap().read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn who_waits_for_what_never_comes_can_be_told_to_stop() {
        let (kept, never) = std::sync::mpsc::channel::<()>();
        let open = move || {
            let _ = never.recv();
            Err(io::ErrorKind::UnexpectedEof.into())
        };
        let stop: Arc<AtomicBool> = Arc::default();
        let mut pumped = Pumped::start(open, Arc::clone(&stop)).unwrap();
        let reader = thread::spawn(move || pumped.read(&mut [0]));
        stop.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap().is_err());
        drop(kept);
    }
}
