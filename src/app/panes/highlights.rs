//! Where the query's words stand in the list's cells: worked out once for the texts on the screen, and kept while the
//! query stays.

use crate::app::panes::matches;
use crate::domain::{ListRow, Span, Tag};
use crate::query::ast::{Expr, Place, Query, Term};
use crate::query::parse_typed;
use crate::text::placed_word;
use chrono::NaiveDate;
use std::borrow::Cow;
use std::collections::HashMap;

/// A cell that the query's words may stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// The organisation.
    Org,
    /// The title.
    Title,
    /// The contractor or vendor.
    ThirdParty,
    /// The tags, a blank between two.
    Tags,
}

const CELLS: [Cell; 4] = [Cell::Org, Cell::Title, Cell::ThirdParty, Cell::Tags];

/// Texts that are remembered of each cell; beyond, all are worked out anew.
const REMEMBERED: usize = 4_096;

/// The words that are looked for in the list's cells, and where they were found.
#[derive(Clone, Debug, Default)]
pub struct Highlights {
    /// By cell.
    words: [Vec<String>; 4],
    known: [HashMap<String, Vec<Span>>; 4],
}

impl Highlights {
    /// Notes the words of a query, with `romaji` also as what they are read as: bare words for every cell, the values of
    /// fields for theirs. Negated ones are left out, and a wrong query has none.
    pub fn set_query(&mut self, query: &str, today: NaiveDate, romaji: bool) {
        let query = parse_typed(query, today, romaji).ok();
        let words = CELLS.map(|cell| query.as_ref().map(|q| words_for(cell, q)).unwrap_or_default());
        if words != self.words {
            *self = Self { words, known: Default::default() };
        }
    }

    /// Works out where the words stand in rows that are about to be drawn.
    pub(in crate::app) fn prepare<'r>(&mut self, rows: impl Iterator<Item = &'r ListRow>) {
        if self.words.iter().all(Vec::is_empty) {
            return;
        }
        for row in rows {
            for cell in CELLS {
                self.learn(cell, row);
            }
        }
    }

    fn learn(&mut self, cell: Cell, row: &ListRow) {
        let (Some(words), Some(known)) = (self.words.get(cell as usize), self.known.get_mut(cell as usize)) else {
            return;
        };
        if words.is_empty() {
            return;
        }
        let text = match cell {
            Cell::Org => row.org.as_deref().map(Cow::Borrowed),
            Cell::Title => row.title.as_deref().map(Cow::Borrowed),
            Cell::ThirdParty => row.third_party.as_deref().map(Cow::Borrowed),
            Cell::Tags if row.tags.is_empty() => None,
            Cell::Tags => Some(Cow::Owned(tags_text(&row.tags))),
        };
        let Some(text) = text.filter(|text| !known.contains_key(&**text)) else { return };
        if known.len() >= REMEMBERED {
            known.clear();
        }
        let spans = matches::find(&text, words);
        known.insert(text.into_owned(), spans);
    }

    /// The bytes of a cell's text that the query's words match, ascending.
    pub fn of(&self, cell: Cell, text: &str) -> Cow<'_, [Span]> {
        let (words, known) = (self.words.get(cell as usize), self.known.get(cell as usize));
        match (words, known.and_then(|known| known.get(text))) {
            (_, Some(spans)) => Cow::Borrowed(spans),
            (Some(words), None) => Cow::Owned(matches::find(text, words)),
            (None, None) => Cow::Borrowed(&[]),
        }
    }
}

/// Tags as a cell of the list holds them.
pub fn tags_text(tags: &[Tag]) -> String {
    tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(" ")
}

fn words_for(cell: Cell, query: &Query) -> Vec<String> {
    fn collect(cell: Cell, expr: &Expr, out: &mut Vec<String>) {
        match expr {
            Expr::And(all) | Expr::Or(all) => all.iter().for_each(|e| collect(cell, e, out)),
            Expr::Is(Term::Contains { place, any }) => {
                let here = match place {
                    Place::Anywhere => true,
                    Place::Org => cell == Cell::Org,
                    Place::Title => cell == Cell::Title,
                    Place::ThirdParty => cell == Cell::ThirdParty,
                    Place::Gang | Place::Note => false,
                };
                if here {
                    out.extend(any.iter().map(|word| placed_word(word)));
                }
            }
            Expr::Is(Term::Tag(name)) if cell == Cell::Tags => out.push(placed_word(name)),
            Expr::Not(_) | Expr::Is(_) => {}
        }
    }
    let mut out = Vec::new();
    collect(cell, &query.filter, &mut out);
    out.retain(|word| !word.is_empty());
    out.sort();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::sample;
    use crate::domain::Key;

    fn highlights(query: &str, romaji: bool) -> Highlights {
        let mut out = Highlights::default();
        out.set_query(query, NaiveDate::default(), romaji);
        out
    }

    fn told(query: &str, cell: Cell, text: &'static str) -> Vec<&'static str> {
        highlights(query, true).of(cell, text).iter().filter_map(|s| s.of(text)).collect()
    }

    #[test]
    fn words_are_set_off_in_every_cell_and_fields_in_theirs() {
        assert_eq!(told("usb", Cell::Title, "ＵＳＢ メモリの紛失"), ["ＵＳＢ"]);
        assert_eq!(told("usb", Cell::Org, "USBショップ"), ["USB"]);
        assert_eq!(told("org:青嶺", Cell::Org, "青嶺市"), ["青嶺"]);
        assert!(told("org:青嶺", Cell::Title, "青嶺市の件").is_empty());
        assert_eq!(told("title:\"メモリ の\"", Cell::Title, "USBメモリの紛失"), ["メモリの"]);
        assert_eq!(told("third:若宮 OR x", Cell::ThirdParty, "若宮印刷"), ["若宮"]);
        assert_eq!(told("tag:Supply", Cell::Tags, "leak supply/若宮"), ["supply"]);
        assert!(told("-usb note:usb gang:usb", Cell::Title, "USB").is_empty());
        assert!(told("usb (", Cell::Title, "USB").is_empty(), "a wrong query has none");
    }

    #[test]
    fn variants_and_readings_are_set_off() {
        assert_eq!(told("漏洩", Cell::Title, "漏えいと漏洩"), ["漏えい", "漏洩"]);
        assert_eq!(told("rouei", Cell::Title, "個人情報の漏えい"), ["漏えい"]);
        assert_eq!(told("reading:me-ru", Cell::Title, "メールの誤送信"), ["メール"]);
        assert!(highlights("rouei", false).of(Cell::Title, "漏えい").is_empty());
    }

    #[test]
    fn what_is_prepared_is_what_would_be_worked_out() {
        let rows: Vec<ListRow> = (1..=9).map(|n| sample::row(Key(n), &sample::record(n as usize))).collect();
        let bare = highlights("の OR tag:supply", true);
        let mut ready = bare.clone();
        ready.prepare(rows.iter());
        assert!(ready.known.iter().any(|known| !known.is_empty()));
        for row in &rows {
            let (title, tags) = (row.title.as_deref().unwrap_or_default(), tags_text(&row.tags));
            assert_eq!(ready.of(Cell::Title, title), bare.of(Cell::Title, title));
            assert_eq!(ready.of(Cell::Tags, &tags), bare.of(Cell::Tags, &tags));
        }
        ready.set_query("x", NaiveDate::default(), true);
        assert!(ready.known.iter().all(HashMap::is_empty));
    }
}
