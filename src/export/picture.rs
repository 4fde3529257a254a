//! Pictures of a report as SVG: a histogram of months, the timeline of an incident to scale.

use super::happenings::{Happening, What};
use super::html::escape;
use crate::lang::grouped;
use chrono::NaiveDateTime;
use std::fmt::Write as _;

/// A bar a month; the numbers stand in the picture's description too.
pub(super) fn months(months: &[((i32, u32), usize)], title: &str) -> String {
    const WIDTH: f64 = 720.0;
    const HEIGHT: f64 = 190.0;
    const BASE: f64 = 160.0;
    const LEFT: f64 = 34.0;
    let most = months.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let step = (WIDTH - LEFT) / months.len().max(1) as f64;
    let told: Vec<String> = months.iter().map(|((y, m), n)| format!("{y:04}-{m:02}: {n}")).collect();
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
    for (i, ((y, m), n)) in months.iter().enumerate() {
        let height = (BASE - 12.0) * *n as f64 / most as f64;
        let x = LEFT + step * i as f64;
        if *n > 0 {
            let _ = write!(
                out,
                "<rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"><title>{y:04}-{m:02}: {n}</title></rect>",
                x + step * 0.1,
                BASE - height,
                step * 0.8
            );
        }
        if i % every == 0 {
            let _ = write!(
                out,
                "<text class=\"tick\" x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{y:04}-{m:02}</text>",
                x + step / 2.0,
                BASE + 18.0
            );
        }
    }
    out.push_str("</svg>");
    out
}

/// The happenings on one axis to scale; `None` where they are all at one time.
pub(super) fn timeline(all: &[Happening<'_>], title: &str) -> Option<String> {
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
    let told: Vec<String> = all.iter().map(|h| format!("{} {}", h.at, h.what.as_str())).collect();
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
        let label = format!("<title>{} {}</title>", h.at, escape(&h.words()));
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
            _ if h.approx => write!(
                out,
                "<circle cx=\"{x:.1}\" cy=\"{AXIS}\" r=\"5\" fill=\"#fff\" stroke=\"#2f6f9f\" stroke-width=\"2\" stroke-dasharray=\"3 2\">{label}</circle>"
            ),
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
