//! Standard input and pipes as a source, and what in a folder is no file to read.

use crate::support::offline::{Folder, Said, gzip, offline, said, trail, trailhunt};
use crate::support::records::series;
use crate::wrappings::zip;

const KEY: &str = "AKIAEXAMPLE000000000";

fn piped(arguments: &[&str], bytes: &[u8]) -> Said {
    said(offline().trailhunt().args(arguments).write_stdin(bytes))
}

/// A trace reads its source twice.
#[test]
fn standard_input_is_a_source() {
    let plain = trail(&series("us-east-1", 3));
    let packed = zip(&[("a.json.gz", &gzip(&plain))]);
    for bytes in [plain.clone(), gzip(&plain), packed] {
        for from in ["-", "/dev/stdin"] {
            let arguments = ["trace-key", KEY, "--format", "json", "--from", from];
            let report = piped(&arguments, &bytes).exits(0).json();
            assert_eq!(report["summary"]["events"], 3, "{from}");
            let place = report["coverage"][0]["location"].as_str().unwrap();
            let name = if from == "-" { "standard input" } else { from };
            assert!(place.starts_with(name), "{place}");
        }
    }
    let table = piped(&["lookup", "--from", "-"], &plain).exits(0);
    assert!(
        table.text().contains("complete: standard input read"),
        "{}",
        table.text()
    );
    let lines = piped(&["lookup", "--format", "jsonl", "--from", "-"], &plain).exits(0);
    assert_eq!(lines.text().lines().count(), 3);
}

#[test]
fn what_comes_through_it_may_be_damaged_or_nothing() {
    let plain = trail(&series("us-east-1", 3));
    let cut = piped(&["lookup", "--from", "-"], &plain[..plain.len() - 20]).exits(3);
    assert!(
        cut.text().contains("standard input read in part: byte"),
        "{}",
        cut.text()
    );
    let none = piped(&["lookup", "--from", "-"], b"").exits(2);
    assert!(
        none.stderr.contains("standard input: empty"),
        "{}",
        none.stderr
    );
    let other = piped(&["lookup", "--from", "-"], b"no records").exits(2);
    assert!(
        other
            .stderr
            .contains("no CloudTrail records in standard input"),
        "{}",
        other.stderr
    );
}

#[cfg(unix)]
fn fifo(folder: &Folder, name: &str) -> std::path::PathBuf {
    let path = folder.file(name);
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    path
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_read_where_it_is_named() {
    let folder = Folder::new();
    let path = fifo(&folder, "pipe");
    let text = trail(&series("us-east-1", 3));
    let writer = std::thread::spawn({
        let path = path.clone();
        move || std::fs::write(path, text).unwrap()
    });
    let arguments = [
        "trace-key",
        KEY,
        "--format",
        "json",
        "--from",
        path.to_str().unwrap(),
    ];
    let report = trailhunt(arguments).exits(0).json();
    writer.join().unwrap();
    assert_eq!(report["summary"]["events"], 3);
}

/// What may never end, or never come, is named and passed by; it hangs nobody.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_named_and_passed_by() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    let folder = Folder::new().with("a.json", trail(&series("us-east-1", 3)));
    fifo(&folder, "pipe.json");
    let _listener = UnixListener::bind(folder.file("socket.json")).unwrap();
    symlink("/dev/zero", folder.file("zero.json")).unwrap();
    symlink(folder.file("pipe.json"), folder.file("link")).unwrap();
    let mut passed = vec!["link", "pipe.json", "socket.json", "zero.json"];
    if std::path::Path::new("/proc/kmsg").exists() {
        symlink("/proc/kmsg", folder.file("kmsg.json")).unwrap();
        symlink("/proc", folder.file("system")).unwrap();
        passed.insert(0, "kmsg.json");
        passed.insert(4, "system");
    }
    let from = folder.path().to_str().unwrap();
    let report = trailhunt(["lookup", "--format", "json", "--from", from]).json();
    assert_eq!(report["summary"]["events"], 3);
    let entries = report["coverage"].as_array().unwrap().iter();
    let skipped = entries.filter(|entry| entry["state"] == "skipped");
    let names = skipped.map(|entry| {
        entry["location"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
    });
    let names: Vec<&str> = names.filter(|name| passed.contains(name)).collect();
    assert_eq!(names, passed);
    let table = trailhunt(["lookup", "--from", from]).exits(0);
    assert!(table.text().contains("pipe.json"), "{}", table.text());
    if passed.len() > 4 {
        let said = trailhunt(["lookup", "--from", "/proc/kmsg"]).exits(2);
        assert!(
            said.stderr.contains("made up by the system"),
            "{}",
            said.stderr
        );
    }
}
