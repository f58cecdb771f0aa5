//! A report of `trace-key`, read back from its JSON. It may come from anybody: nothing in it is believed but the ids,
//! and IAM is asked about each of those.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read};
use std::marker::PhantomData;
use std::path::Path;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;

use crate::error::Failure;
use crate::event::time::Time;
use crate::playbook::front::ACCESS_KEY_TRACE;
use crate::report::{Caller, Handoff, Node, SCHEMA_VERSION, Subject, Tally, UserMade, Window};
pub use calls::CredentialCall;
use calls::TraceEvent;

mod calls;
#[cfg(test)]
mod tests;

/// Entries of one list; a trace follows 1,000 credentials at most.
const MOST: usize = 10_000;
/// Bytes read of a file: reports of a million events are smaller.
const MOST_BYTES: u64 = 1 << 30;

/// What containment needs of a report: a part of [`crate::report::Report`], and its lists no longer than [`MOST`].
/// Unknown fields are ignored.
#[derive(Debug, Clone, Deserialize)]
pub struct Trace {
    #[serde(rename = "schema_version", deserialize_with = "version")]
    _version: (),
    #[serde(rename = "playbook", deserialize_with = "playbook")]
    _playbook: (),
    pub generated_at: Time,
    /// Who asked; none where files were read.
    pub caller: Option<Caller>,
    pub window: Window,
    pub complete: bool,
    #[serde(rename = "coverage", deserialize_with = "limited")]
    _coverage: Vec<ReadSource>,
    #[serde(deserialize_with = "limited")]
    pub subjects: Vec<Subject>,
    /// Parents stand before their children.
    #[serde(deserialize_with = "limited")]
    pub lineage: Vec<Node>,
    #[serde(deserialize_with = "limited")]
    pub users: Vec<UserMade>,
    #[serde(deserialize_with = "limited")]
    pub handoffs: Vec<Handoff>,
    #[serde(default, deserialize_with = "limited")]
    pub findings: Vec<FoundRule>,
    #[serde(default)]
    pub summary: TraceSummary,
    /// The calls that made credentials which are no access keys, or switched them on.
    #[serde(rename = "events", default, deserialize_with = "credential_calls")]
    pub credential_calls: Vec<CredentialCall>,
}

/// What containment needs of a finding.
#[derive(Debug, Clone, Deserialize)]
pub struct FoundRule {
    #[serde(default)]
    pub rule: String,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub count: u64,
    #[serde(default)]
    pub failed: u64,
}

/// What containment needs of the summary.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct TraceSummary {
    #[serde(default, deserialize_with = "limited")]
    pub services: Vec<Tally>,
}

#[derive(Debug, Clone, Deserialize)]
struct ReadSource {
    #[serde(rename = "source", deserialize_with = "source")]
    _source: (),
}

/// Reads the report in `path`.
///
/// # Errors
/// A usage failure: no such file, no JSON, another version, or a report of another playbook or of the demo.
pub fn read(path: &Path) -> Result<Trace, Failure> {
    let file = File::open(path).map_err(|error| format!("cannot be read: {error}"));
    file.and_then(|file| parse(BufReader::new(file.take(MOST_BYTES))))
        .map_err(|why| {
            Failure::usage(format!("{} {why}", path.display()))
                .hint("`trailhunt trace-key KEY --format json -o FILE` writes a report to act on")
        })
}

/// The report that `bytes` are, or why they are none.
fn parse(bytes: impl Read) -> Result<Trace, String> {
    serde_json::from_reader(bytes).map_err(|error| match error.classify() {
        Category::Io => format!("cannot be read: {error}"),
        Category::Syntax | Category::Eof => format!("is no JSON: {error}"),
        Category::Data => format!("is no report of trace-key to act on: {error}"),
    })
}

// The two fields by which reports differ stand before all others: they are told first.

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    match u64::deserialize(deserializer)? {
        version if version == u64::from(SCHEMA_VERSION) => Ok(()),
        version => Err(D::Error::custom(format_args!(
            "it has schema version {version}, and this trailhunt reads {SCHEMA_VERSION}"
        ))),
    }
}

fn playbook<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    let playbook = String::deserialize(deserializer)?;
    if playbook == ACCESS_KEY_TRACE.playbook {
        return Ok(());
    }
    Err(D::Error::custom(format_args!(
        "it is of the playbook {playbook:?}"
    )))
}

fn source<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "demo" => Err(D::Error::custom(
            "it is of the demo, whose keys are made up",
        )),
        _ => Ok(()),
    }
}

/// Of a list that may be long, the entries that are kept: [`MOST`] at most.
fn credential_calls<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<CredentialCall>, D::Error> {
    struct Calls;

    impl<'de> Visitor<'de> for Calls {
        type Value = Vec<CredentialCall>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Self::Value, A::Error> {
            let mut calls = Vec::new();
            while let Some(row) = rows.next_element::<TraceEvent>()? {
                calls.extend(CredentialCall::of(&row));
                if calls.len() > MOST {
                    return Err(A::Error::custom(format_args!(
                        "more than {MOST} of its events made credentials"
                    )));
                }
            }
            Ok(calls)
        }
    }

    deserializer.deserialize_seq(Calls)
}

/// A list of at most [`MOST`] entries: a longer one is not read to its end.
fn limited<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    struct List<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some(entry) = entries.next_element()? {
                if list.len() == MOST {
                    return Err(A::Error::custom(format_args!(
                        "a list has more than {MOST} entries"
                    )));
                }
                list.push(entry);
            }
            Ok(list)
        }
    }

    deserializer.deserialize_seq(List(PhantomData))
}
