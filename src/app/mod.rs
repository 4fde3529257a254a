//! The workbench's state and behaviour, without I/O and without widgets.
//!
//! The runtime feeds [`App::update`] with [`event::Event`]s and carries out the [`effect::Effect`]s that come back;
//! [`crate::ui`] draws the state.
//!
//! | room | what happens there |
//! |---|---|
//! | `layout`, [`panes`] | where panes stand (the one place that says so), and what each holds |
//! | [`keys`] | from a key to an action: the table of what keys do, the map, the buffer |
//! | [`typed`] | a line, a text, a path as they are typed |
//! | [`search`] | the query line, what completes it, filters, saved views |
//! | `display`, `session`, `jumps`, `tour`, `work`, `status`, `wording` | what the run holds beside the panes |
//! | [`commands`] | what is typed after `:` |
//! | [`layers`] | the dialogs, each a file; what one wants done is a [`layers::Deed`] |
//! | `event`, `effect` | what comes in, what goes out |
//! | `acts` | what the analyst does: the methods of [`App`], one file a matter |
//!
//! No two files use each other: the state knows no dialog and no act, and acts are nobody's but the workbench's.

mod acts;
pub mod commands;
pub mod display;
pub mod effect;
pub mod event;
pub mod jumps;
pub mod keys;
pub mod layers;
pub mod layout;
mod others;
pub mod panes;
#[cfg(test)]
mod sample;
pub mod search;
pub mod session;
pub mod status;
#[cfg(test)]
mod tests;
pub mod tour;
pub mod typed;
pub mod wording;
pub mod work;

use crate::config::sitting::Filter;
use crate::config::state::State;
use crate::config::{Columns, Theme};
use crate::domain::grouping::Grouping;
use crate::domain::protocol::{Found, Indexing, TagKey, Wanted};
use crate::domain::{Colour, Generation, Key, ListRow, Request, Tag};
use crate::lang::{Lang, grouped};
use crate::query;
use crate::text::{AmbiguousWidth, neutralise};
use chrono::NaiveDate;
use display::Display;
use effect::Effect;
use jumps::{Jumps, Seek};
use keys::learnt::Learnt;
use keys::{KeyBuffer, Keymap};
use layers::{Job, Layer};
use layout::{Layout, Pane};
use others::{Others, Restored};
use panes::case_timeline::CaseChart;
use panes::detail::Detail;
use panes::highlights::Highlights;
use panes::histogram::Chart;
use panes::list::{List, Targets};
use panes::scenes::Scene;
use panes::timeline::Timeline;
use search::filters::joined;
use search::query_line::QueryLine;
use search::views::Counting;
use session::Outliving;
use status::{StatusLine, Tone};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tour::{Tour, Welcome};
use wording::Ledger;
use work::Work;

/// What the workbench is opened with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The store's name, as the first line shows it.
    pub store_name: String,
    /// The analyst's label.
    pub analyst: String,
    /// The interface's language.
    pub lang: Lang,
    /// ASCII signs only.
    pub plain: bool,
    /// No colours.
    pub no_color: bool,
    /// Theme, arrangement, eras: what can be changed meanwhile.
    pub display: Display,
    /// How the terminal draws characters of ambiguous width.
    pub ambiguous: AmbiguousWidth,
    /// The first query.
    pub query: String,
    /// Words of letters in queries stand for what they are read as too.
    pub romaji: bool,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Today, Asia/Tokyo: part of default file names.
    pub today: NaiveDate,
    /// Where exports go unless their path says otherwise.
    pub export_folder: PathBuf,
    /// What a newcomer is met with.
    pub welcome: Welcome,
    /// What the keys mean.
    pub keymap: Arc<Keymap>,
    /// What `~` stands for in paths.
    pub home: Option<PathBuf>,
    /// What earlier runs have learnt.
    pub state: State,
    /// What is to be said first: that the state could not be read, for example.
    pub greeting: Option<String>,
}

/// The workbench.
#[derive(Debug)]
pub struct App {
    /// What it was opened with.
    pub setup: Setup,
    /// Columns and rows.
    pub size: (u16, u16),
    /// Where everything stands.
    pub layout: Layout,
    /// The pane that the keys go to.
    pub focus: Pane,
    /// The lower pane that a narrow screen shows.
    pub lower: Pane,
    /// The focused pane has all the room.
    pub whole: bool,
    /// The list.
    pub list: List,
    /// How the list is grouped.
    pub grouping: Option<Grouping>,
    /// The list's columns, as chosen.
    pub columns: Columns,
    /// The detail.
    pub detail: Detail,
    /// The timeline of the incident.
    pub timeline: Timeline,
    /// The timeline of the view.
    pub chart: Chart,
    /// The timeline of the case.
    pub case: CaseChart,
    /// Which of them the timeline pane shows.
    pub scene: Scene,
    /// The query line.
    pub query: QueryLine,
    /// Open dialogs, the top one last.
    pub layers: Vec<Layer>,
    /// The status line.
    pub status: StatusLine,
    /// Keys that wait for more.
    pub keys: KeyBuffer,
    /// The tour, while it is under way.
    pub tour: Option<Tour>,
    /// How far keys have been learnt in this run.
    learnt: Learnt,
    /// The colours of tags that have one of their own.
    pub tag_colours: BTreeMap<Tag, Colour>,
    /// The way back from jumps, and the incident that is shown although the view does not hold it.
    pub jumps: Jumps,
    /// Long work that is under way.
    pub work: Option<Work>,
    /// What the last long work had to say.
    messages: Vec<String>,
    /// What was last heard of the search index.
    pub indexing: Option<Indexing>,
    /// Where the query's words stand in the list.
    pub highlights: Highlights,
    /// Searches among names so far.
    jumps_asked: Generation,
    /// Names were read for a dialog.
    jumping: bool,
    /// What outlives the run, as it is now; [`App::remember`] has it written.
    pub state: State,
    /// Queries that narrow every search beside the query line.
    pub filters: Vec<Filter>,
    /// First hits that would take the cursor from where it is wanted.
    held: Option<(Found, Vec<ListRow>)>,
    /// The case book's tags, most used first, where they have been asked for since it last changed.
    tags: Option<Vec<Tag>>,
    tags_asked: bool,
    /// The tags that a key sets, where they have been asked for since the case book last changed.
    tag_keys: Option<Vec<TagKey>>,
    /// The way to the next untriaged row, while rows on it are fetched.
    seeking: Option<Seek>,
    from_list: bool,
    last_tagging: Option<(Vec<Tag>, Vec<Tag>)>,
    /// What it was done to; nothing once something was taken back or brought again.
    tagged_last: Vec<Key>,
    ledger: Ledger,
    exporting: Option<Job>,
    /// Whom the note is about that is being written in an editor.
    noting: Option<Targets>,
    dirty: bool,
    outbox: Vec<Effect>,
    /// The marks as of the newest search, where it asks for them.
    marks_asked: Option<u64>,
    outliving: Outliving,
    /// The next key opens a saved view.
    awaits_view: bool,
    /// A saved view's incidents are being counted.
    counting: Option<Counting>,
    /// The time since the start at which the newest event came, as the runtime tells it.
    pub clock: Duration,
    others: Others,
    restored: Option<Restored>,
    /// The next `q` leaves although incidents are marked.
    leaves: bool,
}

impl App {
    /// Opens the workbench; the effects ask for the first query.
    pub fn new(setup: Setup) -> (Self, Vec<Effect>) {
        let mut app = Self {
            size: setup.size,
            layout: Layout::default(),
            focus: Pane::List,
            lower: lower_pane(&setup.state),
            whole: false,
            list: List::default(),
            grouping: None,
            columns: setup.state.arrangement.columns.sound(),
            detail: Detail::default(),
            timeline: Timeline::default(),
            chart: Chart::default(),
            case: CaseChart::default(),
            scene: Scene::default(),
            query: QueryLine::new(&setup.query).with_history(&setup.state.history),
            layers: Vec::new(),
            status: StatusLine::default(),
            keys: KeyBuffer::default(),
            tour: None,
            learnt: Learnt::default(),
            tag_colours: BTreeMap::new(),
            jumps: Jumps::default(),
            work: None,
            messages: Vec::new(),
            indexing: None,
            highlights: Highlights::default(),
            jumps_asked: Generation::default(),
            jumping: false,
            held: None,
            tags: None,
            tags_asked: false,
            tag_keys: None,
            seeking: None,
            from_list: false,
            last_tagging: None,
            tagged_last: Vec::new(),
            ledger: Ledger::default(),
            exporting: None,
            noting: None,
            dirty: true,
            outbox: Vec::new(),
            marks_asked: None,
            state: setup.state.clone(),
            filters: Vec::new(),
            outliving: Outliving::default(),
            awaits_view: false,
            counting: None,
            clock: Duration::ZERO,
            others: Others::default(),
            restored: None,
            leaves: false,
            setup,
        };
        app.meet();
        if let Some(greeting) = app.setup.greeting.take() {
            app.status.say(Tone::Error, greeting);
        }
        app.search();
        app.remark_on_terminal();
        app.settle();
        let effects = std::mem::take(&mut app.outbox);
        (app, effects)
    }

    /// Tells whether something changed since [`App::drawn`].
    pub fn needs_draw(&self) -> bool {
        self.dirty
    }

    /// Notes that the present state was drawn.
    pub fn drawn(&mut self) {
        self.dirty = false;
    }

    /// The terminal's title, free of control characters.
    pub fn title(&self) -> String {
        let store = neutralise(&self.setup.store_name);
        if self.list.is_empty() {
            return format!("jikenbo {store}");
        }
        let (at, of) = (grouped(self.list.place() as u64), self.list.count());
        format!("jikenbo {store} {at}/{of}")
    }

    /// Incidents that the default view leaves out: other posts and what was dismissed. None under a query of one's own.
    pub fn hidden(&self) -> usize {
        let plain = self.query.shown.split_whitespace().all(|w| w.starts_with("sort:"));
        if plain && !self.list.found.early { self.list.found.in_store.saturating_sub(self.list.incidents()) } else { 0 }
    }

    /// Tells whether the store holds nothing at all.
    pub fn store_is_empty(&self) -> bool {
        self.list.loaded && !self.list.found.early && self.list.found.in_store == 0
    }

    /// That words were, or are being, looked for by reading all texts, and why: in full, and in short. `None` where
    /// the search index served.
    pub fn reads_all_texts(&self) -> Option<[String; 2]> {
        let scanned = self.list.found.scanned;
        let keys = match &self.indexing {
            Some(Indexing::Running { .. }) if scanned || self.query.slow => {
                ["ui.index.running", "ui.index.running_short"]
            }
            Some(Indexing::Failed(_)) if scanned => ["ui.index.failed", "ui.index.failed_short"],
            None if scanned => ["ui.index.none", "ui.index.none_short"],
            _ => return None,
        };
        let percent = match &self.indexing {
            Some(Indexing::Running { done, total }) => (done * 100).checked_div(*total).unwrap_or(0).min(100),
            _ => 0,
        };
        Some(keys.map(|key| self.lang().fill(key, &[("p", &percent.to_string())])))
    }

    fn lang(&self) -> Lang {
        self.setup.lang
    }

    /// A text of the interface, the keys in it as they are bound.
    fn words(&self, key: &'static str) -> String {
        self.setup.keymap.text(self.lang(), key)
    }

    /// The same with its other places filled.
    fn fill(&self, key: &'static str, values: &[(&str, &str)]) -> String {
        self.setup.keymap.fill(self.lang(), key, values)
    }

    fn ask(&mut self, request: Request) {
        match &request {
            Request::Apply { change, .. } => self.ledger.sent(Some(change.clone())),
            Request::Undo | Request::Redo => {
                self.tagged_last.clear();
                self.ledger.sent(None);
            }
            _ => {}
        }
        self.outbox.push(Effect::Store(request));
    }

    /// The marks, where a query asks for them.
    fn marks_for(&mut self, query: &str) -> Arc<[Key]> {
        let asks = query::parse(query, self.setup.today).is_ok_and(|q| q.asks_for_marks());
        self.marks_asked = asks.then_some(self.list.marked_anew);
        let mut marks: Vec<Key> = if asks { self.list.marks.iter().copied().collect() } else { Vec::new() };
        marks.sort_unstable();
        marks.into()
    }

    /// Searches again where the newest search asks for marks that have changed since.
    fn follow_marks(&mut self) {
        if self.marks_asked.is_some_and(|asked| asked != self.list.marked_anew) {
            self.search();
        }
    }

    /// Sends the query line's text as the newest query.
    fn search(&mut self) {
        self.held = None;
        self.counting = None;
        // The blank behind the last word asks for nothing: the list of the same words is the same list.
        let searched = joined(&self.filters, self.query.input.text().trim_end());
        if let Some((message, at)) = self.wrong_beside_filters(&searched) {
            let generation = self.query.stamp(searched).0;
            return self.query_error(generation, message, at);
        }
        let (generation, query) = self.query.stamp(searched);
        let marks = self.marks_for(&query);
        let wanted = Wanted { query, marks, readings: self.setup.romaji, group: self.grouping };
        self.chart.wanted.clone_from(&wanted);
        self.ask(Request::Search { generation, wanted });
        self.tell_readings();
    }
}

impl App {
    /// Tells whether evidence stands between signs: where no colour can tell it, or colour is not wanted.
    pub fn brackets_evidence(&self) -> bool {
        let display = &self.setup.display;
        self.setup.plain || self.setup.no_color || display.theme == Theme::Monochrome
    }

    /// Columns of such a sign: those of ASCII take two, which no text is mistaken for.
    fn evidence_sign(&self) -> usize {
        if self.brackets_evidence() { 1 + usize::from(self.ascii()) } else { 0 }
    }
}

/// The lower pane that a narrow screen was last told to show.
fn lower_pane(state: &State) -> Pane {
    let lower = state.arrangement.lower.as_deref().and_then(Pane::from_name);
    lower.filter(|pane| *pane != Pane::List).unwrap_or(Pane::Detail)
}
