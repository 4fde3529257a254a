//! Posts of all kinds in every order: as many entries come out as posts went in, and no line is lost without a word.

use jikenbo::domain::{Confidence, Field, Kind, ParsedDocument};
use jikenbo::ingest::{Options, parse};
use proptest::prelude::*;
use std::fs;
use std::path::PathBuf;

/// The kinds of posts of a case-book blog.
const POSTS: usize = 8;

const ORGS: [&str; 6] =
    ["霧岬市", "株式会社あさつゆ出版", "月見台大学", "つつじ電機株式会社", "かすみ野県", "しずく信用金庫"];

/// A post, and what comes out of it. `n` sets it apart from the others.
fn post(kind: usize, n: usize) -> (String, Vec<Kind>) {
    let org = ORGS[n % ORGS.len()];
    let body = format!("{org}の職員が6月{}日、名簿を誤った宛先に送信しました。\n\n再発防止に努めます。\n\n", n + 1);
    let day = format!("2024/6/{}", n + 10);
    let numbered = format!("【セキュリティ事件簿#2024-9{n:02}】{org} 名簿の誤送信について {day}\n\n");
    let victim = |k: usize| {
        format!("Kiri Works {n}{k} Inc\n\n組織名\n\n{org}\n\nランサムウエアギャング\n\nredfox\n\nその他\n\n")
    };
    match kind {
        0 => (format!("{numbered}{body}リリース文アーカイブ\n\n"), vec![Kind::Incident]),
        1 => (format!("{numbered}{body}"), vec![Kind::Incident]),
        2 => (
            format!("{numbered}{body}リリース文アーカイブ\n\n【2024/5/{}リリース分】\n\n", n + 1),
            vec![Kind::Incident],
        ),
        3 => (format!("{org} 書類の紛失について {day}\n\n\n{body}"), vec![Kind::Incident]),
        4 => (
            format!("離島の空港ラウンジを{n}度巡った一日\n\n\u{A0}\n\n朝の便で出かけた。\n\n昼に着いた。\n\n"),
            vec![Kind::Other],
        ),
        5 => (
            format!("【マイルの旅】離島を{n}度訪ねた {day}\n\n夏に出かけた。\n\n海がよかった。\n\n"),
            vec![Kind::Other],
        ),
        6 => (victim(0), vec![Kind::Claim]),
        _ => {
            let head = "ランサムウェアギャングが発表した被害組織リスト(2024年6月)\n\n\u{A0}\n\n6月の一覧です。\n\n";
            (format!("{head}{}{}", victim(0), victim(1)), vec![Kind::Claim, Kind::Claim])
        }
    }
}

fn digest(kinds: &[usize]) -> (String, Vec<Kind>) {
    let posts: Vec<_> = kinds.iter().enumerate().map(|(n, kind)| post(*kind, n)).collect();
    let text = posts.iter().map(|p| p.0.as_str()).collect();
    (text, posts.into_iter().flat_map(|p| p.1).collect())
}

fn read(text: &str) -> ParsedDocument {
    parse(text.as_bytes(), "a.txt", &Options::default()).unwrap()
}

fn told(d: &ParsedDocument) -> Vec<String> {
    d.entries
        .iter()
        .map(|e| {
            let f = &e.facts;
            let [org, title] = [&f.org, &f.title].map(|o| o.clone().unwrap_or_default());
            let day = f.published.map(|d| d.to_string()).unwrap_or_default();
            format!("{} {} {org}|{title}|{day}", e.kind, f.case_no.clone().unwrap_or_default())
        })
        .collect()
}

/// Lines with text that no entry holds and no warning names.
fn lost(text: &str, d: &ParsedDocument) -> Vec<String> {
    let named = |n: usize| {
        d.warnings.iter().any(|w| {
            let Some(range) = w.strip_prefix("line").and_then(|w| w.trim_start_matches(['s', ' ']).split(' ').next())
            else {
                return false;
            };
            let (from, to) = range.split_once('-').unwrap_or((range, range));
            from.parse::<usize>().is_ok_and(|f| f <= n) && to.parse::<usize>().is_ok_and(|t| n <= t)
        })
    };
    let mut at = 0;
    let mut lost = Vec::new();
    for (n, line) in text.split('\n').enumerate() {
        let held = d.entries.iter().any(|e| e.bytes.0 <= at && at < e.bytes.1);
        if !line.trim().is_empty() && !held && !named(n + 1) {
            lost.push(line.to_owned());
        }
        at += line.len() + 1;
    }
    lost
}

/// What a page prints besides its entries, by itself or by its place.
fn is_the_pages_own(line: &str) -> bool {
    [
        "ラベル ",
        "ランサムウェアギャングが",
        "被害組織リスト",
        "日付",
        "公表日",
        "|-",
        "---",
        "設定不備",
        "このページの先頭に戻る",
        "| 公表日",
        "｜公表日",
        "誤送信",
        "設備不備",
        "2024年4月に",
        "2024年6月に",
        "6月の一覧",
    ]
    .iter()
    .any(|w| line.starts_with(w) || line.contains("一覧です"))
}

#[test]
fn posts_in_every_order_of_three_are_as_many_entries() {
    for n in 0..POSTS * POSTS * POSTS {
        let kinds = [n / POSTS / POSTS, n / POSTS % POSTS, n % POSTS];
        let (text, expected) = digest(&kinds);
        // Neither a number nor a day tells a page of nothing but such posts from any other page.
        let Ok(d) = parse(text.as_bytes(), "a.txt", &Options::default()) else {
            assert!(kinds.iter().all(|k| matches!(k, 4 | 5)), "{kinds:?}");
            continue;
        };
        let found: Vec<Kind> = d.entries.iter().map(|e| e.kind).collect();
        assert_eq!(found, expected, "{kinds:?} {:#?}\n{text}", told(&d));
        assert!(lost(&text, &d).iter().all(|l| is_the_pages_own(l)), "{kinds:?} {:?}", lost(&text, &d));
        assert_eq!(d.warnings, Vec::<String>::new(), "{kinds:?}");
    }
}

#[test]
fn no_line_of_a_page_is_lost_without_a_word() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    for folder in ["assets/sample", "tests/fixtures/digests", "tests/fixtures/labelled"] {
        for file in fs::read_dir(root.join(folder)).unwrap() {
            let path = file.unwrap().path();
            let Ok(text) = fs::read_to_string(&path) else { continue };
            if path.extension().is_none_or(|e| e != "txt") {
                continue;
            }
            let d = read(&text);
            let lost: Vec<String> = lost(&text, &d).into_iter().filter(|l| !is_the_pages_own(l)).collect();
            assert_eq!(lost, Vec::<String>::new(), "{}", path.display());
        }
    }
}

#[test]
fn a_claim_below_a_post_takes_nothing_from_it() {
    let (text, _) = digest(&[0, 6]);
    assert_eq!(told(&read(&text))[0], "incident 2024-900 霧岬市|名簿の誤送信について|2024-06-10");
    // A note that was left empty stands above the next post, and is no reference to it.
    let (text, expected) = digest(&[6, 0]);
    assert_eq!(read(&text.replace("その他", "関連事件簿")).entries.len(), expected.len());
}

#[test]
fn a_marker_of_a_release_is_no_event() {
    for (line, follows) in [("【2024/5/29リリース分】", 1), ("[2024年5月29日付プレスリリース]", 0)] {
        for text in [
            format!(
                "【セキュリティ事件簿#2024-911】霧岬市 名簿の紛失について 2024/6/6\n\n{line}\n\n6月2日、職員が名簿を紛失しました。\n\nリリース文アーカイブ\n"
            ),
            format!(
                "【セキュリティ事件簿#2024-911】霧岬市 名簿の紛失について 2024/6/6\n\n6月2日、職員が名簿を紛失しました。\n\nリリース文アーカイブ\n\n{line}\n\n職員が名簿を紛失しましたのでお知らせいたします。\n"
            ),
        ] {
            let d = read(&text);
            let days: Vec<String> = d.entries[0].facts.timeline.iter().map(|e| e.at.to_string()).collect();
            assert_eq!(days, ["2024-06-02"], "{text}");
            assert!(d.entries[0].facts.follows.len() >= follows, "{text}");
        }
    }
}

#[test]
fn labels_of_a_category_page_hold_from_where_they_stand() {
    let entry = |org: &str, title: &str| {
        format!("{org}\n\n{title}\n\n2023年6月8日\n\n担当者が誤りに気づきました。\n\n{title}\n\n\u{A0}\n\n")
    };
    let page = [
        "設備不備\n\n".to_owned(),
        entry("霧岬市", "証明書発行機の障害について"),
        entry("月見台大学", "学生ポータルの障害について"),
        "不正アクセス\n\n\u{A0}\n\n".to_owned(),
        entry("つつじ電機株式会社", "不正アクセスによる情報流出について"),
        "雲と風の便り\n\n".to_owned(),
        entry("しずく信用金庫", "伝票の紛失について"),
    ]
    .concat();
    let d = read(&page);
    let labels: Vec<_> = d.entries.iter().map(|e| (e.facts.org.as_deref(), e.label.as_deref())).collect();
    assert_eq!(
        labels,
        [
            (Some("霧岬市"), Some("設備不備")),
            (Some("月見台大学"), Some("設備不備")),
            (Some("つつじ電機株式会社"), Some("不正アクセス")),
            (None, None),
        ]
    );
    assert!(d.entries[3].facts.warnings.join("\n").contains("雲と風の便り"), "{:?}", d.entries[3].facts.warnings);
}

#[test]
fn headlines_broken_in_two_or_run_together_are_parted() {
    let body = "\n\n職員が6月2日、名簿を誤った宛先に送信しました。\n\nリリース文アーカイブ\n\n";
    let whole = "incident 2024-911 株式会社あさつゆ出版|名簿の誤送信について|2024-06-06";
    for head in [
        "株式会社あさつゆ出版 名簿の誤送信について 2024/6/6",
        "株式会社あさつゆ出版\n名簿の誤送信について 2024/6/6",
        "株式会社あさつゆ出版 名簿の誤送信に\nついて 2024/6/6",
        "株式会社あさつゆ\n出版 名簿の誤送信について 2024/6/6",
        "株式会社あさつゆ出版 名簿の誤送信について（２０２４／６／６）",
        "株式会社あさつゆ出版 名簿の誤送信について 【2024年6月6日】",
    ] {
        for end in ["\n", "\r\n"] {
            let text = format!("【セキュリティ事件簿#2024-911】{head}{body}").replace('\n', end);
            let d = read(&text);
            assert_eq!(told(&d), [whole], "{head:?}");
            let e = &d.entries[0];
            let proof = e.facts.evidence[&Field::Title][0].of(&e.text).unwrap();
            assert_eq!(proof.replace(['\r', '\n'], ""), "名簿の誤送信について");
            assert_eq!(e.facts.confidence[&Field::Title] < Confidence::High, head.contains('\n'), "{head:?}");
        }
    }
    // A letterhead's day below a whole title is no part of it.
    let text = format!("【セキュリティ事件簿#2024-911】霧岬市 名簿の誤送信について\n公表の日 2024/6/6{body}");
    assert_eq!(read(&text).entries[0].facts.title.as_deref(), Some("名簿の誤送信について"));
    let second = "【セキュリティ事件簿#2024-912】霧岬市 書類の紛失について 2024/6/7";
    for glue in [
        "名簿の誤送信について 2024/6/6 ",
        "名簿の誤送信について 2024/6/6\n\n再発防止に努めます。",
        "名簿の誤送信について 2024/6/6\n\nリリース文アーカイブ",
    ] {
        let text = format!("【セキュリティ事件簿#2024-911】月見台大学 {glue}{second}{body}");
        let d = read(&text);
        assert_eq!(
            told(&d),
            [
                "incident 2024-911 月見台大学|名簿の誤送信について|2024-06-06",
                "incident 2024-912 霧岬市|書類の紛失について|2024-06-07"
            ]
        );
        for e in &d.entries {
            assert_eq!(&text[e.bytes.0..e.bytes.1], e.text);
        }
    }
    let text =
        format!("【セキュリティ事件簿#2024-911】月見台大学 名簿の誤送信について 2024/6/6\n\n前回は、{second}{body}");
    assert!(read(&text).warnings.join("\n").contains("line 3 holds a headline"), "{:?}", read(&text).warnings);
}

#[test]
fn a_table_of_contents_and_comments_are_no_posts() {
    let (text, expected) = digest(&[0, 2, 0]);
    let heads: Vec<&str> = text.lines().filter(|l| l.starts_with("【セキュリティ")).collect();
    for list in [heads.join("\n"), heads.join("\n\n")] {
        for page in [format!("{list}\n\n{text}"), format!("{text}人気の投稿\n\n{list}\n\nPowered by Blogger.\n")] {
            let d = read(&page);
            assert_eq!(d.entries.len(), expected.len(), "{page}");
            assert!(d.entries.iter().all(|e| e.text.contains("再発防止") && !e.text.contains("人気")));
            assert_eq!(d.warnings, Vec::<String>::new());
        }
    }
    let comments = "2 件のコメント:\n\n匿名 2024年7月1日 10:20\n\n勉強になりました。\n\n返信\n\nコメントを投稿\n\n次の投稿 前の投稿 ホーム\n\n";
    let text = text.replacen("リリース文アーカイブ\n\n", &format!("リリース文アーカイブ\n\n{comments}"), 1);
    let d = read(&text);
    assert_eq!(d.entries.len(), expected.len());
    assert!(d.entries.iter().all(|e| !e.text.contains("勉強")));
    assert_eq!(d.warnings, Vec::<String>::new());
    let text = format!("{}\n棚の目録\n\n二段目\n", text.trim_end());
    assert!(read(&text).entries.len() == expected.len());
}

#[test]
fn an_earlier_release_quoted_whole_stays_with_its_post() {
    let (text, _) = digest(&[2]);
    let quoted =
        "名簿の誤送信に関するお知らせ(第1報)\n\n2024年5月1日\n\n霧岬市\n\n職員が名簿を誤った宛先に送信しました。\n\n";
    let (next, _) = post(5, 4);
    let d = read(&format!("{text}{quoted}{next}"));
    let kinds: Vec<Kind> = d.entries.iter().map(|e| e.kind).collect();
    assert_eq!(kinds, [Kind::Incident, Kind::Other]);
    assert!(d.entries[0].text.ends_with("宛先に送信しました。"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn posts_in_any_order_are_as_many_entries(kinds in prop::collection::vec(0..POSTS, 1..9), first in 0..4_usize) {
        let kinds: Vec<usize> = [first].into_iter().chain(kinds).collect();
        let (text, expected) = digest(&kinds);
        for text in [text.clone(), text.replace('\n', "\r\n")] {
            let d = read(&text);
            let found: Vec<Kind> = d.entries.iter().map(|e| e.kind).collect();
            prop_assert_eq!(&found, &expected, "{:?} {:#?}", kinds, told(&d));
            prop_assert!(lost(&text, &d).iter().all(|l| is_the_pages_own(l)), "{:?}", lost(&text, &d));
        }
    }
}
