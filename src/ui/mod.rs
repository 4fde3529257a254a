//! Drawing the workbench: [`crate::app::App`] in, cells of a buffer out. Changes nothing but the buffer; the runtime
//! calls it when the state has changed.

mod canvas;
mod case_timeline;
mod chrome;
mod columns;
mod correct;
mod detail;
mod dialogs;
mod empty;
mod find;
mod groups;
mod highlights;
mod histogram;
mod jump;
mod leader;
mod list;
mod note;
mod reading;
mod readings;
mod related;
mod saved;
mod signs;
mod theme;
mod timeline;
mod tour;

use crate::app::App;
use crate::app::layout::Layout;
use crate::config;
use canvas::{Canvas, Look};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use theme::Theme;

/// Draws the whole workbench into `area` of `buf`; cells outside are left alone. After a wide character the next cell
/// is a blank.
pub fn render(app: &App, area: Rect, buf: &mut Buffer) {
    let mut canvas = Canvas::new(buf, area, look(app));
    let (width, height) = canvas.size();
    let layout = layout_for(app, width, height);
    let whole = crate::app::layout::Area { x: 0, y: 0, width, height };
    canvas.clear(whole);
    if layout.refused {
        return empty::too_small(&mut canvas);
    }
    chrome::top_line(app, &layout, &mut canvas);
    chrome::query_line(app, &layout, &mut canvas);
    if app.store_is_empty() {
        empty::empty_store(app, &layout, &mut canvas);
    } else {
        list::draw(app, &layout, &mut canvas);
        if !groups::whole(app, &layout, &mut canvas) {
            detail::draw(app, &layout, &mut canvas);
        }
        timeline::draw(app, &layout, &mut canvas);
    }
    chrome::completions(app, &layout, &mut canvas);
    chrome::status_line(app, &layout, &mut canvas);
    chrome::footer(app, &layout, &mut canvas);
    tour::draw(app, &layout, &mut canvas);
    for layer in &app.layers {
        dialogs::draw(app, layer, &mut canvas);
    }
}

/// Where the real cursor belongs: in the focused input, so that input methods open there; else, in the plain form, on the
/// row that the keys act on, so that a screen reader follows; `None` hides it.
pub fn cursor(app: &App, area: Rect) -> Option<Position> {
    let layout = layout_for(app, area.width, area.height);
    if layout.refused {
        return None;
    }
    let look = look(app);
    let (x, y) = match app.layers.last() {
        Some(layer) => match dialogs::cursor(layer, (area.width, area.height), &look) {
            Some(at) => at,
            None if app.setup.plain => reading::dialog_cursor(layer, (area.width, area.height))?,
            None => return None,
        },
        None if app.query.active => chrome::query_cursor(app, &layout, &look),
        None if app.setup.plain => reading::cursor(app, &layout)?,
        None => return None,
    };
    let inside = x < area.width && y < area.height;
    inside.then(|| Position::new(area.x + x, area.y + y))
}

fn look(app: &App) -> Look {
    let setup = &app.setup;
    let plain = app.ascii();
    let theme = if setup.no_color { config::Theme::Monochrome } else { setup.display.theme };
    Look {
        signs: if plain { &signs::PLAIN } else { &signs::FULL },
        theme: Theme::of(theme),
        ambiguous: setup.ambiguous,
        lang: setup.lang,
        plain,
        linear: setup.plain,
        brackets: app.brackets_evidence(),
    }
}

fn layout_for(app: &App, width: u16, height: u16) -> Layout {
    if app.size == (width, height) {
        return app.layout;
    }
    Layout::solve((width, height), app.focus, app.lower, app.whole, app.shape())
}
