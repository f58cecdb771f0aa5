//! What the tests stand on: the sandbox that the binary runs in, records, and servers that answer as AWS does.
//! No test of `trailhunt` itself belongs here.

pub mod aws_servers;
pub mod gate;
pub mod held_credentials;
pub mod http;
pub mod iam_account;
pub mod lookup_server;
pub mod offline;
pub mod pty;
pub mod random;
pub mod records;
pub mod sandbox;
pub mod scenario;
pub mod sign_in_server;
pub mod venv;

use std::io::{self, Write};
use std::path::PathBuf;

/// The data that is kept beside the project, not in it: `TRAILHUNT_SHARED`, else `../shared`.
pub fn shared() -> PathBuf {
    std::env::var_os("TRAILHUNT_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    )
}

/// Says why the running test is skipped; not through `eprintln!`, which the harness hides for a test that passes.
pub fn skip(why: &str) {
    let name = std::thread::current().name().map(str::to_owned);
    let test = name.as_deref().unwrap_or("a test");
    writeln!(io::stderr(), "skipped {test}: {why}").expect("stderr is open");
}
