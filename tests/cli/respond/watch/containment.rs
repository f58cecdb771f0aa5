//! When the containment was: as a journal says, or the start of the watch where none does.

use std::fs;
use std::path::PathBuf;

use chrono::{SubsecRound, TimeDelta};
use serde_json::Value;
use trailhunt::clock;

use super::{HERE, KEY};
use crate::support::iam_account::{Account, Key, acting};
use crate::support::lookup_server::{LookupServer, Quota};
use crate::support::offline::{Said, said};
use crate::support::sandbox::Sandbox;

/// A responder, and a key that it deactivates.
struct Incident {
    sandbox: Sandbox,
    key: Key,
    _history: LookupServer,
}

impl Incident {
    async fn new(name: &str) -> Option<Self> {
        let account = Account::enforcing()?;
        let responder = account.responder(&format!("{name}-responder")).await;
        let key = account.user(name).await;
        let history = LookupServer::builder()
            .now(clock::wall().0 + TimeDelta::hours(1))
            .quota(Quota::NONE)
            .access_key(&responder.id)
            .start();
        let sandbox = Sandbox::new()
            .endpoint(account.server.url())
            .cloudtrail(&history.url());
        Some(Self {
            sandbox: acting(sandbox, &responder.credentials),
            key,
            _history: history,
        })
    }

    fn respond(&self, arguments: &[&str]) -> Said {
        let mut command = self.sandbox.trailhunt();
        command.arg("respond").args(arguments);
        said(command.args(["--regions", HERE, "--rate", "50", "--format", "json"]))
    }

    /// The answer to a deactivation that was carried out, and when that was.
    fn deactivate(&self) -> (Value, Value) {
        let flags = ["deactivate-key", &self.key.id, "--apply", "--yes"];
        let answer = self.respond(&flags).exits(0).json();
        assert_eq!(answer["state"], "done");
        let at = answer["steps"][0]["at"].clone();
        assert!(at.is_string());
        (answer, at)
    }

    /// One look.
    fn watch(&self, key: &str, more: &[&str]) -> Said {
        self.respond(&[&["watch", key, "--for", "0s"], more].concat())
    }
}

#[tokio::test]
async fn a_journal_says_when() {
    let Some(incident) = Incident::new("watch-journal").await else {
        return;
    };
    let (answer, at) = incident.deactivate();
    let watched = incident.watch(&incident.key.id, &[]).exits(0).json();
    assert_eq!(watched["contained_at"], at, "in the state folder");
    assert_eq!(watched["contained_from"], "journal");

    // the very command that the deactivation told
    let next = answer["next"][0]["argv"].as_array().unwrap();
    let next: Vec<&str> = next.iter().map(|word| word.as_str().unwrap()).collect();
    assert_eq!(next[..3], ["trailhunt", "respond", "watch"]);
    let more = [&next[2..], &["--for", "0s"]].concat();
    let watched = incident.respond(&more).exits(0).json();
    assert_eq!(watched["contained_at"], at);
    assert_eq!(watched["contained_from"], "journal");

    let journal = answer["journal"].as_str().unwrap();
    let said = incident.watch(KEY, &["--journal", journal]).exits(2);
    let why = format!("does not say that {KEY} was deactivated");
    assert!(said.stderr.contains(&why), "{}", said.stderr);
    let error = said.json();
    assert_eq!(error["schema_version"], 1);
    assert_eq!(error["error"]["hint"], "pass --contained-at TIME");
}

#[tokio::test]
async fn a_flag_comes_before_the_journals() {
    let Some(incident) = Incident::new("watch-flag").await else {
        return;
    };
    incident.deactivate();
    let said = incident.watch(&incident.key.id, &["--contained-at", "2h"]);
    let watched = said.exits(0).json();
    assert_eq!(watched["contained_from"], "asked");
    let at: chrono::DateTime<chrono::Utc> =
        watched["contained_at"].as_str().unwrap().parse().unwrap();
    let ago = clock::wall().0 - at;
    assert!(ago >= TimeDelta::hours(2) && ago < TimeDelta::minutes(125));
}

#[tokio::test]
async fn without_any_it_is_the_start_and_said() {
    let Some(incident) = Incident::new("watch-none").await else {
        return;
    };
    let start = clock::wall().0.trunc_subsecs(0);
    let said = incident.watch(&incident.key.id, &[]).exits(0);
    let watched = said.json();
    assert_eq!(watched["contained_from"], "start");
    let at: chrono::DateTime<chrono::Utc> =
        watched["contained_at"].as_str().unwrap().parse().unwrap();
    assert!(at >= start, "{at}");
    let told = format!("no journal says when {} was deactivated", incident.key.id);
    assert!(said.stderr.contains(&told), "{}", said.stderr);
}

/// A journal of a machine whose clock was ahead, or one that was tampered with.
#[tokio::test]
async fn a_journal_that_somebody_edited_dates_no_containment() {
    let Some(incident) = Incident::new("watch-ahead").await else {
        return;
    };
    let (answer, _) = incident.deactivate();
    let journal = PathBuf::from(answer["journal"].as_str().unwrap());
    let text = fs::read_to_string(&journal).unwrap();
    let ahead = text.replace(r#""at":"20"#, r#""at":"21"#);
    assert_ne!(ahead, text);
    fs::write(&journal, ahead).unwrap();
    let said = incident.watch(&incident.key.id, &[]).exits(0);
    assert!(said.stderr.contains("no journal says"), "{}", said.stderr);
    let named = ["--journal", journal.to_str().unwrap()];
    let said = incident.watch(&incident.key.id, &named).exits(2);
    assert!(said.stderr.contains("is not acted on"), "{}", said.stderr);
    assert!(said.stderr.contains("--contained-at"), "{}", said.stderr);
}
