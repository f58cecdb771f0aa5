//! Signals that come while files are read, and while an answer is written: the program ends, and leaves nothing behind.

use std::fs;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use trailhunt::clock;

use crate::support::offline::{DEMO_KEY, Folder, offline, said};
use crate::support::sandbox::Sandbox;

/// What a test waits for at most: no measure, only an end to waiting for what never comes.
const AT_MOST: Duration = Duration::from_mins(1);

fn send(signal: &str, running: &Child) {
    let mut kill = Command::new("kill");
    let sent = kill.args([&format!("-{signal}"), &running.id().to_string()]);
    assert!(sent.status().expect("kill can be run").success());
}

/// The exit code; none where a signal ended the process. Its input stays open: an end of it would be an answer, too.
fn code(running: &mut Child) -> Option<i32> {
    let _input = running.stdin.take();
    running.wait().expect("it is our child").code()
}

/// Waits until `is_so`.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begun = clock::monotonic();
    while !is_so() {
        assert!(begun.elapsed() < AT_MOST, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Whether the process listens for SIGTERM; it ends by itself before.
fn catches(running: &Child) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", running.id())).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let mask = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << 14) != 0)
}

/// Reads what never comes, with an output file made ready in `folder`, as the words of `shell` start it.
fn reading(sandbox: &Sandbox, folder: &Folder, shell: &str) -> Child {
    let out = folder.file("out.json");
    let mut command = Command::new("sh");
    command
        .env_clear()
        .env("HOME", sandbox.home())
        .args(["-c", &format!("{shell} \"$0\" \"$@\"")])
        .args([env!("CARGO_BIN_EXE_trailhunt"), "hunt", "--from", "-"])
        .args(["--format", "json", "-o", out.to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let running = command.spawn().expect("the binary can be run");
    wait_until("an output file is made ready", || {
        !folder.names().is_empty()
    });
    running
}

#[cfg(target_os = "linux")]
#[test]
fn what_ends_reading_leaves_no_file_behind() {
    let sandbox = offline();
    for (signal, expected) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let folder = Folder::new();
        // whatever the tests themselves ignore
        let heard = "exec /usr/bin/env --default-signal=HUP,INT,TERM";
        let mut running = reading(&sandbox, &folder, heard);
        wait_until("it listens", || catches(&running));
        assert!(folder.names()[0].starts_with(".trailhunt-"));
        send(signal, &running);
        assert_eq!(code(&mut running), Some(expected), "{signal}");
        assert!(folder.names().is_empty(), "{:?}", folder.names());
    }
}

/// As `nohup` starts it.
#[cfg(target_os = "linux")]
#[test]
fn what_is_to_outlive_its_terminal_does() {
    let (sandbox, folder) = (offline(), Folder::new());
    let mut running = reading(&sandbox, &folder, "trap '' HUP; exec");
    wait_until("it listens", || catches(&running));
    send("HUP", &running);
    send("TERM", &running);
    // the first that came is what the code tells
    assert_eq!(code(&mut running), Some(143));
}

/// When all is read, nothing is left that could be told in part: one signal is enough.
#[test]
fn what_writes_its_answer_ends_at_the_first_signal() {
    let sandbox = offline();
    for (signal, expected) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let demo = ["trace-key", DEMO_KEY, "--from", "demo", "--format", "json"];
        let mut running = sandbox.start(demo);
        let mut out = running.stdout.take().unwrap();
        // the pipe holds less than the answer: the rest of it waits for a reader
        out.read_exact(&mut [0; 16]).unwrap();
        send(signal, &running);
        assert_eq!(code(&mut running), Some(expected), "{signal}");
    }
}

#[test]
fn a_file_that_is_named_like_a_flag_is_none_in_what_to_run_next() {
    let sandbox = offline();
    let demo = [
        "lookup",
        "-a",
        &format!("AccessKeyId={DEMO_KEY}"),
        "--from",
        "demo",
    ];
    let mut command = sandbox.trailhunt();
    let records = said(command.args(demo).args(["--format", "jsonl"])).exits(0);
    fs::write(sandbox.home().join("--all.json"), records.stdout).unwrap();
    let mut command = sandbox.trailhunt();
    let trace = [
        "trace-key",
        DEMO_KEY,
        "--from=--all.json",
        "--format",
        "json",
    ];
    let report = said(command.args(trace)).json();
    let next = report["next"].to_string();
    assert!(next.contains("\"./--all.json\""), "{next}");
    assert!(!next.contains("\"--all.json\""), "{next}");
}
