//! Takes a query's text apart into words, phrases, brackets and fields, each with its bytes.
//!
//! Full-width spaces, colons, quotes, brackets and comparison signs count as their ASCII twins; offsets are those of
//! the text as typed.

use super::ast::Compare;
use super::error::{QueryError, quoted};
use super::fields::{self, Field};
use crate::text::{nearest, search_fold};
use std::ops::Range;

/// A piece of a query.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Open,
    Close,
    And,
    Or,
    /// `NOT`, or a `-` before something.
    Not,
    /// A bare word or a phrase.
    Text(String),
    /// `field:value` (no comparison) or `field>value`.
    Field {
        field: &'static Field,
        compare: Option<Compare>,
        value: String,
        value_at: Range<usize>,
    },
}

/// A piece and its bytes.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub piece: Piece,
    pub at: Range<usize>,
}

/// Takes a query apart.
///
/// # Errors
/// Points at an unclosed quote, an unknown field, or a field without a value.
pub(super) fn lex(text: &str) -> Result<Vec<Token>, QueryError> {
    let mut lexer = Lexer { text, chars: text.char_indices().map(|(i, c)| (i, plain(c))).collect(), at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

/// The ASCII sign that a character counts as; `≤` and `≥` stand for the two-character signs.
pub(super) fn plain(c: char) -> char {
    match c {
        '：' => ':',
        '＂' | '“' | '”' | '„' | '‟' => '"',
        '（' => '(',
        '）' => ')',
        '＜' => '<',
        '＞' => '>',
        '＝' => '=',
        '≦' => '≤',
        '≧' => '≥',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

pub(super) fn ends_word(c: char) -> bool {
    matches!(c, ' ' | '(' | ')' | '"')
}

pub(super) fn is_comparison(c: char) -> bool {
    matches!(c, '<' | '>' | '=' | '≤' | '≥')
}

struct Lexer<'t> {
    text: &'t str,
    /// Byte offset and plain form of each character.
    chars: Vec<(usize, char)>,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn char(&self, i: usize) -> Option<char> {
        self.chars.get(i).map(|c| c.1)
    }

    /// The bytes of the characters `from..to`.
    fn bytes(&self, from: usize, to: usize) -> Range<usize> {
        let byte = |i: usize| self.chars.get(i).map_or(self.text.len(), |c| c.0);
        byte(from)..byte(to.max(from))
    }

    fn slice(&self, from: usize, to: usize) -> &'t str {
        self.text.get(self.bytes(from, to)).unwrap_or_default()
    }

    /// The first character from `from` on that fits, else the end.
    fn find(&self, from: usize, fits: impl Fn(char) -> bool) -> usize {
        (from..self.chars.len()).find(|i| self.char(*i).is_some_and(&fits)).unwrap_or(self.chars.len())
    }

    fn token(&self, piece: Piece, from: usize) -> Token {
        Token { piece, at: self.bytes(from, self.at) }
    }

    fn next(&mut self) -> Result<Option<Token>, QueryError> {
        self.at = self.find(self.at, |c| c != ' ');
        let from = self.at;
        let Some(first) = self.char(from) else { return Ok(None) };
        self.at += 1;
        let piece = match first {
            '(' => Piece::Open,
            ')' => Piece::Close,
            '"' => Piece::Text(self.rest_of_phrase(from)?.0),
            '-' | '－' | '−' if self.char(self.at).is_some_and(|c| c != ' ' && c != ')') => Piece::Not,
            _ => self.word(from)?,
        };
        Ok(Some(self.token(piece, from)))
    }

    /// What stands between the quote at `open` and the next one, and its bytes.
    fn rest_of_phrase(&mut self, open: usize) -> Result<(String, Range<usize>), QueryError> {
        let close = self.find(open + 1, |c| c == '"');
        if close == self.chars.len() {
            let at = self.bytes(open, close);
            return Err(QueryError::new("this quote is not closed: end the phrase with `\"`", at));
        }
        self.at = close + 1;
        Ok((self.slice(open + 1, close).to_owned(), self.bytes(open, close + 1)))
    }

    fn word(&mut self, from: usize) -> Result<Piece, QueryError> {
        let end = self.find(from, ends_word).max(from + 1);
        let sign = self.find(from, |c| c == ':' || c == '≠' || is_comparison(c));
        self.at = end;
        if from < sign && sign < end {
            if let Some(field) = self.field_named(from, sign, end)? {
                return self.value_of(field, from, sign);
            }
        } else if let Some(field) = fields::by_name(&search_fold(self.slice(from, end))).filter(|f| f.compares()) {
            let next = self.find(end, |c| c != ' ');
            if self.char(next).is_some_and(is_comparison) {
                return self.value_of(field, from, next);
            }
        }
        Ok(match self.slice(from, end) {
            "AND" => Piece::And,
            "OR" => Piece::Or,
            "NOT" => Piece::Not,
            word => Piece::Text(word.to_owned()),
        })
    }

    /// The field whose name stands at `from..sign`; `None` where the word is no field but a plain word (an address, a
    /// clock time, an assignment).
    fn field_named(&self, from: usize, sign: usize, end: usize) -> Result<Option<&'static Field>, QueryError> {
        let name = search_fold(self.slice(from, sign));
        let letters = name.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
        let known = fields::by_name(&name);
        if self.char(sign) == Some(':') {
            let address = self.char(sign + 1) == Some('/') && self.char(sign + 2) == Some('/');
            if known.is_some() || !letters || name.len() < 2 || address {
                return Ok(known);
            }
            let near = fields::meant(&name).map(|f| format!("{}{}", f.name, if f.compares() { ">" } else { ":" }));
            let at = self.bytes(from, sign + 1);
            let message = format!("{} is no field; to look for the text itself, quote it", quoted(&format!("{name}:")));
            return Err(QueryError::new(message, at).or_rather(near));
        }
        // `people!=5` and `people≠5`.
        let unequal = name.strip_suffix(['!', '~']).or(Some(name.as_str()).filter(|_| self.char(sign) == Some('≠')));
        if let Some(field) = unequal.and_then(fields::by_name).filter(|f| f.compares()) {
            let message = format!("`{}` is compared with <, <=, =, >= or >; `-` before it negates", field.name);
            let number = self.slice(sign + 1, end);
            let rather = Some(format!("-{}={number}", field.name)).filter(|_| !number.is_empty());
            return Err(QueryError::new(message, self.bytes(from, end)).or_rather(rather));
        }
        let numeric =
            self.slice(sign, end).trim_start_matches(|c| is_comparison(plain(c))).starts_with(char::is_numeric);
        match known {
            Some(f) if f.compares() => Ok(Some(f)),
            Some(f) => {
                let message = format!("`{0}` takes a colon, as in `{1}`", f.name, f.example);
                let meant = match self.char(sign) {
                    Some('<' | '≤') if f.name == "published" => "until",
                    Some('>' | '≥') if f.name == "published" => "since",
                    _ => f.name,
                };
                Err(QueryError::new(message, self.bytes(from, sign + 1)).or_rather(Some(format!("{meant}:"))))
            }
            None if letters && numeric => {
                let comparing = fields::fields().iter().filter(|f| f.compares()).map(|f| f.name);
                let message = format!("{} is no number to compare: only `people` and `count` are", quoted(&name));
                let near = nearest(&name, comparing).map(str::to_owned);
                Err(QueryError::new(message, self.bytes(from, sign)).or_rather(near))
            }
            None => Ok(None),
        }
    }

    /// Reads the sign at `sign` and the value behind it.
    fn value_of(&mut self, field: &'static Field, from: usize, sign: usize) -> Result<Piece, QueryError> {
        let equals_follows = self.char(sign + 1) == Some('=');
        let (compare, mut start) = match (self.char(sign), equals_follows) {
            (Some('<'), true) => (Some(Compare::AtMost), sign + 2),
            (Some('>'), true) => (Some(Compare::AtLeast), sign + 2),
            (Some('='), true) => (Some(Compare::Equal), sign + 2),
            (Some('<'), _) => (Some(Compare::Less), sign + 1),
            (Some('>'), _) => (Some(Compare::More), sign + 1),
            (Some('='), _) => (Some(Compare::Equal), sign + 1),
            (Some('≤'), _) => (Some(Compare::AtMost), sign + 1),
            (Some('≥'), _) => (Some(Compare::AtLeast), sign + 1),
            _ => (None, sign + 1),
        };
        if compare.is_some() {
            start = self.find(start, |c| c != ' ');
        }
        let (value, value_at) = if self.char(start) == Some('"') {
            self.rest_of_phrase(start)?
        } else {
            self.at = self.find(start, ends_word);
            (self.slice(start, self.at).to_owned(), self.bytes(start, self.at))
        };
        if value.trim().is_empty() {
            self.at = self.at.max(sign + 1);
            let message = format!("`{}` needs a value right behind it, as in `{}`", field.name, field.example);
            return Err(QueryError::new(message, self.bytes(from, self.at)));
        }
        Ok(Piece::Field { field, compare, value, value_at })
    }
}
