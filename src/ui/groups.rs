//! Groups of the list: a header row with what its incidents add up to, and in place of the detail the group that the
//! cursor stands on. Called where the list and the detail are drawn.

use super::canvas::Canvas;
use super::list::{gutter, short_action};
use super::theme::Role;
use crate::app::App;
use crate::app::layout::{Area, Layout, Pane};
use crate::app::panes::columns::SIGNS;
use crate::app::panes::groups::Row;
use crate::domain::grouping::{GroupBy, GroupSpan};
use crate::lang::{Lang, grouped};
use crate::text::wrap;
use std::borrow::Cow;

/// Largest group that is looked through for whether all of it is marked.
const LOOKED_THROUGH: usize = 4_096;
/// From so many columns on, all action names are whole.
const WHOLE: u16 = 20;

/// Draws the header that stands in a row of the list.
pub fn head(app: &App, row: usize, y: u16, inner: Area, canvas: &mut Canvas) {
    let Some(Row::Head(group)) = app.list.row_at(row) else { return };
    let Some(span) = app.list.group(group) else { return };
    let (look, x, end) = (canvas.look, inner.x, inner.x + inner.width);
    let [folded, unfolded] = look.signs.folds;
    gutter(app, row, (x, y), canvas);
    if is_marked(app, group) {
        canvas.put(x + 1, y, x + 2, look.signs.mark, Role::Mark);
    }
    canvas.put(x + 2, y, x + 3, if app.list.is_folded(group) { folded } else { unfolded }, Role::Heading);
    let mut figures = figures(span, inner.width, look.signs.at_least, look.lang);
    figures.iter_mut().for_each(|(text, width)| *width = look.width(text).max(*width));
    let taken: u16 = figures.iter().map(|(_, width)| width + 2).sum();
    // The figures stand below one another, near the names.
    let names = inner.width.saturating_sub(SIGNS + taken).min(44);
    let mut at = (x + SIGNS + names).saturating_sub(1);
    canvas.put(x + SIGNS, y, at.min(end), &name(app, group, span, look.lang), Role::Heading);
    for (text, width) in &figures {
        at += width + 2;
        canvas.put_left_of(at.min(end), y, text, Role::Dim);
    }
}

/// What a group adds up to, each with the columns it takes.
fn figures(span: &GroupSpan, room: u16, at_least: &str, lang: Lang) -> Vec<(String, u16)> {
    let (n, triaged) = (grouped(span.len as u64), grouped(span.triaged as u64));
    let [incidents, people, done] = if room < 98 { [13, 15, 14] } else { [17, 18, 22] };
    let mut out = vec![(lang.count("ui.group.incidents", "ui.group.incidents_one", span.len, &[]), incidents)];
    if room >= 66 {
        // Where some tell no number, or a vague one, it may be more.
        let sign = if span.counted < span.len { at_least } else { "" };
        let key = if span.people == 1 && sign.is_empty() { "ui.group.people_one" } else { "ui.group.people" };
        let told = lang.fill(key, &[("n", &format!("{sign}{}", grouped(span.people)))]);
        out.push((if span.counted > 0 { told } else { String::new() }, people));
    }
    if room >= 46 {
        out.push((lang.fill("ui.group.triaged", &[("n", &triaged), ("all", &n)]), done));
    }
    out
}

/// Tells whether all of a group is marked.
fn is_marked(app: &App, group: usize) -> bool {
    let keys = app.list.of_group(group);
    let enough = keys.len() <= app.list.marks.len().min(LOOKED_THROUGH);
    enough && keys.iter().all(|key| app.list.marks.contains(key))
}

/// What a group is called; names are spelt as its first incident spells them.
fn name<'a>(app: &'a App, group: usize, span: &'a GroupSpan, lang: Lang) -> Cow<'a, str> {
    let Some(by) = app.grouping.map(|g| g.by) else { return Cow::default() };
    let Some(label) = span.label.as_deref() else {
        return lang.get(&format!("group_without.{}", by.as_str())).unwrap_or("-").into();
    };
    let first = app.list.of_group(group).first().and_then(|key| app.list.row(*key));
    let spelt = |name: Option<&'a str>| Cow::Borrowed(name.unwrap_or(label));
    match by {
        GroupBy::Month | GroupBy::Year | GroupBy::Tag => label.into(),
        GroupBy::Status => lang.get(&format!("status.{label}")).unwrap_or(label).into(),
        GroupBy::Action => short_action(label, WHOLE, lang).into(),
        GroupBy::Org => spelt(first.and_then(|row| row.org.as_deref())),
        GroupBy::ThirdParty => spelt(first.and_then(|row| row.third_party.as_deref())),
        GroupBy::Case => {
            let words = |row: &crate::domain::ListRow| {
                let parts = [row.org.as_deref(), row.title.as_deref()];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
            };
            first.map(words).filter(|words| !words.is_empty()).map_or(label.into(), Cow::from)
        }
    }
}

/// Draws the group under the cursor where the detail stands; false where the cursor is on an incident.
pub fn whole(app: &App, layout: &Layout, canvas: &mut Canvas) -> bool {
    let (Some(area), Some(group)) = (layout.detail, app.list.head()) else { return false };
    let Some(span) = app.list.group(group).filter(|_| app.jumps.visited().is_none()) else { return false };
    let look = canvas.look;
    let title = name(app, group, span, look.lang);
    canvas.frame(area, &title, "", app.focus == Pane::Detail && !app.query.active);
    let inner = area.inner();
    let end = inner.x + inner.width;
    let figures = figures(span, u16::MAX, look.signs.at_least, look.lang);
    let lines = figures.iter().map(|(text, _)| (text.as_str(), Role::Text)).filter(|(text, _)| !text.is_empty());
    let keys = app.setup.keymap.text(look.lang, "ui.group.keys");
    let broken = wrap(&keys, usize::from(inner.width.saturating_sub(1)), look.ambiguous);
    let keys = broken.into_iter().map(|(from, to)| (keys.get(from..to).unwrap_or_default().trim_end(), Role::Hint));
    for ((text, role), y) in lines.chain([("", Role::Dim)]).chain(keys).zip(inner.y..inner.y + inner.height) {
        canvas.put(inner.x + 1, y, end, text, role);
    }
    true
}
