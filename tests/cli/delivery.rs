//! Where the answer goes: a file that is whole or not there, its coverage beside it, a full disk, a closed pipe.

use serde_json::Value;

use crate::support::offline::{DEMO_KEY, Folder, Said, offline, over_demo, said, trailhunt};

/// The trace of the demo in `format`.
fn demo(format: &str, more: &[&str]) -> Said {
    over_demo(&[&["trace-key", DEMO_KEY, "--format", format], more].concat())
}

#[test]
fn a_file_of_rows_has_its_coverage_beside_it() {
    for format in ["csv", "jsonl"] {
        let folder = Folder::new();
        let out = folder.file("trace.out");
        let to_file = demo(format, &["-o", out.to_str().unwrap()]).exits(0);
        assert_eq!(to_file.text(), "");
        assert!(
            to_file.stderr.contains("wrote 816 events"),
            "{}",
            to_file.stderr
        );
        assert_eq!(folder.names(), ["trace.out", "trace.out.coverage.json"]);
        assert!(std::fs::read(out).unwrap() == demo(format, &[]).exits(0).stdout);
        let beside = std::fs::read(folder.file("trace.out.coverage.json")).unwrap();
        let beside: Value = serde_json::from_slice(&beside).unwrap();
        let report = demo("json", &[]).exits(0).json();
        for name in [
            "schema_version",
            "complete",
            "window",
            "coverage",
            "not_visible",
        ] {
            assert_eq!(beside[name], report[name], "{name}");
        }
    }
}

#[test]
fn other_files_stand_alone_and_are_plain() {
    for format in ["json", "table"] {
        let folder = Folder::new();
        let out = folder.file("trace.out");
        demo(format, &["--color", "always", "-o", out.to_str().unwrap()]).exits(0);
        assert_eq!(folder.names(), ["trace.out"]);
        let text = std::fs::read_to_string(out).unwrap();
        assert!(
            !text.contains('\x1b') && text.contains(DEMO_KEY),
            "{format}"
        );
    }
}

#[test]
fn a_file_is_what_its_name_promises() {
    for (name, format) in [
        ("a.csv", "csv"),
        ("a.jsonl", "jsonl"),
        ("a.json", "json"),
        ("a.txt", "table"),
    ] {
        let folder = Folder::new();
        let [by_name, by_flag] = [folder.file(name), folder.file("flagged")];
        over_demo(&["lookup", "-o", by_name.to_str().unwrap()]).exits(0);
        over_demo(&[
            "lookup",
            "--format",
            format,
            "-o",
            by_flag.to_str().unwrap(),
        ])
        .exits(0);
        let [by_name, by_flag] =
            [by_name, by_flag].map(|file| std::fs::read_to_string(file).unwrap());
        let begins = |text: &str| text.lines().next().map(str::to_owned);
        assert_eq!(begins(&by_name), begins(&by_flag), "{name}");
    }
}

#[test]
fn a_dash_is_stdout() {
    for format in ["csv", "json", "table"] {
        let sandbox = offline();
        let mut command = sandbox.trailhunt();
        command.args(["trace-key", DEMO_KEY, "--from", "demo", "--format", format]);
        let dash = said(command.args(["-o", "-"])).exits(0);
        assert!(dash.text().contains(DEMO_KEY), "{format}");
        assert!(!dash.stderr.contains("wrote"), "{}", dash.stderr);
        assert_eq!(sandbox.home().read_dir().unwrap().count(), 0);
    }
    let failed = ["trace-key", "AKIA1", "--format", "json", "-o", "-"];
    assert_eq!(over_demo(&failed).exits(2).json()["error"]["kind"], "usage");
}

/// An answer beside the one file that is read is at nobody's cost.
#[test]
fn an_answer_may_stand_beside_a_file_that_is_read() {
    let record = r#"{"eventVersion":"1.08","eventName":"X","eventID":"1"}"#;
    let folder = Folder::new().with("a.jsonl", record);
    let (from, out) = (folder.file("a.jsonl"), folder.file("x.csv"));
    let (from, out) = (from.to_str().unwrap(), out.to_str().unwrap());
    let lookup = ["lookup", "--format", "csv", "--from", from, "-o", out];
    trailhunt(lookup).exits(0);
    assert_eq!(folder.names(), ["a.jsonl", "x.csv", "x.csv.coverage.json"]);
}

/// Runs the binary, called "$0", as `script` says.
#[cfg(unix)]
fn in_shell(script: &str, folder: &Folder) -> Said {
    let sandbox = offline();
    let mut shell = sandbox.command("sh");
    shell.args(["-c", script, env!("CARGO_BIN_EXE_trailhunt"), DEMO_KEY]);
    said(shell.arg(folder.path()))
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_part_of_a_file() {
    for format in ["csv", "jsonl", "json"] {
        let folder = Folder::new();
        // a limit on the size of files stands for the disk: with its signal ignored, writing beyond it is an error
        let script = format!(
            r#"trap '' XFSZ; ulimit -f 8; exec "$0" trace-key "$1" --from demo --format {format} -o "$2/x""#
        );
        let full = in_shell(&script, &folder).exits(1);
        assert!(full.stderr.contains("cannot write"), "{}", full.stderr);
        assert!(!full.stderr.contains("wrote"), "{}", full.stderr);
        assert!(folder.names().is_empty(), "{:?}", folder.names());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_stdout_is_a_failure() {
    for format in ["table", "csv", "json", "jsonl"] {
        let script =
            format!(r#"exec "$0" trace-key "$1" --from demo --format {format} > /dev/full"#);
        let full = in_shell(&script, &Folder::new()).exits(1);
        assert!(
            full.stderr.contains("cannot write to stdout"),
            "{}",
            full.stderr
        );
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    for format in ["table", "csv", "json", "jsonl"] {
        let script = format!(
            r#"{{ "$0" trace-key "$1" --from demo --format {format}; echo "code $?" >&2; }} | head -n 1"#
        );
        let cut = in_shell(&script, &Folder::new()).exits(0);
        assert_eq!(cut.stderr, "code 0\n", "{format}");
        assert_eq!(cut.text().lines().count(), 1, "{format}");
    }
}
