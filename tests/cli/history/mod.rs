//! `--from history`: the binary against a strict LookupEvents server, and STS, IAM and Account of ministack or moto.
//!
//! Each file holds one topic. The data of all of them: a key that made one call a second from midnight on, in a
//! window that ends at noon of the same day.

mod credentials;
mod failures;
mod interrupt;
mod lineage;
mod narrowing;
mod network;
mod pacing;
mod plan;
mod questions;
mod random;
mod regions;
mod scope;
mod window;

use std::io::{Read, Write};
use std::net::TcpListener;

use assert_cmd::Command;
use serde_json::Value;

use crate::support::aws_servers::Emulator;
use crate::support::lookup_server::{Builder, Call, LookupServer, Quota};
use crate::support::sandbox::Sandbox;

/// The key that signed every record of [`crate::support::records::series`].
const KEY: &str = "AKIAEXAMPLE000000000";
/// The investigation's now, and the server's.
const NOW: &str = "2023-07-10T12:00:00Z";
/// The Region of a test that needs only one.
const HERE: &str = "us-east-1";

/// A server of `records` that grants every call.
fn serving(records: impl IntoIterator<Item = String>) -> Builder {
    LookupServer::builder()
        .records(records)
        .now(NOW.parse().expect("NOW is a time"))
        .quota(Quota::NONE)
}

/// A sandbox whose CloudTrail is `server` and whose STS, IAM and Account are ministack's.
fn sandbox(server: &LookupServer) -> Option<Sandbox> {
    let aws = Emulator::Ministack.shared()?;
    let sandbox = Sandbox::new().endpoint(aws.url()).cloudtrail(&server.url());
    Some(sandbox.now(NOW))
}

/// The address of a server that gives every request the same answer, which no emulator can be made to give.
fn always(status: &'static str, kind: impl Into<String>, body: &'static str) -> String {
    let kind = kind.into();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("a bound port has an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection is accepted");
            // the requests of the tests are small: they come in one piece
            let read = stream.read(&mut [0; 8192]).expect("a request is read");
            assert!(read > 0, "a request has a first line");
            write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close\r\n\
                 content-length: {}\r\n\r\n{body}",
                body.len()
            )
            .expect("the answer is taken");
        }
    });
    format!("http://{address}")
}

/// What [`KEY`] did in [`HERE`] on this day, asked as fast as may be.
fn day_of_key(sandbox: &Sandbox, format: &str) -> Command {
    let mut command = day_of_key_at(sandbox, "50");
    command.args(["--format", format]);
    command
}

/// As [`day_of_key`], at so many calls a second.
fn day_of_key_at(sandbox: &Sandbox, rate: &str) -> Command {
    let mut command = sandbox.trailhunt();
    command
        .args(["lookup", "-a", &format!("AccessKeyId={KEY}")])
        .args(["--regions", HERE, "--since", "2023-07-10"])
        .args(["--rate", rate]);
    command
}

/// The report of a run that ends with `code`.
fn report(command: &mut Command, code: i32) -> Value {
    let output = command.assert().code(code).get_output().clone();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// What a run that ends with `code` says on stderr.
fn said(command: &mut Command, code: i32) -> String {
    let output = command.assert().code(code).get_output().clone();
    String::from_utf8(output.stderr).expect("stderr is UTF-8")
}

/// What a run that ends with `code` answers on stdout.
fn answered(command: &mut Command, code: i32) -> String {
    let output = command.assert().code(code).get_output().clone();
    String::from_utf8(output.stdout).expect("stdout is UTF-8")
}

/// The coverage of one Region.
fn coverage<'r>(report: &'r Value, region: &str) -> &'r Value {
    let entries = report["coverage"].as_array().expect("coverage is a list");
    let mut of_region = entries.iter().filter(|entry| entry["region"] == region);
    let found = of_region.next().expect("the Region is covered");
    assert!(
        of_region.next().is_none(),
        "one entry a Region: {entries:?}"
    );
    found
}

/// The attribute of a call, as `Key=value`.
fn asked(call: &Call) -> String {
    let attribute = call.parameters.attribute();
    attribute.map_or("everything".to_owned(), |(key, value)| {
        format!("{key}={value}")
    })
}
