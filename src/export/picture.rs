//! Pictures of a report as SVG: a histogram of months, the timeline of an incident to scale.

use super::happenings::{Happening, What};
use super::markup::{escape, role, spoken};
use crate::lang::{Lang, grouped};
use chrono::NaiveDateTime;
use std::fmt::Write as _;

/// A bar a month, quarter or year; the numbers stand in the picture's description too.
pub(super) fn periods(periods: &[(String, usize)], title: &str) -> String {
    const WIDTH: f64 = 720.0;
    const HEIGHT: f64 = 190.0;
    const BASE: f64 = 160.0;
    const LEFT: f64 = 34.0;
    let most = periods.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let step = (WIDTH - LEFT) / periods.len().max(1) as f64;
    let told: Vec<String> = periods.iter().map(|(label, n)| format!("{label}: {n}")).collect();
    let mut out = format!(
        "<svg role=\"img\" aria-label=\"{}: {}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\">",
        escape(title),
        told.join(", ")
    );
    let _ = write!(
        out,
        "<line class=\"axis\" x1=\"{LEFT}\" y1=\"{BASE}\" x2=\"{WIDTH}\" y2=\"{BASE}\"/>\
         <text class=\"tick\" x=\"{}\" y=\"16\" text-anchor=\"end\">{}</text><text class=\"tick\" x=\"{0}\" y=\"{BASE}\" text-anchor=\"end\">0</text>",
        LEFT - 6.0,
        grouped(most as u64)
    );
    // As many labels as have room.
    let every = (54.0 / step).ceil().max(1.0) as usize;
    for (i, (label, n)) in periods.iter().enumerate() {
        let height = (BASE - 12.0) * *n as f64 / most as f64;
        let x = LEFT + step * i as f64;
        if *n > 0 {
            let _ = write!(
                out,
                "<rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"><title>{label}: {n}</title></rect>",
                x + step * 0.1,
                BASE - height,
                step * 0.8
            );
        }
        if i % every == 0 {
            let _ = write!(
                out,
                "<text class=\"tick\" x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>",
                x + step / 2.0,
                BASE + 18.0
            );
        }
    }
    out.push_str("</svg>");
    out
}

/// The happenings on one axis to scale; `None` where they are all at one time.
pub(super) fn timeline(all: &[Happening<'_>], title: &str, lang: Lang) -> Option<String> {
    const WIDTH: f64 = 720.0;
    const HEIGHT: f64 = 62.0;
    const AXIS: f64 = 24.0;
    const SIDE: f64 = 12.0;
    let (first, last) = (all.iter().map(|h| h.from).min()?, all.iter().map(|h| h.from).max()?);
    let whole = (last - first).num_minutes();
    if whole <= 0 {
        return None;
    }
    let place =
        |at: NaiveDateTime| SIDE + (WIDTH - 2.0 * SIDE) * ((at.min(last) - first).num_minutes() as f64 / whole as f64);
    let told: Vec<String> =
        all.iter().map(|h| format!("{} {}", h.at, role(h.what, lang)).trim_end().to_owned()).collect();
    let mut out = format!(
        "<svg role=\"img\" aria-label=\"{}: {}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\">\
         <line class=\"axis\" x1=\"{SIDE}\" y1=\"{AXIS}\" x2=\"{}\" y2=\"{AXIS}\"/>",
        escape(title),
        escape(&told.join(", ")),
        WIDTH - SIDE
    );
    for h in all {
        let x = place(h.from);
        if let Some(to) = h.to.filter(|to| (*to - h.from).num_hours() > 48) {
            let _ = write!(
                out,
                "<rect class=\"bar\" opacity=\".35\" x=\"{x:.1}\" y=\"{}\" width=\"{:.1}\" height=\"8\"/>",
                AXIS - 4.0,
                (place(to) - x).max(2.0)
            );
        }
        let words = if h.text.trim().is_empty() { role(h.what, lang).into() } else { h.words() };
        let label = format!("<title{}>{} {}</title>", spoken(&words, lang), h.at, escape(&words));
        let _ = match h.what {
            What::Occurred => write!(
                out,
                "<rect class=\"bar\" x=\"{:.1}\" y=\"{}\" width=\"12\" height=\"12\">{label}</rect>",
                x - 6.0,
                AXIS - 6.0
            ),
            What::Published => {
                write!(out, "<path class=\"bar\" d=\"M{x:.1} {} l8 8 l-8 8 l-8 -8 z\">{label}</path>", AXIS - 8.0)
            }
            _ if h.approx => write!(out, "<circle class=\"open\" cx=\"{x:.1}\" cy=\"{AXIS}\" r=\"5\">{label}</circle>"),
            _ => write!(out, "<circle class=\"bar\" cx=\"{x:.1}\" cy=\"{AXIS}\" r=\"5.5\">{label}</circle>"),
        };
    }
    let _ = write!(
        out,
        "<text class=\"tick\" x=\"{SIDE}\" y=\"{0}\">{1}</text><text class=\"tick\" x=\"{2}\" y=\"{0}\" text-anchor=\"end\">{3}</text></svg>",
        AXIS + 30.0,
        first.format("%Y-%m-%d"),
        WIDTH - SIDE,
        last.format("%Y-%m-%d")
    );
    Some(out)
}
