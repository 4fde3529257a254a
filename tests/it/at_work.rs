//! The workbench while it works: an ingest begun inside, tags in their colours, and the bytes of panes at the side.

use crate::cli::House;
use std::time::Duration;

/// A house with digests that nobody has ingested yet.
fn house_with_digests() -> House {
    let house = House::new();
    house.done(&["gen", "--incidents", "300", "--seed", "7", house.path("digests").to_str().unwrap()]);
    house
}

#[test]
fn an_ingest_from_inside_fills_the_list_and_tells_what_failed() {
    let house = house_with_digests();
    std::fs::write(house.path("digests/broken.txt"), b"\0\0\0").unwrap();
    let mut pty = house.workbench(&[], 100, 30);
    pty.wait_for("This case book is empty");
    pty.send(":ingest ~/digests\r");
    pty.wait_for("1 problem (:messages)");
    pty.wait_for("1 of ");
    pty.wait_for(" new, 0 updated");
    pty.send(":messages\r");
    pty.wait_for("broken.txt");
    pty.send("\x1b");
    pty.wait_until("the messages closed", |s| !s.contents().contains("broken.txt"));
    pty.send(":reindex\r");
    pty.wait_for("the search index is new");
    pty.send(":q\r");
    assert_eq!(pty.wait_for_exit().exit_code(), 0);
    assert!(house.done(&["list", "--format", "ids", "kind:any", "status:any"]).lines().count() >= 290);
    assert!(house.done(&["db", "check"]).contains("ok"));
}

#[test]
fn an_export_from_inside_is_what_the_command_writes_in_the_order_shown() {
    let house = house_with_digests();
    house.done(&["ingest", house.path("digests").to_str().unwrap()]);
    let mut pty = house.workbench(&[], 120, 40);
    pty.wait_for("triaged 0/3");
    let newest = pty.rows()[4].clone();
    pty.send(":sort people\r");
    pty.wait_for("sorted by");
    // What follows is about the list as it is shown.
    pty.wait_until("the order", |screen| screen.rows(0, 120).nth(4).is_some_and(|row| row != newest));
    // Tagged a moment before: the file has to hold it.
    pty.send("*:tag +handed-on\ry");
    pty.send(":export ndjson ~/inside.ndjson\r");
    pty.wait_for("inside.ndjson");
    pty.wait_for("wrote ");
    pty.send(":q\r");
    assert_eq!(pty.wait_for_exit().exit_code(), 0);
    let out = house.path("outside.ndjson");
    let order = "sort:-people";
    house.done(&["export", order, "--format", "ndjson", "-o", out.to_str().unwrap()]);
    let [inside, outside] =
        ["inside.ndjson", "outside.ndjson"].map(|n| std::fs::read_to_string(house.path(n)).unwrap());
    assert!(inside.lines().count() > 200 && inside.lines().all(|l| l.contains("handed-on")));
    let other = inside.lines().zip(outside.lines()).find(|(a, b)| a != b);
    assert!(inside == outside, "not the same: {other:#?}");
    let left = std::fs::read_dir(house.path("")).unwrap().map(|e| e.unwrap().file_name());
    assert!(left.into_iter().all(|n| !n.to_string_lossy().ends_with(".tmp")));
}

#[test]
fn tags_take_the_colour_that_is_given_to_them_from_outside() {
    let house = house_with_digests();
    house.done(&["ingest", house.path("digests").to_str().unwrap()]);
    let newest = house.done(&["list", "--format", "ids", "--limit", "1"]);
    house.done(&["tag", "+seen", "--", &format!("id:{}", newest.trim())]);
    let mut pty = house.workbench(&[], 120, 40);
    pty.wait_for("seen");
    house.done(&["tags", "describe", "seen", "--colour", "red"]);
    let red = vt100::Color::Idx(1);
    let coloured = |s: &vt100::Screen| {
        let row = (0..120).map(|x| s.cell(4, x).unwrap());
        let tag: String = row.filter(|cell| cell.fgcolor() == red).map(|cell| cell.contents().to_owned()).collect();
        tag.contains("seen")
    };
    pty.wait_until("the tag in red", coloured);
    pty.send(":q\r");
    assert_eq!(pty.wait_for_exit().exit_code(), 0);
}

#[test]
fn a_list_at_the_side_scrolls_within_its_bytes() {
    let house = house_with_digests();
    house.done(&["ingest", house.path("digests").to_str().unwrap()]);
    std::fs::write(house.path("config.toml"), "layout = \"side\"\n").unwrap();
    let config = house.path("config.toml");
    let mut pty = house.workbench(&["--config", config.to_str().unwrap()], 120, 40);
    pty.wait_for("1 of ");
    pty.send("40j");
    pty.wait_for("41 of ");
    pty.wait_for_quiet(Duration::from_millis(300));
    // As while a key is held: the next comes before the panes at the right are drawn. Those of the first and the last row
    // are, which counts with the rest.
    const ROWS: usize = 20;
    pty.mark();
    for n in 0..ROWS {
        pty.send("j");
        pty.wait_for(&format!("{} of ", 42 + n));
    }
    pty.wait_for_quiet(Duration::from_millis(300));
    let each = pty.since_mark().len() / ROWS;
    println!("a row scrolled at the side: {each} bytes");
    assert!(each > 400 && each <= 4_000, "{each}");
    pty.send(":q\r");
    assert_eq!(pty.wait_for_exit().exit_code(), 0);
}
