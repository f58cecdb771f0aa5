//! Answers that fail, lie and break off at random: what trailhunt then says is whole, or says what is missing.
//!
//! `FAULT_SEEDS=10000 cargo test --test cli history::random` runs more of them, from seed `FAULT_FROM` on.

use std::collections::BTreeSet;
use std::env;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use serde_json::Value;

use super::{HERE, day_of_key, sandbox, serving};
use crate::support::lookup_server::{Builder, Fault, Rule};
use crate::support::random::Random;
use crate::support::records;

const FAULTS: [Fault; 14] = [
    Fault::Throttle,
    Fault::InternalServerError,
    Fault::ServiceUnavailable,
    Fault::RefuseToken,
    Fault::Drop,
    Fault::DropMidBody,
    Fault::MalformedBody,
    Fault::UnreadableRecord,
    Fault::EmptyPage,
    Fault::NoEvents,
    Fault::NullEvents,
    Fault::NoBody,
    Fault::SamePage,
    Fault::CutAnywhere,
];

fn seeds() -> std::ops::Range<u64> {
    let number = |name: &str, default| {
        let text = env::var(name).ok();
        text.map_or(default, |text| text.parse().expect("a number"))
    };
    let from = number("FAULT_FROM", 0);
    from..from + number("FAULT_SEEDS", 100)
}

/// One to three rules: a fault once, now and then, or always.
fn rules(random: &mut Random) -> Vec<Rule> {
    let mut below = |most: u64| usize::try_from(random.next() % most).expect("it is small");
    let count = 1 + below(3);
    (0..count)
        .map(|_| {
            let fault = FAULTS[below(FAULTS.len() as u64)];
            let rule = match below(4) {
                0 => Rule::nth(1 + below(6), fault),
                1 | 2 => Rule::every(2 + below(5), fault),
                _ => Rule::always(fault).times(1 + below(12)),
            };
            if below(3) == 0 {
                rule.with_token()
            } else {
                rule
            }
        })
        .collect()
}

/// How an answer ended.
#[derive(Debug, Default)]
struct Ends {
    whole: AtomicU64,
    partial: AtomicU64,
}

/// Asks through what `seed` makes of the server; false where there is no server for the rest.
fn answers(seed: u64, ends: &Ends) -> bool {
    let mut random = Random::seeded(seed);
    let count = usize::try_from(random.next() % 260).expect("it is small");
    let rules = rules(&mut random);
    let told = format!("seed {seed}: {count} events, {rules:?}");
    let server = serving(records::series(HERE, count));
    let server = rules.into_iter().fold(server, Builder::fault).start();
    let Some(sandbox) = sandbox(&server) else {
        return false;
    };
    let mut command = day_of_key(&sandbox, "json");
    let output = command.args(["--patience", "3s"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{told}: {error}: {output:?}"));
    let events = report["events"].as_array().expect(&told);
    let ids = events.iter().filter_map(|event| event["event_id"].as_str());
    let ids: BTreeSet<&str> = ids.collect();
    assert_eq!(ids.len(), events.len(), "{told}: twice");
    let expected: BTreeSet<String> = (0..count).map(|n| format!("{HERE}-{n}")).collect();
    assert!(ids.iter().all(|id| expected.contains(*id)), "{told}");
    match output.status.code() {
        Some(0) => {
            assert_eq!(report["complete"], true, "{told}");
            assert_eq!(ids.len(), count, "{told}");
            ends.whole.fetch_add(1, Ordering::Relaxed);
        }
        Some(3) => {
            assert_eq!(report["complete"], false, "{told}");
            let coverage = report["coverage"].to_string();
            assert!(coverage.contains("\"reason\":\""), "{told}");
            ends.partial.fetch_add(1, Ordering::Relaxed);
        }
        code => panic!("{told}: {code:?}: {output:?}"),
    }
    true
}

#[test]
fn every_answer_is_whole_or_says_what_is_missing() {
    // they wait for a server most of the time
    const AT_A_TIME: u64 = 12;
    let (seeds, ends, served) = (seeds(), Ends::default(), AtomicBool::new(true));
    thread::scope(|scope| {
        for lane in 0..AT_A_TIME {
            let (seeds, ends, served) = (seeds.clone(), &ends, &served);
            scope.spawn(move || {
                let mut mine = seeds.filter(|seed| seed % AT_A_TIME == lane);
                let all = mine.all(|seed| answers(seed, ends));
                served.fetch_and(all, Ordering::Relaxed);
            });
        }
    });
    let (whole, partial) = (ends.whole.into_inner(), ends.partial.into_inner());
    println!("{whole} whole, {partial} in part");
    // both happen, or nothing was tried
    assert!(!served.into_inner() || whole > 0 && partial > 0);
}
