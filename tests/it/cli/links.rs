//! Cases and related incidents over two invented digests: a contractor's breach told by five organisations, a notice in
//! three releases, a notice in both digests, a gang's claim and the victim's notice.

use super::House;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const BLOG: &str = include_str!("../../fixtures/links/blog.txt");
const PAGE: &str = include_str!("../../fixtures/links/page.txt");

fn with(order: [&str; 2]) -> House {
    let house = House::new();
    let paths = [house.write("blog.txt", BLOG), house.write("page.txt", PAGE)];
    for name in order {
        house.ok(&["ingest", paths.iter().find(|p| p.ends_with(name)).unwrap()]);
    }
    house
}

fn records(house: &House) -> Vec<Value> {
    let out = house.ok(&["export", "kind:any", "--format", "ndjson"]);
    out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn name(r: &Value) -> String {
    let source = r["source"]["path"].as_str().unwrap().rsplit('/').next().unwrap();
    format!("{} {} {source}", r["org"].as_str().unwrap(), r["published"].as_str().unwrap_or("-"))
}

fn cases(house: &House) -> BTreeSet<Vec<String>> {
    let mut cases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for r in records(house).iter().filter(|r| !r["case"].is_null()) {
        cases.entry(r["case"].as_str().unwrap().to_owned()).or_default().push(name(r));
    }
    cases.values_mut().for_each(|c| c.sort());
    cases.into_values().collect()
}

#[test]
fn two_digests_in_either_order_have_the_same_cases() {
    let expected: BTreeSet<Vec<String>> = [
        vec![
            "つきみ生活協同組合 2024-07-01 blog.txt",
            "月見台銀行 2024-06-10 blog.txt",
            "株式会社ひなぎく製版 2024-05-29 blog.txt",
            "白樺市社会福祉協議会 2024-06-12 page.txt",
            "霧岬市 2024-06-06 blog.txt",
            "霧岬市 2024-06-06 page.txt",
        ],
        vec![
            "(株)あさつゆ出版 2024-09-02 blog.txt",
            "株式会社あさつゆ出版 2024-06-03 blog.txt",
            "株式会社あさつゆ出版 2024-06-20 blog.txt",
        ],
    ]
    .into_iter()
    .map(|c| c.into_iter().map(str::to_owned).collect())
    .collect();
    for order in [["blog.txt", "page.txt"], ["page.txt", "blog.txt"]] {
        let house = with(order);
        assert_eq!(cases(&house), expected);
        assert_eq!(house.ok(&["db", "check"]).lines().count(), 1);
    }
}

#[test]
fn reasons_are_told_closest_first_wherever_a_record_is_shown() {
    let house = with(["blog.txt", "page.txt"]);
    let all = records(&house);
    let by_id: BTreeMap<&str, &Value> = all.iter().map(|r| (r["id"].as_str().unwrap(), r)).collect();
    let why = |r: &Value| -> Vec<(String, String)> {
        let of = |l: &Value| (name(by_id[l["id"].as_str().unwrap()]), l["why"].as_str().unwrap().to_owned());
        r["related"].as_array().unwrap().iter().map(of).collect()
    };
    let find = |wanted: &str| *by_id.values().find(|r| name(r) == wanted).unwrap();
    let town = find("霧岬市 2024-06-06 blog.txt");
    let expected = [
        ("霧岬市 2024-06-06 page.txt", "near duplicate"),
        ("株式会社ひなぎく製版 2024-05-29 blog.txt", "notice of the third party"),
        ("月見台銀行 2024-06-10 blog.txt", "same third party"),
        ("白樺市社会福祉協議会 2024-06-12 page.txt", "same third party"),
        ("つきみ生活協同組合 2024-07-01 blog.txt", "same third party"),
    ];
    assert_eq!(why(town), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert_eq!(town["related_total"], 5);
    let second = why(find("株式会社あさつゆ出版 2024-06-20 blog.txt"));
    assert_eq!(second.iter().map(|(_, w)| w.as_str()).collect::<Vec<_>>(), ["earlier release", "later release"]);
    let victim = find("株式会社帆影商事 2024-08-05 blog.txt");
    assert_eq!(victim["related_total"], 1);
    let shown = house.ok(&["show", victim["id"].as_str().unwrap()]);
    let block = shown.split("\nrelated\n").nth(1).unwrap();
    assert!(block.contains("帆影商事") && block.lines().count() == 1, "{shown}");
    let town = house.ok(&["show", town["id"].as_str().unwrap()]);
    assert!(town.contains("  same third party           2024-06-10  月見台銀行 "), "{town}");
    assert!(!town.contains("more"), "{town}");
}

#[test]
fn reports_name_what_is_related_and_link_only_what_they_hold() {
    let house = with(["blog.txt", "page.txt"]);
    let markdown = house.ok(&["export", "--format", "markdown", "霧岬市"]);
    assert!(markdown.contains("- 2024-06-10 月見台銀行 ") && markdown.contains(" (same third party)"), "{markdown}");
    let html = house.ok(&["export", "--format", "html", "霧岬市"]);
    let related: Vec<&str> = html.lines().filter(|line| line.ends_with(")</li>")).collect();
    let (linked, named): (Vec<&str>, Vec<&str>) = related.into_iter().partition(|line| line.contains("href=\"#i-"));
    assert!(!linked.is_empty() && linked.iter().all(|line| line.contains("霧岬市")), "{linked:?}");
    assert!(named.iter().any(|line| line.contains("2024-06-10 月見台銀行 ")), "{named:?}");
    for link in linked {
        let target = link.split("href=\"#").nth(1).unwrap().split('"').next().unwrap();
        assert!(html.contains(&format!("<h2 id=\"{target}\"")), "{link}");
    }
}

#[test]
fn a_long_list_is_cut_in_show_and_said_so() {
    let house = House::new();
    let post = |n: usize| {
        format!(
            "【セキュリティ事件簿#2024-{n}】霧岬市 第{n}庁舎における書類{n}の紛失について 2024/6/{}\n\n書類{n}を紛失しました。\n\n",
            n - 99
        )
    };
    house.ok(&["ingest", &house.write("a.txt", (100..108).map(post).collect::<String>())]);
    let id = &house.ids(&[])[0];
    let shown = house.ok(&["show", id]);
    let block: Vec<&str> = shown.split("\nrelated\n").nth(1).unwrap().lines().collect();
    assert_eq!((block.len(), block[5]), (6, "  and 2 more"), "{shown}");
    let csv = house.ok(&["export", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let row = reader.records().next().unwrap().unwrap();
    assert_eq!((&row[at("case")], &row[at("related_total")]), ("", "7"));
    assert_eq!(row[at("related")].split(';').count(), 7);
}
