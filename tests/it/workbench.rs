//! The workbench drawn: snapshots of panes and dialogs, and random keys on random sizes.

mod views;

use chrono::NaiveDate;
use jikenbo::app::display::Display;
use jikenbo::app::effect::Effect;
use jikenbo::app::event::{Edited, Event};
use jikenbo::app::keys::run;
use jikenbo::app::keys::{KeyCode, KeyPress};
use jikenbo::app::tour::Welcome;
use jikenbo::app::{App, Setup};
use jikenbo::domain::protocol::{CaseMember, CaseMembers, Found, Indexing, TagCount, TagKey};
use jikenbo::domain::{
    Acted, Applied, Change, Key, ListRow, OpId, Operation, Record, Related, Reply, Request, Status, Tag,
};
use jikenbo::lang::Lang;
use jikenbo::text::AmbiguousWidth;
use jikenbo::text::neutral::is_unsafe;
use jikenbo::text::width::grapheme_width;
use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use std::collections::VecDeque;
use std::sync::Arc;

#[path = "workbench/detail.rs"]
mod detail;
mod finding;
#[path = "workbench/groups.rs"]
mod groups;
mod pictures;
mod timeline;
mod ways;
#[path = "workbench/work.rs"]
mod work;

const RECORDS: &str = include_str!("workbench/records.ndjson");

pub fn setup(size: (u16, u16)) -> Setup {
    Setup {
        store_name: "2024.db".into(),
        analyst: "hanako".into(),
        lang: Lang::En,
        plain: false,
        no_color: false,
        display: Display::default(),
        ambiguous: AmbiguousWidth::Narrow,
        query: String::new(),
        romaji: true,
        size,
        today: NaiveDate::from_ymd_opt(2024, 6, 8).unwrap(),
        export_folder: "/home/hanako".into(),
        welcome: Welcome::None,
        keymap: Arc::default(),
        home: Some("/home/hanako".into()),
        state: jikenbo::config::state::State::default(),
        greeting: None,
    }
}

/// A workbench on a store of the sample records that answers at once.
pub struct Bench {
    pub app: App,
    records: Vec<Record>,
    effects: Vec<Effect>,
    empty: bool,
}

impl Bench {
    pub fn new(setup: Setup, empty: bool) -> Self {
        let records: Vec<Record> = RECORDS.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        let (app, effects) = App::new(setup);
        let mut bench = Self { app, records, effects: Vec::new(), empty };
        bench.answer(effects);
        bench
    }

    pub fn open(size: (u16, u16)) -> Self {
        Self::new(setup(size), false)
    }

    pub fn press(&mut self, keys: &str) -> &mut Self {
        run(keys).into_iter().for_each(|k| self.event(Event::Key(k)));
        self
    }

    pub fn event(&mut self, event: Event) {
        let effects = self.app.update(event);
        self.answer(effects);
    }

    fn reply(&mut self, reply: Reply) -> &mut Self {
        self.event(Event::Reply(reply));
        self
    }

    fn answer(&mut self, effects: Vec<Effect>) {
        let mut queue = VecDeque::from(effects);
        while let Some(effect) = queue.pop_front() {
            match self.store(&effect) {
                Some(reply) => queue.extend(self.app.update(Event::Reply(reply))),
                None if matches!(effect, Effect::Edit(_)) => {
                    queue.extend(self.app.update(Event::Edited(Edited::NoEditor)));
                }
                None => self.effects.push(effect),
            }
        }
    }

    fn store(&self, effect: &Effect) -> Option<Reply> {
        let Effect::Store(request) = effect else { return None };
        Some(match request {
            Request::Search { generation, wanted } if wanted.query.contains("sta:") => Reply::QueryError {
                generation: *generation,
                message: "no field `sta`: did you mean `status`?".into(),
                at: (wanted.query.find("sta:").unwrap(), wanted.query.find("sta:").unwrap() + 4),
            },
            Request::Search { generation, wanted } => {
                let n = if self.empty || wanted.query.contains("無い") { 0 } else { self.records.len() as i64 };
                let keys = Arc::new((1..=n).map(Key).collect::<Vec<_>>());
                let in_store = if self.empty { 0 } else { self.records.len() };
                let found = Found { keys, triaged: 3.min(n as usize), in_store, ..Found::default() };
                Reply::Found {
                    generation: *generation,
                    found: groups::in_groups(found, wanted.group, &self.records),
                    rows: Vec::new(),
                }
            }
            Request::Rows { keys } => Reply::Rows(keys.iter().map(|k| row(*k, self.record(*k))).collect()),
            Request::Detail { key } => {
                let record = self.record(*key);
                Reply::Detail {
                    key: *key,
                    related: self.closest(record),
                    log: log(record),
                    record: Box::new(record.clone()),
                }
            }
            Request::Related { key } => Reply::Related { key: *key, rows: self.closest(self.record(*key)) },
            Request::Histogram { generation, split, .. } => {
                Reply::Histogram { generation: *generation, histogram: Arc::new(timeline::days(*split)) }
            }
            Request::Case { key } => Reply::Case { key: *key, case: self.case(*key) },
            Request::TagCounts { keys } => Reply::TagCounts(counts(keys.len())),
            Request::TagKeys => Reply::TagKeys(tag_keys()),
            Request::Jump { generation, wanted } => {
                Reply::Jumped { generation: *generation, found: finding::jumped(&self.records, wanted) }
            }
            _ => return None,
        })
    }

    fn record(&self, key: Key) -> &Record {
        &self.records[key.0 as usize - 1]
    }

    /// The incidents of the bench's one case, which has older ones too, or the one incident.
    fn case(&self, key: Key) -> CaseMembers {
        const CASE: [i64; 4] = [6, 1, 2, 3];
        let of_case = CASE.contains(&key.0);
        let keys = if of_case { CASE.map(Key).to_vec() } else { vec![key] };
        let member = |key: Key| {
            let record = self.record(key);
            CaseMember { key, id: record.id.clone(), facts: record.facts.clone() }
        };
        CaseMembers { members: keys.into_iter().map(member).collect(), more: if of_case { 3 } else { 0 } }
    }

    /// Rows of the incidents closest to one.
    fn closest(&self, record: &Record) -> Vec<ListRow> {
        let place = |link: &Related| self.records.iter().position(|r| r.id == link.id);
        let places = record.related.iter().filter_map(place);
        places.map(|p| row(Key(p as i64 + 1), &self.records[p])).collect()
    }

    pub fn drawn(&self) -> Buffer {
        let area = Rect::new(0, 0, self.app.size.0, self.app.size.1);
        let mut buf = Buffer::empty(area);
        jikenbo::ui::render(&self.app, area, &mut buf);
        buf
    }

    pub fn screen(&self) -> String {
        rows(&self.drawn(), self.app.setup.ambiguous)
    }
}

fn row(key: Key, r: &Record) -> ListRow {
    ListRow {
        key,
        id: r.id.clone(),
        kind: r.kind,
        status: r.triage.status,
        published: r.facts.published,
        case_no: r.facts.case_no.clone(),
        affected: r.facts.affected,
        action: r.facts.actions.first().cloned(),
        org: r.facts.org.clone(),
        title: r.facts.title.clone(),
        tags: r.triage.tags.clone(),
        third_party: r.facts.third_party.clone(),
        exposure: r.facts.exposure,
        gang: r.facts.gang.clone(),
        noted: !r.triage.notes.is_empty(),
        warned: !r.facts.warnings.is_empty(),
    }
}

fn log(r: &Record) -> Vec<Operation> {
    let act = jikenbo::domain::op::Act::Change { change: Change::Status { to: Status::Open } };
    let one = |at: &str, summary: &str, cancelled| Operation {
        id: OpId("0-0".into()),
        at: at.into(),
        by: "hanako".into(),
        uid: 1000,
        act: act.clone(),
        incidents: vec![r.id.clone()],
        cancelled,
        summary: summary.into(),
        was: Vec::new(),
    };
    vec![
        one("2024-06-07T01:20:00.000Z", "set 1 incident open", false),
        one("2024-06-07T01:15:00.000Z", "set 1 incident done", true),
    ]
}

fn counts(targets: usize) -> Vec<TagCount> {
    let count = |name: &str, total, on_targets| TagCount { tag: Tag::new(name).unwrap(), total, on_targets };
    vec![count("supply/若宮印刷", 3, 1), count("supply/みなと", 2, 0), count("web", 2, targets), count("cloud", 1, 0)]
}

fn tag_keys() -> Vec<TagKey> {
    let key = |key, name: &str| TagKey { key, tag: Tag::new(name).unwrap() };
    let named = [('1', "supply/若宮印刷"), ('c', "cloud"), ('m', "misdelivery"), ('r', "ransomware"), ('w', "web")];
    named.into_iter().map(|(k, name)| key(k, name)).collect()
}

/// A buffer's rows as text: the cell after a wide character is skipped, blanks at the ends go.
fn rows(buf: &Buffer, ambiguous: AmbiguousWidth) -> String {
    let mut out = String::new();
    for y in buf.area.top()..buf.area.bottom() {
        let (mut line, mut x) = (String::new(), buf.area.left());
        while x < buf.area.right() {
            let symbol = buf[(x, y)].symbol();
            line.push_str(symbol);
            x += grapheme_width(symbol, ambiguous).max(1) as u16;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

#[test]
fn the_panes_where_ambiguous_signs_are_wide() {
    let wide = Setup { ambiguous: AmbiguousWidth::Wide, ..setup((100, 30)) };
    insta::assert_snapshot!("panes_wide", Bench::new(wide, false).screen());
}

#[test]
fn hostile_text_and_a_small_screen() {
    insta::assert_snapshot!("detail_hostile", Bench::open((80, 24)).press("G").screen());
    insta::assert_snapshot!("small", Bench::open((44, 12)).screen());
}

#[test]
fn columns_chosen() {
    // Title first and narrower, exposure and the id besides, sorted by the number of people.
    let keys = "CjjjjKKKK<lt><lt><lt><lt>jjjjjjjj<Space>jjj<Space>kkkkkkkkks<Enter>";
    insta::assert_snapshot!("columns_chosen", Bench::open((120, 40)).press(keys).screen());
}

#[test]
fn messages() {
    let mut bench = Bench::open((80, 24));
    let applied =
        Applied { op: Some(OpId("0-0".into())), targets: 3, changed: 3, summary: "tagged 3 incidents web".into() };
    bench.press("<Space><Space><Space>").reply(Reply::Applied { acted: Acted::Change, applied, keys: Vec::new() });
    insta::assert_snapshot!("applied", bench.screen());
    insta::assert_snapshot!("too_small", Bench::open((36, 9)).screen());
}

/// The first line of the screen, and the lower end of the list's frame.
fn told_of_the_list(bench: &Bench) -> String {
    let screen = bench.screen();
    let foot = screen.lines().find(|l| l.starts_with('└')).unwrap_or_default();
    format!("{}\n{}", screen.lines().next().unwrap_or_default().trim_end(), foot.trim_start_matches(['└', '─']))
}

#[test]
fn first_hits_and_the_missing_index_are_told() {
    let mut told = Vec::new();
    for lang in [Lang::En, Lang::Ja] {
        for size in [(80, 24), (120, 40), (200, 60)] {
            let mut bench = Bench::new(Setup { lang, ..setup(size) }, false);
            bench.press("/漏えい");
            let generation = bench.app.query.generation;
            let found = Found { scanned: true, ..bench.app.list.found.clone() };
            bench.reply(Reply::Found { generation, found, rows: Vec::new() });
            told.push(told_of_the_list(&bench));
            bench.reply(Reply::Indexing(Indexing::Running { done: 430, total: 1_000 }));
            told.push(told_of_the_list(&bench));
            let first = Found { early: true, keys: bench.app.list.found.keys.clone(), ..Found::default() };
            bench.press("x");
            bench.app.list.found = first;
            told.push(told_of_the_list(&bench));
        }
    }
    insta::assert_snapshot!("first_hits", told.join("\n"));
}

#[test]
fn the_cursor_stands_in_the_focused_input() {
    let area = Rect::new(0, 0, 80, 24);
    let at = |keys: &str| jikenbo::ui::cursor(&Bench::open((80, 24)).press(keys).app, area).map(|p| (p.x, p.y));
    assert_eq!(at(""), None);
    assert_eq!(at("/漏えい"), Some((9, 1)));
    assert_eq!(at("/漏えい<Left>"), Some((7, 1)));
    let (x, y) = at("t若").unwrap();
    let mut bench = Bench::open((80, 24));
    let buf = bench.press("t若").drawn();
    assert_eq!(buf[(x - 2, y)].symbol(), "若");
}

#[test]
fn colour_tells_nothing_alone() {
    let signs = |no_color| {
        let bench = Bench::new(Setup { no_color, ..setup((120, 40)) }, false);
        let buf = bench.drawn();
        assert!(no_color == buf.content().iter().all(|c| c.fg == ratatui::style::Color::Reset));
        rows(&buf, AmbiguousWidth::Narrow)
    };
    let (with, without) = (signs(false), signs(true));
    assert!(with.contains('▶') && !with.contains('⟪'));
    assert!(without.contains("⟪96件⟫"), "{without}");
}

#[test]
fn extreme_sizes_are_drawn_too() {
    for size in [(65_535, 12), (40, 3_000), (65_535, 1), (1, 65_535)] {
        let mut bench = Bench::open(size);
        for keys in ["", "t", "<Esc>e", "<Esc>:x", "<Esc>?", "<Esc>S", "<Esc>*x", "<Esc>/漏", "<Esc><Enter>", "<Tab>"]
        {
            bench.press(keys).drawn();
        }
    }
}

fn any_key() -> impl Strategy<Value = KeyPress> {
    let common: Vec<char> = "jkgGnNxvtTsSe:?/.*uylhqwbmCzaMR []123漏ｊarcoE".chars().collect();
    let named = [
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::F(1),
    ];
    let code = prop_oneof![
        8 => proptest::sample::select(common).prop_map(KeyCode::Char),
        1 => any::<char>().prop_map(KeyCode::Char),
        4 => proptest::sample::select(named.to_vec()),
    ];
    (code, proptest::bool::weighted(0.1), proptest::bool::weighted(0.05)).prop_map(|(code, ctrl, alt)| KeyPress {
        code,
        ctrl,
        alt,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_run_of_keys_and_sizes_breaks_it_or_draws_outside(
        keys in proptest::collection::vec(any_key(), 0..40),
        sizes in proptest::collection::vec((0u16..300, 0u16..100), 1..4),
        plain in any::<bool>(),
        wide in any::<bool>(),
        empty in proptest::bool::weighted(0.1),
    ) {
        let mut setup = setup(sizes[0]);
        (setup.plain, setup.lang) = (plain, if wide { Lang::Ja } else { Lang::En });
        setup.ambiguous = if wide { AmbiguousWidth::Wide } else { AmbiguousWidth::Narrow };
        let mut bench = Bench::new(setup, empty);
        let chunk = keys.len() / sizes.len() + 1;
        for (n, size) in sizes.iter().enumerate() {
            bench.event(Event::Resize(size.0, size.1));
            keys.iter().skip(n * chunk).take(chunk).for_each(|key| bench.event(Event::Key(*key)));
            let area = Rect::new(3, 2, size.0, size.1);
            let whole = Rect::new(0, 0, size.0 + 6, size.1 + 4);
            let mut buf = Buffer::filled(whole, Cell::new("@"));
            jikenbo::ui::render(&bench.app, area, &mut buf);
            for (x, y) in (0..whole.height).flat_map(|y| (0..whole.width).map(move |x| (x, y))) {
                let symbol = buf[(x, y)].symbol();
                prop_assert!(area.contains((x, y).into()) || symbol == "@", "{x},{y} of {size:?}");
                prop_assert!(!symbol.chars().any(is_unsafe));
            }
            if let Some(at) = jikenbo::ui::cursor(&bench.app, area) {
                prop_assert!(area.contains(at));
            }
        }
    }
}
