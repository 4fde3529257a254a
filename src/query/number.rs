//! Reads the numbers of a query: `1000`, `1,000`, `2万`, `1.5万`, `2万8777人`. Called by `value`.

/// What a sign multiplies by.
fn factor(sign: char) -> Option<u64> {
    match sign {
        '百' => Some(100),
        '千' => Some(1_000),
        '万' => Some(10_000),
        '億' => Some(100_000_000),
        _ => None,
    }
}

/// The number that a folded text writes; `None` where it is none, or too large for 64 bits.
pub(super) fn parse(text: &str) -> Option<u64> {
    let text = text.strip_suffix(['人', '名', '件']).unwrap_or(text).replace([',', '_', '、'], "");
    let mut rest = text.as_str();
    let (mut total, mut below) = (0u64, u64::MAX);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (digits, after) = rest.split_at_checked(end)?;
        let signs = after.find(|c| factor(c).is_none()).unwrap_or(after.len());
        let (signs, after) = after.split_at_checked(signs)?;
        let times = signs.chars().filter_map(factor).try_fold(1u64, u64::checked_mul)?;
        // 5千2万 is no number, and what follows the ones is none either.
        if times >= below {
            return None;
        }
        total = total.checked_add(multiplied(digits, times)?)?;
        (below, rest) = (times, after);
    }
    (below < u64::MAX).then_some(total)
}

/// `1.5` times 10,000; `None` unless it is whole.
fn multiplied(digits: &str, times: u64) -> Option<u64> {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: u64 = whole.parse().ok()?;
    let scale = 10u64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let part: u64 = if digits.contains('.') { part.parse().ok()? } else { 0 };
    let part = part.checked_mul(times)?;
    if !part.is_multiple_of(scale) {
        return None;
    }
    whole.checked_mul(times)?.checked_add(part / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (text, n) in [
            ("0", 0),
            ("1,000", 1000),
            ("2万", 20_000),
            ("1.5万人", 15_000),
            ("2万8,777人", 28_777),
            ("1億2千万", 120_000_000),
            ("3千", 3000),
            ("5百名", 500),
            ("1億3", 100_000_003),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(parse(text), Some(n), "{text}");
        }
        for text in [
            "",
            "人",
            "万",
            "1.5",
            "1.00005万",
            "5千2万",
            "2万3万",
            "-5",
            "+5",
            "1e3",
            "18446744073709551616",
            "1..2",
            "5x",
            "1.万",
            "9999999999億億",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
