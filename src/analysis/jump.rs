//! The names that a fuzzy jump looks among, and the search for those that match best: both in slices, so that whoever
//! looks can be told of something newer in between. The workbench's thread for jumps feeds and asks it.

use super::fuzzy::{Fit, PART, Pattern};
use super::shelf::{Place, Shelf};
use crate::domain::jump::{JumpHit, JumpTo, Named};
use crate::domain::protocol::TagCount;
use crate::domain::{Key, ListRow};
use crate::text::search_fold;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasher as _, RandomState};

/// Most incidents of a view whose titles are looked at; of a larger one, those of its newest.
pub const MOST_TITLES: usize = 100_000;

/// Most distinct organisations that are looked at.
const MOST_ORGS: usize = 100_000;

/// Most hits that are told.
pub const MOST_HITS: usize = 60;

struct Org {
    folded: Place,
    /// An incident of it, whose row tells how it is written.
    of: Key,
    count: u32,
}

struct Title {
    key: Key,
    /// Where the incident stands in the view.
    place: u32,
    /// Index of its organisation; [`NO_ORG`] where the text holds that too.
    org: u32,
    /// The title, search-folded.
    folded: Place,
}

/// In place of an organisation's index.
const NO_ORG: u32 = u32::MAX;

/// Names to look among.
#[derive(Default)]
pub struct Candidates {
    texts: Shelf,
    orgs: Vec<Org>,
    /// Indices of organisations, by what their names hash to.
    by_name: HashMap<u64, u32>,
    hasher: RandomState,
    titles: Vec<Title>,
    tags: Vec<(Box<str>, TagCount)>,
}

impl Candidates {
    /// How many names there are.
    pub fn len(&self) -> usize {
        self.orgs.len() + self.titles.len() + self.tags.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes in the case book's tags.
    pub fn add_tags(&mut self, tags: Vec<TagCount>) {
        self.tags.extend(tags.into_iter().map(|tag| (search_fold(tag.tag.as_str()).into(), tag)));
    }

    /// Takes in the names of an incident that stands at `place` of the view, its title only where that is wanted.
    pub fn add(&mut self, named: &Named, place: usize, with_title: bool) {
        let org_folded = named.org_folded.as_deref().unwrap_or_default();
        let org = if org_folded.is_empty() { None } else { self.org(org_folded, named.key) };
        let title = named.title_folded.as_deref().unwrap_or_default();
        if !with_title || org_folded.is_empty() && title.is_empty() {
            return;
        }
        let folded = match org {
            Some(_) => self.texts.put(title),
            None => self.texts.put(&format!("{org_folded}{PART}{title}")),
        };
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        if let Some(folded) = folded {
            self.titles.push(Title { key: named.key, place, org: org.unwrap_or(NO_ORG), folded });
        }
    }

    /// Counts an incident of an organisation; its index, unless there are too many.
    fn org(&mut self, folded: &str, of: Key) -> Option<u32> {
        let hash = self.hasher.hash_one(folded);
        if let Some(index) = self.by_name.get(&hash).copied()
            && let Some(org) = self.orgs.get_mut(index as usize)
            && self.texts.at(org.folded) == folded
        {
            org.count = org.count.saturating_add(1);
            return Some(index);
        }
        if self.orgs.len() >= MOST_ORGS {
            return None;
        }
        let (index, folded) = (u32::try_from(self.orgs.len()).ok()?, self.texts.put(folded)?);
        self.by_name.insert(hash, index);
        self.orgs.push(Org { folded, of, count: 1 });
        Some(index)
    }

    /// Writes what a title is looked for in: organisation and title, search-folded.
    fn write_title(&self, title: &Title, out: &mut String) {
        out.clear();
        if let Some(org) = self.orgs.get(title.org as usize) {
            out.push_str(self.texts.at(org.folded));
            out.push(PART);
        }
        out.push_str(self.texts.at(title.folded));
    }
}

/// A kind of names, in the order in which equally good ones are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Org,
    Tag,
    Title,
}

/// A hit: how well it fits, of which kind it is, where it stands among its kind, and its index.
type Ranked = (Fit, Sort, u32, usize);

/// A search for the names that match best.
pub struct Search {
    pattern: Pattern,
    /// The best so far, the worst of them on top.
    best: BinaryHeap<Ranked>,
    matching: usize,
    /// How many orgs, tags and titles have been looked at.
    at: [usize; 3],
}

impl Search {
    /// A search for what was typed.
    pub fn new(typed: &str, readings: bool) -> Self {
        Self { pattern: Pattern::new(typed, readings), best: BinaryHeap::new(), matching: 0, at: [0; 3] }
    }

    /// How many names match so far.
    pub fn matching(&self) -> usize {
        self.matching
    }

    /// Looks at up to `most` more names; false where all that there are have been looked at.
    pub fn step(&mut self, among: &Candidates, most: usize) -> bool {
        if self.pattern.is_empty() {
            return false;
        }
        let [orgs, tags, titles] = self.at;
        let mut left = most;
        for (index, org) in among.orgs.iter().enumerate().skip(orgs).take(left) {
            self.look(among.texts.at(org.folded), Sort::Org, index, index);
            self.at[0] += 1;
        }
        left -= self.at[0] - orgs;
        for (index, (folded, _)) in among.tags.iter().enumerate().skip(tags).take(left) {
            self.look(folded, Sort::Tag, index, index);
            self.at[1] += 1;
        }
        left -= self.at[1] - tags;
        let mut folded = String::new();
        for (index, title) in among.titles.iter().enumerate().skip(titles).take(left) {
            among.write_title(title, &mut folded);
            self.look(&folded, Sort::Title, title.place as usize, index);
            self.at[2] += 1;
        }
        self.at.iter().sum::<usize>() < among.len()
    }

    fn look(&mut self, folded: &str, sort: Sort, place: usize, index: usize) {
        let Some(fit) = self.pattern.fit(folded) else { return };
        self.matching += 1;
        let hit = (fit, sort, u32::try_from(place).unwrap_or(u32::MAX), index);
        if self.best.len() < MOST_HITS {
            self.best.push(hit);
        } else if let Some(mut worst) = self.best.peek_mut()
            && hit < *worst
        {
            *worst = hit;
        }
    }

    fn ranked(&self) -> Vec<Ranked> {
        let mut best: Vec<Ranked> = self.best.iter().copied().collect();
        best.sort_unstable();
        best
    }

    /// The incidents among the hits, and one of each organisation among them: [`Search::hits`] needs their rows.
    pub fn incidents(&self, among: &Candidates) -> Vec<Key> {
        let key = |(_, sort, _, index): Ranked| match sort {
            Sort::Org => among.orgs.get(index).map(|org| org.of),
            Sort::Title => among.titles.get(index).map(|title| title.key),
            Sort::Tag => None,
        };
        self.ranked().into_iter().filter_map(key).collect()
    }

    /// The best hits, best first, with rows of the incidents among them; one whose row is missing is left out.
    pub fn hits(&self, among: &Candidates, rows: &[ListRow]) -> Vec<JumpHit> {
        self.ranked().into_iter().filter_map(|hit| self.hit(hit, among, rows)).collect()
    }

    fn hit(&self, (_, sort, _, index): Ranked, among: &Candidates, rows: &[ListRow]) -> Option<JumpHit> {
        let (to, name, day, count) = match sort {
            Sort::Org => {
                let org = among.orgs.get(index)?;
                let folded = among.texts.at(org.folded);
                let written = rows.iter().find(|row| row.key == org.of).and_then(|row| row.org.as_deref());
                // It may have been corrected since.
                let name = written.filter(|name| search_fold(name) == folded).unwrap_or(folded);
                (JumpTo::Organisation(name.to_owned()), name.to_owned(), None, org.count as usize)
            }
            Sort::Tag => {
                let (_, tag) = among.tags.get(index)?;
                (JumpTo::Tag(tag.tag.to_string()), tag.tag.to_string(), None, tag.total)
            }
            Sort::Title => {
                let key = among.titles.get(index)?.key;
                let row = rows.iter().find(|row| row.key == key)?;
                let names = [row.org.as_deref(), row.title.as_deref()];
                let name = names.into_iter().flatten().collect::<Vec<_>>().join("  ");
                (JumpTo::Incident(key), name, row.published, 1)
            }
        };
        Some(JumpHit { to, spans: self.pattern.spans(&name), name, day, count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{IncidentId, Kind, Status, Tag};

    const NAMES: [(&str, &str); 5] = [
        ("青嶺市", "USBメモリの紛失について"),
        ("若宮印刷株式会社", "不正アクセスによる個人情報の漏えい"),
        ("青嶺市", "誤送信について"),
        ("青嶺大学", "紛失について"),
        ("(株)みなと", "USBメモリの盗難"),
    ];

    fn row(n: usize) -> ListRow {
        ListRow {
            key: Key(n as i64),
            id: IncidentId(format!("{n:012}")),
            kind: Kind::Incident,
            status: Status::New,
            published: None,
            case_no: None,
            affected: None,
            exposure: None,
            action: None,
            org: Some(NAMES[n].0.into()),
            title: Some(NAMES[n].1.into()),
            tags: Vec::new(),
            third_party: None,
            gang: None,
            noted: false,
            warned: false,
        }
    }

    fn candidates(with_titles: bool) -> Candidates {
        let mut out = Candidates::default();
        for (n, (org, title)) in NAMES.iter().enumerate() {
            let named = Named {
                key: Key(n as i64),
                org_folded: Some(search_fold(org)),
                title_folded: Some(search_fold(title)),
            };
            out.add(&named, n, with_titles);
        }
        let tag = |name: &str, total| TagCount { tag: Tag::new(name).unwrap(), total, on_targets: 0 };
        out.add_tags(vec![tag("supply/若宮", 4), tag("紛失", 2)]);
        out
    }

    fn found(typed: &str, step: usize, with_titles: bool) -> Vec<(String, usize)> {
        let among = candidates(with_titles);
        let mut search = Search::new(typed, true);
        while search.step(&among, step) {}
        let rows: Vec<ListRow> = search.incidents(&among).into_iter().map(|k| row(k.0 as usize)).collect();
        search.hits(&among, &rows).into_iter().map(|h| (h.name, h.count)).collect()
    }

    fn names(typed: &str) -> Vec<String> {
        found(typed, 100, true).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn organisations_come_once_with_their_number_before_their_incidents() {
        assert_eq!(
            found("青嶺", 100, true),
            [
                ("青嶺市".to_owned(), 2),
                ("青嶺大学".to_owned(), 1),
                ("青嶺市  誤送信について".to_owned(), 1),
                ("青嶺大学  紛失について".to_owned(), 1),
                ("青嶺市  USBメモリの紛失について".to_owned(), 1),
            ]
        );
        assert_eq!(names("みなと").first().map(String::as_str), Some("(株)みなと"));
    }

    #[test]
    fn titles_tags_and_readings_are_found() {
        assert_eq!(names("紛失")[..2], ["紛失", "青嶺大学  紛失について"]);
        assert_eq!(names("funshitsu")[0], "紛失");
        assert_eq!(names("usb 青嶺"), ["青嶺市  USBメモリの紛失について"]);
        assert_eq!(names("sup")[0], "supply/若宮");
        assert!(names("zzz").is_empty() && names("").is_empty());
        assert!(found("紛失", 100, false).iter().all(|(name, _)| name == "紛失"));
    }

    #[test]
    fn slices_of_any_size_find_the_same() {
        for typed in ["青", "usb", "について", "の"] {
            for step in [1, 2, 3, 7] {
                assert_eq!(found(typed, step, true), found(typed, 100, true), "{typed} {step}");
            }
        }
    }

    #[test]
    fn of_many_the_best_stay() {
        let mut among = Candidates::default();
        for n in 0..1_000usize {
            let org = format!("{}青嶺{n:03}", if n % 2 == 0 { "東" } else { "" });
            let folded = Some(org);
            among.add(&Named { key: Key(n as i64), org_folded: folded, title_folded: None }, n, false);
        }
        let mut search = Search::new("青嶺", false);
        while search.step(&among, 64) {}
        let hits = search.hits(&among, &[]);
        assert_eq!((hits.len(), search.matching()), (MOST_HITS, 1_000));
        assert!(hits.iter().all(|hit| hit.name.starts_with("青嶺")));
        assert_eq!(hits[0].name, "青嶺001");
    }
}
