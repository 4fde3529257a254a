//! `jikenbo review`: the verdict on what the parser found.

use super::context::Context;
use super::correct::field;
use super::fail::usage;
use crate::domain::{Change, Command, Field, Verdict};
use clap::builder::PossibleValuesParser;

/// Accepts or rejects what the parser found in a field
#[derive(clap::Args)]
#[command(after_help = "A rejected value is not used: the field counts as unknown until it is corrected.")]
pub(super) struct Args {
    /// An id, or its beginning where no other id begins so
    #[arg(value_name = "ID")]
    id: String,
    /// The field, by its name in the record
    #[arg(value_name = "FIELD")]
    field: String,
    /// The verdict; `none` takes an earlier one back
    #[arg(value_name = "VERDICT", value_parser = PossibleValuesParser::new(["accepted", "rejected", "none"]))]
    verdict: String,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let (field, verdict) = (field(&args.field)?, Verdict::from_name(&args.verdict));
    if field == Field::Kind && verdict == Some(Verdict::Rejected) {
        return Err(usage("every incident has a kind: say which with `jikenbo correct ID kind=…`"));
    }
    let mut store = cx.open()?;
    let targets = store.ids(&[store.key_of(&args.id)?])?;
    let command = Command { change: Change::Review { field, verdict }, targets };
    let applied = store.apply(&command, &cx.actor()?, cx.now())?;
    cx.out.line(&applied.summary)?;
    if applied.op.is_some() {
        cx.out.line("`jikenbo undo` takes it back")?;
    }
    Ok(())
}
