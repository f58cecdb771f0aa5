//! `respond`, the binary itself: on an account of an emulator, behind a gate that sees every call, and with what the
//! account does afterwards asked of the account.
//!
//! Each file holds one command or one topic. `who` and `execute` ask the library, for what the binary does not tell;
//! `front` needs no account.

mod attempts;
mod beyond;
mod contain;
mod credentials;
mod deactivate;
mod execute;
mod faults;
mod forged;
mod front;
mod incident;
mod journal;
mod journals;
mod prompts;
mod quarantine;
mod random;
mod resume;
mod revoke;
mod sign_in;
mod snapshot;
mod undo;
mod usage;
mod watch;
mod who;

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Child;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use trailhunt::clock;

use crate::support::aws_servers::Emulator;
use crate::support::gate::{Call, Gate};
use crate::support::iam_account::{Account, Key, acting};
use crate::support::lookup_server::{LookupServer, Quota};
use crate::support::offline::{Said, said};
use crate::support::sandbox::{ACCESS_KEY_ID, Sandbox};

/// The one Region that is asked for Event history.
const HERE: &str = "us-east-1";

/// An account, the gate before it, its Event history, and the home of a responder.
struct Scene {
    account: Account,
    gate: Gate,
    sandbox: Sandbox,
    /// What names are made of: the account is shared.
    name: String,
    /// Serves for as long as the scene lasts.
    _history: LookupServer,
}

impl Scene {
    /// ministack, and a responder who has just the permissions for it.
    async fn new(name: &str) -> Option<Self> {
        let account = Account::enforcing()?;
        let responder = account.responder(&format!("{name}-responder")).await;
        Some(Self::of(account, name, &responder))
    }

    /// moto, which lets everybody do everything, and has AWS's managed policies.
    fn moto(name: &str) -> Option<Self> {
        let account = Account::of(Emulator::Moto)?;
        let gate = Gate::before(account.server);
        Some(Self::behind(gate, account, name, &[], |sandbox| sandbox))
    }

    /// ministack, with another responder.
    fn of(account: Account, name: &str, responder: &Key) -> Self {
        let gate = Gate::before(account.server);
        Self::behind(gate, account, name, &[], |sandbox| {
            acting(sandbox, &responder.credentials)
        })
    }

    fn behind(
        gate: Gate,
        account: Account,
        name: &str,
        records: &[String],
        who: impl Fn(Sandbox) -> Sandbox,
    ) -> Self {
        let sandbox = who(Sandbox::new().endpoint(&gate.url()));
        let history = LookupServer::builder()
            .records(records.iter().cloned())
            .now(clock::wall().0)
            .quota(Quota::NONE)
            .access_key(
                sandbox
                    .variable("AWS_ACCESS_KEY_ID")
                    .unwrap_or(ACCESS_KEY_ID),
            );
        let history = history.start();
        Self {
            sandbox: sandbox.cloudtrail(&history.url()),
            account,
            gate,
            name: name.to_owned(),
            _history: history,
        }
    }

    /// A name of this scene's own.
    fn named(&self, what: &str) -> String {
        format!("{}-{what}", self.name)
    }

    /// What `respond` says to `arguments`.
    fn respond<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Said {
        let mut command = self.sandbox.trailhunt();
        command.arg("respond").args(arguments);
        said(command.args(["--regions", HERE, "--rate", "50"]))
    }

    /// The same, carried out, as JSON; the second session deny comes a second after the first.
    fn apply(&self, arguments: &[&str], code: i32) -> Value {
        let said = self.respond(arguments.iter().chain(&APPLY)).exits(code);
        answer(&said)
    }

    /// The plan, as JSON.
    fn plan(&self, arguments: &[&str], code: i32) -> Value {
        let said = self.respond(arguments.iter().chain(&["--format", "json"]));
        let said = said.exits(code);
        assert_eq!(self.gate.changes(), [], "a plan changes nothing");
        answer(&said)
    }

    /// The plan, where something was changed before.
    fn plan_after(&self, arguments: &[&str], code: i32) -> Value {
        self.gate.reset();
        self.plan(arguments, code)
    }

    /// As [`Scene::apply`], running while the test goes on.
    fn start(&self, arguments: &[&str]) -> Child {
        let regions = ["--regions", HERE, "--rate", "50"];
        let arguments = ["respond"].iter().chain(arguments).chain(&APPLY);
        self.sandbox.start(arguments.chain(&regions))
    }

    /// Takes the journal of `answer` back.
    fn undo(&self, answer: &Value, code: i32) -> Value {
        self.apply(&["undo", journal(answer)], code)
    }

    /// Where journals are kept that nobody names.
    fn journals(&self) -> PathBuf {
        self.sandbox.home().join(".local/state/trailhunt")
    }
}

const APPLY: [&str; 6] = [
    "--apply",
    "--yes",
    "--again-after",
    "1s",
    "--format",
    "json",
];

/// What a run that was started says when it has ended.
fn ended(running: Child) -> Said {
    Said::of(running.wait_with_output().expect("the program ends"))
}

/// The one document on stdout.
fn answer(said: &Said) -> Value {
    let answer = said.json();
    assert_eq!(answer["schema_version"], 1, "{answer}");
    answer
}

/// A field that is a text.
fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    let text = value[field].as_str();
    text.unwrap_or_else(|| panic!("{field} is a text: {value:#}"))
}

fn journal(answer: &Value) -> &str {
    text(answer, "journal")
}

/// The journal's entries.
fn entries(path: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("the journal is there");
    let entry = |line: &str| serde_json::from_str(line).expect("a line is JSON");
    text.lines().map(entry).collect()
}

fn steps(answer: &Value) -> &[Value] {
    answer["steps"].as_array().expect("an answer has steps")
}

/// `phase state` of every step.
fn outcomes(answer: &Value) -> Vec<String> {
    let steps = steps(answer).iter();
    let outcome = |step: &Value| format!("{} {}", text(step, "phase"), text(step, "state"));
    steps.map(outcome).collect()
}

/// Everything that an answer says besides its steps: notes and facts.
fn words(answer: &Value) -> String {
    let parts = ["title", "facts", "notes", "left_out", "handoffs"];
    parts.map(|part| answer[part].to_string()).join("\n")
}

/// `Action UserName-or-RoleName` of calls.
fn told(calls: &[Call]) -> Vec<String> {
    let name = |call: &Call| {
        let names = ["UserName", "RoleName"].map(|name| call.parameter(name));
        format!("{} {}", call.action, names.concat())
    };
    calls.iter().map(name).collect()
}

/// The moment before which a call denies sessions.
fn moment(call: &Call) -> DateTime<Utc> {
    let document = call.parameter("PolicyDocument");
    let document: Value = serde_json::from_str(document).expect("a policy is JSON");
    let statement = match &document["Statement"] {
        Value::Array(statements) => &statements[0],
        statement => statement,
    };
    assert_eq!(statement["Effect"], "Deny", "{document}");
    let moment = &statement["Condition"]["DateLessThan"]["aws:TokenIssueTime"];
    let moment = moment.as_str().expect("the deny has a time");
    moment.parse().expect("it is RFC 3339")
}

/// Waits until the clock has passed `moment`: only then are sessions issued that it does not deny.
async fn pass(moment: DateTime<Utc>) {
    while clock::wall().0 < moment {
        let left = (moment - clock::wall().0).max(TimeDelta::zero());
        tokio::time::sleep(left.to_std().expect("it is not negative")).await;
    }
}
