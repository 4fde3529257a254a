//! The text under way: collects words into lines and lines into text, with their places in the source. Written to by
//! `html` and `feed`.

/// Signs that mark an item by themselves.
const BULLETS: [char; 12] = ['・', '•', '⚫', '●', '○', '〇', '■', '※', '-', '*', '①', '→'];

/// How far ahead a line's words are looked for, in bytes: more than any markup between two lines.
const FURTHEST: usize = 1 << 16;

/// The first words of a line, up to what the source may write otherwise, without the mark of an item.
fn first_words(line: &str) -> &str {
    let line = line.trim_start_matches(BULLETS);
    let end = line.char_indices().take(24).find(|(_, c)| c.is_whitespace() || "&<>\"'".contains(*c));
    let longest = line.char_indices().nth(24).map_or(line.len(), |(i, _)| i);
    line.get(..end.map_or(longest, |(i, _)| i)).unwrap_or_default()
}

/// Lines as they are written.
#[derive(Debug, Default)]
pub struct Lines {
    text: String,
    places: Vec<(usize, usize)>,
    line: String,
    from: usize,
    to: usize,
    gap: bool,
    mark: Option<String>,
}

impl Lines {
    /// Adds words to the present line; runs of ASCII white space count as one space. `start..end` is their place.
    pub fn words(&mut self, words: &str, start: usize, end: usize) {
        let fresh = self.line.is_empty();
        let kept = if fresh { words.trim_start_matches(|c: char| c.is_ascii_whitespace()) } else { words };
        if kept.is_empty() {
            return;
        }
        if fresh {
            self.from = (start + words.len() - kept.len()).min(end);
            if let Some(mark) = self.mark.take().filter(|_| !kept.starts_with(BULLETS)) {
                self.line.push_str(&mark);
            }
        }
        for c in kept.chars() {
            if !c.is_ascii_whitespace() {
                self.line.push(c);
            } else if !self.line.ends_with([' ', '\t']) {
                self.line.push(' ');
            }
        }
        self.to = end;
    }

    /// Ends the present line, if anything stands in it; gives its number.
    pub fn end_line(&mut self) -> Option<usize> {
        let line = self.line.trim_end_matches([' ', '\t']);
        if line.is_empty() {
            self.line.clear();
            return None;
        }
        let (from, to) = (self.from, self.to.max(self.from));
        let line = line.to_owned();
        self.line.clear();
        if std::mem::take(&mut self.gap) && !self.places.is_empty() {
            self.put("", (from, from));
        }
        self.put(&line, (from, to));
        Some(self.places.len() - 1)
    }

    fn put(&mut self, line: &str, place: (usize, usize)) {
        if !self.places.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line);
        self.places.push(place);
    }

    /// Ends the line and leaves an empty one before the next.
    pub fn paragraph(&mut self) {
        self.end_line();
        self.gap = true;
    }

    /// Ends the line as a line break does: of an empty line nothing but a gap is left.
    pub fn line_break(&mut self) {
        if self.end_line().is_none() {
            self.gap = true;
        }
    }

    /// Parts the words before from those after within the line.
    pub fn part(&mut self, by: char) {
        if !self.line.is_empty() && !self.line.ends_with(by) {
            let kept = self.line.trim_end_matches(' ').len();
            self.line.truncate(kept);
            self.line.push(by);
        }
    }

    /// Puts a mark before the next line's words, unless they bring their own.
    pub fn mark(&mut self, mark: &str) {
        self.mark = Some(mark.to_owned());
    }

    /// Forgets a mark that no words followed.
    pub fn unmark(&mut self) {
        self.mark = None;
    }

    /// Bytes of the present line so far.
    pub fn width(&self) -> usize {
        self.line.len()
    }

    /// The number of the next line, were it written now.
    pub fn next(&self) -> usize {
        self.places.len() + usize::from(self.gap && !self.places.is_empty())
    }

    /// How many lines were written.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// Where the text ends now: bytes and lines of it.
    pub fn end(&self) -> (usize, usize) {
        (self.text.len(), self.places.len())
    }

    /// Looks up where the lines written since `end` stand in a piece of the source that was read as a whole: each after
    /// the one before, by its first words.
    pub fn find_places(&mut self, end: (usize, usize), source: &str, piece: (usize, usize)) {
        let mut at = piece.0;
        let written = self.text.get(end.0..).unwrap_or_default();
        let written = if end.1 > 0 { written.strip_prefix('\n').unwrap_or(written) } else { written };
        let starts: Vec<usize> = written
            .split('\n')
            .map(|line| {
                let ahead = source.get(at..piece.1.min(source.len())).unwrap_or_default().as_bytes();
                let window = ahead.get(..FURTHEST).unwrap_or(ahead);
                let key = first_words(line).as_bytes();
                let found = Some(key).filter(|k| k.len() > 1).and_then(|k| memchr::memmem::find(window, k));
                let start = at + found.unwrap_or(0);
                at = start + found.map_or(0, |_| key.len());
                start
            })
            .collect();
        let ends = starts.iter().skip(1).copied().chain([piece.1]);
        for (place, (from, to)) in self.places.iter_mut().skip(end.1).zip(starts.iter().copied().zip(ends)) {
            *place = (from, to.max(from));
        }
    }

    /// The text and its lines' places; of the lines `first..after` only.
    pub fn finish(mut self, range: Option<(usize, usize)>) -> (String, Vec<(usize, usize)>) {
        self.end_line();
        let Some((first, after)) = range else { return (self.text, self.places) };
        let text: Vec<&str> = self.text.split('\n').skip(first).take(after.saturating_sub(first)).collect();
        let places = self.places.iter().copied().skip(first).take(text.len()).collect();
        (text.join("\n"), places)
    }
}

#[cfg(test)]
#[allow(clippy::string_slice)] // tests may panic
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_places() {
        let mut l = Lines::default();
        l.words("\n  題名  と\n続き ", 10, 40);
        l.paragraph();
        l.line_break();
        l.mark("・");
        l.words("項目", 50, 56);
        l.line_break();
        l.words("\u{A0}", 60, 66);
        assert_eq!(
            l.finish(None),
            ("題名 と 続き\n\n・項目\n\u{A0}".to_owned(), vec![(13, 40), (50, 50), (50, 56), (60, 66)])
        );
    }

    #[test]
    fn places_are_found_by_the_first_words() {
        let source = "<c>&lt;p>経緯&lt;p>・経緯の 説明&lt;p>1&lt;p>原因</c>";
        let mut l = Lines::default();
        l.words("題名", 0, 0);
        l.paragraph();
        let end = l.end();
        for line in ["経緯", "・経緯の 説明", "1", "原因"] {
            l.words(line, 3, 9);
            l.end_line();
        }
        l.find_places(end, source, (3, source.len() - 4));
        let (text, places) = l.finish(None);
        let found: Vec<&str> = places.iter().map(|p| &source[p.0..p.1]).collect();
        assert_eq!(text, "題名\n\n経緯\n・経緯の 説明\n1\n原因");
        assert_eq!(found, ["", "&lt;p>", "経緯&lt;p>・", "経緯の", " 説明&lt;p>1&lt;p>", "原因"]);
    }

    #[test]
    fn a_mark_stands_before_words_without_one() {
        let mut l = Lines::default();
        l.mark("・");
        l.words("※注", 0, 6);
        l.end_line();
        l.words("一", 6, 9);
        l.part('\t');
        l.words("二", 9, 12);
        assert_eq!(l.finish(Some((1, 2))).0, "一\t二");
    }
}
