//! Parts of years and of months: `2023年度上期`, `2024年夏頃`, `10月第1週`.
//!
//! Given the cursor by `figures`, behind the year or the month.

use super::raw::{Cursor, Raw, Third};

/// `2023年度上期`, `2023年度第2四半期`, `2024年夏頃`: months of the year, fiscal or not. Tells whether some are named.
pub fn part_of_year(c: &mut Cursor, raw: &mut Raw) -> bool {
    let mut d = *c;
    d.eat("の");
    let months = if raw.fiscal { part_of_fiscal_year(&mut d) } else { season(&mut d) };
    if months.is_none() {
        return false;
    }
    raw.months = months;
    raw.approx |= !raw.fiscal;
    (c.at, raw.end) = (d.at, d.at);
    true
}

/// Halves and quarters as months from April.
fn part_of_fiscal_year(d: &mut Cursor) -> Option<(u32, u32)> {
    const PARTS: &[(&str, (u32, u32))] = &[
        ("上期", (0, 5)),
        ("上半期", (0, 5)),
        ("下期", (6, 11)),
        ("下半期", (6, 11)),
        ("第1四半期", (0, 2)),
        ("第2四半期", (3, 5)),
        ("第3四半期", (6, 8)),
        ("第4四半期", (9, 11)),
    ];
    PARTS.iter().find(|(word, _)| d.eat(word)).map(|(_, months)| *months)
}

/// A season as months from January; winter goes on into the next year.
fn season(d: &mut Cursor) -> Option<(u32, u32)> {
    let months = match d.eat_any(&["春", "夏", "秋", "冬"])? {
        "春" => (2, 4),
        "夏" => (5, 7),
        "秋" => (8, 10),
        _ => (11, 13),
    };
    // 夏休み, 秋田, 春日 and 冬季 are other words.
    let alone = d.rest().is_empty()
        || d.rest().starts_with(['頃', 'ご', 'こ', 'に', 'か', 'よ', 'の', 'は', '以', '、', '。', ')']);
    alone.then_some(months)
}

/// `2010年代`, `2025年問題`: no year of a happening.
pub fn names_no_year(after: &str) -> bool {
    let decade = after.starts_with('代') && !["代表", "代理", "代行", "代金"].iter().any(|w| after.starts_with(w));
    decade || after.starts_with("問題")
}

/// `第1週`: seven days, the fifth week what is left.
pub fn week_of_month(c: &mut Cursor) -> Option<Third> {
    let mut d = *c;
    let week = d.eat("第").then(|| d.digits(1))?.filter(|(n, _)| (1..=5).contains(n) && d.eat("週"))?.0;
    (!d.rest().starts_with('間')).then(|| *c = d)?;
    Some((7 * week - 6, (7 * week).min(31)))
}
