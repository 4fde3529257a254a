//! The category page: entries parted by a line with one no-break space; in each an organisation's line, title and day in
//! either order, the body, and the title again. The page's category may stand above the first entry.

use super::marker::{is_furniture, is_item};
use super::{Draft, Split, Sure, trim_end};
use crate::domain::{Confidence, Kind, Span};
use crate::ingest::day;
use crate::ingest::doc::{Doc, Shape};
use crate::ingest::extract::Head;
use crate::ingest::headline::is_org_like;
use crate::ingest::year;
use crate::lexicon::headlines::{ends, headlines, holds, is};

/// How many lines with text at an entry's beginning may be organisation, title and day.
const HEAD_LINES: usize = 6;

/// How well a document fits: by entries whose title stands at both ends.
pub fn fits(doc: &Doc) -> f32 {
    let blocks = blocks(doc);
    let framed = blocks.iter().filter(|b| repeat(doc, b).is_some()).count();
    let whole = blocks.iter().filter(|b| b.lines.len() >= 3).count();
    match framed {
        0 => 0.0,
        1 if whole > 3 => 0.3,
        1 => 0.6,
        n if n * 3 >= whole => 0.9,
        _ => 0.4,
    }
}

/// Takes a category page apart.
pub fn split(doc: &Doc) -> Split {
    let mut label: Option<String> = None;
    let (mut drafts, mut known) = (Vec::new(), Vec::new());
    for (n, mut block) in blocks(doc).into_iter().enumerate() {
        let mut unsure = None;
        match head_above_org(doc, &block) {
            0 => {}
            org => {
                let above = block.lines.get(org - 1).copied().unwrap_or_default();
                match doc.trimmed(above) {
                    // Above the first entry stands the page's own, whatever it says.
                    line if n == 0 || is_label(line) || label.as_deref() == Some(line) => {
                        label = Some(line).filter(|l| is_name(l) && l.chars().count() <= LABEL).map(str::to_owned);
                        known.extend(label.is_some().then_some((above, above + 1)));
                        let labels = block.lines.drain(..org).filter(|l| is_label(doc.trimmed(*l)));
                        known.extend(labels.map(|l| (l, l + 1)));
                    }
                    line => unsure = Some(line.to_owned()),
                }
            }
        }
        let Some(mut draft) = entry(doc, &block).filter(|_| block.lines.len() >= 3) else { continue };
        if let Some(line) = unsure {
            // The line may be the organisation, or a label that is none of those known: neither is sure.
            draft.head.org = None;
            draft.head.warnings.push(format!(
                "the line 「{line}」 above the headline is an organisation or a label of the page: the organisation is left open"
            ));
        } else {
            draft.label.clone_from(&label);
        }
        drafts.push(draft);
    }
    year::settle(doc, &mut drafts);
    Split { drafts, known, ..Split::default() }
}

/// Longest label of a page, in characters.
const LABEL: usize = 20;

/// Tells whether a line is a page's label by its words: a category of incidents and no organisation.
fn is_label(line: &str) -> bool {
    let words = &headlines().category_labels;
    let parts = line.split(['・', '/', '／', ':', '：', '、', ' ']).filter(|p| !p.is_empty());
    line.chars().count() <= LABEL && parts.clone().next().is_some() && parts.into_iter().all(|p| is(words, p))
}

/// How many lines stand above the organisation in a block: a label, above the first one the page's own lines too. Lines
/// that can be names stand above each other; the organisation is the one right above the title or day.
fn head_above_org(doc: &Doc, block: &Block) -> usize {
    let line = |n: usize| block.lines.get(n).copied();
    let headed = |n: usize| line(n).is_some_and(|i| is_head(doc, block, i));
    let first = block.lines.first().is_some_and(|i| doc.text_before(*i).is_none_or(|b| is_furniture(doc.line(b))));
    let most = if first { 8 } else { 2 };
    let org = (1..=most).find(|n| headed(*n) && line(*n - 1).is_some_and(|i| is_name(doc.trimmed(i)))).map(|n| n - 1);
    let org = org.unwrap_or_default();
    if line(0).is_some_and(|i| is_label(doc.trimmed(i))) {
        return org;
    }
    // Of two lines that could be names the second is one only where it looks like one, or the first does not.
    let likely = |n: usize| line(n).is_some_and(|i| is_org_like(doc.trimmed(i)));
    match first {
        true if !likely(0) || likely(org) => org,
        false if !likely(0) && likely(org) && line(0).is_some_and(|i| is_name(doc.trimmed(i))) => org,
        _ => 0,
    }
}

/// Tells whether a line is a day, a title by its words, or the title that the block's end repeats.
fn is_head(doc: &Doc, block: &Block, i: usize) -> bool {
    let repeated = repeat(doc, block).is_some_and(|r| r.head.0 == i);
    day::whole_line(doc.line(i)).is_some() || wrapped_day(doc, i).is_some() || is_titled(doc.trimmed(i)) || repeated
}

/// Lines with text of one entry.
struct Block {
    lines: Vec<usize>,
}

/// Parts the page at its spacers, and below a title that closes an entry. A spacer inside a body parts nothing: above a
/// true one ends an entry that repeats its title, or below it begins one with an organisation, and a title or day.
fn blocks(doc: &Doc) -> Vec<Block> {
    let mut blocks = vec![Block { lines: Vec::new() }];
    let mut spacer = false;
    for i in 0..doc.count() {
        match doc.shape(i) {
            Shape::Spacer => spacer = true,
            Shape::Blank => {}
            Shape::Text => {
                if is_furniture(doc.line(i)) {
                    continue;
                }
                let parts = blocks.last().is_some_and(|b| {
                    if spacer { parts_here(doc, b, i) } else { is_closed(doc, b) && score(doc, b, i) >= PARTED }
                });
                spacer = false;
                match blocks.last_mut() {
                    Some(block) if !parts => block.lines.push(i),
                    _ => blocks.push(Block { lines: vec![i] }),
                }
            }
        }
    }
    blocks.retain(|b| !b.lines.is_empty());
    blocks
}

/// How much [`score`] has to find for a new entry.
const PARTED: usize = 4;

fn parts_here(doc: &Doc, block: &Block, next: usize) -> bool {
    block.lines.len() >= 3 && (repeat(doc, block).is_some() || score(doc, block, next) >= PARTED)
}

/// Tells whether a block without a spacer below it is complete: its title again, below a body.
fn is_closed(doc: &Doc, block: &Block) -> bool {
    repeat(doc, block).is_some_and(|r| {
        block.lines.iter().any(|l| (r.head.1 + 1..r.closing.0).contains(l) && day::whole_line(doc.line(*l)).is_none())
    })
}

/// How much speaks for an entry that begins at line `next`: the name, what stands below it, what ends the block above.
fn score(doc: &Doc, block: &Block, next: usize) -> usize {
    // A label above the organisation begins the entry with it.
    let next = doc.next_text(next + 1).filter(|_| is_label(doc.trimmed(next))).unwrap_or(next);
    let name = doc.trimmed(next);
    if !is_name(name) || holds(&headlines().not_a_headline, name) {
        return 0;
    }
    let below: Vec<usize> = (next + 1..doc.count()).filter(|i| doc.is_text(*i)).take(HEAD_LINES).collect();
    let Some(first) = below.first().copied() else { return 0 };
    let line = doc.trimmed(first);
    let dated = day::whole_line(doc.line(first)).is_some() || wrapped_day(doc, first).is_some();
    let headed = match line.trim_start_matches(NOTE_SIGNS) {
        _ if dated => 2,
        l if is_titled(l) => 2,
        l if is_title(l) && l.chars().count() >= 8 && !holds(&headlines().not_a_headline, l) => 1,
        _ => return 0,
    };
    let paragraph = below.iter().skip(1).take(3).any(|i| doc.trimmed(*i).ends_with('。'));
    let closed = block.lines.last().is_some_and(|l| is_titled(doc.trimmed(*l)));
    let complete = block.lines.len() >= 3 && repeat(doc, block).is_some();
    2 * usize::from(is_org_like(name))
        + headed
        + usize::from(paragraph)
        + 2 * usize::from(is_repeated_below(doc, next))
        + usize::from(closed) * if headed == 2 { 2 } else { 1 }
        + 2 * usize::from(complete)
}

/// Tells whether a line of the head below the organisation in line `next` stands again at the end of what follows.
fn is_repeated_below(doc: &Doc, next: usize) -> bool {
    let mut lines = (next + 1..doc.count()).filter(|i| doc.is_text(*i));
    let head: Vec<usize> = (&mut lines)
        .take(3)
        .filter(|i| is_repeatable(doc.trimmed(*i)) && doc.trimmed(*i).chars().count() >= 8)
        .collect();
    let last = head.last().copied().unwrap_or(next);
    let mut later = (last + 1..doc.count()).filter(|i| doc.is_text(*i)).take(300);
    !head.is_empty()
        && later.any(|i| {
            let line = doc.trimmed(i);
            // Folding is dear; a title is found by its first character.
            line.chars().count() >= 8
                && head
                    .iter()
                    .any(|h| first_char(doc.trimmed(*h)) == first_char(line) && doc.folded(i) == doc.folded(*h))
        })
}

fn first_char(line: &str) -> Option<char> {
    line.chars().next()
}

/// Tells whether a line can be an organisation's: short and no sentence.
fn is_name(line: &str) -> bool {
    (2..=50).contains(&line.chars().count())
        && !line.contains(['。', '、', '「'])
        && !is_item(line)
        && ends(&headlines().salutations, line).is_none()
        && day::whole_line(line).is_none()
}

/// Tells whether a line can be a title.
fn is_title(line: &str) -> bool {
    let count = line.chars().count();
    (4..=200).contains(&count)
        && !line.ends_with(['。', ':', '：'])
        && !is_item(line)
        && ends(&headlines().salutations, line).is_none()
        && day::whole_line(line).is_none()
}

/// Tells whether a line can be a title that stands twice; some begin with a sign that else begins a note.
fn is_repeatable(line: &str) -> bool {
    is_title(line.trim_start_matches(NOTE_SIGNS))
}

/// Signs before notes, and before some titles.
const NOTE_SIGNS: [char; 3] = ['※', '*', '＊'];

/// Tells whether a line surely is one: a title's last words, or a word of incidents.
fn is_titled(line: &str) -> bool {
    let words = headlines();
    is_title(line)
        && line.chars().count() >= 8
        && (ends(&words.title_endings, line).is_some() || holds(&words.incident_words, line))
}

/// A title that stands at both ends of a block; either may be wrapped over two lines. First and last line of each.
#[derive(Clone, Copy, Debug)]
struct Repeat {
    head: (usize, usize),
    closing: (usize, usize),
}

/// The title at the head that the last line, or the last two, repeat.
fn repeat(doc: &Doc, block: &Block) -> Option<Repeat> {
    let (last, above) = block.lines.split_last()?;
    if !is_repeatable(doc.trimmed(*last)) {
        return None;
    }
    let heads = |above: &[usize], title: &str| {
        let one = above.iter().take(HEAD_LINES).map(|i| (*i, *i));
        let two = above.windows(2).take(HEAD_LINES).filter_map(|w| Some((*w.first()?, *w.last()?)));
        one.chain(two).find(|(a, b)| doc.folded_as_one(*a, *b) == title)
    };
    if let Some(head) = heads(above, doc.folded(*last)) {
        return Some(Repeat { head, closing: (*last, *last) });
    }
    let (before, above) = above.split_last()?;
    if last - before > 1 {
        return None;
    }
    let wrapped = doc.folded_as_one(*before, *last);
    if wrapped.chars().count() < 12 {
        return None;
    }
    heads(above, &wrapped).map(|head| Repeat { head, closing: (*before, *last) })
}

/// A day that a hard wrap broke in two: its line, the next one, and the day.
fn wrapped_day(doc: &Doc, i: usize) -> Option<(usize, chrono::NaiveDate)> {
    if !day::begins(doc.trimmed(i)) {
        return None;
    }
    let next = doc.next_text(i + 1).filter(|n| n - i <= 2)?;
    let whole = [doc.trimmed(i), doc.trimmed(next)].concat();
    day::whole_line(&whole)?.day.map(|d| (next, d))
}

fn entry(doc: &Doc, block: &Block) -> Option<Draft> {
    let first = *block.lines.first()?;
    let last = *block.lines.last()?;
    let after = trim_end(doc, first, last + 1);
    let mut head = Head { org: Some((doc.trimmed(first).to_owned(), doc.text_span(first))), ..Head::default() };
    let twice = repeat(doc, block).filter(|r| r.head.0 != first);
    let closing = twice.map(|r| r.closing).or_else(|| Some((last, last)).filter(|(l, _)| is_titled(doc.trimmed(*l))));
    let (title, body) = read_head(doc, block, twice, closing, &mut head);
    head.title = twice.map(title_of).or(title).or(closing).map(|t| printed_title(doc, t));
    head.body = doc.start(body.unwrap_or(last));
    let end = closing.map_or(after, |(c, _)| trim_end(doc, first, c));
    head.body_end = doc.end(end - 1).max(head.body);
    let org = doc.trimmed(first);
    let sure = Sure {
        org: if is_name(org) { Confidence::High } else { Confidence::Low },
        title: if twice.is_some() { Confidence::High } else { Confidence::Medium },
        day: Confidence::High,
    };
    Some(Draft { kind: Kind::Incident, first, headline: first, after, head, sure, label: None, url: None, year: None })
}

/// Reads the lines below the organisation: the day goes into `head`; gives a title that nothing repeats, and the line at
/// which the body begins.
fn read_head(
    doc: &Doc,
    block: &Block,
    twice: Option<Repeat>,
    closing: Option<Lines>,
    head: &mut Head,
) -> (Option<Lines>, Option<usize>) {
    let (mut title, mut dated, mut below) = (None, false, 0);
    let same = |t: Lines, i: usize| doc.folded_as_one(t.0, t.1) == doc.folded(i);
    for i in block.lines.iter().skip(1).take(HEAD_LINES).copied() {
        let line = doc.trimmed(i);
        if i < below || closing.is_some_and(|c| (c.0..=c.1).contains(&i)) {
            continue;
        }
        if let Some(printed) = day::whole_line(doc.line(i)).filter(|_| !dated) {
            dated = true;
            match printed.day {
                Some(d) => head.published = Some((d, doc.span(i, (printed.start, printed.end)))),
                None => head.warnings.push(format!("the date line {line} is no date")),
            }
        } else if let Some((next, d)) = wrapped_day(doc, i).filter(|_| !dated) {
            dated = true;
            below = next + 1;
            head.published = Some((d, Span::new(doc.text_span(i).start, doc.text_span(next).end)));
        } else if twice.is_some_and(|r| (r.head.0..=r.head.1).contains(&i)) || title.is_some_and(|t| same(t, i)) {
            title = title.or(Some((i, i)));
        } else if title.is_none() && twice.is_none_or(|r| i < r.head.0) && is_headed(line, closing.is_some()) {
            title = Some((i, i));
        } else {
            return (title, Some(i));
        }
    }
    (title, None)
}

/// First and last line of a title.
type Lines = (usize, usize);

/// Of a title that stands twice, the one in a single line.
fn title_of(twice: Repeat) -> Lines {
    if twice.head.0 == twice.head.1 || twice.closing.0 != twice.closing.1 { twice.head } else { twice.closing }
}

fn printed_title(doc: &Doc, (first, last): Lines) -> (String, Span) {
    let (from, to) = (doc.text_span(first), doc.text_span(last));
    let lines = if first == last { vec![first] } else { vec![first, last] };
    (lines.into_iter().map(|i| doc.trimmed(i)).collect(), Span::new(from.start, to.end))
}

/// Tells whether a line in the head is the entry's title though nothing repeats it there.
fn is_headed(line: &str, closed_by_title: bool) -> bool {
    is_titled(line) || is_title(line) && !closed_by_title && line.chars().count() >= 8
}
