//! Sign-in sessions of the lineage: denied by their ARNs, then revoked, where that is asked for and AWS lets it.

mod faults;
mod slot;

use serde_json::json;

use super::incident::Incident;
use super::*;
use crate::support::gate::{Fault, Rule};
use crate::support::offline::said;
use crate::support::sign_in_server::{Session, SignInFault};

const POLICY: &str = "TrailhuntDenySignInSessions";
const REVOKE: &str = "BatchRevokeSessions";
const LOOK: &str = "GetSession";

fn session(id: &str) -> String {
    session_in("us-east-1", id)
}

fn session_in(region: &str, id: &str) -> String {
    format!("arn:aws:signin:{region}:000000000000:session/{id}")
}

/// The report, in which the node of the role's session belongs to these sign-in sessions.
fn report(incident: &Incident, name: &str, sessions: &[String]) -> String {
    let key = incident.session.access_key_id().to_owned();
    incident.forged(name, |report| {
        let nodes = report["lineage"].as_array_mut().unwrap();
        let node = nodes.iter_mut().find(|node| node["id"] == *key).unwrap();
        node["sign_in_sessions"] = json!(sessions);
        // its keys are over, and the session makes new ones
        node["expires_at"] = "2026-01-01T00:00:00Z".into();
    })
}

/// The same, where AWS knows these sessions as the role's.
fn open(incident: &Incident, name: &str, sessions: &[String]) -> String {
    for arn in sessions {
        incident.sign_in.open(Session::of(&owner(incident), arn));
    }
    report(incident, name, sessions)
}

fn owner(incident: &Incident) -> String {
    format!("arn:aws:iam::000000000000:role/{}", incident.role)
}

/// The call and the policy document of the step that denies them.
fn deny(answer: &Value) -> (&Value, Value) {
    let is_it = |step: &&Value| step["slot"]["policy"] == POLICY;
    let step = steps(answer).iter().find(is_it);
    let step = step.unwrap_or_else(|| panic!("no deny of sign-in sessions: {answer:#}"));
    let document = serde_json::from_str(text(step, "after")).expect("a policy is JSON");
    (step, document)
}

/// The steps that revoke.
fn revocations(answer: &Value) -> Vec<&Value> {
    let is_it = |step: &&Value| step["slot"]["kind"] == "sign-in-session";
    steps(answer).iter().filter(is_it).collect()
}

fn revocation(answer: &Value) -> &Value {
    let [only] = revocations(answer)[..] else {
        panic!("not one revocation: {answer:#}");
    };
    only
}

#[tokio::test]
async fn a_sign_in_session_is_denied_and_the_deny_is_taken_back() {
    let Some(incident) = Incident::new("sign-in").await else {
        return;
    };
    let scene = &incident.scene;
    let [first, second] = ["0f1e-a", "0f1e-b"].map(session);
    let report_one = open(&incident, "one.json", std::slice::from_ref(&first));
    let run = ["contain", "--from-trace", &report_one, "--keep-sign-in"];
    let plan = scene.plan(&run, 0);
    assert_eq!(plan["missing_permissions"], json!([]));
    let (step, document) = deny(&plan);
    assert_eq!(step["slot"]["role"], incident.role);
    let condition = json!({"ArnLike": {"aws:SignInSessionArn": [first]}});
    assert_eq!(document["Statement"][0]["Effect"], "Deny");
    assert_eq!(document["Statement"][0]["Condition"], condition);
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("cannot be taken back: aws signin batch-revoke-sessions"),
        "{plan:#}"
    );
    let answer = scene.apply(&run, 0);
    assert_eq!(answer["state"], "done", "{answer:#}");
    let policies = scene.account.role_policies(&incident.role).await;
    assert_eq!(policies, [POLICY]);
    // another report adds to what is denied
    let report_two = open(&incident, "two.json", std::slice::from_ref(&second));
    let run = ["contain", "--from-trace", &report_two, "--keep-sign-in"];
    let more = scene.apply(&run, 0);
    let denied = json!({"ArnLike": {"aws:SignInSessionArn": [first, second]}});
    assert_eq!(deny(&more).1["Statement"][0]["Condition"], denied);
    scene.apply(&["undo", journal(&more)], 0);
    let undone = scene.apply(&["undo", journal(&answer), "--force"], 0);
    assert!(
        undone["notes"].to_string().contains("come alive again"),
        "{undone:#}"
    );
    incident.is_as_before().await;
    // whoever keeps them asks nothing about them
    assert_eq!(incident.sign_in.calls_of(LOOK), []);
    assert_eq!(incident.sign_in.calls_of(REVOKE), []);
}

/// A deny of sessions waits until the traced key is inactive; a sign-in session is not opened by a key.
#[tokio::test]
async fn neither_step_waits_for_a_key_that_stays_active() {
    let Some(incident) = Incident::new("sign-in-now").await else {
        return;
    };
    let scene = &incident.scene;
    let arn = session("0f1e-c");
    let report = open(&incident, "report.json", std::slice::from_ref(&arn));
    scene.gate.rule(Rule::on("UpdateAccessKey", Fault::DENY));
    let answer = scene.apply(&["contain", "--from-trace", &report], 1);
    assert_eq!(answer["state"], "partial", "{answer:#}");
    assert_eq!(deny(&answer).0["state"], "done", "{answer:#}");
    assert_eq!(revocation(&answer)["state"], "done", "{answer:#}");
    assert_eq!(incident.sign_in.status(&arn), "REVOKED");
}

/// What could not be read is no plan without it, and what the report makes up reaches no policy and no call.
#[tokio::test]
async fn what_is_not_known_is_said_and_what_is_made_up_is_left_out() {
    let Some(incident) = Incident::new("sign-in-odd").await else {
        return;
    };
    let scene = &incident.scene;
    let odd = [
        "arn:aws:signin:*:000000000000:session/*",
        "arn:aws:signin:us-east-1:000000000000:session/\",\"*",
        "arn:aws:signin:evil.example/:000000000000:session/a",
        "arn:0:signin:0:000000000000:session/a",
        "arn:aws-evil:signin:us-east-1:000000000000:session/a",
        "arn:aws-cn:signin:us-east-1:000000000000:session/a",
        "arn:aws-cn:signin:cn-north-1:000000000000:session/a",
        "arn:aws:signin:us-evil-1:000000000000:session/a",
        "*",
        "",
    ];
    let made_up = report(&incident, "odd.json", &odd.map(str::to_owned));
    let plan = scene.plan(&["contain", "--from-trace", &made_up], 0);
    let denies = steps(&plan)
        .iter()
        .filter(|step| step["slot"]["policy"] == POLICY);
    assert_eq!(denies.count(), 0, "{plan:#}");
    assert_eq!(revocations(&plan), Vec::<&Value>::new());
    assert!(
        plan["left_out"]
            .to_string()
            .contains("it is no ARN of a sign-in session"),
        "{plan:#}"
    );
    assert_eq!(incident.sign_in.calls_of(LOOK), []);
    let known = open(&incident, "known.json", &[session("0f1e-d")]);
    scene.gate.rule(Rule::on("GetRolePolicy", Fault::DENY));
    let plan = scene.plan(&["contain", "--from-trace", &known], 3);
    assert_eq!(plan["complete"], false, "{plan:#}");
    let left_out = plan["left_out"].to_string();
    assert!(
        left_out.contains("sign-in sessions of role/")
            && left_out.contains("could not be looked up"),
        "{plan:#}"
    );
    // what cannot be denied first is not revoked, but the call for it is named
    assert_eq!(revocations(&plan), Vec::<&Value>::new());
    assert!(plan["notes"].to_string().contains("batch-revoke-sessions"));
}

/// The deny first; then each session where it is, for good.
#[tokio::test]
async fn sessions_are_revoked_after_their_deny_and_stay_so() {
    let Some(incident) = Incident::new("sign-in-gone").await else {
        return;
    };
    let scene = &incident.scene;
    let here = session("0f1e-e");
    let there = session_in("eu-west-1", "0f1e-f");
    let innocent = session("0f1e-innocent");
    incident
        .sign_in
        .open(Session::of(&owner(&incident), &innocent));
    let report = open(&incident, "r.json", &[here.clone(), there.clone()]);
    let run = ["contain", "--from-trace", &report];

    let plan = scene.plan(&run, 0);
    let planned = revocations(&plan);
    assert_eq!(planned.len(), 2, "{plan:#}");
    assert_eq!(
        steps(&plan)[steps(&plan).len() - 2..],
        [planned[0].clone(), planned[1].clone()]
    );
    let in_eu = planned
        .iter()
        .find(|step| step["slot"]["session_arn"] == there);
    let in_eu = in_eu.expect("each session is a step");
    assert_eq!(in_eu["can_be_undone"], false);
    assert_eq!([&in_eu["before"], &in_eu["after"]], ["ACTIVE", "REVOKED"]);
    let call = format!(
        "aws signin batch-revoke-sessions --region eu-west-1 --principal-arn arn:aws:iam::000000000000:* \
         --session-arns {there}"
    );
    assert_eq!(in_eu["call"], json!(call.split(' ').collect::<Vec<_>>()));
    assert!(text(in_eu, "what").contains("for good, which cannot be taken back"));
    assert!(
        plan["notes"]
            .to_string()
            .contains("2 sign-in sessions are revoked for good")
    );
    let table = scene.respond(run).exits(0);
    assert!(table.text().contains("--keep-sign-in"), "{}", table.text());

    let answer = scene.apply(&run, 0);
    assert_eq!(answer["state"], "done", "{answer:#}");
    for arn in [&here, &there] {
        assert_eq!(incident.sign_in.status(arn), "REVOKED");
    }
    assert_eq!(incident.sign_in.status(&innocent), "ACTIVE");
    let calls = incident.sign_in.calls_of(REVOKE);
    let mut told: Vec<&Value> = calls
        .iter()
        .map(|call| &call.input["sessionArns"])
        .collect();
    told.sort_by_key(ToString::to_string);
    assert_eq!(told, [&json!([there]), &json!([here])]);

    // the journal says in which order
    let entries = entries(journal(&answer));
    let number = &deny(&answer).0["number"];
    let at = |entry: &str, is_it: &dyn Fn(&Value) -> bool| {
        let found = entries
            .iter()
            .position(|it| it["entry"] == entry && is_it(it));
        found.unwrap_or_else(|| panic!("no {entry}: {entries:#?}"))
    };
    let denied = at("done", &|entry| entry["step"] == *number);
    let revoked = at("intended", &|entry| {
        entry["slot"]["kind"] == "sign-in-session"
    });
    assert!(denied < revoked, "{entries:#?}");

    // a second run finds nothing to do
    let again = scene.plan_after(&run, 0);
    assert_eq!(again["state"], "nothing", "{again:#}");
    let mut command = scene.sandbox.trailhunt();
    command.args(["respond", "journals", "--format", "json"]);
    let listed = said(&mut command).exits(0).json();
    assert_eq!(listed["journals"][0]["holds"], "holds", "{listed:#}");

    // what cannot be put back is said, and all else is; AWS Sign-In is not asked for that
    incident.sign_in.fault(
        LOOK,
        usize::MAX,
        SignInFault::Refuse("AccessDeniedException", "INSUFFICIENT_PERMISSIONS"),
    );
    let undone = scene.apply(&["undo", journal(&answer), "--force"], 0);
    assert_eq!(undone["state"], "done", "{undone:#}");
    let left_out = undone["left_out"].to_string();
    for arn in [&here, &there] {
        assert!(left_out.contains(arn.as_str()), "{undone:#}");
        assert_eq!(incident.sign_in.status(arn), "REVOKED");
    }
    assert!(left_out.contains("cannot be put back"), "{undone:#}");
    incident.is_as_before().await;
}

/// A report that makes sessions up denies a role none of its own.
#[tokio::test]
async fn made_up_sessions_do_not_deny_every_one() {
    let Some(incident) = Incident::new("sign-in-forged").await else {
        return;
    };
    let scene = &incident.scene;
    let own = session("0f1e-own");
    let others = (0..20).map(|id| session(&format!("0f1e-other-{id}")));
    let others: Vec<String> = others.collect();
    for arn in &others {
        let innocent = "arn:aws:iam::000000000000:user/innocent";
        incident.sign_in.open(Session::of(innocent, arn));
    }
    incident.sign_in.open(Session::of(&owner(&incident), &own));
    let made_up = (0..120).map(|id| session(&format!("0f1e-none-{id}")));
    let all: Vec<String> = made_up.chain(others).collect();
    // none of it is the role's, and nothing is denied to it
    let forged = report(&incident, "forged.json", &all);
    let plan = scene.plan(&["contain", "--from-trace", &forged], 0);
    let is_deny = |step: &&Value| step["slot"]["policy"] == POLICY;
    assert_eq!(steps(&plan).iter().filter(is_deny).count(), 0, "{plan:#}");
    let left_out = plan["left_out"].to_string();
    assert_eq!(left_out.matches("knows no such session").count(), 120);
    assert_eq!(
        left_out
            .matches("it is of arn:aws:iam::000000000000:user/innocent")
            .count(),
        20
    );
    assert!(!plan["notes"].to_string().contains("batch-revoke-sessions"));
    // beside them, its own is denied by its name
    let with_own = [&all[..], std::slice::from_ref(&own)].concat();
    let forged = report(&incident, "mixed.json", &with_own);
    let run = ["contain", "--from-trace", &forged];
    let plan = scene.plan(&run, 0);
    let denied = |plan: &Value| {
        deny(plan).1["Statement"][0]["Condition"]["ArnLike"]["aws:SignInSessionArn"].clone()
    };
    assert_eq!(denied(&plan), json!([own]));
    assert_eq!(revocation(&plan)["slot"]["session_arn"], own);
    // where AWS is not asked, or does not say, they may be the role's
    let every = json!(["arn:aws:signin:*:000000000000:session/*"]);
    let kept = [&run[..], &["--keep-sign-in"]].concat();
    assert_eq!(denied(&scene.plan(&kept, 0)), every);
    incident
        .sign_in
        .fault(LOOK, usize::MAX, SignInFault::Proxy(502));
    assert_eq!(denied(&scene.plan(&run, 3)), every);
}

/// Of whatever AWS Sign-In says otherwise than the report, nothing is revoked.
#[tokio::test]
async fn only_active_sessions_of_the_tree_are_revoked() {
    let Some(incident) = Incident::new("sign-in-whose").await else {
        return;
    };
    let scene = &incident.scene;
    let ids = ["theirs", "unknown", "over", "revoked", "root", "abroad"];
    let [theirs, unknown, over, revoked, root, abroad] = ids.map(session);
    let own = owner(&incident);
    let foreign = own.replace("000000000000", "111122223333");
    let sessions = [
        Session::of("arn:aws:iam::000000000000:user/innocent", &theirs),
        Session {
            expires_at: 1_700_000_000,
            ..Session::of(&own, &over)
        },
        Session {
            status: "REVOKED",
            ..Session::of(&own, &revoked)
        },
        Session::of("arn:aws:iam::000000000000:root", &root),
        Session::of(&foreign, &abroad),
    ];
    for session in sessions {
        incident.sign_in.open(session);
    }
    let all = [&theirs, &unknown, &over, &revoked, &root, &abroad];
    let report = report(&incident, "r.json", &all.map(Clone::clone));
    let run = ["contain", "--from-trace", &report];
    let answer = scene.apply(&run, 0);
    assert_eq!(answer["state"], "done", "{answer:#}");
    assert_eq!(revocations(&answer), Vec::<&Value>::new());
    assert_eq!(incident.sign_in.calls_of(REVOKE), []);
    let left_out = answer["left_out"].as_array().expect("a list");
    for (arn, why) in [
        (
            &theirs,
            "it is of arn:aws:iam::000000000000:user/innocent, not of role/",
        ),
        (&unknown, "knows no such session"),
        (&over, "over since 2023-11-14"),
        (&revoked, "it holds already"),
        (&root, ":root, not of role/"),
        (&abroad, "knows no such session"),
    ] {
        let said = left_out
            .iter()
            .find(|left| text(left, "id").contains(arn.as_str()));
        let said = said.unwrap_or_else(|| panic!("{arn}: {answer:#}"));
        assert!(text(said, "why").contains(why), "{said:#}");
    }
    // those that are or were its own are denied
    let denied = &deny(&answer).1["Statement"][0]["Condition"]["ArnLike"]["aws:SignInSessionArn"];
    assert_eq!(*denied, json!([over, revoked]));
}
