//! Tab in the query line: what is offered, what is written, what is searched for.

use super::*;

fn line(app: &App) -> (String, usize) {
    (app.query.input.text().to_owned(), app.query.input.cursor())
}

fn typed(keys: &str) -> App {
    let mut app = open();
    press(&mut app, keys);
    app
}

fn offers(app: &App) -> Vec<&str> {
    app.query.completing.iter().flat_map(|c| c.offers.iter().map(|o| o.insert.as_str())).collect()
}

#[test]
fn a_single_offer_is_written_and_searched_for() {
    let mut app = typed("/sta");
    let effects = type_unanswered(&mut app, "<Tab>");
    assert_eq!(line(&app).0, "status:");
    assert_eq!(searches(&effects).last().map(|s| s.1), Some("status:"));
    assert!(app.query.completing.is_none());
}

#[test]
fn several_offers_are_gone_through_and_come_round() {
    let mut app = typed("/status:<Tab>");
    let all: Vec<String> = offers(&app).into_iter().map(str::to_owned).collect();
    assert!(all.len() > 3, "{all:?}");
    assert_eq!(line(&app).0, format!("status:{}", all[0]));
    press(&mut app, "<Tab>");
    assert_eq!(line(&app).0, format!("status:{}", all[1]));
    press(&mut app, "<BackTab><BackTab>");
    assert_eq!(line(&app).0, format!("status:{}", all[all.len() - 1]));
    press(&mut app, "<Tab>");
    assert_eq!(line(&app).0, format!("status:{}", all[0]));
    // Any other key takes it as it stands.
    press(&mut app, " ");
    assert!(app.query.completing.is_none());
    assert_eq!(line(&app).0, format!("status:{} ", all[0]));
}

#[test]
fn what_all_offers_begin_with_is_written_first() {
    let mut app = typed("/action:err");
    type_unanswered(&mut app, "<Tab>");
    assert!(line(&app).0.starts_with("action:error"), "{:?}", line(&app));
    let common = line(&app).0;
    let completing = app.query.completing.clone().unwrap();
    assert_eq!(completing.chosen, None);
    let going_on =
        completing.offers.iter().map(|o| format!("action:{}", o.insert)).filter(|o| o.starts_with("action:err"));
    assert!(going_on.clone().count() > 1 && going_on.clone().all(|o| o.starts_with(&common)));
}

#[test]
fn the_rest_of_the_line_stays_behind_what_is_written() {
    let mut app = typed("/sta  漏えい<Home><Right><Right><Right><Tab>");
    assert_eq!(line(&app), ("status:  漏えい".to_owned(), "status:".len()));
    press(&mut app, "x");
    assert_eq!(line(&app).0, "status:x  漏えい");
}

#[test]
fn names_are_those_of_the_case_book() {
    let mut app = open();
    let org = app.list.rows().filter_map(|r| r.org.clone()).min().unwrap();
    let start: String = org.chars().take(2).collect();
    press(&mut app, &format!("/org:{start}<Tab>"));
    assert!(line(&app).0.starts_with(&format!("org:{start}")), "{:?}", line(&app));

    // Tags are asked for when they are first wanted.
    press(&mut app, "<^u>tag:su");
    let effects = type_unanswered(&mut app, "<Tab>");
    assert_eq!(effects, [Effect::Store(Request::TagCounts { keys: vec![] })]);
    assert_eq!(line(&app).0, "tag:su");
    reply(&mut app, counts());
    assert_eq!(line(&app).0, "tag:supply/若宮印刷");
    press(&mut app, "<^u>tag:clo");
    type_unanswered(&mut app, "<Tab>");
    assert_eq!(line(&app).0, "tag:cloud");
}

#[test]
fn tags_that_come_too_late_change_nothing() {
    let mut app = typed("/tag:su");
    type_unanswered(&mut app, "<Tab>x");
    reply(&mut app, counts());
    assert_eq!(line(&app).0, "tag:sux");
}

#[test]
fn where_nothing_fits_it_says_so() {
    let app = typed("/\"abc<Tab>");
    assert_eq!(line(&app).0, "\"abc");
    assert!(app.status.message().is_some_and(|m| m.1.contains("nothing to complete")));
}
