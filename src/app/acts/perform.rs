//! What each action does, and what dialogs and verbs set off.

use crate::app::App;
use crate::app::commands::pages::Page;
use crate::app::commands::verbs::Verb;
use crate::app::effect::Effect;
use crate::app::keys::actions::Action;
use crate::app::layers::tags::Purpose;
use crate::app::layers::{Advance, Deed, Help, Layer, Menu, Palette, TagPalette};
use crate::app::layout::Pane;
use crate::app::panes::columns::turned;
use crate::app::panes::list::{Chosen, Targets};
use crate::app::search::query_line::sort_name;
use crate::app::status::Tone;
use crate::app::tour::Waits;
use crate::domain::work::Task;
use crate::domain::{Change, Request, Verdict};
use crate::lang::grouped;
use crate::query::ast::SortField;
use chrono::NaiveDate;

impl App {
    pub(super) fn perform(&mut self, action: Action, count: Option<usize>) {
        if self.comes_too_soon(action) {
            return;
        }
        if !action.only_moves() {
            self.status.clear();
        }
        if let Some(hint) = self.learnt.used(action)
            && self.state.hints.insert(hint.to_owned())
        {
            self.remember();
        }
        if action != Action::Cancel {
            self.disarm();
        }
        let leaves = std::mem::take(&mut self.leaves);
        match action {
            Action::Down | Action::Up | Action::First | Action::Last | Action::HalfDown | Action::HalfUp => {
                self.move_by(action, count);
            }
            Action::PageDown | Action::PageUp => self.move_by(action, count),
            Action::NextPane => self.next_pane(true, count),
            Action::PreviousPane => self.next_pane(false, count),
            Action::Right => self.sideways(true, count),
            Action::Left => self.sideways(false, count),
            Action::TimelineIncident
            | Action::TimelineView
            | Action::TimelineCase
            | Action::ZoomIn
            | Action::ZoomOut
            | Action::ByDay
            | Action::ByWeek
            | Action::ByMonth
            | Action::ByQuarter
            | Action::ByYear
            | Action::SplitBars
            | Action::Brush
            | Action::BrushBegin
            | Action::BrushEnd => self.perform_in_timeline(action, count),
            Action::SwapLower => self.swap_lower(),
            Action::TurnPanes => self.turn_panes(),
            Action::Resume => self.take_up(),
            Action::Open => self.open(),
            Action::Query => {
                self.focus_list();
                self.open_query();
            }
            Action::Sort => self.layers.push(Layer::Menu(Menu::sort(self.query.sort(), self.lang()))),
            Action::Jump => self.open_jump(),
            Action::Romaji => self.toggle_romaji(),
            Action::Filters => self.open_filters(),
            Action::Views => self.open_views(),
            Action::ViewKey => self.await_view_key(),
            Action::Columns => self.open_columns(),
            Action::Group => self.open_grouping(),
            Action::Fold => self.fold(),
            Action::FoldAll => self.fold_all(true),
            Action::UnfoldAll => self.fold_all(false),
            Action::NextMatch => self.next_match(true, count),
            Action::PreviousMatch => self.next_match(false, count),
            Action::NextEvidence => self.choose_evidence(true, count),
            Action::PreviousEvidence => self.choose_evidence(false, count),
            Action::Accept => self.review(Verdict::Accepted, count),
            Action::Reject => self.review(Verdict::Rejected, count),
            Action::Correct => self.open_correct(None),
            Action::Related => self.open_related(),
            Action::FindText => self.open_find(),
            Action::JumpBack => self.retrace(true, count),
            Action::JumpForward => self.retrace(false, count),
            Action::Mark => self.mark(count),
            Action::Visual => self.visual(),
            Action::MarkAll => self.mark_all(),
            Action::Tag => self.open_tags(false),
            Action::Untag => self.open_tags(true),
            Action::Repeat => self.repeat(count),
            Action::QuickTag => self.open_leader(count),
            Action::TagAsAbove => self.tag_as_above(count),
            Action::NextUntriaged => self.seek_untriaged(true, count),
            Action::PreviousUntriaged => self.seek_untriaged(false, count),
            Action::Status => self.open_status(),
            Action::DoneNext => self.done_next(count),
            Action::Undo => (0..times(count)).for_each(|_| self.ask(Request::Undo)),
            Action::Redo => (0..times(count)).for_each(|_| self.ask(Request::Redo)),
            Action::Export => self.open_export(),
            Action::Copy => self.copy(),
            Action::Note => self.open_note(),
            Action::Command => self.open_palette(),
            Action::Help => self.open_help(),
            Action::Tour => self.start_tour(),
            Action::Repaint => self.outbox.push(Effect::Repaint),
            Action::Suspend => self.outbox.push(Effect::Suspend),
            // Esc after a count takes back the count only.
            Action::Cancel if count.is_some() => {}
            Action::Cancel => self.cancel(),
            Action::Quit => {
                if !self.step_back() && !self.asks_about_marks(leaves) {
                    self.leave();
                }
            }
        }
        self.tour_sees(Waits::Does(action));
    }

    pub(super) fn open_query(&mut self) {
        let here = self.list.current();
        let row = here.and_then(|key| self.list.row(key)).cloned();
        self.query.open(here, row);
        self.query.anchor_line = Some(self.list.cursor.saturating_sub(self.list.top));
    }

    /// Says that the view is not known whole yet, where it is not.
    pub(super) fn is_counting(&mut self) -> bool {
        let counting = self.list.found.early;
        if counting {
            self.hint("ui.hint.counting");
        }
        counting
    }

    pub(super) fn hint(&mut self, key: &'static str) {
        let text = self.words(key);
        self.status.say(Tone::Hint, text);
    }

    fn move_by(&mut self, action: Action, count: Option<usize>) {
        let page = match self.focus {
            Pane::List => self.list.page,
            Pane::Detail => self.detail.page(),
            Pane::Timeline => self.timeline_page(),
        };
        let times = isize::try_from(count.unwrap_or(1)).unwrap_or(isize::MAX);
        let rows = |n: usize| isize::try_from(n.max(1)).unwrap_or(isize::MAX).saturating_mul(times);
        let by = match action {
            Action::Down => times,
            Action::Up => -times,
            Action::HalfDown => rows(page / 2),
            Action::HalfUp => -rows(page / 2),
            Action::PageDown => rows(page.saturating_sub(1)),
            Action::PageUp => -rows(page.saturating_sub(1)),
            Action::First if count.is_none() => isize::MIN,
            Action::Last if count.is_none() => isize::MAX,
            // A count before `gg` or `G` is the number of a row.
            _ => {
                let row = count.unwrap_or(1).saturating_sub(1);
                match self.focus {
                    Pane::List => self.list.go(self.list.row_of(row)),
                    Pane::Detail => self.detail.scroll = row,
                    Pane::Timeline => self.move_timeline_to(row),
                }
                return;
            }
        };
        match self.focus {
            Pane::List => self.list.step(by),
            Pane::Detail => self.detail.scroll_by(by),
            Pane::Timeline => self.move_timeline(by),
        }
    }

    /// Goes to the next pane, or with a count to that one: 1 list, 2 detail, 3 timeline. Where one lower pane is shown at
    /// a time, the one that is seen comes after the list, and passing by does not change which that is.
    pub(super) fn next_pane(&mut self, forward: bool, count: Option<usize>) {
        let one_lower = !self.layout.wide && count.is_none();
        let panes = match self.lower {
            Pane::Timeline if one_lower => [Pane::List, Pane::Timeline, Pane::Detail],
            _ => [Pane::List, Pane::Detail, Pane::Timeline],
        };
        let here = panes.iter().position(|p| *p == self.focus).unwrap_or(0);
        let next = match count {
            Some(n) => n.saturating_sub(1).min(2),
            None if forward => (here + 1) % 3,
            None => (here + 2) % 3,
        };
        self.focus = panes.get(next).copied().unwrap_or_default();
        self.from_list = false;
        if self.focus == Pane::List {
            self.whole = false;
        } else if !one_lower {
            self.lower = self.focus;
        }
    }

    pub(super) fn swap_lower(&mut self) {
        let shown = if self.focus == Pane::List { self.lower } else { self.focus };
        self.lower = if shown == Pane::Timeline { Pane::Detail } else { Pane::Timeline };
        self.state.arrangement.lower = Some(self.lower.name().to_owned());
        self.remember();
        if self.focus != Pane::List {
            self.focus = self.lower;
        } else if self.layout.wide && self.layout.detail.is_some() {
            self.hint("ui.hint.both_shown");
        } else if self.layout.detail.is_none() && self.layout.timeline.is_none() {
            self.hint("ui.hint.one_pane");
        }
    }

    fn open(&mut self) {
        if self.open_in_timeline() {
            return;
        }
        if self.focus == Pane::List && self.list.head().is_some() {
            return self.fold();
        }
        if self.here().is_none() {
            return self.hint("ui.hint.nothing_here");
        }
        if self.focus == Pane::List {
            (self.focus, self.lower, self.whole) = (Pane::Detail, Pane::Detail, true);
            self.from_list = true;
        } else if self.from_list || self.layout.list.is_none() && !(self.whole && self.layout.wide) {
            self.focus_list();
        } else {
            self.whole = !self.whole;
        }
    }

    fn next_match(&mut self, forward: bool, count: Option<usize>) {
        if self.focus != Pane::Detail {
            return self.move_by(if forward { Action::Down } else { Action::Up }, count);
        }
        for _ in 0..count.unwrap_or(1).min(self.detail.matches.len().max(1)) {
            if !self.detail.jump(forward) {
                break;
            }
        }
        self.tell_match();
    }

    fn choose_evidence(&mut self, forward: bool, count: Option<usize>) {
        if self.layout.detail.is_none() {
            return self.hint("ui.hint.detail_hidden");
        }
        for _ in 0..times(count) {
            if !self.detail.choose(forward) {
                return self.hint("ui.hint.no_fact");
            }
        }
        if self.detail.evidence().is_empty() {
            self.hint("ui.hint.no_evidence");
        }
    }

    fn mark(&mut self, count: Option<usize>) {
        if self.list.is_empty() {
            return self.hint("ui.hint.nothing_here");
        }
        if self.list.visual.is_some() {
            return self.list.mark();
        }
        for _ in 0..count.unwrap_or(1) {
            self.list.mark();
            if self.list.cursor + 1 >= self.list.len() {
                break;
            }
            self.list.step_over();
        }
    }

    fn mark_all(&mut self) {
        if self.list.is_empty() {
            return self.hint("ui.hint.nothing_here");
        }
        if self.is_counting() {
            return;
        }
        self.list.mark_all();
        self.say_marks();
    }

    fn visual(&mut self) {
        if self.list.mark_range() {
            return self.say_marks();
        }
        self.list.visual = self.list.spot(self.list.cursor).map(|spot| (spot, self.list.cursor));
    }

    /// Says how many are marked.
    fn say_marks(&mut self) {
        let n = self.list.marks.len();
        let text =
            self.fill(if n == 1 { "ui.hint.marked_one" } else { "ui.hint.marked" }, &[("n", &grouped(n as u64))]);
        self.status.say(Tone::Hint, text);
    }

    /// Leaving gives up the marks: the first `q` says so. True where it did.
    fn asks_about_marks(&mut self, asked: bool) -> bool {
        let n = self.list.marks.len();
        let asks = n > 1 && !asked;
        if asks {
            let text = self.fill("ui.hint.quit_marked", &[("n", &grouped(n as u64))]);
            self.status.say(Tone::Hint, text);
        }
        self.leaves = asks;
        asks
    }

    /// Takes back one thing that is open: gathered keys, the visual range, the marks, the whole pane.
    fn cancel(&mut self) {
        if self.list.visual.take().is_some() || self.drop_brush() {
            return;
        }
        if !self.list.marks.is_empty() && self.focus == Pane::List {
            self.list.clear_marks();
            return;
        }
        if !self.end_find() && !self.step_back() && !self.leave_tour() && !self.stops_by_escape() {
            self.hint("ui.hint.quit");
        }
    }

    /// What the next act is done to; says so if it is nothing.
    pub(super) fn targets(&mut self) -> Option<Targets> {
        let targets = self.acting_on();
        if targets.keys.is_empty() {
            self.hint("ui.hint.nothing_here");
            return None;
        }
        Some(targets)
    }

    fn open_tags(&mut self, removing: bool) {
        let Some(targets) = self.targets() else { return };
        let palette = TagPalette::new(targets, if removing { Purpose::Remove } else { Purpose::Add });
        self.open_tag_palette(palette);
    }

    fn open_status(&mut self) {
        let Some(targets) = self.targets() else { return };
        let now = match self.jumps.visited() {
            Some(_) => self.detail.record.as_ref().map(|r| r.triage.status),
            None => self.list.current().and_then(|k| self.list.row(k)).map(|r| r.status),
        };
        let told = self.told(&targets);
        self.layers.push(Layer::Menu(Menu::status((&targets, &told), now, &self.setup.keymap, self.lang())));
    }

    fn open_palette(&mut self) {
        let views = self.state.views.iter().map(|v| v.name.clone()).collect();
        let palette = Palette::new(self.acting_on(), self.export_targets(), views, self.lang());
        self.layers.push(Layer::Palette(palette));
    }

    pub(super) fn open_help(&mut self) {
        let columns = usize::from(self.size.0.saturating_sub(8)).min(Help::COLUMNS - 4);
        if self.query.active {
            return self.open_query_help();
        }
        self.layers.push(Layer::Help(Help::of(self.focus, columns, &self.setup.keymap, self.lang())));
    }

    /// The help on queries, over the query line.
    pub(super) fn open_query_help(&mut self) {
        let columns = usize::from(self.size.0.saturating_sub(8)).min(Help::COLUMNS - 4);
        self.layers.push(Layer::Help(Help::of_queries(columns, self.lang())));
    }

    fn open_page(&mut self, page: &Page) {
        let columns = usize::from(self.size.0.saturating_sub(8)).min(Help::COLUMNS - 4);
        self.layers.push(Layer::Help(Help::of_page(page, columns, self.lang())));
    }

    /// Leaves the query line; its text is remembered.
    pub(super) fn keep_query(&mut self) {
        if self.query.keep() {
            self.state.history = self.query.history().to_vec();
            self.remember();
        }
    }

    pub(super) fn deed(&mut self, deed: Deed) {
        match deed {
            Deed::Apply { change, targets, advance } => self.apply(change, targets, advance),
            Deed::Export(job) => self.export(job),
            Deed::Look(look) => self.outbox.push(Effect::Look(look)),
            Deed::Jump(to) => self.leap(to),
            Deed::Sort(field) => self.sort(field),
            Deed::Group(grouping) => self.group(grouping),
            Deed::Columns(columns) => self.choose_columns(&columns),
            Deed::Hint(key) => self.hint(key),
            Deed::Find(text) => self.find_in_text(&text),
            Deed::AskToDrop => self.ask_to_drop(),
            Deed::Drop => drop(self.layers.pop()),
            Deed::Visit(key) => self.jump_to(key),
            Deed::Perform(action) => self.perform(action, None),
            Deed::Run(verb) => self.run(verb),
            Deed::Filter(act) => self.filter_deed(act),
            Deed::View(act) => self.view_deed(act),
            Deed::QuickTag { tag, targets, advance } => self.quick_tag(tag, targets, advance),
            Deed::GiveKeys(targets) => self.open_tag_palette(TagPalette::new(targets, Purpose::Key)),
        }
    }

    fn apply(&mut self, change: Change, targets: Targets, advance: Advance) {
        if targets.keys.is_empty() && !change.is_of_tags() {
            return self.hint("ui.hint.nothing_here");
        }
        if let Change::Tag { add, remove } = &change {
            self.last_tagging = Some((add.clone(), remove.clone()));
            self.tagged_last.clone_from(&targets.keys);
            self.tour_sees(Waits::Tags);
        }
        if let Change::Note { .. } = &change {
            // The box that the note was shown in while it was asked about.
            self.layers.retain(|l| !matches!(l, Layer::Note(_)));
        }
        let follows = matches!(targets.from, Chosen::Cursor | Chosen::Next) && self.jumps.visited().is_none();
        let on = targets.from == Chosen::Group && advance != Advance::Stay;
        let last = targets.keys.last().copied().filter(|_| targets.from == Chosen::Next && advance != Advance::Stay);
        self.ask(Request::Apply { change, keys: targets.keys });
        self.list.visual = None;
        if let Some(last) = last {
            self.list.go_down_to(last);
        }
        match advance {
            _ if on => self.list.step_over(),
            Advance::Down if follows => self.list.step_over(),
            Advance::Untriaged if follows && !self.list.next_untriaged() => self.hint("ui.hint.none_below"),
            _ => {}
        }
    }

    fn sort(&mut self, field: SortField) {
        let sort = turned(self.query.sort(), field);
        self.query.set_sort(sort);
        let key = if sort.descending { "ui.sort.falling" } else { "ui.sort.rising" };
        let name = sort_name(field);
        let label = self.lang().get(&format!("sort.{name}")).unwrap_or(name);
        let text = self.lang().fill(key, &[("field", label)]);
        self.status.say(Tone::Done, text);
        self.query.from_top = true;
        self.focus_list();
        self.search();
    }

    fn run(&mut self, verb: Verb) {
        match verb {
            Verb::Tag(add, remove) => {
                let Some(targets) = self.targets() else { return };
                self.carefully(Change::Tag { add, remove }, targets, Advance::Stay);
            }
            Verb::Status(to) => {
                let targets = self.acting_on();
                self.apply(Change::Status { to }, targets, Advance::Stay);
            }
            Verb::Note(text) => {
                let targets = self.acting_on();
                self.apply(Change::Note { text }, targets, Advance::Stay);
            }
            Verb::Correct(field, None) => self.open_correct(Some(field)),
            Verb::Correct(field, value) => self.change_fact(Change::Correct { field, value }),
            Verb::Review(field, verdict) => self.change_fact(Change::Review { field, verdict }),
            Verb::Export(format, path) => self.run_export(format, path),
            Verb::Sort(field) => self.sort(field),
            Verb::Query(text) => {
                self.focus_list();
                self.open_query();
                self.query.input.set(&text);
                self.keep_query();
                self.search();
            }
            Verb::View(name) => self.open_view_named(&name),
            Verb::Help(page) => self.open_page(page),
            Verb::Save(name) => {
                let key = self.key_of_view(&name);
                self.save_view(&name, key);
            }
            Verb::Row(n) => {
                self.list.go(self.list.row_of(n.saturating_sub(1)));
            }
            Verb::Set(setting) => self.set(setting),
            Verb::Ingest(path) => self.ingest(&path),
            Verb::Reindex => self.begin(Task::Reindex),
            Verb::CancelWork => self.stop_work(),
            Verb::Messages => self.show_messages(),
            Verb::Quit => self.leave(),
            Verb::Leave => self.outbox.push(Effect::Quit),
            Verb::Write => self.hint("ui.hint.saved"),
        }
    }

    /// Copies the cursor's row: id, organisation, title, day.
    fn copy(&mut self) {
        if let Some(line) = self.head_in_words() {
            return self.copy_line(&line);
        }
        let Some([id, org, title, day]) = self.row_here() else {
            return self.hint("ui.hint.nothing_here");
        };
        let parts = [&id, &org, &title, &day].map(String::as_str);
        let line = parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("  ");
        self.copy_line(&line);
    }

    fn copy_line(&mut self, line: &str) {
        let line = crate::text::neutralise(line).into_owned();
        self.status.say(Tone::Done, self.setup.lang.fill("ui.done.copied", &[("text", &line)]));
        self.outbox.push(Effect::Copy(line));
    }
}

impl App {
    /// Id, organisation, title and day of the incident that the analyst is on.
    pub(super) fn row_here(&self) -> Option<[String; 4]> {
        let here = self.here()?;
        let told = |id: &str, org: &Option<String>, title: &Option<String>, day: Option<NaiveDate>| {
            let own = |text: &Option<String>| text.clone().unwrap_or_default();
            [id.to_owned(), own(org), own(title), day.map(|d| d.to_string()).unwrap_or_default()]
        };
        if let Some(row) = self.list.row(here) {
            return Some(told(row.id.as_str(), &row.org, &row.title, row.published));
        }
        let record = self.detail.record.as_ref().filter(|_| self.detail.key == Some(here))?;
        let facts = &record.facts;
        Some(told(record.id.as_str(), &facts.org, &facts.title, facts.published))
    }
}

/// How often a count has an act repeated; a slip of the finger must not fill the store's queue.
fn times(count: Option<usize>) -> usize {
    count.unwrap_or(1).min(1_000)
}
