//! One run of the workbench: the real store, terminal and workbench put together.
//!
//! `cli` makes a [`Session`] and calls [`run`].

use super::ability::{Ability, Colours};
use super::backend::{Own, StoreBackend, problem};
use super::book::StoreBook;
use super::clipboard::Copier;
use super::crew::Crew;
use super::errands::Errands;
use super::folders::Folders;
use super::index::Indexer;
use super::jumper::{Jumper, StoreNames};
use super::keeper::StoreKeeper;
use super::labour::Labour;
use super::main_loop::{Face, MainLoop};
use super::memory::{Memory, Paths};
use super::screen::{Screen, Traits};
use super::search::Searcher;
use super::seeker::StoreSeeker;
use super::style::Palette;
use super::terminal::{self, SignalWatch, Terminal};
use super::worker::Worker;
use super::{RuntimeError, input};
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::{App, Setup};
use crate::domain::Actor;
use crate::jobs::rules::Rule;
use crate::store::{Finder, Store};
use crate::ui;
use chrono::Utc;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// How often the store is asked whether another process changed it.
const POLL: Duration = Duration::from_secs(1);

/// Columns and rows where the terminal does not tell.
const USUAL_SIZE: (u16, u16) = (80, 24);

/// What a run needs.
pub struct Session {
    /// The open store; the run owns it.
    pub store: Store,
    /// In whose name changes are logged.
    pub actor: Actor,
    /// What the workbench is told; its size is replaced by the terminal's.
    pub setup: Setup,
    /// What the terminal can do.
    pub ability: Ability,
    /// The folder of copies that don't go to a clipboard.
    pub copies: PathBuf,
    /// What an ingest tags by itself.
    pub rules: Vec<Rule>,
    /// The analyst's editor, as a shell understands it, where there is one.
    pub editor: Option<String>,
    /// Where what outlives the run is written; nowhere in a throw-away one.
    pub paths: Option<Paths>,
}

/// Where a run led.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Out of the program.
    ForGood,
    /// To the built-in sample.
    ForSample,
}

/// The workbench with the clock that tells it when an event came.
struct Clocked {
    app: App,
    began: Instant,
}

impl Face for Clocked {
    fn update(&mut self, event: Event) -> Vec<Effect> {
        self.app.clock = self.began.elapsed();
        self.app.update(event)
    }

    fn render(&self, area: Rect, buffer: &mut Buffer) {
        ui::render(&self.app, area, buffer);
    }

    fn cursor(&self, area: Rect) -> Option<Position> {
        ui::cursor(&self.app, area)
    }
}

/// Runs the workbench until the analyst or a signal ends it. The terminal is as before when this returns, and every
/// change that was asked for is stored.
///
/// # Errors
/// There is no terminal, or it fails; the store's thread fails; a change, or what was learnt, could not be stored.
pub fn run(session: Session) -> Result<Left, RuntimeError> {
    let Session { store, actor, mut setup, ability, copies, rules, editor, paths } = session;
    let mut console = Terminal::enter(&ability)?;
    console.set_editor(editor);
    let (wakes, arrivals) = channel();
    let _signals = SignalWatch::start(wakes.clone())?;
    let place = store.place();
    // The connection that is open already goes to whoever is asked first; the other threads open their own meanwhile.
    let (again, mut opened) = (place.clone(), Some(store));
    let open = move || {
        let finder = opened.take().map_or_else(|| again.open(), Ok).and_then(Finder::of).map_err(problem)?;
        Ok(StoreSeeker { finder, now: Utc::now })
    };
    let search = Searcher::start(open, wakes.clone())?;
    let keeper = place.clone();
    let index = Indexer::start(move || StoreKeeper::open(&keeper), wakes.clone(), search.bustle())?;
    let named = place.clone();
    let jump = Jumper::start(move || StoreNames::open(&named), wakes.clone())?;
    let book = StoreBook(place.clone());
    let labour = Labour { place: place.clone(), rules, actor: actor.clone(), lang: setup.lang, now: Utc::now };
    let errands = Errands::new(Arc::new(move |task, step| labour.perform(task, step)), wakes.clone());
    let backend = StoreBackend { place, store: None, actor, now: Utc::now, own: Own::default() };
    let store = Worker::start(backend, wakes.clone(), POLL)?;
    let mut crew = Crew::new(store, search, Some(index));
    (crew.jump, crew.errands) = (Some(jump), Some(errands));
    crew.folders = Some(Folders::new(wakes.clone()));
    let remembering = |paths| Memory::start(paths, setup.state.clone(), book, wakes.clone(), Utc::now);
    crew.memory = paths.map(remembering).transpose()?;
    input::watch(wakes.clone())?;
    input::start(wakes)?;
    // A terminal that has not been told its size yet says 0.
    let (columns, rows) = terminal::size().unwrap_or(USUAL_SIZE);
    setup.size = (columns, rows);
    let colours = if setup.no_color { Colours::None } else { ability.colours };
    let traits = Traits {
        palette: Palette { colours, attributes: ability.attributes },
        ambiguous: setup.ambiguous,
        frames: ability.frames,
        columns: ability.columns,
        scrolls: !setup.plain,
    };
    let copier = Copier { clipboard: ability.clipboard, folder: Some(copies) };
    let (app, first) = App::new(setup);
    let face = Clocked { app, began: Instant::now() };
    let screen = Screen::new(columns, rows, traits);
    let ended = MainLoop { face, console, screen, wakes: arrivals, copier, crew: &mut crew }.run(first);
    let unsaved = crew.memory.take().and_then(Memory::close);
    ended?;
    if let Some(why) = unsaved {
        return Err(RuntimeError::Unsaved(why));
    }
    Ok(if crew.wants_sample { Left::ForSample } else { Left::ForGood })
}
