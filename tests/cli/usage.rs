//! Bad input: said clearly, with the right exit code, and before anything is read from the network.

use serde_json::Value;

use crate::support::offline::{DEMO_KEY, Folder, offline, over_demo, said, trailhunt};

/// Runs `arguments` where AWS cannot be reached, and wants them refused as wrong usage with all of `words`.
fn refused(arguments: &[&str], words: &[&str]) {
    let said = trailhunt(arguments).exits(2);
    for word in words {
        assert!(said.stderr.contains(word), "{arguments:?}: {}", said.stderr);
    }
    assert_eq!(said.text(), "", "{arguments:?}");
}

#[test]
fn what_is_well_said_does_ask_the_network() {
    let said = trailhunt(["trace-key", DEMO_KEY]).exits(1);
    assert!(said.stderr.contains("cannot reach AWS"), "{}", said.stderr);
}

#[test]
fn keys() {
    for wrong in [
        "AKIA123",
        "AKIARZPUZDIKdemofake",
        "AIDARZPUZDIKDEMOFAKE",
        "",
        "AKIARZPUZDIKDEMO\x1b[0m",
    ] {
        let said = trailhunt(["trace-key", wrong]).exits(2);
        assert!(said.stderr.contains("access key id"), "{}", said.stderr);
        assert!(!said.stderr.contains('\x1b'), "{:?}", said.stderr);
    }
    refused(&["trace-key"], &["<ACCESS_KEY_ID>"]);
    refused(&["trace-key", DEMO_KEY, "AKIA1"], &["'AKIA…' is no"]);
    refused(
        &["trace-key", "akiarzpuzdikdemofake"],
        &["access key ids are upper case: AKIA…"],
    );
    refused(
        &["trace-key", "AKIARZPUZDIK DEMOFAKE"],
        &["white space within 'AKIA…'"],
    );
}

#[test]
fn keys_as_they_are_pasted() {
    over_demo(&["trace-key", &format!(" {DEMO_KEY}\n")]).exits(0);
}

/// Whoever pastes the secret by mistake has it in no log of ours.
#[test]
fn secrets_are_not_repeated() {
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let param = format!("access_key={secret}");
    let attribute = format!("AccessKeyId={secret}");
    for arguments in [
        &["trace-key", secret][..],
        &["trace-key", DEMO_KEY, secret],
        &["trace-key", secret, "--format", "json"],
        &["run", "access-key-trace", "--param", &param],
        &["lookup", "-a", &attribute],
    ] {
        let said = trailhunt(arguments).exits(2);
        for text in [&said.stderr, said.text()] {
            assert!(!text.contains(&secret[..5]), "{text}");
        }
        let why = "'wJal…' looks like a secret access key";
        assert!(said.stderr.contains(why), "{}", said.stderr);
    }
}

#[test]
fn times() {
    let trace = ["trace-key", DEMO_KEY];
    let with = |more: &[&'static str]| [&trace[..], more].concat();
    let backwards = ["--since", "1d", "--until", "7d"];
    refused(
        &with(&backwards),
        &["the window is empty: --since 1d is after --until 7d"],
    );
    refused(
        &with(&["--since", "9999-01-01"]),
        &["--since 9999-01-01 is after now"],
    );
    for flag in ["--since", "--until", "--incident"] {
        for wrong in ["yesterday", "2026-13-01", "-3h", "7 days", "7é"] {
            let hint = "hint: write 24h, 7d, 2026-11-20";
            refused(
                &with(&[flag, wrong]),
                &[&format!("cannot read the time '{wrong}'"), hint],
            );
        }
    }
    for wrong in ["Mars/Olympus", "+09:00", "UTC+9", ""] {
        let hint = "write an IANA name such as Europe/Berlin or Asia/Seoul";
        refused(&with(&["--timezone", wrong]), &[wrong, hint]);
    }
    over_demo(&with(&["--timezone", "asia/seoul"])).exits(0);
    let sandbox = offline().now("soon");
    let said = said(sandbox.trailhunt().args(trace)).exits(2);
    assert!(said.stderr.contains("TRAILHUNT_NOW"), "{}", said.stderr);
}

#[test]
fn an_end_beyond_event_history() {
    refused(
        &["trace-key", DEMO_KEY, "--until", "91d"],
        &["90 days ago", "--from FOLDER"],
    );
}

#[test]
fn regions_that_are_none() {
    for wrong in ["us east", "US-EAST-1", "us-east", "us-east-1,,eu-west-1"] {
        let trace = ["trace-key", DEMO_KEY, "--regions", wrong];
        refused(&trace, &["there is no Region '", "--regions takes a list"]);
    }
}

/// An empty answer from a misspelt Region would read as "nothing happened there".
#[test]
fn regions_that_no_file_can_have() {
    let folder = Folder::new().with("a.json", r#"{"Records":[]}"#);
    for from in ["demo", folder.path().to_str().unwrap()] {
        let trace = ["trace-key", DEMO_KEY, "--from", from, "--regions"];
        let with = |wrong| [&trace[..], &[wrong]].concat();
        refused(&with("mars-north-1"), &["no Region 'mars-north-1'"]);
        refused(
            &with("eu-west-1,us-esat-1"),
            &["no Region 'us-esat-1'", "us-east-1"],
        );
    }
    let known = ["trace-key", DEMO_KEY, "--regions", "eu-west-1"];
    over_demo(&known).exits(0);
}

#[test]
fn choices_that_there_are_not() {
    let trace = ["trace-key", DEMO_KEY];
    let with = |more: &[&'static str]| [&trace[..], more].concat();
    refused(
        &with(&["--format", "html"]),
        &["'html'", "table, csv, json, jsonl"],
    );
    for rate in ["0", "-1", "NaN", "inf", "51", "fast"] {
        refused(&with(&["--rate", rate]), &["0.01 to 50"]);
    }
    refused(&with(&["--color", "blue"]), &["auto, always, never"]);
    refused(&with(&["-q", "-v"]), &["cannot be used with"]);
    refused(&with(&["--froom", "demo"]), &["--froom", "--from"]);
    refused(&["trace-kye", DEMO_KEY], &["trace-key"]);
}

#[test]
fn places_for_the_answer() {
    let folder = Folder::new().with("there.csv", "mine");
    let at = |name: &str| folder.file(name).to_str().unwrap().to_owned();
    let trace = ["trace-key", DEMO_KEY, "--format", "csv", "-o"];
    let to = |path: &str| {
        let arguments = trace.iter().chain([&path]);
        trailhunt(arguments).exits(2).stderr
    };
    let exists = to(&at("there.csv"));
    assert!(exists.contains("exists\nhint: pass --force"), "{exists}");
    let missing = to(&at("missing/x.csv"));
    let named = missing.contains("there is no folder") && !missing.contains(".trailhunt-");
    assert!(named, "{missing}");
    assert!(to(&at("")).contains("is a folder"));
    refused(&["trace-key", DEMO_KEY, "--force"], &["--output"]);
    assert_eq!(folder.names(), ["there.csv"]);
    assert_eq!(std::fs::read(folder.file("there.csv")).unwrap(), b"mine");
}

/// What is read is evidence: an answer must neither take its place nor be read with it next time.
#[test]
fn no_place_among_the_evidence() {
    let folder = Folder::new()
        .with("trail/deep/a.json", r#"{"Records":[]}"#)
        .with("trail.csv.coverage.json", r#"{"Records":[]}"#);
    let answer = |from: &str, to: &str| {
        let (from, to) = (folder.file(from), folder.file(to));
        let (from, to) = (from.to_str().unwrap(), to.to_str().unwrap());
        let trace = ["trace-key", DEMO_KEY, "--format", "csv", "--force"];
        let said = trailhunt([&trace[..], &["--from", from, "-o", to]].concat()).exits(2);
        assert!(said.stderr.contains("the evidence that"), "{}", said.stderr);
        said.stderr
    };
    let source = "trail/deep/a.json";
    assert!(answer(source, source).contains("would replace"));
    assert!(answer(source, "trail/deep/../deep/a.json").contains("would replace"));
    // the coverage beside the answer is one too
    assert!(answer("trail.csv.coverage.json", "trail.csv").contains("would replace"));
    for to in ["trail/x.csv", "trail/deep/x.csv", source] {
        assert!(answer("trail", to).contains("would stand among"), "{to}");
    }
    assert_eq!(folder.names(), ["trail", "trail.csv.coverage.json"]);
    let evidence = std::fs::read_to_string(folder.file(source)).unwrap();
    assert_eq!(evidence, r#"{"Records":[]}"#);
}

#[test]
fn force_replaces_and_nothing_else_does() {
    let folder = Folder::new().with("there.csv", "mine");
    let there = folder.file("there.csv");
    let there = there.to_str().unwrap();
    let trace = ["trace-key", DEMO_KEY, "--format", "csv"];
    over_demo(&[&trace[..], &["--force", "-o", there]].concat()).exits(0);
    let written = std::fs::read_to_string(there).unwrap();
    assert!(written.starts_with("time,"), "{written}");
}

/// The answer would take the place of the device or link itself. Only a folder of the test's own is put at risk.
#[cfg(unix)]
#[test]
fn only_a_regular_file_is_replaced() {
    let folder = Folder::new().with("target", "mine");
    let _socket = std::os::unix::net::UnixListener::bind(folder.file("socket")).unwrap();
    std::os::unix::fs::symlink(folder.file("target"), folder.file("link")).unwrap();
    for name in ["socket", "link"] {
        let path = folder.file(name);
        let out = [
            "trace-key",
            DEMO_KEY,
            "--force",
            "-o",
            path.to_str().unwrap(),
        ];
        let said = over_demo(&out).exits(2);
        assert!(
            said.stderr.contains("is no regular file"),
            "{}",
            said.stderr
        );
        assert!(!path.symlink_metadata().unwrap().is_file(), "{name}");
    }
    assert_eq!(folder.names(), ["link", "socket", "target"]);
    assert_eq!(std::fs::read(folder.file("target")).unwrap(), b"mine");
}

#[test]
fn playbooks_and_their_parameters() {
    refused(
        &["run", "nope"],
        &["no playbook 'nope'", "there are access-key-trace"],
    );
    refused(
        &["run", "access-key-trase"],
        &["did you mean 'access-key-trace'"],
    );
    refused(&["run", "nope.yaml"], &["cannot read nope.yaml"]);
    refused(
        &["run", "access-key-trace"],
        &["playbook 'access-key-trace' needs <ACCESS_KEY_ID>"],
    );
    let with = |param| ["run", "access-key-trace", "--param", param];
    refused(&with("acess_key=AKIA1"), &["no parameter 'acess_key'"]);
    refused(&with("access_key"), &["NAME=VALUE"]);
    refused(&with("access_key=AKIA1"), &["'AKIA…' is no access key id"]);
    let hours = |hours| ["run", "persistence", "--work-hours", hours];
    refused(
        &hours("Mon-Fri 09:00-18:00"),
        &["does not ask for --work-hours"],
    );
    refused(
        &hours("Mon-Fri 9-18"),
        &["--work-hours", "'9' is no time-of-day"],
    );
}

#[test]
fn sources_that_hold_nothing() {
    let folder = Folder::new()
        .with("empty/readme.txt", "no trail file")
        .with("other/package.json", r#"{"name":"x"}"#)
        .with("none.json", "");
    let from = |name: &str, words: &[&str]| {
        let path = folder.file(name);
        refused(
            &["trace-key", DEMO_KEY, "--from", path.to_str().unwrap()],
            words,
        );
    };
    from(
        "nowhere",
        &["does not exist", "hint: a source is history, demo"],
    );
    from("empty", &["holds no trail files", ".json"]);
    from("other", &["no CloudTrail records in", "package.json"]);
    from("none.json", &["no CloudTrail records in", "none.json"]);
}

#[test]
fn help_and_version() {
    let help = trailhunt(["--help"]).exits(0);
    for line in [
        "trace-key",
        "Exit codes:",
        "0    complete",
        "2    usage",
        "3    answered, but coverage is incomplete",
        "4    credentials",
        "129  interrupted by SIGHUP",
        "130  interrupted by Ctrl-C",
        "143  interrupted by SIGTERM",
    ] {
        assert!(help.text().contains(line), "{line}");
    }
    assert!(help.text().lines().all(|line| line.chars().count() <= 100));
    let version = trailhunt(["--version"]).exits(0);
    assert_eq!(
        version.text(),
        concat!("trailhunt ", env!("CARGO_PKG_VERSION"), "\n")
    );
    for command in ["trace-key", "run", "lookup", "playbooks", "completions"] {
        trailhunt([command, "--help"]).exits(0);
    }
    let nothing = trailhunt([""; 0]).exits(2);
    assert!(nothing.stderr.contains("Usage:"), "{}", nothing.stderr);
}

#[test]
fn no_credentials() {
    let trace = ["trace-key", DEMO_KEY];
    let sandbox = offline();
    let without = || {
        let mut command = sandbox.trailhunt();
        command
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY");
        command.args(trace);
        command
    };
    let plain = said(&mut without()).exits(4);
    assert!(plain.stderr.contains("no usable AWS credentials"));
    assert!(plain.stderr.contains("hint: "), "{}", plain.stderr);
    assert_eq!(plain.text(), "");
    let as_json = said(without().args(["--format", "json"])).exits(4).json();
    assert_eq!(as_json["schema_version"], 1);
    assert_eq!(as_json["error"]["kind"], "credentials");
    for name in ["message", "hint"] {
        let text = as_json["error"][name].as_str().unwrap();
        assert!(plain.stderr.contains(text), "{text}");
    }
}

#[test]
fn failures_are_json_where_json_was_asked_for() {
    let trace = [
        "trace-key",
        DEMO_KEY,
        "--format",
        "json",
        "--from",
        "nowhere",
    ];
    let failure = trailhunt(trace).exits(2).json();
    assert_eq!(failure["error"]["kind"], "usage");
    assert_eq!(failure.as_object().unwrap().len(), 2);
    let unreachable = ["trace-key", DEMO_KEY, "--format", "json"];
    let failure = trailhunt(unreachable).exits(1).json();
    assert_eq!(failure["error"]["kind"], "failed");
    assert_eq!(failure["error"]["hint"], Value::Null);
}
