//! Reads numbers as people write them: `1,000`, `2万8777`, `1.5億`, `3千5百`, `二千万`. Called by the query language and
//! where analysts type totals.

/// The largest power of ten that a 64-bit number holds.
const MOST_PLACES: usize = 19;

/// The number at a text's start, and what follows it; `None` where none stands there, where it is no whole number, or
/// where it is larger than 64 bits hold. The text is folded. Units go down, as in 1億2千万; 万 and larger ones need
/// figures before them.
pub fn number_at(text: &str) -> Option<(u64, &str)> {
    let (mut total, mut below, mut rest) = (0u64, u64::MAX, text);
    while let Some((part, unit, after)) = section(rest).filter(|(_, unit, _)| *unit < below) {
        total = total.checked_add(part)?;
        (below, rest) = (unit, after);
        if unit == 1 {
            break;
        }
    }
    (below < u64::MAX).then_some((total, rest))
}

/// What stands before 億 or 万 or at the end, already multiplied; and by what.
fn section(text: &str) -> Option<(u64, u64, &str)> {
    let (mut sum, mut below, mut steps, mut rest) = (Exact::default(), u64::MAX, 0, text);
    while let Some((part, unit, after)) = step(rest).filter(|(_, unit, _)| *unit < below) {
        sum = sum.plus(part)?;
        (below, steps, rest) = (unit, steps + 1, after);
        if unit == 1 {
            break;
        }
    }
    let first = rest.chars().next().filter(|_| below < u64::MAX);
    let (unit, rest) = match first {
        Some(c @ '万') => (10_000, rest.strip_prefix(c)?),
        Some(c @ '億') => (100_000_000, rest.strip_prefix(c)?),
        Some(c @ '兆') => (1_000_000_000_000, rest.strip_prefix(c)?),
        _ => (1, rest),
    };
    // 5千2万 is not 5002万.
    let is_clear = below > 1 || steps == 1 || unit == 1;
    (below < u64::MAX && is_clear).then_some(())?;
    Some((sum.times(unit)?.whole()?, unit, rest))
}

/// Figures with the 千, 百 or 十 behind them; a unit alone is one of it.
fn step(text: &str) -> Option<(Exact, u64, &str)> {
    let (figures, rest) = figures(text);
    let unit = match rest.chars().next() {
        Some('千') => 1_000,
        Some('百') => 100,
        Some('十') => 10,
        _ => 1,
    };
    let rest = if unit == 1 { rest } else { rest.get('千'.len_utf8()..)? };
    let figures = match figures {
        Some(figures) => figures,
        None => Exact::of(1).filter(|_| unit > 1)?,
    };
    Some((figures.times(unit)?, unit, rest))
}

/// Figures in Arabic, with commas and a fraction, or in kanji place by place.
fn figures(text: &str) -> (Option<Exact>, &str) {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.'))).unwrap_or(text.len());
    let (run, _) = text.split_at_checked(end).unwrap_or_default();
    // What ends it without a figure behind belongs to what follows.
    let run = run.trim_end_matches([',', '.']);
    if run.starts_with(|c: char| c.is_ascii_digit()) {
        return (Exact::read(run), text.get(run.len()..).unwrap_or_default());
    }
    let end = text.find(|c| kanji_figure(c).is_none()).unwrap_or(text.len());
    let (run, rest) = text.split_at_checked(end).unwrap_or_default();
    let value =
        run.chars().filter_map(kanji_figure).try_fold(0u64, |n, f| n.checked_mul(10)?.checked_add(u64::from(f)));
    (value.filter(|_| !run.is_empty()).and_then(Exact::of), if run.is_empty() { text } else { rest })
}

/// What a kanji figure stands for, 〇 to 九.
pub fn kanji_figure(c: char) -> Option<u32> {
    let at = "〇一二三四五六七八九".chars().position(|figure| figure == c);
    at.and_then(|n| u32::try_from(n).ok())
}

/// A decimal number without rounding: so many of a tenth, a hundredth, ….
#[derive(Clone, Copy, Default)]
struct Exact {
    units: u128,
    places: usize,
}

impl Exact {
    fn of(units: u64) -> Option<Self> {
        Some(Self { units: u128::from(units), places: 0 })
    }

    fn read(figures: &str) -> Option<Self> {
        let plain = figures.replace(',', "");
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let places = Some(fraction.len()).filter(|n| *n <= MOST_PLACES)?;
        Some(Self { units: format!("{whole}{fraction}").parse().ok()?, places })
    }

    fn times(self, factor: u64) -> Option<Self> {
        Some(Self { units: self.units.checked_mul(u128::from(factor))?, ..self })
    }

    fn plus(self, other: Self) -> Option<Self> {
        let places = self.places.max(other.places);
        let at = |n: Self| n.units.checked_mul(scale(places - n.places)?);
        Some(Self { units: at(self)?.checked_add(at(other)?)?, places })
    }

    fn whole(self) -> Option<u64> {
        let scale = scale(self.places)?;
        self.units.is_multiple_of(scale).then(|| u64::try_from(self.units / scale).ok())?
    }
}

fn scale(places: usize) -> Option<u128> {
    10u128.checked_pow(u32::try_from(places).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (text, number, rest) in [
            ("0", 0, ""),
            ("1,000人", 1000, "人"),
            ("1,000, 2", 1000, ", 2"),
            ("2万", 20_000, ""),
            ("1.5万人", 15_000, "人"),
            ("2万8,777人", 28_777, "人"),
            ("1億2千万", 120_000_000, ""),
            ("2千万人", 20_000_000, "人"),
            ("1千5百万", 15_000_000, ""),
            ("二千万", 20_000_000, ""),
            ("三百二十名", 320, "名"),
            ("二〇二四", 2024, ""),
            ("千件", 1000, "件"),
            ("3千5百人", 3500, "人"),
            ("1億3", 100_000_003, ""),
            ("1.25兆", 1_250_000_000_000, ""),
            ("18446744073709551615", u64::MAX, ""),
            ("5.", 5, "."),
            ("3千500", 3500, ""),
            ("2万3万", 20_000, "3万"),
            ("3百5百", 300, "5百"),
            ("1e3", 1, "e3"),
        ] {
            assert_eq!(number_at(text), Some((number, rest)), "{text}");
        }
        for text in ["", "人", "万", "億", "-5", "+5", ".5", ",5", "1.5", "1.00005万", "1..2", "1.2.3万", "5千2万"]
        {
            assert_eq!(number_at(text), None, "{text}");
        }
        for text in
            ["18446744073709551616", "9999999999億億", "99999999999999999999999999999999999999999", "1844674407371億"]
        {
            assert_eq!(number_at(text).filter(|(_, rest)| rest.is_empty()), None, "{text}");
        }
    }
}
