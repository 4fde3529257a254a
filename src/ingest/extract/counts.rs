//! Every count expression of a text: the number, what is counted, and how the number is qualified.
//!
//! Given a text by `affected` and `money` (folded) and by the command that explains expressions (as it is).

use super::dates::begins_with;
use crate::domain::{Modifier, Span, Unit};
use crate::lexicon::facts;
use crate::text::{CharSet, fold, is_tail, kanji_figure, last_chars};

/// A number with its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct CountExpr {
    /// Where it stands, qualifying words included.
    pub span: Span,
    /// Least that it may mean.
    pub lo: Option<u64>,
    /// Most that it may mean; `None` is open.
    pub hi: Option<u64>,
    /// The stated number; `None` for vague words and fractions.
    pub count: Option<u64>,
    /// The number with its fraction, for sums of value.
    pub amount: f64,
    /// What is counted.
    pub unit: Unit,
    /// How the number is qualified.
    pub modifier: Option<Modifier>,
    /// True for 約, ほど and their kin.
    pub approx: bool,
    /// True where 計, 合計 or 総数 stands before the number.
    pub total: bool,
}

/// Finds every count expression of a text; spans are byte ranges of it.
pub fn scan(text: &str) -> Vec<CountExpr> {
    let folded = fold(text);
    let places = folded.text.char_indices().filter(|(_, c)| BEGINNINGS.has(*c)).map(|(at, _)| at);
    let mut found = scan_folded(&folded.text, places);
    for e in &mut found {
        let (start, end) = folded.back(e.span.start, e.span.end);
        e.span = Span::new(start, end);
    }
    found
}

/// A number as written: its range of values and where it ends.
struct Number {
    end: usize,
    lo: f64,
    hi: f64,
    vague: bool,
}

/// The characters that a number may begin with.
static BEGINNINGS: CharSet = BEGINNING;
pub(super) const BEGINNING: CharSet = CharSet::of(&[('0', '9')]).with(&CharSet::of_each(&[
    '数', '〇', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百', '千', '万', '億',
]));

/// As [`scan`], on text that is folded already; `places` are those of [`BEGINNINGS`] there, others do no harm. Spans are
/// byte ranges of the folded text.
pub(super) fn scan_folded(text: &str, places: impl Iterator<Item = usize>) -> Vec<CountExpr> {
    let mut found = Vec::new();
    let mut at = 0;
    for start in places {
        if start < at || !begins_with(text, start, &BEGINNINGS) {
            continue;
        }
        let Some(number) = number(text, start).or_else(|| in_kanji(text, start)) else {
            at = skip(text, start);
            continue;
        };
        let number = up_to(text, several(text, number));
        at = number.end;
        let Some((unit, end)) = unit_after(text, number.end).or_else(|| unit_before(text, start, number.end)) else {
            continue;
        };
        if let Some(expr) = qualified(text, start, &number, unit, end) {
            at = expr.span.end;
            let joined = found.last().and_then(|first| between(text, first, &expr));
            if joined.is_some() {
                found.pop();
            }
            found.push(joined.unwrap_or(expr));
        }
    }
    found
}

/// `1,000名以上2,000名未満` and `最大で約1万人から1万2千人`: two ends of one count.
fn between(text: &str, first: &CountExpr, second: &CountExpr) -> Option<CountExpr> {
    let sign = text.get(first.span.end..second.span.start)?;
    if first.unit != second.unit || first.lo? >= second.hi? {
        return None;
    }
    let joined = CountExpr { span: Span::new(first.span.start, second.span.end), hi: second.hi, ..first.clone() };
    let limits = first.modifier == Some(Modifier::Min) && second.modifier == Some(Modifier::Max);
    if limits && matches!(sign, "" | "、" | "から" | "~") {
        return Some(CountExpr { count: None, modifier: Some(Modifier::Vague), ..joined });
    }
    // `100人から200人に増えた` tells of two counts.
    let loose = matches!(first.modifier, Some(Modifier::Max | Modifier::Approx))
        && second.modifier.is_none_or(|m| m == Modifier::Approx);
    let changes = text.get(second.span.end..)?.starts_with(['に', 'へ']);
    if !loose || changes || first.hi? >= second.lo? || !matches!(sign, "から" | "~") {
        return None;
    }
    let count = second.count.filter(|_| first.modifier == Some(Modifier::Max));
    let modifier = if count.is_some() { Modifier::Max } else { Modifier::Vague };
    Some(CountExpr { count, amount: second.amount, modifier: Some(modifier), approx: true, ..joined })
}

/// `二十数名`, `120数名`, `2千数百件`: a round number and some more.
fn several(text: &str, from: Number) -> Number {
    let Some(rest) = text.get(from.end..).and_then(|r| r.strip_prefix('数')) else { return from };
    let (step, sign) = match rest.chars().next() {
        Some('千') => (1000.0, "千".len()),
        Some('百') => (100.0, "百".len()),
        Some('十') => (10.0, "十".len()),
        _ => (1.0, 0),
    };
    let round = from.lo >= 10.0 && from.lo % (10.0 * step) == 0.0 && !from.vague;
    if !round || rest.get(sign..).is_some_and(|r| r.starts_with(['万', '億'])) {
        return from;
    }
    Number { end: from.end + "数".len() + sign, lo: from.lo + step, hi: from.lo + 10.0 * step - 1.0, vague: true }
}

/// `2、3名` and `30、40名`: one or the other.
fn either(text: &str, from: &Number) -> Option<Number> {
    let rest = text.get(from.end..)?;
    let sign = ["、", ",", "・"].iter().find(|s| rest.starts_with(**s))?;
    let to = figures(text, from.end + sign.len())?;
    let next = |step: f64| from.lo > 0.0 && from.lo % step == 0.0 && from.lo < 10.0 * step && to.lo == from.lo + step;
    // A third one makes a list of them.
    let goes_on = text.get(to.end..).is_some_and(|r| r.starts_with(['、', ',', '・']));
    let pair = !from.vague && !goes_on && (next(1.0) || next(10.0) || next(100.0));
    pair.then_some(Number { end: to.end, lo: from.lo, hi: to.hi, vague: true })
}

/// `1,000~2,000件`: the number goes on to an upper end.
fn up_to(text: &str, from: Number) -> Number {
    if let Some(pair) = either(text, &from) {
        return pair;
    }
    let rest = text.get(from.end..).unwrap_or_default();
    let Some(to) = rest.strip_prefix('~').and_then(|_| figures(text, from.end + 1)) else { return from };
    if to.lo <= from.lo { from } else { Number { end: to.end, lo: from.lo, hi: to.hi, vague: true } }
}

fn skip(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let run = rest.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b',' | b'.')).count();
    let kanji: usize = rest.chars().take_while(|c| kanji(*c).is_some()).map(char::len_utf8).sum();
    at + run.max(kanji).max(rest.chars().next().map_or(1, char::len_utf8))
}

fn number(text: &str, start: usize) -> Option<Number> {
    let before = text.get(..start)?.chars().next_back();
    if before.is_some_and(|b| {
        b.is_ascii_alphanumeric()
            || matches!(b, '.' | '#' | '_' | '/' | '第' | '-' | '百' | '千' | '万')
            || kanji(b).is_some() && text.get(start..).is_some_and(|r| r.starts_with('数'))
    }) || is_tail(text, start)
        || is_rest_of_groups(text, start)
    {
        return None;
    }
    let rest = text.get(start..)?;
    if rest.starts_with(|c: char| c.is_ascii_digit()) && !rest.starts_with("10数") {
        return figures(text, start);
    }
    for (word, lo, hi) in [
        ("数百万", 1e6, 9_999_999.0),
        ("数十万", 1e5, 999_999.0),
        ("数千", 1000.0, 9999.0),
        ("数百", 100.0, 999.0),
        ("数十", 10.0, 99.0),
        ("数万", 1e4, 99_999.0),
        ("十数", 11.0, 19.0),
        ("10数", 11.0, 19.0),
        ("数", 2.0, 9.0),
    ] {
        if let Some(after) = rest.strip_prefix(word) {
            let (factor, more) =
                if word.ends_with('万') || !after.starts_with('万') { (1.0, 0) } else { (1e4, "万".len()) };
            let end = start + word.len() + more;
            let hi = if factor > 1.0 { (hi + 1.0) * factor - 1.0 } else { hi };
            return Some(Number { end, lo: lo * factor, hi, vague: true });
        }
    }
    figures(text, start)
}

/// The 34 of `12,34件` and the 234 of `1、234名`: whose thousands they are is not clear.
fn is_rest_of_groups(text: &str, start: usize) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    let Some(before) = text.get(..start).filter(|b| b.ends_with(['、', ','])) else { return false };
    let head = before.trim_end_matches(['、', ',']);
    let group = last_chars(head, 4).chars().rev().take_while(|c| digit(*c)).count();
    let listed = head.get(..head.len() - group).is_some_and(|h| h.ends_with(['/', '.', ':', '-']));
    let own = text.get(start..).unwrap_or_default().bytes().take_while(u8::is_ascii_digit).count();
    group > 0 && !listed && (before.ends_with(',') || own == 3 && group <= 3)
}

/// `28,777`, `2万8777`, `9.3万`, `1億2,000万`.
fn figures(text: &str, start: usize) -> Option<Number> {
    let (mut total, mut at, mut limit, mut any) = (0.0, start, f64::INFINITY, false);
    while let Some((value, end)) = plain(text, at) {
        any = true;
        let rest = text.get(end..).unwrap_or_default();
        let factor = [("億", 1e8), ("千万", 1e7), ("百万", 1e6), ("万", 1e4), ("千", 1e3), ("百", 1e2)]
            .into_iter()
            .find(|(w, f)| rest.starts_with(w) && *f < limit);
        match factor {
            Some((word, f)) => {
                total += value * f;
                limit = f;
                at = end + word.len();
            }
            None => {
                total += value;
                at = end;
                break;
            }
        }
    }
    (any && total < 9e15).then_some(Number { end: at, lo: total, hi: total, vague: false })
}

/// What a kanji of a number is worth.
fn kanji(c: char) -> Option<f64> {
    match c {
        '十' => Some(10.0),
        '百' => Some(100.0),
        '千' => Some(1000.0),
        '万' => Some(1e4),
        '億' => Some(1e8),
        _ => kanji_figure(c).map(f64::from),
    }
}

/// Longest number in kanji, in characters.
const MOST_KANJI: usize = 14;

/// `百二十`, `三千五百`, `千`; a single 一 is a word more often than a number (一部, 一人ひとり).
fn in_kanji(text: &str, start: usize) -> Option<Number> {
    let before = text.get(..start)?.chars().next_back();
    if before
        .is_some_and(|b| kanji(b).is_some() || b.is_ascii_digit() || matches!(b, '第' | '数' | '.' | ',' | '唯' | '同'))
    {
        return None;
    }
    let run: Vec<char> = text.get(start..)?.chars().take_while(|c| kanji(*c).is_some()).take(MOST_KANJI + 1).collect();
    let end = start + run.iter().map(|c| c.len_utf8()).sum::<usize>();
    if run.is_empty()
        || run.len() > MOST_KANJI
        || run == ['一']
        || run.first().is_some_and(|c| matches!(c, '万' | '億' | '〇'))
    {
        return None;
    }
    let (mut total, mut part, mut digits) = (0.0, 0.0, 0.0);
    for c in run {
        match kanji(c)? {
            unit if unit >= 1e4 => {
                total += (part + digits) * unit;
                (part, digits) = (0.0, 0.0);
            }
            unit if unit >= 10.0 => {
                part += f64::max(digits, 1.0) * unit;
                digits = 0.0;
            }
            digit => digits = digits * 10.0 + digit,
        }
    }
    let value = total + part + digits;
    Some(Number { end, lo: value, hi: value, vague: false })
}

/// `漏えい人数:120`: the unit stands in the label. What goes on as a date, a clock or an address is no count.
fn unit_before(text: &str, start: usize, end: usize) -> Option<(Unit, usize)> {
    let head = text.get(..start)?.trim_end_matches([':', ' ', '|', '\n', '・', '-', '約']);
    let after = text.get(end..)?.chars().next();
    let ended = after.is_none_or(|c| matches!(c, '\n' | ' ' | '(' | '、' | '。' | '|'));
    let (_, unit) = COUNTED.iter().find(|(w, _)| head.ends_with(w))?;
    ended.then_some((*unit, end))
}

/// Labels of a table that tell what the number behind them counts.
const COUNTED: &[(&str, Unit)] = &[
    ("アカウント数", Unit::Accounts),
    ("ユーザー数", Unit::Accounts),
    ("世帯数", Unit::Households),
    ("人数", Unit::People),
    ("者数", Unit::People),
    ("お客様数", Unit::People),
    ("会員数", Unit::People),
    ("件数", Unit::Records),
];

/// Digits with thousands separators and a fraction. Groups of other than three digits are no separators.
fn plain(text: &str, at: usize) -> Option<(f64, usize)> {
    let bytes = text.as_bytes().get(at..)?;
    let digits = |from: usize| bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    let mut n = digits(0);
    if n == 0 || n > 15 {
        return None;
    }
    if n <= 3 {
        while bytes.get(n) == Some(&b',') && digits(n + 1) == 3 && n < 20 {
            n += 4;
        }
    }
    if bytes.get(n) == Some(&b'.') && digits(n + 1) > 0 {
        n += 1 + digits(n + 1);
    }
    let end = at + n;
    let written = text.get(at..end)?;
    if written.contains('.') {
        let value: String = written.chars().filter(|c| *c != ',').collect();
        return Some((value.parse().ok()?, end));
    }
    // At most fifteen digits, with separators twenty bytes, are told exactly.
    let digits = written.bytes().filter(u8::is_ascii_digit);
    Some((digits.fold(0u64, |n, b| 10 * n + u64::from(b - b'0')) as f64, end))
}

fn unit_after(text: &str, at: usize) -> Option<(Unit, usize)> {
    let spaced = text.get(at..)?;
    let rest = spaced.trim_start_matches(' ');
    let at = at + (spaced.len() - rest.len());
    let (word, unit) = facts::get().unit_at(rest)?;
    Some((unit, at + word.len()))
}

const ABOUT: &[&str] = &["約", "およそ", "おおよそ", "概ね", "ほぼ"];
const TOTAL: &[&str] = &[
    "合計で",
    "合計",
    "総計",
    "総数は",
    "総数",
    "全部で",
    "あわせて",
    "合わせて",
    "計",
    "全",
    "総勢",
    "実人数は",
    "実人数",
];
const AT_MOST: &[&str] = &["最大で", "最大", "最多で", "多くて", "上限は", "上限"];
const AT_LEAST: &[&str] = &["少なくとも"];
const CUMULATIVE: &[&str] = &["延べ人数は", "延べ人数", "のべ人数", "延べ件数", "延べ", "のべ"];

/// Reads the qualifying words around a number.
fn qualified(text: &str, start: usize, n: &Number, unit: Unit, end: usize) -> Option<CountExpr> {
    let (lo, hi) = (n.lo.round() as u64, n.hi.round() as u64);
    let whole = (n.lo - n.lo.round()).abs() < 1e-6;
    if !whole && !matches!(unit, Unit::Btc | Unit::Jpy | Unit::Usd) {
        // Half a person is an average or a typing error.
        return None;
    }
    let mut e = CountExpr {
        span: Span::new(start, end),
        lo: Some(lo),
        hi: Some(hi),
        count: (!n.vague && whole).then_some(lo),
        amount: n.lo,
        unit,
        modifier: n.vague.then_some(Modifier::Vague),
        approx: false,
        total: false,
    };
    for _ in 0..3 {
        let head = text.get(..e.span.start)?;
        let before = |words: &[&str]| words.iter().find(|w| head.ends_with(**w)).map(|w| w.len());
        if let Some(l) = before(ABOUT) {
            e.approx = true;
            e.modifier = e.modifier.or(Some(Modifier::Approx));
            e.span.start -= l;
        } else if let Some(l) = before(AT_MOST) {
            (e.modifier, e.lo) = (Some(Modifier::Max), Some(0));
            e.span.start -= l;
        } else if let Some(l) = before(AT_LEAST) {
            (e.modifier, e.hi) = (Some(Modifier::Min), None);
            e.span.start -= l;
        } else if let Some(l) = before(CUMULATIVE) {
            e.modifier = Some(Modifier::Cumulative);
            e.total = true;
            e.span.start -= l;
        } else if let Some(l) = before(TOTAL) {
            e.total = true;
            e.span.start -= l;
        } else {
            break;
        }
    }
    suffix(text, &mut e, hi);
    Some(e)
}

fn suffix(text: &str, e: &mut CountExpr, stated: u64) {
    let mut at = e.span.end;
    let rest = |at: usize| text.get(at..).unwrap_or_default();
    if rest(at).starts_with('分') && !rest(at).starts_with("分間") {
        at += "分".len();
    }
    let hit = |words: &[&str]| words.iter().find(|w| rest(at).starts_with(**w)).map(|w| w.len());
    if let Some(l) = hit(&["以上"]) {
        (e.modifier, e.hi) = (Some(Modifier::Min), None);
        at += l;
    } else if let Some(l) = hit(&["を超える", "を超え", "超え", "超", "を上回る"]) {
        (e.modifier, e.lo, e.hi) = (Some(Modifier::Min), e.lo.map(|n| n.saturating_add(1)), None);
        at += l;
    } else if let Some(l) = hit(&["未満", "を下回る", "を下回", "に満たない", "に満たず", "に満たな"])
    {
        (e.modifier, e.lo, e.hi) = (Some(Modifier::Max), Some(0), Some(stated.saturating_sub(1)));
        at += l;
    } else if let Some(l) = hit(&["以下", "以内"]).or_else(|| limit(rest(at))) {
        (e.modifier, e.lo) = (Some(Modifier::Max), Some(0));
        at += l;
    } else if let Some(l) = hit(&["ほど", "程度", "前後", "弱", "強", "余り", "あまり", "余", "近く", "足らず"])
    {
        e.approx = true;
        e.modifier = e.modifier.or(Some(Modifier::Approx));
        at += l;
    } else {
        return;
    }
    e.span.end = at;
}

/// The まで of `500件まで`, which is no limit where the number grows or shrinks to it.
fn limit(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("まで")?;
    let moves = after.starts_with(['増', '拡', '減', '達', '絞', '特', '膨', '縮', '判', '確']);
    (!moves).then_some("まで".len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_in_every_form() {
        use Modifier::{Approx, Cumulative, Max, Min, Vague};
        for (text, lo, hi, unit, modifier) in [
            ("2万8777人分", Some(28_777), Some(28_777), Unit::People, None),
            ("約215万人", Some(2_150_000), Some(2_150_000), Unit::People, Some(Approx)),
            ("１，６６０件", Some(1660), Some(1660), Unit::Records, None),
            ("3,137 名分", Some(3137), Some(3137), Unit::People, None),
            ("9.3万人", Some(93_000), Some(93_000), Unit::People, None),
            ("1億2,000万件", Some(120_000_000), Some(120_000_000), Unit::Records, None),
            ("数百件", Some(100), Some(999), Unit::Records, Some(Vague)),
            ("十数名", Some(11), Some(19), Unit::People, Some(Vague)),
            ("10数名", Some(11), Some(19), Unit::People, Some(Vague)),
            ("1,000~2,000件", Some(1000), Some(2000), Unit::Records, Some(Vague)),
            ("数十人", Some(10), Some(99), Unit::People, Some(Vague)),
            ("最大で3万9000件", Some(0), Some(39_000), Unit::Records, Some(Max)),
            ("1000人以上", Some(1000), None, Unit::People, Some(Min)),
            ("5,000件超", Some(5001), None, Unit::Records, Some(Min)),
            ("1,000人未満", Some(0), Some(999), Unit::People, Some(Max)),
            ("延べ17回", Some(17), Some(17), Unit::Times, Some(Cumulative)),
            ("計8032枚", Some(8032), Some(8032), Unit::Sheets, None),
            ("40名ほど", Some(40), Some(40), Unit::People, Some(Approx)),
            ("64世帯", Some(64), Some(64), Unit::Households, None),
            ("12アカウント", Some(12), Some(12), Unit::Accounts, None),
            ("三百二十名", Some(320), Some(320), Unit::People, None),
            ("約千件", Some(1000), Some(1000), Unit::Records, Some(Approx)),
            ("二万五千人", Some(25_000), Some(25_000), Unit::People, None),
            ("3百件", Some(300), Some(300), Unit::Records, None),
            ("対象者数: 1,204", Some(1204), Some(1204), Unit::People, None),
            ("漏えい件数 | 85", Some(85), Some(85), Unit::Records, None),
            ("1 2 3名", Some(123), Some(123), Unit::People, None),
            ("8, 0 3 2 枚", Some(8032), Some(8032), Unit::Sheets, None),
            ("二十数名", Some(21), Some(29), Unit::People, Some(Vague)),
            ("百二十数名", Some(121), Some(129), Unit::People, Some(Vague)),
            ("2千数百件", Some(2100), Some(2999), Unit::Records, Some(Vague)),
            ("2、3名", Some(2), Some(3), Unit::People, Some(Vague)),
            ("30、40名", Some(30), Some(40), Unit::People, Some(Vague)),
            ("500名を下回る", Some(0), Some(499), Unit::People, Some(Max)),
            ("500名に満たない", Some(0), Some(499), Unit::People, Some(Max)),
            ("上限500件", Some(0), Some(500), Unit::Records, Some(Max)),
            ("500件まで", Some(0), Some(500), Unit::Records, Some(Max)),
            ("500件まで増えた", Some(500), Some(500), Unit::Records, None),
            ("1万件近く", Some(10_000), Some(10_000), Unit::Records, Some(Approx)),
            ("1万件足らず", Some(10_000), Some(10_000), Unit::Records, Some(Approx)),
            ("1,000名以上2,000名未満", Some(1000), Some(1999), Unit::People, Some(Vague)),
            ("最大で約1万人から1万2千人", Some(0), Some(12_000), Unit::People, Some(Max)),
            ("延べ人数1,200人", Some(1200), Some(1200), Unit::People, Some(Cumulative)),
        ] {
            let found = scan(text);
            assert_eq!(found.len(), 1, "{text}");
            let e = &found[0];
            assert_eq!((e.lo, e.hi, e.unit, e.modifier), (lo, hi, unit, modifier), "{text}");
            assert_eq!(e.count.is_none(), modifier == Some(Vague), "{text}");
        }
    }

    #[test]
    fn numbers_without_a_unit_are_no_counts() {
        for text in [
            "1人日",
            "第3社",
            "A4部",
            "2件目",
            "5分",
            "10.5.3件",
            "数年",
            "一人ひとり",
            "一部",
            "第二社",
            "件数: 3日",
            "人数の2割",
            "表1 2名",
            "別表 1 2 3名",
            "2024 3 2名",
            "12 3名",
            "第 1 2 3 名",
            "0.5人",
            "1.234名",
            "12,34件",
            "1、234名",
            "五数名",
        ] {
            assert_eq!(scan(text), [], "{text}");
        }
    }

    #[test]
    fn two_units_are_two_counts() {
        let units: Vec<_> = scan("96件（88名）").into_iter().map(|e| (e.count, e.unit)).collect();
        assert_eq!(units, [(Some(96), Unit::Records), (Some(88), Unit::People)]);
        let text = "うち 計１２名です";
        assert_eq!(scan(text)[0].span.of(text), Some("計１２名"));
    }

    proptest! {
        #[test]
        fn any_text_yields_sound_spans(text in "(\\PC|[\n 　]|[0-9]|[,.]|万|億|千|数|十|人|件|約|最大|以上|未満|９){0,50}") {
            for e in scan(&text) {
                prop_assert!(e.span.of(&text).is_some_and(|s| !s.is_empty()));
                prop_assert!(e.lo.zip(e.hi).is_none_or(|(l, h)| l <= h));
            }
        }
    }
}
