//! Takes a file of records apart as it is read: one record at a time, with the line that it begins on. Used by the
//! import of `jobs`; what is no record is handed on with what is wrong, and the reading goes on behind it.

use super::{Layout, MAX_RECORD};
use std::io::{self, BufRead};

/// One piece of a file of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The line that it begins on, from 1.
    pub line: usize,
    /// Its bytes, or what is wrong with them.
    pub json: Result<Vec<u8>, &'static str>,
}

/// Too long for a record.
const TOO_LONG: &str = "the record is longer than 8 MiB; nothing that long is taken in";

/// The pieces of a file.
#[derive(Debug)]
pub struct Pieces<R> {
    input: R,
    layout: Layout,
    /// Lines that were begun.
    line: usize,
    limit: usize,
    ended: bool,
}

/// A line without what stands around its record: white space, a byte order mark, the comma of an array.
pub(super) fn bare(line: &[u8]) -> &[u8] {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii();
    line.strip_suffix(b",").unwrap_or(line).trim_ascii_end()
}

impl<R: BufRead> Pieces<R> {
    /// The pieces of an input that is laid out this way.
    pub fn new(input: R, layout: Layout) -> Self {
        Self { input, layout, line: 0, limit: MAX_RECORD, ended: false }
    }

    /// What is read.
    pub fn input(&self) -> &R {
        &self.input
    }

    /// What was read.
    pub fn into_input(self) -> R {
        self.input
    }

    /// The next piece, `None` at the end.
    ///
    /// # Errors
    /// Fails where the input can't be read.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        if self.ended {
            return Ok(None);
        }
        match self.layout {
            Layout::Lines => self.next_line(),
            Layout::Free => self.next_object(),
        }
    }

    fn next_line(&mut self) -> io::Result<Option<Piece>> {
        loop {
            let mut bytes = Vec::new();
            let fits = self.read_line(&mut bytes)?;
            if bytes.is_empty() && fits {
                return Ok(None);
            }
            self.line += 1;
            if !fits {
                return Ok(Some(Piece { line: self.line, json: Err(TOO_LONG) }));
            }
            let bare = bare(&bytes);
            if !matches!(bare, b"" | b"[" | b"]") {
                return Ok(Some(Piece { line: self.line, json: Ok(bare.to_vec()) }));
            }
        }
    }

    /// Reads a line with its end; of one over the limit the rest is passed over, and false is given.
    fn read_line(&mut self, into: &mut Vec<u8>) -> io::Result<bool> {
        let mut fits = true;
        loop {
            let chunk = match self.input.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if chunk.is_empty() {
                return Ok(fits);
            }
            let end = memchr::memchr(b'\n', chunk);
            let used = end.map_or(chunk.len(), |at| at + 1);
            // What ends the line is none of the record.
            fits &= into.len() + end.unwrap_or(chunk.len()) <= self.limit;
            if fits {
                into.extend_from_slice(chunk.get(..used).unwrap_or_default());
            }
            self.input.consume(used);
            if end.is_some() {
                return Ok(fits);
            }
        }
    }

    fn next_object(&mut self) -> io::Result<Option<Piece>> {
        self.line = self.line.max(1);
        let mut scan = Scan::default();
        let mut bytes = Vec::new();
        let mut begun = self.line;
        loop {
            let chunk = match self.input.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if chunk.is_empty() {
                self.ended = true;
                let cut = Piece { line: begun, json: Err("the file breaks off inside this record") };
                return Ok((!bytes.is_empty()).then_some(cut));
            }
            let mut used = 0;
            let mut whole = None;
            for b in chunk {
                used += 1;
                self.line += usize::from(*b == b'\n');
                match scan.take(*b) {
                    Taken::Between => begun = self.line,
                    Taken::Inside => bytes.push(*b),
                    Taken::Whole => {
                        bytes.push(*b);
                        whole = Some(Ok(()));
                    }
                    Taken::Stray => whole = Some(Err("here stands no record: expected `{`")),
                }
                if bytes.len() > self.limit {
                    whole = Some(Err(TOO_LONG));
                }
                if whole.is_some() {
                    break;
                }
            }
            self.input.consume(used);
            if let Some(whole) = whole {
                // Where no record begins, nothing tells where the next one does.
                self.ended = whole.is_err();
                return Ok(Some(Piece { line: begun, json: whole.map(|()| bytes) }));
            }
        }
    }
}

/// What a byte is to the record at hand.
enum Taken {
    /// Stands before it.
    Between,
    /// Is of it.
    Inside,
    /// Is its last.
    Whole,
    /// Is of no record.
    Stray,
}

/// How deep a scan stands.
#[derive(Default)]
struct Scan {
    depth: usize,
    quoted: bool,
    escaped: bool,
}

impl Scan {
    fn take(&mut self, b: u8) -> Taken {
        if self.depth == 0 {
            return match b {
                b'{' => {
                    self.depth = 1;
                    Taken::Inside
                }
                // The byte order mark too.
                b'[' | b']' | b',' | 0xEF | 0xBB | 0xBF => Taken::Between,
                _ if b.is_ascii_whitespace() => Taken::Between,
                _ => Taken::Stray,
            };
        }
        if self.quoted {
            match b {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.quoted = false,
                _ => {}
            }
            return Taken::Inside;
        }
        match b {
            b'"' => self.quoted = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth -= 1,
            _ => {}
        }
        if self.depth == 0 { Taken::Whole } else { Taken::Inside }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    /// Pieces read in chunks of a few bytes, with a limit of 20.
    fn pieces(text: &str, layout: Layout) -> Vec<(usize, String)> {
        let input = BufReader::with_capacity(3, text.as_bytes());
        let mut pieces = Pieces { limit: 20, ..Pieces::new(input, layout) };
        let mut out = Vec::new();
        while let Some(piece) = pieces.next_piece().unwrap() {
            let told = match piece.json {
                Ok(bytes) => String::from_utf8(bytes).unwrap(),
                Err(what) => format!("!{}", what.split_whitespace().take(3).collect::<Vec<_>>().join(" ")),
            };
            out.push((piece.line, told));
        }
        out
    }

    fn told(list: &[(usize, &str)]) -> Vec<(usize, String)> {
        list.iter().map(|(n, s)| (*n, (*s).to_owned())).collect()
    }

    #[test]
    fn lines_are_records_and_a_long_one_hides_no_other() {
        let long = "x".repeat(40);
        let text = format!("\u{feff}[\r\n{{\"a\":1}},\r\n\r\n{long}\n  no \n]\n{{}}");
        let expected = [(2, "{\"a\":1}"), (4, "!the record is"), (5, "no"), (7, "{}")];
        assert_eq!(pieces(&text, Layout::Lines), told(&expected));
        // 20 bytes are no more than the limit, whatever ends them.
        let just = "x".repeat(20);
        let lines = format!("{just}\n{just}x\n{just}");
        assert_eq!(pieces(&lines, Layout::Lines), told(&[(1, &just), (2, "!the record is"), (3, &just)]));
        assert_eq!(pieces("", Layout::Lines), told(&[]));
        assert_eq!(pieces("\n\n", Layout::Lines), told(&[]));
    }

    #[test]
    fn objects_are_found_over_lines_and_inside_arrays() {
        let text = "\u{feff}[\n{\"a\":\n\"}\\\"]{\"\n}, {\"b\":[{}]}\n]";
        assert_eq!(pieces(text, Layout::Free), told(&[(2, "{\"a\":\n\"}\\\"]{\"\n}"), (4, "{\"b\":[{}]}")]));
        assert_eq!(pieces("{}\n{}{", Layout::Free), told(&[(1, "{}"), (2, "{}"), (2, "!the file breaks")]));
        assert_eq!(pieces("[{}, 7, {}]", Layout::Free), told(&[(1, "{}"), (1, "!here stands no")]));
        assert_eq!(pieces(&format!("[{{\"{}\"}},{{}}]", "x".repeat(30)), Layout::Free), told(&[(1, "!the record is")]));
    }
}
