//! The generative grammar of `assets/synth/*.toml`: rules of alternatives, compiled once and expanded at random.
//! Given the files' text; the cases and posts of this module expand its rules and fill its slots.
//!
//! `{rule}` expands a rule, `{slot}` asks the case that is written about, `{3-40}` is a number in that range,
//! `<a|b|>` is one of its alternatives. A rule has one alternative a line, a word list one a word.

use super::SynthError;
use super::rng::Rng;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The files, each with its name for messages.
const FILES: &[(&str, &str)] = &[
    ("assets/synth/names.toml", include_str!("../../../assets/synth/names.toml")),
    ("assets/synth/words.toml", include_str!("../../../assets/synth/words.toml")),
    ("assets/synth/notice.toml", include_str!("../../../assets/synth/notice.toml")),
    ("assets/synth/mishaps.toml", include_str!("../../../assets/synth/mishaps.toml")),
    ("assets/synth/attacks.toml", include_str!("../../../assets/synth/attacks.toml")),
    ("assets/synth/others.toml", include_str!("../../../assets/synth/others.toml")),
];

/// One file: word lists and rules.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GrammarFile {
    #[serde(default)]
    words: BTreeMap<String, String>,
    #[serde(default)]
    rules: BTreeMap<String, String>,
}

/// A rule's place in the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RuleId(usize);

/// What only the case that is written about can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Org,
    Own,
    Short,
    Head,
    Dept,
    Third,
    System,
    Media,
    Task,
    People,
    Items,
    Count,
    CountBare,
    Part,
    Mails,
    DayStart,
    DayEnd,
    DayFound,
    DayFix,
    DayPolice,
    DayReport,
    DayNotice,
    DayPublished,
    DayBefore,
    TimeStart,
    TimeFound,
    TimeFix,
}

/// The names of the slots in the grammar's files.
const SLOTS: &[(&str, Slot)] = &[
    ("org", Slot::Org),
    ("own", Slot::Own),
    ("short", Slot::Short),
    ("head", Slot::Head),
    ("dept", Slot::Dept),
    ("third", Slot::Third),
    ("sys", Slot::System),
    ("media", Slot::Media),
    ("task", Slot::Task),
    ("people", Slot::People),
    ("items", Slot::Items),
    ("n", Slot::Count),
    ("n.bare", Slot::CountBare),
    ("part", Slot::Part),
    ("mails", Slot::Mails),
    ("d.start", Slot::DayStart),
    ("d.end", Slot::DayEnd),
    ("d.found", Slot::DayFound),
    ("d.fix", Slot::DayFix),
    ("d.police", Slot::DayPolice),
    ("d.ppc", Slot::DayReport),
    ("d.notice", Slot::DayNotice),
    ("d.pub", Slot::DayPublished),
    ("d.prev", Slot::DayBefore),
    ("dt.start", Slot::TimeStart),
    ("dt.found", Slot::TimeFound),
    ("dt.fix", Slot::TimeFix),
];

/// Fills slots while a rule is expanded.
pub(super) trait Slots {
    /// Writes what stands in `slot`.
    fn fill(&mut self, slot: Slot, rng: &mut Rng, out: &mut String);
}

/// For rules that name no slot, such as those of names.
pub(super) struct NoSlots;

impl Slots for NoSlots {
    fn fill(&mut self, _: Slot, _: &mut Rng, _: &mut String) {}
}

/// A piece of an alternative.
#[derive(Debug)]
enum Node {
    Text(Box<str>),
    Rule(RuleId),
    Slot(Slot),
    Number(u64, u64),
    Choice(Vec<Vec<Node>>),
}

#[derive(Debug)]
struct Rule {
    alternatives: Vec<Vec<Node>>,
    /// A word list: its first words are the more frequent ones, as in any language.
    words: bool,
}

/// The compiled grammar.
#[derive(Debug)]
pub(super) struct Grammar {
    rules: Vec<Rule>,
    names: BTreeMap<String, RuleId>,
}

impl Grammar {
    /// Compiles the built-in files.
    ///
    /// # Errors
    /// [`SynthError::Grammar`] names the file or rule that is wrong.
    pub(super) fn built_in() -> Result<Self, SynthError> {
        Self::compile(FILES)
    }

    fn compile(files: &[(&str, &str)]) -> Result<Self, SynthError> {
        let mut names = BTreeMap::new();
        let mut sources: Vec<(String, Vec<String>, bool)> = Vec::new();
        for (file, text) in files {
            let parsed: GrammarFile = toml::from_str(text).map_err(|e| wrong(file, e.to_string()))?;
            let words = parsed
                .words
                .into_iter()
                .map(|(name, list)| (name, list.split_ascii_whitespace().map(str::to_owned).collect::<Vec<_>>(), true));
            let rules = parsed.rules.into_iter().map(|(name, lines)| {
                (name, lines.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect(), false)
            });
            for (name, alternatives, is_words) in words.chain(rules) {
                if alternatives.is_empty() {
                    return Err(wrong(&name, "has no alternative".into()));
                }
                if names.insert(name.clone(), RuleId(sources.len())).is_some() {
                    return Err(wrong(&name, format!("stands twice; again in {file}")));
                }
                sources.push((name, alternatives, is_words));
            }
        }
        let mut rules = Vec::with_capacity(sources.len());
        for (name, lines, words) in sources {
            let mut alternatives = Vec::with_capacity(lines.len());
            for line in &lines {
                let mut parser = Parser { rest: line.chars().peekable(), names: &names, rule: &name };
                let nodes = parser.sequence()?;
                if parser.rest.next().is_some() {
                    return Err(wrong(&name, format!("has a stray > or | in: {line}")));
                }
                alternatives.push(nodes);
            }
            rules.push(Rule { alternatives, words });
        }
        let grammar = Self { rules, names };
        grammar.refuse_circles()?;
        Ok(grammar)
    }

    /// Finds a rule by name.
    ///
    /// # Errors
    /// [`SynthError::Grammar`] when no file defines it.
    pub(super) fn id(&self, name: &str) -> Result<RuleId, SynthError> {
        self.names.get(name).copied().ok_or_else(|| wrong(name, "is not defined".into()))
    }

    /// Expands one alternative of a rule onto `out`.
    pub(super) fn expand(&self, id: RuleId, slots: &mut dyn Slots, rng: &mut Rng, out: &mut String) {
        let Some(rule) = self.rules.get(id.0) else { return };
        let mut at = rng.index(rule.alternatives.len());
        if rule.words {
            at = at.min(rng.index(rule.alternatives.len()));
        }
        if let Some(nodes) = rule.alternatives.get(at) {
            self.write(nodes, slots, rng, out);
        }
    }

    /// Expands a rule to a string of its own; for rules without slots.
    pub(super) fn name(&self, id: RuleId, rng: &mut Rng) -> String {
        let mut out = String::new();
        self.expand(id, &mut NoSlots, rng, &mut out);
        out
    }

    /// Picks up to `count` different alternatives of a rule, in the order in which they shall be written.
    pub(super) fn several(&self, id: RuleId, count: usize, rng: &mut Rng) -> Vec<(RuleId, usize)> {
        let len = self.rules.get(id.0).map_or(0, |r| r.alternatives.len());
        let mut places: Vec<usize> = (0..len).collect();
        let count = count.min(len);
        for i in 0..count {
            let other = i + rng.index(len - i);
            places.swap(i, other);
        }
        places.truncate(count);
        places.into_iter().map(|at| (id, at)).collect()
    }

    /// Expands the alternative that [`Grammar::several`] picked.
    pub(super) fn expand_at(&self, (id, at): (RuleId, usize), slots: &mut dyn Slots, rng: &mut Rng, out: &mut String) {
        if let Some(nodes) = self.rules.get(id.0).and_then(|r| r.alternatives.get(at)) {
            self.write(nodes, slots, rng, out);
        }
    }

    fn write(&self, nodes: &[Node], slots: &mut dyn Slots, rng: &mut Rng, out: &mut String) {
        for node in nodes {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Rule(id) => self.expand(*id, slots, rng, out),
                Node::Slot(slot) => slots.fill(*slot, rng, out),
                Node::Number(lo, hi) => super::spell::plain(rng.range(*lo, *hi), out),
                Node::Choice(choices) => {
                    if let Some(chosen) = choices.get(rng.index(choices.len())) {
                        self.write(chosen, slots, rng, out);
                    }
                }
            }
        }
    }

    /// Refuses rules that lead back to themselves: expansion has to end.
    fn refuse_circles(&self) -> Result<(), SynthError> {
        let mut state = vec![0_u8; self.rules.len()];
        for (name, id) in &self.names {
            self.walk(*id, name, &mut state)?;
        }
        Ok(())
    }

    fn walk(&self, id: RuleId, name: &str, state: &mut [u8]) -> Result<(), SynthError> {
        match state.get(id.0) {
            Some(1) => return Err(wrong(name, "leads back to itself".into())),
            Some(0) => {}
            _ => return Ok(()),
        }
        let mut used = Vec::new();
        if let (Some(rule), Some(mark)) = (self.rules.get(id.0), state.get_mut(id.0)) {
            *mark = 1;
            rule.alternatives.iter().for_each(|nodes| used_rules(nodes, &mut used));
        }
        for next in used {
            self.walk(next, name, state)?;
        }
        if let Some(mark) = state.get_mut(id.0) {
            *mark = 2;
        }
        Ok(())
    }
}

fn used_rules(nodes: &[Node], out: &mut Vec<RuleId>) {
    for node in nodes {
        match node {
            Node::Rule(id) => out.push(*id),
            Node::Choice(choices) => choices.iter().for_each(|c| used_rules(c, out)),
            _ => {}
        }
    }
}

fn wrong(place: &str, problem: String) -> SynthError {
    SynthError::Grammar { place: place.to_owned(), problem }
}

/// Reads one alternative.
struct Parser<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    names: &'a BTreeMap<String, RuleId>,
    rule: &'a str,
}

impl Parser<'_> {
    /// Reads up to the end, a `|` or a `>`.
    fn sequence(&mut self) -> Result<Vec<Node>, SynthError> {
        let mut nodes = Vec::new();
        let mut text = String::new();
        while let Some(&c) = self.rest.peek() {
            if c == '|' || c == '>' {
                break;
            }
            self.rest.next();
            let node = match c {
                '{' => self.reference()?,
                '<' => self.choice()?,
                _ => {
                    text.push(c);
                    continue;
                }
            };
            if !text.is_empty() {
                nodes.push(Node::Text(std::mem::take(&mut text).into_boxed_str()));
            }
            nodes.push(node);
        }
        if !text.is_empty() {
            nodes.push(Node::Text(text.into_boxed_str()));
        }
        Ok(nodes)
    }

    fn choice(&mut self) -> Result<Node, SynthError> {
        let mut choices = Vec::new();
        loop {
            choices.push(self.sequence()?);
            match self.rest.next() {
                Some('|') => {}
                Some('>') => return Ok(Node::Choice(choices)),
                _ => return Err(wrong(self.rule, "opens < without closing it".into())),
            }
        }
    }

    fn reference(&mut self) -> Result<Node, SynthError> {
        let mut name = String::new();
        for c in self.rest.by_ref() {
            if c == '}' {
                return self.resolve(&name);
            }
            name.push(c);
        }
        Err(wrong(self.rule, "opens { without closing it".into()))
    }

    fn resolve(&self, name: &str) -> Result<Node, SynthError> {
        if let Some((_, slot)) = SLOTS.iter().find(|(n, _)| *n == name) {
            return Ok(Node::Slot(*slot));
        }
        if let Some(id) = self.names.get(name) {
            return Ok(Node::Rule(*id));
        }
        let number = name.split_once('-').and_then(|(lo, hi)| Some((lo.parse().ok()?, hi.parse().ok()?)));
        match number {
            Some((lo, hi)) if lo <= hi => Ok(Node::Number(lo, hi)),
            _ => Err(wrong(self.rule, format!("names {{{name}}}, which is neither rule, slot nor range"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(text: &str) -> Result<Grammar, SynthError> {
        Grammar::compile(&[("test", text)])
    }

    #[test]
    fn the_built_in_files_compile() {
        let grammar = Grammar::built_in().unwrap();
        assert!(grammar.rules.len() > 300, "{}", grammar.rules.len());
    }

    #[test]
    fn alternatives_nest_and_words_are_picked() {
        let grammar = compile("[words]\nw = \"x y\"\n[rules]\na = \"<1<2|3>|>{w}{4-4}\"").unwrap();
        let id = grammar.id("a").unwrap();
        let mut rng = Rng::new(3, 0);
        let seen: std::collections::BTreeSet<String> = (0..200).map(|_| grammar.name(id, &mut rng)).collect();
        let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
        assert_eq!(seen, ["12x4", "12y4", "13x4", "13y4", "x4", "y4"]);
    }

    #[test]
    fn several_never_repeats() {
        let grammar = compile("[words]\nw = \"a b c d e\"").unwrap();
        let id = grammar.id("w").unwrap();
        let mut rng = Rng::new(9, 0);
        for _ in 0..50 {
            let mut at: Vec<usize> = grammar.several(id, 4, &mut rng).iter().map(|p| p.1).collect();
            at.sort_unstable();
            at.dedup();
            assert_eq!(at.len(), 4);
        }
        assert_eq!(grammar.several(id, 9, &mut rng).len(), 5);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, part) in [
            ("[rules]\na = \"{nothing}\"", "nothing"),
            ("[rules]\na = \"<b\"", "closing"),
            ("[rules]\na = \"b>\"", "stray"),
            ("[rules]\na = \"{b}\"\nb = \"{a}\"", "back to itself"),
            ("[rules]\na = \"\"", "no alternative"),
            ("[other]\na = \"\"", "unknown field"),
        ] {
            let error = compile(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
