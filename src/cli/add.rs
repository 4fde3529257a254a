//! `jikenbo add`: one notice by hand, from a form in the analyst's editor or one that is filled in already.

use super::context::Context;
use super::fail::{End, usage};
use super::index;
use super::interrupt::Interrupt;
use super::out::tell;
use crate::analysis::links;
use crate::ingest::form::{self, Form, Mistake};
use crate::ingest::{self, Options, Reading};
use crate::jobs::JobError;
use crate::jobs::ingest::{Input, LIMIT, read};
use crate::lang::Lang;
use crate::store::{Outcome, Ready};
use anyhow::{Context as _, anyhow};
use std::fs;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

const TEMPLATE_EN: &str = include_str!("../../assets/docs/notice.en.txt");
const TEMPLATE_JA: &str = include_str!("../../assets/docs/notice.ja.txt");

/// Adds one notice by hand: a form opens in $VISUAL or $EDITOR, or FILE holds a filled one
#[derive(clap::Args)]
pub(super) struct Args {
    /// A form that is filled in; `-` is standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Opens FILE in the editor first, such as a draft that was kept
    #[arg(long, requires = "file")]
    edit: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    match &args.file {
        Some(file) if args.edit => {
            if !file.is_file() {
                return Err(usage(format!("{}: there is no such file to edit", file.display())));
            }
            in_editor(file, false, cx)
        }
        Some(file) => filled(file, cx),
        None => {
            let template = if cx.lang() == Lang::Ja { TEMPLATE_JA } else { TEMPLATE_EN };
            let mut draft = tempfile::Builder::new().prefix("jikenbo-notice-").suffix(".txt").tempfile()?;
            draft.write_all(template.as_bytes())?;
            let (_, path) = draft.keep().context("the draft can't be made")?;
            in_editor(&path, true, cx)
        }
    }
}

/// Adds a form that is filled in already.
fn filled(file: &Path, cx: &mut Context) -> anyhow::Result<()> {
    let input = if file.as_os_str() == "-" { Input::Stdin } else { Input::File(file.to_owned()) };
    let name = input.name();
    let form = match form_of(&input)? {
        Ok(form) if form.is_blank() => return Err(anyhow!("{name}: nothing is filled in, so nothing was added")),
        Ok(form) => form,
        Err(mistakes) => {
            tell_mistakes(&name, &mistakes);
            return Err(End::Reported.into());
        }
    };
    add(&form, &name, cx)
}

/// Reads a form.
fn form_of(input: &Input) -> Result<Result<Form, Vec<Mistake>>, JobError> {
    let raw = read(input, LIMIT)?;
    let text = form::text_of(&raw).map_err(|source| JobError::Parse { path: input.name(), source })?;
    Ok(Form::read(&text))
}

/// Lets the analyst fill in the form at `path` and adds it. The file is kept until its notice is in the case book; one
/// that was made here is removed then, and also when nothing was filled in.
fn in_editor(path: &Path, made_here: bool, cx: &mut Context) -> anyhow::Result<()> {
    let remove = || if made_here { fs::remove_file(path) } else { Ok(()) };
    loop {
        edit(path)?;
        match form_of(&Input::File(path.to_owned()))? {
            Ok(form) if form.is_blank() => {
                remove()?;
                tell("nothing was filled in, so nothing was added");
                return Ok(());
            }
            Ok(form) => {
                // A draft's name says nothing of where the notice came from.
                let name = if made_here { "-".to_owned() } else { path.display().to_string() };
                add(&form, &name, cx).inspect_err(|_| tell_draft(path))?;
                return Ok(remove()?);
            }
            Err(mistakes) => tell_mistakes(&path.display().to_string(), &mistakes),
        }
        if !asked_again()? {
            tell_draft(path);
            return Err(End::Reported.into());
        }
    }
}

fn tell_mistakes(name: &str, mistakes: &[Mistake]) {
    for m in mistakes {
        tell(&format!("{name}:{}: {}", m.line, m.what));
    }
    tell("nothing was added");
}

fn tell_draft(path: &Path) {
    let path = path.display();
    tell(&format!("the draft is kept: `jikenbo add --edit {path}` opens it again, `jikenbo add {path}` adds it"));
}

/// Asks whether the form is to be opened again; without a terminal nobody can answer, and it is not.
fn asked_again() -> io::Result<bool> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(false);
    }
    write!(io::stderr(), "open it again? [Y/n] ")?;
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer)?;
    Ok(read > 0 && !matches!(answer.trim(), "n" | "N" | "no"))
}

/// Runs the analyst's editor on a file: the words of $VISUAL or $EDITOR are the shell's, as other programs have it.
fn edit(path: &Path) -> anyhow::Result<()> {
    let editor = super::context::editor();
    let ended = Command::new("sh").arg("-c").arg(format!("{editor} \"$1\"")).arg("sh").arg(path).status();
    let failed = |why: String| {
        tell_draft(path);
        anyhow!("the editor `{editor}` {why}; set $VISUAL or $EDITOR to another one")
    };
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(format!("failed ({status})"))),
        Err(e) => Err(failed(format!("can't be started ({e})"))),
    }
}

/// Puts the notice into the case book and prints its id.
fn add(form: &Form, path: &str, cx: &mut Context) -> anyhow::Result<()> {
    if form.comments() > 0 {
        tell(&format!("lines of the text that begin with # were left out: {}", form.comments()));
    }
    let raw = form.kept().into_bytes();
    let options = Options { reading: Reading::Form, ..Options::default() };
    let parsed = ingest::parse(&raw, path, &options);
    let document = parsed.map_err(|source| JobError::Parse { path: path.to_owned(), source })?;
    let heading: Vec<String> =
        document.entries.iter().flat_map(|e| [e.facts.org.clone(), e.facts.title.clone()]).flatten().collect();
    let mut store = cx.open_or_make()?;
    let ready = Ready::new(document)?.linked(links::keys);
    let done = store.ingest(&ready, &raw, cx.now())?;
    for id in store.ids_of_document(&ready.document().meta.sha256)? {
        cx.out.line(&format!("{id}  {}", heading.join(" ")))?;
    }
    if done.outcome == Outcome::Unchanged {
        tell("this notice was in the case book already");
    }
    index::bring_up_to_date(&store, &Interrupt::listen()?);
    Ok(())
}
