//! The pages that the help screen leads to: those of `assets/docs`, in the interface's language where there are two,
//! broken into lines. Given a width by `help`; `:help NAME` asks here for a name.

use crate::lang::Lang;
use crate::text::{AmbiguousWidth, nearest, pad_right, width, wrap};

/// Columns of what is written, before what it stands for.
const WRITTEN: usize = 28;

/// One line of help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// A heading.
    Heading(String),
    /// An action: its keys, what it does, the command line that does the same.
    Action {
        /// Its keys.
        keys: String,
        /// What it does.
        text: &'static str,
        /// The command line.
        twin: Option<&'static str>,
    },
    /// A remark.
    Text(String),
    /// A remark on the signs of events.
    Events(String),
    /// A page of the documentation.
    Page {
        /// The digit that opens it.
        key: usize,
        /// Its title.
        text: &'static str,
        /// What `:help` calls it.
        name: &'static str,
    },
    /// Free room.
    Blank,
}

/// How a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Headings, paragraphs and tables of Markdown.
    Markdown,
    /// Lines that stay as they are.
    Lines,
}

/// A page of the documentation.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// What `:help` calls it.
    pub name: &'static str,
    /// Key of its title.
    pub title: &'static str,
    /// English, Japanese.
    texts: [&'static str; 2],
    form: Form,
}

macro_rules! page {
    ($name:literal, $title:literal, $en:literal, $ja:literal, $form:ident) => {
        Page {
            name: $name,
            title: $title,
            texts: [
                include_str!(concat!("../../../assets/docs/", $en)),
                include_str!(concat!("../../../assets/docs/", $ja)),
            ],
            form: Form::$form,
        }
    };
}

/// Every page, in the order of the digits that open them.
pub static PAGES: [Page; 7] = [
    page!("query", "ui.page.query", "query.md", "query.ja.md", Markdown),
    page!("formats", "ui.page.formats", "formats.md", "formats.ja.md", Markdown),
    page!("exports", "ui.page.exports", "exports.md", "exports.ja.md", Markdown),
    page!("keys", "ui.page.keys", "keys-and-words.md", "keys-and-words.ja.md", Markdown),
    page!("csv", "ui.page.csv", "csv.md", "csv.md", Markdown),
    page!("veris", "ui.page.veris", "veris.md", "veris.md", Markdown),
    page!("config", "ui.page.config", "config.toml", "config.toml", Lines),
];

impl Page {
    /// The page of a name, or of its beginning.
    ///
    /// # Errors
    /// Says which names there are, where it is none of them.
    pub fn of_name(name: &str, lang: Lang) -> Result<&'static Self, String> {
        let begins = |page: &&Self| !name.is_empty() && page.name.starts_with(name);
        PAGES.iter().find(|page| page.name == name).or_else(|| PAGES.iter().find(begins)).ok_or_else(|| {
            let names: Vec<&str> = PAGES.iter().map(|page| page.name).collect();
            let rather = nearest(name, names.iter().copied()).unwrap_or_else(|| names.first().copied().unwrap_or(""));
            lang.fill("ui.page.none", &[("word", name), ("meant", rather), ("names", &names.join(", "))])
        })
    }

    /// The page in lines of so many columns.
    pub fn lines(&self, columns: usize, lang: Lang) -> Vec<HelpLine> {
        let [en, ja] = self.texts;
        let text = if lang == Lang::Ja { ja } else { en };
        match self.form {
            Form::Markdown => markdown(text, columns),
            Form::Lines => text.lines().flat_map(|line| line_as_it_is(line, columns)).collect(),
        }
    }
}

/// A line that keeps its beginning, broken where it has to be.
fn line_as_it_is(line: &str, columns: usize) -> Vec<HelpLine> {
    if line.trim().is_empty() { vec![HelpLine::Blank] } else { remark(line, columns) }
}

/// What a page in Markdown says, without its first heading, which is the title.
fn markdown(text: &str, columns: usize) -> Vec<HelpLine> {
    let mut out: Vec<HelpLine> = Vec::new();
    let mut paragraph = String::new();
    let mut lines = text.lines().skip_while(|l| l.starts_with("# ") || l.is_empty()).peekable();
    let mut fenced = false;
    while let Some(line) = lines.next() {
        // A table's head says what is plain to see.
        let head = lines.peek().is_some_and(|next| next.starts_with("|---"));
        let prose = !fenced && !line.is_empty() && !line.starts_with(['|', '#', '`', '<']) || starts_with_code(line);
        if prose {
            if line.starts_with("- ") {
                end_paragraph(&mut paragraph, columns, &mut out);
            }
            join(&mut paragraph, line);
            continue;
        }
        end_paragraph(&mut paragraph, columns, &mut out);
        if line.starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            out.extend(remark(&format!("  {line}"), columns));
        } else if line.starts_with("<!--") || line.starts_with("|---") || head {
            continue;
        } else if let Some(heading) = line.strip_prefix("## ") {
            out.push(HelpLine::Heading(heading.to_owned()));
        } else if let Some(row) = line.strip_prefix("| ") {
            out.extend(row_lines(row.trim_end_matches(" |"), columns));
        } else if !matches!(out.last(), None | Some(HelpLine::Blank | HelpLine::Heading(_))) {
            out.push(HelpLine::Blank);
        }
    }
    end_paragraph(&mut paragraph, columns, &mut out);
    out
}

/// Tells whether a line of prose begins with something in code signs.
fn starts_with_code(line: &str) -> bool {
    line.starts_with('`') && !line.starts_with("```")
}

/// Adds a line to its paragraph: with a blank between words of letters, without one beside Japanese.
fn join(paragraph: &mut String, line: &str) {
    let letters = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
    if letters(paragraph.chars().next_back()) && letters(line.chars().next()) {
        paragraph.push(' ');
    }
    paragraph.push_str(line);
}

fn end_paragraph(paragraph: &mut String, columns: usize, out: &mut Vec<HelpLine>) {
    out.extend(remark(&std::mem::take(paragraph), columns).into_iter().filter(|l| *l != HelpLine::Text(String::new())));
}

/// A row of a table: what is written, and beside it, or below where it is long, what it stands for.
fn row_lines(row: &str, columns: usize) -> Vec<HelpLine> {
    let mut cells = row.split(" | ").map(|cell| cell.trim().replace("\\|", "|"));
    let written = cells.next().unwrap_or_default().replace('`', "");
    let told: Vec<String> = cells.filter(|cell| !cell.is_empty()).collect();
    let told = told.join("  ");
    let room = columns.saturating_sub(WRITTEN + 2).max(WRITTEN);
    let mut left = written.as_str();
    let mut out = Vec::new();
    if width(left, AmbiguousWidth::Wide) > WRITTEN {
        out.extend(remark(std::mem::take(&mut left), columns));
    }
    for (from, to) in wrap(&told, room, AmbiguousWidth::Wide) {
        let beside = pad_right(std::mem::take(&mut left), WRITTEN, AmbiguousWidth::Wide);
        out.push(HelpLine::Text(format!("{beside}  {}", told.get(from..to).unwrap_or_default().trim_end())));
    }
    out
}

/// A text in lines that fit.
pub fn broken(text: &str, columns: usize) -> Vec<String> {
    let line = |(from, to)| text.get(from..to).unwrap_or_default().trim_end().to_owned();
    wrap(text, columns, AmbiguousWidth::Wide).into_iter().map(line).collect()
}

/// A remark in lines that fit.
pub fn remark(text: &str, columns: usize) -> Vec<HelpLine> {
    broken(text, columns).into_iter().map(HelpLine::Text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ExportFormat;

    fn told(page: &Page, columns: usize, lang: Lang) -> Vec<String> {
        let lines = page.lines(columns, lang).into_iter();
        lines
            .map(|line| match line {
                HelpLine::Heading(text) | HelpLine::Text(text) => text,
                _ => String::new(),
            })
            .collect()
    }

    #[test]
    fn every_page_is_whole_in_any_width() {
        for page in &PAGES {
            for lang in [Lang::En, Lang::Ja] {
                assert!(lang.get(page.title).is_some(), "{}", page.title);
                for columns in [40, 76, 94, 200] {
                    let lines = told(page, columns, lang);
                    assert!(lines.len() > 5, "{}", page.name);
                    let wide = |l: &&String| width(l, AmbiguousWidth::Wide) > columns.max(2 * WRITTEN + 2);
                    assert_eq!(lines.iter().find(wide), None, "{} {columns}", page.name);
                    let raw = |l: &&String| l.starts_with("|") || l.starts_with("<!") || l.starts_with("```");
                    assert_eq!(lines.iter().find(raw), None, "{}", page.name);
                }
            }
        }
    }

    #[test]
    fn a_paragraph_is_joined_before_it_is_broken() {
        let page =
            "# T\n\nOne two\nthree\n日本\n語 a\n\n- x\n- y\n\n```\ncode\n```\n\n| a | b |\n|---|---|\n| `q` | w |\n";
        let lines = markdown(page, 60);
        let text = |s: &str| HelpLine::Text(s.to_owned());
        let row = format!("{}  w", pad_right("q", WRITTEN, AmbiguousWidth::Wide));
        let all = [
            text("One two three日本語 a"),
            HelpLine::Blank,
            text("- x"),
            text("- y"),
            HelpLine::Blank,
            text("  code"),
            HelpLine::Blank,
            text(&row),
        ];
        assert_eq!(lines, all);
    }

    #[test]
    fn the_page_on_exports_names_every_format() {
        for lang in [Lang::En, Lang::Ja] {
            let text = told(&PAGES[2], 90, lang).join("\n");
            let missing = ExportFormat::ALL.iter().find(|format| !text.contains(format.as_str()));
            assert_eq!(missing, None);
        }
    }

    #[test]
    fn names_may_be_begun_and_wrong_ones_are_told() {
        assert_eq!(Page::of_name("que", Lang::En).unwrap().name, "query");
        let wrong = Page::of_name("querry", Lang::En).unwrap_err();
        assert!(wrong.contains("query") && wrong.contains("veris"), "{wrong}");
    }
}
