//! Runs that need no AWS: where nobody listens, over trail files made for one test; and what the binary said.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tempfile::TempDir;

use super::sandbox::Sandbox;

/// The leaked key of the demo.
pub const DEMO_KEY: &str = "AKIARZPUZDIKDEMOFAKE";

/// A sandbox in which every call to AWS is refused at once: what asks the network first, fails for want of it.
pub fn offline() -> Sandbox {
    Sandbox::new().endpoint("http://127.0.0.1:1")
}

/// What the binary says to `arguments` there.
pub fn trailhunt(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Said {
    said(offline().trailhunt().args(arguments))
}

/// The same, over the demo.
pub fn over_demo(arguments: &[&str]) -> Said {
    trailhunt(arguments.iter().chain(&["--from", "demo"]))
}

/// What a run of the binary said, and its exit code.
pub struct Said {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

/// Runs `command`.
pub fn said(command: &mut Command) -> Said {
    Said::of(command.output().expect("the binary can be run"))
}

impl Said {
    /// What a run that ended has said.
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }

    /// Asserts the exit code, and shows stderr where it is another.
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        self
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("stdout is UTF-8")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).expect("stdout is JSON")
    }
}

/// A folder of files that goes with the test.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(TempDir::new().expect("a temporary directory can be made"))
    }

    /// One more file, at `name` below the folder.
    pub fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.file(name);
        let parent = path.parent().expect("a file stands in a folder");
        fs::create_dir_all(parent).expect("the folder can be made");
        fs::write(&path, bytes).expect("the file can be written");
        self
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// The names of what stands in it, hidden files too.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("the folder can be listed");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let mut names: Vec<_> = entries.map(|entry| name(entry.unwrap())).collect();
        names.sort();
        names
    }
}

/// A trail file of `records`, as CloudTrail writes it.
pub fn trail<R: AsRef<[u8]>>(records: &[R]) -> Vec<u8> {
    let records: Vec<&[u8]> = records.iter().map(AsRef::as_ref).collect();
    let records = records.join(&b',');
    [&b"{\"Records\":["[..], &records, b"]}"].concat()
}

/// As CloudTrail delivers it.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}
