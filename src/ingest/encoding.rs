//! From bytes to text: chooses UTF-8, Shift_JIS or EUC-JP by validity and plausibility, and refuses what is no text or was
//! garbled before. Given a file's bytes by `ingest::parse`. Strict: no byte is ever replaced.

use super::error::IngestError;
use crate::text::CharSet;
use encoding_rs::{DecoderResult, EUC_JP, Encoding, SHIFT_JIS, UTF_8};
use std::borrow::Cow;

/// A document decoded.
#[derive(Debug)]
pub struct Decoded<'b> {
    /// The text without byte order mark.
    pub text: Cow<'b, str>,
    /// Name of the encoding.
    pub encoding: &'static str,
    /// Bytes of a byte order mark before the text.
    pub skipped: usize,
    /// The bytes behind it, from which the text was decoded.
    pub raw: &'b [u8],
}

impl Decoded<'_> {
    /// Turns offsets of the text into offsets of the file.
    pub fn offsets(&self) -> Offsets<'_> {
        let form = Form::of(self.encoding);
        Offsets { text: &self.text, raw: self.raw, form, skipped: self.skipped, known: vec![(0, 0)], last: [(0, 0); 2] }
    }
}

/// How an encoding lays characters out in bytes. What a character would be encoded as again does not tell: neither
/// encoding writes all that it reads (Shift_JIS's characters of a maker's own, EUC-JP's of JIS X 0212).
#[derive(Clone, Copy, Debug)]
enum Form {
    Utf8,
    ShiftJis,
    EucJp,
}

impl Form {
    fn of(encoding: &str) -> Self {
        match Encoding::for_label(encoding.as_bytes()) {
            Some(e) if e == SHIFT_JIS => Self::ShiftJis,
            Some(e) if e == EUC_JP => Self::EucJp,
            _ => Self::Utf8,
        }
    }

    /// Bytes of the character that begins with this one.
    fn bytes(self, first: u8) -> usize {
        match (self, first) {
            (Self::ShiftJis, 0..=0x80 | 0xA1..=0xDF) | (Self::EucJp, 0..=0x7F) => 1,
            (Self::EucJp, 0x8F) => 3,
            _ => 2,
        }
    }
}

/// Where characters of the text stand in the file.
#[derive(Debug)]
pub struct Offsets<'t> {
    text: &'t str,
    raw: &'t [u8],
    form: Form,
    skipped: usize,
    /// Places in the text and in the file that were worked out, ascending and never far apart.
    known: Vec<(usize, usize)>,
    /// The two places that were asked last: lines of one piece of a page begin and end at the same two.
    last: [(usize, usize); 2],
}

/// How far apart the places are that [`Offsets`] remembers, in bytes of the text.
const STEP: usize = 4096;

impl Offsets<'_> {
    /// The byte of the file at which the text's byte `at` stands.
    pub fn raw(&mut self, at: usize) -> usize {
        if matches!(self.form, Form::Utf8) {
            return self.skipped + at;
        }
        let mut far = self.known.last().copied().unwrap_or_default();
        while let Some(piece) = self.text.get(far.0..at).filter(|p| p.len() > STEP).map(|p| first_bytes(p, STEP)) {
            far = (far.0 + piece.len(), self.after(far.1, piece));
            self.known.push(far);
        }
        let before = self.known.partition_point(|k| k.0 <= at).checked_sub(1);
        let near = before.and_then(|i| self.known.get(i)).copied().unwrap_or_default();
        let (start, raw) = self.last.into_iter().filter(|l| l.0 <= at).fold(near, Ord::max);
        let piece = self.text.get(start..at).unwrap_or_default();
        let found = (start + piece.len(), self.after(raw, piece));
        if !self.last.contains(&found) {
            self.last = [self.last[1], found];
        }
        self.skipped + found.1
    }

    /// Where a piece of the text ends in the file that begins there at `raw`.
    fn after(&self, raw: usize, piece: &str) -> usize {
        let step = |at: usize, _: char| at + self.raw.get(at).map_or(0, |first| self.form.bytes(*first));
        piece.chars().fold(raw, step)
    }
}

/// The first `n` bytes of a text, or one or two less where a character stands across them.
fn first_bytes(text: &str, n: usize) -> &str {
    (0..=n).rev().find_map(|end| text.get(..end)).unwrap_or_default()
}

/// The encoding that markup names near its beginning.
fn declared(body: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(body.get(..2048).unwrap_or(body)).to_ascii_lowercase();
    let at = head.find("charset=").map(|i| i + 8).or_else(|| head.find("encoding=").map(|i| i + 9))?;
    let label = head.get(at..)?.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(label.len());
    Encoding::for_label(label.get(..end)?.as_bytes())
}

/// Beginnings of files that are no text.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x89PNG", "a PNG picture"),
    (b"\xFF\xD8\xFF", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\xD0\xCF\x11\xE0", "an old office document"),
    (b"\x7FELF", "a program"),
];

/// Decodes a file.
///
/// # Errors
/// Fails for bytes that are no text, for text that no supported encoding reads without error, and for garbled text.
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, IngestError> {
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(IngestError::Binary { what, offset: 0 });
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(IngestError::OtherEncoding { encoding: "UTF-16" });
    }
    if let Some(offset) = memchr::memchr(0, bytes) {
        return Err(IngestError::Binary { what: "a NUL byte", offset });
    }
    if bytes.windows(3).take(4096).any(|w| w == b"\x1B$B" || w == b"\x1B$@") {
        return Err(IngestError::OtherEncoding { encoding: "ISO-2022-JP" });
    }
    let skipped = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let body = bytes.get(skipped..).unwrap_or_default();
    if let Ok(text) = std::str::from_utf8(body) {
        refuse_garbled(text)?;
        return Ok(Decoded { text: Cow::Borrowed(text), encoding: UTF_8.name(), skipped, raw: body });
    }
    let named = declared(body);
    let legacy = [SHIFT_JIS, EUC_JP]
        .into_iter()
        .filter(|_| skipped == 0 && !is_damaged_utf8(body))
        .filter_map(|e| Some((e, e.decode_without_bom_handling_and_without_replacement(body)?)))
        // What the page says of itself decides between two readings of little text.
        .map(|(e, text)| (plausibility(&text) + if named == Some(e) { 0.3 } else { 0.0 }, e, text))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match legacy {
        Some((score, encoding, text)) if score > 0.5 => {
            refuse_garbled(&text)?;
            Ok(Decoded { text, encoding: encoding.name(), skipped, raw: body })
        }
        _ => Err(first_error(bytes, body, skipped)),
    }
}

/// How much of the text beyond ASCII is what Japanese prose is made of, 0 to 1.
fn plausibility(text: &str) -> f64 {
    let (mut good, mut all) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_ascii()).take(200_000) {
        all += 1;
        good += usize::from(is_common(c));
    }
    if all == 0 { 0.0 } else { good as f64 / all as f64 }
}

fn is_common(c: char) -> bool {
    matches!(u32::from(c), 0x3000..=0x30FF | 0x4E00..=0x9FFF | 0xFF01..=0xFF5E | 0x2010..=0x203B | 0x2460..=0x2473
        | 0x25A0..=0x25EF | 0x3220..=0x33FF | 0x2160..=0x217B | 0x2190..=0x21FF | 0x2212)
        || matches!(c, '★' | '☆' | '♪' | '×' | '÷' | '°' | '´' | '¨' | '±' | '│' | '─')
}

/// The part of the bytes that is valid UTF-8.
fn utf8_prefix(body: &[u8]) -> &str {
    let valid = std::str::from_utf8(body).err().map_or(body.len(), |e| e.valid_up_to());
    body.get(..valid).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default()
}

/// Tells whether bytes were UTF-8 before they were cut or damaged: other encodings do not form several such characters
/// in a row by chance.
fn is_damaged_utf8(body: &[u8]) -> bool {
    utf8_prefix(body).chars().filter(|c| !c.is_ascii()).take(4).count() == 4
}

/// The encoding that reads furthest, and where it fails.
fn first_error(bytes: &[u8], body: &[u8], skipped: usize) -> IngestError {
    let mut best = (utf8_prefix(body).len(), UTF_8.name());
    for encoding in [SHIFT_JIS, EUC_JP].into_iter().filter(|_| !is_damaged_utf8(body)) {
        let (at, text) = valid_prefix(encoding, body);
        if at > best.0 && plausibility(&text) > 0.5 {
            best = (at, encoding.name());
        }
    }
    let offset = best.0 + skipped;
    let line = 1 + memchr::memchr_iter(b'\n', bytes.get(..offset).unwrap_or_default()).count();
    IngestError::Encoding { encoding: best.1, line, offset }
}

fn valid_prefix(encoding: &'static Encoding, body: &[u8]) -> (usize, String) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = String::with_capacity(decoder.max_utf8_buffer_length(body.len()).unwrap_or(body.len() * 3));
    match decoder.decode_to_string_without_replacement(body, &mut out, true) {
        (DecoderResult::Malformed(bad, after), read) => {
            (read.saturating_sub(usize::from(bad) + usize::from(after)), out)
        }
        (_, read) => (read, out),
    }
}

/// Refuses text whose characters are those of Japanese read in a wrong encoding and saved again.
fn refuse_garbled(text: &str) -> Result<(), IngestError> {
    let (mut seen, mut sound, mut at) = (Tally::default(), 0, 0);
    while sound + seen.all < MOST_SEEN {
        // All of these take three bytes.
        let end = SOUND.run(text, at);
        sound += ((end - at) / 3).min(MOST_SEEN - sound - seen.all);
        let Some(c) = text.get(end..).and_then(|rest| rest.chars().next()) else { break };
        at = end + c.len_utf8();
        if c.is_ascii() {
            at += text.as_bytes().iter().skip(at).take_while(|b| b.is_ascii()).count();
        } else if sound + seen.all < MOST_SEEN {
            seen.add(c);
        }
    }
    seen.all += sound;
    seen.japanese += sound;
    let Some((what, suspect)) = seen.verdict() else { return Ok(()) };
    let at = text.char_indices().find(|(_, c)| suspect(*c)).map_or(0, |(i, _)| i);
    let line = 1 + memchr::memchr_iter(b'\n', text.as_bytes().get(..at).unwrap_or_default()).count();
    Err(IngestError::Mojibake { what, line })
}

/// Most characters beyond ASCII that are looked at.
const MOST_SEEN: usize = 400_000;

/// Ideographs that UTF-8 read as Shift_JIS is full of.
const DEBRIS: CharSet = CharSet::of_each(&['縺', '繧', '繝', '譁', '蜿', '螟', '髮', '荳', '邏', '諠', '蝣']);

/// The other ideographs and kana, which most of a text consists of.
static SOUND: CharSet = CharSet::of(&[('\u{3041}', '\u{30FF}'), ('\u{4E00}', '\u{9FFF}')]).without(&DEBRIS);

/// Counts of characters that tell garbled text from sound one.
#[derive(Default)]
struct Tally {
    all: usize,
    japanese: usize,
    latin: usize,
    replaced: usize,
    utf8_as_sjis: usize,
    half_kana: usize,
    rare: usize,
}

type Suspect = fn(char) -> bool;

impl Tally {
    /// Counts a character that is none of [`SOUND`].
    fn add(&mut self, c: char) {
        self.all += 1;
        if is_sjis_debris(c) {
            self.japanese += 1;
            self.utf8_as_sjis += 1;
            return;
        }
        self.latin += usize::from(is_latin_debris(c));
        self.replaced += usize::from(c == '\u{FFFD}');
        self.half_kana += usize::from(is_half_kana(c));
        self.rare += usize::from(is_rare(c));
    }

    fn verdict(&self) -> Option<(&'static str, Suspect)> {
        let over = |n: usize, percent: usize| n * 100 > self.all * percent;
        if self.all < 16 {
            None
        } else if over(self.latin, 40) && self.japanese < self.latin {
            Some(("UTF-8 or Shift_JIS read as a Latin encoding", is_latin_debris))
        } else if over(self.utf8_as_sjis, 8) {
            Some(("UTF-8 read as Shift_JIS", is_sjis_debris))
        } else if over(self.replaced, 3) {
            Some(("many replacement characters", |c| c == '\u{FFFD}'))
        } else if over(self.half_kana, 40) {
            Some(("EUC-JP read as Shift_JIS", is_half_kana))
        } else if over(self.rare, 3) {
            Some(("characters that Japanese does not use", is_rare))
        } else {
            None
        }
    }
}

fn is_latin_debris(c: char) -> bool {
    matches!(u32::from(c), 0x80..=0x9F | 0xA1..=0xFF | 0x152 | 0x153 | 0x160 | 0x161 | 0x178 | 0x17D | 0x17E | 0x192
        | 0x2C6 | 0x2DC | 0x20AC | 0x2018..=0x201E | 0x2020..=0x2022 | 0x2030 | 0x2039 | 0x203A | 0x2122)
}

fn is_sjis_debris(c: char) -> bool {
    static SET: CharSet = DEBRIS;
    SET.has(c)
}

fn is_half_kana(c: char) -> bool {
    matches!(u32::from(c), 0xFF61..=0xFF9F)
}

fn is_rare(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x4DBF | 0xE000..=0xF8FF)
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::*;

    const TEXT: &str = "◎若草銀行、伝票を紛失 計41枚\n若草銀行は10月8日、伝票を紛失したと発表した。\n";

    #[test]
    fn three_encodings_give_one_text() {
        for encoding in [UTF_8, SHIFT_JIS, EUC_JP] {
            let (bytes, _, _) = encoding.encode(TEXT);
            let got = decode(&bytes).unwrap();
            assert_eq!((got.text.as_ref(), got.encoding), (TEXT, encoding.name()));
        }
        let with_mark = [b"\xEF\xBB\xBF", TEXT.as_bytes()].concat();
        let got = decode(&with_mark).unwrap();
        assert_eq!((got.text.as_ref(), got.skipped), (TEXT, 3));
    }

    #[test]
    fn offsets_of_the_file_are_told_in_any_order() {
        let text = "漢字とkanaの行\n".repeat(1500);
        let (bytes, _, _) = SHIFT_JIS.encode(&text);
        let decoded = decode(&bytes).unwrap();
        let mut offsets = decoded.offsets();
        for at in [text.len(), 0, 27_000, 26_997, 12_288, 12_291, 12_285, 3] {
            let at = (0..=at).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0);
            assert_eq!(offsets.raw(at), SHIFT_JIS.encode(&text[..at]).0.len(), "{at}");
        }
    }

    #[test]
    fn characters_that_are_only_read_have_their_bytes_too() {
        // A maker's own character of Shift_JIS, and one of JIS X 0212 that only EUC-JP's reading knows.
        for (bytes, encoding) in [(&b"\xF8\x68"[..], SHIFT_JIS), (&b"\x8F\xB0\xA1"[..], EUC_JP)] {
            let (head, tail) = (encoding.encode("漢字の行ﾊ").0, encoding.encode("の終わり").0);
            let all = [head.as_ref(), bytes, tail.as_ref()].concat();
            let decoded = decode(&all).unwrap();
            let at = decoded.text.len() - "の終わり".len();
            let mut offsets = decoded.offsets();
            assert_eq!(offsets.raw(at), head.len() + bytes.len(), "{}", decoded.encoding);
            assert_eq!(offsets.raw(decoded.text.len()), all.len());
        }
    }

    #[test]
    fn a_cut_file_says_where() {
        let (bytes, _, _) = SHIFT_JIS.encode(TEXT.trim_end());
        let cut = &bytes[..bytes.len() - 3];
        let wrong = IngestError::Encoding { encoding: "Shift_JIS", line: 2, offset: cut.len() - 1 };
        assert_eq!(decode(cut).unwrap_err(), wrong);
        let utf8 = &TEXT.as_bytes()[..20];
        assert!(matches!(decode(utf8), Err(IngestError::Encoding { encoding: "UTF-8", line: 1, .. })));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(matches!(decode(b"\x89PNG\r\n\x1a\n"), Err(IngestError::Binary { offset: 0, .. })));
        assert!(matches!(decode(b"abc\0def"), Err(IngestError::Binary { offset: 3, .. })));
        assert!(matches!(decode(b"\xFF\xFEa\0"), Err(IngestError::OtherEncoding { encoding: "UTF-16" })));
        assert!(matches!(decode(b"\x1B$B4k\x1B(B"), Err(IngestError::OtherEncoding { encoding: "ISO-2022-JP" })));
    }

    #[test]
    fn garbled_text_is_refused() {
        let garble = |with: &'static Encoding, bytes: &[u8]| with.decode_without_bom_handling(bytes).0.into_owned();
        let utf8 = TEXT.as_bytes();
        let (sjis, _, _) = SHIFT_JIS.encode(TEXT);
        let (euc, _, _) = EUC_JP.encode(TEXT);
        for text in [
            garble(encoding_rs::WINDOWS_1252, utf8),
            garble(SHIFT_JIS, utf8),
            garble(encoding_rs::WINDOWS_1252, &sjis),
            garble(UTF_8, &sjis),
            garble(SHIFT_JIS, &euc),
        ] {
            assert!(matches!(decode(text.as_bytes()), Err(IngestError::Mojibake { .. })), "{text}");
        }
        assert!(decode("半角の｢ｶﾅ｣と café を含む普通の文章です。".as_bytes()).is_ok());
    }
}
