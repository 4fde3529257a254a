//! `jikenbo demo`: the workbench on a throw-away copy of the built-in sample.

use super::context::Context;
use super::list;
use super::table::Column;
use super::workbench;
use crate::app::tour::Welcome;
use crate::jobs::sample;
use crate::query::{self, ast::Query};
use crate::store::Store;
use anyhow::{Context as _, anyhow};
use std::fs;
use std::io;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long the thread that builds the search index may take to let go of the folder: a busy disk takes seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two tries to remove the folder.
const PAUSE: Duration = Duration::from_millis(20);

/// Opens the workbench on a throw-away sample case book
#[derive(clap::Args)]
pub(super) struct Args {}

/// Runs the command; where there is no terminal it lists the sample.
pub(super) fn run(_: &Args, cx: &mut Context) -> anyhow::Result<()> {
    open(Welcome::Offer, cx)
}

/// Opens the sample with the tour under way.
pub(super) fn tour(cx: &mut Context) -> anyhow::Result<()> {
    open(Welcome::Tour, cx)
}

fn open(welcome: Welcome, cx: &mut Context) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("jikenbo-demo-").tempdir();
    let folder = folder.context("no temporary folder can be made; check $TMPDIR and the free space")?;
    let mut store = Store::open(&folder.path().join("demo.db"))?;
    sample::fill(&mut store, cx.now())?;
    if workbench::has_terminal() {
        let run = workbench::open(store, "demo".to_owned(), cx.actor()?, (None, welcome), cx);
        clear(folder)?;
        run?;
        return Ok(());
    }
    let query: Query = query::parse("", cx.today()).map_err(|e| anyhow!("{e}"))?;
    list::table(&store, &store.search(&query)?.keys, &Column::DEFAULT, cx)?;
    cx.out.line("\nThis is the built-in sample. In a terminal `jikenbo demo` opens the workbench on it.")?;
    Ok(())
}

/// Removes the folder, also where something is still being written into it.
#[expect(clippy::disallowed_methods, reason = "the workbench has ended: no key waits")]
fn clear(folder: TempDir) -> anyhow::Result<()> {
    let path = folder.path().to_owned();
    let until = Instant::now() + PATIENCE;
    let mut tried = folder.close();
    while let Err(e) = tried.as_ref() {
        if e.kind() == io::ErrorKind::NotFound {
            break;
        }
        if Instant::now() > until {
            return tried.with_context(|| format!("{} is left behind; remove it", path.display()));
        }
        thread::sleep(PAUSE);
        tried = fs::remove_dir_all(&path);
    }
    Ok(())
}
