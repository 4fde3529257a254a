//! Figures beside their limits: told in one line each as they are measured, and again as a Markdown table at the end.
//! Every bench prints through this, so that all of them read alike.
#![allow(dead_code)] // each bench uses its part

use std::fmt::Write as _;
use std::time::{Duration, Instant};
use unicode_width::UnicodeWidthStr as _;

/// Columns of the description.
const WHAT: usize = 66;

/// What a figure may be at most or has to be at least.
#[derive(Clone, Copy, PartialEq)]
enum Limit {
    Most(f64),
    Least(f64),
}

/// One measured value, the limit that it is held to, and what was measured beside it in the same run.
#[derive(Clone)]
pub struct Figure {
    what: String,
    /// The median of the runs.
    value: f64,
    unit: &'static str,
    p99: Option<f64>,
    limit: Option<Limit>,
    beside: String,
}

impl Figure {
    /// A value without a limit.
    pub fn new(what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { what: what.into(), value, unit, p99: None, limit: None, beside: String::new() }
    }

    /// Milliseconds, the median of times.
    pub fn median(what: impl Into<String>, times: &mut [Duration]) -> Self {
        Self::new(what, ms(quantile(times, 0.5)), "ms")
    }

    /// Milliseconds, the median of times; the limit is one for their 99th percentile.
    pub fn latency(what: impl Into<String>, times: &mut [Duration]) -> Self {
        let p99 = ms(quantile(times, 0.99));
        Self { p99: Some(p99), ..Self::median(what, times) }
    }

    /// The same under another description.
    pub fn renamed(self, what: impl Into<String>) -> Self {
        Self { what: what.into(), ..self }
    }

    /// The most that it may be.
    pub fn most(self, limit: f64) -> Self {
        Self { limit: Some(Limit::Most(limit)), ..self }
    }

    /// The least that it has to be.
    pub fn least(self, limit: f64) -> Self {
        Self { limit: Some(Limit::Least(limit)), ..self }
    }

    /// What was measured in the same run: a reference, a ratio.
    pub fn beside(self, text: impl Into<String>) -> Self {
        Self { beside: text.into(), ..self }
    }

    fn verdict(&self) -> &'static str {
        let judged = self.p99.unwrap_or(self.value);
        match self.limit {
            None => "",
            Some(Limit::Most(most)) if judged <= most => "kept",
            Some(Limit::Least(least)) if judged >= least => "kept",
            Some(_) => "MISSED",
        }
    }

    fn limit_text(&self) -> String {
        match self.limit {
            None => String::new(),
            Some(Limit::Most(n)) => format!("≤ {}", short(n)),
            Some(Limit::Least(n)) => format!("≥ {}", short(n)),
        }
    }

    /// Prints it in one line.
    pub fn tell(&self) {
        let pad = " ".repeat(WHAT.saturating_sub(self.what.width()));
        let p99 = self.p99.map(|p| format!("p99 {}", short(p))).unwrap_or_default();
        println!(
            "{}{pad} | {:>8} {:<5} | {:<8} | {:<6} | {p99:<9} | {}",
            self.what,
            short(self.value),
            self.unit,
            self.limit_text(),
            self.verdict(),
            self.beside
        );
    }

    /// It as a cell of the table: value, limit, and whether that is broken.
    fn cell(&self) -> String {
        let mut out = format!("{} {}", short(self.value), self.unit);
        if let Some(p99) = self.p99 {
            let _ = write!(out, ", p99 {}", short(p99));
        }
        match self.limit {
            Some(_) if self.verdict() == "kept" => {
                let _ = write!(out, " ({})", self.limit_text());
            }
            Some(_) => {
                let _ = write!(out, " (**{} missed**)", self.limit_text());
            }
            None => {}
        }
        out
    }
}

/// The figures of a run, size by size.
#[derive(Default)]
pub struct Board {
    columns: Vec<(String, Vec<Figure>)>,
}

impl Board {
    /// Begins the figures of another corpus.
    pub fn begin(&mut self, corpus: String) {
        println!("\n{corpus}");
        let head = " ".repeat(WHAT - "what".len());
        println!(
            "what{head} | {:<14} | {:<8} | {:<6} | {:<9} | beside it, in the same run",
            "median", "limit", "", "p99"
        );
        self.columns.push((corpus, Vec::new()));
    }

    /// Prints a figure and keeps it for the table.
    pub fn put(&mut self, figure: Figure) {
        figure.tell();
        if let Some((_, figures)) = self.columns.last_mut() {
            figures.push(figure);
        }
    }

    /// Prints a figure that the table leaves out, since another one stands for it.
    pub fn note(&self, figure: &Figure) {
        figure.tell();
    }

    /// Says why something was not measured.
    pub fn skip(&self, what: &str, why: &str) {
        println!("{what}{} | skipped: {why}", " ".repeat(WHAT.saturating_sub(what.width())));
    }

    /// Everything that was kept as Markdown: a row a figure, a column a corpus.
    pub fn markdown(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for figure in self.columns.iter().flat_map(|(_, figures)| figures) {
            if !names.contains(&figure.what.as_str()) {
                names.push(&figure.what);
            }
        }
        let heads: Vec<&str> = self.columns.iter().map(|(head, _)| head.as_str()).collect();
        let mut out = format!("| what | {} |\n|---|{}\n", heads.join(" | "), "---|".repeat(heads.len()));
        for name in names {
            let cell = |(_, figures): &(String, Vec<Figure>)| {
                figures.iter().find(|f| f.what == name).map_or_else(|| "–".to_owned(), Figure::cell)
            };
            let cells: Vec<String> = self.columns.iter().map(cell).collect();
            let _ = writeln!(out, "| {name} | {} |", cells.join(" | "));
        }
        out
    }
}

/// A number with no more digits than it is worth.
pub fn short(n: f64) -> String {
    match n.abs() {
        a if a >= 100.0 || a.fract() == 0.0 && a >= 1.0 => grouped(n.round() as i64),
        a if a >= 10.0 => format!("{n:.1}"),
        _ => format!("{n:.2}"),
    }
}

/// A whole number with commas.
pub fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if n < 0 { format!("-{out}") } else { out }
}

/// How often the first is in the second, in words.
pub fn ratio(of: f64, reference: f64, words: &str) -> String {
    if of <= 0.0 {
        return String::new();
    }
    let times = reference / of;
    if times >= 1.0 {
        format!("{} times as fast as {words}", short(times))
    } else {
        format!("{} times the time of {words}", short(1.0 / times))
    }
}

/// The value below which this part of the times lies.
pub fn quantile(times: &mut [Duration], q: f64) -> Duration {
    times.sort_unstable();
    let place = (times.len().saturating_sub(1) as f64 * q).round() as usize;
    times.get(place).copied().unwrap_or_default()
}

/// Milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Times a piece of work again and again: at least `least` times, then up to `most` while it takes no longer than
/// `patience` in all.
pub fn repeat(least: usize, most: usize, patience: Duration, mut work: impl FnMut()) -> Vec<Duration> {
    let (began, mut times) = (Instant::now(), Vec::new());
    while times.len() < least || times.len() < most && began.elapsed() < patience {
        let clock = Instant::now();
        work();
        times.push(clock.elapsed());
    }
    times
}
