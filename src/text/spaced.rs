//! Numbers whose digits stand apart (`1 2 3名`, `8, 0 3 2 枚`): where such a number is clear, and where a digit may only be
//! the tail of one. Called by folding, which joins the clear ones, and by the readers of counts and days.

use unicode_normalization::UnicodeNormalization;

/// Most characters of such a number, spaces included.
const LONGEST: usize = 40;

/// What counts or measures: a number with spaces inside is one only before these.
const UNITS: &str = "年月日時分秒名人件枚通社台個冊部店校回円口世万億千百";

/// Those of them that go with a date or a clock time.
const CALENDAR: &str = "年月日時分秒";

/// Words before a number that number something themselves: `表1 2名` is no twelve.
const LABELS: &[&str] =
    &["表", "図", "第", "注", "別紙", "別添", "別表", "資料", "項番", "添付", "番号", "様式", "その", "参考"];

/// Where a spaced-out number ends, of which the folded text before holds the beginning and `text` from `at` on, behind
/// one space, goes on; `None` where no such number is clear. Its digits stand alone, thousands are parted by commas or
/// not at all, a unit follows, and no digit, label or sign before may belong to it.
pub fn end_of_run(folded: &str, text: &str, at: usize) -> Option<usize> {
    let mine = |c: char| c.is_ascii_digit() || c == ',';
    let head = folded.trim_end_matches(mine);
    let begun = folded.get(head.len()..).filter(|b| b.len() <= LONGEST && b.starts_with(|c: char| c != ','))?;
    let mut number = begun.to_owned();
    let (mut end, mut spaces) = (at, 1);
    let mut unit = None;
    for (i, c) in text.get(at..)?.char_indices().take(LONGEST) {
        let plain = c.nfkc().next().unwrap_or(c);
        if plain == '\n' || c == '\t' {
            return None;
        }
        if plain.is_whitespace() {
            spaces += 1;
            continue;
        }
        if !mine(plain) {
            unit = Some(plain).filter(|u| UNITS.contains(*u));
            break;
        }
        // Two digits side by side, or two spaces between them, are of other numbers.
        let beside = number.ends_with(|b: char| b.is_ascii_digit()) && plain.is_ascii_digit();
        if spaces > 1 || beside && spaces == 0 {
            return None;
        }
        number.push(plain);
        (end, spaces) = (at + i + c.len_utf8(), 0);
    }
    let unit = unit.filter(|_| spaces <= 1)?;
    (is_number(begun, &number) && stands_alone(head, unit)).then_some(end)
}

/// Single digits without a comma, or groups of three behind a first one.
fn is_number(begun: &str, number: &str) -> bool {
    let mut groups = number.split(',');
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    match rest.peek() {
        None => begun.len() == 1 && first.len() <= 12,
        // Of the group that the first space cuts no more than one digit stands before it.
        Some(_) => {
            let cut = begun.rsplit(',').next().unwrap_or_default();
            cut.len() <= 1 && (1..=3).contains(&first.len()) && rest.all(|g| g.len() == 3)
        }
    }
}

/// Tells whether what stands before a number leaves it alone.
fn stands_alone(head: &str, unit: char) -> bool {
    let trimmed = head.trim_end_matches(' ');
    let Some(last) = trimmed.chars().next_back() else { return true };
    if head.len() > trimmed.len() && (last.is_ascii_digit() || last == ',') {
        return false;
    }
    let calendar = CALENDAR.contains(unit);
    let era = calendar && matches!(last, 'R' | 'H' | 'S');
    // `6月1 3名`: the first digit may be the day's, the second the count.
    let dated = matches!(last, '年' | '月') && !calendar;
    let sign = last.is_ascii_alphanumeric() && head.len() == trimmed.len() || "./-#_:".contains(last);
    (era || !sign) && !dated && !LABELS.iter().any(|w| trimmed.ends_with(w))
}

/// Tells whether the digit at `at` of a folded text stands alone behind a space and a digit: it may be the tail of a
/// number that folding did not understand.
pub fn is_tail(text: &str, at: usize) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    let rest = text.get(at..).unwrap_or_default();
    let single = rest.starts_with(digit) && !rest.get(1..).is_some_and(|r| r.starts_with(digit));
    let Some(before) = text.get(..at).filter(|_| single).and_then(|b| b.strip_suffix(' ')) else { return false };
    let group = before.trim_end_matches([',', ' ']);
    // A clock time or a day with signs ends before it.
    group.ends_with(digit) && !group.trim_end_matches(digit).ends_with([':', '/', '-', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    #[test]
    fn digits_apart_are_one_number_where_that_is_clear() {
        for (text, expected) in [
            ("1 2 3名", "123名"),
            ("対象は 1 0 0 名", "対象は100名"),
            ("2 万 8 7 7 7人", "2万8777人"),
            ("1,0 0 0名", "1,000名"),
            ("8, 0 3 2 枚", "8,032枚"),
            ("1 2 , 3 4 5 件", "12,345件"),
            ("２ ０ ２ ４ 年 １ ０ 月 ４ 日", "2024年10月4日"),
            ("1 9時3 0分", "19時30分"),
            ("H2 9 年", "H29年"),
            ("表1 2名", "表1 2名"),
            ("別表 1 2 3名", "別表1 2 3名"),
            ("6月1 3名", "6月1 3名"),
            ("2024 3 2名", "2024 3 2名"),
            ("1 23名", "1 23名"),
            ("12 3名", "12 3名"),
            ("1  2名", "1  2名"),
            ("1\t2名", "1 2名"),
            ("1, 2 3件", "1, 2 3件"),
            ("10:0 5分", "10:0 5分"),
            ("1 2 3", "1 2 3"),
            ("1 2\n3名", "1 2\n3名"),
        ] {
            assert_eq!(fold(text).text.replace("  ", " "), expected.replace("  ", " "), "{text}");
        }
    }

    #[test]
    fn a_digit_behind_digits_may_be_a_tail() {
        for (text, at, expected) in [
            ("1 2名", 2, true),
            ("12 3名", 3, true),
            ("1, 2名", 3, true),
            ("1 23名", 2, false),
            ("9:00 3名", 5, false),
            ("は 3名", 4, false),
            ("3名", 0, false),
        ] {
            assert_eq!(is_tail(text, at), expected, "{text}");
        }
    }
}
