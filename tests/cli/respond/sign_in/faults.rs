//! AWS Sign-In that refuses, breaks, is silent or says two things: what is told of each session is what holds.

use trailhunt::clock;

use super::*;

/// A session that AWS Sign-In does not tell of is denied, and the plan is not whole without it.
#[tokio::test]
async fn where_sign_in_does_not_answer_the_deny_stands() {
    let Some(mut incident) = Incident::new("sign-in-mute").await else {
        return;
    };
    let arn = session("0f1e-g");
    let report = open(&incident, "r.json", std::slice::from_ref(&arn));
    let run = ["contain", "--from-trace", &report];
    let denied = "INSUFFICIENT_PERMISSIONS";
    for fault in [
        SignInFault::Refuse("AccessDeniedException", denied),
        SignInFault::RefuseUnnamed("AccessDeniedException", denied),
        SignInFault::Refuse("InternalServerException", "server_error"),
        SignInFault::Proxy(404),
        SignInFault::Proxy(502),
        SignInFault::CarryOutAndHang,
        SignInFault::Body("{}"),
        SignInFault::Body("null"),
        SignInFault::Body("<html>"),
        SignInFault::Body(
            r#"{"sessionArn":"arn:aws:signin:us-east-1:000000000000:session/other","principalArn":
            "arn:aws:iam::000000000000:role/other","issuedAt":1,"expiresAt":9999999999,"status":"REVOKED"}"#,
        ),
        SignInFault::Body(
            r#"{"sessionArn":"arn:aws:signin:us-east-1:000000000000:session/0f1e-g","principalArn":
            "arn:aws:iam::000000000000:role/other","issuedAt":1,"expiresAt":9999999999}"#,
        ),
    ] {
        incident.sign_in.forget_faults();
        incident.sign_in.fault(LOOK, usize::MAX, fault);
        let plan = incident.scene.plan(&run, 3);
        assert_eq!(plan["complete"], false, "{fault:?}: {plan:#}");
        assert_eq!(deny(&plan).0["state"], "planned", "{fault:?}");
        assert_eq!(revocations(&plan), Vec::<&Value>::new(), "{fault:?}");
        let left_out = plan["left_out"].to_string();
        assert!(
            left_out.contains("could not be looked up"),
            "{fault:?}: {left_out}"
        );
        assert!(
            plan["notes"].to_string().contains("batch-revoke-sessions"),
            "{fault:?}"
        );
    }
    // throttling is waited for
    incident.sign_in.forget_faults();
    let throttled = SignInFault::Refuse("TooManyRequestsError", "rate_exceeded");
    incident.sign_in.fault(LOOK, 2, throttled);
    assert_eq!(revocations(&incident.scene.plan(&run, 0)).len(), 1);
    // a Region that has no such service
    incident.scene.sandbox = std::mem::replace(&mut incident.scene.sandbox, Sandbox::new())
        .set("AWS_ENDPOINT_URL_SIGNIN", "http://127.0.0.1:1");
    let answer = incident.scene.apply(&run, 3);
    assert_eq!(answer["state"], "done", "{answer:#}");
    assert_eq!(deny(&answer).0["state"], "done", "{answer:#}");
    assert!(
        answer["left_out"]
            .to_string()
            .contains("no answer of AWS Sign-In in us-east-1")
    );
    let kept = [&run[..], &["--keep-sign-in"]].concat();
    assert_eq!(incident.scene.plan_after(&kept, 0)["complete"], true);
}

/// A session that is gone is as good as revoked, and nothing waits for it to come back.
#[tokio::test]
async fn a_session_that_is_gone_counts_as_revoked() {
    for (name, fault) in [("a", SignInFault::Gone), ("b", SignInFault::GoneBefore)] {
        let Some(incident) = Incident::new(&format!("sign-in-away-{name}")).await else {
            return;
        };
        let report = open(&incident, "r.json", &[session("0f1e-z")]);
        incident.sign_in.fault(REVOKE, 1, fault);
        let begun = clock::monotonic();
        let answer = incident
            .scene
            .apply(&["contain", "--from-trace", &report], 0);
        let took = begun.elapsed();
        assert!(took.as_secs() < 30, "{took:?}");
        assert_eq!(answer["state"], "done", "{answer:#}");
        assert_eq!(revocation(&answer)["state"], "done", "{answer:#}");
    }
}

/// However many sessions it is asked about, a silent AWS Sign-In is waited for once; where it answers elsewhere, that
/// counts.
#[tokio::test]
async fn a_silent_sign_in_is_waited_for_once() {
    let Some(incident) = Incident::new("sign-in-silent").await else {
        return;
    };
    let sessions: Vec<String> = (0..160).map(|id| session(&format!("0f1e-{id}"))).collect();
    let report = report(&incident, "r.json", &sessions);
    let begun = clock::monotonic();
    incident
        .sign_in
        .fault(LOOK, usize::MAX, SignInFault::CarryOutAndHang);
    let plan = incident
        .scene
        .plan(&["contain", "--from-trace", &report], 3);
    let took = begun.elapsed();
    assert!(took.as_secs() < 28, "{took:?}");
    let left_out = plan["left_out"].to_string();
    let late = "no answer of AWS Sign-In within 15 s";
    assert_eq!(left_out.matches(late).count(), sessions.len(), "{left_out}");
    assert_eq!(deny(&plan).0["state"], "planned");
}

/// What is not active is denied and left: a revocation cannot be taken back.
#[tokio::test]
async fn a_session_that_is_not_active_is_not_revoked() {
    let Some(incident) = Incident::new("sign-in-odd-state").await else {
        return;
    };
    let report = open(&incident, "r.json", &[session("0f1e-s")]);
    let run = ["contain", "--from-trace", &report];
    let (own, other) = (owner(&incident), "arn:aws:iam::000000000000:role/other");
    for (principal, role, status, why) in [
        (
            own.as_str(),
            own.as_str(),
            "EXPIRED",
            "it is EXPIRED, not ACTIVE",
        ),
        (&own, &own, "SUSPENDED", "it is SUSPENDED, not ACTIVE"),
        (
            other,
            &own,
            "ACTIVE",
            "it is of arn:aws:iam::000000000000:role/other and ",
        ),
        (
            &own,
            other,
            "ACTIVE",
            "and arn:aws:iam::000000000000:role/other, not of role/",
        ),
    ] {
        let body = json!({
            "sessionArn": session("0f1e-s"), "principalArn": principal, "role": role,
            "issuedAt": 1, "expiresAt": 9_999_999_999_i64, "status": status,
        });
        incident.sign_in.forget_faults();
        let fault = SignInFault::Body(body.to_string().leak());
        incident.sign_in.fault(LOOK, usize::MAX, fault);
        let plan = incident.scene.plan(&run, 0);
        assert_eq!(revocations(&plan), Vec::<&Value>::new(), "{status}");
        assert_eq!(deny(&plan).0["state"], "planned", "{status}");
        let left_out = plan["left_out"].to_string();
        assert!(left_out.contains(why), "{why}: {left_out}");
    }
}

/// What becomes of a revocation that AWS refuses, or answers oddly; its deny is done whatever that is.
#[tokio::test]
async fn what_a_revocation_ends_with() {
    let denied = SignInFault::Refuse("AccessDeniedException", "INSUFFICIENT_PERMISSIONS");
    let throttled = SignInFault::Refuse("TooManyRequestsError", "rate_exceeded");
    for (name, times, fault, state, words) in [
        (
            "a",
            9,
            denied,
            "failed",
            "AccessDeniedException: scripted; it is not revoked: what holds it is its deny",
        ),
        (
            "b",
            9,
            SignInFault::Errors("RESOURCE_NOT_FOUND"),
            "failed",
            "it could not be revoked",
        ),
        ("c", 4, throttled, "done", ""),
        ("d", 1, SignInFault::LoseAnswer, "done", ""),
        (
            "e",
            9,
            SignInFault::Silence,
            "done",
            "does not say what became of it",
        ),
        (
            "f",
            9,
            SignInFault::Both,
            "done",
            "that it was revoked, and that it was not",
        ),
        ("g", 1, SignInFault::Body("{}"), "done", ""),
    ] {
        let Some(incident) = Incident::new(&format!("sign-in-end-{name}")).await else {
            return;
        };
        let arn = session("0f1e-h");
        let report = open(&incident, "r.json", std::slice::from_ref(&arn));
        incident.sign_in.fault(REVOKE, times, fault);
        let code = i32::from(state == "failed");
        let answer = incident
            .scene
            .apply(&["contain", "--from-trace", &report], code);
        assert_eq!(deny(&answer).0["state"], "done", "{fault:?}: {answer:#}");
        let step = revocation(&answer);
        assert_eq!(step["state"], state, "{fault:?}: {step:#}");
        assert!(
            step["reason"].to_string().contains(words),
            "{fault:?}: {step:#}"
        );
        let held = if state == "done" { "REVOKED" } else { "ACTIVE" };
        assert_eq!(incident.sign_in.status(&arn), held, "{fault:?}");
    }
}

/// An intruder may have filled up what a role's policies hold: what cannot be denied is revoked all the more.
#[tokio::test]
async fn a_session_whose_deny_fails_is_revoked_all_the_same() {
    let Some(incident) = Incident::new("sign-in-full").await else {
        return;
    };
    let arn = session("0f1e-j");
    let report = open(&incident, "r.json", std::slice::from_ref(&arn));
    let full = Fault::Refuse(409, "LimitExceeded");
    incident.scene.gate.rule(Rule::on("PutRolePolicy", full));
    let answer = incident
        .scene
        .apply(&["contain", "--from-trace", &report], 1);
    assert_eq!(deny(&answer).0["state"], "failed", "{answer:#}");
    assert_eq!(revocation(&answer)["state"], "done", "{answer:#}");
    assert_eq!(incident.sign_in.status(&arn), "REVOKED");
}

/// What an attempt did whose answer was lost is not undone by the refusal of the next.
#[tokio::test]
async fn a_refusal_after_a_lost_answer_is_not_believed() {
    let Some(incident) = Incident::new("sign-in-unsure").await else {
        return;
    };
    let arn = session("0f1e-k");
    let report = open(&incident, "r.json", std::slice::from_ref(&arn));
    incident.sign_in.fault(REVOKE, 1, SignInFault::LoseAnswer);
    let denied = SignInFault::Refuse("AccessDeniedException", "INSUFFICIENT_PERMISSIONS");
    incident.sign_in.fault(REVOKE, 9, denied);
    let run = ["contain", "--from-trace", &report];
    let answer = incident.scene.apply(&run, 0);
    assert_eq!(incident.sign_in.status(&arn), "REVOKED");
    let step = revocation(&answer);
    assert_eq!(step["state"], "done", "{step:#}");
    let reason = step["reason"].to_string();
    assert!(reason.contains("may have been carried out"), "{step:#}");
}

/// A run that was cut off in the middle of a revocation finds what became of it.
#[tokio::test]
async fn a_revocation_that_a_crash_left_untold_is_found() {
    let Some(incident) = Incident::new("sign-in-crash").await else {
        return;
    };
    let scene = &incident.scene;
    let arn = session("0f1e-i");
    let report = open(&incident, "r.json", std::slice::from_ref(&arn));
    incident
        .sign_in
        .fault(REVOKE, 1, SignInFault::CarryOutAndHang);
    let run = ["contain", "--from-trace", &report];
    let mut running = scene.start(&run);
    incident.sign_in.wait_for_calls_of(REVOKE, 1);
    running.kill().expect("it runs");
    running.wait().expect("it ends");
    let answer = scene.apply(&run, 0);
    assert!(
        answer["notes"]
            .to_string()
            .contains("found done after an interruption"),
        "{answer:#}"
    );
    assert_eq!(incident.sign_in.calls_of(REVOKE).len(), 1);
    assert_eq!(incident.sign_in.status(&arn), "REVOKED");
}
