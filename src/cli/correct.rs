//! `jikenbo correct`: an analyst's values in the place of the parser's.

use super::context::Context;
use super::fail::usage;
use crate::analysis::links;
use crate::domain::{Change, Command, Field};
use crate::op;
use crate::text::{AmbiguousWidth, nearest, pad_right};
use std::fmt::Write as _;

/// Puts your values in the place of what the parser found in an incident
#[derive(clap::Args)]
#[command(override_usage = "jikenbo correct [OPTIONS] ID FIELD=VALUE…", after_help = help())]
pub(super) struct Args {
    /// An id, or its beginning where no other id begins so
    #[arg(value_name = "ID")]
    id: String,
    /// A field and its value; an empty value says that it is unknown
    #[arg(value_name = "FIELD=VALUE")]
    values: Vec<String>,
    /// Takes the correction of a field back, so that the parser's value counts again
    #[arg(long, value_name = "FIELD")]
    drop: Vec<String>,
}

/// Columns of a field's name in the help.
const NAME: usize = 18;

/// The fields and what each may be, from the same table as the errors.
fn help() -> String {
    let mut help = String::from(
        "The corrected value counts in lists, queries and exports, and outlives a new ingest of the document.\n\
         FIELD= says that the value is unknown; --drop FIELD goes back to what the parser finds.\n\nFIELD may be\n",
    );
    for field in Field::ALL {
        let name = pad_right(field.as_str(), NAME, AmbiguousWidth::Narrow);
        // Writing to a string never fails.
        let _ = writeln!(help, "  {name}{}", op::allowed(field));
    }
    help.trim_end().to_owned()
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let changes = changes(args)?;
    let mut store = cx.open()?;
    let targets = store.ids(&[store.key_of(&args.id)?])?;
    let actor = cx.actor()?;
    let mut logged = 0;
    for change in changes {
        let applied = store.apply(&Command { change, targets: targets.clone() }, &actor, cx.now())?;
        logged += usize::from(applied.op.is_some());
        cx.out.line(&crate::text::neutralise(&applied.summary))?;
    }
    // The corrections are stored: where this fails, the next command makes up for it.
    let _ = store.complete_links(links::keys);
    match logged {
        0 => {}
        1 => cx.out.line("`jikenbo undo` takes it back")?,
        n => cx.out.line(&format!("`jikenbo undo {n}` takes them back"))?,
    }
    Ok(())
}

/// Every value is read before the first is stored.
fn changes(args: &Args) -> anyhow::Result<Vec<Change>> {
    let mut out = Vec::new();
    for word in &args.values {
        let Some((name, text)) = word.split_once('=') else {
            return Err(usage(format!("`{word}` names no value: write FIELD=VALUE, as in `org=青葉市`")));
        };
        let field = field(name)?;
        let value = op::parse_value(field, text).map_err(|e| usage(e.to_string()))?;
        out.push(Change::Correct { field, value: Some(value) });
    }
    for name in &args.drop {
        out.push(Change::Correct { field: field(name)?, value: None });
    }
    if out.is_empty() {
        return Err(usage("nothing to correct: write FIELD=VALUE after the id, or --drop FIELD"));
    }
    Ok(out)
}

/// The field of that name.
pub(super) fn field(name: &str) -> anyhow::Result<Field> {
    let asked = name.trim().to_ascii_lowercase().replace('-', "_");
    Field::from_name(&asked).ok_or_else(|| {
        let names = Field::ALL.map(Field::as_str);
        let rather = nearest(&asked, names).map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
        usage(format!("`{name}` is no field: {}{rather}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(values: &[&str], drop: &[&str]) -> Result<Vec<Change>, String> {
        let own = |l: &[&str]| l.iter().map(|s| (*s).to_owned()).collect();
        changes(&Args { id: "7m4k".into(), values: own(values), drop: own(drop) }).map_err(|e| e.to_string())
    }

    #[test]
    fn values_are_set_emptied_and_dropped() {
        let correct = |field, value| Change::Correct { field, value };
        assert_eq!(
            read(&["org=A=B", "third-party=", "ppc=true"], &["gang"]).unwrap(),
            [
                correct(Field::Org, Some(json!("A=B"))),
                correct(Field::ThirdParty, Some(Value::Null)),
                correct(Field::Ppc, Some(json!(true))),
                correct(Field::Gang, None),
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_said_before_anything_is_stored() {
        for (values, drop, expected) in [
            (&[][..], &[][..], "nothing to correct"),
            (&["org"], &[], "FIELD=VALUE"),
            (&["orgg=x"], &[], "did you mean `org`?"),
            (&["org=x", "kind=clam"], &[], "did you mean `claim`?"),
            (&[], &["afected"], "did you mean `affected`?"),
        ] {
            let error = read(values, drop).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
