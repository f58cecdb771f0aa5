//! `trailhunt respond` as it is asked for: what is refused before AWS is asked anything, and in which words.

use crate::support::offline::{DEMO_KEY, Folder, offline, over_demo, said, trailhunt};

/// A key that could be somebody's.
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

/// Runs `arguments` where AWS cannot be reached, and wants them refused as wrong usage with all of `words`.
fn refused(arguments: &[&str], words: &[&str]) {
    let said = trailhunt(arguments).exits(2);
    for word in words {
        assert!(said.stderr.contains(word), "{arguments:?}: {}", said.stderr);
    }
    assert_eq!(said.text(), "", "{arguments:?}");
}

#[test]
fn keys() {
    for command in ["deactivate-key", "watch"] {
        let key = |text| ["respond", command, text];
        refused(&key("AKIA123"), &["'AKIA…' is no access key id"]);
        refused(&key("akiaiosfodnn7example"), &["upper case: AKIA…"]);
        refused(&key("AKIAIOSFODNN7\x1b[0mAMPLE"), &["access key id"]);
    }
    refused(&["respond", "deactivate-key"], &["<ACCESS_KEY_ID>"]);
}

/// Whoever pastes the secret by mistake has it in no log of ours.
#[test]
fn secrets_are_not_repeated() {
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    for arguments in [
        &["respond", "deactivate-key", secret][..],
        &["respond", "deactivate-key", secret, "--apply", "--yes"],
        &["respond", "watch", secret],
        &["trace-key", secret, "--deactivate"],
    ] {
        let said = trailhunt(arguments).exits(2);
        assert!(!said.stderr.contains(&secret[..5]), "{}", said.stderr);
        let why = "looks like a secret access key";
        assert!(said.stderr.contains(why), "{}", said.stderr);
    }
}

#[test]
fn a_yes_is_said_to_something() {
    let key = ["respond", "deactivate-key", KEY];
    refused(&[&key[..], &["--yes"]].concat(), &["--apply"]);
    // a watch changes nothing
    refused(&["respond", "watch", KEY, "--apply"], &["--apply"]);
    refused(&["trace-key", KEY, "--journal", "x"], &["--deactivate"]);
    refused(
        &["trace-key", KEY, "--expect-account", "123456789012"],
        &["--deactivate"],
    );
}

#[test]
fn values_that_are_none() {
    let key = |more: &[&'static str]| [&["respond", "deactivate-key", KEY], more].concat();
    refused(&key(&["--expect-account", "1234"]), &["12 digits"]);
    for wrong in ["60", "1d", "-1s", "soon", "½h"] {
        let again_after = format!("--again-after={wrong}");
        let arguments = ["respond", "revoke-sessions", "ops", &again_after];
        refused(&arguments, &["write it as 90s, 30m or 2h"]);
    }
    refused(&key(&["--again-after", "999999999h"]), &["168h"]);
    refused(&key(&["--format", "csv"]), &["'csv'", "table, json"]);
    refused(&key(&["--regions", "mars-1"]), &["no Region 'mars-1'"]);
    refused(&key(&["--rate", "0"]), &["0.01 to 50"]);
    let contain = ["respond", "contain", "--from-trace", "x", "--include"];
    refused(
        &[&contain[..], &["exact"]].concat(),
        &["role-session, console-login, compute, inferred"],
    );
    refused(&["respond", "contain"], &["--from-trace <FILE>"]);
}

#[test]
fn moments_of_a_watch() {
    let watch = |more: &[&'static str]| [&["respond", "watch", KEY], more].concat();
    refused(
        &watch(&["--contained-at", "9999-01-01"]),
        &["--contained-at is after now"],
    );
    refused(
        &watch(&["--contained-at", "yesterday"]),
        &["cannot read the time 'yesterday'", "hint: "],
    );
    refused(
        &watch(&["--since", "soon"]),
        &["cannot read the time 'soon'"],
    );
    refused(
        &watch(&["--contained-at", "1h", "--journal", "x"]),
        &["cannot be used with"],
    );
}

/// Said before anything is read: a trace may take minutes.
#[test]
fn a_trace_that_cannot_end_in_a_deactivation() {
    let said = over_demo(&["trace-key", DEMO_KEY, "--deactivate"]).exits(2);
    assert!(said.stderr.contains("demo"), "{}", said.stderr);
    assert_eq!(said.text(), "");
    let two = ["trace-key", KEY, DEMO_KEY, "--deactivate", "--journal", "x"];
    refused(&two, &["--journal is of one key"]);
}

/// The trace stands, the failure is told, and stdout stays one document.
#[test]
fn a_trace_whose_account_cannot_be_reached_stands_all_the_same() {
    let folder = Folder::new().with("empty.json", r#"{"Records":[]}"#);
    let sandbox = offline();
    let mut command = sandbox.trailhunt();
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .args([
            "trace-key",
            KEY,
            "--deactivate",
            "--yes",
            "--format",
            "json",
        ])
        .args(["--from", folder.path().to_str().unwrap()]);
    let said = said(&mut command).exits(4);
    assert_eq!(said.json()["playbook"], "access-key-trace");
    assert!(said.stderr.contains("no usable AWS credentials"));
}

#[test]
fn no_credentials() {
    for action in [
        &["deactivate-key", KEY][..],
        &["revoke-sessions", "role/ops"],
        &["quarantine", "bob", "--deny-all"],
        &["undo", "journal.jsonl"],
        &["watch", KEY],
    ] {
        let sandbox = offline();
        let mut command = sandbox.trailhunt();
        command
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY")
            .arg("respond")
            .args(action)
            .args(["--format", "json"]);
        let failure = said(&mut command).exits(4).json();
        assert_eq!(failure["schema_version"], 1, "{action:?}");
        assert_eq!(failure["error"]["kind"], "credentials", "{action:?}");
    }
}

#[test]
fn a_profile_that_there_is_not() {
    let config = Folder::new().with("config", "[profile ops]\n[profile break-glass]\n");
    let sandbox = offline();
    let mut command = sandbox.trailhunt();
    command
        .env("AWS_CONFIG_FILE", config.path().join("config"))
        .args(["respond", "deactivate-key", KEY, "--profile", "oncall"]);
    let said = said(&mut command).exits(4);
    assert!(
        said.stderr.contains("there is no profile 'oncall'"),
        "{}",
        said.stderr
    );
    assert!(said.stderr.contains("break-glass, ops"), "{}", said.stderr);
}

#[test]
fn help() {
    for command in [
        "deactivate-key",
        "revoke-sessions",
        "quarantine",
        "contain",
        "undo",
        "watch",
        "journals",
    ] {
        let help = trailhunt(["respond", command, "--help"]).exits(0);
        let lines = || help.text().lines();
        assert!(lines().all(|line| line.chars().count() <= 100), "{command}");
        let acts = help.text().contains("--apply");
        assert_eq!(acts, !["watch", "journals"].contains(&command), "{command}");
        assert_eq!(help.text().contains("--force"), command == "undo");
        let denies_sessions = ["revoke-sessions", "contain"].contains(&command);
        assert_eq!(help.text().contains("--again-after"), denies_sessions);
        let reads_history = !["quarantine", "undo", "journals"].contains(&command);
        assert_eq!(help.text().contains("--regions"), reads_history);
    }
}
