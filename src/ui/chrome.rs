//! The lines around the panes: where am I, the query, what just happened, what can be pressed.

use super::canvas::{Canvas, Look, Piece};
use super::theme::Role;
use crate::app::App;
use crate::app::keys::actions::{Action, Entry, TABLE};
use crate::app::keys::learnt::knows;
use crate::app::layers::Layer;
use crate::app::layers::tags::Purpose;
use crate::app::layout::{Area, Layout};
use crate::app::search::query_line::sort_name;
use crate::app::status::Tone;
use crate::domain::grouping::Grouping;
use crate::lang::grouped;
use crate::text::wrap;

/// Cells of the progress bar.
const BAR: usize = 10;
/// Columns before the query's text.
const PROMPT: u16 = 3;

/// Store, view, place, marks, progress, analyst; what does not fit goes in the order analyst, bar, progress.
pub fn top_line(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let Area { y, width, .. } = layout.top;
    let look = canvas.look;
    let lang = look.lang;
    let store = format!(" 事件簿 {}", app.setup.store_name);
    let found = &app.list.found;
    let (n, at) = (found.keys.len(), app.list.place());
    let dot = format!(" {} ", look.signs.dot);
    let place = lang.fill("ui.top.place", &[("i", &grouped(at as u64)), ("n", &app.list.count())]);
    let place = if app.query.slow && !found.early || !app.list.loaded {
        lang.text("ui.top.searching").to_owned()
    } else {
        place
    };
    let marks = match app.list.marks.len() {
        0 => String::new(),
        _ => format!("{dot}{}", app.marks_in_words()),
    };
    let (done, all) = (grouped(found.triaged as u64), grouped(n as u64));
    let triaged = format!("{dot}{} ", lang.fill("ui.top.triaged", &[("n", &done), ("all", &all)]));
    let triaged = if found.early { format!("{dot}{} ", lang.text("ui.top.counting")) } else { triaged };
    let full = (found.triaged * BAR).checked_div(n).unwrap_or(0).min(BAR);
    let (full, empty) = (look.signs.bar_full.repeat(full), look.signs.bar_empty.repeat(BAR - full));
    let analyst = format!("{dot}{}", app.setup.analyst);
    let mut right: Vec<Piece> = vec![(&place, Role::Strong), (&marks, Role::Mark)];
    if n > 0 {
        right.push((triaged.as_str(), Role::Text));
        if !look.linear {
            right.extend([(full.as_str(), Role::Bar), (empty.as_str(), Role::Dim)]);
        }
    }
    right.push((&analyst, Role::Dim));
    let room = width.saturating_sub(look.width(&store).min(width / 2) + 3);
    let total = |pieces: &[Piece]| pieces.iter().fold(0u16, |sum, (t, _)| sum.saturating_add(look.width(t)));
    while right.len() > 1 && total(&right) > room {
        // The bar's two parts go together.
        if right.pop().is_some_and(|(text, _)| text == empty) {
            right.pop();
        }
    }
    let into = format!(" {} ", look.signs.into);
    let parts = app.query.shown_parts.join(&into);
    let view = if parts.is_empty() { lang.text("ui.top.all") } else { &parts };
    let hidden = match app.hidden() {
        0 => String::new(),
        n => lang.fill("ui.top.hidden", &[("n", &grouped(n as u64))]),
    };
    let all = format!("  {} {view}{hidden}", look.signs.into);
    let needed = |view: &str| look.width(&store).saturating_add(look.width(view)).saturating_add(2);
    // Who it is, and the bar of what the numbers say, make room for what is looked for.
    let spare = if n > 0 { 3 } else { 2 };
    while right.len() > spare && needed(&all) + total(&right) + 1 > width {
        right.pop();
    }
    let start = width.saturating_sub(total(&right).saturating_add(1));
    // A number of which the end is cut off tells nothing.
    let view = if needed(&all) <= start { all } else { format!("  {} {view}", look.signs.into) };
    let x = canvas.put(0, y, start.saturating_sub(1), &store, Role::Strong);
    let end = start.saturating_sub(2);
    match app.reads_all_texts() {
        Some([full, short]) => left_notes(&view, &full, &short, (x, y), end, canvas),
        None if x + 8 < start => {
            canvas.put(x, y, end, &view, Role::Dim);
        }
        None => {}
    }
    canvas.pieces(start, y, width, &right);
}

/// The view and a note on how it was found. Where both don't fit, the note alone: the query has a line of its own.
fn left_notes(view: &str, full: &str, short: &str, (x, y): (u16, u16), end: u16, canvas: &mut Canvas) {
    let look = canvas.look;
    let dot = format!(" {} ", look.signs.dot);
    let fits = |note: &&str, before: u16| x + before + look.width(note) <= end;
    let after = look.width(view) + look.width(&dot);
    if let Some(note) = [full, short].iter().find(|n| fits(n, after)) {
        let x = canvas.pieces(x, y, end, &[(view, Role::Dim), (&dot, Role::Dim)]);
        canvas.put(x, y, end, note, Role::Hint);
    } else {
        let note = [full, short].into_iter().find(|n| fits(n, 2)).unwrap_or(short);
        canvas.put(x + 2, y, end, note, Role::Hint);
    }
}

/// The query, what is wrong with it underlined, and the order of the list.
pub fn query_line(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let Area { y, width, .. } = layout.query;
    let look = canvas.look;
    let end = query_end(app, width, &look);
    canvas.put(0, y, width, " / ", if app.query.active { Role::FrameFocus } else { Role::Dim });
    let (filters, prompt) = prompt(app, end, &look);
    canvas.put(PROMPT, y, prompt.saturating_sub(1), &filters, Role::Tag);
    if end < width {
        let text = sort_text(app, &look);
        canvas.put_left_of(width.saturating_sub(1), y, &text, Role::Dim);
    }
    let input = &app.query.input;
    if input.is_empty() && !app.query.active {
        canvas.put(prompt, y, end, look.lang.text("ui.query.hint"), Role::Dim);
        return;
    }
    let (start, _) = input.window(usize::from(end.saturating_sub(prompt)), look.ambiguous);
    let text = input.text();
    let cut = |a: usize, b: usize| text.get(a.max(start)..b.max(start)).unwrap_or_default();
    let (from, to) = match &app.query.wrong {
        Some(wrong) => place_in(text, wrong.at),
        None => (text.len(), text.len()),
    };
    let x = canvas.raw(prompt, y, end, cut(start, from), look.style(Role::Input));
    let x = canvas.raw(x, y, end, cut(from, to), look.style(Role::Wrong));
    let x = canvas.raw(x, y, end, cut(to, text.len()), look.style(Role::Input));
    if app.query.wrong.is_some() && from == to {
        canvas.raw(x, y, end, "_", look.style(Role::Wrong));
    }
    super::readings::draw(app, (x, y), end, canvas);
}

/// A byte range of the text at character boundaries, whatever was given.
fn place_in(text: &str, (from, to): (usize, usize)) -> (usize, usize) {
    let floor = |mut i: usize| {
        i = i.min(text.len());
        while !text.is_char_boundary(i) {
            i -= 1;
        }
        i
    };
    let from = floor(from);
    (from, floor(to).max(from))
}

/// What Tab offers in the query line: in one line under it, the chosen one and what it finds.
pub fn completions(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let Some(completing) = app.query.completing.as_ref().filter(|_| app.query.active) else { return };
    let (y, width) = (layout.query.y + 1, layout.query.width);
    let look = canvas.look;
    let columns = |i: usize| completing.offers.get(i).map_or(0, |o| look.width(&o.insert).saturating_add(2));
    let help = completing.chosen.and_then(|i| completing.offers.get(i)).map_or("", |o| o.help.as_str());
    // What it finds has the right half at most.
    let told = look.width(help).min(width / 2);
    let end = width.saturating_sub(if help.is_empty() { 1 } else { told + 3 });
    let chosen = completing.chosen.unwrap_or(0);
    let mut first = chosen;
    let mut used = columns(chosen);
    while let Some(before) = first.checked_sub(1).filter(|b| PROMPT + used + columns(*b) <= end) {
        used += columns(before);
        first = before;
    }
    canvas.clear(Area { x: 0, y, width, height: 1 });
    let mut x = PROMPT;
    for (i, offer) in completing.offers.iter().enumerate().skip(first) {
        if x + columns(i).saturating_sub(2) > end && i != chosen {
            break;
        }
        let role = if completing.chosen == Some(i) { Role::Chosen } else { Role::Text };
        x = canvas.put(x, y, end, &offer.insert, role) + 2;
    }
    if !help.is_empty() {
        canvas.put(width.saturating_sub(told + 1), y, width, help, Role::Hint);
    }
}

fn sort_text(app: &App, look: &Look) -> String {
    let sort = app.query.sort();
    let sign = if sort.descending { look.signs.falling } else { look.signs.rising };
    let name = sort_name(sort.field);
    let name = look.lang.get(&format!("sort.{name}")).unwrap_or(name);
    let sorted = format!("{} {name} {sign}", look.lang.text("ui.query.sort"));
    match app.grouping {
        None => sorted,
        Some(Grouping { by, by_size }) => {
            let by = look.lang.get(&format!("group.{}", by.as_str())).unwrap_or(by.as_str());
            let sign = if by_size { look.signs.falling } else { "" };
            format!("{sorted}  {} {by} {sign}", look.lang.text("ui.query.group")).trim_end().to_owned()
        }
    }
}

/// The filters that are on, as they stand before the query's text, and the column where that begins. Where they would
/// take more than half of the line, only how many they are.
fn prompt(app: &App, end: u16, look: &Look) -> (String, u16) {
    let into = look.signs.into;
    let all: String = app.filters_on().map(|f| format!("{into} {f} ")).collect();
    if all.is_empty() {
        return (all, PROMPT);
    }
    let all = format!("{all}{into}");
    let many = app.filters_on().count();
    let fits = look.width(&all) <= end / 2;
    let text = if fits {
        all
    } else {
        format!("{into} {} {into}", look.lang.count("ui.filters.some", "ui.filters.some_one", many, &[]))
    };
    let columns = look.width(&text);
    (text, PROMPT + columns + 1)
}

fn query_end(app: &App, width: u16, look: &Look) -> u16 {
    let sort = look.width(&sort_text(app, look)) + 3;
    if width > sort + 30 { width - sort } else { width }
}

/// Where the cursor stands in the query line.
pub fn query_cursor(app: &App, layout: &Layout, look: &Look) -> (u16, u16) {
    let end = query_end(app, layout.query.width, look);
    let (_, prompt) = prompt(app, end, look);
    let (_, column) = app.query.input.window(usize::from(end.saturating_sub(prompt)), look.ambiguous);
    (prompt + u16::try_from(column).unwrap_or(0), layout.query.y)
}

/// How far long work has come, at the right; gives the column where it begins.
fn working(app: &App, (end, y): (u16, u16), canvas: &mut Canvas) -> u16 {
    let Some(work) = &app.work else { return end };
    let text = work.words(canvas.look.lang);
    canvas.put_left_of(end.saturating_sub(1), y, &text, Role::Hint).saturating_sub(1)
}

/// What just happened; at the right, the keys that wait for more.
pub fn status_line(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let Area { y, width, .. } = layout.status;
    let keys = app.keys.shown();
    let end = if keys.is_empty() { width } else { canvas.put_left_of(width.saturating_sub(1), y, &keys, Role::Key) };
    let end = working(app, (end, y), canvas);
    let lang = canvas.look.lang;
    let quiet = !app.status.is_passing();
    if let Some(n) = app.list.in_range().filter(|_| quiet) {
        let (n, m) = (grouped(n as u64), grouped(app.list.marks.len() as u64));
        let key = if app.list.marks.is_empty() { "ui.status.range" } else { "ui.status.range_not_marks" };
        let text = app.setup.keymap.fill(lang, key, &[("n", &n), ("m", &m)]);
        canvas.put(1, y, end.saturating_sub(1), &text, Role::Hint);
        return;
    }
    if let Some((text, role)) = status_text(app, &canvas.look) {
        let room = end.saturating_sub(2);
        let first = spilt(app, &text, room, &canvas.look).and_then(|at| text.get(..at)).unwrap_or(&text);
        canvas.put(1, y, end.saturating_sub(1), first.trim_end(), role);
    }
}

fn status_text(app: &App, look: &Look) -> Option<(String, Role)> {
    let (tone, text) = app.status.message()?;
    Some(match tone {
        Tone::Done => (text.to_owned(), Role::Good),
        Tone::Hint | Tone::News => (text.to_owned(), Role::Hint),
        Tone::Error => (format!("{} {text}", look.signs.warning), Role::Error),
    })
}

/// Where a passing remark that is too long for its line goes on in the footer's.
fn spilt(app: &App, text: &str, room: u16, look: &Look) -> Option<usize> {
    let lines = if app.status.is_passing() { wrap(text, usize::from(room), look.ambiguous) } else { Vec::new() };
    lines.get(1).map(|(start, _)| *start)
}

/// What can be pressed here, as many as fit.
pub fn footer(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let Area { y, width, .. } = layout.footer;
    let lang = canvas.look.lang;
    if let Some((text, role)) = status_text(app, &canvas.look)
        && let Some(at) = spilt(app, &text, width.saturating_sub(2), &canvas.look)
    {
        canvas.put(1, y, width.saturating_sub(1), text.get(at..).unwrap_or_default(), role);
        return;
    }
    let words = match app.layers.last() {
        Some(layer) => Some(dialog_keys(layer)),
        None if app.query.active => Some("ui.foot.query"),
        None if app.store_is_empty() => Some("ui.foot.empty"),
        None => None,
    };
    let map = &app.setup.keymap;
    if let Some(key) = words {
        canvas.put(1, y, width, &map.text(lang, key), Role::Dim);
        return;
    }
    let mut entries: Vec<&Entry> = TABLE.iter().filter(|e| e.footer > 0 && e.scope.covers(app.focus)).collect();
    // Keys that are known make room for others where there is too little.
    entries.sort_by_key(|e| (knows(&app.state.hints, e.action), e.footer));
    let help = Action::Help.entry().map(|e| format!("{} {}", map.first(Action::Help), lang.text(e.label)));
    let help = help.unwrap_or_default();
    let end = width.saturating_sub(canvas.look.width(&help) + 1);
    let mut x = 1;
    for entry in entries.into_iter().filter(|e| e.action != Action::Help) {
        let label = lang.text(entry.label);
        let Some(keys) = map.keys(entry.action).next() else { continue };
        let keys = match map.keys(Action::NextEvidence).next() {
            Some(next) if entry.action == Action::PreviousEvidence => format!("{keys} {next}"),
            _ => keys.to_owned(),
        };
        let columns = canvas.look.width(&keys) + 1 + canvas.look.width(label);
        if x + columns + 2 > end {
            break;
        }
        x = canvas.put(x, y, end, &keys, Role::Key);
        x = canvas.put(x + 1, y, end, label, Role::Dim) + 2;
    }
    canvas.put(x, y, width, &help, Role::Key);
}

fn dialog_keys(layer: &Layer) -> &'static str {
    match layer {
        Layer::Tags(d) if d.keying.is_some() => "ui.foot.give_key",
        Layer::Tags(d) if d.purpose == Purpose::Key => "ui.foot.tag_keys",
        Layer::Tags(_) => "ui.foot.tags",
        Layer::Leader(_) => "ui.foot.leader",
        Layer::Menu(_) => "ui.foot.menu",
        Layer::Columns(_) => "ui.foot.columns",
        Layer::Export(_) => "ui.foot.export",
        Layer::Note(_) => "ui.foot.note",
        Layer::Jump(_) => "ui.foot.jump",
        Layer::Palette(_) => "ui.foot.palette",
        Layer::Views(_) => "ui.foot.views",
        Layer::Filters(_) => "ui.foot.filters",
        Layer::Related(_) => "ui.foot.related",
        Layer::Find(_) => "ui.foot.find",
        Layer::Correct(_) => "ui.foot.correct",
        Layer::Help(_) => "ui.foot.help",
        Layer::Confirm(confirm) if confirm.lightly => "ui.foot.confirm",
        Layer::Confirm(_) => "ui.foot.confirm_strictly",
    }
}
