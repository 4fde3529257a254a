//! One notice with fields filled in by a person: `organisation:`, `title:` and so on at the top, below an empty line
//! the notice's text. Given by `cli add`; kept in the case book as [`Form::kept`] writes it, so that it can be read anew.

use super::doc::{Doc, trim};
use super::encoding::{self, Decoded};
use super::extract::Head;
use super::formats::notice;
use super::{IngestError, Options, day, finish, sha256};
use crate::domain::{Confidence, DigestFormat, DocumentMeta, Field, ParsedDocument, Span};
use crate::text::fold;
use chrono::NaiveDate;
use std::borrow::Cow;

/// The first line of a form as it is kept.
const MARK: &str = "#jikenbo notice 1";

/// The rule of a fact that a person stated.
pub const BY_HAND: &str = "by_hand";

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Org,
    Title,
    Published,
    Url,
    CaseNo,
}

/// The fields' names: the first is the one that messages and kept forms use.
const NAMES: [(Name, &[&str]); 5] = [
    (Name::Org, &["organisation", "organization", "org", "組織名", "組織"]),
    (Name::Title, &["title", "件名", "題名"]),
    (Name::Published, &["published", "公表日", "公開日"]),
    (Name::Url, &["url", "出典"]),
    (Name::CaseNo, &["case number", "case no", "case", "事件番号"]),
];

/// A mistake in a form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Mistake {
    /// 1-based line.
    pub line: usize,
    /// What is wrong with it, and what would be right.
    pub what: String,
}

/// A form as a person filled it in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    org: Option<String>,
    title: Option<String>,
    /// The day with the words that state it.
    published: Option<(NaiveDate, String)>,
    url: Option<String>,
    case_no: Option<String>,
    text: String,
    /// Lines of the text that were left out as comments.
    comments: usize,
}

/// Tells whether a text is a form as it is kept.
pub fn is_form(text: &str) -> bool {
    text.lines().next().is_some_and(|l| l.trim_end() == MARK)
}

/// The text of a form's file, whatever its encoding.
///
/// # Errors
/// Fails for bytes that are no text.
pub fn text_of(bytes: &[u8]) -> Result<String, IngestError> {
    Ok(encoding::decode(bytes)?.text.into_owned())
}

impl Form {
    /// Reads a form.
    ///
    /// # Errors
    /// Fails with every mistake that it holds, at least one.
    pub fn read(source: &str) -> Result<Self, Vec<Mistake>> {
        let mut form = Self::default();
        let mut mistakes = Vec::new();
        let mut lines = source.lines().enumerate().map(|(i, l)| (i + 1, l));
        let mut any = false;
        for (line, content) in lines.by_ref() {
            match trim(content) {
                c if c.starts_with('#') => {}
                "" if any => break,
                "" => {}
                c => {
                    any = true;
                    if let Err(what) = form.take(c) {
                        mistakes.push(Mistake { line, what });
                    }
                }
            }
        }
        let mut kept: Vec<&str> = Vec::new();
        for (_, content) in lines {
            if content.starts_with('#') {
                form.comments += 1;
                continue;
            }
            // `\#` at the beginning stands for `#`.
            let bare = content.trim_start_matches('\\');
            kept.push(if bare.starts_with('#') { content.strip_prefix('\\').unwrap_or(content) } else { content });
        }
        let text = kept.join("\n");
        form.text = text.trim_matches(['\n', '\r']).trim_end().to_owned();
        if mistakes.is_empty() && !form.is_blank() && form.title.is_none() && form.text.is_empty() {
            let what = "there is neither a title nor a text; write one of them".to_owned();
            mistakes.push(Mistake { line: source.lines().count().max(1), what });
        }
        if mistakes.is_empty() { Ok(form) } else { Err(mistakes) }
    }

    /// Takes a line `name: value`.
    fn take(&mut self, line: &str) -> Result<(), String> {
        let names = NAMES.map(|(_, names)| names.first().copied().unwrap_or_default()).join(", ");
        let Some((name, value)) = line.split_once([':', '：']) else {
            return Err("this is no field (`name: value`); an empty line parts the fields from the text".to_owned());
        };
        let folded = fold(trim(name)).text.to_lowercase();
        let Some((field, _)) = NAMES.iter().find(|(_, names)| names.contains(&folded.as_str())) else {
            return Err(format!("there is no field `{}`; the fields are {names}", trim(name)));
        };
        let value = trim(value);
        if value.is_empty() {
            return Ok(());
        }
        let twice = match field {
            Name::Org => self.org.replace(value.to_owned()).is_some(),
            Name::Title => self.title.replace(value.to_owned()).is_some(),
            Name::Published => {
                let read = day::whole_line(value).and_then(|d| d.day);
                let day = read.ok_or_else(|| format!("`{value}` is no day; write it as 2024-06-06 or 2024年6月6日"))?;
                self.published.replace((day, value.to_owned())).is_some()
            }
            Name::Url => {
                let web = (value.starts_with("https://") || value.starts_with("http://"))
                    && !value.contains(char::is_whitespace);
                if !web {
                    return Err(format!("`{value}` is no address; it begins with https:// or http://"));
                }
                self.url.replace(value.to_owned()).is_some()
            }
            Name::CaseNo => {
                let number = fold(value).text.trim().trim_start_matches('#').to_owned();
                let digits = |s: &str, n: std::ops::RangeInclusive<usize>| {
                    n.contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit())
                };
                if !number.split_once('-').is_some_and(|(year, n)| digits(year, 4..=4) && digits(n, 1..=6)) {
                    return Err(format!("`{value}` is no case number; write it as 2024-217"));
                }
                self.case_no.replace(number).is_some()
            }
        };
        if twice { Err(format!("`{}` stands here for the second time; keep one of them", trim(name))) } else { Ok(()) }
    }

    /// Tells whether nothing was filled in.
    pub fn is_blank(&self) -> bool {
        let fields = [&self.org, &self.title, &self.url, &self.case_no];
        fields.into_iter().all(Option::is_none) && self.published.is_none() && self.text.is_empty()
    }

    /// Lines of the text that were left out because they begin with `#`.
    pub fn comments(&self) -> usize {
        self.comments
    }

    /// The form in the one spelling in which the case book keeps it.
    pub fn kept(&self) -> String {
        let mut out = format!("{MARK}\n");
        let published = self.published.as_ref().map(|(_, words)| words.clone());
        let values = [&self.org, &self.title, &published, &self.url, &self.case_no];
        for ((_, names), value) in NAMES.iter().zip(values) {
            let name = names.first().copied().unwrap_or_default();
            out.push_str(&format!("{name}: {}\n", value.as_deref().unwrap_or_default()));
        }
        out.push('\n');
        for line in self.text.lines() {
            if line.trim_start_matches('\\').starts_with('#') {
                out.push('\\');
            }
            out.push_str(line);
            out.push('\n');
        }
        out
    }

    /// The entry's text: a headline of what was filled in, and below it the notice. With it what the headline states.
    fn entry(&self) -> (String, Head) {
        let mut text = String::new();
        let mut add = |value: &str| {
            if !text.is_empty() {
                text.push(' ');
            }
            let start = text.len();
            text.push_str(value);
            Span::new(start, text.len())
        };
        let mut named = |value: &Option<String>| value.as_ref().map(|v| (v.clone(), add(v)));
        let mut head =
            Head { case_no: named(&self.case_no), org: named(&self.org), title: named(&self.title), ..Head::default() };
        head.published = self.published.as_ref().map(|(day, words)| (*day, add(words)));
        if !text.is_empty() {
            text.push('\n');
            if !self.text.is_empty() {
                text.push('\n');
            }
        }
        head.body = text.len();
        text.push_str(&self.text);
        text.push('\n');
        (text, head)
    }
}

/// The 1-based line of a kept form that stands for the headline: its title, else its first line with a value.
fn headline_line(source: &str) -> usize {
    let at = |wanted: &dyn Fn(&str) -> bool| source.lines().position(wanted);
    let title = |l: &str| l.strip_prefix("title:").is_some_and(|v| !trim(v).is_empty());
    let filled = |l: &str| !l.starts_with('#') && !trim(l).is_empty() && !l.ends_with(": ");
    at(&title).or_else(|| at(&filled)).map_or(1, |i| i + 1)
}

/// Reads a kept form as a document of one entry.
pub(super) fn parse(bytes: &[u8], source: &str, path: &str, options: &Options) -> Result<ParsedDocument, IngestError> {
    let first = |mistakes: Vec<Mistake>| match mistakes.into_iter().next() {
        Some(m) => IngestError::Form { line: m.line, what: m.what },
        None => IngestError::Empty,
    };
    let form = Form::read(source).map_err(first)?;
    if form.is_blank() {
        return Err(IngestError::Empty);
    }
    let (text, head) = form.entry();
    let decoded = Decoded { text: Cow::Borrowed(&text), encoding: "UTF-8", skipped: 0, raw: text.as_bytes() };
    let doc = Doc::new(&decoded, text.as_bytes(), path)?;
    let given = head.clone();
    let draft = notice::read(&doc, 0, doc.count(), head).ok_or(IngestError::Empty)?;
    let mut entry = finish(&doc, draft, &mut decoded.offsets());
    entry.line = headline_line(source);
    entry.bytes = (0, bytes.len());
    entry.url = form.url.clone().or_else(|| options.source_url.clone());
    let spans = [
        (Field::CaseNo, given.case_no.map(|(_, s)| s)),
        (Field::Org, given.org.map(|(_, s)| s)),
        (Field::Title, given.title.map(|(_, s)| s)),
        (Field::Published, given.published.map(|(_, s)| s)),
    ];
    for (field, span) in spans {
        if let Some(span) = span {
            entry.facts.evidence.remove(&field);
            entry.facts.prove(field, [span], Confidence::High, BY_HAND);
        }
    }
    Ok(ParsedDocument {
        meta: DocumentMeta {
            path: path.to_owned(),
            sha256: sha256(bytes),
            format: DigestFormat::Notice,
            encoding: "UTF-8".to_owned(),
            year: options.year,
            source_url: options.source_url.clone(),
        },
        entries: vec![entry],
        warnings: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Reading;
    use proptest::prelude::*;

    const FILLED: &str = "# 説明\n\n組織名：株式会社かすみ書房\ntitle: 会員名簿の紛失について\nPublished: 令和6年7月2日\n\
        URL: https://kasumi.example/1\n事件番号: ＃2024-300\n\n弊社の社員が会員1,660名の名簿を紛失しました。\n# 抜ける\n\\# 残る\n";

    fn parsed(form: &Form) -> ParsedDocument {
        let options = Options { reading: Reading::Form, ..Options::default() };
        crate::ingest::parse(form.kept().as_bytes(), "-", &options).unwrap()
    }

    #[test]
    fn what_is_filled_in_is_a_fact_with_its_proof() {
        let form = Form::read(FILLED).unwrap();
        assert_eq!(form.comments(), 1);
        let document = parsed(&form);
        assert_eq!(document.meta.format, DigestFormat::Notice);
        let e = &document.entries[0];
        assert!(e.text.contains("\n# 残る") && !e.text.contains("抜ける"), "{}", e.text);
        assert_eq!(e.url.as_deref(), Some("https://kasumi.example/1"));
        let f = &e.facts;
        for (field, value, words) in [
            (Field::CaseNo, f.case_no.clone(), "2024-300"),
            (Field::Org, f.org.clone(), "株式会社かすみ書房"),
            (Field::Title, f.title.clone(), "会員名簿の紛失について"),
            (Field::Published, Some("令和6年7月2日".to_owned()), "令和6年7月2日"),
        ] {
            assert_eq!(value.as_deref(), Some(words), "{field}");
            assert_eq!(f.evidence[&field].iter().map(|s| s.of(&e.text).unwrap()).collect::<Vec<_>>(), [words]);
            assert_eq!((f.confidence[&field], f.rules[&field].as_str()), (Confidence::High, BY_HAND));
        }
        assert_eq!(f.published.map(|d| d.to_string()).as_deref(), Some("2024-07-02"));
        assert_eq!(f.affected.and_then(|a| a.count), Some(1660));
        let line = form.kept().lines().nth(e.line - 1).map(str::to_owned);
        assert_eq!(line.as_deref(), Some("title: 会員名簿の紛失について"));
    }

    #[test]
    fn what_stays_empty_is_looked_for_in_the_text() {
        let form =
            Form::read("organisation:\ntitle:\n\n霧沢市 名簿の紛失について 2024/6/6\n\n職員が名簿を紛失しました。\n")
                .unwrap();
        let f = &parsed(&form).entries[0].facts;
        assert_eq!((f.org.as_deref(), f.title.as_deref()), (Some("霧沢市"), Some("名簿の紛失について")));
        assert_eq!(f.rules[&Field::Org], "headline");
        let form = Form::read("title: 件名だけ\n").unwrap();
        assert_eq!(parsed(&form).entries[0].text, "件名だけ");
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let mistakes =
            Form::read("# x\ntitel: a\npublished: 2024-13-01\nurl: foo\n本文\ncase: 7\ntitle: a\n件名: b\n\nx")
                .unwrap_err();
        let lines: Vec<usize> = mistakes.iter().map(|m| m.line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6, 8]);
        assert!(mistakes[0].to_string().contains("`titel`; the fields are organisation, title"), "{}", mistakes[0]);
        let [neither] = &Form::read("organisation: 霧沢市\n\n").unwrap_err()[..] else { panic!() };
        assert!(neither.what.contains("neither a title nor a text"));
        assert!(Form::read("title:\n\n# nothing\n\n").unwrap().is_blank());
    }

    proptest! {
        #[test]
        fn a_kept_form_reads_as_it_was_written(text in "([#\\\\a事件\n :]|title: ){0,60}", title in "[a-z件]{0,8}") {
            let source = format!("title: {title}\n\n{text}");
            if let Ok(form) = Form::read(&source) {
                let again = Form::read(&form.kept()).map(|f| Form { comments: form.comments, ..f });
                prop_assert_eq!(again.as_ref(), Ok(&form));
                if !form.is_blank() {
                    let e = &parsed(&form).entries[0];
                    prop_assert!(e.facts.evidence.values().flatten().all(|s| s.of(&e.text).is_some()));
                }
            }
        }
    }
}
