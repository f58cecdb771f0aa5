//! Sign-in sessions of the lineage, which live on when its keys are over: those that are active are named.

use aws_sdk_sts::config::Credentials;
use chrono::TimeDelta;
use serde_json::{Value, json};
use trailhunt::clock;

use super::{CHILD, Scene, call};
use crate::support::sandbox::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::support::sign_in_server::{Session, SignInFault, SignInServer};

fn session(id: &str) -> String {
    format!("arn:aws:signin:us-east-1:000000000000:session/{id}")
}

/// Four sessions that the lineage opened, and what AWS Sign-In says of them.
fn scene() -> Option<(Scene, SignInServer)> {
    let opened = |id: &str| {
        let fields = json!({"eventSource": "signin.amazonaws.com", "readOnly": false,
            "additionalEventData": {"signInSessionArn": session(id)}});
        let contained_at = clock::wall().0 - TimeDelta::minutes(10);
        call(contained_at, id, -3000, CHILD, "CreateOAuth2Token", &fields)
    };
    let records = ["active", "revoked", "over", "unknown"].map(opened);
    let scene = Scene::new(|server| server.records(records))?;
    let key = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "test");
    let server = SignInServer::taking(&key);
    server.open(Session::of(OWNER, &session("active")));
    server.open(Session {
        status: "REVOKED",
        ..Session::of(OWNER, &session("revoked"))
    });
    server.open(Session {
        expires_at: 1_700_000_000,
        ..Session::of(OWNER, &session("over"))
    });
    let sandbox = scene.sandbox.set("AWS_ENDPOINT_URL_SIGNIN", server.url());
    Some((Scene { sandbox, ..scene }, server))
}

const OWNER: &str = "arn:aws:iam::000000000000:role/ops";

/// What a watch notes on sign-in sessions.
fn notes(scene: &Scene) -> Vec<String> {
    let watched = scene.watch(&["--for", "0s", "--rate", "50"], |_| {});
    let watched = watched.exits(0).json();
    let notes = watched["notes"].as_array().expect("a list").iter();
    let notes = notes.filter_map(Value::as_str).map(str::to_owned);
    notes
        .filter(|note| note.contains("sign-in session"))
        .collect()
}

#[test]
fn those_that_are_active_are_named() {
    let Some((scene, server)) = scene() else {
        return;
    };
    let told = notes(&scene);
    let [only] = &told[..] else {
        panic!("one is active: {told:#?}");
    };
    let expected = format!("sign-in session {} of {OWNER} is ACTIVE", session("active"));
    assert!(only.starts_with(&expected), "{only}");
    assert_eq!(server.calls_of("GetSession").len(), 4);
    assert_eq!(server.calls_of("BatchRevokeSessions"), []);
}

#[test]
fn where_that_could_not_be_looked_up_it_is_said() {
    let Some((scene, server)) = scene() else {
        return;
    };
    let denied = SignInFault::Refuse("AccessDeniedException", "INSUFFICIENT_PERMISSIONS");
    server.fault("GetSession", usize::MAX, denied);
    let told = notes(&scene);
    assert_eq!(told.len(), 4, "{told:#?}");
    for note in told {
        let expected = "could not be looked up (AccessDeniedException";
        assert!(note.contains(expected), "{note}");
    }
}
