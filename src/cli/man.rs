//! `jikenbo man`: the manual page, from the table of commands.

use super::context::Globals;
use super::out::Out;
use super::query_words::help;
use crate::app::keys::actions::{Action, Scope, TABLE};
use crate::app::keys::keymap::Keymap;
use crate::lang::Lang;
use clap_mangen::Man;
use std::io::{self, Write};

/// Prints the manual page
#[derive(clap::Args)]
pub(super) struct Args {}

/// Runs the command.
pub(super) fn run(_: &Args, globals: &Globals) -> anyhow::Result<()> {
    let mut out = Out::stdout(false);
    // The keys are those of the configuration; a wrong one is told by `config check`, not here.
    let config = globals.load_config().unwrap_or_default();
    let (map, _) = Keymap::read(config.key_set, &config.keys.lines);
    out.raw().write_all(&page(&map)?)?;
    Ok(out.finish()?)
}

/// One page for the program and all its commands, in roff.
fn page(map: &Keymap) -> io::Result<Vec<u8>> {
    let command = super::command();
    let man = Man::new(command.clone());
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    writeln!(out, ".SH COMMANDS")?;
    for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
        write_command(sub, &mut out)?;
    }
    write_keys(map, &mut out)?;
    writeln!(out, ".SH QUERY\n.nf")?;
    for line in help().lines().skip(1) {
        writeln!(out, "{}", escaped(line))?;
    }
    writeln!(
        out,
        ".fi\n.SH EXIT STATUS\n0 done (also when nothing matched), 1 failed, 2 called in a wrong way or a wrong query."
    )?;
    Ok(out)
}

/// A command's own section: its help, and its own flags (the global ones stand once, at the top).
fn write_command(command: &clap::Command, out: &mut Vec<u8>) -> io::Result<()> {
    writeln!(out, ".SS \"jikenbo {}\"", escaped(command.get_name()))?;
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    writeln!(out, "{}.", escaped(&about))?;
    let usage = command.clone().render_usage().to_string();
    writeln!(out, ".PP\n{}", escaped(usage.trim_start_matches("Usage: ").trim()))?;
    let own = command.get_arguments().filter(|a| !a.is_global_set() && a.get_id() != "help");
    for arg in own {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        writeln!(out, ".TP\n\\fB{}\\fR\n{}", escaped(&arg.to_string()), escaped(&help))?;
    }
    for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        writeln!(out, ".TP\n\\fB{}\\fR\n{}", escaped(sub.get_name()), escaped(&about))?;
    }
    Ok(())
}

/// The workbench's keys, from the table of actions.
fn write_keys(map: &Keymap, out: &mut Vec<u8>) -> io::Result<()> {
    writeln!(out, ".SH KEYS")?;
    for (scope, heading) in Scope::ALL {
        let mut entries = TABLE.iter().filter(|e| e.scope == scope).peekable();
        if entries.peek().is_some() {
            writeln!(out, ".SS \"{heading}\"")?;
        }
        for e in entries {
            let twin = e.twin.map(|t| format!("; as `{t}`")).unwrap_or_default();
            let (keys, help) = (escaped(&shown(map, e.action)), escaped(Lang::En.text(e.help)));
            writeln!(out, ".TP\n\\fB{keys}\\fR\n{help}{}", escaped(&twin))?;
        }
    }
    Ok(())
}

/// An action's keys; where it has none, how it is called by name.
fn shown(map: &Keymap, action: Action) -> String {
    let keys: Vec<&str> = map.keys(action).collect();
    if keys.is_empty() { map.first(action) } else { keys.join("  ") }
}

/// Text in which roff sees no request and no escape.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('^', "\\(ha").replace('~', "\\(ti");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_flag_is_on_the_page() {
        let page = String::from_utf8(page(&Keymap::default()).unwrap()).unwrap();
        for field in crate::query::fields() {
            assert!(page.contains(&escaped(Lang::En.text(field.help))), "{}", field.name);
        }
        for entry in TABLE {
            assert!(page.contains(&escaped(&entry.keys.join("  "))), "{}", entry.name);
            assert!(page.contains(&escaped(Lang::En.text(entry.help))), "{}", entry.name);
        }
        for command in super::super::command().get_subcommands().filter(|c| c.get_name() != "help") {
            assert!(page.contains(&format!(".SS \"jikenbo {}\"", command.get_name())), "{}", command.get_name());
            for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
                assert!(page.contains(&format!("\\-\\-{}", flag.replace('-', "\\-"))), "{flag}");
            }
        }
        assert!(page.starts_with(".ie") || page.starts_with(".TH"), "{page}");
    }
}
