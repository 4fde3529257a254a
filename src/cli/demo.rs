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
        workbench::open(store, "demo".to_owned(), cx.actor()?, (None, welcome), cx)?;
        return Ok(());
    }
    let query: Query = query::parse("", cx.today()).map_err(|e| anyhow!("{e}"))?;
    list::table(&store, &store.search(&query)?.keys, &Column::DEFAULT, cx)?;
    cx.out.line("\nThis is the built-in sample. In a terminal `jikenbo demo` opens the workbench on it.")?;
    Ok(())
}
