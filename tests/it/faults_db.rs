//! Backups, restores, merges and forgetting on disks that are full or read-only: all or nothing, and the user reads
//! why. And two long runs, which `cargo test -- --ignored` starts: kills at random moments, and eight who tag at once.

use crate::cli::House;
use crate::faults::{Dice, with_own_mounts};
use crate::support::book::{plain_digest, write_digests};
use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn a_full_disk_stops_them_whole() {
    let house = House::furnished();
    write_digests(&house.path("in"), 4, 400);
    house.ok(&["--db", "large.db", "ingest", "in"]);
    fs::create_dir(house.path("small")).unwrap();
    let script = "mount -t tmpfs -o size=1200k none small && cp cases.db small/ || exit 99
        \"$JIKENBO\" --db large.db db backup small/copy.db; echo \"backup $?\"
        export JIKENBO_DB=small/cases.db
        \"$JIKENBO\" db restore large.db; echo \"restore $?\"
        \"$JIKENBO\" db merge large.db; echo \"merge $?\"
        \"$JIKENBO\" db check
        dd if=/dev/zero of=small/fill bs=1k 2>/dev/null
        \"$JIKENBO\" forget 1 --yes; echo \"forget $?\"
        rm small/fill
        \"$JIKENBO\" db check && ls -A small";
    let Some(ran) = with_own_mounts(&house, script) else { return };
    for done in ["backup 1\n", "restore 1\n", "merge 1\n", "forget 1\n"] {
        assert!(ran.out.contains(done), "{ran:?}");
    }
    assert_eq!(ran.out.matches(": ok, documents=1 incidents=3 operations=0").count(), 2, "{ran:?}");
    assert!(ran.out.ends_with("\ncases.db\n"), "something is left: {ran:?}");
    assert_eq!(ran.err.lines().filter(|l| l.contains("disk is full") && l.contains("small/")).count(), 4, "{ran:?}");
}

#[test]
fn a_read_only_disk_stops_them_whole() {
    let house = House::furnished();
    house.ok(&["db", "backup", "copy.db"]);
    let before = fs::read(house.path("cases.db")).unwrap();
    let script = "mount --bind . . && mount -o remount,ro,bind . && cd \"$PWD\" || exit 99
        for args in 'db backup new.db' 'db restore copy.db' 'db merge copy.db' 'forget 1 --yes' 'db compact'; do
            \"$JIKENBO\" $args; echo \"$args: $?\"
        done";
    let Some(ran) = with_own_mounts(&house, script) else { return };
    assert_eq!(ran.out.matches(": 1\n").count(), 5, "{ran:?}");
    assert_eq!(ran.err.lines().filter(|l| l.contains(".db: ") && l.contains("check the owner")).count(), 5, "{ran:?}");
    assert_eq!(fs::read(house.path("cases.db")).unwrap(), before);
    // From a read-only disk one can read.
    fs::create_dir(house.path("cd")).unwrap();
    fs::copy(house.path("copy.db"), house.path("cd/copy.db")).unwrap();
    let script = "mount --bind cd cd && mount -o remount,ro,bind cd || exit 99
        \"$JIKENBO\" db merge cd/copy.db && \"$JIKENBO\" db restore cd/copy.db; echo \"both $?\"";
    let Some(ran) = with_own_mounts(&house, script) else { return };
    assert!(ran.out.contains("both 0\n"), "{ran:?}");
}

fn assert_sound(house: &House) {
    let told = house.ok(&["db", "check"]);
    assert!(told.contains(": ok, "), "{told}");
}

/// Starts the program and kills it after a share of the time that it takes when it is let be.
fn kill_after(house: &House, args: &[&str], whole: Duration, share: f64) {
    let start = Instant::now();
    let mut child = house.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while start.elapsed() < whole.mul_f64(share) {
        thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
#[ignore = "takes minutes: cargo test --release --test it fifty_kills -- --ignored --nocapture"]
#[allow(clippy::print_stdout)] // its figures are what it is for
fn fifty_kills_of_an_ingest_and_of_a_bulk_tag() {
    let house = House::new();
    write_digests(&house.path("in"), 40, 500);
    let clock = Instant::now();
    house.ok(&["ingest", "in"]);
    let ingest = clock.elapsed();
    let clock = Instant::now();
    house.ok(&["tag", "+bulk", "--", "商会"]);
    let tagging = clock.elapsed();
    house.ok(&["undo"]);
    let mut dice = Dice(5);
    let (mut whole, mut absent) = (0, 0);
    for _ in 0..50 {
        let before = house.ok(&["log", "--json"]).matches("\"act\"").count();
        kill_after(&house, &["tag", "+bulk", "--", "商会"], tagging, dice.below(1000) as f64 / 1000.0);
        assert_sound(&house);
        let after = house.ok(&["log", "--json"]).matches("\"act\"").count();
        match (house.ids(&["tag:bulk"]).len(), after - before) {
            (20_000, 1) => {
                whole += 1;
                house.ok(&["undo"]);
            }
            (0, 0) => absent += 1,
            other => panic!("half a change: {other:?}"),
        }
    }
    println!("tag of 20,000 in {tagging:?}: 50 kills, {whole} whole, {absent} absent, check ok each time");
    let mut documents = Vec::new();
    for _ in 0..50 {
        let _ = fs::remove_file(house.path("cases.db"));
        kill_after(&house, &["ingest", "in"], ingest, dice.below(1000) as f64 / 1000.0);
        if house.path("cases.db").exists() {
            assert_sound(&house);
            let n = house.ids(&[]).len();
            assert!(n.is_multiple_of(500), "{n} incidents: a document is there in part");
            documents.push(n / 500);
        }
    }
    documents.sort_unstable();
    println!("ingest of 40 documents in {ingest:?}: 50 kills, documents there after each {documents:?}");
    house.ok(&["ingest", "in"]);
    assert_eq!(house.ids(&[]).len(), 20_000);
    assert_sound(&house);
}

#[test]
#[ignore = "takes two minutes: cargo test --release --test it two_minutes -- --ignored --nocapture"]
#[allow(clippy::print_stdout)] // its figures are what it is for
fn two_minutes_of_eight_who_tag_beside_an_ingest() {
    let seconds = std::env::var("JIKENBO_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(120);
    let house = House::furnished();
    house.ok(&["ingest", &house.write("base.txt", plain_digest(1, 2_000))]);
    let until = Instant::now() + Duration::from_secs(seconds);
    let (mut times, ingested) = thread::scope(|scope| {
        let house = &house;
        let workers: Vec<_> = (0..8)
            .map(|who| {
                scope.spawn(move || {
                    let (name, mut times) = (format!("analyst{who}"), Vec::new());
                    for n in 0.. {
                        if Instant::now() >= until {
                            break;
                        }
                        let clock = Instant::now();
                        let told = house.ok(&["tag", &format!("+w{who}/{n}"), "--as", &name, "--", "誤送信"]);
                        times.push(clock.elapsed());
                        assert!(told.contains("tagged 2 incidents"), "{told}");
                        house.ok(&["list", "--limit", "50", "商会"]);
                    }
                    times
                })
            })
            .collect();
        let ingest = scope.spawn(move || {
            let mut n = 0;
            while Instant::now() < until {
                house.ok(&["ingest", &house.write(&format!("in/{n}.txt"), plain_digest(10_000 + n * 200, 200))]);
                n += 1;
            }
            n
        });
        let times: Vec<Duration> = workers.into_iter().flat_map(|w| w.join().unwrap()).collect();
        (times, ingest.join().unwrap())
    });
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 1000).min(times.len() - 1)];
    let logged = house.ok(&["log", "--json"]).matches("\"act\"").count();
    println!(
        "{} tags by eight in {seconds} s beside {ingested} ingested documents: p50 {:?}, p99 {:?}, longest {:?}",
        times.len(),
        at(500),
        at(990),
        at(1000)
    );
    assert_eq!(logged, times.len(), "an operation is lost");
    assert_sound(&house);
}
