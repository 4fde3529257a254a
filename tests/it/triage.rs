//! The economy of triage: forty notices are triaged with the keys of `triage/keys.txt`, on a real store.

use crate::support::book::{actor, at};
use chrono::NaiveDate;
use jikenbo::app::effect::Effect;
use jikenbo::app::event::Event;
use jikenbo::app::keys::run;
use jikenbo::app::tour::Welcome;
use jikenbo::app::{App, Setup};
use jikenbo::config::state::State;
use jikenbo::domain::protocol::Found;
use jikenbo::domain::{Acted, Change, Command, Reply, Request, Tag};
use jikenbo::ingest::{self, Options};
use jikenbo::lang::Lang;
use jikenbo::query;
use jikenbo::store::{Ready, Store};
use jikenbo::text::AmbiguousWidth;
use std::collections::VecDeque;
use std::sync::Arc;

const NOTICES: &str = include_str!("triage/notices.txt");
const TAGS: &str = include_str!("triage/tags.txt");
const KEYS: &str = include_str!("triage/keys.txt");

/// Most keys that the forty may take.
const MOST: usize = 120;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, 10).unwrap()
}

/// A store of the forty, all new, with keys for the tags.
fn book() -> Store {
    let mut store = Store::open_in_memory().unwrap();
    let document = ingest::parse(NOTICES.as_bytes(), "notices.txt", &Options::default()).unwrap();
    let ready = Ready::new(document).unwrap().linked(jikenbo::analysis::links::keys);
    store.ingest(&ready, NOTICES.as_bytes(), at(0)).unwrap();
    for (key, tag) in TAGS.lines().filter_map(|l| l.split_once(' ')) {
        let change = Change::Key { tag: Tag::new(tag).unwrap(), key: key.chars().next() };
        store.apply(&Command { change, targets: Vec::new() }, &actor("hanako"), at(1)).unwrap();
    }
    store
}

fn setup() -> Setup {
    Setup {
        store_name: "cases.db".into(),
        analyst: "hanako".into(),
        lang: Lang::En,
        plain: false,
        no_color: false,
        ambiguous: AmbiguousWidth::Narrow,
        query: String::new(),
        romaji: true,
        size: (80, 24),
        today: today(),
        export_folder: "/tmp".into(),
        display: Default::default(),
        welcome: Welcome::None,
        keymap: Arc::default(),
        home: None,
        state: State::default(),
        greeting: None,
    }
}

/// Answers what the workbench asks, as the store's threads do.
fn answer(store: &mut Store, request: Request) -> Option<Reply> {
    Some(match request {
        Request::Search { generation, wanted } => match query::parse(&wanted.query, today()) {
            Ok(query) => {
                let keys = store.search(&query).unwrap().keys;
                let rows = store.rows(&keys).unwrap();
                let triaged = rows.iter().filter(|r| r.status.is_triaged()).count();
                let found = Found { keys: keys.to_vec().into(), triaged, in_store: 40, ..Found::default() };
                Reply::Found { generation, found, rows: Vec::new() }
            }
            Err(e) => Reply::QueryError { generation, message: e.message, at: (e.at.start, e.at.end) },
        },
        Request::Rows { keys } => Reply::Rows(store.rows(&keys).unwrap()),
        Request::TagCounts { keys } => Reply::TagCounts(store.tag_counts(&keys).unwrap()),
        Request::TagKeys => Reply::TagKeys(store.tag_keys().unwrap()),
        Request::Apply { change, keys } => {
            let targets = store.ids(&keys).unwrap();
            let applied = store.apply(&Command { change, targets }, &actor("hanako"), at(2)).unwrap();
            Reply::Applied { acted: Acted::Change, applied, keys }
        }
        _ => return None,
    })
}

#[test]
fn forty_notices_are_triaged_with_few_keys() {
    let mut store = book();
    let (mut app, effects) = App::new(setup());
    let mut queue = VecDeque::from(effects);
    let steps = KEYS.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split("  ").next());
    let keys: Vec<_> = steps.flat_map(run).collect();
    for key in [None].into_iter().chain(keys.iter().map(Some)) {
        queue.extend(key.into_iter().flat_map(|k| app.update(Event::Key(*k))).collect::<Vec<_>>());
        while let Some(effect) = queue.pop_front() {
            if let Effect::Store(request) = effect
                && let Some(reply) = answer(&mut store, request)
            {
                queue.extend(app.update(Event::Reply(reply)));
            }
        }
    }
    let query = query::parse("kind:any status:any", today()).unwrap();
    let rows = store.rows(&store.search(&query).unwrap().keys).unwrap();
    assert_eq!(rows.len(), 40);
    let left: Vec<String> = rows
        .iter()
        .filter(|r| !r.status.is_triaged() || r.tags.is_empty())
        .map(|r| format!("{} {} {:?}", r.status, r.title.as_deref().unwrap_or(""), r.tags))
        .collect();
    assert!(left.is_empty(), "{} left after {} keys: {left:#?}", left.len(), keys.len());
    assert!(keys.len() <= MOST, "{} keys", keys.len());
    // The right ones were dismissed, and the contractor's carry both tags.
    let found = |q: &str| store.search(&query::parse(q, today()).unwrap()).unwrap().keys.len();
    assert_eq!(found("status:dismissed tag:drill"), 4);
    assert_eq!(found("status:done tag:ransomware tag:supply"), 3);
    assert_eq!((found("tag:misdelivery"), found("tag:lost-media"), found("tag:ransomware")), (10, 8, 7));
    assert_eq!((found("tag:web"), found("tag:outage")), (6, 5));
}
