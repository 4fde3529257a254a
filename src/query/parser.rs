//! From tokens to the tree: precedence, brackets, limits and the default view.

use super::ast::{Expr, Place, Query, Sort, Term, Trait};
use super::error::{QueryError, quoted};
use super::fields::Meaning;
use super::lexer::{Piece, Token, lex};
use super::value::{Meant, Value, contains_typed};
use crate::domain::{Kind, Status};
use chrono::NaiveDate;

/// Most bytes of a query.
pub const MAX_LENGTH: usize = 4096;

/// Deepest nesting of brackets and negations.
pub const MAX_NESTING: usize = 64;

/// Parses a query and adds the default view: kind incident and claim unless the query names `kind` anywhere, status
/// not dismissed unless it names `status`, nothing that its document no longer holds unless it names `kind` or asks for
/// `is:gone`. `today` is what `30d` counts from.
///
/// # Errors
/// Says what is wrong, where, and what was probably meant.
pub fn parse(text: &str, today: NaiveDate) -> Result<Query, QueryError> {
    read(text, today, false).map(with_default)
}

/// As [`parse`], but where it `reads`, words of letters outside quotes stand for what they are read as too (`rouei` for
/// 漏えい), as the value of `reading:` always does: what is typed in the workbench.
///
/// # Errors
/// As [`parse`].
pub fn parse_typed(text: &str, today: NaiveDate, reads: bool) -> Result<Query, QueryError> {
    read(text, today, reads).map(with_default)
}

fn with_default(parsed: Parsed) -> Query {
    let mut all = parsed.filter;
    if !parsed.names_kind {
        let kinds = [Kind::Incident, Kind::Claim].map(|k| Expr::Is(Term::Kind(k)));
        all.push(Expr::Or(kinds.to_vec()));
    }
    if !parsed.names_kind && !parsed.names_gone {
        all.push(Expr::Not(Box::new(Expr::Is(Term::Has(Trait::Gone)))));
    }
    if !parsed.names_status {
        all.push(Expr::Not(Box::new(Expr::Is(Term::Status(Status::Dismissed)))));
    }
    Query { filter: joined(all), sort: parsed.sort }
}

/// Parses a query as it stands, without the default view: what `reparse` and id arguments ask for.
///
/// # Errors
/// As [`parse`].
pub fn parse_without_default(text: &str, today: NaiveDate) -> Result<Query, QueryError> {
    let parsed = read(text, today, false)?;
    Ok(Query { filter: joined(parsed.filter), sort: parsed.sort })
}

fn joined(mut all: Vec<Expr>) -> Expr {
    if all.len() == 1 { all.pop().unwrap_or(Expr::And(Vec::new())) } else { Expr::And(all) }
}

/// What was read: conditions that all have to hold, the order, and what the default view hangs on.
struct Parsed {
    filter: Vec<Expr>,
    sort: Sort,
    names_kind: bool,
    names_status: bool,
    names_gone: bool,
}

fn read(text: &str, today: NaiveDate, reads: bool) -> Result<Parsed, QueryError> {
    if text.len() > MAX_LENGTH {
        let start = (0..=MAX_LENGTH).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
        let message = format!("the query is too long: {} bytes, {MAX_LENGTH} at most", text.len());
        return Err(QueryError::new(message, start..text.len()));
    }
    let mut parser = Parser {
        tokens: lex(text)?,
        at: 0,
        end: text.len(),
        depth: 0,
        today,
        reads,
        sort: Sort::default(),
        names_kind: false,
        names_status: false,
        names_gone: false,
    };
    let filter = match parser.any_of()? {
        Some(Expr::And(all)) => all,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    if let Some(token) = parser.tokens.get(parser.at) {
        return Err(QueryError::new("this bracket closes nothing: remove it, or open one before", token.at.clone()));
    }
    let Parser { sort, names_kind, names_status, names_gone, .. } = parser;
    Ok(Parsed { filter, sort, names_kind, names_status, names_gone })
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// Length of the text.
    end: usize,
    depth: usize,
    today: NaiveDate,
    /// Words of letters stand for what they are read as too.
    reads: bool,
    sort: Sort,
    names_kind: bool,
    names_status: bool,
    names_gone: bool,
}

impl Parser {
    fn peek(&self) -> Option<&Piece> {
        self.tokens.get(self.at).map(|t| &t.piece)
    }

    /// Conditions parted by `OR`; `None` where there is no condition at all.
    fn any_of(&mut self) -> Result<Option<Expr>, QueryError> {
        let mut arms = Vec::new();
        let first = self.all_of()?;
        if !matches!(self.peek(), Some(Piece::Or)) {
            return Ok(first);
        }
        arms.push(first.ok_or_else(|| self.lonely("OR", "before"))?);
        while matches!(self.peek(), Some(Piece::Or)) {
            let or = self.at;
            self.at += 1;
            match self.all_of()? {
                Some(arm) => arms.push(arm),
                None => {
                    self.at = or;
                    return Err(self.lonely("OR", "after"));
                }
            }
        }
        Ok(Some(Expr::Or(arms)))
    }

    /// Conditions side by side, or joined by `AND`.
    fn all_of(&mut self) -> Result<Option<Expr>, QueryError> {
        let mut all = Vec::new();
        let mut found = false;
        loop {
            match self.peek() {
                None | Some(Piece::Or | Piece::Close) => break,
                Some(Piece::And) => {
                    if !found {
                        return Err(self.lonely("AND", "before"));
                    }
                    self.at += 1;
                    if matches!(self.peek(), None | Some(Piece::Or | Piece::And | Piece::Close)) {
                        self.at -= 1;
                        return Err(self.lonely("AND", "after"));
                    }
                }
                Some(_) => {
                    found = true;
                    all.extend(self.one()?);
                }
            }
        }
        Ok(match all.len() {
            0 => None,
            1 => all.pop(),
            _ => Some(Expr::And(all)),
        })
    }

    /// One condition, negated or not; `None` for an order, which is no condition.
    fn one(&mut self) -> Result<Option<Expr>, QueryError> {
        let Some(token) = self.tokens.get(self.at).cloned() else { return Ok(None) };
        if matches!(token.piece, Piece::Open | Piece::Not) {
            self.depth += 1;
            if self.depth > MAX_NESTING {
                let message = format!("brackets and negations are nested too deeply: {MAX_NESTING} at most");
                return Err(QueryError::new(message, token.at));
            }
        }
        self.at += 1;
        match token.piece {
            Piece::Text(ref word) => {
                self.no_spaced_range(word, &token)?;
                let reads = self.reads && token.at.len() == word.len();
                contains_typed(Place::Anywhere, word, &token.at, reads).map(Some)
            }
            Piece::Field { field, compare, value, value_at } => {
                self.names_kind |= field.meaning == Meaning::Kind;
                self.names_status |= field.meaning == Meaning::Status;
                let value = Value { field, compare, text: &value, at: value_at, today: self.today, read: self.reads };
                match value.meant()? {
                    Meant::Filter(expr) => {
                        self.names_gone |= expr == Expr::Is(Term::Has(Trait::Gone));
                        Ok(Some(expr))
                    }
                    Meant::Sort(sort) => {
                        self.sort = sort;
                        Ok(None)
                    }
                }
            }
            Piece::Open => self.group(&token),
            Piece::Not => self.negated(&token),
            // `all_of` stops before these.
            Piece::Close | Piece::And | Piece::Or => Ok(None),
        }
    }

    /// Refuses `published:2024 .. 2025`, which would look for dots.
    fn no_spaced_range(&self, word: &str, token: &Token) -> Result<(), QueryError> {
        // A phrase is longer where it stands, by its quotes, and no range.
        let quoted = token.at.len() > word.len();
        let begins = !quoted && (word.starts_with("..") || word.starts_with(['~', '〜', '～', '…']));
        let before = self.at.checked_sub(2).and_then(|i| self.tokens.get(i)).map(|t| &t.piece);
        match before {
            Some(Piece::Field { field, .. }) if begins && field.takes_stretch() => {
                let message = format!("a range holds no spaces: write it as in `{}:2024-05..2024-06`", field.name);
                Err(QueryError::new(message, token.at.clone()))
            }
            _ => Ok(()),
        }
    }

    fn group(&mut self, open: &Token) -> Result<Option<Expr>, QueryError> {
        let inner_from = self.at;
        let inner = self.any_of()?;
        if !matches!(self.peek(), Some(Piece::Close)) {
            return Err(QueryError::new("this bracket is not closed: add `)`", open.at.clone()));
        }
        let close = self.tokens.get(self.at).map_or(self.end, |t| t.at.end);
        if self.at == inner_from {
            return Err(QueryError::new("these brackets are empty: write a condition", open.at.start..close));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(inner)
    }

    fn negated(&mut self, not: &Token) -> Result<Option<Expr>, QueryError> {
        if matches!(self.peek(), None | Some(Piece::And | Piece::Or | Piece::Close)) {
            return Err(QueryError::new("there is nothing to negate here: write a condition after", not.at.clone()));
        }
        let start = self.at;
        let inner = self.one()?;
        self.depth -= 1;
        match inner {
            Some(expr) => Ok(Some(Expr::Not(Box::new(expr)))),
            None => {
                let at = self.tokens.get(start).map_or(not.at.clone(), |t| t.at.clone());
                Err(QueryError::new("an order can't be negated: write `sort:-people` for descending", at))
            }
        }
    }

    /// An error at a connective without a condition on one side.
    fn lonely(&self, word: &str, side: &str) -> QueryError {
        let at = self.tokens.get(self.at).map_or(self.end..self.end, |t| t.at.clone());
        let word = quoted(word);
        QueryError::new(format!("{word} needs a condition {side} it; to look for the word itself, quote it"), at)
    }
}

#[cfg(test)]
mod tests;
