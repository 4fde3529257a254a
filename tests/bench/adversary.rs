//! Documents that are made to be slow to read: long rows of what rules look for, look around and look back at. The
//! benches time them at several sizes, and a test holds the time to the size.

/// Kinds of hostile documents, by name.
pub const KINDS: [&str; 16] = [
    "digits",
    "enumerated days",
    "slashes",
    "open brackets",
    "nested marks",
    "spaces",
    "dates of one day",
    "money",
    "companies",
    "headlines",
    "victims",
    "short lines",
    "page of lines",
    "page in Shift_JIS",
    "denials",
    "many sums",
];

/// A document of about `size` bytes of one kind, as text in UTF-8.
pub fn hostile(kind: &str, size: usize) -> Vec<u8> {
    let notice = |body: String| format!("【事件簿#2024-001】若草市 名簿の紛失について 2024年6月6日\n\n{body}\n");
    let rows = |unit: &str| notice(broken(unit, size));
    let text = match kind {
        "digits" => rows("1234567890,1.1.1、"),
        "enumerated days" => rows("1、2、3・4,"),
        "slashes" => rows("6/6 "),
        "open brackets" => rows("(1(2(令和5(氏名("),
        "nested marks" => rows("【(「『《「(【■1.(1)①"),
        "spaces" => rows(" 1 \u{3000}日 \u{a0} 年"),
        "dates of one day" => rows("6月5日に公表した、同日に判明、"),
        "money" => rows("計1円と被害額1万円"),
        "companies" => rows("株式会社を委託した株式会社が"),
        "denials" => rows("氏名、住所(番号)は含まれておりませんが、"),
        "headlines" => lines("若草市 名簿の紛失について 2024年6月6日\n\n\n", size),
        "victims" => lines("若草商事\n\n組織名\n若草商事株式会社\n\nランサムウエアギャング\nx\n\n", size),
        "short lines" => lines("若草市役所\n\u{a0}\n若草市の件について\n", size),
        "many sums" => {
            let sums = "1円".repeat(1500);
            lines(&format!("【事件簿#2024-001】若草市 名簿の流出について 2024年6月6日\n\n{sums}\n\n"), size)
        }
        _ => {
            let rows = lines("若草市の行\n", size);
            format!("<html><body><article><h2>若草市 紛失について</h2><pre>{rows}</pre></article></body></html>")
        }
    };
    if kind == "page in Shift_JIS" { encoding_rs::SHIFT_JIS.encode(&text).0.into_owned() } else { text.into_bytes() }
}

/// A unit over and over, in lines of a length that is still taken.
fn broken(unit: &str, size: usize) -> String {
    let line = unit.repeat(600_000 / unit.len());
    let mut text = String::with_capacity(size + 8);
    while text.len() < size {
        let rest = size - text.len();
        text.push_str(if rest < line.len() { "" } else { &line });
        if rest < line.len() {
            text.push_str(&unit.repeat(rest / unit.len() + 1));
        }
        text.push('\n');
    }
    text
}

fn lines(unit: &str, size: usize) -> String {
    unit.repeat(size / unit.len() + 1)
}
