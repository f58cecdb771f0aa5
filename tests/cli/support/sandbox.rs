//! A home of its own and a scrubbed environment for every run of the binary, so that nothing of the machine
//! (profiles, variables, instance metadata) reaches a test.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Stdio};

use assert_cmd::Command;
use tempfile::TempDir;

/// The key that every server of `support` accepts as the account's own.
pub const ACCESS_KEY_ID: &str = "test";
/// Its secret.
pub const SECRET_ACCESS_KEY: &str = "test";

/// An empty home, and the variables that commands in it see.
pub struct Sandbox {
    home: TempDir,
    variables: BTreeMap<String, String>,
}

impl Sandbox {
    /// Credentials that the test servers accept, us-east-1, no instance metadata, and no server yet.
    pub fn new() -> Self {
        let home = TempDir::new().expect("a temporary directory can be made");
        let path = std::env::var("PATH").expect("PATH is set");
        let sandbox = Self {
            home,
            variables: BTreeMap::new(),
        };
        sandbox
            .set("PATH", path)
            .set("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .set("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
            .set("AWS_REGION", "us-east-1")
            .set("AWS_EC2_METADATA_DISABLED", "true")
    }

    /// The server of every AWS service that has none of its own.
    pub fn endpoint(self, url: &str) -> Self {
        self.set("AWS_ENDPOINT_URL", url)
    }

    /// The server of CloudTrail alone.
    pub fn cloudtrail(self, url: &str) -> Self {
        self.set("AWS_ENDPOINT_URL_CLOUDTRAIL", url)
    }

    /// The investigation's `now`, RFC 3339.
    pub fn now(self, now: &str) -> Self {
        self.set("TRAILHUNT_NOW", now)
    }

    /// One more variable, or another value for one.
    pub fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The home, which is also where commands are run.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The binary under test, in this home.
    pub fn trailhunt(&self) -> Command {
        self.command(env!("CARGO_BIN_EXE_trailhunt"))
    }

    /// The binary on its own, for a test that acts while it runs or ends it; what it says is piped.
    pub fn start(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Child {
        let mut command = self.hearing(env!("CARGO_BIN_EXE_trailhunt"));
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().expect("the binary can be run")
    }

    /// A program that signals end, whatever the tests ignore: under `nohup` that is SIGHUP, and passed on.
    pub fn hearing(&self, program: &str) -> std::process::Command {
        if cfg!(target_os = "linux") {
            let mut command = self.program("/usr/bin/env");
            command.args(["--default-signal=HUP,INT,TERM", program]);
            command
        } else {
            self.program(program)
        }
    }

    /// Any other program, in the same home and environment.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        Command::from_std(self.program(program))
    }

    fn program(&self, program: impl AsRef<OsStr>) -> std::process::Command {
        let mut command = std::process::Command::new(program);
        command
            .env_clear()
            .env("HOME", self.home.path())
            .envs(&self.variables)
            .current_dir(self.home.path());
        command
    }
}
