//! An HTML page reduced to text: block elements and breaks end lines, lists and tables keep their form, scripts and what
//! stands around the posts goes. Given a page by `ingest::parse`, an item's content by `feed`.
//!
//! Works on the tokens as they come, with a stack of open elements and no tree: linear in time on any input, and every
//! line knows its bytes.

use super::{Lines, MAX_NESTING, Post, Reduced, day_in_japan, is_address};
use crate::ingest::error::IngestError;
use crate::lexicon::headlines::{Headlines, headlines};
use html5gum::{DefaultEmitter, Span, StartTag, Token, Tokenizer};
use std::collections::HashMap;

/// Elements without content.
const VOID: [&str; 13] =
    ["br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"];
/// Elements whose end is often left out; they are told by their beginnings alone.
const UNCLOSED: [&str; 10] = ["p", "li", "td", "th", "tr", "dt", "dd", "option", "thead", "tbody"];
/// Elements that hold no notice.
const DROPPED: [&str; 17] = [
    "head", "script", "style", "noscript", "template", "nav", "aside", "footer", "form", "button", "select",
    "textarea", "svg", "iframe", "object", "title", "video",
];
/// Elements set off by empty lines.
const PARAGRAPHS: [&str; 20] = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "dl",
    "table",
    "blockquote",
    "pre",
    "hr",
    "section",
    "article",
    "main",
    "header",
    "figure",
    "address",
];
/// Elements that stand on lines of their own.
const LINES: [&str; 6] = ["div", "tr", "dt", "dd", "figcaption", "caption"];

/// Bytes of a table's row up to which breaks inside a cell do not end the line.
const WIDEST_CELL: usize = 400;

/// What an open element means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    None,
    Dropped,
    Post,
    Title,
    Label,
    Main,
    Pre,
    List,
}

#[derive(Debug)]
struct Open {
    name: String,
    role: Role,
}

/// A post under way.
#[derive(Debug)]
struct OpenPost {
    /// How many elements are open around it.
    depth: usize,
    titled: bool,
    post: Post,
}

/// Tells whether an element begins or ends a line.
fn ends_line(name: &str) -> bool {
    name == "br" || name == "li" || PARAGRAPHS.contains(&name) || LINES.contains(&name)
}

/// Reduces a saved page.
///
/// # Errors
/// Fails for elements nested too deeply.
pub fn page(source: &str) -> Result<Reduced, IngestError> {
    let mut walk = Walk::new(source, None);
    walk.run(source)?;
    let (posts, main) = (walk.posts, walk.main.filter(|(first, after)| first < after));
    let range = main.filter(|_| posts.is_empty());
    let (text, lines) = walk.lines.finish(range);
    Ok(Reduced { text, lines, posts })
}

/// Reduces a piece of HTML whose lines all stand at one place, and writes them to `lines`.
///
/// # Errors
/// Fails for elements nested too deeply.
pub fn fragment(source: &str, place: (usize, usize), lines: &mut Lines) -> Result<(), IngestError> {
    let mut walk = Walk::new(source, Some(place));
    walk.lines = std::mem::take(lines);
    let done = walk.run(source);
    walk.lines.end_line();
    *lines = walk.lines;
    done
}

struct Walk<'s> {
    source: &'s str,
    words: &'static Headlines,
    /// The place of all lines, for a piece of a feed.
    place: Option<(usize, usize)>,
    lines: Lines,
    open: Vec<Open>,
    /// How many elements of each name are open.
    names: HashMap<String, usize>,
    dropped: usize,
    preformatted: usize,
    titling: bool,
    cell: bool,
    label: Option<String>,
    numbers: Vec<Option<usize>>,
    post: Option<OpenPost>,
    posts: Vec<Post>,
    main: Option<(usize, usize)>,
}

impl<'s> Walk<'s> {
    fn new(source: &'s str, place: Option<(usize, usize)>) -> Self {
        Self {
            source,
            words: headlines(),
            place,
            lines: Lines::default(),
            open: Vec::new(),
            names: HashMap::new(),
            dropped: 0,
            preformatted: 0,
            titling: false,
            cell: false,
            label: None,
            numbers: Vec::new(),
            post: None,
            posts: Vec::new(),
            main: None,
        }
    }

    fn run(&mut self, source: &str) -> Result<(), IngestError> {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(source, emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => self.start(&tag)?,
                Token::EndTag(tag) => self.end(&String::from_utf8_lossy(&tag.name), tag.span.end),
                Token::String(text) => self.text(&String::from_utf8_lossy(&text.value), text.span),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        while !self.open.is_empty() {
            self.close_top(source.len());
        }
        self.lines.end_line();
        Ok(())
    }

    fn start(&mut self, tag: &StartTag<usize>) -> Result<(), IngestError> {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let attribute =
            |key: &str| tag.attributes.get(key.as_bytes()).map(|v| String::from_utf8_lossy(&v.value).trim().to_owned());
        let class = attribute("class").unwrap_or_default();
        let role = self.role(&name, &class, &attribute);
        self.note(&name, &class, &attribute);
        self.layout(&name, true);
        if VOID.contains(&name.as_str()) || UNCLOSED.contains(&name.as_str()) {
            return Ok(());
        }
        if self.open.len() >= MAX_NESTING {
            let before = self.source.as_bytes().get(..tag.span.start).unwrap_or_default();
            return Err(IngestError::TooDeep { line: 1 + memchr::memchr_iter(b'\n', before).count() });
        }
        self.enter(role, tag.span.start);
        if role == Role::List {
            self.numbers.push((name == "ol").then_some(0));
        }
        *self.names.entry(name.clone()).or_default() += 1;
        self.open.push(Open { name, role });
        Ok(())
    }

    /// What an element means by its name and its class.
    fn role(&self, name: &str, class: &str, attribute: &dyn Fn(&str) -> Option<String>) -> Role {
        let classed = |list: &[String]| class.split_ascii_whitespace().any(|c| list.iter().any(|w| w == c));
        if self.place.is_none() && name == "a" && attribute("rel").is_some_and(|r| r.split(' ').any(|r| r == "tag")) {
            return Role::Label;
        }
        if DROPPED.contains(&name) || classed(&self.words.dropped_classes) && name != "body" {
            return Role::Dropped;
        }
        let heading = matches!(name, "h1" | "h2" | "h3" | "h4");
        match name {
            "ul" | "ol" | "dl" => return Role::List,
            "pre" => return Role::Pre,
            _ if self.place.is_some() || self.dropped > 0 => return Role::None,
            _ => {}
        }
        let untitled = self.post.as_ref().is_none_or(|p| !p.titled);
        if untitled && (name == "article" || classed(&self.words.post_classes)) && name != "body" {
            return Role::Post;
        }
        if self.post.is_some() && untitled && !self.titling && (heading || classed(&self.words.title_classes)) {
            return Role::Title;
        }
        let main = name == "main"
            || attribute("role").as_deref() == Some("main")
            || attribute("id").as_deref() == Some("main");
        if main && self.main.is_none() { Role::Main } else { Role::None }
    }

    /// Notes what the markup says of the post: its address and its day.
    fn note(&mut self, name: &str, class: &str, attribute: &dyn Fn(&str) -> Option<String>) {
        let titling = self.titling;
        let Some(open) = &mut self.post else { return };
        if titling && name == "a" && open.post.url.is_none() {
            open.post.url = attribute("href").filter(|h| is_address(h));
        }
        let dated = name == "time"
            || class.split_ascii_whitespace().any(|c| c == "published")
            || attribute("itemprop").as_deref() == Some("datePublished");
        if dated && open.post.published.is_none() {
            let time = ["datetime", "title", "content"].into_iter().find_map(attribute);
            open.post.published = time.and_then(|t| day_in_japan(&t));
        }
    }

    /// Ends and parts lines at an element's beginning or end.
    fn layout(&mut self, name: &str, begins: bool) {
        if self.dropped > 0 || self.label.is_some() {
            return;
        }
        match name {
            "td" | "th" => {
                self.lines.part('\t');
                self.cell = begins;
            }
            "tr" | "table" | "tbody" | "thead" => {
                self.cell = false;
                if name == "table" {
                    self.lines.paragraph();
                } else {
                    self.lines.end_line();
                }
            }
            // A cell that holds a page's text and no datum is taken apart like any other text.
            _ if (self.titling || self.cell && self.lines.width() < WIDEST_CELL) && ends_line(name) => {
                self.lines.part(' ');
            }
            "br" => self.lines.line_break(),
            "li" => {
                self.lines.end_line();
                if begins { self.mark_item() } else { self.lines.unmark() }
            }
            _ if PARAGRAPHS.contains(&name) => self.lines.paragraph(),
            _ if LINES.contains(&name) => {
                self.lines.end_line();
            }
            _ => {}
        }
    }

    fn mark_item(&mut self) {
        match self.numbers.last_mut() {
            Some(Some(n)) => {
                *n += 1;
                self.lines.mark(&format!("{n}. "));
            }
            _ => self.lines.mark("・"),
        }
    }

    fn enter(&mut self, role: Role, at: usize) {
        match role {
            Role::Dropped => self.dropped += 1,
            Role::Pre => self.preformatted += 1,
            Role::Label => self.label = Some(String::new()),
            Role::Main => {
                self.lines.paragraph();
                self.main = Some((self.lines.next(), usize::MAX));
            }
            Role::Title => {
                self.lines.paragraph();
                self.titling = true;
            }
            Role::Post => {
                self.lines.paragraph();
                let post = Post { bytes: (at, at), ..Post::default() };
                self.post = Some(OpenPost { depth: self.open.len(), titled: false, post });
            }
            Role::None | Role::List => {}
        }
    }

    fn end(&mut self, name: &str, at: usize) {
        self.layout(name, false);
        if name == "ul" || name == "ol" {
            self.lines.unmark();
        }
        if self.names.get(name).is_none_or(|n| *n == 0) {
            return;
        }
        while let Some(closed) = self.close_top(at) {
            if closed == name {
                break;
            }
        }
    }

    /// Closes the innermost element and gives its name.
    fn close_top(&mut self, at: usize) -> Option<String> {
        let Open { name, role } = self.open.pop()?;
        if let Some(n) = self.names.get_mut(&name) {
            *n = n.saturating_sub(1);
        }
        match role {
            Role::Dropped => self.dropped = self.dropped.saturating_sub(1),
            Role::Pre => self.preformatted = self.preformatted.saturating_sub(1),
            Role::List => drop(self.numbers.pop()),
            Role::Label => self.close_label(),
            Role::Title => self.close_title(),
            Role::Main => {
                self.lines.end_line();
                self.main = self.main.map(|(first, _)| (first, self.lines.count()));
            }
            Role::Post if self.post.as_ref().is_some_and(|p| p.depth == self.open.len()) => self.close_post(at),
            Role::Post | Role::None => {}
        }
        Some(name)
    }

    fn close_label(&mut self) {
        let label = self.label.take().unwrap_or_default().trim().to_owned();
        if let Some(open) = self.post.as_mut().filter(|_| !label.is_empty()) {
            open.post.labels.push(label);
        }
    }

    fn close_title(&mut self) {
        self.titling = false;
        if let Some((line, open)) = self.lines.end_line().zip(self.post.as_mut()) {
            open.titled = true;
            open.post.first = line;
        }
        self.lines.paragraph();
    }

    fn close_post(&mut self, at: usize) {
        self.lines.paragraph();
        let Some(OpenPost { titled, mut post, .. }) = self.post.take() else { return };
        post.after = self.lines.count();
        post.bytes.1 = at.max(post.bytes.0);
        if titled {
            self.posts.push(post);
        }
    }

    fn text(&mut self, text: &str, span: Span<usize>) {
        if let Some(label) = &mut self.label {
            label.push_str(text);
            return;
        }
        if self.dropped > 0 {
            return;
        }
        let (start, end) = self.place.unwrap_or((span.start, span.end));
        if self.preformatted == 0 || self.titling {
            return self.lines.words(text, start, end);
        }
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                self.lines.line_break();
            }
            self.lines.words(line, start, end);
        }
    }
}
