//! What stands where our deny is put: a policy of somebody else before it, a wider deny of ours after it.

use super::*;

/// Puts `document` as an inline policy of the role.
async fn put(incident: &Incident, policy: &str, document: &Value) {
    let put = incident.scene.account.iam.put_role_policy();
    let put = put.role_name(&incident.role).policy_name(policy);
    let put = put.policy_document(document.to_string());
    put.send().await.expect("the policy is put");
}

/// What a policy of our name denies that is not ours is kept, or told: its denies are not lifted without a word.
#[tokio::test]
async fn a_policy_of_our_name_that_is_not_ours_is_told() {
    let Some(incident) = Incident::new("sign-in-taken").await else {
        return;
    };
    let scene = &incident.scene;
    let [old, new] = ["0f1e-old", "0f1e-new"].map(session);
    let report = open(&incident, "r.json", std::slice::from_ref(&new));
    let run = ["contain", "--from-trace", &report, "--keep-sign-in"];
    let name = "another policy has the name TrailhuntDenySignInSessions";
    let mine = json!({
        "Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"ArnEquals": {"aws:signInSessionArn": old}},
    });
    let denied = |plan: &Value| {
        deny(plan).1["Statement"][0]["Condition"]["ArnLike"]["aws:SignInSessionArn"].clone()
    };
    // as ours in another spelling: all of it is kept
    put(
        &incident,
        POLICY,
        &json!({"Version": "2012-10-17", "Statement": mine}),
    )
    .await;
    let plan = scene.plan(&run, 0);
    assert_eq!(denied(&plan), json!([new, old]));
    assert!(!words(&plan).contains(name), "{plan:#}");
    // what cannot be kept is told
    let other = json!({"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"});
    let both = json!({"Version": "2012-10-17", "Statement": [other, mine]});
    put(&incident, POLICY, &both).await;
    let plan = scene.plan(&run, 0);
    assert_eq!(denied(&plan), json!([new, old]));
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains(name) && notes.contains("s3:DeleteBucket"),
        "{plan:#}"
    );
    // and so of the deny of older sessions
    put(&incident, "AWSRevokeOlderSessions", &both).await;
    let plan = scene.plan(&["contain", "--from-trace", &incident.report()], 0);
    let notes = plan["notes"].to_string();
    let name = format!(
        "role/{}: another policy has the name AWSRevoke",
        incident.role
    );
    assert!(
        notes.contains(&name) && notes.contains("s3:DeleteBucket"),
        "{plan:#}"
    );
}

/// A second containment of the same slot: the first is still in force, and is not somebody else's doing.
#[tokio::test]
async fn a_wider_deny_of_ours_is_known_as_ours() {
    let Some(incident) = Incident::new("sign-in-twice").await else {
        return;
    };
    let scene = &incident.scene;
    let [one, two] = ["0f1e-one", "0f1e-two"].map(session);
    let contain = |name: &str, arn: &String| {
        let report = open(&incident, name, std::slice::from_ref(arn));
        scene.apply(&["contain", "--from-trace", &report, "--keep-sign-in"], 0)
    };
    let (first, second) = (contain("one.json", &one), contain("two.json", &two));
    let holding = |of: &Value| {
        let mut command = scene.sandbox.trailhunt();
        command.args(["respond", "journals", "--format", "json"]);
        let listed = said(&mut command).exits(0).json();
        let journals = listed["journals"].as_array().expect("a list");
        let found = journals.iter().find(|it| it["path"] == *journal(of));
        found.expect("it is listed")["holds"].clone()
    };
    assert_eq!([holding(&first), holding(&second)], ["holds", "holds"]);

    let left = scene.apply(&["undo", journal(&first), "--force"], 1);
    let refused = steps(&left)
        .iter()
        .find(|step| step["slot"]["policy"] == POLICY);
    let refused = refused.expect("it is a step");
    assert_eq!(refused["state"], "refused", "{left:#}");
    let reason = text(refused, "reason");
    assert!(
        reason.contains("another journal contained it again"),
        "{reason}"
    );
    assert!(reason.contains(journal(&second)), "{reason}");
    assert!(!words(&left).contains("somebody else"), "{left:#}");
    assert!(
        !left["next"].to_string().contains("delete-role-policy"),
        "{left:#}"
    );

    // the second is narrowed by taking it back: that is said
    let undone = scene.apply(&["undo", "--last"], 0);
    let notes = undone["notes"].to_string();
    assert!(notes.contains("come alive again"), "{undone:#}");
    assert!(notes.contains(&two) && !notes.contains(&one), "{undone:#}");
    // all else of the first was taken back
    assert_eq!([holding(&first), holding(&second)], ["partly", "lifted"]);
    let undone = scene.apply(&["undo", journal(&first), "--force"], 0);
    let notes = undone["notes"].to_string();
    assert!(notes.contains(&one), "{undone:#}");
}
