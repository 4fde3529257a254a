//! One plain notice, as an organisation publishes it: letterhead, title, body, signature. The whole document is one
//! entry. Never detected: chosen by whoever gives it (`ingest --as-notice`, `add`).

use super::{Draft, Split, Sure};
use crate::domain::{Confidence, Kind, Span};
use crate::ingest::day;
use crate::ingest::doc::{Doc, is_space, trimmed_range};
use crate::ingest::extract::Head;
use crate::ingest::headline::{self, is_org_like, lead_org};
use crate::ingest::year;
use crate::lexicon::headlines::{begins, ends, headlines, holds, is};

/// Lines with text at the beginning that may be letterhead and title.
const HEAD_LINES: usize = 14;
/// Lines with text at the end that may be the signature.
const SIGNATURE_LINES: usize = 8;
/// Longest line of a letterhead, in characters.
const LONGEST: usize = 80;

/// What a line at the notice's edge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Day,
    Org,
    /// A signatory, perhaps with the organisation before.
    Person,
    /// An address to readers, a document's number, `お知らせ` alone.
    Formality,
    Title,
    Other,
    /// A sentence.
    Body,
}

/// A part of the text with where it stands.
type Named = (String, Span);

/// A part of the text and how surely it is what it seems.
type Sured = Option<(Named, Confidence)>;

/// What the title's line says.
#[derive(Default)]
struct InTitle {
    org: Sured,
    title: Sured,
    day: Option<day::PrintedDay>,
}

/// Takes the document as one notice.
pub fn split(doc: &Doc) -> Split {
    let (first, after) = match doc.posts() {
        [one] => (one.first, one.after),
        _ => (0, doc.count()),
    };
    let mut drafts: Vec<Draft> = read(doc, first, after, Head::default()).into_iter().collect();
    year::settle(doc, &mut drafts);
    Split { drafts, ..Split::default() }
}

/// Reads the notice in the lines `first..after`; what `given` names is not looked for. Its `body` is where to look from.
pub fn read(doc: &Doc, first: usize, after: usize, given: Head) -> Option<Draft> {
    let all: Vec<usize> = (first..after).filter(|i| doc.is_text(*i)).collect();
    let lines: Vec<usize> = all.iter().copied().filter(|i| doc.start(*i) >= given.body).collect();
    let notice = Notice::new(doc, lines);
    let mut sure = Sure { org: Confidence::Low, title: Confidence::Low, day: Confidence::Low };
    let mut head = Head { body: notice.body_start(), body_end: notice.body_end(), ..given };
    let own = notice.headline();
    if head.title.is_none() {
        head.title = own.title.map(|(title, confidence)| {
            sure.title = confidence;
            title
        });
    }
    if head.org.is_none()
        && let Some((org, confidence)) = notice.org(own.org)
    {
        head.org = Some(org);
        sure.org = confidence;
    }
    if head.published.is_none() {
        notice.day(own.day, &mut head, &mut sure);
    }
    let (first, last) = (*all.first()?, *all.last()?);
    Some(Draft {
        kind: Kind::Incident,
        first,
        headline: first,
        after: last + 1,
        head,
        sure,
        label: None,
        url: doc.source_url.map(str::to_owned),
        year: doc.year,
    })
}

/// The notice's lines with text, and what those at its beginning are.
struct Notice<'n, 'd> {
    doc: &'n Doc<'d>,
    lines: Vec<usize>,
    /// What the first lines are, up to the first sentence.
    roles: Vec<Role>,
    /// First and last line of the title.
    titled: Option<(usize, usize)>,
}

impl<'n, 'd> Notice<'n, 'd> {
    fn new(doc: &'n Doc<'d>, lines: Vec<usize>) -> Self {
        let roles: Vec<Role> = lines
            .iter()
            .take(HEAD_LINES)
            .map(|i| role(doc.trimmed(*i), doc.line(*i)))
            .take_while(|r| *r != Role::Body)
            .collect();
        let mut notice = Self { doc, lines, roles, titled: None };
        notice.titled = notice.find_title();
        notice
    }

    /// The title: a line with the words of one, else the first that is nothing else, else the first at all. A title that
    /// does not end as titles do may go on in the next line.
    fn find_title(&self) -> Option<(usize, usize)> {
        let nth = |wanted: Role| self.roles.iter().position(|r| *r == wanted);
        let at = nth(Role::Title).or_else(|| nth(Role::Other)).unwrap_or(0);
        let line = *self.lines.get(at)?;
        let mut last = line;
        let complete = |i: usize| ends(&headlines().title_endings, self.doc.trimmed(i)).is_some();
        for k in at + 1..(at + 3).min(self.roles.len()) {
            let Some(next) = self.lines.get(k).copied() else { break };
            let goes_on = matches!(self.roles.get(k), Some(Role::Title | Role::Other));
            if complete(last) || next != last + 1 || !goes_on || self.roles.get(at) != Some(&Role::Title) {
                break;
            }
            last = next;
        }
        // A second line belongs to it only where it brings the title to its end.
        Some((line, if last == line || complete(last) { last } else { line }))
    }

    /// What the title's line says: organisation, title, day.
    fn headline(&self) -> InTitle {
        let Some((line, last)) = self.titled else { return InTitle::default() };
        let text = self.doc.line(line);
        if last > line {
            let span = Span::new(self.doc.text_span(line).start, self.doc.text_span(last).end);
            let title = (line..=last).map(|i| self.doc.trimmed(i)).collect::<String>();
            return InTitle { title: Some(((title, span), Confidence::Medium)), ..InTitle::default() };
        }
        let role = self.lines.iter().position(|i| *i == line).and_then(|at| self.roles.get(at));
        if role.is_none() {
            return InTitle { title: self.first_sentence(line), ..InTitle::default() };
        }
        let read = headline::read(text, 0);
        let take =
            |part: (usize, usize)| (text.get(part.0..part.1).unwrap_or_default().to_owned(), self.doc.span(line, part));
        let org = read.org.map(|(part, confidence)| (take(part), confidence)).filter(|((name, _), _)| is_name(name));
        let title = match (&org, read.title) {
            (Some(_), Some((part, _))) => Some(take(part)),
            _ => {
                let end = read.day.map_or(text.len(), |d| d.start);
                Some(take(trimmed_range(text.get(..end).unwrap_or_default())))
            }
        };
        let sure = if role == Some(&Role::Title) { Confidence::High } else { Confidence::Medium };
        let day = read.day.map(|d| day::PrintedDay {
            start: self.doc.start(line) + d.start,
            end: self.doc.start(line) + d.end,
            ..d
        });
        InTitle { org, title: title.filter(|(t, _)| !t.is_empty()).map(|t| (t, sure)), day }
    }

    /// A notice without a title is called by its first sentence.
    fn first_sentence(&self, line: usize) -> Sured {
        let text = self.doc.line(line);
        let (start, end) = trimmed_range(text);
        let end = text.get(start..end)?.find('。').map_or(end, |at| start + at);
        Some(((text.get(start..end)?.to_owned(), self.doc.span(line, (start, end))), Confidence::Low))
    }

    /// The organisation: the letterhead's, the title's, the one that calls itself 当社, the signature's, the first
    /// sentence's.
    fn org(&self, in_title: Sured) -> Sured {
        self.letterhead()
            .find_map(|i| self.org_of(i))
            .or(in_title)
            .or_else(|| self.self_named())
            .or_else(|| self.signature().into_iter().find_map(|i| self.org_of(i)))
            .or_else(|| self.leading())
    }

    /// The organisation that a line of the letterhead or signature names: sure where it has a legal form.
    fn org_of(&self, i: usize) -> Sured {
        let line = self.doc.line(i);
        let (start, end) = trimmed_range(line);
        let text = line.get(start..end)?;
        let first = || text.split(is_space).next().filter(|w| is_name(w));
        let name = match role(text, line) {
            // A part of the organisation may follow its name.
            Role::Org if is_department(text) => first()?,
            Role::Org => text,
            Role::Person => first()?,
            _ => return None,
        };
        if !is_formal(name) && is_department(name) {
            return None;
        }
        let sure = if is_formal(name) { Confidence::High } else { Confidence::Medium };
        let from = start + text.find(name)?;
        Some(((name.to_owned(), self.doc.span(i, (from, from + name.len()))), sure))
    }

    /// `株式会社…(以下「当社」)` in the first sentences.
    fn self_named(&self) -> Sured {
        let calls_itself = |after: &str| {
            let after = after.trim_start_matches(['、', '「', '『', '“', '"', ' ']);
            begins(&headlines().own_words, after).is_some()
        };
        for i in self.body_lines().take(4) {
            let line = self.doc.line(i);
            let cue = line.match_indices("以下").find(|(at, w)| line.get(at + w.len()..).is_some_and(calls_itself));
            let Some(before) = cue.and_then(|(at, _)| line.get(..at)) else { continue };
            let Some(before) = before.rfind(['(', '（']).and_then(|open| before.get(..open)) else { continue };
            let part = |c: char| matches!(c, '、' | '。' | '「' | '」') || is_space(c);
            let start = before.char_indices().rev().find(|(_, c)| part(*c)).map_or(0, |(k, c)| k + c.len_utf8());
            let name = before.get(start..).unwrap_or_default();
            if is_formal(name) && is_name(name) && !name.contains(['が', 'を', 'は', 'に', 'で']) {
                return Some(((name.to_owned(), self.doc.span(i, (start, before.len()))), Confidence::High));
            }
        }
        None
    }

    /// The organisation with which the first sentence begins, where its name can hardly be anything else.
    fn leading(&self) -> Sured {
        let i = self.body_lines().next()?;
        let line = self.doc.line(i);
        let (start, end) = trimmed_range(line);
        let text = line.get(start..end)?;
        let openings = ["このたび、", "この度、", "今般、"];
        let from = start + openings.iter().find(|w| text.starts_with(**w)).map_or(0, |w| w.len());
        let length = lead_org(headlines(), line.get(from..end)?)?;
        let name = line.get(from..from + length)?;
        let name = name.split(['(', '（']).next().filter(|n| is_name(n))?;
        let sure = if is_formal(name) {
            Confidence::Medium
        } else {
            name.ends_with(['都', '道', '府', '県', '市', '区', '町', '村']).then_some(Confidence::Low)?
        };
        Some(((name.to_owned(), self.doc.span(i, (from, from + name.len()))), sure))
    }

    /// The day of publication: in the letterhead, at the title's end, in the signature.
    fn day(&self, in_title: Option<day::PrintedDay>, head: &mut Head, sure: &mut Sure) {
        let printed = |i: usize| {
            let base = self.doc.start(i);
            day::whole_line(self.doc.line(i)).map(|d| day::PrintedDay { start: base + d.start, end: base + d.end, ..d })
        };
        let early = self.letterhead().find_map(printed).or(in_title).map(|d| (d, Confidence::High));
        let late = || self.signature().into_iter().find_map(printed).map(|d| (d, Confidence::Medium));
        let Some((found, confidence)) = early.or_else(late) else { return };
        let span = Span::new(found.start, found.end);
        match found.day {
            Some(day) => {
                head.published = Some((day, span));
                sure.day = confidence;
            }
            None => {
                let text = span.of(self.doc.text).unwrap_or_default();
                head.warnings.push(format!("the notice's date {text} is no date"));
            }
        }
    }

    /// The lines above the body.
    fn letterhead(&self) -> impl Iterator<Item = usize> {
        let body = self.body_lines().next().unwrap_or(usize::MAX);
        self.lines.iter().copied().take_while(move |i| *i < body)
    }

    /// The lines of names and days with which the notice ends, from the end up.
    fn signature(&self) -> Vec<usize> {
        let formal = |i: &usize| {
            let text = self.doc.trimmed(*i);
            text == "以上" || matches!(role(text, self.doc.line(*i)), Role::Day | Role::Org | Role::Person)
        };
        let body: Vec<usize> = self.body_lines().collect();
        let lines: Vec<usize> = body.iter().rev().copied().take(SIGNATURE_LINES).take_while(formal).collect();
        // Below a label such as `処分年月日` it is a value.
        let above = body.len().checked_sub(lines.len() + 1).and_then(|at| body.get(at));
        let labelled = above.is_some_and(|i| self.doc.trimmed(*i).ends_with(['日', ':', '：']));
        if labelled { Vec::new() } else { lines }
    }

    /// Lines of the body: below the title, without the letterhead's lines that stand there too.
    fn body_lines(&self) -> impl Iterator<Item = usize> {
        let last = self.titled.map_or(0, |(_, last)| last);
        let from_title = self.roles.is_empty();
        let formal =
            |at: usize| matches!(self.roles.get(at), Some(Role::Day | Role::Org | Role::Person | Role::Formality));
        let rest = self.lines.iter().copied().enumerate();
        rest.filter(move |(_, i)| *i > last || from_title && *i == last)
            .skip_while(move |(at, _)| formal(*at))
            .map(|(_, i)| i)
    }

    fn body_start(&self) -> usize {
        let end = self.lines.last().map_or(self.doc.text.len(), |l| self.doc.end(*l));
        self.body_lines().next().map_or(end, |i| self.doc.start(i))
    }

    /// Where the body ends: above the signature.
    fn body_end(&self) -> usize {
        let body: Vec<usize> = self.body_lines().collect();
        let last = body.len().checked_sub(self.signature().len() + 1).and_then(|at| body.get(at));
        last.map_or_else(|| self.body_start(), |i| self.doc.end(*i))
    }
}

/// What a line is, by its own form.
fn role(text: &str, line: &str) -> Role {
    let words = headlines();
    let count = text.chars().count();
    if day::whole_line(line).is_some() {
        return Role::Day;
    }
    if text.contains('。') || count > LONGEST {
        return Role::Body;
    }
    let titled = ends(&words.title_endings, text).is_some();
    if is(&words.letterheads, text)
        || ends(&words.salutations, text).is_some()
        || text.trim_end_matches([')', '）']).ends_with('号') && count <= 25
    {
        return Role::Formality;
    }
    if holds(&words.not_a_headline, text) && !titled {
        return Role::Person;
    }
    if titled || holds(&words.incident_words, text) {
        return Role::Title;
    }
    if is_name(text) { Role::Org } else { Role::Other }
}

/// Tells whether a text looks like an organisation's name, and is not what each calls itself.
fn is_name(text: &str) -> bool {
    let own = &headlines().own_words;
    is_org_like(text)
        && begins(own, text).is_none()
        && ends(own, text).is_none()
        && !text.starts_with(['当', '弊', '同', '各', '【'])
}

/// Tells whether a name has a legal form.
fn is_formal(name: &str) -> bool {
    let words = headlines();
    begins(&words.legal_forms, name).or_else(|| ends(&words.legal_forms, name)).is_some_and(|f| f.len() < name.len())
}

/// Tells whether a name is that of a part of an organisation only.
fn is_department(name: &str) -> bool {
    ["部", "課", "室", "係", "窓口", "事務局"].iter().any(|w| name.ends_with(w))
}

#[cfg(test)]
mod tests {
    use crate::domain::{Confidence, Field, ParsedEntry};
    use crate::ingest::{IngestError, Options, Reading, parse};

    fn read(text: &str) -> ParsedEntry {
        let options = Options { reading: Reading::Notice, ..Options::default() };
        let mut document = parse(text.as_bytes(), "a.txt", &options).unwrap();
        assert_eq!(document.entries.len(), 1);
        let entry = document.entries.remove(0);
        assert!(entry.facts.evidence.values().flatten().all(|s| s.of(&entry.text).is_some_and(|t| !t.is_empty())));
        entry
    }

    /// Organisation, title and day.
    fn shown(e: &ParsedEntry) -> (Option<&str>, Option<&str>, Option<String>) {
        let f = &e.facts;
        (f.org.as_deref(), f.title.as_deref(), f.published.map(|d| d.to_string()))
    }

    #[test]
    fn a_letterhead_is_taken_apart() {
        let e = read(
            "令和6年6月6日\nお客様各位\n\n株式会社つきしろ製菓\n代表取締役 月代 一郎\n\n通販サイトへの不正アクセスによる\n\
             個人情報漏えいに関するお詫び\n\nこのたび、5月20日に顧客1,204名の氏名が漏えいしました。\n\n以上\n",
        );
        let title = "通販サイトへの不正アクセスによる個人情報漏えいに関するお詫び";
        assert_eq!(shown(&e), (Some("株式会社つきしろ製菓"), Some(title), Some("2024-06-06".into())));
        assert_eq!(e.facts.confidence[&Field::Org], Confidence::High);
        assert_eq!(e.facts.affected.and_then(|a| a.count), Some(1204));
        assert_eq!(e.facts.timeline.len(), 1);
        assert_eq!((e.line, e.bytes.0), (1, 0));
    }

    #[test]
    fn a_signature_tells_day_and_organisation() {
        let e = read("名簿の誤送信について\n\n担当者が6月3日に名簿を誤送信しました。\n\n2024年6月5日\n霧沢市\n");
        assert_eq!(shown(&e), (Some("霧沢市"), Some("名簿の誤送信について"), Some("2024-06-05".into())));
        assert_eq!(e.facts.confidence[&Field::Published], Confidence::Medium);
        let e = read("名簿の誤送信について\n\n名簿を誤送信しました。\n\n2024年6月5日\n霧沢市 総務部広報課\n");
        assert_eq!(shown(&e).0, Some("霧沢市"));
        // Neither a department nor the value of a label.
        let e = read("職員の処分について\n\n書類を紛失しました。\n\n処分年月日\n2024年6月5日\n総務部広報課\n");
        assert_eq!(shown(&e).0, None);
        assert_ne!(e.facts.rules.get(&Field::Published).map(String::as_str), Some("headline"));
        let e = read(
            "平素より弊社をご利用いただく皆様へ\n\n平素より弊社が運営する窓口をご利用いただき、本学の職員も感謝します。\n",
        );
        assert_eq!(shown(&e).0, None);
    }

    #[test]
    fn a_headline_of_one_line_and_a_name_in_the_text_count_too() {
        let e = read("霧沢市 名簿の紛失について 2024/6/6\n\n本市の職員が名簿を紛失しました。\n");
        assert_eq!(shown(&e), (Some("霧沢市"), Some("名簿の紛失について"), Some("2024-06-06".into())));
        let e =
            read("重要なお知らせ\n名簿の紛失について\n\n株式会社つきしろ製菓(以下「当社」)は、名簿を紛失しました。\n");
        assert_eq!(shown(&e).0, Some("株式会社つきしろ製菓"));
        assert_eq!(shown(&e).1, Some("名簿の紛失について"));
        let e = read("名簿の紛失について\n\nこのたび、霧沢市の職員が名簿を紛失しました。\n");
        assert_eq!(shown(&e).0, Some("霧沢市"));
        assert_eq!(e.facts.confidence[&Field::Org], Confidence::Low);
    }

    #[test]
    fn a_text_without_title_is_called_by_its_first_sentence() {
        let e = read("当社は本日、システムの障害を起こしました。復旧は未定です。\n");
        assert_eq!(shown(&e), (None, Some("当社は本日、システムの障害を起こしました"), None));
        assert_eq!(e.facts.confidence[&Field::Title], Confidence::Low);
    }

    #[test]
    fn a_page_is_one_notice() {
        let page = "<html><body><nav>目次</nav><main><h1>USBメモリの紛失に関するお知らせ</h1><p>2024年7月1日</p>\
                    <p>学校法人みずほ台学園</p><p>職員がUSBメモリを紛失しました。</p></main></body></html>";
        let e = read(page);
        let title = "USBメモリの紛失に関するお知らせ";
        assert_eq!(shown(&e), (Some("学校法人みずほ台学園"), Some(title), Some("2024-07-01".into())));
        assert!(!e.text.contains("目次"));
    }

    #[test]
    fn a_filled_form_is_no_plain_notice() {
        let kept = crate::ingest::form::Form::read("title: 件名\n\n本文\n").unwrap().kept();
        for reading in [Reading::Digest, Reading::Notice] {
            let options = Options { reading, ..Options::default() };
            assert_eq!(parse(kept.as_bytes(), "a", &options), Err(IngestError::IsForm));
        }
    }
}
