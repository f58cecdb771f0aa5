//! `respond contain`: the lineage of a report, in the order that AWS recommends, and nothing that AWS does not confirm.

use serde_json::json;

use super::faults::CHANGES;
use super::incident::Incident;
use super::*;
use crate::support::gate::{Fault, Rule};

fn run<'r>(report: &'r str, more: &[&'r str]) -> Vec<&'r str> {
    [&["contain", "--from-trace", report], more].concat()
}

#[tokio::test]
async fn keys_come_first_then_sessions_then_what_was_created() {
    let Some(incident) = Incident::new("whole").await else {
        return;
    };
    let Incident { scene, .. } = &incident;
    let report = incident.report();
    let plan = scene.plan(&run(&report, &[]), 0);
    assert_eq!(plan["missing_permissions"], json!([]));
    // what goes on working all the same
    let notes = words(&plan);
    for command in [
        format!("deactivate-key {}", incident.spare.id),
        format!("revoke-sessions user/{}", incident.traced.user),
    ] {
        assert!(notes.contains(&command), "{command}: {notes}");
    }
    assert!(!notes.contains(&format!("deactivate-key {}", incident.traced.id)));
    incident.is_as_before().await;

    let answer = scene.apply(&run(&report, &[]), 0);
    assert_eq!(answer["state"], "done", "{answer:#}");
    incident.is_contained().await;
    scene.account.works(&incident.web).await;
    let [traced, created] = [&incident.traced.user, &incident.created.user];
    let role = &incident.role;
    let calls = told(&scene.gate.changes());
    assert_eq!(calls.len(), CHANGES, "{calls:?}");
    // credentials go side by side, and before the sessions that they opened
    let mut first = calls[..3].to_vec();
    first.sort();
    let expected = [
        format!("PutUserPolicy {created}"),
        format!("UpdateAccessKey {created}"),
        format!("UpdateAccessKey {traced}"),
    ];
    assert!(
        expected.iter().all(|call| first.contains(call)),
        "{calls:?}"
    );
    assert_eq!(calls[3], format!("PutRolePolicy {role}"));
    // the deny of sessions is put again, for what was minted meanwhile
    assert_eq!(calls.last(), Some(&format!("PutRolePolicy {role}")));
    let phases: Vec<_> = steps(&answer)
        .iter()
        .map(|step| text(step, "phase"))
        .collect();
    let order = ["keys", "sessions", "created"];
    let place = |phase: &str| order.iter().position(|known| *known == phase);
    assert!(phases.is_sorted_by_key(|phase| place(phase)), "{phases:?}");

    let handoffs = answer["handoffs"].to_string();
    assert!(
        handoffs.contains("444455556666") && handoffs.contains("OrgAdmin"),
        "{handoffs}"
    );
    let left_out = answer["left_out"].to_string();
    assert!(
        left_out.contains(incident.web.access_key_id()),
        "{left_out}"
    );
    assert!(left_out.contains("--include compute"), "{left_out}");

    let undone = scene.undo(&answer, 1);
    assert_eq!(undone["state"], "partial", "{undone:#}");
    scene.account.works(&incident.traced.credentials).await;
    scene.account.is_denied(&incident.session).await;
    scene.apply(&["undo", journal(&answer), "--force"], 0);
    incident.is_as_before().await;
}

#[tokio::test]
async fn what_rests_on_another_link_is_acted_on_when_it_is_asked_for() {
    let Some(incident) = Incident::new("include").await else {
        return;
    };
    let Incident { scene, .. } = &incident;
    let report = incident.report();
    let answer = scene.apply(&run(&report, &["--include", "compute"]), 0);
    assert_eq!(answer["state"], "done", "{answer:#}");
    incident.is_contained().await;
    scene.account.is_denied(&incident.web).await;
    assert_eq!(
        scene.account.role_policies(&incident.web_role).await.len(),
        1
    );
    let said = scene.respond(run(&report, &["--include", "everything"]));
    said.exits(2);
}

#[tokio::test]
async fn a_second_run_finds_everything_done() {
    let Some(incident) = Incident::new("again").await else {
        return;
    };
    let Incident { scene, .. } = &incident;
    let report = incident.report();
    let first = scene.apply(&run(&report, &[]), 0);
    scene.gate.reset();
    let second = scene.apply(&run(&report, &[]), 0);
    let changes = told(&scene.gate.changes());
    // a deny of sessions is of its time, and never done already
    assert!(
        changes.iter().all(|call| call.starts_with("PutRolePolicy")),
        "{changes:?}"
    );
    incident.is_contained().await;
    // the last is taken back first
    scene.apply(&["undo", journal(&second), "--force"], 0);
    scene.apply(&["undo", journal(&first), "--force"], 0);
    incident.is_as_before().await;
}

#[tokio::test]
async fn what_a_forged_report_names_is_not_touched_unless_iam_confirms_it() {
    let Some(incident) = Incident::new("forged").await else {
        return;
    };
    let Incident { scene, .. } = &incident;
    let account = &scene.account;
    let innocent = account.user(&scene.named("innocent")).await;
    let responder = scene
        .sandbox
        .variable("AWS_ACCESS_KEY_ID")
        .unwrap()
        .to_owned();
    let hostile = "x'; aws iam delete-user #\u{1b}]0;owned\u{7}\u{202e}";
    let report = incident.forged("forged.json", |report| {
        let node = |id: &str, principal: &str| {
            let mut node = report["lineage"][0].clone();
            node["id"] = id.into();
            node["access_key_id"] = id.into();
            node["parent"] = incident.traced.id.as_str().into();
            node["link"] = "exact".into();
            node["via"] = "CreateAccessKey".into();
            node["principal"] = principal.into();
            node
        };
        let user = |name: &str| {
            json!({"user_name": name, "account": "000000000000", "how": "created", "via": "CreateUser",
                "time": "2020-01-01T00:00:00Z", "by": incident.traced.id})
        };
        let mut session = node("ASIAFORGED0000000000", "arn:aws:sts::000000000000:assumed-role/../../etc/passwd");
        session["via"] = hostile.into();
        session["note"] = hostile.into();
        let nodes = [
            // the innocent user's key, said to be another's
            node(&innocent.id, "arn:aws:iam::000000000000:user/somebody-else"),
            node(&responder, "arn:aws:iam::000000000000:user/mallory"),
            node("AKIANOBODY0000000000", "arn:aws:iam::000000000000:user/nobody"),
            node(hostile, hostile),
            session,
        ];
        let lineage = report["lineage"].as_array_mut().unwrap();
        lineage.extend(nodes);
        let users = report["users"].as_array_mut().unwrap();
        users.extend([user(&innocent.user), user(hostile), user("../../mallory"), user("forged-nobody")]);
    });
    let table = scene.respond(run(&report, &[]));
    for text in [table.text(), &table.stderr] {
        let raw = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(raw), "{text:?}");
    }
    let answer = scene.apply(&run(&report, &[]), 1);
    assert_eq!(answer["state"], "partial", "{answer:#}");
    incident.is_contained().await;
    account.works(&innocent.credentials).await;
    assert!(account.policies(&innocent.user).await.is_empty());
    let own = steps(&answer)
        .iter()
        .find(|step| step["slot"]["access_key_id"] == responder);
    assert_eq!(own.expect("the caller's key is told")["state"], "refused");
    let touched: Vec<String> = told(&scene.gate.changes());
    let of = |name: &str| touched.iter().any(|call| call.ends_with(name));
    assert!(
        !of(&innocent.user) && !of("mallory\u{7}") && !of("responder"),
        "{touched:?}"
    );
    let left_out = answer["left_out"].to_string();
    for id in [
        innocent.id.as_str(),
        "AKIANOBODY0000000000",
        "forged-nobody",
        "../../mallory",
    ] {
        assert!(left_out.contains(id), "{id}: {left_out}");
    }
}

#[tokio::test]
async fn a_report_of_another_account_is_refused_before_anything_is_asked() {
    let Some(incident) = Incident::new("theirs").await else {
        return;
    };
    let Incident { scene, .. } = &incident;
    let text = std::fs::read_to_string(incident.report()).unwrap();
    let report = incident.file("theirs", &text.replace("000000000000", "123456789012"));
    let said = scene.respond(run(&report, &APPLY)).exits(2);
    let error = said.json()["error"].to_string();
    for account in ["123456789012", "000000000000"] {
        assert!(error.contains(account), "{error}");
    }
    assert_eq!(scene.gate.calls_of("GetAccessKeyLastUsed"), []);
    incident.is_as_before().await;
}

#[tokio::test]
async fn a_traced_key_that_is_not_found_is_no_success() {
    let Some(incident) = Incident::new("gone").await else {
        return;
    };
    let Incident { scene, .. } = &incident;
    let gone = "AKIANOBODY0000000000";
    let report = incident.report();
    let told = std::fs::read_to_string(&report).unwrap();
    let partly = incident.file("partly", &told.replace(&incident.traced.id, gone));
    let nothing = incident.forged("nothing", |report| {
        report["lineage"] =
            json!([{"id": gone, "kind": "key", "access_key_id": gone, "link": "subject"}]);
        report["users"] = json!([]);
        report["handoffs"] = json!([]);
    });
    for (report, state) in [(nothing, "failed"), (partly, "partial")] {
        let planned = scene.plan(&run(&report, &[]), 1);
        let mut left_out = planned["left_out"].as_array().unwrap().iter();
        let left_out = left_out.find(|left| left["id"] == gone);
        let left_out = left_out.expect("the key is left out");
        assert_eq!(left_out["kind"], "unresolved");
        let why = text(left_out, "why");
        assert!(why.contains("or another account's"), "{why}");
        let answer = scene.apply(&run(&report, &[]), 1);
        assert_eq!(answer["state"], state, "{answer:#}");
    }
    scene.account.works(&incident.traced.credentials).await;
    scene.account.is_denied(&incident.session).await;
}

/// Told as created and as given a password: the one is contradicted, and so it is not acted on for the other.
#[tokio::test]
async fn a_user_that_iam_contradicts_is_not_touched_in_any_way() {
    let Some(incident) = Incident::new("other").await else {
        return;
    };
    let Incident { scene, created, .. } = &incident;
    let report = incident.forged("other", |report| {
        let mut password = report["users"][0].clone();
        password["how"] = "password".into();
        report["users"][0]["time"] = "2020-01-01T00:00:00Z".into();
        report["users"].as_array_mut().unwrap().push(password);
    });
    let answer = scene.apply(&run(&report, &[]), 0);
    assert_eq!(
        outcomes(&answer),
        ["keys done", "sessions done"],
        "{answer:#}"
    );
    scene.account.works(&created.credentials).await;
    assert!(scene.account.policies(&created.user).await.is_empty());
    let left_out = answer["left_out"].to_string();
    for by_hand in [
        format!("quarantine user/{} --deny-all", created.user),
        format!("deactivate-key {}", created.id),
    ] {
        assert!(left_out.contains(&by_hand), "{by_hand}: {left_out}");
    }
}

#[tokio::test]
async fn what_is_no_report_to_act_on_is_refused() {
    let Some(incident) = Incident::new("noreport").await else {
        return;
    };
    let Incident { scene, .. } = &incident;
    let changed = |name: &str, field: &str, value: Value| {
        incident.forged(name, |report| report[field] = value)
    };
    let node = json!({"id": "AKIAMANY000000000000", "kind": "key", "access_key_id": "AKIAMANY000000000000",
        "parent": null, "link": "subject"});
    let huge = Value::Array(vec![node; 20_000]);
    let reports = [
        changed("version", "schema_version", 2.into()),
        changed("playbook", "playbook", "console-logins".into()),
        changed("lineage", "lineage", "all of it".into()),
        changed("huge", "lineage", huge),
        incident.file("text", "contain everything \u{1b}[31m"),
        incident.file("deep", &"[".repeat(100_000)),
        incident.file("empty", ""),
        "missing".to_owned(),
    ];
    for report in reports {
        let said = scene.respond(run(&report, &APPLY)).exits(2);
        assert!(said.json()["error"]["message"].is_string(), "{report}");
        assert!(!said.stderr.contains('\u{1b}'), "{:?}", said.stderr);
    }
    assert_eq!(scene.gate.changes(), []);
}

#[tokio::test]
async fn sessions_wait_where_a_key_stays_active() {
    use crate::support::gate::{Fault, Rule};
    let Some(incident) = Incident::new("waits").await else {
        return;
    };
    let Incident { scene, .. } = &incident;
    let report = incident.report();
    scene
        .gate
        .rule(Rule::on("UpdateAccessKey", Fault::DENY).of("UserName", &incident.traced.user));
    let answer = scene.apply(&run(&report, &[]), 1);
    assert_eq!(answer["state"], "partial", "{answer:#}");
    let outcomes = outcomes(&answer);
    assert_eq!(outcomes[..2], ["keys failed", "sessions waiting"]);
    assert!(
        outcomes[2..]
            .iter()
            .all(|outcome| outcome == "created done"),
        "{outcomes:?}"
    );
    // what the attacker made is cut all the same
    scene.account.is_no_key(&incident.created.credentials).await;
    scene.account.works(&incident.session).await;
    scene.gate.reset();
    let again = scene.apply(&run(&report, &[]), 0);
    assert_eq!(again["state"], "done", "{again:#}");
    assert_eq!(journal(&again), journal(&answer));
    incident.is_contained().await;
}

/// A deny that was not put, since IAM let nobody look, is no deny that was not needed.
#[tokio::test]
async fn what_could_not_be_looked_up_is_not_called_contained() {
    let Some(incident) = Incident::new("unseen").await else {
        return;
    };
    let Incident { scene, .. } = &incident;
    let report = incident.report();
    let denied = Rule::on("GetUser", Fault::Refuse(403, "AccessDenied"));
    scene.gate.rule(denied);
    let planned = scene.plan(&run(&report, &[]), 3);
    assert_eq!(planned["complete"], false, "{planned:#}");
    let left_out = planned["left_out"].to_string();
    assert!(left_out.contains("could not be looked up"), "{left_out}");
    let answer = scene.apply(&run(&report, &[]), 3);
    assert_eq!(answer["state"], "done", "{answer:#}");
    assert!(words(&answer).contains("the plan is not whole"));
}

/// As many traced keys, each of a user of its own, and the report of them.
async fn many_keys(incident: &Incident, count: usize) -> (Vec<Key>, String) {
    let Incident { scene, .. } = incident;
    let mut keys = Vec::new();
    for number in 0..count {
        let name = scene.named(&format!("many-{number}"));
        keys.push(scene.account.user(&name).await);
    }
    let report = incident.forged("many.json", |report| {
        let node = report["lineage"][0].clone();
        let nodes = keys.iter().map(|key| {
            let mut node = node.clone();
            node["id"] = key.id.as_str().into();
            node["access_key_id"] = key.id.as_str().into();
            node["principal"] = format!("arn:aws:iam::000000000000:user/{}", key.user).into();
            node
        });
        report["lineage"] = nodes.collect();
        report["users"] = json!([]);
        report["handoffs"] = json!([]);
    });
    (keys, report)
}

/// No deactivation waits for the answer to another: all are under way before the first is answered.
#[tokio::test]
async fn forty_keys_are_deactivated_side_by_side() {
    const KEYS: usize = 40;
    let Some(incident) = Incident::new("forty").await else {
        return;
    };
    let scene = &incident.scene;
    let (keys, report) = many_keys(&incident, KEYS).await;
    scene.gate.rule(Rule::on("UpdateAccessKey", Fault::Hold));
    let running = scene.start(&run(&report, &[]));
    scene.gate.wait_until_held_are(KEYS);
    let read_back = scene.gate.calls_of("ListAccessKeys").len();
    scene.gate.let_go();
    let answer = answer(&ended(running).exits(0));
    assert_eq!(answer["state"], "done", "{answer:#}");
    assert_eq!(outcomes(&answer), ["keys done"; KEYS]);
    for key in &keys {
        scene.account.is_no_key(&key.credentials).await;
    }
    assert!(scene.gate.calls_of("ListAccessKeys").len() >= read_back + KEYS);
    scene.gate.reset();
    scene.undo(&answer, 0);
    for key in &keys {
        scene.account.works(&key.credentials).await;
    }
}

/// IAM says for good that a key is active, of which it took the deactivation.
#[tokio::test]
async fn a_key_that_does_not_confirm_holds_up_nobody() {
    let Some(incident) = Incident::new("liar").await else {
        return;
    };
    let scene = &incident.scene;
    let report = incident.report();
    let lies = Rule::on("ListAccessKeys", Fault::Reword("Inactive", "Active"));
    scene.gate.rule(lies.of("UserName", &incident.traced.user));
    let answer = scene.apply(&run(&report, &[]), 1);
    let mut outcomes = outcomes(&answer);
    assert_eq!(outcomes.remove(0), "keys unconfirmed", "{answer:#}");
    assert!(
        outcomes.iter().all(|outcome| outcome.ends_with(" done")),
        "{outcomes:?}"
    );
    let denied = scene.gate.calls_of("PutRolePolicy")[0].at;
    let asked = scene.gate.calls_of("ListAccessKeys");
    let last = asked
        .iter()
        .rfind(|call| call.parameter("UserName") == incident.traced.user);
    assert!(last.expect("it was read back").at > denied, "{asked:?}");
    incident.is_contained().await;
}

#[tokio::test]
async fn what_is_throttled_goes_on_for_as_long_as_somebody_has_patience() {
    let Some(incident) = Incident::new("patience").await else {
        return;
    };
    let scene = &incident.scene;
    let report = incident.report();
    let throttled = || Rule::on("UpdateAccessKey", Fault::THROTTLE);
    scene.gate.rule(throttled());
    let impatient = run(&report, &["--patience", "1s"]);
    let answer = scene.apply(&impatient, 1);
    assert!(outcomes(&answer)[0].ends_with("failed"), "{answer:#}");
    assert!(text(&steps(&answer)[0], "reason").contains("Throttling"));
    scene.account.works(&incident.traced.credentials).await;

    scene.gate.reset();
    // more often than the SDK tries by itself
    scene.gate.rule(throttled().times(8));
    let answer = scene.apply(&run(&report, &[]), 0);
    assert_eq!(answer["state"], "done", "{answer:#}");
    incident.is_contained().await;
}
