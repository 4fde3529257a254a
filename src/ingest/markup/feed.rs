//! An Atom or RSS feed file reduced to text: one item after the other, its title, its content below. Given a feed by
//! `ingest::parse`.

use super::{Lines, MAX_NESTING, Post, Reduced, day_in_japan, html, is_address};
use crate::ingest::error::IngestError;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

/// A text of an item with its place in the source.
#[derive(Debug, Default)]
struct Piece {
    text: String,
    place: (usize, usize),
    /// How much the element says: the content itself before a summary of it.
    rank: u8,
}

/// An item under way.
#[derive(Debug, Default)]
struct Item {
    start: usize,
    depth: usize,
    title: Piece,
    title_is_markup: bool,
    content: Piece,
    link: Option<String>,
    labels: Vec<String>,
    published: Option<String>,
    updated: Option<String>,
}

/// The element of an item that is being read.
#[derive(Debug)]
struct Reading {
    name: String,
    depth: usize,
    /// Byte at which its content begins.
    from: usize,
    text: String,
    /// Its content is markup itself and taken as it stands.
    xhtml: bool,
    plain: bool,
}

/// Reduces a feed.
///
/// # Errors
/// Fails where the file is no well-formed XML, and for elements nested too deeply.
pub fn feed(source: &str) -> Result<Reduced, IngestError> {
    let mut walk = Walk { source, lines: Lines::default(), posts: Vec::new(), item: None, reading: None, depth: 0 };
    let mut reader = Reader::from_str(source);
    reader.config_mut().allow_dangling_amp = true;
    loop {
        let before = position(reader.buffer_position());
        let event = reader.read_event().map_err(|e| IngestError::Markup {
            line: walk.line_of(position(reader.error_position())),
            detail: e.to_string(),
        })?;
        let after = position(reader.buffer_position());
        match event {
            Event::Start(tag) => walk.start(&tag, before, after)?,
            Event::Empty(tag) => walk.empty(&tag),
            Event::End(_) => walk.end(before, after)?,
            Event::Text(text) => walk.text(&text.xml10_content()),
            Event::CData(text) => walk.text(&text.xml10_content()),
            Event::GeneralRef(entity) => {
                let name = entity.xml10_content();
                match entity.resolve_char_ref().ok().flatten() {
                    Some(c) => walk.text(c.encode_utf8(&mut [0; 4])),
                    // What XML does not know is left for the content's HTML.
                    None => walk.text(resolve_predefined_entity(&name).unwrap_or(&format!("&{name};"))),
                }
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    let (text, lines) = walk.lines.finish(None);
    Ok(Reduced { text, lines, posts: walk.posts })
}

fn position(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

struct Walk<'s> {
    source: &'s str,
    lines: Lines,
    posts: Vec<Post>,
    item: Option<Item>,
    reading: Option<Reading>,
    depth: usize,
}

impl Walk<'_> {
    fn line_of(&self, at: usize) -> usize {
        let before = self.source.as_bytes().get(..at.min(self.source.len())).unwrap_or_default();
        1 + memchr::memchr_iter(b'\n', before).count()
    }

    fn start(&mut self, tag: &BytesStart, before: usize, after: usize) -> Result<(), IngestError> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(IngestError::TooDeep { line: self.line_of(before) });
        }
        let name = tag.local_name().as_ref().to_ascii_lowercase();
        match &self.item {
            None if name == "item" || name == "entry" => {
                self.item = Some(Item { start: before, depth: self.depth, ..Item::default() });
            }
            Some(item) if self.reading.is_none() && self.depth == item.depth + 1 => {
                self.attributes(&name, tag);
                let kind = attribute(tag, "type").unwrap_or_default();
                let xhtml = kind == "xhtml";
                let plain = kind == "text" || kind == "text/plain";
                self.reading =
                    Some(Reading { name, depth: self.depth, from: after, text: String::new(), xhtml, plain });
            }
            _ => {}
        }
        Ok(())
    }

    fn empty(&mut self, tag: &BytesStart) {
        if self.item.as_ref().is_some_and(|i| self.depth == i.depth) {
            let name = tag.local_name().as_ref().to_ascii_lowercase();
            self.attributes(&name, tag);
        }
    }

    /// Takes what an element of an item says in its attributes.
    fn attributes(&mut self, name: &str, tag: &BytesStart) {
        let Some(item) = &mut self.item else { return };
        match name {
            "link" if item.link.is_none() && attribute(tag, "rel").is_none_or(|r| r == "alternate") => {
                item.link = attribute(tag, "href").filter(|h| is_address(h));
            }
            "category" => item.labels.extend(attribute(tag, "term")),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(reading) = self.reading.as_mut().filter(|r| !r.xhtml) {
            reading.text.push_str(text);
        }
    }

    fn end(&mut self, before: usize, after: usize) -> Result<(), IngestError> {
        if let Some(mut reading) = self.reading.take_if(|r| r.depth == self.depth) {
            if reading.xhtml {
                reading.text = self.source.get(reading.from..before).unwrap_or_default().to_owned();
            }
            self.take(reading, before);
        }
        if let Some(item) = self.item.take_if(|i| i.depth == self.depth) {
            self.write(item, after)?;
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    /// Takes an element's text over into the item.
    fn take(&mut self, reading: Reading, before: usize) {
        let Some(item) = &mut self.item else { return };
        let text = if reading.plain && reading.name != "title" { escaped(&reading.text) } else { reading.text };
        let place = (reading.from, before.max(reading.from));
        let rank = match reading.name.as_str() {
            "title" => {
                item.title_is_markup = !reading.plain;
                item.title = Piece { text, place, rank: 1 };
                return;
            }
            "content" | "encoded" => 3,
            "description" => 2,
            "summary" => 1,
            other => {
                let value = text.trim().to_owned();
                match other {
                    "link" | "guid" if item.link.is_none() && is_address(&value) => item.link = Some(value),
                    "category" | "subject" if !value.is_empty() => item.labels.push(value),
                    "published" | "pubdate" | "issued" | "date" => item.published = Some(value),
                    "updated" | "modified" => item.updated = Some(value),
                    _ => {}
                }
                return;
            }
        };
        if rank > item.content.rank && !text.trim().is_empty() {
            item.content = Piece { text, place, rank };
        }
    }

    /// Writes an item's lines.
    fn write(&mut self, item: Item, after: usize) -> Result<(), IngestError> {
        self.lines.paragraph();
        let title = if item.title_is_markup { flat(&item.title)? } else { item.title.text };
        self.lines.words(&title, item.title.place.0, item.title.place.1);
        let Some(first) = self.lines.end_line() else { return Ok(()) };
        self.lines.paragraph();
        let end = self.lines.end();
        html::fragment(&item.content.text, item.content.place, &mut self.lines)?;
        self.lines.find_places(end, self.source, item.content.place);
        let labels = item.labels.into_iter().filter(|l| !l.contains("://")).collect();
        self.posts.push(Post {
            first,
            after: self.lines.count(),
            bytes: (item.start, after),
            url: item.link,
            labels,
            published: item.published.or(item.updated).and_then(|d| day_in_japan(&d)),
        });
        Ok(())
    }
}

/// An attribute's value, entities resolved.
fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
    Some(match quick_xml::escape::unescape(&found.value) {
        Ok(value) => value.into_owned(),
        Err(_) => found.value.to_string(),
    })
}

/// Plain text as HTML that reads the same, line ends kept.
fn escaped(text: &str) -> String {
    quick_xml::escape::escape(text).lines().collect::<Vec<_>>().join("<br>")
}

/// A title's markup as one line.
fn flat(title: &Piece) -> Result<String, IngestError> {
    if !title.text.contains(['<', '&']) {
        return Ok(title.text.clone());
    }
    let mut lines = Lines::default();
    html::fragment(&title.text, title.place, &mut lines)?;
    Ok(lines.finish(None).0.replace('\n', " "))
}
