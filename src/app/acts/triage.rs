//! The ways through a pile of incidents: one change repeated on the next, tags by one key, the next untriaged row. What
//! touches more than one incident asks first, and says how many it would change.

use crate::app::App;
use crate::app::jumps::Seek;
use crate::app::layers::leader::Leader;
use crate::app::layers::tags::{Purpose, previews};
use crate::app::layers::{Advance, Confirm, Deed, Layer, TagPalette};
use crate::app::panes::list::{Chosen, Targets};
use crate::app::status::Tone;
use crate::domain::protocol::{TagCount, TagKey};
use crate::domain::{Change, Key, ListRow, Request, Status, Tag};
use std::collections::{BTreeMap, HashMap};

/// Rows that are fetched at once on the way to the next untriaged one.
const AHEAD: usize = 512;

/// How often a row on the way is asked for.
const TRIES: u8 = 4;

impl App {
    pub(super) fn repeat(&mut self, count: Option<usize>) {
        let Some((add, remove)) = self.last_tagging.clone() else { return self.hint("ui.hint.no_tagging") };
        let Some(targets) = self.repeated(count, false) else { return };
        self.carefully(Change::Tag { add, remove }, targets, Advance::Down);
    }

    /// What an act with a count before it is done to: where the cursor's row was meant, so many rows.
    pub(super) fn repeated(&mut self, count: Option<usize>, untriaged: bool) -> Option<Targets> {
        let targets = self.targets()?;
        match (targets.from, count) {
            (Chosen::Cursor, Some(n)) if self.jumps.visited().is_none() => Some(self.list.next(n, untriaged)),
            _ => Some(targets),
        }
    }

    pub(super) fn done_next(&mut self, count: Option<usize>) {
        let Some(targets) = self.repeated(count, true) else { return };
        self.carefully(Change::Status { to: Status::Done }, targets, Advance::Untriaged);
    }

    /// Does a change at once on one incident, and asks first on more.
    pub(super) fn carefully(&mut self, change: Change, targets: Targets, advance: Advance) {
        let lang = self.lang();
        let many = targets.keys.len() > 1;
        let told = self.told(&targets);
        let question = match &change {
            Change::Tag { add, remove } => {
                let add = add.iter().map(|t| format!("+{t}"));
                let words: Vec<String> = add.chain(remove.iter().map(|t| format!("-{t}"))).collect();
                lang.fill("ui.confirm.tag", &[("tags", &words.join(" ")), ("targets", &told)])
            }
            Change::Status { to } => {
                let status = lang.get(&format!("status.{to}")).unwrap_or(to.as_str());
                lang.fill("ui.confirm.status", &[("status", status), ("targets", &told)])
            }
            Change::Note { .. } => lang.fill("ui.confirm.note", &[("targets", &told)]),
            _ => lang.fill("ui.confirm.change", &[("targets", &told)]),
        };
        let counted = matches!(change, Change::Tag { .. });
        let keys = targets.keys.clone();
        let deed = Deed::Apply { change, targets, advance };
        if !many {
            return self.deed(deed);
        }
        let mut remark = self.words("ui.undo_later");
        if counted {
            remark = format!("{} · {remark}", lang.text("ui.tags.loading"));
            self.ask(Request::TagCounts { keys });
        }
        self.layers.push(Layer::Confirm(Confirm { question, remark, lightly: true, deed }));
    }

    /// Says in the question about tags how many incidents would change; where none would, that alone is said.
    pub(super) fn preview_counted(&mut self, counts: &[TagCount]) {
        let (lang, later) = (self.lang(), self.words("ui.undo_later"));
        let Some(Layer::Confirm(confirm)) = self.layers.last_mut() else { return };
        let Deed::Apply { change: Change::Tag { add, remove }, targets, .. } = &confirm.deed else { return };
        let signed = add.iter().map(|t| (t.clone(), true)).chain(remove.iter().map(|t| (t.clone(), false)));
        let changes: BTreeMap<Tag, bool> = signed.collect();
        let n = targets.keys.len();
        let on = |tag: &Tag| counts.iter().find(|c| c.tag == *tag).map_or(0, |c| c.on_targets);
        let needless = changes.iter().all(|(tag, adds)| if *adds { on(tag) >= n } else { on(tag) == 0 });
        let told = previews(&changes, counts, n, lang).join(" · ");
        if needless {
            self.layers.pop();
            return self.status.say(Tone::Hint, told);
        }
        confirm.remark = format!("{told} · {later}");
    }

    /// Shows the keys of tags, and waits for one.
    pub(super) fn open_leader(&mut self, count: Option<usize>) {
        let Some(targets) = self.repeated(count, false) else { return };
        let carried = self.tags_of_one(&targets);
        let advance = if count.is_some() { Advance::Down } else { Advance::Stay };
        let leader = Leader::new(targets, carried, advance, self.tag_keys.clone());
        if self.tag_keys.is_none() {
            self.ask(Request::TagKeys);
        }
        self.layers.push(Layer::Leader(leader));
    }

    /// Takes the keys of tags, and goes on where they were waited for.
    pub(super) fn tag_keys_told(&mut self, keys: Vec<TagKey>) {
        let mut deed = None;
        for layer in &mut self.layers {
            match layer {
                Layer::Leader(leader) => deed = leader.load(keys.clone()),
                Layer::Tags(palette) => palette.keys.clone_from(&keys),
                _ => {}
            }
        }
        self.tag_keys = Some(keys);
        if let Some(deed) = deed {
            self.layers.retain(|l| !matches!(l, Layer::Leader(_)));
            self.deed(deed);
        }
    }

    /// The tags of the target, where it is one and known.
    fn tags_of_one(&self, targets: &Targets) -> Option<Vec<Tag>> {
        let [key] = targets.keys.as_slice() else { return None };
        let shown = self.detail.record.as_ref().filter(|_| self.detail.key == Some(*key));
        self.list.row(*key).map(|row| &row.tags).or(shown.map(|record| &record.triage.tags)).cloned()
    }

    /// A tag by its key: one incident that carries it loses it, else all get it.
    pub(super) fn quick_tag(&mut self, tag: Tag, targets: Targets, advance: Advance) {
        let carried = self.tags_of_one(&targets).is_some_and(|tags| tags.contains(&tag));
        let (add, remove) = if carried { (Vec::new(), vec![tag]) } else { (vec![tag], Vec::new()) };
        self.carefully(Change::Tag { add, remove }, targets, advance);
    }

    /// Opens the tag palette, and asks for what it shows.
    pub(super) fn open_tag_palette(&mut self, mut palette: TagPalette) {
        // Whose tags are not asked for has nothing to be counted on.
        let keys = if palette.purpose == Purpose::Key { Vec::new() } else { palette.targets.keys.clone() };
        self.ask(Request::TagCounts { keys });
        match &self.tag_keys {
            Some(keys) => palette.keys.clone_from(keys),
            None => self.ask(Request::TagKeys),
        }
        self.layers.push(Layer::Tags(palette));
    }

    /// Goes to the next (or previous) row that is not triaged, or to the one so many further.
    pub(super) fn seek_untriaged(&mut self, forward: bool, count: Option<usize>) {
        if self.list.is_empty() {
            return self.hint("ui.hint.nothing_here");
        }
        // Hits are walked, not rows: what is folded away is found too. From a header on, its first incident is the next.
        let place = self.list.place();
        let first = match forward {
            true if self.list.head().is_some() => place.checked_sub(1),
            true => Some(place),
            false => place.checked_sub(2),
        };
        match first {
            Some(at) => self
                .seek(Seek { forward, left: count.unwrap_or(1).max(1), at, reached: None, asked: 0 }, &HashMap::new()),
            None => self.hint("ui.hint.none_above"),
        }
    }

    /// Goes on with rows that were fetched for it.
    pub(super) fn seek_on(&mut self, rows: &[ListRow]) {
        if let Some(seek) = self.seeking.take() {
            let known: HashMap<Key, Status> = rows.iter().map(|row| (row.key, row.status)).collect();
            self.seek(seek, &known);
        }
    }

    fn seek(&mut self, mut seek: Seek, fetched: &HashMap<Key, Status>) {
        while let Some(key) = self.list.found.keys.get(seek.at).copied() {
            let known = fetched.get(&key).copied().or_else(|| self.list.row(key).map(|row| row.status));
            if known.is_none() && seek.asked < TRIES {
                return self.fetch_for(seek);
            }
            if known.is_none_or(|status| !status.is_triaged()) {
                seek.left = seek.left.saturating_sub(1);
                seek.reached = Some(seek.at);
            }
            seek.asked = 0;
            let next = if seek.forward { seek.at.checked_add(1) } else { seek.at.checked_sub(1) };
            match next {
                Some(at) if seek.left > 0 => seek.at = at,
                _ => break,
            }
        }
        // With a count too large it goes as far as there are any.
        match seek.reached {
            Some(index) => self.list.reveal(index),
            None => self.hint(if seek.forward { "ui.hint.none_below" } else { "ui.hint.none_above" }),
        }
    }

    /// Asks for rows on the way that are not known.
    fn fetch_for(&mut self, seek: Seek) {
        let index = |n: usize| if seek.forward { seek.at.checked_add(n) } else { seek.at.checked_sub(n) };
        let keys: Vec<Key> =
            (0..AHEAD).map_while(|n| index(n).and_then(|i| self.list.found.keys.get(i).copied())).collect();
        self.ask(Request::Rows { keys });
        self.seeking = Some(Seek { asked: seek.asked + 1, ..seek });
        let text = self.lang().text("ui.hint.seeking").to_owned();
        self.status.say(Tone::Hint, text);
    }
}
