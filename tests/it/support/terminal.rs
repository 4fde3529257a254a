//! What a terminal may be sent: text that `text::neutral` calls harmless, and the sequences that the program itself is
//! known to write. Whatever else is among the bytes is a leak.

use jikenbo::text::neutral::{is_neutral, is_unsafe};

/// What the program may write beside text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// Nothing.
    Nothing,
    /// Bold and dim.
    Styles,
    /// The lines of a progress bar over one another.
    Progress,
    /// The workbench's pictures and its clipboard.
    Workbench,
}

/// Whether a control sequence (parameters, final letter) is one of the program's own.
fn is_own(own: Own, parameters: &str, last: char) -> bool {
    let numbers: Vec<Option<u32>> = parameters.split(';').map(|p| p.parse().ok()).collect();
    let small = |n: &Option<u32>| n.is_some_and(|n| (1..=400).contains(&n));
    match (own, last) {
        (Own::Nothing, _) => false,
        (_, 'm') => parameters.is_empty() || numbers.iter().all(|n| n.is_some_and(is_style)),
        (Own::Styles, _) => false,
        (Own::Progress, 'K') => parameters == "2" || parameters.is_empty(),
        (Own::Progress, 'A' | 'B') => numbers.iter().all(small),
        (Own::Progress, _) => false,
        (Own::Workbench, 'h' | 'l') => matches!(parameters, "?25" | "?1049" | "?2004" | "?2026"),
        (Own::Workbench, 'J') => matches!(parameters, "" | "2"),
        (Own::Workbench, 'K') => parameters.is_empty(),
        (Own::Workbench, 'C' | 'G') => parameters.is_empty() || numbers.len() == 1 && numbers.iter().all(small),
        (Own::Workbench, 'H') => parameters.is_empty() || numbers.len() <= 2 && numbers.iter().all(small),
        (Own::Workbench, 'r') => {
            parameters.is_empty() || matches!(numbers[..], [Some(top), Some(bottom)] if top < bottom && bottom <= 400)
        }
        (Own::Workbench, _) => false,
    }
}

/// The numbers of attributes and of the sixteen colours.
fn is_style(n: u32) -> bool {
    matches!(n, 0..=9 | 22..=29 | 30..=37 | 39 | 40..=47 | 49 | 90..=97 | 100..=107)
}

/// The length of the program's own sequence that a text begins with.
fn own_sequence(text: &str, own: Own) -> Option<usize> {
    let rest = text.strip_prefix('\u{1b}')?;
    if own == Own::Workbench && rest.starts_with('M') {
        return Some(2);
    }
    if let Some(osc) = rest.strip_prefix("]52;c;") {
        let end = osc.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '/' | '='))?;
        return (own == Own::Workbench && osc[end..].starts_with('\u{7}')).then_some(1 + 6 + end + 1);
    }
    let body = rest.strip_prefix('[')?;
    let end = body.find(|c: char| ('@'..='~').contains(&c))?;
    is_own(own, &body[..end], body[end..].chars().next()?).then_some(2 + end + 1)
}

/// The first leak: what it is and what stands before it.
pub fn leak(bytes: &[u8], own: Own) -> Option<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) => {
            return Some(format!("no UTF-8 after {:?}", tail(&String::from_utf8_lossy(&bytes[..e.valid_up_to()]))));
        }
    };
    let (mut at, mut plain) = (0, 0);
    let moves = matches!(own, Own::Progress | Own::Workbench);
    while let Some(c) = text[at..].chars().next() {
        let fine = match c {
            '\u{1b}' => own_sequence(&text[at..], own),
            '\n' | '\t' => Some(1),
            '\r' if moves || text[at..].starts_with("\r\n") || text[at..].starts_with("\r\r\n") => Some(1),
            c if is_unsafe(c) => None,
            c => Some(c.len_utf8()),
        };
        let Some(length) = fine else {
            return Some(format!("U+{:04X} {:?} after {:?}", u32::from(c), head(&text[at..]), tail(&text[..at])));
        };
        if c == '\u{1b}' || matches!(c, '\n' | '\r' | '\t') {
            if !is_neutral(&text[plain..at]) {
                return Some(format!("marks piled high in {:?}", tail(&text[plain..at])));
            }
            plain = at + length;
        }
        at += length;
    }
    (!is_neutral(&text[plain..])).then(|| format!("marks piled high in {:?}", tail(&text[plain..])))
}

fn head(text: &str) -> String {
    text.chars().take(20).collect()
}

fn tail(text: &str) -> String {
    let last: Vec<char> = text.chars().rev().take(60).collect();
    last.into_iter().rev().collect()
}

#[test]
fn the_list_of_own_sequences_holds_no_others() {
    let workbench =
        "\u{1b}[?1049h\u{1b}[?25l\u{1b}[2J\u{1b}[1;31m事件\u{1b}[m\u{1b}[3;40H\u{1b}[2;20r\u{1b}M\u{1b}[K\u{1b}[2C\n\r";
    assert_eq!(leak(workbench.as_bytes(), Own::Workbench), None);
    assert_eq!(leak("\u{1b}]52;c;eA==\u{7}".as_bytes(), Own::Workbench), None);
    assert_eq!(leak("\u{1b}[1mx\u{1b}[0m\r\n".as_bytes(), Own::Styles), None);
    assert!(leak(workbench.as_bytes(), Own::Styles).is_some() && leak(b"\x1b[1m", Own::Nothing).is_some());
    // What nothing changes is no attack: a soft hyphen inside mojibake counts, replacement characters do not.
    let harmless = [
        "private use",
        "surrogates in JSON",
        "entities",
        "percent and backslash",
        "script",
        "breaking out",
        "shell",
        "markdown",
        "formula",
        "formats",
        "query",
        "brackets",
    ];
    for payload in super::payloads::all() {
        let found = leak(&payload.bytes, Own::Workbench).or_else(|| leak(&payload.bytes, Own::Nothing));
        assert_eq!(found.is_some(), !harmless.contains(&payload.name), "{}: {found:?}", payload.name);
        let alone = leak(&payload.bytes, Own::Workbench);
        let moves = ["carriage return"];
        assert!(
            alone.is_some() || harmless.contains(&payload.name) || moves.contains(&payload.name),
            "{}",
            payload.name
        );
    }
}
