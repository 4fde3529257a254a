//! The dialog that corrects a fact: the value as `jikenbo correct` reads it, what it is understood as, and beside it what
//! the parser found and the place of the text that it rests on.

use super::deed::{Advance, Deed, Outcome};
use super::offers::{Names, Offer, offers};
use crate::app::commands::wrong::{allowed, bad_value};
use crate::app::keys::{KeyCode, KeyPress};
use crate::app::panes::facts;
use crate::app::panes::list::{Chosen, Targets};
use crate::app::typed::input::InputLine;
use crate::domain::{Change, Confidence, Correction, Field, Key, Record};
use crate::lang::Lang;
use crate::op::{self, BadValue};
use crate::text::neutralise;
use serde_json::Value;

/// The dialog's state.
#[derive(Debug)]
pub struct CorrectBox {
    /// The field's name.
    pub label: &'static str,
    /// What is typed.
    pub input: InputLine,
    /// What it is understood as.
    pub reading: Result<Value, BadValue>,
    /// What Tab offers.
    pub offers: Vec<Offer>,
    /// The offer that was taken.
    pub chosen: Option<usize>,
    /// A remark on the last key, in place of what Enter would do.
    pub remark: Option<&'static str>,
    /// Which field.
    pub field: Field,
    key: Key,
    record: Box<Record>,
    names: Names,
    begun_with: String,
    /// What was typed before an offer took its place.
    typed: String,
}

impl CorrectBox {
    /// Characters of the text on either side of the evidence.
    const AROUND: usize = 24;

    /// A dialog for a field of an incident; names are offered from `names`.
    pub fn new(key: Key, record: Box<Record>, field: Field, names: Names, lang: Lang) -> Self {
        let mut out = Self {
            label: "",
            input: InputLine::default(),
            reading: Ok(Value::Null),
            offers: Vec::new(),
            chosen: None,
            remark: None,
            field,
            key,
            record,
            names,
            begun_with: String::new(),
            typed: String::new(),
        };
        out.turn_to(field, lang);
        out
    }

    fn turn_to(&mut self, field: Field, lang: Lang) {
        self.field = field;
        self.label = facts::label(field, lang);
        // A rejected value is often nearly right: it is there to be put right.
        let start = if self.now().is_null() && self.correction().is_none() { self.parsed() } else { self.now() };
        self.begun_with = written(field, &start, lang);
        self.input.set(&self.begun_with);
        self.remark = None;
        self.read(lang);
    }

    /// What stands in the field.
    pub fn now(&self) -> Value {
        match self.field {
            Field::Kind => Value::String(self.record.kind.as_str().to_owned()),
            field => self.record.facts.get(field).unwrap_or_default(),
        }
    }

    /// What the parser found.
    pub fn parsed(&self) -> Value {
        let rejected = || self.record.triage.rejected.get(&self.field).cloned();
        let parsed = self.correction().map(|c| c.parsed.clone()).or_else(rejected).unwrap_or_else(|| self.now());
        if parsed == self.field.unstated() { Value::Null } else { parsed }
    }

    /// The correction that stands.
    pub fn correction(&self) -> Option<&Correction> {
        self.record.triage.corrections.get(&self.field)
    }

    /// How sure the parser is.
    pub fn confidence(&self) -> Option<Confidence> {
        self.record.facts.confidence.get(&self.field).copied()
    }

    /// The organisation.
    pub fn org(&self) -> &str {
        self.record.facts.org.as_deref().unwrap_or_default()
    }

    /// The first evidence in the midst of its line: before, itself, after.
    pub fn proof(&self) -> Option<[String; 3]> {
        let span = self.record.facts.evidence.get(&self.field)?.first()?;
        let text = &self.record.text;
        let line = |part: &str| neutralise(&part.replace('\n', " ")).into_owned();
        let before = text.get(..span.start)?.rsplit('\n').next()?;
        let start = before.char_indices().rev().nth(Self::AROUND - 1).map_or(0, |(i, _)| i);
        let after: String = text.get(span.end..)?.split('\n').next()?.chars().take(Self::AROUND).collect();
        Some([line(before.get(start..)?.trim_start()), line(span.of(text)?), line(&after)])
    }

    /// What was typed, in words: what it is understood as, or what is wrong with it.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn told(&self, lang: Lang) -> Result<String, String> {
        match &self.reading {
            Ok(value) => {
                let unknown = || lang.text("ui.correct.unknown").to_owned();
                Ok(facts::told(self.field, value, lang).unwrap_or_else(unknown))
            }
            Err(bad) => Err(bad_value(bad, self.input.text(), lang)),
        }
    }

    /// What is allowed, in words.
    pub fn allowed(&self, lang: Lang) -> &'static str {
        allowed(self.field, lang)
    }

    pub(super) fn paste(&mut self, text: &str, lang: Lang) {
        self.input.insert(text);
        self.read(lang);
    }

    pub(super) fn press(&mut self, key: KeyPress, lang: Lang) -> Outcome {
        self.remark = None;
        match (key.code, key.ctrl) {
            (KeyCode::Enter, _) => return self.store(),
            (KeyCode::Char('x'), true) => return self.take_back(),
            (KeyCode::Tab, _) => self.complete(true),
            (KeyCode::BackTab, _) => self.complete(false),
            (KeyCode::Down, _) => self.other_field(true, lang),
            (KeyCode::Up, _) => self.other_field(false, lang),
            _ if self.input.press(key) == Some(true) => self.read(lang),
            _ => {}
        }
        Outcome::Stay
    }

    /// Reads what is typed and looks for what may be meant.
    fn read(&mut self, lang: Lang) {
        self.typed = self.input.text().to_owned();
        // The value that is there to be changed is no beginning of another one.
        let begun = if self.typed == self.begun_with { "" } else { self.typed.as_str() };
        self.offers = offers(self.field, begun, &self.record, &self.names, lang);
        self.chosen = None;
        self.reading = op::parse_value(self.field, &self.typed);
    }

    fn complete(&mut self, forward: bool) {
        let n = self.offers.len();
        let next = match (self.chosen, forward) {
            _ if n == 0 => return self.remark = Some("ui.correct.nothing_to_offer"),
            (None, true) => Some(0),
            (None, false) => Some(n - 1),
            (Some(i), true) => (i + 1 < n).then_some(i + 1),
            (Some(i), false) => i.checked_sub(1),
        };
        let text = next.and_then(|i| self.offers.get(i)).map_or(&self.typed, |o| &o.text);
        self.input.set(text);
        self.reading = op::parse_value(self.field, text);
        self.chosen = next;
    }

    fn other_field(&mut self, forward: bool, lang: Lang) {
        if self.input.text() != self.begun_with {
            self.remark = Some("ui.correct.store_first");
            return;
        }
        let n = facts::ORDER.len();
        let at = facts::ORDER.iter().position(|f| *f == self.field).unwrap_or(0);
        let next = if forward { (at + 1) % n } else { (at + n - 1) % n };
        if let Some(field) = facts::ORDER.get(next) {
            self.turn_to(*field, lang);
        }
    }

    fn store(&mut self) -> Outcome {
        let Ok(value) = &self.reading else { return Outcome::Stay };
        let stated = if *value == self.field.unstated() { &Value::Null } else { value };
        if *stated == self.now() {
            self.remark = Some("ui.correct.unchanged");
            return Outcome::Stay;
        }
        self.correct(Some(value.clone()))
    }

    fn take_back(&mut self) -> Outcome {
        if self.correction().is_none() {
            self.remark = Some("ui.correct.none_to_take_back");
            return Outcome::Stay;
        }
        self.correct(None)
    }

    fn correct(&self, value: Option<Value>) -> Outcome {
        let change = Change::Correct { field: self.field, value };
        let targets = Targets { keys: vec![self.key], from: Chosen::Cursor };
        Outcome::Do(Deed::Apply { change, targets, advance: Advance::Stay })
    }
}

/// A value as it is there to be changed: a number of people in the interface's words where they are read as that value.
fn written(field: Field, value: &Value, lang: Lang) -> String {
    if value.is_null() {
        return String::new();
    }
    let words = facts::told(field, value, lang).filter(|_| field == Field::Affected);
    let same = |words: &String| op::parse_value(field, words).is_ok_and(|read| read == *value);
    words.filter(same).unwrap_or_else(|| op::written(field, value))
}
