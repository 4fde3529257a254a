//! `jikenbo undo`: takes back the calling analyst's newest changes; also the loop that `redo` shares.

use super::context::Context;
use crate::domain::{Actor, Applied, Key};
use crate::store::{Store, StoreError};
use crate::text::neutralise;
use chrono::{DateTime, Utc};

/// Takes back your newest changes
#[derive(clap::Args)]
pub(super) struct Args {
    /// How many
    #[arg(value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
}

/// [`Store::undo`] or [`Store::redo`].
pub(super) type Act = fn(&mut Store, &Actor, DateTime<Utc>) -> Result<Option<(Applied, Vec<Key>)>, StoreError>;

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    repeat(args.count, cx, "undo", Store::undo)
}

/// Undoes or redoes as often as asked, as long as there is something, and prints each.
pub(super) fn repeat(count: u32, cx: &mut Context, verb: &str, act: Act) -> anyhow::Result<()> {
    let mut store = cx.open()?;
    let actor = cx.actor()?;
    for done in 0..count {
        let Some((applied, keys)) = act(&mut store, &actor, cx.now())? else {
            let more = if done == 0 { "nothing" } else { "nothing more" };
            cx.out.line(&format!("{more} to {verb} for {}", actor.name))?;
            break;
        };
        let which = match keys.as_slice() {
            [_] => store.rows(&keys)?.pop().map(|row| format!("  [{} {}]", row.id, row.org.unwrap_or_default())),
            _ => None,
        };
        cx.out.line(&neutralise(&format!("{}{}", applied.summary, which.unwrap_or_default())))?;
    }
    Ok(())
}
