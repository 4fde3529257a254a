//! Standard output and standard error: buffered, and never a control character of a notice on a terminal.

use crate::runtime;
use crate::text::neutral::{NeutralLines, neutralise_lines};
use std::io::{self, BufWriter, IsTerminal, Write};

/// Columns of a terminal that does not tell how many it has.
const USUAL_COLUMNS: usize = 80;

/// Standard output.
pub(super) struct Out {
    inner: Box<dyn Write>,
    /// Someone reads it on a screen.
    terminal: bool,
    /// Bold and colour are wanted.
    styled: bool,
}

impl Out {
    /// The process's standard output. It is not locked: the workbench draws on it meanwhile.
    pub(super) fn stdout(styled: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        let inner = Box::new(BufWriter::with_capacity(1 << 16, io::stdout()));
        Self { inner, terminal, styled }
    }

    /// Columns that lines have to fit into where someone reads it on a screen; `None` for a file or pipe.
    pub(super) fn columns(&self) -> Option<usize> {
        let told = || runtime::terminal_size().map_or(USUAL_COLUMNS, |(columns, _)| usize::from(columns));
        self.terminal.then(told)
    }

    /// Writes lines for people: unsafe characters are always shown in another form.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        self.inner.write_all(neutralise_lines(text).as_bytes())?;
        self.inner.write_all(b"\n")
    }

    /// Writes a line for people in bold where that is wanted.
    pub(super) fn bold(&mut self, text: &str) -> io::Result<()> {
        if !self.styled {
            return self.line(text);
        }
        write!(self.inner, "\u{1b}[1m{}\u{1b}[0m", neutralise_lines(text))?;
        self.inner.write_all(b"\n")
    }

    /// Bytes as they are: for JSON, which escapes by itself, and for shell scripts and pages of the program's own.
    pub(super) fn raw(&mut self) -> &mut dyn Write {
        &mut self.inner
    }

    /// A text format for machines: as it is into a file or pipe, neutralised line by line on a terminal. Needs
    /// [`Write::flush`] at the end.
    pub(super) fn plain(&mut self) -> Box<dyn Write + '_> {
        if self.terminal { Box::new(NeutralLines::new(&mut self.inner)) } else { Box::new(&mut self.inner) }
    }

    /// As what was told, but a reader who has gone away is no reason to end the work: the rest is written nowhere.
    pub(super) fn unheard(&mut self, told: io::Result<()>) -> io::Result<()> {
        match told {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {
                self.inner = Box::new(io::sink());
                Ok(())
            }
            told => told,
        }
    }

    /// Hands everything to the system.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Tells the analyst something on standard error. There is nobody to tell when that fails.
pub(super) fn tell(message: &str) {
    let _ = writeln!(io::stderr().lock(), "jikenbo: {}", neutralise_lines(message.trim_end()));
}

/// Tells something by the way, where someone watches: dimly where styles are wanted.
pub(super) fn tell_aside(message: &str, styled: bool) {
    if io::stderr().is_terminal() {
        let (begin, end) = if styled { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
        let _ = writeln!(io::stderr().lock(), "{begin}jikenbo: {}{end}", neutralise_lines(message));
    }
}

/// Prints what clap has to say: help, or what is wrong with the arguments. Clap repeats arguments as they were typed, so
/// it does the printing, with its colours, only where they are harmless.
///
/// # Errors
/// The output takes it not; a reader that has left wants no more, which is no error.
pub(super) fn refuse(error: &clap::Error, harmless: bool) -> io::Result<()> {
    let printed = if harmless {
        error.print().and_then(|()| io::stdout().flush())
    } else {
        io::stderr().lock().write_all(neutralise_lines(&error.render().to_string()).as_bytes())
    };
    printed.or_else(|e| if e.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(e) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(terminal: bool, styled: bool, act: impl Fn(&mut Out)) -> String {
        let shared = Shared::default();
        let mut out = Out { inner: Box::new(shared.clone()), terminal, styled };
        act(&mut out);
        out.finish().unwrap();
        let bytes = shared.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_text_format_is_neutralised_on_a_terminal_only() {
        let write = |out: &mut Out| {
            let mut plain = out.plain();
            plain.write_all("事\u{1b}[31m,x\u{202e}\r\nend".as_bytes()).unwrap();
            plain.flush().unwrap();
        };
        assert_eq!(written(false, false, write), "事\u{1b}[31m,x\u{202e}\r\nend");
        assert_eq!(written(true, false, write), "事␛[31m,x⟦U+202E⟧\nend");
    }

    #[test]
    fn lines_for_people_are_always_neutralised() {
        for terminal in [false, true] {
            assert_eq!(written(terminal, false, |o| o.bold("a\u{7}").unwrap()), "a␇\n");
            assert_eq!(written(terminal, true, |o| o.bold("a\u{7}").unwrap()), "\u{1b}[1ma␇\u{1b}[0m\n");
        }
    }
}
