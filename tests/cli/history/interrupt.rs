//! Ctrl-C, SIGTERM and SIGHUP: what was read is told, and that it is not all.

use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::{HERE, KEY, coverage, sandbox, serving};
use crate::support::lookup_server::{Call, LookupServer, Outcome};
use crate::support::records;
use crate::support::sandbox::Sandbox;

/// Leaves the process id of the program that follows in the file `pid`.
const LAUNCH: &str = r#"echo $$ > pid; exec "$0" "$@""#;

/// Waits until `server` has answered `count` calls with a page.
fn wait_for_pages(server: &LookupServer, count: usize) {
    let is_page = |call: &Call| matches!(call.outcome, Outcome::Served(_));
    while server.calls().iter().filter(|call| is_page(call)).count() < count {
        thread::sleep(Duration::from_millis(5));
    }
}

/// A lookup of the key, 12 pages at the quota's pace, in `format`, ended by `signal` in the middle.
fn interrupted(format: &str, signal: &str) -> Option<std::process::Output> {
    let server = serving(records::series(HERE, 600))
        .latency(Duration::from_millis(100))
        .start();
    let sandbox: Sandbox = sandbox(&server)?;
    let mut command = sandbox.hearing("sh");
    command
        .args(["-c", LAUNCH, env!("CARGO_BIN_EXE_trailhunt")])
        .args(["lookup", "-a", &format!("AccessKeyId={KEY}")])
        .args([
            "--regions",
            HERE,
            "--since",
            "2023-07-10",
            "--format",
            format,
        ]);
    thread::scope(|scope| {
        let running = scope.spawn(move || command.output().expect("the program runs"));
        // the third call is made half a second after the second, whose answer has then come
        wait_for_pages(&server, 3);
        sandbox
            .command("sh")
            .args(["-c", &format!("kill -{signal} $(cat pid)")])
            .assert()
            .success();
        Some(running.join().expect("the program ends"))
    })
}

#[test]
fn an_interrupted_reading_tells_what_it_has() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let Some(output) = interrupted("json", signal) else {
            return;
        };
        tells_what_it_has(&output, code);
    }
}

fn tells_what_it_has(output: &std::process::Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).expect("the report is whole");
    assert_eq!(report["complete"], false);
    let events = report["events"].as_array().unwrap().len();
    assert!((100..600).contains(&events), "{events}");
    let coverage = coverage(&report, HERE);
    assert_eq!(coverage["state"], "truncated");
    assert_eq!(coverage["reason"], "interrupted");
    assert_eq!(coverage["events"], events);
    assert_eq!(coverage["pages"], events / 50);
}

#[test]
fn an_interrupted_table_says_so_first() {
    let Some(output) = interrupted("table", "INT") else {
        return;
    };
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    let table = String::from_utf8(output.stdout).unwrap();
    let first: Vec<&str> = table.lines().take(8).collect();
    let first = first.join("\n");
    assert!(
        first.contains("INCOMPLETE") && first.contains("interrupted"),
        "{first}"
    );
}
