//! What the timeline pane is asked for: which scene it shows, its own keys, and the data that a scene needs.

use crate::app::App;
use crate::app::keys::actions::Action;
use crate::app::layout::{Area, Pane};
use crate::app::panes::case_timeline::CaseChart;
use crate::app::panes::histogram::Step;
use crate::app::panes::scenes::Scene;
use crate::app::status::Tone;
use crate::domain::{Generation, Histogram, Request};
use crate::query::narrowed;
use std::sync::Arc;

impl App {
    /// Does what the timeline's own keys do.
    pub(super) fn perform_in_timeline(&mut self, action: Action, count: Option<usize>) {
        match action {
            Action::TimelineIncident => return self.show_scene(Scene::Incident),
            Action::TimelineView => return self.show_scene(Scene::View),
            Action::TimelineCase => return self.show_scene(Scene::Case),
            _ => {}
        }
        if self.scene != Scene::View {
            return self.hint("ui.hint.not_the_view");
        }
        match action {
            Action::ZoomIn => self.zoom(true, count),
            Action::ZoomOut => self.zoom(false, count),
            Action::ByDay => self.by_step(Step::Day),
            Action::ByWeek => self.by_step(Step::Week),
            Action::ByMonth => self.by_step(Step::Month),
            Action::ByQuarter => self.by_step(Step::Quarter),
            Action::ByYear => self.by_step(Step::Year),
            Action::SplitBars => self.chart.split_by_next(),
            Action::Brush => self.chart.brush(),
            Action::BrushBegin => self.chart.brush_end(true),
            Action::BrushEnd => self.chart.brush_end(false),
            _ => {}
        }
    }

    pub(super) fn show_scene(&mut self, scene: Scene) {
        self.scene = scene;
        (self.focus, self.lower, self.from_list) = (Pane::Timeline, Pane::Timeline, false);
    }

    fn zoom(&mut self, finer: bool, count: Option<usize>) {
        let to = (0..count.unwrap_or(1).min(Step::ALL.len())).fold(self.chart.step, |step, _| step.zoomed(finer));
        self.by_step(to);
    }

    fn by_step(&mut self, step: Step) {
        if !self.chart.choose(step) {
            self.hint("ui.hint.no_zoom");
        }
    }

    /// What goes to the right (or left) in a pane: the next bar of the view's timeline, else the next pane.
    pub(super) fn sideways(&mut self, forward: bool, count: Option<usize>) {
        if self.focus == Pane::Timeline && self.scene == Scene::View {
            let bars = isize::try_from(count.unwrap_or(1)).unwrap_or(isize::MAX);
            self.chart.go(if forward { bars } else { -bars });
        } else {
            self.next_pane(forward, count);
        }
    }

    /// Rows (or bars) of a page of the timeline.
    pub(super) fn timeline_page(&self) -> usize {
        match self.scene {
            Scene::View => self.chart.fits,
            _ => self.layout.timeline.map_or(1, |a| usize::from(a.inner().height)),
        }
    }

    pub(super) fn move_timeline(&mut self, by: isize) {
        match self.scene {
            Scene::Incident => self.timeline.scroll_by(by),
            Scene::View => self.chart.go(by),
            Scene::Case => self.case.go(by),
        }
    }

    pub(super) fn move_timeline_to(&mut self, row: usize) {
        match self.scene {
            Scene::Incident => self.timeline.scroll = row,
            Scene::View => self.chart.go_to(row),
            Scene::Case => self.case.go_to(row),
        }
    }

    /// What Enter does in the timeline, where that is more than to give it all the room.
    pub(super) fn open_in_timeline(&mut self) -> bool {
        match self.scene {
            _ if self.focus != Pane::Timeline => false,
            Scene::Incident => false,
            Scene::View => self.keep_brush(),
            Scene::Case => self.go_to_member(),
        }
    }

    /// Turns the brushed range into words of the query.
    fn keep_brush(&mut self) -> bool {
        let Some(brush) = self.chart.brush.take() else { return false };
        let text = narrowed(&self.query.shown, brush.from, brush.to);
        self.focus_list();
        self.open_query();
        self.query.input.set(&text);
        self.keep_query();
        let word = brush.word();
        let told = self.setup.keymap.fill(self.lang(), "ui.chart.kept", &[("word", &word)]);
        self.status.say(Tone::Done, told);
        self.search();
        true
    }

    /// Goes to the case's incident under the cursor, and shows it where the pane has all the room.
    fn go_to_member(&mut self) -> bool {
        let Some(key) = self.case.current().map(|m| m.key).filter(|key| self.here() != Some(*key)) else {
            return false;
        };
        self.jump_to(key);
        if self.layout.detail.is_none() {
            (self.focus, self.lower) = (Pane::Detail, Pane::Detail);
        }
        true
    }

    /// Drops the brush; false where there is none.
    pub(super) fn drop_brush(&mut self) -> bool {
        self.focus == Pane::Timeline && self.scene == Scene::View && self.chart.brush.take().is_some()
    }

    pub(super) fn histogram_arrived(&mut self, generation: Generation, histogram: Arc<Histogram>) {
        self.chart.take(generation, histogram);
    }

    /// Lays out what the timeline pane shows, and asks for what it needs.
    pub(super) fn settle_scene(&mut self) {
        let inner = self.layout.timeline.map(Area::inner);
        match (self.scene, inner) {
            (Scene::View, Some(inner)) => {
                self.ask_for_days();
                self.chart.settle(self.chart.room(usize::from(inner.width)));
            }
            (Scene::Case, Some(inner)) => {
                self.case.settle(CaseChart::rows(usize::from(inner.height)));
                // Once the list's cursor has settled: its detail is there.
                if let Some(key) = self.here().filter(|key| self.detail.key == Some(*key))
                    && self.case.asks(key)
                {
                    self.ask(Request::Case { key });
                }
            }
            _ => {}
        }
    }

    /// Asks for the days of the list's hits, once all of them are known and no newer search is under way.
    fn ask_for_days(&mut self) {
        let shown = self.query.shown_by;
        let whole = self.list.loaded && !self.list.found.early && !self.query.waiting;
        if whole && shown == self.query.generation && self.chart.asks(shown) {
            let (wanted, split) = (self.chart.wanted.clone(), self.chart.split);
            self.ask(Request::Histogram { generation: shown, wanted, split });
        }
    }
}
