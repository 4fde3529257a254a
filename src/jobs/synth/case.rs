//! One invented incident: who, what, how many, and a chronology that fits its day of publication.
//! Given the grammar and a source of chance; posts in any format are written about it.

use super::SynthError;
use super::grammar::{Grammar, RuleId};
use super::rng::Rng;
use serde::Deserialize;

/// `assets/synth/kinds.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindsFile {
    class: Vec<ClassRow>,
    kind: Vec<KindRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassRow {
    key: String,
    group: String,
    weight: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindRow {
    key: String,
    weight: u64,
    classes: String,
    crowd: [u64; 2],
    lag: i32,
    label: String,
}

/// A class of organisations with the rules that speak for it.
#[derive(Debug)]
pub(super) struct Class {
    key: String,
    weight: u64,
    org: RuleId,
    own: RuleId,
    short: RuleId,
    head: RuleId,
    dept: RuleId,
    people: RuleId,
    task: RuleId,
    item: RuleId,
    public: bool,
}

/// A kind of incident with the rules that tell it.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) key: String,
    weight: u64,
    classes: Vec<usize>,
    crowd: [u64; 2],
    lag: i32,
    pub(super) label: String,
    pub(super) title: RuleId,
    pub(super) lead: RuleId,
    pub(super) how: RuleId,
    pub(super) cause: RuleId,
    pub(super) prevent: RuleId,
    pub(super) began: RuleId,
    pub(super) found: RuleId,
    pub(super) news_title: RuleId,
    pub(super) news: RuleId,
}

/// All classes and kinds, resolved against the grammar.
#[derive(Debug)]
pub(super) struct World {
    classes: Vec<Class>,
    pub(super) kinds: Vec<Kind>,
    third: RuleId,
    system: RuleId,
    media: RuleId,
}

impl World {
    /// Reads the table of kinds.
    ///
    /// # Errors
    /// [`SynthError::Grammar`] when the table or a rule that it needs is wrong.
    pub(super) fn built_in(grammar: &Grammar) -> Result<Self, SynthError> {
        let place = "assets/synth/kinds.toml";
        let wrong = |problem: String| SynthError::Grammar { place: place.into(), problem };
        let file: KindsFile =
            toml::from_str(include_str!("../../../assets/synth/kinds.toml")).map_err(|e| wrong(e.to_string()))?;
        let classes = file.class.into_iter().map(|row| class(grammar, row)).collect::<Result<Vec<_>, _>>()?;
        let mut kinds = Vec::new();
        for row in file.kind {
            let mut members = Vec::new();
            for key in row.classes.split_ascii_whitespace() {
                let at = classes.iter().position(|c| c.key == key);
                members.push(at.ok_or_else(|| wrong(format!("{} names the unknown class {key}", row.key)))?);
            }
            kinds.push(kind(grammar, row, members)?);
        }
        Ok(Self {
            classes,
            kinds,
            third: grammar.id("third.any")?,
            system: grammar.id("sys.any")?,
            media: grammar.id("media.any")?,
        })
    }

    /// The kind named `key`.
    pub(super) fn kind_named(&self, key: &str) -> Option<usize> {
        self.kinds.iter().position(|k| k.key == key)
    }

    /// A kind by weight.
    pub(super) fn any_kind(&self, rng: &mut Rng) -> usize {
        weighted(self.kinds.iter().map(|k| k.weight), rng)
    }
}

fn class(grammar: &Grammar, row: ClassRow) -> Result<Class, SynthError> {
    let of_group = |what: &str| grammar.id(&format!("{what}.{}", row.group));
    Ok(Class {
        org: grammar.id(&format!("org.{}", row.key))?,
        own: of_group("own")?,
        short: of_group("short")?,
        head: of_group("head")?,
        dept: of_group("dept")?,
        people: of_group("people")?,
        task: of_group("task")?,
        item: of_group("item")?,
        public: row.group == "public",
        key: row.key,
        weight: row.weight,
    })
}

fn kind(grammar: &Grammar, row: KindRow, classes: Vec<usize>) -> Result<Kind, SynthError> {
    let rule = |what: &str| grammar.id(&format!("{what}.{}", row.key));
    Ok(Kind {
        title: rule("t")?,
        lead: rule("lead")?,
        how: rule("how")?,
        cause: rule("cause")?,
        prevent: rule("prev")?,
        began: rule("e1")?,
        found: rule("e2")?,
        news_title: rule("nh")?,
        news: rule("news")?,
        weight: row.weight,
        classes,
        crowd: row.crowd,
        lag: row.lag,
        label: row.label,
        key: row.key,
    })
}

/// An index by weight.
fn weighted(weights: impl Iterator<Item = u64> + Clone, rng: &mut Rng) -> usize {
    let mut left = rng.below(weights.clone().sum());
    for (at, weight) in weights.enumerate() {
        if left < weight {
            return at;
        }
        left -= weight;
    }
    0
}

/// The chronology, in day numbers; minutes are of the day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Days {
    pub(super) start: i32,
    pub(super) start_minute: u32,
    pub(super) end: i32,
    pub(super) found: i32,
    pub(super) found_minute: u32,
    pub(super) fix: i32,
    pub(super) fix_minute: u32,
    pub(super) police: i32,
    pub(super) report: i32,
    pub(super) notice: i32,
    pub(super) published: i32,
    /// An earlier release that this one continues.
    pub(super) before: Option<i32>,
}

impl Days {
    /// A chronology that ends with `published` and took at most `lag` days to be discovered.
    fn up_to(published: i32, lag: i32, rng: &mut Rng) -> Self {
        let gap = if rng.percent(80) { rng.days(1, 12) } else { rng.days(10, 80) };
        let found = published - gap;
        let start = found - if lag > 1 && rng.percent(70) { rng.days(1, lag) } else { rng.days(0, lag.min(1)) };
        let start_minute = rng.range(7 * 60, 18 * 60) as u32;
        let found_minute = match found - start {
            0 => start_minute + rng.range(4, 290) as u32,
            _ => rng.range(7 * 60 + 30, 19 * 60) as u32,
        };
        let fix = (found + rng.days(0, 2)).min(published);
        let fix_minute = match fix - found {
            0 => (found_minute + rng.range(6, 230) as u32).min(1439),
            _ => rng.range(8 * 60, 20 * 60) as u32,
        };
        Self {
            start,
            start_minute,
            end: start + rng.days((found - start).min(1), found - start),
            found,
            found_minute,
            fix,
            fix_minute,
            police: (found + rng.days(0, 4)).min(published),
            report: (found + rng.days(1, 5)).min(published),
            notice: rng.days((found + 1).min(published), published),
            published,
            before: None,
        }
    }
}

/// What a post is written about.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) kind: usize,
    pub(super) public: bool,
    pub(super) org: String,
    pub(super) own: String,
    pub(super) short: String,
    pub(super) head: String,
    pub(super) dept: String,
    pub(super) third: String,
    pub(super) system: String,
    pub(super) media: String,
    pub(super) task: String,
    pub(super) people: String,
    pub(super) items: Vec<String>,
    pub(super) total: u64,
    pub(super) part: u64,
    pub(super) mails: u64,
    pub(super) days: Days,
}

impl Case {
    /// Invents a case of `kind` that is published on the day number `published`.
    pub(super) fn invent(world: &World, grammar: &Grammar, kind: usize, published: i32, rng: &mut Rng) -> Option<Self> {
        let row = world.kinds.get(kind)?;
        let members = row.classes.iter().filter_map(|at| world.classes.get(*at));
        let at = weighted(members.clone().map(|c| c.weight), rng);
        let class = members.clone().nth(at)?;
        let total = rng.magnitude(row.crowd[0], row.crowd[1]);
        let wanted = rng.range(2, 6) as usize;
        let items = grammar.several(class.item, wanted, rng);
        Some(Self {
            kind,
            public: class.public,
            org: grammar.name(class.org, rng),
            own: grammar.name(class.own, rng),
            short: grammar.name(class.short, rng),
            head: grammar.name(class.head, rng),
            dept: grammar.name(class.dept, rng),
            third: grammar.name(world.third, rng),
            system: grammar.name(world.system, rng),
            media: grammar.name(world.media, rng),
            task: grammar.name(class.task, rng),
            people: grammar.name(class.people, rng),
            items: items.into_iter().map(|item| spelled(grammar, item, rng)).collect(),
            total,
            part: rng.range(1, total.max(1)),
            mails: rng.magnitude(2, 9000),
            days: Days::up_to(published, row.lag, rng),
        })
    }

    /// Another victim of the same contractor: own names and counts, the contractor's chronology.
    pub(super) fn fellow_victim(
        &self,
        world: &World,
        grammar: &Grammar,
        published: i32,
        rng: &mut Rng,
    ) -> Option<Self> {
        let mut other = Self::invent(world, grammar, self.kind, published, rng)?;
        other.third.clone_from(&self.third);
        other.days.start = self.days.start;
        other.days.start_minute = self.days.start_minute;
        other.days.end = self.days.end;
        other.days.found = self.days.found.max(self.days.start);
        let found = other.days.found;
        for day in [&mut other.days.fix, &mut other.days.police, &mut other.days.report, &mut other.days.notice] {
            *day = (*day).clamp(found, published.max(found));
        }
        other.days.found_minute = self.days.found_minute;
        other.days.fix_minute = other.days.fix_minute.max(other.days.found_minute);
        Some(other)
    }

    /// A later release of the same incident.
    pub(super) fn continued(&self, published: i32) -> Self {
        let mut later = self.clone();
        later.days.before = Some(self.days.published);
        later.days.published = published;
        later
    }
}

fn spelled(grammar: &Grammar, picked: (RuleId, usize), rng: &mut Rng) -> String {
    let mut out = String::new();
    grammar.expand_at(picked, &mut super::grammar::NoSlots, rng, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::super::spell::day_number;
    use super::*;

    #[test]
    fn every_kind_makes_cases_with_an_ordered_chronology() {
        let grammar = Grammar::built_in().unwrap();
        let world = World::built_in(&grammar).unwrap();
        assert!(world.kinds.len() >= 18);
        let mut rng = Rng::new(5, 0);
        let published = day_number(2024, 6, 6);
        for kind in 0..world.kinds.len() {
            for _ in 0..40 {
                let case = Case::invent(&world, &grammar, kind, published, &mut rng).unwrap();
                let d = case.days;
                assert!(d.start <= d.end && d.end <= d.found && d.found <= d.fix, "{d:?}");
                assert!(d.found <= d.police && d.found <= d.report && d.found <= d.notice, "{d:?}");
                assert!(d.fix.max(d.police).max(d.report).max(d.notice) <= d.published, "{d:?}");
                assert!(d.start < d.found || d.start_minute < d.found_minute, "{d:?}");
                assert!(d.found < d.fix || d.found_minute <= d.fix_minute, "{d:?}");
                assert!(case.part <= case.total.max(1) && !case.items.is_empty());
            }
        }
    }

    #[test]
    fn fellow_victims_share_the_contractor_only() {
        let grammar = Grammar::built_in().unwrap();
        let world = World::built_in(&grammar).unwrap();
        let kind = world.kind_named("vendor").unwrap();
        let mut rng = Rng::new(6, 0);
        let first = Case::invent(&world, &grammar, kind, 19_000, &mut rng).unwrap();
        let second = first.fellow_victim(&world, &grammar, 19_002, &mut rng).unwrap();
        assert_eq!(first.third, second.third);
        assert_ne!(first.org, second.org);
        assert_eq!(first.days.start, second.days.start);
        assert!(second.days.report >= second.days.found);
    }

    #[test]
    fn there_are_tens_of_thousands_of_names() {
        let grammar = Grammar::built_in().unwrap();
        let world = World::built_in(&grammar).unwrap();
        let mut rng = Rng::new(7, 0);
        let mut names = std::collections::BTreeSet::new();
        for i in 0..30_000 {
            let class = &world.classes[i % world.classes.len()];
            names.insert(grammar.name(class.org, &mut rng));
        }
        assert!(names.len() > 20_000, "{}", names.len());
    }
}
