//! A report in one HTML file: no script, nothing fetched, prints well; English or Japanese.
//!
//! Given records one at a time; the sections and rows wait in spools, because the summary that stands before them is known
//! only at the end. The style is `assets/report/report.css`.

use super::happenings::{self, Happening};
use super::markup::{escape, role, spoken};
use super::overview::Overview;
use super::spool::Spool;
use super::{Beside, Exporter, Options, picture, told, words};
use crate::domain::{Field, Measures, Record};
use crate::lang::{Lang, grouped};
use chrono::{DateTime, Utc};
use std::fmt::Write as _;
use std::io::{self, Write};

const STYLE: &str = include_str!("../../assets/report/report.css");

/// Bars of the histogram: months, else quarters, else years.
const BARS: usize = 36;

/// Quotes of a fact.
const QUOTES: usize = 4;

/// Writes one report.
pub(super) struct Html<'w> {
    out: &'w mut dyn Write,
    lang: Lang,
    now: DateTime<Utc>,
    rows: Spool,
    sections: Spool,
    overview: Overview,
    beside: Vec<Beside>,
}

impl<'w> Html<'w> {
    pub(super) fn new(out: &'w mut dyn Write, options: Options) -> Self {
        let (rows, sections) = (Spool::new(), Spool::new());
        let (overview, beside) = (Overview::default(), Vec::new());
        Self { out, lang: options.lang, now: options.now, rows, sections, overview, beside }
    }
}

impl Exporter for Html<'_> {
    fn names_related(&self) -> usize {
        Record::SHOWN_RELATED
    }

    fn related(&mut self, beside: Vec<Beside>) {
        self.beside = beside;
    }

    fn record(&mut self, record: &Record) -> io::Result<()> {
        self.overview.add(record);
        self.rows.write_all(row(record, self.lang).as_bytes())?;
        self.sections.write_all(section(record, &std::mem::take(&mut self.beside), self.lang).as_bytes())
    }

    fn finish(&mut self) -> io::Result<()> {
        let lang = self.lang;
        let title = lang.text("report.title");
        write!(
            self.out,
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
             <style>\n{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#incidents\">{}</a>\n<header>\n<h1>{title}</h1>\n",
            if lang == Lang::Ja { "ja" } else { "en" },
            lang.text("report.skip"),
        )?;
        let day = crate::domain::date::in_tokyo(&self.now).date().to_string();
        let measures = self.overview.measures();
        let n = grouped(measures.incidents as u64);
        let lead = lang.fill("report.lead", &[("n", &n), ("day", &day)]);
        writeln!(self.out, "<p class=\"lead\">{}</p>\n</header>\n<main>", escape(&lead))?;
        if measures.incidents > 0 {
            self.out.write_all(summary(&self.overview, &measures, lang).as_bytes())?;
            let heads = ["published", "org", "title", "actions", "affected"];
            writeln!(
                self.out,
                "<section>\n<h2 id=\"incidents\">{}</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"incidents\"><table>\n{}",
                lang.text("report.all"),
                caption(lang.text("report.all")),
            )?;
            let head = |f: &str| {
                format!(
                    "<th scope=\"col\"{}>{}</th>",
                    if f == "affected" { " class=\"n\"" } else { "" },
                    escape(&told::word("field", f, lang))
                )
            };
            writeln!(
                self.out,
                "<thead><tr>{}<th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead>\n<tbody>",
                heads.map(head).join(""),
                lang.text("report.status"),
                lang.text("report.tags"),
            )?;
            self.rows.copy_to(self.out)?;
            writeln!(self.out, "</tbody></table></div>\n</section>")?;
            self.sections.copy_to(self.out)?;
        }
        writeln!(self.out, "</main>\n</body>\n</html>")?;
        self.out.flush()
    }
}

/// What a table is, for those who do not see its heading.
fn caption(words: &str) -> String {
    format!("<caption class=\"heard\">{}</caption>\n", escape(words))
}

fn one_line(text: &str) -> String {
    escape(&words::one_line(text)).into_owned()
}

fn summary(all: &Overview, measures: &Measures, lang: Lang) -> String {
    let mut out = format!("<section>\n<h2>{}</h2>\n<ul class=\"cards\">\n", lang.text("report.summary"));
    let mut card = |value: &str, label: &str| {
        let _ = writeln!(out, "<li><b>{}</b> {}</li>", escape(value), escape(label));
    };
    card(&grouped(measures.incidents as u64), lang.text("report.incidents"));
    if let Some(people) = measures.people {
        card(&grouped(people), &lang.fill("report.people", &[("n", &grouped(measures.people_stated as u64))]));
    }
    if let Some(large) = all.largest.first() {
        card(&told::affected(&large.affected, lang), lang.text("report.most_people"));
    }
    let spread = measures.to_publication;
    if let (Some(median), Some(p90)) = (spread.median, spread.p90) {
        let days = |n: u32| lang.fill("report.days", &[("n", &grouped(n.into()))]);
        let label = lang.fill("report.delay", &[("p90", &days(p90)), ("n", &grouped(spread.stated as u64))]);
        card(&days(median), &label);
    }
    out.push_str("</ul>\n");
    let periods = all.periods(BARS);
    if !periods.counts.is_empty() {
        let left = [("report.earlier", periods.earlier), ("report.undated", all.undated)];
        let told = left.iter().filter(|(_, n)| *n > 0).map(|(key, n)| lang.fill(key, &[("n", &grouped(*n as u64))]));
        let told = told.collect::<Vec<_>>().join(" · ");
        let told = if told.is_empty() { told } else { format!("<figcaption>{}</figcaption>", escape(&told)) };
        let heading = lang.text(periods.heading());
        let picture = picture::periods(&periods.counts, heading);
        let _ = write!(out, "<h3>{heading}</h3>\n<figure>{picture}{told}</figure>\n");
    }
    out.push_str(&by_action(all, lang));
    out.push_str(&largest(all, lang));
    out.push_str("</section>\n");
    out
}

fn largest(all: &Overview, lang: Lang) -> String {
    if all.largest.is_empty() {
        return String::new();
    }
    let heading = lang.text("report.largest");
    let mut out = format!(
        "<h3>{heading}</h3>\n<table>\n{}<thead><tr><th scope=\"col\" class=\"n\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead>\n<tbody>\n",
        caption(heading),
        escape(&told::word("unit", "people", lang)),
        escape(&told::word("field", "org", lang)),
        escape(&told::word("field", "title", lang)),
    );
    for large in &all.largest {
        let title = if large.title.is_empty() { lang.text("report.no_headline") } else { &large.title };
        let _ = writeln!(
            out,
            "<tr><td class=\"n\">{}</td><td{}>{}</td><th scope=\"row\"{}><a href=\"#i-{}\">{}</a></th></tr>",
            escape(&told::affected(&large.affected, lang)),
            spoken(&large.org, lang),
            one_line(&large.org),
            spoken(title, lang),
            large.id,
            one_line(title)
        );
    }
    out.push_str("</tbody></table>\n");
    out
}

fn by_action(all: &Overview, lang: Lang) -> String {
    let actions = all.by_action();
    let most = actions.first().map_or(1, |(_, n)| (*n).max(1));
    let heading = lang.text("report.by_action");
    let mut out = format!(
        "<h3>{heading}</h3>\n<table class=\"bars\">\n{}<thead><tr><th scope=\"col\">{}</th><th scope=\"col\" class=\"n\">{}</th><td aria-hidden=\"true\"></td></tr></thead>\n<tbody>\n",
        caption(heading),
        escape(&told::word("field", "actions", lang)),
        lang.text("report.incidents"),
    );
    for (action, n) in actions {
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td aria-hidden=\"true\"><span class=\"track\"><i style=\"width:{}%\"></i></span></td></tr>",
            escape(&told::action(action, lang)),
            grouped(n as u64),
            (n * 100 / most).max(1),
        );
    }
    out.push_str("</tbody></table>\n");
    out
}

fn row(r: &Record, lang: Lang) -> String {
    let field = |f: Field| one_line(&told::value(r, f, lang).unwrap_or_default());
    let title = told::value(r, Field::Title, lang).unwrap_or_else(|| lang.text("report.no_headline").to_owned());
    let action = r.facts.actions.first().map(|a| told::action(a, lang)).unwrap_or_default();
    format!(
        "<tr><td class=\"d\">{}</td><td{}>{}</td><th scope=\"row\"{}><a href=\"#i-{}\">{}</a></th><td>{}</td><td class=\"n\">{}</td><td class=\"d\">{}</td><td>{}</td></tr>\n",
        field(Field::Published),
        spoken(r.facts.org.as_deref().unwrap_or_default(), lang),
        field(Field::Org),
        spoken(&title, lang),
        r.id,
        one_line(&title),
        escape(&action),
        field(Field::Affected),
        escape(&told::word("status", r.triage.status.as_str(), lang)),
        tags(r, lang),
    )
}

fn tags(r: &Record, lang: Lang) -> String {
    let tag = |t: &str| format!("<span class=\"tag\"{}>{}</span>", spoken(t, lang), escape(t));
    r.triage.tags.iter().map(|t| tag(t.as_str())).collect()
}

fn section(r: &Record, beside: &[Beside], lang: Lang) -> String {
    let names: Vec<String> = [&r.facts.org, &r.facts.title].into_iter().flatten().map(|t| one_line(t)).collect();
    let heading = if names.is_empty() { lang.text("report.no_headline").to_owned() } else { names.join(" — ") };
    let mut out = format!(
        "<article aria-labelledby=\"i-{0}\">\n<h2 id=\"i-{0}\"{1}>{heading}</h2>\n<p class=\"dim\">",
        r.id,
        spoken(&heading, lang)
    );
    let status = told::word("status", r.triage.status.as_str(), lang);
    let number = r.facts.case_no.as_ref().map(|c| format!("#{} · ", one_line(c))).unwrap_or_default();
    let _ = write!(out, "{number}{} · {} · {}:{}", r.id, escape(&status), one_line(&r.source.path), r.source.line);
    if let Some(url) = &r.source.url {
        let _ = write!(out, " · {}", link(url));
    }
    let _ = writeln!(out, " {}</p>", tags(r, lang));
    out.push_str(&facts(r, lang));
    let all = happenings::of(r);
    if !all.is_empty() {
        let heading = lang.text("report.timeline");
        let _ = writeln!(out, "<h3>{heading}</h3>");
        if let Some(svg) = picture::timeline(&all, heading, lang) {
            let _ = writeln!(out, "<figure>{svg}</figure>");
        }
        out.push_str("<ol class=\"events\">\n");
        all.iter().for_each(|h| out.push_str(&event(h, lang)));
        out.push_str("</ol>\n");
    }
    list(
        &mut out,
        lang.text("report.notes"),
        r.triage.notes.iter().map(|n| {
            format!("{} {}: <span{}>{}</span>", escape(&n.at), escape(&n.by), spoken(&n.text, lang), lines(&n.text))
        }),
    );
    list(
        &mut out,
        lang.text("report.warnings"),
        r.facts.warnings.iter().map(|w| format!("<span class=\"warn\"{}>{}</span>", spoken(w, lang), one_line(w))),
    );
    let related = r.related.iter().take(Record::SHOWN_RELATED);
    list(
        &mut out,
        lang.text("report.related"),
        related.map(|o| {
            let (name, reported) = Beside::name(beside, &o.id);
            let name = format!("<span{}>{}</span>", spoken(&name, lang), one_line(&name));
            let name = if reported { format!("<a href=\"#i-{}\">{name}</a>", o.id) } else { name };
            format!("{name} ({})", escape(&told::word("why", &o.why, lang)))
        }),
    );
    let _ = writeln!(
        out,
        "<details><summary>{}</summary>\n<pre{}>{}</pre></details>\n</article>",
        lang.text("report.text"),
        spoken(&r.text, lang),
        lines(r.text.trim())
    );
    out
}

/// A link that leads to the web or nowhere.
fn link(url: &str) -> String {
    let safe = (url.starts_with("https://") || url.starts_with("http://")) && url.chars().all(|c| c.is_ascii_graphic());
    let shown = one_line(url);
    if safe { format!("<a href=\"{shown}\" rel=\"noreferrer\">{shown}</a>") } else { shown }
}

/// Text over several lines.
fn lines(text: &str) -> String {
    text.lines().map(|l| escape(l.trim_end_matches('\r')).into_owned()).collect::<Vec<_>>().join("\n")
}

fn facts(r: &Record, lang: Lang) -> String {
    let mut out = String::new();
    for field in Field::ALL.into_iter().filter(|f| !matches!(f, Field::Org | Field::Title | Field::CaseNo)) {
        let Some(value) = told::value_or_unknown(r, field, lang) else { continue };
        let quotes: Vec<String> = words::quotes(r, field)
            .map(one_line)
            .filter(|q| !q.is_empty())
            .take(QUOTES)
            .map(|q| format!("<q{}>{q}</q>", spoken(&q, lang)))
            .collect();
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td{}>{}</td><td>{}</td><td>{}</td></tr>",
            escape(&told::word("field", field.as_str(), lang)),
            spoken(&value, lang),
            one_line(&value),
            escape(&told::standing(r, field, lang)),
            quotes.join(" "),
        );
    }
    if out.is_empty() {
        return out;
    }
    format!(
        "<table class=\"facts\">\n{}<thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead>\n<tbody>\n{out}</tbody></table>\n",
        caption(lang.text("report.facts")),
        lang.text("report.fact"),
        lang.text("report.value"),
        lang.text("report.standing"),
        lang.text("report.evidence"),
    )
}

fn event(h: &Happening<'_>, lang: Lang) -> String {
    let sign = h.sign();
    let about = if h.approx { lang.text("report.about") } else { "" };
    let role = role(h.what, lang);
    let words = match h.text.trim() {
        "" => String::new(),
        text => format!("<span{}>{}</span>", spoken(text, lang), one_line(text)),
    };
    let gap = if words.is_empty() || role.is_empty() { "" } else { " — " };
    let quote = if h.quote.trim().is_empty() {
        String::new()
    } else {
        format!(" <q{}>{}</q>", spoken(h.quote, lang), one_line(h.quote))
    };
    format!(
        "<li><time datetime=\"{}\"><span aria-hidden=\"true\">{sign}</span> {}{}</time>{}{gap}{words}{quote}</li>\n",
        h.at,
        escape(about),
        escape(&words::moment(h.at)),
        escape(role),
    )
}

fn list(out: &mut String, heading: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.map(|i| format!("<li>{i}</li>\n")).collect();
    if !items.is_empty() {
        let _ = write!(out, "<h3>{heading}</h3>\n<ul>\n{}</ul>\n", items.concat());
    }
}

#[cfg(test)]
mod tests {
    use super::super::ExportFormat;
    use super::super::samples::{bare, exported, full, of_org};
    use super::*;

    fn report(records: &[Record], lang: Lang) -> String {
        exported(ExportFormat::Html, records, Options { lang, ..Options::default() })
    }

    #[test]
    fn facts_stand_with_the_text_that_proves_them() {
        let html = report(&[full(), bare()], Lang::Ja);
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"ja\">"));
        for part in [
            "<h2 id=\"i-4k7v0m2xq9hd\">鈴代市 — 印刷の委託先が止まった件</h2>",
            "<q>1,512名</q>",
            "ランサムウェア",
            "<span class=\"tag\">supply/海鳴印刷</span>",
            "href=\"https://example.jp/notice/1\"",
            "<svg role=\"img\"",
        ] {
            assert!(html.contains(part), "{part}\n{html}");
        }
        assert!(report(&[], Lang::En).contains("0 incidents"));
    }

    #[test]
    fn hostile_text_is_no_markup_and_no_address() {
        let mut record = of_org("<script>alert(1)</script>\"'&\u{1b}[31m\u{202e}");
        record.source.url = Some("javascript:alert(1)".into());
        record.facts.title = Some("</h2><img src=x onerror=alert(1)>".into());
        record.text = "</pre><script>x</script>".into();
        record.facts.evidence.clear();
        let html = report(&[record], Lang::En);
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("href=\"javascript"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;␛[31m⟦U+202E⟧"), "{html}");
    }

    #[test]
    fn every_element_that_opens_closes() {
        let html = report(&[full(), of_org("甲社")], Lang::En);
        let (mut open, mut rest) = (Vec::new(), html.as_str());
        while let Some((_, after)) = rest.split_once('<') {
            let (tag, tail) = after.split_once('>').unwrap();
            rest = tail;
            let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "{tag}");
            } else if !tag.starts_with('!') && !tag.ends_with('/') && name != "meta" {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}
