//! `jikenbo redo`: brings back what the calling analyst undid last.

use super::context::Context;

/// Brings back what you undid last
#[derive(clap::Args)]
pub(super) struct Args {
    /// How many
    #[arg(value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let mut store = cx.open()?;
    let actor = cx.actor()?;
    for done in 0..args.count {
        let Some((applied, _)) = store.redo(&actor, cx.now())? else {
            let more = if done == 0 { "nothing" } else { "nothing more" };
            cx.out.line(&format!("{more} to redo for {}", actor.name))?;
            break;
        };
        cx.out.line(&applied.summary)?;
    }
    Ok(())
}
