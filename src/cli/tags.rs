//! `jikenbo tags`: the tags in use, and changes of tags as such.

use super::context::Context;
use super::fail::usage;
use crate::domain::{Change, Colour, Command, IncidentId, Tag, TagInfo};
use crate::lang::grouped;
use crate::store::Store;
use crate::text::{AmbiguousWidth, json, nearest, neutralise, pad_left, pad_right, width};
use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Lists the tags in use, and renames, merges, deletes, describes them
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    act: Option<Act>,
    #[command(flatten)]
    form: Form,
}

#[derive(Subcommand)]
enum Act {
    /// Lists the tags and how many incidents carry each or one below it, most used first (what happens when nothing
    /// is said)
    List(Form),
    /// Gives a tag, and all below it, another name
    Rename {
        /// The tag
        #[arg(value_name = "TAG")]
        from: String,
        /// Its new name, which must not be in use
        #[arg(value_name = "NAME")]
        to: String,
    },
    /// Makes a tag, and all below it, one with another tag that is in use
    Merge {
        /// The tag that goes
        #[arg(value_name = "TAG")]
        from: String,
        /// The tag that stays
        #[arg(value_name = "INTO")]
        to: String,
    },
    /// Takes a tag, and all below it, off every incident
    Delete {
        /// The tag
        #[arg(value_name = "TAG")]
        tag: String,
    },
    /// Says what a tag is for, and how it is coloured
    Describe {
        /// The tag
        #[arg(value_name = "TAG")]
        tag: String,
        /// What it is for; an empty text removes the description
        #[arg(value_name = "TEXT")]
        text: Vec<String>,
        /// Its colour; `none` for that of all tags
        #[arg(long, value_name = "COLOUR", value_parser = colour())]
        colour: Option<Colour>,
    },
    /// Binds a key to a tag, for tagging with one key; without a key it is freed
    Key {
        /// The tag
        #[arg(value_name = "TAG")]
        tag: String,
        /// The key: a letter or digit
        #[arg(value_name = "KEY")]
        key: Option<char>,
    },
}

/// How the list is printed.
#[derive(clap::Args)]
struct Form {
    /// One array of objects, as JSON: tag, count (with the tags below), own, description, colour, key
    #[arg(long)]
    json: bool,
}

fn colour() -> impl TypedValueParser<Value = Colour> {
    let names = Colour::ALL.map(|(_, name)| name);
    PossibleValuesParser::new(names).map(|name| Colour::from_name(&name).unwrap_or(Colour::None))
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    match &args.act {
        None => list(args.form.json, cx),
        Some(Act::List(form)) => list(form.json || args.form.json, cx),
        Some(act) => {
            let mut store = cx.open()?;
            let (change, targets) = change(act, &store)?;
            apply(change, targets, &mut store, cx)
        }
    }
}

fn list(as_json: bool, cx: &mut Context) -> anyhow::Result<()> {
    let tags = cx.open()?.tags()?;
    if as_json {
        json::write_pretty(cx.out.raw(), &tags)?;
        cx.out.raw().write_all(b"\n")?;
        return Ok(());
    }
    let narrow = AmbiguousWidth::Narrow;
    let counts: Vec<String> = tags.iter().map(|t| grouped(t.count as u64)).collect();
    let room = counts.iter().map(String::len).max().unwrap_or_default();
    let described = tags.iter().filter(|t| !remark(t).is_empty());
    let names = described.map(|t| width(t.tag.as_str(), narrow)).max().unwrap_or_default();
    for (t, count) in tags.iter().zip(&counts) {
        let count = pad_left(count, room, narrow);
        let line = match remark(t) {
            remark if remark.is_empty() => format!("{count}  {}", t.tag),
            remark => format!("{count}  {}  {remark}", pad_right(t.tag.as_str(), names, narrow)),
        };
        cx.out.line(&neutralise(&line))?;
    }
    Ok(())
}

/// What is said of a tag.
fn remark(tag: &TagInfo) -> String {
    let key = tag.traits.key.map(|k| format!("[{k}]"));
    let colour = tag.traits.colour.map(|c| format!("({})", c.as_str()));
    key.into_iter().chain(colour).chain(tag.traits.description.clone()).collect::<Vec<_>>().join(" ")
}

/// What a change of tags as such does, and the incidents that it is frozen to.
fn change(act: &Act, store: &Store) -> anyhow::Result<(Change, Vec<IncidentId>)> {
    let known = store.tags()?;
    Ok(match act {
        Act::Rename { from, to } | Act::Merge { from, to } => {
            let (from, to) = (in_use(from, &known)?, tag(to)?);
            let merge = matches!(act, Act::Merge { .. });
            check_names(&from, &to, merge, &known)?;
            let targets = store.carriers(&from)?;
            (Change::Rename { from, to, merge }, targets)
        }
        Act::Delete { tag } => {
            let tag = in_use(tag, &known)?;
            let targets = store.carriers(&tag)?;
            (Change::Delete { tag }, targets)
        }
        Act::Describe { tag: name, text, colour } => {
            if text.is_empty() && colour.is_none() {
                return Err(usage("nothing to say of the tag: write a text after it, or --colour"));
            }
            let text = (!text.is_empty()).then(|| text.join(" ").trim().to_owned());
            (Change::Describe { tag: tag(name)?, text, colour: *colour }, Vec::new())
        }
        Act::Key { tag: name, key } => {
            if let Some(bad) = key.filter(|k| !k.is_alphanumeric()) {
                return Err(usage(format!("{bad:?} is no key for a tag: choose a letter or a digit")));
            }
            (Change::Key { tag: tag(name)?, key: *key }, Vec::new())
        }
        Act::List(_) => return Err(usage("listing changes nothing")),
    })
}

fn apply(change: Change, targets: Vec<IncidentId>, store: &mut Store, cx: &mut Context) -> anyhow::Result<()> {
    let applied = store.apply(&Command { change, targets }, &cx.actor()?, cx.now())?;
    cx.out.line(&neutralise(&applied.summary))?;
    if applied.op.is_some() {
        cx.out.line("`jikenbo undo` takes it back")?;
    }
    Ok(())
}

fn tag(name: &str) -> anyhow::Result<Tag> {
    Tag::new(name).map_err(|e| usage(format!("`{name}` is no tag: {e}")))
}

/// A tag that is in use, that something is said of, or that lies above such tags.
fn in_use(name: &str, known: &[TagInfo]) -> anyhow::Result<Tag> {
    let tag = tag(name)?;
    if known.iter().any(|t| t.tag.is_within(tag.as_str())) {
        return Ok(tag);
    }
    let rather = nearest(tag.as_str(), known.iter().map(|t| t.tag.as_str()));
    let rather = rather.map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
    Err(anyhow::anyhow!("no incident carries the tag `{tag}`{rather}"))
}

fn check_names(from: &Tag, to: &Tag, merge: bool, known: &[TagInfo]) -> anyhow::Result<()> {
    if from == to {
        return Err(usage(format!("`{from}` has that name already")));
    }
    let taken = known.iter().any(|t| t.tag.is_within(to.as_str()) && !t.tag.is_within(from.as_str()));
    if taken && !merge {
        let hint = format!("`jikenbo tags merge {from} {to}` makes the two one");
        return Err(anyhow::anyhow!("the tag `{to}` is in use; {hint}"));
    }
    if merge && !taken {
        let hint = format!("`jikenbo tags rename {from} {to}` gives it that name");
        return Err(anyhow::anyhow!("no incident carries the tag `{to}`; {hint}"));
    }
    let stuck = known.iter().find(|t| t.tag.is_within(from.as_str()) && t.tag.moved(from, to).is_none());
    match stuck {
        Some(t) => Err(anyhow::anyhow!("`{}` would become longer than {} characters", t.tag, Tag::MAX)),
        None => Ok(()),
    }
}
