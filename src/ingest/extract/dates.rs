//! Every date and time expression of a text, resolved.
//!
//! Given a text by `timeline` (folded) and by the command that explains expressions (as it is).

pub use super::resolve::ResolveContext;

use super::figures::part_of_month;
use super::open::{ends_openly, is_told_as_past};
use super::raw::{self, Cursor, Day, Month, Raw, Year};
use super::resolve::{Point, Resolver};
use crate::domain::{Moment, Precision, Span};
use crate::lexicon::facts;
use crate::text::{CharSet, Folded, first_chars, fold};

/// A date or time expression and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateExpr {
    /// Where it stands.
    pub span: Span,
    /// The moment as stated, no finer than the text.
    pub at: Moment,
    /// The end of a stated range.
    pub until: Option<Moment>,
    /// First day or minute that it may mean.
    pub lo: Moment,
    /// Last day or minute that it may mean; `None` is open.
    pub hi: Option<Moment>,
    /// How finely it is stated; of a range, the beginning.
    pub precision: Precision,
    /// True for 頃 and its kin.
    pub approx: bool,
    /// How missing parts were found.
    pub rule: &'static str,
    /// A date of birth.
    pub birth: bool,
    /// Only a time of day is stated; the day is carried.
    pub clock_only: bool,
    /// The weekday in brackets belongs to another day.
    pub wrong_weekday: bool,
    /// The bytes of the sign behind it that leaves its end open (`~`, 以降), which a span of the record leaves out.
    pub sign: usize,
    /// It goes on until the text was written.
    pub ongoing: bool,
}

/// Finds and resolves every date expression of a text; spans are byte ranges of it.
pub fn scan(text: &str, context: &ResolveContext) -> Vec<DateExpr> {
    let folded = fold(text);
    let mut found = scan_folded(&folded.text, places(&folded.text), context);
    for e in &mut found {
        e.span.end += e.sign;
    }
    to_original(&folded, &mut found);
    found
}

/// Turns spans of folded text into spans of the original.
pub(super) fn to_original(folded: &Folded, found: &mut [DateExpr]) {
    for e in found {
        let (start, end) = folded.back(e.span.start, e.span.end);
        e.span = Span::new(start, end);
    }
}

/// As [`scan`], on text that is folded already; `places` are those of [`BEGINNINGS`] there, others do no harm. Spans are
/// byte ranges of the folded text.
pub(super) fn scan_folded(text: &str, places: impl Iterator<Item = usize>, context: &ResolveContext) -> Vec<DateExpr> {
    let mut found = Vec::new();
    let mut resolver = Resolver::new(*context);
    let mut at = 0;
    for begin in places {
        if begin < at || !begins_with(text, begin, &BEGINNINGS) {
            continue;
        }
        if let Some(end) = address_end(text, begin) {
            at = end;
            continue;
        }
        let Some(mut from) = raw::read(text, begin) else {
            at = skip(text, begin);
            continue;
        };
        if let Some(end) = law_end(text, from.end) {
            at = end;
            continue;
        }
        from.past = is_told_as_past(text, from.end);
        let (expr, end) = expression(text, &mut resolver, &from);
        at = end.max(begin + 1);
        found.extend(expr);
    }
    found
}

/// One expression with the end of its range, and the offset at which to go on.
fn expression(text: &str, resolver: &mut Resolver, from: &Raw) -> (Option<DateExpr>, usize) {
    let Some(start) = resolver.point(from) else { return (None, past_range(text, from)) };
    let birth = is_birth(text, from.start, from.end);
    resolver.remember_clock(from, &start);
    let mut expr = DateExpr {
        span: Span::new(from.start, from.end),
        at: start.at,
        until: None,
        lo: start.lo,
        hi: Some(start.hi),
        precision: start.precision,
        approx: from.approx,
        rule: start.rule,
        birth,
        clock_only: from.is_clock_only(),
        wrong_weekday: start.wrong_weekday,
        sign: 0,
        ongoing: false,
    };
    let mut end = if from.elsewhere { past_range(text, from) } else { from.end };
    let mut last = start;
    let range = range_end(text, resolver, from, &start);
    let zone = range.as_ref().map_or(0, |(to, _)| to.behind);
    if zone != 0 && from.behind == 0 && from.clock.is_some() {
        // `20:00~21:00 UTC` names the zone of both.
        return expression(text, resolver, &Raw { behind: zone, ..from.clone() });
    }
    if let Some((to, point)) = range {
        expr.span.end = to.end;
        expr.until = Some(point.at);
        expr.hi = Some(point.hi);
        expr.approx |= to.approx;
        expr.rule = "range";
        expr.wrong_weekday |= point.wrong_weekday;
        end = to.end;
        last = point;
    } else if let Some(open) = ends_openly(text, from) {
        (expr.hi, expr.sign, expr.ongoing) = (None, open.sign, open.ongoing);
        end += open.sign;
    }
    // 前日 looks back for a moment; the chronology goes on from where it was.
    let aside = matches!(from.day, Day::FromLast(n) if n < 0);
    if !birth && !from.fiscal && !aside {
        resolver.remember(&last, expr.until.is_some());
    }
    (Some(expr), end)
}

/// Past an expression that means nothing, with the end of its range, which would be misread alone.
fn past_range(text: &str, from: &Raw) -> usize {
    let mut c = Cursor { text, at: from.end };
    if !(from.broken || from.elsewhere) || c.eat_any(&["から~", "から", "~", "-"]).is_none() {
        return from.end;
    }
    raw::read(text, c.at).map_or(from.end, |to| to.end)
}

/// `11時頃(最初の入力)から…`: a note in brackets between a beginning and its sign.
fn skip_note(c: &mut Cursor) {
    let Some(inner) = c.rest().strip_prefix('(') else { return };
    let note = inner.split(')').next().unwrap_or_default();
    let behind = inner.get(note.len()..).and_then(|b| b.strip_prefix(')')).unwrap_or_default();
    let plain = note.chars().count() <= 16 && !note.contains(|d: char| d.is_ascii_digit() || d == '\n');
    if plain && behind.starts_with("から") {
        c.at += note.len() + 2;
    }
}

fn range_end(text: &str, resolver: &Resolver, from: &Raw, start: &Point) -> Option<(Raw, Point)> {
    let mut c = Cursor { text, at: from.end };
    c.eat_any(&["頃", "ごろ", "ころ"]);
    c.eat(" ");
    skip_note(&mut c);
    let dash = match c.eat_any(&["から~", "から", "より", "~", "--", "-", "ー", "→"]) {
        Some("--" | "→") if from.year == Year::None && from.is_clock_only() => return None,
        Some(sign) => sign,
        None => return None,
    };
    if dash == "から" {
        c.eat("、");
    }
    c.eat(" ");
    c.eat("\n");
    let mut to = short_year_end(c, from)
        .or_else(|| raw::read_end(text, c.at))
        .or_else(|| part_end(c))
        .or_else(|| bare_end(text, c.at, from))?;
    if from.elsewhere {
        (to.clock, to.part) = (None, None);
        if to.is_clock_only() {
            return None;
        }
    }
    if to.clock.is_some() && to.behind == 0 {
        to.behind = from.behind;
    }
    if to.is_clock_only() && to.part.is_none() {
        goes_on_counting(from, &mut to);
    }
    if to.fiscal != from.fiscal && !to.fiscal {
        return None;
    }
    let point = resolver.end(start, &to)?;
    Some((to, point))
}

/// The end of `午後3時から5時`, which was counted from noon too.
fn goes_on_counting(from: &Raw, to: &mut Raw) {
    let (Some(first), Some(last)) = (from.clock, to.clock.as_mut()) else { return };
    if from.afternoon && last.hour < 12 && last.hour + 12 >= first.hour {
        last.hour += 12;
    }
}

/// The end of `2022年12月~23年1月`, whose century is that of the beginning.
fn short_year_end(c: Cursor, from: &Raw) -> Option<Raw> {
    let Year::Stated(first) = from.year else { return None };
    let mut d = c;
    let (year, 2) = d.digits(2)? else { return None };
    let month = d.eat("年").then_some(d)?;
    let mut to = raw::read_end(c.text, month.at).filter(|r| r.year == Year::None && !r.is_clock_only())?;
    (to.month != Month::None).then_some(())?;
    to.start = c.at;
    to.year = Year::Stated(first.div_euclid(100).checked_mul(100)?.checked_add(i32::try_from(year).ok()?)?);
    to.broken = !matches!(to.month, Month::Stated(1..=12));
    Some(to)
}

/// The end of `9月中旬から下旬`.
fn part_end(mut c: Cursor) -> Option<Raw> {
    let mut raw = Raw { start: c.at, month: Month::FromLast(0), ..Raw::default() };
    part_of_month(&mut c, &mut raw)?;
    raw.end = c.at;
    Some(raw)
}

/// Where the number of a law or an ordinance ends that is named by its date: `平成15年法律第57号`.
fn law_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    // The kind of law is told in at most sixteen characters.
    let kind = first_chars(rest, 17).split_once('第')?.0;
    let number = rest.get(kind.len() + '第'.len_utf8()..)?;
    let named = facts::get().phrases("laws").is_in(kind);
    let digits = number.find(|c: char| !c.is_ascii_digit() && !"〇一二三四五六七八九十百".contains(c))?;
    let closed = number.get(digits..).is_some_and(|n| n.starts_with('号') || n.starts_with("の"));
    (named && digits > 0 && closed).then(|| at + kind.len() + "第".len() + digits)
}

/// The end of `2024/5/1~5/8`, which alone would be a fraction.
fn bare_end(text: &str, at: usize, from: &Raw) -> Option<Raw> {
    if !text.get(from.start..from.end).is_some_and(|t| t.contains('/')) {
        return None;
    }
    let mut c = Cursor { text, at };
    let (month, _) = c.digits(2)?;
    if !c.eat("/") {
        return None;
    }
    let (day, _) = c.digits(2)?;
    let broken = !(1..=12).contains(&month) || !(1..=31).contains(&day);
    Some(Raw { start: at, end: c.at, month: Month::Stated(month), day: Day::Stated(day), broken, ..Raw::default() })
}

/// The characters that an expression, or an address to be skipped, may begin with.
pub(super) static BEGINNINGS: CharSet = BEGINNING;
pub(super) const BEGINNING: CharSet = CharSet::of(&[('0', '9')]).with(&CharSet::of_each(&[
    'R', 'H', 'S', 'h', 'w', '令', '平', '昭', '大', '明', '〇', '同', 'そ', 'こ', '翌', '前', '当', '即', '本', '昨',
    '去', '一', '今', '来', '先', '正', '二', '三', '四', '五', '六', '七', '八', '九', '十', '午', '未', '早', '朝',
    '昼', '夕', '夜', '晩', '深',
]));

/// Every place at which an expression, or an address to be skipped, may begin.
fn places(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().filter(|(_, c)| BEGINNINGS.has(*c)).map(|(at, _)| at)
}

/// Tells whether a character of the set stands at a byte.
pub(super) fn begins_with(text: &str, at: usize, set: &CharSet) -> bool {
    text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(|c| set.has(c))
}

/// Where a web address that begins here ends.
fn address_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    if !rest.starts_with(['h', 'w']) || !["http://", "https://", "www."].iter().any(|p| rest.starts_with(p)) {
        return None;
    }
    let stop = |c: char| !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | ')' | ']');
    Some(at + rest.find(stop).unwrap_or(rest.len()))
}

/// Past the number, word or character that began no expression.
fn skip(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return at + digits;
    }
    at + rest.chars().next().map_or(1, char::len_utf8)
}

fn is_birth(text: &str, start: usize, end: usize) -> bool {
    let after = text.get(end..).unwrap_or_default();
    if after.starts_with("生まれ") || after.starts_with("生)") || after.starts_with("出生") {
        return true;
    }
    let before = text.get(..start).unwrap_or_default().trim_end_matches([':', ' ', '(', ')', '、', '=']);
    ["生年月日", "誕生日", "生年月日は"].iter().any(|w| before.ends_with(w))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn day(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }

    fn context() -> ResolveContext {
        ResolveContext { published: Some(day("2024-10-21")), antecedent: None, year: None }
    }

    /// Every expression of a text as `lo hi [precision]`, joined by `; `.
    fn told(text: &str, context: &ResolveContext) -> String {
        let one = |e: DateExpr| {
            let hi = e.hi.map_or_else(|| "-".to_owned(), |h| h.to_string());
            if e.lo.to_string() == hi { hi } else { format!("{}..{hi}", e.lo) }
        };
        scan(text, context).into_iter().map(one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn dates_in_every_spelling() {
        for (text, expected) in [
            ("令和6年10月4日(金)に", "2024-10-04"),
            ("Ｒ６．１０．４", "2024-10-04"),
            ("H31.4.30 まで", "2019-04-30"),
            ("平成元年1月8日", "1989-01-08"),
            ("2023(令和5)年8月1日", "2023-08-01"),
            ("令和5(2023)年8月1日", "2023-08-01"),
            ("令和6年(2024年)2月10日", "2024-02-10"),
            ("2024年(令和6年)2月10日", "2024-02-10"),
            ("2024/6/6", "2024-06-06"),
            ("2024-06-06", "2024-06-06"),
            ("2024.6.6公開", "2024-06-06"),
            ("20240606", "2024-06-06"),
            ("2024 年 6 月 1 6 日", "2024-06-16"),
            ("6/6(木)", "2024-06-06"),
            ("十月四日", "2024-10-04"),
            ("12月28日", "2023-12-28"),
            ("9月下旬", "2024-09-21..2024-09-30"),
            ("2024年2月末", "2024-02-21..2024-02-29"),
            ("5月某日", "2024-05-01..2024-05-31"),
            ("平成31年(令和元年)5月1日", "2019-05-01"),
            ("来年4月", "2025-04-01..2025-04-30"),
            ("2024-10-04T09:05", "2024-10-04T09:05"),
            ("昨年3月", "2023-03-01..2023-03-31"),
            ("2 0 2 4 年 1 0 月 4 日", "2024-10-04"),
            ("10月前半", "2024-10-01..2024-10-15"),
            ("2月の後半", "2024-02-16..2024-02-29"),
            ("10月第1週", "2024-10-01..2024-10-07"),
            ("2024年夏頃", "2024-06-01..2024-08-31"),
            ("2023年冬", "2023-12-01..2024-02-29"),
            ("2023年度上期", "2023-04-01..2023-09-30"),
            ("令和5年度の下半期", "2023-10-01..2024-03-31"),
            ("2023年度第2四半期", "2023-07-01..2023-09-30"),
            ("令和元年", "2019-05-01..2019-12-31"),
            ("令和元年6月", "2019-06-01..2019-06-30"),
            ("去年3月", "2023-03-01..2023-03-31"),
            ("ことし3月", "2024-03-01..2024-03-31"),
            ("②2024年4月9日", "2024-04-09"),
            ("2:2024年4月9日", "2024-04-09"),
            ("4月9日11時頃(最初の入力)から4月12日17時まで", "2024-04-09T11:00..2024-04-12T17:59"),
            ("先月", "2024-09-01..2024-09-30"),
            ("本日", "2024-10-21"),
            ("令和5年度", "2023-04-01..2024-03-31"),
            ("2021~2023年度", "2021-04-01..2024-03-31"),
            ("2023(令和5年)8月1日", "2023-08-01"),
            ("2023年(R5年)8月1日", "2023-08-01"),
            ("令和5年〔2023年〕8月1日", "2023-08-01"),
            ("二〇二三年八月一日", "2023-08-01"),
            ("大正10年4月1日", "1921-04-01"),
            ("R.6.10.4", "2024-10-04"),
            ("2024. 10. 4", "2024-10-04"),
            ("2024 / 10 / 4", "2024-10-04"),
            ("2023年10/4", "2023-10-04"),
            ("2023/10", "2023-10-01..2023-10-31"),
            ("令和6年\n10月4日", "2024-10-04"),
            ("9月の中旬", "2024-09-11..2024-09-20"),
            ("9月末日", "2024-09-30"),
            ("2023年末", "2023-12-21..2023-12-31"),
            ("2022年度末", "2023-03-21..2023-03-31"),
            ("昨年末", "2023-12-21..2023-12-31"),
            ("先月下旬", "2024-09-21..2024-09-30"),
            ("先週", "2024-10-14..2024-10-20"),
            ("先週の金曜日", "2024-10-18"),
            ("先週末", "2024-10-19..2024-10-20"),
            ("昨夜", "2024-10-20T18:00..2024-10-21T00:00"),
            ("今朝9時", "2024-10-21T09:00..2024-10-21T09:59"),
            ("今月2日", "2024-10-02"),
            ("10月4、5日", "2024-10-04; 2024-10-05"),
            ("10月4・5・7日", "2024-10-04; 2024-10-05; 2024-10-07"),
            ("9/7 職員が書類のないことに気づく", "2024-09-07"),
            ("2024年10月4日 金曜日", "2024-10-04"),
        ] {
            assert_eq!(told(text, &context()), expected, "{text}");
        }
    }

    #[test]
    fn clock_times_and_parts_of_the_day() {
        for (text, expected) in [
            ("10月4日午後7時30分頃", "2024-10-04T19:30"),
            ("10月4日15時05分", "2024-10-04T15:05"),
            ("10月4日 14:06", "2024-10-04T14:06"),
            ("10月4日(金)18:00", "2024-10-04T18:00"),
            ("10月4日午後3時半", "2024-10-04T15:30"),
            ("10月4日正午", "2024-10-04T12:00"),
            ("10月4日午後12時34分", "2024-10-04T12:34"),
            ("10月4日25時", "2024-10-05T01:00..2024-10-05T01:59"),
            ("10月4日未明", "2024-10-04T00:00..2024-10-04T03:00"),
            ("10月4日の深夜", "2024-10-04T23:00..2024-10-05T02:00"),
            ("10月4日9時、10時30分に", "2024-10-04T09:00..2024-10-04T09:59; 2024-10-04T10:30"),
            ("10月4日(金)\n・9時15分 届く", "2024-10-04; 2024-10-04T09:15"),
            ("10月4日 7:30 PM", "2024-10-04T19:30"),
            ("2024-10-04T15:30:00+09:00", "2024-10-04T15:30"),
            ("2024-10-03T20:00:00+00:00に検知", "2024-10-04T05:00"),
            ("2024-10-03T20:00Z", "2024-10-04T05:00"),
            ("2024-10-03T20:00:00.123Z", "2024-10-04T05:00"),
            ("2024-10-03T20:00:00-05:00", "2024-10-04T10:00"),
            ("10月3日20:00 UTC、21:00 UTC", "2024-10-04T05:00; 2024-10-04T06:00"),
            ("10月3日20:00頃(GMT)", "2024-10-04T05:00"),
            ("10月3日20:00~21:30(協定世界時)", "2024-10-04T05:00..2024-10-04T06:30"),
            ("10月4日午前1時(UTC+8)", "2024-10-04T02:00..2024-10-04T02:59"),
            ("10月4日20:00(日本時間)", "2024-10-04T20:00"),
            ("10月4日(現地時間)20時から22時", "2024-10-04"),
            ("現地時間10月4日20時", "2024-10-04"),
            ("10月4日十時三十分", "2024-10-04T10:30"),
            ("10月4日一時停止", "2024-10-04"),
            ("10月4日深夜11時", "2024-10-04T23:00..2024-10-04T23:59"),
            ("10月4日、午後6時17分", "2024-10-04T18:17"),
            ("10月4日午後8時半ごろ、同8時35分ごろ", "2024-10-04T20:30; 2024-10-04T20:35"),
            ("10月4日夕、朝日町で", "2024-10-04T15:00..2024-10-04T18:00"),
        ] {
            assert_eq!(told(text, &context()), expected, "{text}");
        }
    }

    #[test]
    fn what_is_omitted_comes_from_the_last_date() {
        for (text, expected) in [
            ("令和5年3月9日、同月11日、同年5月29日", "2023-03-09; 2023-03-11; 2023-05-29"),
            ("10月4日、同日、翌日、翌7日", "2024-10-04; 2024-10-04; 2024-10-05; 2024-10-07"),
            ("10月4日午後、同19時", "2024-10-04T12:00..2024-10-05T00:00; 2024-10-04T19:00..2024-10-04T19:59"),
            ("2023年12月28日、翌1月5日", "2023-12-28; 2024-01-05"),
            ("6月19日、翌6月20日", "2024-06-19; 2024-06-20"),
            ("10月4日(金)。翌々日の6日、前日", "2024-10-04; 2024-10-06; 2024-10-05"),
            ("10月4日、翌朝", "2024-10-04; 2024-10-05T06:00..2024-10-05T09:00"),
            ("9月30日、同10月23日、同19日", "2024-09-30; 2024-10-23; 2024-10-19"),
            ("10月4日に。9月に外した。同日", "2024-10-04; 2024-09-01..2024-09-30; 2024-10-04"),
            ("2024年5月9日に。2022年の移行で。5月17日", "2024-05-09; 2022-01-01..2022-12-31; 2024-05-17"),
        ] {
            assert_eq!(told(text, &context()), expected, "{text}");
        }
    }

    #[test]
    fn ranges_inherit_and_roll_over() {
        for (text, expected) in [
            ("10月4日~6日", "2024-10-04..2024-10-06"),
            ("10月4日から10月6日まで", "2024-10-04..2024-10-06"),
            ("12月28日〜1月4日", "2023-12-28..2024-01-04"),
            ("9月29日から3日", "2024-09-29..2024-10-03"),
            ("10月4日8時35分から14時46分頃まで", "2024-10-04T08:35..2024-10-04T14:46"),
            ("10月4日23:00~1:30", "2024-10-04T23:00..2024-10-05T01:30"),
            ("2018年5月31日(木)18:00 ~ 2024年8月30日(金)20:00", "2018-05-31T18:00..2024-08-30T20:00"),
            ("昨年の3月から12月", "2023-03-01..2023-12-31"),
            ("2024/5/1~5/8", "2024-05-01..2024-05-08"),
            ("2024年10月4日13:00-15:00", "2024-10-04T13:00..2024-10-04T15:00"),
            ("10月1日より10月3日まで", "2024-10-01..2024-10-03"),
            ("2024/10/1-10/4", "2024-10-01..2024-10-04"),
            ("10月4~6日", "2024-10-04..2024-10-06"),
            ("2024年3~5月", "2024-03-01..2024-05-31"),
            ("9月中旬から下旬", "2024-09-11..2024-09-30"),
            ("10月4日午後3時から5時まで", "2024-10-04T15:00..2024-10-04T17:59"),
            ("10月4日の午前8~午後1時", "2024-10-04T08:00..2024-10-04T13:59"),
            ("2022年12月~23年1月", "2022-12-01..2023-01-31"),
            ("10月1日(火)から同月4日(金)まで", "2024-10-01..2024-10-04"),
        ] {
            assert_eq!(told(text, &context()), expected, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_date_is_none() {
        for text in [
            "1日当たり",
            "3日間",
            "1人日",
            "192.168.10.4",
            "10/4件",
            "三日月",
            "2、3日中",
            "1日3回",
            "版2.10.4",
            "電話 03-2024-1234",
            "https://a.example/2024/06/06/",
            "停職3月",
            "3か月",
            "024年2月1日",
            "2017根7月8日",
            "2024年13月1日",
            "2024年2月30日",
            "2時間",
            "5分間",
            "ID2024060612",
            "日本日報",
            "5月分",
            "平成15年法律第57号",
            "平成26年4月1日条例第5号",
            "バージョン2024.10.4",
            "第2024-10号",
            "電話:03-2024-1004",
            "毎年4月",
            "5年10月",
            "月10日",
            "3月期",
            "20日締め",
            "3日曜",
            "10/4件",
            "3/4以上の方が対象です",
            "2010年代",
            "2025年問題",
            "2024 1 2日",
        ] {
            assert_eq!(told(text, &context()), "", "{text}");
        }
    }

    #[test]
    fn a_wrong_weekday_is_noted_and_not_mended() {
        let found = scan("令和6年10月4日(水)", &context());
        assert_eq!(
            found.iter().map(|e| (e.lo.to_string(), e.wrong_weekday)).collect::<Vec<_>>(),
            [("2024-10-04".into(), true)]
        );
    }

    #[test]
    fn a_past_day_late_in_a_year_that_is_not_said_lies_before_the_day_told() {
        let unknown = ResolveContext::default();
        let cause = "2024年1月10日、停止しました。原因は12月28日の改修でした。";
        assert_eq!(told(cause, &unknown), "2024-01-10; 2023-12-28");
        let plan = "2024年1月10日、停止しました。12月28日に改修を予定しています。";
        assert_eq!(told(plan, &unknown), "2024-01-10; 2024-12-28");
        assert_eq!(told("2024年1月10日に始まり、3月2日に終わりました。", &unknown), "2024-01-10; 2024-03-02");
    }

    #[test]
    fn without_any_year_nothing_is_guessed() {
        assert_eq!(told("10月4日", &ResolveContext::default()), "");
        let given = ResolveContext { year: Some(2013), ..ResolveContext::default() };
        assert_eq!(told("10月4日", &given), "2013-10-04");
    }

    #[test]
    fn spans_cover_the_weekday_and_no_more() {
        let text = "発生は 5 月 28 日（火）頃でした";
        let found = scan(text, &context());
        let spans: Vec<_> = found.iter().map(|e| e.span.of(text).unwrap()).collect();
        assert_eq!(spans, ["5 月 28 日（火）"]);
        assert!(found[0].approx);
    }

    proptest! {
        #[test]
        fn any_text_yields_sound_spans(
            text in "(\\PC|[\n 　]|[0-9]|年|月|日|時|分|令和|平成|同|翌|本|から|[~/:.()（）火午前後半]|１|２){0,60}",
            antecedent in proptest::option::of(0i32..60_000),
        ) {
            let antecedent = antecedent.and_then(|d| NaiveDate::from_ymd_opt(1900, 1, 1)?.checked_add_days(chrono::Days::new(d as u64)));
            for e in scan(&text, &ResolveContext { antecedent, ..context() }) {
                prop_assert!(e.span.of(&text).is_some_and(|s| !s.is_empty()));
                prop_assert!(e.hi.is_none_or(|h| e.lo.first_day() <= h.last_day()));
            }
        }
    }
}
