//! `jikenbo` without a command: the workbench on the case book.

use super::context::{self, Context};
use crate::app;
use crate::app::tour::Welcome;
use crate::config::state::State;
use crate::config::state_file::StateFile;
use crate::domain::Actor;
use crate::runtime::ability::{Ability, Colours};
use crate::runtime::{self, Left, Session};
use crate::store::Store;
use anyhow::{Context as _, bail};
use std::env;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;

/// The size that is assumed until the terminal tells its own.
const SIZE: (u16, u16) = (80, 24);

/// Opens the workbench, and tells how it was left.
pub(super) fn run(cx: &mut Context) -> anyhow::Result<Left> {
    if !has_terminal() {
        bail!("the workbench needs a terminal; for scripts there are `jikenbo list`, `show` and `export`");
    }
    cx.keymap()?;
    let store = cx.open_or_make()?;
    let name = store.path().file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let actor = cx.actor()?;
    let folder = cx.state_folder()?;
    open(store, name, actor, (Some(folder), Welcome::None), cx)
}

/// Tells whether there is a terminal to read keys from and to draw on.
pub(super) fn has_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Opens the workbench on an open store, and meets newcomers. What outlives the run is kept in `memory`; without it
/// nothing is.
pub(super) fn open(
    store: Store,
    store_name: String,
    actor: Actor,
    (memory, welcome): (Option<PathBuf>, Welcome),
    cx: &Context,
) -> anyhow::Result<Left> {
    let (state, greeting) = match memory.as_deref().map(|folder| StateFile::in_folder(folder).load()) {
        Some(Ok(state)) => (state, None),
        Some(Err(e)) => (State::default(), Some(e.to_string())),
        None => Default::default(),
    };
    let paths = memory.map(|folder| runtime::Paths { folder, store: store.id().clone() });
    let ability = Ability::of(&cx.surroundings())?;
    let setup = app::Setup {
        store_name,
        analyst: actor.name.clone(),
        lang: cx.lang(),
        plain: cx.plain(),
        no_color: cx.no_color(ability.colours == Colours::None),
        display: cx.display(&ability),
        ambiguous: cx.ambiguous(),
        query: String::new(),
        romaji: cx.romaji(),
        size: SIZE,
        today: cx.today(),
        export_folder: env::current_dir().context("the current folder is gone; change to another one")?,
        welcome,
        keymap: Arc::new(cx.keymap()?),
        home: env::var_os("HOME").filter(|h| !h.is_empty()).map(Into::into),
        state,
        greeting,
    };
    let (copies, rules) = (cx.copies()?, cx.rules()?);
    let editor = context::named_editor();
    Ok(runtime::run(Session { store, actor, setup, ability, copies, rules, editor, paths })?)
}
