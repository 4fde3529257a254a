//! The body of a notice: lead, apology, numbered sections, chronology, prevention, contact block.
//! Given a case and its kind's rules; the blog and the category page share it.

use super::SynthError;
use super::case::{Case, Kind};
use super::grammar::{Grammar, RuleId};
use super::rng::Rng;
use super::spell::{Clock, Habits};
use super::voice::Voice;
use std::fmt::Write as _;

/// What a section of a notice tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Overview,
    Chronology,
    Data,
    Cause,
    Damage,
    Response,
    Prevention,
    Contact,
    Questions,
}

/// How often each section stands in a notice, in percent, in the usual order.
const SECTIONS: &[(Section, u64)] = &[
    (Section::Overview, 80),
    (Section::Chronology, 50),
    (Section::Data, 80),
    (Section::Cause, 60),
    (Section::Damage, 50),
    (Section::Response, 75),
    (Section::Prevention, 88),
    (Section::Questions, 14),
    (Section::Contact, 45),
];

/// The rules that every kind of notice shares.
#[derive(Debug)]
pub(super) struct NoticeRules {
    greeting: RuleId,
    apology: RuleId,
    follow: RuleId,
    heading: [RuleId; 9],
    data: RuleId,
    aside: RuleId,
    scene: RuleId,
    detail: RuleId,
    cause_more: RuleId,
    thoughts: RuleId,
    questions: RuleId,
    damage: RuleId,
    respond: RuleId,
    prevent_lead: RuleId,
    prevent_end: RuleId,
    prevent_more: RuleId,
    closing: RuleId,
    contact: RuleId,
    events: [RuleId; 7],
}

/// One happening of the chronology.
struct Happening {
    day: i32,
    minute: Option<u32>,
    rule: RuleId,
}

/// The look of one post.
struct Look {
    numbering: u64,
    bullet: &'static str,
    event: u64,
    stop: bool,
    number: u64,
}

impl Look {
    /// Writes what stands before item `at` (from 0) of a list: its number in brackets, or the notice's bullet.
    fn sign(&self, numbered: bool, at: usize, out: &mut String) {
        if numbered {
            // Writing to a String can't fail.
            let _ = write!(out, "({})", at + 1);
        } else {
            out.push_str(self.bullet);
        }
    }
}

impl NoticeRules {
    /// Looks the rules up.
    ///
    /// # Errors
    /// [`SynthError::Grammar`] when one is missing.
    pub(super) fn find(grammar: &Grammar) -> Result<Self, SynthError> {
        let id = |name: &str| grammar.id(name);
        Ok(Self {
            greeting: id("greeting")?,
            apology: id("apology")?,
            follow: id("follow")?,
            heading: [
                id("h.overview")?,
                id("h.chronology")?,
                id("h.data")?,
                id("h.cause")?,
                id("h.damage")?,
                id("h.response")?,
                id("h.prevention")?,
                id("h.contact")?,
                id("h.qa")?,
            ],
            data: id("data")?,
            aside: id("aside")?,
            scene: id("scene")?,
            detail: id("detail")?,
            cause_more: id("cause.more")?,
            thoughts: id("thoughts")?,
            questions: id("qa")?,
            damage: id("damage")?,
            respond: id("respond")?,
            prevent_lead: id("prevent.lead")?,
            prevent_end: id("prevent.end")?,
            prevent_more: id("prevent.more")?,
            closing: id("closing")?,
            contact: id("contact")?,
            events: [
                id("ev.respond")?,
                id("ev.fix")?,
                id("ev.look")?,
                id("ev.police")?,
                id("ev.ppc")?,
                id("ev.notice")?,
                id("ev.pub")?,
            ],
        })
    }

    /// Writes a body; `plain` keeps to the characters of Shift_JIS.
    pub(super) fn body(
        &self,
        grammar: &Grammar,
        kind: &Kind,
        case: &Case,
        plain: bool,
        rng: &mut Rng,
        out: &mut String,
    ) {
        let mut voice = Voice::new(case, Habits::of_notice(rng, case.public));
        let bullets: &[&str] = if plain {
            &["・", "-", "○", "※"]
        } else {
            &["・", "・", "・", "• ", "- ", "○", "●", "→ "]
        };
        let mut look = Look {
            numbering: rng.below(22),
            bullet: rng.pick(bullets),
            event: rng.below(6),
            stop: rng.percent(60),
            number: 0,
        };
        self.opening(grammar, kind, &mut voice, rng, out);
        for section in Self::layout(kind, rng) {
            look.number += 1;
            if look.numbering < 20 {
                self.heading(grammar, section, &look, rng, out);
            }
            self.section(grammar, kind, section, &look, &mut voice, rng, out);
        }
        if rng.percent(55) {
            let count = rng.range(1, 2) as usize;
            sentences(grammar, self.thoughts, count, &mut voice, rng, out);
            out.push_str("\n\n");
        }
        if rng.percent(50) {
            grammar.expand(self.closing, &mut voice, rng, out);
            out.push_str("\n\n");
        }
        if rng.percent(25) {
            out.push_str(rng.pick(&["以上\n\n", "以 上\n\n"]));
        }
    }

    fn opening(&self, grammar: &Grammar, kind: &Kind, voice: &mut Voice<'_>, rng: &mut Rng, out: &mut String) {
        if !voice.case.public && rng.percent(30) {
            grammar.expand(self.greeting, voice, rng, out);
            out.push_str("\n\n");
        }
        if voice.case.days.before.is_some() {
            grammar.expand(self.follow, voice, rng, out);
            out.push_str("\n\n");
        }
        grammar.expand(kind.lead, voice, rng, out);
        out.push_str(rng.pick(&["\n\n", "\n\n", "\n"]));
        if rng.percent(85) {
            grammar.expand(self.apology, voice, rng, out);
            out.push_str("\n\n");
        }
    }

    /// The sections of one notice; now and then two of them change places.
    fn layout(kind: &Kind, rng: &mut Rng) -> Vec<Section> {
        let mut chosen: Vec<Section> =
            SECTIONS.iter().filter(|(_, often)| rng.percent(*often)).map(|(s, _)| *s).collect();
        if kind.key == "outage" {
            chosen.retain(|s| *s != Section::Data);
        }
        if !chosen.contains(&Section::Overview) && !chosen.contains(&Section::Chronology) {
            chosen.insert(0, Section::Overview);
        }
        if chosen.len() > 3 && rng.percent(30) {
            let at = 1 + rng.index(chosen.len() - 3);
            chosen.swap(at, at + 1);
        }
        chosen
    }

    fn heading(&self, grammar: &Grammar, section: Section, look: &Look, rng: &mut Rng, out: &mut String) {
        let Some(rule) = self.heading.get(section as usize) else { return };
        let (h, n) = (grammar.name(*rule, rng), look.number);
        let circled = "①②③④⑤⑥⑦⑧⑨".chars().nth((n as usize).saturating_sub(1)).unwrap_or('⑩');
        let _ = match look.numbering {
            0..=3 => write!(out, "{n}.{h}"),
            4 | 5 => write!(out, "{n}. {h}"),
            6 => write!(out, "{n} {h}"),
            7 => write!(out, "{n}、{h}"),
            8 => write!(out, "{n}){h}"),
            9 => write!(out, "■ {n}.{h}"),
            10 => write!(out, "({n}){h}"),
            11 => write!(out, "{circled}{h}"),
            12 | 13 => write!(out, "【{h}】"),
            14 => write!(out, "[{h}]"),
            15 => write!(out, "<{h}>"),
            16 => write!(out, "〈{h}〉"),
            17 => write!(out, "〇{h}"),
            18 => write!(out, "■{h}"),
            _ => write!(out, "{h}"),
        };
        out.push_str(rng.pick(&["\n\n", "\n\n", "\n"]));
    }

    #[expect(clippy::too_many_arguments, reason = "one section needs the whole state of the post")]
    fn section(
        &self,
        grammar: &Grammar,
        kind: &Kind,
        section: Section,
        look: &Look,
        voice: &mut Voice<'_>,
        rng: &mut Rng,
        out: &mut String,
    ) {
        match section {
            Section::Overview => {
                let count = rng.range(1, 2) as usize;
                sentences(grammar, kind.how, count, voice, rng, out);
                for (rule, often) in [(self.scene, 70), (self.detail, 90), (self.aside, 60), (self.detail, 50)] {
                    if rng.percent(often) {
                        sentences(grammar, rule, 1, voice, rng, out);
                    }
                }
            }
            Section::Chronology => self.chronology(grammar, kind, look, voice, rng, out),
            Section::Data => {
                grammar.expand(self.data, voice, rng, out);
                if rng.percent(40) {
                    out.push('\n');
                    for item in &voice.case.items {
                        let _ = write!(out, "\n{}{item}", look.bullet);
                    }
                }
            }
            Section::Cause => {
                sentences(grammar, kind.cause, 1, voice, rng, out);
                for (rule, often) in [(self.detail, 55), (self.cause_more, 65)] {
                    if rng.percent(often) {
                        sentences(grammar, rule, 1, voice, rng, out);
                    }
                }
            }
            Section::Damage => {
                let count = rng.range(1, 2) as usize;
                sentences(grammar, self.damage, count, voice, rng, out);
            }
            Section::Response => {
                let count = rng.range(2, 4) as usize;
                self.listed(grammar, self.respond, count, look, voice, rng, out);
                if rng.percent(60) {
                    out.push_str("\n\n");
                    sentences(grammar, self.detail, 1, voice, rng, out);
                }
            }
            Section::Prevention => self.prevention(grammar, kind, look, voice, rng, out),
            Section::Contact => grammar.expand(self.contact, voice, rng, out),
            Section::Questions => {
                for (at, picked) in grammar.several(self.questions, 3, rng).into_iter().enumerate() {
                    out.push_str(if at > 0 { "\n" } else { "" });
                    grammar.expand_at(picked, voice, rng, out);
                }
            }
        }
        out.push_str("\n\n");
    }

    /// Writes sentences as running text or as a list.
    #[expect(clippy::too_many_arguments, reason = "one list needs the whole state of the post")]
    fn listed(
        &self,
        grammar: &Grammar,
        rule: RuleId,
        count: usize,
        look: &Look,
        voice: &mut Voice<'_>,
        rng: &mut Rng,
        out: &mut String,
    ) {
        if rng.percent(55) {
            return sentences(grammar, rule, count, voice, rng, out);
        }
        let numbered = rng.percent(40);
        for (at, picked) in grammar.several(rule, count, rng).into_iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            look.sign(numbered, at, out);
            grammar.expand_at(picked, voice, rng, out);
        }
    }

    fn prevention(
        &self,
        grammar: &Grammar,
        kind: &Kind,
        look: &Look,
        voice: &mut Voice<'_>,
        rng: &mut Rng,
        out: &mut String,
    ) {
        let own = rng.range(1, 3) as usize;
        let more = rng.range(0, 2) as usize;
        let mut measures = grammar.several(kind.prevent, own, rng);
        measures.extend(grammar.several(self.prevent_more, more, rng));
        if rng.percent(45) {
            for (at, picked) in measures.into_iter().enumerate() {
                out.push_str(if at == 0 { rng.pick(&["今後は、", "今後、", ""]) } else { "、" });
                grammar.expand_at(picked, voice, rng, out);
            }
            grammar.expand(self.prevent_end, voice, rng, out);
            return;
        }
        grammar.expand(self.prevent_lead, voice, rng, out);
        let numbered = rng.percent(35);
        for (at, picked) in measures.into_iter().enumerate() {
            out.push('\n');
            look.sign(numbered, at, out);
            grammar.expand_at(picked, voice, rng, out);
        }
    }

    /// Writes the dated list of what happened, in order.
    fn chronology(
        &self,
        grammar: &Grammar,
        kind: &Kind,
        look: &Look,
        voice: &mut Voice<'_>,
        rng: &mut Rng,
        out: &mut String,
    ) {
        for (at, happening) in self.happenings(kind, voice.case, rng).into_iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            let _ = match look.event {
                0..=2 => write!(out, "{}", look.bullet),
                3 => write!(out, "({})", at + 1),
                _ => Ok(()),
            };
            match happening.minute {
                Some(minute) => voice.moment(happening.day, minute, rng, out),
                None => voice.day(happening.day, rng, out),
            }
            out.push_str(match look.event {
                0 => "\n",
                1 | 4 => "  ",
                5 if voice.habits.clock != Clock::Colon => ":",
                _ => " ",
            });
            grammar.expand(happening.rule, voice, rng, out);
            if look.stop {
                out.push('。');
            }
        }
    }

    fn happenings(&self, kind: &Kind, case: &Case, rng: &mut Rng) -> Vec<Happening> {
        let days = case.days;
        let mut list = vec![
            Happening { day: days.start, minute: Some(days.start_minute), rule: kind.began },
            Happening { day: days.found, minute: Some(days.found_minute), rule: kind.found },
        ];
        let after = days.found_minute + rng.range(2, 40) as u32;
        let [respond, fix, look, police, ppc, notice, public] = self.events;
        let mut add = |often, day, minute: Option<u32>, rule| {
            if rng.percent(often) {
                list.push(Happening { day, minute: minute.filter(|m| *m < 24 * 60), rule });
            }
        };
        add(60, days.found, Some(after), respond);
        add(40, days.fix, Some(days.fix_minute.max(after + 1)).filter(|_| days.fix < days.found + 2), fix);
        add(45, (days.found + 1).min(days.published), None, look);
        add(40, days.police, None, police);
        add(50, days.report, None, ppc);
        add(50, days.notice, None, notice);
        add(35, days.published, None, public);
        // What has no time of its own happened after what has one, on the same day.
        list.sort_by_key(|h| (h.day, h.minute.unwrap_or(24 * 60)));
        list
    }
}

/// Writes `count` different sentences of a rule, one after another.
fn sentences(grammar: &Grammar, rule: RuleId, count: usize, voice: &mut Voice<'_>, rng: &mut Rng, out: &mut String) {
    for (at, picked) in grammar.several(rule, count, rng).into_iter().enumerate() {
        if at > 0 && rng.percent(45) {
            out.push_str("\n\n");
        }
        grammar.expand_at(picked, voice, rng, out);
    }
}
