//! What a containment must not forget, what it does not reach, and the policy that reaches further.

use serde_json::json;

use super::incident::Incident;
use super::*;

const INSTANCE: &str = "i-0123456789abcdef0";

/// The lineage knows a stolen credential by a link that is not trusted by itself.
#[tokio::test]
async fn a_stolen_credential_is_always_in_the_plan() {
    let Some(incident) = Incident::new("stolen").await else {
        return;
    };
    let scene = &incident.scene;
    let report = incident.forged("stolen.json", |report| {
        let mut nodes = report["lineage"].as_array_mut().unwrap().iter_mut();
        let stolen = nodes.find(|node| node["link"] == "compute").unwrap();
        stolen["stolen"] = true.into();
    });
    let answer = scene.apply(&["contain", "--from-trace", &report], 0);
    assert_eq!(answer["state"], "done", "{answer:#}");
    scene.account.is_denied(&incident.web).await;
    incident.is_contained().await;
    let notes = answer["notes"].to_string();
    let cut = format!("the deny of role/{} cuts off {INSTANCE}", incident.web_role);
    assert!(
        notes.contains(&cut) && notes.contains("fresh credentials"),
        "{notes}"
    );
    let open = answer["still_open"].to_string();
    assert!(
        open.contains(&format!("--instance-id {INSTANCE}")),
        "{open}"
    );
    assert!(open.contains("other accounts (444455556666)"), "{open}");
    scene.apply(&["undo", journal(&answer), "--force"], 0);
    incident.is_as_before().await;
}

/// Each finding that a plan does not reach has its remedy, and no name becomes a part of a command.
#[tokio::test]
async fn the_plan_ends_with_what_it_does_not_reach() {
    let Some(incident) = Incident::new("beyond").await else {
        return;
    };
    let scene = &incident.scene;
    let hostile = "x; rm -rf / #\u{1b}]0;owned\u{7}\u{202e}";
    let report = incident.forged("beyond.json", |report| {
        let found = |rule: &str, failed: u64| {
            json!({"rule": rule, "message": format!("{rule} of {hostile}"), "count": 1, "failed": failed,
                "level": "high", "title": "t"})
        };
        report["findings"] = json!([
            found("trust-policy-changed", 0), found("federation-changed", 0), found("snapshot-shared", 0),
            found("bucket-made-public", 0), found("secret-shared", 0), found("image-shared", 1),
            found("user-created", 0), {"unheard": 7},
        ]);
        let mut node = report["lineage"][3].clone();
        assert_eq!(node["link"], "compute");
        for (id, name) in [("ASIAFUNCTION00000000", "metrics-sync"), ("ASIAHOSTILE000000000", hostile)] {
            node["id"] = id.into();
            node["access_key_id"] = id.into();
            node["principal"] = format!("arn:aws:sts::000000000000:assumed-role/x/{name}").into();
            report["lineage"].as_array_mut().unwrap().push(node.clone());
        }
    });
    let run = ["contain", "--from-trace", &report];
    let plan = scene.plan(&run, 0);
    let open: Vec<&str> = plan["still_open"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect();
    for (of, remedy) in [
        (
            "metrics-sync",
            "put-function-concurrency --function-name metrics-sync",
        ),
        (INSTANCE, "modify-instance-attribute"),
        ("trust-policy-changed", "update-assume-role-policy"),
        ("federation-changed", "disable-trust-anchor"),
        ("snapshot-shared", "modify-snapshot-attribute"),
        ("bucket-made-public", "put-public-access-block"),
        ("secret-shared", "its owner ends the share"),
    ] {
        assert!(
            open.iter()
                .any(|line| line.contains(of) && line.contains(remedy)),
            "{of}: {open:#?}"
        );
    }
    let told = open.join(" ");
    assert!(
        !told.contains("image-shared") && !told.contains("user-created"),
        "{told}"
    );
    assert!(
        !told.contains(&format!("--function-name {hostile}")),
        "{told}"
    );
    let table = scene.respond(run);
    let raw = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!table.text().contains(raw), "{:?}", table.text());
}

#[tokio::test]
async fn a_service_control_policy_denies_the_tree_and_not_the_operator() {
    let Some(incident) = Incident::new("scp").await else {
        return;
    };
    let scene = &incident.scene;
    let report = incident.forged("scp.json", |report| {
        let mut node = report["lineage"][1].clone();
        node["id"] = "ASIAOPERATOR00000000".into();
        node["access_key_id"] = "ASIAOPERATOR00000000".into();
        node["parent"] = json!(null);
        node["link"] = "subject".into();
        node["principal"] = format!(
            "arn:aws:iam::000000000000:user/{}",
            scene.named("responder")
        )
        .into();
        node["via"] = json!(null);
        report["lineage"].as_array_mut().unwrap().push(node);
    });
    let said = scene
        .respond(["contain", "--from-trace", &report, "--scp"])
        .exits(0);
    let policy: Value = serde_json::from_str(said.text()).expect("it is JSON");
    let statement = &policy["Statement"][0];
    assert_eq!(
        (&statement["Effect"], &statement["Action"]),
        (&json!("Deny"), &json!("*"))
    );
    let denied = &statement["Condition"]["ArnLike"]["aws:PrincipalArn"];
    let denied: Vec<&str> = denied
        .as_array()
        .unwrap()
        .iter()
        .map(|arn| arn.as_str().unwrap())
        .collect();
    for principal in [
        format!("user/{}", incident.traced.user),
        format!("user/*/{}", incident.created.user),
        format!("role/{}", incident.role),
        format!("role/*/{}", incident.role),
    ] {
        assert!(
            denied.contains(&&*format!("arn:aws:iam::000000000000:{principal}")),
            "{principal} {denied:?}"
        );
    }
    for told in [
        format!("not denied: {}", incident.web.access_key_id()),
        "in account 444455556666".to_owned(),
    ] {
        assert!(said.stderr.contains(&told), "{told}: {}", said.stderr);
    }
    let told = denied.join(" ");
    assert!(
        !told.contains("responder") && !told.contains(&incident.web_role),
        "{told}"
    );
    assert!(
        said.stderr.contains("responder is left out"),
        "{}",
        said.stderr
    );
    assert_eq!(scene.gate.changes(), []);
    // names of another account are nobody's here, and so are those that IAM does not confirm
    let foreign = incident.forged("foreign.json", |report| {
        let text = report.to_string();
        let text = text.replace("000000000000", "444455556666");
        *report = serde_json::from_str(&text).unwrap();
        report["users"] = json!([]);
    });
    let said = scene.respond(["contain", "--from-trace", &foreign, "--scp"]);
    assert_eq!(said.exits(2).text(), "");
    let innocent = scene.account.user(&scene.named("innocent")).await;
    let forged = incident.forged("innocent.json", |report| {
        report["users"][0]["user_name"] = innocent.user.as_str().into();
        report["users"][0]["time"] = "2020-01-01T00:00:00Z".into();
    });
    let said = scene.respond(["contain", "--from-trace", &forged, "--scp"]);
    assert!(!said.exits(0).text().contains(&innocent.user));
    scene
        .respond(["contain", "--from-trace", &report, "--scp", "--apply"])
        .exits(2);
}
