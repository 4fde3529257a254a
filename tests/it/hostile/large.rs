//! Documents that are hostile by their size, through the program itself: each is taken or refused soon, in few words.

use crate::cli::House;
use crate::support::payloads;
use crate::support::terminal::{Own, leak};
use std::time::{Duration, Instant};

/// Far more than any of them takes, in a build without optimisation on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
#[allow(clippy::print_stdout)] // its figures are part of what it shows
fn documents_of_any_size_are_taken_or_refused_soon() {
    let house = House::new();
    for (name, extension, bytes) in payloads::large() {
        let file = house.write(&format!("large.{extension}"), &bytes);
        let clock = Instant::now();
        let ran = house.run(&["ingest", &file]);
        let took = clock.elapsed();
        println!(
            "{name} ({} bytes, {extension}): exit {:?} in {took:?}: {}",
            bytes.len(),
            ran.code,
            (ran.out.clone() + &ran.err).trim()
        );
        assert!(took < PATIENCE, "{name}: {took:?}");
        assert!(matches!(ran.code, Some(0 | 1)) && !ran.err.contains("panicked"), "{name}: {ran:?}");
        assert!(ran.out.len() + ran.err.len() < 2_000, "{name}: {ran:?}");
        assert_eq!(leak(ran.err.as_bytes(), Own::Nothing), None, "{name}");
        assert!(!ran.out.contains("root:"), "{name}: an outer entity was read");
    }
    let clock = Instant::now();
    for args in [
        &["list", "kind:any"][..],
        &["export", "kind:any", "--format", "html"],
        &["export", "kind:any", "--format", "ics"],
    ] {
        let out = house.ok(args);
        assert_eq!(leak(out.as_bytes(), Own::Nothing), None, "{args:?}");
        assert!(!out.contains("root:x:"), "an outer entity was read");
    }
    assert!(clock.elapsed() < PATIENCE, "{:?}", clock.elapsed());
}
