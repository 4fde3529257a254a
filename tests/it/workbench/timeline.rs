//! The timeline pane drawn: of the incident, of the view, of the case.

use super::*;
use jikenbo::app::panes::histogram::Step;
use jikenbo::domain::histogram::{Histogram, Part, PartCounts, Split};
use jikenbo::domain::{Event, Moment};

/// Two years of invented hits: some days each month, more in some.
pub fn days(split: Split) -> Histogram {
    let first = NaiveDate::from_ymd_opt(2023, 1, 3).unwrap();
    let day = |n: u32| first.checked_add_days(chrono::Days::new(u64::from(n))).unwrap();
    let counts = |n: u32| {
        let mut counts = PartCounts::default();
        match split {
            Split::Nothing => counts[0] = n % 7 + u32::from((200..260).contains(&n)) * 9,
            Split::Action | Split::Tag => {
                counts[0] = n % 5 + u32::from((200..260).contains(&n)) * 6;
                counts[1] = n % 4;
                counts[2] = u32::from(n.is_multiple_of(3));
                counts[3] = u32::from(n.is_multiple_of(7));
                counts[4] = u32::from(n.is_multiple_of(11));
            }
        }
        counts
    };
    let mut undated = PartCounts::default();
    undated[0] = 7;
    let named = |list: &[&str]| list.iter().map(|n| Part::Named((*n).to_owned())).collect::<Vec<_>>();
    let mut parts = match split {
        Split::Nothing => Vec::new(),
        Split::Action => named(&["error", "hacking", "malware", "physical"]),
        Split::Tag => named(&["supply/若宮印刷", "web", "cloud"]),
    };
    match split {
        Split::Nothing => {}
        Split::Action => parts.push(Part::Without),
        Split::Tag => parts.extend([Part::Others, Part::Without]),
    }
    let days = (0..730).filter(|n| n % 3 != 1 && !(400..440).contains(n)).map(|n| (day(n), counts(n)));
    Histogram { split, parts, days: days.collect(), undated }
}

#[test]
fn the_timeline_of_the_view() {
    let at = |keys: &str| Bench::open((80, 24)).press(keys).screen();
    insta::assert_snapshot!("view_lower", at("3<Tab>v<Tab><Tab>"));
    insta::assert_snapshot!("view_weeks", at("3<Tab>vpp+30h"));
    insta::assert_snapshot!("view_small", Bench::open((44, 12)).press("3<Tab>v").screen());
}

#[test]
fn the_timeline_of_the_case() {
    let at = |setup: Setup, keys: &str| Bench::new(setup, false).press(keys).screen();
    insta::assert_snapshot!("case_alone", at(setup((80, 24)), "7G3<Tab>c"));
}

#[test]
fn every_step_and_size_of_the_view_is_drawn() {
    for size in [(40, 10), (41, 13), (80, 24), (300, 20), (65_535, 12)] {
        for (step, key) in Step::ALL.into_iter().zip(["D", "W", "M", "Q", "Y"]) {
            let mut bench = Bench::open(size);
            let screen = bench.press("3<Tab>v").press(key).press("gg<Space>G<Space>p").screen();
            assert_eq!(bench.app.chart.step, step);
            assert!(screen.contains("2023"), "{size:?} {step:?}\n{screen}");
        }
    }
}

#[test]
fn a_long_chronology_with_approximate_and_open_events_scrolls() {
    let mut bench = Bench::open((80, 24));
    let first = bench.records[0].facts.timeline[0].clone();
    let events = (0..16u32).map(|n| {
        let at: Moment = format!("2024-04-{:02}T{:02}:30", 1 + n + n / 3, n).parse().unwrap();
        let (approx, hi) = (n % 5 == 2, (n % 7 != 3).then_some(at));
        let text = format!("{}回目の確認を行い、結果を委託元へ伝えた", n + 1);
        Event { at, lo: at, hi, approx, text, until: None, ..first.clone() }
    });
    bench.records[0].facts.timeline = events.collect();
    insta::assert_snapshot!("timeline_long", bench.press("j").press("k3<Tab>").screen());
    insta::assert_snapshot!("timeline_long_end", bench.press("G").screen());
}
