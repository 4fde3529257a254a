//! What the extractor promises for any text: it comes back, and what it shows stands where it says.

use chrono::NaiveDate;
use jikenbo::domain::Span;
use jikenbo::ingest::extract::counts;
use jikenbo::ingest::extract::dates::{self, ResolveContext};
use jikenbo::ingest::{Options, parse};
use jikenbo::text::fold;
use proptest::prelude::*;

const NOTICE: &str = "\
【セキュリティ事件簿#2024-913】白砂町 名簿の誤送信について 2024/7/10

令和6年(2024年)6月28日(金)午後3時40分頃から同日5時まで、1,240名分の名簿が閲覧できる状態でした。
1.経緯
・6月29日 9時15分 受信者から指摘を受けて判明した。
・翌30日 対象の方約1,200名にお詫びした。
・7月1～3日 委託先が調べた(2024年5月31日に公表した件の続報)。
2.漏えいした情報
氏名、住所、電話番号
3.今後の対応
再発防止に努めます。
リリース文アーカイブ
";

/// Pieces that dates, counts and headlines are made of.
const PIECES: &[&str] = &[
    "令和",
    "2024年",
    "６月",
    "3１日",
    "〜",
    "から",
    "同",
    "翌",
    "末",
    "下旬",
    "午後",
    "25時",
    "半",
    "(火)",
    "/",
    "-",
    ".",
    "\n",
    "\u{3000}",
    "⽇",
    "第1報",
    "公表",
    "と発表した",
    "名",
    "約",
    "【",
    "】",
    "#2024-1",
    "、",
    "。",
    "12/7 ",
    "二〇二四年",
    "先週",
    "\u{202e}",
];

fn mutated() -> impl Strategy<Value = String> {
    let edit = (0usize..2000, 0usize..40, proptest::sample::select(PIECES));
    proptest::collection::vec(edit, 0..12).prop_map(|edits| {
        let mut text: Vec<char> = NOTICE.chars().collect();
        for (at, cut, piece) in edits {
            let at = at.min(text.len());
            let end = (at + cut).min(text.len());
            text.splice(at..end, piece.chars());
        }
        text.into_iter().collect()
    })
}

/// The span lies on characters, and its text folded is a part of the whole text folded.
fn is_sound(text: &str, span: Span) -> bool {
    let squeezed = |t: &str| fold(t).text.split_whitespace().collect::<String>();
    span.of(text).is_some_and(|shown| !shown.is_empty() && squeezed(text).contains(&squeezed(shown)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_explained_stands_in_the_text(text in mutated()) {
        let context = ResolveContext { published: NaiveDate::from_ymd_opt(2024, 7, 10), ..ResolveContext::default() };
        for e in dates::scan(&text, &context) {
            prop_assert!(is_sound(&text, e.span), "{:?}", e.span);
            prop_assert!(e.hi.is_none_or(|h| e.lo.first_day() <= h.last_day()));
        }
        for e in counts::scan(&text) {
            prop_assert!(is_sound(&text, e.span), "{:?}", e.span);
        }
    }

    #[test]
    fn what_is_extracted_stands_in_its_entry(text in mutated()) {
        let Ok(document) = parse(text.as_bytes(), "notice.txt", &Options::default()) else { return Ok(()) };
        for entry in document.entries {
            let facts = &entry.facts;
            for span in facts.evidence.values().flatten().chain(facts.timeline.iter().map(|e| &e.span)) {
                prop_assert!(is_sound(&entry.text, *span), "{span:?}");
            }
        }
    }
}
