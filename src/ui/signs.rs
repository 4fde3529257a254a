//! The signs that tell state beside colour: one set for most terminals, one of ASCII for `--plain` and for terminals
//! that draw ambiguous characters two columns wide.

use crate::domain::{Confidence, Status, Verdict};

/// A set of signs, each one column wide, but for the bounds and brackets of ASCII, which take two.
#[derive(Debug)]
#[allow(missing_docs)] // the names say what each sign stands for
pub struct Signs {
    pub horizontal: &'static str,
    pub vertical: &'static str,
    /// Upper left, upper right, lower left, lower right.
    pub corners: [&'static str; 4],
    pub gutter: &'static str,
    pub range: &'static str,
    pub mark: &'static str,
    /// New, open, done, dismissed.
    pub status: [&'static str; 4],
    /// Low, medium, high.
    pub confidence: [&'static str; 3],
    pub corrected: &'static str,
    /// Accepted, rejected.
    pub verdict: [&'static str; 2],
    pub noted: &'static str,
    pub occurred: &'static str,
    pub dated: &'static str,
    pub rough: &'static str,
    pub open: &'static str,
    pub published: &'static str,
    pub bar_full: &'static str,
    pub bar_empty: &'static str,
    /// Parts of a bar: the three most frequent, and all others.
    pub parts: [&'static str; 4],
    /// Eighths of a cell, from one to eight.
    pub eighths: [&'static str; 8],
    /// A tick of the upright scale, and where it begins.
    pub ticks: [&'static str; 2],
    /// Below the bar that the cursor is on.
    pub below: &'static str,
    /// Where a range begins, goes on and ends.
    pub brush: [&'static str; 3],
    pub pointer: &'static str,
    /// Before and after evidence.
    pub brackets: [&'static str; 2],
    /// All, some, none of the targets.
    pub carried: [&'static str; 3],
    pub falling: &'static str,
    pub rising: &'static str,
    pub into: &'static str,
    /// Before a folded and an unfolded group.
    pub folds: [&'static str; 2],
    pub dot: &'static str,
    pub at_most: &'static str,
    pub at_least: &'static str,
    pub warning: &'static str,
}

/// For most terminals.
pub static FULL: Signs = Signs {
    horizontal: "─",
    vertical: "│",
    corners: ["┌", "┐", "└", "┘"],
    gutter: "▌",
    range: "┃",
    mark: "●",
    status: ["N", "o", "✓", "–"],
    confidence: ["○", "◐", "●"],
    corrected: "✎",
    verdict: ["✓", "✗"],
    noted: "≡",
    occurred: "■",
    dated: "●",
    rough: "◌",
    open: "▷",
    published: "◆",
    bar_full: "▇",
    bar_empty: "▁",
    parts: ["■", "▨", "░", "□"],
    eighths: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    ticks: ["┤", "┼"],
    below: "▲",
    brush: ["[", "━", "]"],
    pointer: "▶",
    brackets: ["⟪", "⟫"],
    carried: ["■", "◪", "□"],
    falling: "↓",
    rising: "↑",
    into: "▸",
    folds: ["▸", "▾"],
    dot: "·",
    at_most: "≤",
    at_least: "≥",
    warning: "!",
};

/// ASCII.
pub static PLAIN: Signs = Signs {
    horizontal: "-",
    vertical: "|",
    corners: ["+", "+", "+", "+"],
    gutter: ">",
    range: "|",
    mark: "*",
    status: ["N", "o", "v", "-"],
    confidence: ["L", "M", "H"],
    corrected: "E",
    verdict: ["v", "x"],
    noted: "=",
    occurred: "#",
    dated: "*",
    rough: "~",
    open: ">",
    published: "@",
    bar_full: "#",
    bar_empty: ".",
    parts: ["#", "+", ".", "o"],
    eighths: [".", ".", ".", "+", "+", "+", "+", "#"],
    ticks: ["|", "+"],
    below: "^",
    brush: ["[", "=", "]"],
    pointer: ">",
    brackets: ["<<", ">>"],
    carried: ["x", "+", "."],
    falling: "v",
    rising: "^",
    into: ">",
    folds: ["+", "-"],
    dot: "-",
    at_most: "<=",
    at_least: ">=",
    warning: "!",
};

/// Punctuation of the interface beyond ASCII and Japanese, and its ASCII spelling of the same width.
const SPELT: &[(char, char)] = &[('·', '-'), ('…', '~'), ('–', '-'), ('→', '>'), ('←', '<'), ('↑', '^'), ('↓', 'v')];

/// The signs that help explains. Notices hold them as well (○○市), so only help is spelt with these.
const SIGNS: &[(char, char)] = &[('●', 'H'), ('◐', 'M'), ('○', 'L'), ('✎', 'E'), ('✓', 'v'), ('✗', 'x'), ('≡', '=')];

/// The signs of events, of which the dated one looks like a high confidence.
const EVENTS: &[(char, char)] = &[('■', '#'), ('●', '*'), ('◌', '~'), ('▷', '>'), ('◆', '@')];

/// A text with the interface's punctuation spelt in ASCII.
pub fn spell(text: &str) -> String {
    respell(text, SPELT)
}

/// A text of the help screen with its signs spelt in ASCII.
pub fn spell_signs(text: &str) -> String {
    respell(text, SIGNS)
}

/// A line of the help screen on events with its signs spelt in ASCII.
pub fn spell_events(text: &str) -> String {
    respell(text, EVENTS)
}

fn respell(text: &str, table: &[(char, char)]) -> String {
    text.chars().map(|c| table.iter().find(|(sign, _)| *sign == c).map_or(c, |(_, ascii)| *ascii)).collect()
}

impl Signs {
    /// The sign of a status.
    pub fn of_status(&self, status: Status) -> &'static str {
        let [new, open, done, dismissed] = self.status;
        match status {
            Status::New => new,
            Status::Open => open,
            Status::Done => done,
            Status::Dismissed => dismissed,
        }
    }

    /// The sign of a verdict.
    pub fn of_verdict(&self, verdict: Verdict) -> &'static str {
        let [accepted, rejected] = self.verdict;
        if verdict == Verdict::Accepted { accepted } else { rejected }
    }

    /// The sign of a confidence.
    pub fn of_confidence(&self, confidence: Confidence) -> &'static str {
        let [low, medium, high] = self.confidence;
        match confidence {
            Confidence::Low => low,
            Confidence::Medium => medium,
            Confidence::High => high,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{AmbiguousWidth, width};

    #[test]
    fn every_sign_is_one_column_and_the_plain_ones_are_ascii() {
        let listed = |s: &Signs| {
            let mut all =
                vec![s.horizontal, s.vertical, s.gutter, s.range, s.mark, s.corrected, s.noted, s.occurred, s.dated];
            all.extend([s.rough, s.published, s.bar_full, s.bar_empty, s.pointer, s.falling, s.rising, s.into, s.dot]);
            all.extend([s.warning, s.open, s.below]);
            all.extend(s.parts.iter().chain(&s.eighths).chain(&s.ticks).chain(&s.brush));
            all.extend(s.corners.iter().chain(&s.status).chain(&s.verdict).chain(&s.confidence).chain(&s.carried));
            all.extend(s.folds);
            all
        };
        assert!(listed(&FULL).iter().all(|s| width(s, AmbiguousWidth::Narrow) == 1));
        let free = |s: &Signs| [s.at_most, s.at_least, s.brackets[0], s.brackets[1]];
        assert!(free(&PLAIN).iter().all(|s| s.is_ascii() && s.len() == 2));
        assert!(listed(&PLAIN).iter().all(|s| s.is_ascii() && s.len() == 1));
    }
}
