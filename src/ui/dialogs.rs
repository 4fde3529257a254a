//! Dialogs: a frame in the middle of the screen, each kind's lines in it.

use super::canvas::{Canvas, Look};
use super::signs::{spell_events, spell_signs};
use super::theme::Role;
use super::{columns, leader, saved};
use crate::app::App;
use crate::app::commands::pages::HelpLine;
use crate::app::keys::keymap::Keymap;
use crate::app::layers::palette::Item;
use crate::app::layers::tags::{Carried, Purpose};
use crate::app::layers::{Confirm, ExportDialog, Help, Layer, Menu, Palette, TagPalette};
use crate::app::layout::Area;
use crate::app::typed::input::InputLine;
use crate::app::typed::paths::PathChoice;
use crate::domain::ExportFormat;
use crate::domain::protocol::TagCount;
use crate::lang::grouped;
use crate::text::wrap;

/// Columns before an input's text.
const PROMPT: u16 = 2;

/// Draws a dialog over what stands there.
pub fn draw(app: &App, layer: &Layer, canvas: &mut Canvas) {
    let (width, height) = canvas.size();
    let area = layer.area(width, height);
    if let Layer::Find(d) = layer {
        return super::find::draw(d, area, canvas);
    }
    // A blank column on either side keeps what stands below apart from the frame.
    canvas.clear(Area { x: area.x.saturating_sub(1), width: area.width + 2, ..area });
    let look = canvas.look;
    let lang = look.lang;
    let title = match layer {
        Layer::Tags(d) => {
            let key = match d.purpose {
                Purpose::Add => "ui.tags.title",
                Purpose::Remove => "ui.tags.title_remove",
                Purpose::Key => "ui.tags.title_key",
            };
            lang.fill(key, &[("targets", &app.told(&d.targets))])
        }
        Layer::Menu(d) => d.title.clone(),
        Layer::Columns(d) => lang.text(if d.by_itself { "ui.columns.usual" } else { "ui.columns.title" }).to_owned(),
        Layer::Export(d) => lang.fill("ui.export.title", &[("targets", &app.told(&d.targets))]),
        Layer::Note(d) => lang.fill("ui.note.title", &[("targets", &app.told(&d.targets))]),
        Layer::Jump(_) => lang.text("ui.jump.title").to_owned(),
        Layer::Palette(_) => lang.text("ui.palette.title").to_owned(),
        Layer::Views(_) => lang.text("ui.views.title").to_owned(),
        Layer::Filters(_) => lang.text("ui.filters.title").to_owned(),
        Layer::Find(_) => String::new(),
        Layer::Related(d) => lang.fill("ui.related.title", &[("name", &d.name)]),
        Layer::Correct(d) => lang.fill("ui.correct.title", &[("field", d.label), ("org", d.org())]),
        Layer::Help(d) => lang.fill("ui.help.title", &[("pane", d.title)]),
        Layer::Confirm(_) => lang.text("ui.confirm.title").to_owned(),
        Layer::Leader(d) => lang.fill("ui.leader.title", &[("targets", &app.told(&d.targets))]),
    };
    let below = match layer {
        Layer::Help(d) if d.lines.len() > usize::from(area.inner().height) => {
            let last = (d.scroll + usize::from(area.inner().height)).min(d.lines.len());
            format!("{}/{} {} Esc", last, d.lines.len(), look.signs.dot)
        }
        Layer::Correct(_) => format!("{} {} Esc", lang.text("ui.correct.below"), look.signs.dot),
        _ => "Esc".to_owned(),
    };
    canvas.frame(area, &title, &below, true);
    let inner = area.inner();
    match layer {
        Layer::Tags(d) => tags(d, inner, canvas),
        Layer::Menu(d) => menu(d, inner, canvas),
        Layer::Columns(d) => columns::draw(d, inner, canvas),
        Layer::Export(d) => export(d, &app.told(&d.targets), inner, canvas),
        Layer::Note(d) => super::note::draw(d, inner, canvas),
        Layer::Views(d) => saved::views(d, &app.setup.keymap, inner, canvas),
        Layer::Filters(d) => saved::filters(d, &app.setup.keymap, inner, canvas),
        Layer::Palette(d) => palette(d, &app.setup.keymap, inner, canvas),
        Layer::Find(_) => {}
        Layer::Related(d) => super::related::draw(d, &app.setup.keymap, inner, canvas),
        Layer::Jump(d) => super::jump::draw(d, inner, canvas),
        Layer::Correct(d) => super::correct::draw(d, inner, canvas),
        Layer::Help(d) => help(d, inner, canvas),
        Layer::Confirm(d) => confirm(d, inner, canvas),
        Layer::Leader(d) => leader::draw(d, inner, canvas),
    }
}

/// Where the cursor stands, if the dialog has an input.
pub fn cursor(layer: &Layer, (width, height): (u16, u16), look: &Look) -> Option<(u16, u16)> {
    if let Layer::Find(d) = layer {
        return super::find::cursor(d, layer.area(width, height), look);
    }
    let inner = layer.area(width, height).inner();
    if inner.width == 0 || inner.height == 0 {
        return None;
    }
    if let Layer::Note(d) = layer {
        return super::note::cursor(d, inner);
    }
    let input = layer.input()?;
    let (_, column) = input.window(usize::from(inner.width.saturating_sub(PROMPT)), look.ambiguous);
    Some((inner.x + PROMPT + u16::try_from(column).ok()?, inner.y))
}

pub(super) fn input_line(input: &InputLine, inner: Area, hint: &str, canvas: &mut Canvas) {
    let end = inner.x + inner.width;
    let x = canvas.put(inner.x, inner.y, end, "> ", Role::FrameFocus);
    if input.is_empty() {
        canvas.put(x, inner.y, end, hint, Role::Dim);
        return;
    }
    let (start, _) = input.window(usize::from(inner.width.saturating_sub(PROMPT)), canvas.look.ambiguous);
    let style = canvas.look.style(Role::Input);
    canvas.raw(x, inner.y, end, input.text().get(start..).unwrap_or_default(), style);
}

/// Writes what Enter would do, or what is wrong, on the last lines of a dialog; gives how many it took.
pub(super) fn foot(inner: Area, text: &str, role: Role, canvas: &mut Canvas) -> u16 {
    const MOST: u16 = 3;
    let columns = usize::from(inner.width);
    let lines = wrap(text, columns, canvas.look.ambiguous);
    let rows = u16::try_from(lines.len()).unwrap_or(MOST).clamp(1, MOST).min(inner.height);
    let top = inner.y + inner.height - rows;
    for ((from, to), y) in lines.iter().zip(top..top + rows) {
        // The last line there is room for tells by its ellipsis that there is more.
        let to = if y + 1 == top + rows { text.len() } else { *to };
        canvas.put(inner.x, y, inner.x + inner.width, text.get(*from..to).unwrap_or_default(), role);
    }
    rows
}

/// The first of `rows` lines to show so that the selected one is among them.
pub(super) fn first_shown(selected: usize, rows: u16) -> usize {
    (selected + 1).saturating_sub(usize::from(rows))
}

pub(super) fn row_start(selected: bool, x: u16, y: u16, canvas: &mut Canvas) -> (u16, Role) {
    let sign = if selected { canvas.look.signs.gutter } else { " " };
    canvas.put(x, y, x + 1, sign, Role::Cursor);
    (x + 2, if selected { Role::Strong } else { Role::Text })
}

fn tags(d: &TagPalette, inner: Area, canvas: &mut Canvas) {
    let lang = canvas.look.lang;
    input_line(&d.input, inner, lang.text(if d.removing() { "ui.tags.hint_remove" } else { "ui.tags.hint" }), canvas);
    let end = inner.x + inner.width;
    let rows = inner.height.saturating_sub(3 + foot(inner, &d.preview(lang), Role::Hint, canvas));
    let top = inner.y + 2;
    if !d.loaded {
        canvas.put(inner.x + 2, top, end, lang.text("ui.tags.loading"), Role::Dim);
    } else if d.rows() == 0 {
        let key = if d.removing() { "ui.tags.none_to_remove" } else { "ui.tags.none" };
        canvas.put(inner.x + 2, top, end, lang.text(key), Role::Dim);
    }
    let first = first_shown(d.selected, rows);
    for (index, y) in (first..d.rows()).zip(top..top + rows) {
        let (x, role) = row_start(d.chosen && index == d.selected, inner.x, y, canvas);
        match d.tag_of_row(index) {
            Some(count) => tag_row(d, count, (x, y), end, role, canvas),
            None => new_tag_row(d, (x, y), end, canvas),
        }
    }
}

fn tag_row(d: &TagPalette, count: &TagCount, (x, y): (u16, u16), end: u16, role: Role, canvas: &mut Canvas) {
    let look = canvas.look;
    let [all, some, none] = look.signs.carried;
    let (sign, change) = match (d.changes.get(&count.tag), d.carried(count)) {
        (Some(true), _) => (all, "+"),
        (Some(false), _) => (none, "-"),
        (None, Carried::All) => (all, " "),
        (None, Carried::Some) => (some, " "),
        (None, Carried::None) => (none, " "),
    };
    let x = canvas.put(x, y, end, change, Role::Mark);
    let x = canvas.put(x, y, end, sign, Role::Tag) + 1;
    let key = d.key_of(&count.tag).map(|k| look.lang.fill("ui.tags.key", &[("key", &k.to_string())]));
    let on = grouped(count.on_targets as u64);
    let of = grouped(d.targets.keys.len() as u64);
    let total = grouped(count.total as u64);
    let counts = match d.purpose {
        Purpose::Key => look.lang.fill("ui.tags.total", &[("total", &total)]),
        _ => look.lang.fill("ui.tags.counts", &[("on", &on), ("of", &of), ("total", &total)]),
    };
    let counts = format!("{}{counts}", key.unwrap_or_default());
    let counts_at = canvas.put_left_of(end.saturating_sub(1), y, &counts, Role::Dim);
    canvas.put(x, y, counts_at.saturating_sub(1), count.tag.as_str(), role);
}

fn new_tag_row(d: &TagPalette, (x, y): (u16, u16), end: u16, canvas: &mut Canvas) {
    let lang = canvas.look.lang;
    let text = match &d.new {
        Some(Ok(tag)) => lang.fill("ui.tags.create", &[("tag", tag.as_str())]),
        Some(Err(why)) => why.clone(),
        None => return,
    };
    let role = if matches!(d.new, Some(Ok(_))) { Role::Good } else { Role::Error };
    let sign = if matches!(d.new, Some(Ok(_))) { "+ " } else { "! " };
    let x = canvas.put(x, y, end, sign, role);
    canvas.put(x, y, end, &text, role);
}

fn menu(d: &Menu, inner: Area, canvas: &mut Canvas) {
    let end = inner.x + inner.width;
    let rows = inner.height.saturating_sub(2);
    let first = first_shown(d.selected, rows);
    for ((index, item), y) in d.items.iter().enumerate().skip(first).zip(inner.y..inner.y + rows) {
        let (x, role) = row_start(index == d.selected, inner.x, y, canvas);
        let x = canvas.put(x, y, end, &item.letter.to_string(), Role::Key) + 2;
        let x = canvas.put(x, y, end, &item.label, role);
        if item.current {
            canvas.put(x + 1, y, end, canvas.look.signs.mark, Role::Mark);
        }
    }
    canvas.put(inner.x, inner.y + inner.height.saturating_sub(1), end, &d.remark, Role::Dim);
}

fn export(d: &ExportDialog, told: &str, inner: Area, canvas: &mut Canvas) {
    let lang = canvas.look.lang;
    let end = inner.x + inner.width;
    input_line(&d.input, inner, lang.text("ui.export.hint"), canvas);
    let (text, role) = match (&d.error, d.waiting) {
        (Some(error), _) => (format!("{} {error}", canvas.look.signs.warning), Role::Error),
        (None, true) => (lang.text("ui.export.writing").to_owned(), Role::Hint),
        (None, false) => (lang.fill("ui.export.preview", &[("targets", told)]), Role::Hint),
    };
    if let Some(choice) = &d.choice {
        paths(choice, Area { y: inner.y + 1, height: 1, ..inner }, canvas);
    }
    let top = inner.y + 2;
    let rows = inner.height.saturating_sub(3 + foot(inner, &text, role, canvas));
    let first = first_shown(d.selected, rows);
    for ((index, format), y) in ExportFormat::ALL.iter().enumerate().skip(first).zip(top..top + rows) {
        let (x, role) = row_start(index == d.selected, inner.x, y, canvas);
        canvas.put(x, y, end, format.as_str(), role);
        let described = lang.get(&format!("format.{format}")).unwrap_or_else(|| format.describe());
        canvas.put(x + 11, y, end, described, Role::Dim);
    }
}

/// What Tab offers for a path, in one line: the chosen one is always seen.
fn paths(choice: &PathChoice, at: Area, canvas: &mut Canvas) {
    let (start, end) = (at.x + PROMPT, at.x + at.width);
    let columns = |i: usize| choice.offers.get(i).map_or(0, |o| canvas.look.width(&o.shown).saturating_add(2));
    let chosen = choice.chosen.unwrap_or(0);
    let (mut first, mut used) = (chosen, columns(chosen));
    while let Some(before) = first.checked_sub(1).filter(|b| start + used.saturating_add(columns(*b)) <= end) {
        used += columns(before);
        first = before;
    }
    let mut x = start;
    for (i, offer) in choice.offers.iter().enumerate().skip(first) {
        if x >= end {
            break;
        }
        let role = if choice.chosen == Some(i) { Role::Chosen } else { Role::Text };
        x = canvas.put(x, at.y, end, &offer.shown, role) + 2;
    }
}

fn palette(d: &Palette, map: &Keymap, inner: Area, canvas: &mut Canvas) {
    let lang = canvas.look.lang;
    let end = inner.x + inner.width;
    input_line(&d.input, inner, lang.text("ui.palette.hint"), canvas);
    let (text, role) = match d.preview(lang) {
        Ok(text) => (text, Role::Hint),
        Err(text) => (format!("{} {text}", canvas.look.signs.warning), Role::Error),
    };
    let top = inner.y + 2;
    let middle = inner.x + 2 + (inner.width / 2).min(38);
    // What the row has no room for is told below.
    let cut = d.under_cursor().map(|item| item.help(lang)).filter(|help| canvas.look.width(help) > end - middle);
    let text = cut.map_or(text.clone(), |help| format!("{help} · {text}"));
    let rows = inner.height.saturating_sub(3 + foot(inner, &text, role, canvas));
    let first = first_shown(d.selected, rows);
    for ((index, item), y) in d.shown.iter().enumerate().skip(first).zip(top..top + rows) {
        let (x, role) = row_start(index == d.selected && (d.chosen || d.verb.is_none()), inner.x, y, canvas);
        let (name, keys) = match item {
            Item::Action(e) => (e.name.replace('_', " "), map.joined(e.action)),
            Item::Verb(_, usage, _) => ((*usage).to_owned(), String::new()),
            Item::Argument(a) => (a.word.clone(), String::new()),
        };
        let keys_at = canvas.put_left_of(middle.saturating_sub(2), y, &keys, Role::Key);
        canvas.put(x, y, if keys.is_empty() { middle - 1 } else { keys_at.saturating_sub(1) }, &name, role);
        canvas.put(middle, y, end, item.help(lang), Role::Dim);
    }
}

fn help(d: &Help, inner: Area, canvas: &mut Canvas) {
    let end = inner.x + inner.width;
    let keys_width = d.lines.iter().map(|l| if let HelpLine::Action { keys, .. } = l { keys.len() } else { 0 }).max();
    let text_at = inner.x + 3 + u16::try_from(keys_width.unwrap_or(0)).unwrap_or(0);
    for (line, y) in d.lines.iter().skip(d.scroll).zip(inner.y..inner.y + inner.height) {
        match line {
            HelpLine::Heading(text) => {
                canvas.put(inner.x + 1, y, end, text, Role::Heading);
            }
            HelpLine::Action { keys, text, twin } => {
                canvas.put(inner.x + 1, y, text_at, keys, Role::Key);
                let x = canvas.put(text_at, y, end, text, Role::Text);
                if let Some(twin) = twin.filter(|t| x + 3 + canvas.look.width(t) <= end) {
                    canvas.put_left_of(end - 1, y, twin, Role::Dim);
                }
            }
            HelpLine::Text(text) | HelpLine::Events(text) => {
                let spell = if matches!(line, HelpLine::Events(_)) { spell_events } else { spell_signs };
                let text = if canvas.look.plain { spell(text) } else { text.clone() };
                canvas.put(inner.x + 1, y, end, &text, Role::Text);
            }
            HelpLine::Page { key, text, name } => {
                let x = canvas.put(inner.x + 1, y, end, &key.to_string(), Role::Key);
                canvas.put(x + 2, y, end, text, Role::Text);
                canvas.put_left_of(end - 1, y, &format!(":help {name}"), Role::Dim);
            }
            HelpLine::Blank => {}
        }
    }
}

fn confirm(d: &Confirm, inner: Area, canvas: &mut Canvas) {
    let end = inner.x + inner.width;
    let columns = usize::from(inner.width.saturating_sub(2));
    let lines = wrap(&d.question, columns, canvas.look.ambiguous);
    let inside = Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let rows = inner.height.saturating_sub(1 + foot(inside, &d.remark, Role::Dim, canvas));
    for ((from, to), y) in lines.into_iter().zip(inner.y..inner.y + rows) {
        canvas.put(inner.x + 1, y, end, d.question.get(from..to).unwrap_or_default(), Role::Strong);
    }
}
