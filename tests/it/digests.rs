//! Digests of every format, in the variations that pages really have, against what a reader would see in them.

use encoding_rs::{EUC_JP, SHIFT_JIS};
use jikenbo::domain::{Confidence, Field, ParsedDocument, ParsedEntry};
use jikenbo::ingest::{IngestError, Options, parse};
use proptest::prelude::*;
use std::fs;
use std::path::PathBuf;

const NAMES: [&str; 5] = ["numbered", "plain", "news-2014", "category", "table"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/digests")
}

fn source(name: &str) -> String {
    fs::read_to_string(folder().join(format!("{name}.txt"))).unwrap()
}

fn read(name: &str, text: &str) -> ParsedDocument {
    parse(text.as_bytes(), &format!("{name}.txt"), &Options::default()).unwrap()
}

/// One line an entry: line|kind|case number|organisation|title|day|gang. The day only where the headline prints it.
fn row(e: &ParsedEntry) -> String {
    let f = &e.facts;
    let shown = |o: &Option<String>| o.clone().unwrap_or_default();
    let printed = f.rules.get(&Field::Published).is_some_and(|r| r == "headline");
    let day = f.published.filter(|_| printed).map(|d| d.to_string()).unwrap_or_default();
    let parts = [e.line.to_string(), e.kind.to_string(), shown(&f.case_no), shown(&f.org), shown(&f.title), day];
    format!("{}|{}", parts.join("|"), shown(&f.gang))
}

fn rows(d: &ParsedDocument) -> Vec<String> {
    d.entries.iter().map(row).collect()
}

fn expected(name: &str) -> Vec<String> {
    fs::read_to_string(folder().join(format!("{name}.expected"))).unwrap().lines().map(str::to_owned).collect()
}

/// Whatever was read: entries in order, text and bytes in place, proofs inside the text.
fn check_places(d: &ParsedDocument, raw: &[u8]) {
    let mut last = (0, 0);
    for e in &d.entries {
        // Posts that run together stand on one line.
        assert!(e.line >= last.0, "line {} after {}", e.line, last.0);
        assert!(e.bytes.0 >= last.1 && e.bytes.0 <= e.bytes.1 && e.bytes.1 <= raw.len(), "{:?}", e.bytes);
        last = (e.line, e.bytes.1);
        assert_eq!(e.line, 1 + raw[..e.bytes.0].iter().filter(|b| **b == b'\n').count());
        for (field, span) in e.facts.evidence.iter().flat_map(|(f, s)| s.iter().map(move |s| (f, s))) {
            assert!(span.of(&e.text).is_some_and(|t| !t.is_empty()), "{field}: {span:?}");
        }
        if d.meta.encoding == "UTF-8" {
            let bytes = &raw[e.bytes.0..e.bytes.1];
            assert_eq!(e.text.as_bytes(), bytes.strip_suffix(b"\r").unwrap_or(bytes));
        }
    }
}

#[test]
fn every_format_is_split_as_a_reader_would() {
    for name in NAMES {
        let text = source(name);
        let d = read(name, &text);
        assert_eq!(rows(&d), expected(name), "{name}");
        check_places(&d, text.as_bytes());
    }
}

#[test]
fn line_ends_and_marks_change_nothing_but_places() {
    for name in NAMES {
        let text = source(name);
        for variant in [text.replace('\n', "\r\n"), format!("\u{FEFF}{text}"), text.trim_end().to_owned()] {
            let d = read(name, &variant);
            assert_eq!(rows(&d), expected(name), "{name}");
            check_places(&d, variant.as_bytes());
        }
    }
}

#[test]
fn other_encodings_give_the_same_entries() {
    for name in NAMES {
        let text = source(name).replace('\u{A0}', "\u{3000}").replace('•', "・");
        for encoding in [SHIFT_JIS, EUC_JP] {
            let (raw, _, lost) = encoding.encode(&text);
            assert!(!lost, "{name}");
            let d = parse(&raw, &format!("{name}.txt"), &Options::default()).unwrap();
            assert_eq!(d.meta.encoding, encoding.name());
            assert_eq!(rows(&d), expected(name), "{name}");
            check_places(&d, &raw);
            for e in &d.entries {
                let (again, _, _) = encoding.encode(&e.text);
                assert_eq!(&raw[e.bytes.0..e.bytes.1], again.as_ref(), "{name}:{}", e.line);
            }
        }
    }
}

#[test]
fn labels_addresses_and_warnings_are_kept() {
    let numbered = read("numbered", &source("numbered"));
    assert!(numbered.entries.iter().all(|e| e.label.as_deref() == Some("インシデント:設定ミス")));
    let warned = |line| numbered.entries.iter().find(|e| e.line == line).unwrap().facts.warnings.join("\n");
    assert!(warned(82).contains("2017根7月8日"), "{}", warned(82));
    assert!(warned(115).contains("2021"), "{}", warned(115));
    let news = read("news-2014", &source("news-2014"));
    assert_eq!(news.entries[0].url.as_deref(), Some("http://www.city.kirimisaki.example/20141119mail.html"));
    assert!(news.warnings[0].contains("2014"), "{:?}", news.warnings);
    let category = read("category", &source("category"));
    assert!(category.entries.iter().all(|e| e.label.as_deref() == Some("設定不備")));
}

#[test]
fn the_year_of_a_digest_comes_from_where_it_is_told() {
    let text = source("news-2014").replace("20141119mail", "mail");
    let options = |year, url: Option<&str>| Options { year, source_url: url.map(str::to_owned), ..Options::default() };
    let notes = |o: &Options, path: &str| parse(text.as_bytes(), path, o).unwrap().warnings.join(" ");
    let titled = "line 1 belongs to no entry and was left out: 「今週の情報流出」";
    assert_eq!(notes(&options(Some(2014), None), "a.txt"), titled);
    assert!(notes(&options(None, Some("https://a.example/2014/11/x.html")), "a.txt").contains("its address"));
    assert!(notes(&options(None, None), "a-2014.txt").contains("its path"));
    assert!(notes(&options(None, None), "a.txt").contains("--year"));
}

#[test]
fn what_cannot_be_read_says_why() {
    let wrong = |bytes: &[u8]| parse(bytes, "a", &Options::default()).unwrap_err();
    assert_eq!(wrong(b""), IngestError::Empty);
    assert_eq!(wrong("\u{FEFF} \n\u{A0}\n".as_bytes()), IngestError::Empty);
    assert_eq!(wrong("買い物の覚え書き\n\n牛乳\n卵\n".as_bytes()), IngestError::UnknownFormat);
    assert_eq!(wrong(b"<!DOCTYPE html><html><p>memo</p></html>"), IngestError::UnknownFormat);
    assert!(matches!(wrong(b"{\"id\":\"a\"}\n"), IngestError::Unsupported { .. }));
    assert!(matches!(wrong(b"<rss><channel>\n<item></channel></rss>"), IngestError::Markup { line: 2, .. }));
    let deep = "<div>".repeat(1_000_000);
    assert_eq!(wrong(format!("<html>\n{deep}").as_bytes()), IngestError::TooDeep { line: 2 });
    let deep = "<a>".repeat(1_000_000);
    assert_eq!(wrong(format!("<feed>\n\n{deep}").as_bytes()), IngestError::TooDeep { line: 3 });
    let (sjis, _, _) = SHIFT_JIS.encode("◎霧岬市、名簿を紛失\n霧岬市は発表した");
    let message = wrong(&sjis[..sjis.len() - 1]).to_string();
    assert!(message.contains("Shift_JIS") && message.contains("line 2"), "{message}");
}

/// The rows of a text without their line numbers, with the path that tells nothing.
fn shown(text: &str) -> Vec<String> {
    let d = parse(text.as_bytes(), "a.txt", &Options::default()).unwrap();
    check_places(&d, text.as_bytes());
    d.entries.iter().map(|e| row(e).split_once('|').unwrap().1.to_owned()).collect()
}

const CATEGORY: &str = "設備不備\n霧岬市\n\n2023年6月8日\n\n申請システムの表示の誤りについて\n市の申請システムで表示を誤りました。\n\n\
    申請システムの表示の誤りについて\n\n\u{A0}\n\n株式会社あさつゆ出版\n\n読者ページが閲覧できない状態について(復旧報)\n\n\
    5月12日(金)に閲覧できない状態になりました。\n\n読者ページが閲覧できない状態について(復旧報)\n";

#[test]
fn a_page_that_names_its_year_keeps_it() {
    let options = Options { year: Some(2013), ..Options::default() };
    let d = parse(CATEGORY.as_bytes(), "digest-2014.txt", &options).unwrap();
    let days: Vec<String> = d.entries[1].facts.timeline.iter().map(|e| e.at.to_string()).collect();
    assert_eq!(days, ["2023-05-12"]);
    let nameless = CATEGORY.replace("2023年6月8日", "題名の下の行です。");
    let d = parse(nameless.as_bytes(), "digest-2014.txt", &options).unwrap();
    assert_eq!(d.entries[1].facts.timeline[0].at.to_string(), "2013-05-12");
    let d = parse(nameless.as_bytes(), "digest-2014.txt", &Options::default()).unwrap();
    assert_eq!(d.entries[1].facts.timeline[0].at.to_string(), "2014-05-12");
}

#[test]
fn a_caption_begins_no_post_of_its_own() {
    let open = "【セキュリティ事件簿#2024-911】霧岬市 名簿の誤送信について 2024/6/6\n\n市の職員が名簿を誤って送りました。\n\n再発防止に努めます。\n\n";
    let body = "\n\u{A0}\n\n朝の便で出かけた。\n\n昼に着いた。\n";
    for (title, caption) in [
        ("つつじエアラインズの新しいラウンジへ", "つつじエアラインズ"),
        ("つつじ空港で一日セミナーに出てみた", "つつじ空港"),
        ("サイバー攻撃を学ぶセミナー「つつじ会議」参加記", "つつじ会議"),
        ("離島へ行くキャンペーン(2024年6月)", "Rito Air"),
        ("離島 マイル キャンペーン", "離島マイル"),
    ] {
        let rows = shown(&format!("{open}{title}\n\n{caption}{body}"));
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert_eq!(rows[1], format!("other|||{title}||"));
    }
}

#[test]
fn category_entries_are_parted_however_they_are_printed() {
    let heads = [
        ("月見台電機株式会社\n\n※2023年5月10日に発生した通信の状況\n\n", "※2023年5月10日に発生した通信の状況"),
        ("月見台電機株式会社\n\n【復旧】通信サービスの状況\n\n", "【復旧】通信サービスの状況"),
        ("月見台電機株式会社\n2023年\n5月12日\n通信の障害について\n", "通信の障害について"),
        (
            "月見台電機\n通信の障害により一部の地域で\nご利用いただけない状況について\n2023年5月12日\n",
            "通信の障害により一部の地域でご利用いただけない状況について",
        ),
        (
            "月見台電機株式会社\n\n通信の障害により一部の地域で\nご利用いただけない状況について\n\n",
            "通信の障害により一部の地域でご利用いただけない状況について",
        ),
        ("月見台電機株式会社\n通信 の障害に ついて\n", "通信 の障害に ついて"),
    ];
    let tail = "\n\u{A0}\n\nつきみ生活協同組合\n注文控えの誤配について\n2023年5月10日\n\n注文控えを別の組合員に配りました。\n注文控えの誤配について\n";
    for separator in ["\n\n\u{A0}\n\n", "\n \u{A0} \n", "\n\u{A0}\n\u{A0}\n", "\n\u{3000}\n\n", "\n\u{A0}\n", "\n\n\n"]
    {
        for (head, title) in heads {
            let closing = title.replace(' ', "");
            let page = CATEGORY.trim_end();
            let body = "一部の地域で通信がご利用いただけませんでした。\n\n現在は復旧しております。\n\n";
            let rows = shown(&format!("{page}{separator}{head}{body}{closing}\n{tail}"));
            assert_eq!(rows.len(), 4, "{separator:?} {head:?} {rows:#?}");
            let org = head.lines().next().unwrap();
            assert!(rows[2].starts_with(&format!("incident||{org}|{title}|")), "{separator:?} {}", rows[2]);
        }
    }
    // Without the title at its end, by the organisation and the day.
    let rows = shown(&format!(
        "{}\n \n月見台電機株式会社\n通信の状況\n2023年5月12日\n\n一部で通信がご利用いただけませんでした。\n",
        CATEGORY.trim_end()
    ));
    assert_eq!(rows.len(), 3, "{rows:#?}");
}

#[test]
fn a_table_is_read_by_the_names_of_its_columns() {
    let d = read("table", &source("table"));
    assert_eq!(d.meta.format.as_str(), "table");
    let facts = |n: usize| &d.entries[n].facts;
    assert_eq!(facts(0).affected.map(|a| a.count), Some(Some(31)));
    assert_eq!(facts(0).data_types, ["address", "name"]);
    assert_eq!(d.entries[0].url.as_deref(), Some("https://www.kirimisaki.example/0603.html"));
    assert_eq!(facts(1).timeline[0].at.to_string(), "2024-06-01");
    assert!(facts(3).warnings.join("\n").contains("6月上旬"), "{:?}", facts(3).warnings);
    // Without their names, or among other lines, rows are no entries.
    let refused = |text: &str| {
        assert_eq!(parse(text.as_bytes(), "a", &Options::default()).unwrap_err(), IngestError::UnknownFormat);
    };
    let rows = "2024/6/3 | 霧岬市 | 健診案内の誤送付\n2024/6/4 | 霧岬市 | 納税通知の誤送付\n";
    refused(rows);
    refused(&format!("日付 | 便名 | 行先\n{rows}"));
    refused(&format!("日付 | 団体 | 件名\n{rows}{}", "会議で配る表の案です。\n".repeat(5)));
    assert_eq!(shown(&format!("日付 | 団体 | 件名\n{rows}")).len(), 2);
}

#[test]
fn a_news_item_without_its_sign_is_read() {
    let body = "霧岬市は11月20日、講座の案内メールを送る際に、宛先が互いに見える状態で送信したと発表した。市によると、11月17日午後5時34分頃に送信し、直後にミスに気づいたという。";
    let link = "・メール送信時の誤りについて(霧岬市) http://www.city.kirimisaki.example/20141119.html";
    for (line, org, title) in [
        ("霧岬市、案内メールで宛先87件が流出", "霧岬市", "案内メールで宛先87件が流出"),
        ("案内メールで宛先87件が流出 - 霧岬市", "霧岬市", "案内メールで宛先87件が流出"),
        ("案内メールの誤送信で宛先が流出【霧岬市】", "霧岬市", "案内メールの誤送信で宛先が流出"),
    ] {
        assert_eq!(shown(&format!("{line}\n{body}\n{link}\n")), [format!("incident||{org}|{title}||")]);
        assert_eq!(shown(&format!("{line}\n\n{body}\n")).len(), 1);
    }
    let wrong = parse(format!("霧岬市、祭りを開催\n{body}\n").as_bytes(), "a", &Options::default());
    assert_eq!(wrong.unwrap_err(), IngestError::UnknownFormat);
}

#[test]
fn a_page_of_posts_without_incidents_is_told_by_its_furniture() {
    let posts = "離島の空港で食べ比べ\n\n\u{A0}\n\n三軒を回った。\n\nどこもよかった。\n";
    let banner = "ラベル マイル の投稿を表示しています。 すべての投稿を表示\n";
    assert_eq!(shown(&format!("{banner}{posts}")), ["other|||離島の空港で食べ比べ||"]);
    assert_eq!(shown(&format!("{posts}\nリリース文アーカイブ\n\n{}", posts.replace("離島", "山"))).len(), 2);
    assert_eq!(parse(posts.as_bytes(), "a", &Options::default()).unwrap_err(), IngestError::UnknownFormat);
}

/// What an incident says whatever file it stands in: everything but places and proofs.
fn told(e: &ParsedEntry) -> String {
    let f = &e.facts;
    let events: Vec<String> = f.timeline.iter().map(|t| format!("{}..{:?}", t.at, t.until)).collect();
    let head = [&f.case_no, &f.org, &f.title, &f.gang].map(|o| o.clone().unwrap_or_default()).join("|");
    let rest = (&f.actions, &f.affected, &f.data_types, f.exposure, f.secondary_damage, f.ppc, f.police);
    format!("{} {head} {rest:?} {:?} {:?} {:?} {events:?}", e.kind, f.third_party, f.occurred, f.discovered)
}

fn read_as(name: &str, options: &Options) -> (ParsedDocument, Vec<u8>) {
    let raw = fs::read(folder().join(name)).unwrap();
    let d = parse(&raw, name, options).unwrap();
    for e in &d.entries {
        assert!(e.bytes.0 < e.bytes.1 && e.bytes.1 <= raw.len(), "{:?}", e.bytes);
        for (field, span) in e.facts.evidence.iter().flat_map(|(f, s)| s.iter().map(move |s| (f, s))) {
            assert!(span.of(&e.text).is_some_and(|t| !t.is_empty()), "{field}: {span:?}");
        }
    }
    (d, raw)
}

#[test]
fn a_saved_page_and_a_feed_tell_what_the_text_tells() {
    let text = read("numbered", &source("numbered"));
    for (name, format) in [("numbered.html", "html"), ("numbered.atom", "feed")] {
        let (d, raw) = read_as(name, &Options::default());
        assert_eq!(d.meta.format.as_str(), format);
        assert_eq!(d.entries.len(), text.entries.len());
        for (e, plain) in d.entries.iter().zip(&text.entries) {
            // A day that only the markup gives dates what the text alone leaves open.
            let (mut marked, mut bare) = (e.clone(), plain.clone());
            if plain.facts.published.is_none() && e.facts.published.is_some() {
                for f in [&mut marked.facts, &mut bare.facts] {
                    (f.timeline, f.occurred, f.discovered) = (Vec::new(), None, None);
                }
            }
            assert_eq!(told(&marked), told(&bare), "{name}:{}", e.line);
            if plain.facts.rules.get(&Field::Published).is_some_and(|r| r != "markup") {
                assert_eq!(e.facts.published, plain.facts.published, "{name}:{}", e.line);
            }
            let place = String::from_utf8_lossy(&raw[e.bytes.0..e.bytes.1]);
            let title = e.text.lines().next().unwrap();
            let shown = title.split_whitespace().next().unwrap();
            assert!(place.contains(shown), "{name}:{} {place}", e.line);
            let line = String::from_utf8_lossy(&raw).lines().nth(e.line - 1).unwrap().to_owned();
            assert!(line.contains(shown), "{name}:{} {line}", e.line);
        }
        let undated = d.entries.iter().find(|e| e.facts.case_no.as_deref() == Some("2024-902")).unwrap();
        assert_eq!(undated.facts.published.map(|d| d.to_string()).as_deref(), Some("2024-06-07"));
        assert_eq!(undated.facts.confidence.get(&Field::Published), Some(&Confidence::Low));
        assert!(!undated.facts.evidence.contains_key(&Field::Published));
        assert_eq!(undated.url.as_deref(), Some("https://shelf.example/2024/06/2.html"));
        assert_eq!(undated.label.as_deref(), Some("インシデント:設定ミス"));
        assert_eq!(d.entries[0].label.as_deref(), Some("雑記"));
    }
}

#[test]
fn pages_without_posts_are_read_by_their_text() {
    let items: String =
        CATEGORY.lines().filter(|l| !l.is_empty()).map(|l| format!("<p>{}\n", l.replace('\u{A0}', "&nbsp;"))).collect();
    let page = format!("<html><body><nav>◎目次、流出</nav><div role=\"main\">{items}</div><p>霧岬市</p></body></html>");
    let d = parse(page.as_bytes(), "a.html", &Options::default()).unwrap();
    let plain = read("a", CATEGORY);
    let all = |d: &ParsedDocument| d.entries.iter().map(told).collect::<Vec<_>>();
    assert_eq!(all(&d), all(&plain));
    assert_eq!(d.entries[0].facts.published, plain.entries[0].facts.published);
    // One article that is a whole digest, in another encoding.
    let news = source("news-2014").replace('\n', "<br>\n");
    let page = format!("<meta charset=euc-jp><article><h2>今週</h2>{news}</article>");
    let (raw, _, _) = EUC_JP.encode(&page);
    let d = parse(format!("<html>{page}").as_bytes(), "news-2014.html", &Options::default()).unwrap();
    let plain = read("news-2014", &source("news-2014"));
    assert_eq!(all(&d), all(&plain));
    let d = parse(&[b"<html>", raw.as_ref()].concat(), "news-2014.html", &Options::default()).unwrap();
    assert_eq!((d.meta.encoding.as_str(), all(&d)), ("EUC-JP", all(&plain)));
}

#[test]
fn items_of_a_feed_are_incidents_by_number_label_or_words() {
    let item = |title: &str, label: &str| {
        format!(
            "<item><title>{title}</title><link>https://a.example/1</link><category>{label}</category>\
            <pubDate>Thu, 06 Jun 2024 08:00:00 +0900</pubDate><description>&lt;p&gt;6月5日、操作を誤りました。&lt;/p&gt;</description></item>"
        )
    };
    let items = [
        item("【セキュリティ事件簿#2024-931】霧岬市 調査の結果", "雑記"),
        item("霧岬市 講座の案内 &amp;amp; 名簿", "インシデント:誤操作"),
        item("霧岬市 名簿の誤送信について", "市政"),
        item("離島の空港で食べ比べ", "旅"),
    ];
    let feed =
        format!("<?xml version='1.0'?><rss version='2.0'><channel><title>棚</title>{}</channel></rss>", items.concat());
    let d = parse(feed.as_bytes(), "a.xml", &Options::default()).unwrap();
    let kinds: Vec<String> = d.entries.iter().map(|e| e.kind.to_string()).collect();
    assert_eq!(kinds, ["incident", "incident", "incident", "other"]);
    assert_eq!(d.entries[1].facts.title.as_deref(), Some("講座の案内 & 名簿"));
    for e in &d.entries[..3] {
        assert_eq!(e.facts.published.map(|d| d.to_string()).as_deref(), Some("2024-06-06"));
        assert_eq!(e.facts.timeline[0].at.to_string(), "2024-06-05");
        assert_eq!(e.url.as_deref(), Some("https://a.example/1"));
        assert!(feed[e.bytes.0..e.bytes.1].starts_with("<item>") && feed[..e.bytes.1].ends_with("</item>"));
    }
}

/// A fixture with lines dropped, doubled, swapped or cut.
fn damaged() -> impl Strategy<Value = String> {
    (0..NAMES.len(), prop::collection::vec((0_usize..400, 0_u8..5, 0_usize..60), 1..12)).prop_map(|(name, acts)| {
        let mut lines: Vec<String> = source(NAMES[name]).lines().map(str::to_owned).collect();
        for (at, act, n) in acts {
            let count = lines.len();
            let at = at % count;
            match act {
                0 => lines[at].clear(),
                1 => lines.insert(at, lines[at].clone()),
                2 => lines.swap(at, n % count),
                3 => lines[at] = lines[at].chars().take(n).collect(),
                _ => lines[at].extend(
                    ["\u{A0}", "】", "2024/2/30", "\u{202E}", "、", "◎"].iter().cycle().skip(n).take(2).copied(),
                ),
            }
        }
        lines.join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(d) = parse(&bytes, "a", &Options::default()) {
            check_places(&d, &bytes);
        }
    }

    #[test]
    fn damaged_digests_keep_their_places(text in damaged()) {
        if let Ok(d) = parse(text.as_bytes(), "a", &Options::default()) {
            check_places(&d, text.as_bytes());
        }
    }
}

#[test]
fn a_headline_is_known_by_the_text_that_goes_on_about_its_organisation() {
    let first = "【セキュリティ事件簿#2024-101】白樺信用金庫 伝票の紛失について 2024/6/6\n\n";
    let body = "白樺信用金庫は6日、伝票を紛失したと発表した。\n二週間捜したが出てこなかった。\n\n";
    let below = "霞岡市は3日、窓口の端末で税の記録を見ていた主任を減給とした。知人の記録だったという。\n";
    for headline in ["霞岡市 主任が税の記録を目的外に閲覧 減給の処分", "霞岡市 主任が税の記録を見る 2024年6月4日"]
    {
        let d = read("page", &format!("{first}{body}{headline}\n\n{below}"));
        let orgs: Vec<_> = d.entries.iter().map(|e| e.facts.org.clone().unwrap_or_default()).collect();
        assert_eq!(orgs, ["白樺信用金庫", "霞岡市"], "{headline}");
    }
    // The open post's own organisation, or a text that goes on about something else, begins nothing.
    for (line, text) in [
        ("白樺信用金庫 伝票の紛失に関する処分", "白樺信用金庫は、担当者を戒告とした。"),
        ("霞岡市 窓口の記録に関する処分", "担当者は戒告となった。"),
    ] {
        let d = read("page", &format!("{first}{body}{line}\n\n{text}\n"));
        assert_eq!(d.entries.len(), 1, "{line}");
    }
}
