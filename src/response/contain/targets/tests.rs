//! Lineages as reports tell them, true ones and made-up ones.

use serde_json::{Value, json};

use super::*;
use crate::response::contain::holder::FEDERATED;
use crate::response::contain::trace;

const ACCOUNT: &str = "111122223333";
const ROOT: &str = "AKIAROOTROOTROOTROOT";

/// What a report of these nodes, users and hand-offs asks for, at 09:00 on the sixth.
fn sorted(lineage: &Value, users: &Value, handoffs: &Value, include: &[&str]) -> Targets {
    let report = json!({
        "schema_version": 1, "playbook": "access-key-trace", "generated_at": "2026-10-06T08:59:00Z",
        "caller": null, "window": {}, "complete": true, "coverage": [], "subjects": [],
        "lineage": lineage, "users": users, "handoffs": handoffs,
    });
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), report.to_string()).unwrap();
    let trace = trace::read(file.path()).unwrap();
    let include: Vec<String> = include.iter().map(|link| (*link).to_owned()).collect();
    let now = "2026-10-06T09:00:00Z".parse().unwrap();
    sort(&trace, ACCOUNT, &include, now)
}

fn nodes(lineage: &Value, include: &[&str]) -> Targets {
    sorted(lineage, &json!([]), &json!([]), include)
}

fn node(id: &str, parent: &str, link: &str, principal: &str) -> Value {
    json!({
        "id": id, "kind": "key", "access_key_id": id, "parent": parent, "link": link, "via": "AssumeRole",
        "issued_at": "2026-10-06T08:00:00Z", "account": ACCOUNT, "principal": principal,
    })
}

fn root() -> Value {
    json!({"id": ROOT, "kind": "key", "access_key_id": ROOT, "link": "subject"})
}

fn arn(resource: &str) -> String {
    let service = if resource.starts_with("assumed-role") || resource.starts_with("federated") {
        "sts"
    } else {
        "iam"
    };
    format!("arn:aws:{service}::{ACCOUNT}:{resource}")
}

/// Id and holder of each session.
fn holders(targets: &Targets) -> Vec<(&str, &Holder)> {
    let sessions = targets.sessions.iter();
    sessions.map(|it| (it.id.as_str(), &it.holder)).collect()
}

/// A sign-in session outlives its keys, and is of whoever signed in.
#[test]
fn sign_in_sessions_are_those_of_certain_links() {
    let session = |id: &str| format!("arn:aws:signin:us-east-1:{ACCOUNT}:session/{id}");
    let with = |id: &str, link: &str, of: &str, sessions: &[&str]| {
        let mut node = node(id, ROOT, link, &arn(of));
        node["expires_at"] = "2026-10-06T08:15:00Z".into();
        node["sign_in_sessions"] = json!(sessions);
        node
    };
    let [one, two, three] = ["1", "2", "3"].map(session);
    let foreign = "arn:aws:signin:us-east-1:444455556666:session/4";
    let [keys @ .., last] = ["A", "B", "C", "D"].map(|tag| format!("ASIA{tag}EXAMPLE00000000"));
    let lineage = json!([
        root(),
        with(
            &keys[0],
            "exact",
            "user/ana",
            &[&one, &two, "arn:aws:signin:*:*:session/*", foreign]
        ),
        with(&keys[1], "exact", "assumed-role/ops/x", &[&one]),
        with(&keys[2], "inferred", "user/ana", &[&three]),
        with(
            "ASIAEEXAMPLE00000000",
            "inferred",
            "user/ana",
            &[&three, &one]
        ),
        with(&last, "exact", "root", &[&three]),
    ]);
    let of = |include: &[&str]| {
        let targets = nodes(&lineage, include);
        let told = left_out(&targets).into_iter();
        let told: Vec<String> = told.map(|(id, why)| format!("{id}: {why}")).collect();
        (targets.sign_ins, told)
    };
    let set = |sessions: &[&String]| {
        sessions
            .iter()
            .map(|it| (*it).clone())
            .collect::<BTreeSet<_>>()
    };
    let (sure, told) = of(&[]);
    let roles = ("role/ops".to_owned(), set(&[&one]));
    let users = |sessions: &[&String]| ("user/ana".to_owned(), set(sessions));
    assert_eq!(sure, BTreeMap::from([roles.clone(), users(&[&one, &two])]));
    for why in [
        format!("{three}: needs --include inferred"),
        format!("{three}: a sign-in session of neither a role nor a user"),
        format!("{foreign}: of account 444455556666: whoever answers for that denies it there"),
        "arn:aws:signin:*:*:session/*: it is no ARN of a sign-in session".to_owned(),
    ] {
        let times = told.iter().filter(|line| **line == why).count();
        assert_eq!(times, 1, "{why}: {told:#?}");
    }
    // an account is of one partition
    for (partition, count) in [("aws", 2), ("aws-cn", 0)] {
        let mut targets = nodes(&lineage, &[]);
        let before = targets.left_out.len();
        targets.keep_to(partition);
        assert_eq!(targets.sign_ins.len(), count, "{partition}");
        assert_eq!(targets.left_out.len() == before, count > 0, "{partition}");
    }
    // another of its keys is certain
    assert!(!told.iter().any(|line| line.starts_with(&one)), "{told:#?}");
    let (all, _) = of(&["inferred"]);
    assert_eq!(all, BTreeMap::from([roles, users(&[&one, &two, &three])]));
}

/// Id and reason of all that is left out.
fn left_out(targets: &Targets) -> Vec<(&str, &str)> {
    let left_out = targets.left_out.iter();
    left_out
        .map(|it| (it.id.as_str(), it.why.as_str()))
        .collect()
}

#[test]
fn traced_keys_come_first_and_created_ones_later() {
    let made = node("AKIAMADEMADEMADEMADE", ROOT, "exact", &arn("user/svc"));
    let targets = nodes(&json!([root(), made]), &[]);
    let told: Vec<_> = targets
        .keys
        .iter()
        .map(|key| (key.access_key_id.as_str(), key.phase, key.user.as_deref()))
        .collect();
    let expected = [
        (ROOT, Phase::Keys, None),
        ("AKIAMADEMADEMADEMADE", Phase::Created, Some("svc")),
    ];
    assert_eq!(told, expected);
    assert_eq!(targets.keys[0].why, "traced");
    assert_eq!(
        targets.keys[1].why,
        format!("AssumeRole by {ROOT} (exact)"),
        "how it came to be"
    );
    assert!(targets.sessions.is_empty() && targets.left_out.is_empty());
}

#[test]
fn a_session_is_of_its_role_or_of_the_owner_of_the_key_that_asked() {
    let token = |id: &str, parent: &str, via: &str, principal: Option<String>| {
        let mut node = node(id, parent, "exact", "");
        node["via"] = json!(via);
        node["principal"] = json!(principal);
        node
    };
    let login = json!({
        "id": "event-1", "kind": "login", "parent": "ASIAFEDERATEDFEDERATED", "link": "exact", "via": "ConsoleLogin",
        "principal": arn("federated-user/helpdesk"),
    });
    let targets = nodes(
        &json!([
            root(),
            token(
                "ASIATOKENTOKENTOKENTOKEN",
                ROOT,
                "GetSessionToken",
                Some(arn("user/other"))
            ),
            node(
                "ASIAROLEROLEROLEROLE",
                "ASIATOKENTOKENTOKENTOKEN",
                "exact",
                &arn("assumed-role/ops/x")
            ),
            node(
                "AKIAMADEMADEMADEMADE",
                "ASIAROLEROLEROLEROLE",
                "exact",
                &arn("user/svc")
            ),
            token(
                "ASIAFEDERATEDFEDERATED",
                "AKIAMADEMADEMADEMADE",
                "GetFederationToken",
                None
            ),
            login,
            token("ASIAUNKNOWNUNKNOWN00", ROOT, "AssumeRole", None),
            token("ASIAOFROOTOFROOTOFROOT", ROOT, "x", Some(arn("root"))),
            token(
                "ASIAFEDERATEDALONE00",
                "ASIAROLEROLEROLEROLE",
                "x",
                Some(arn("federated-user/y"))
            ),
        ]),
        &[],
    );
    let made = Holder::OwnerOf("AKIAMADEMADEMADEMADE".to_owned());
    let expected = [
        (
            "ASIATOKENTOKENTOKENTOKEN",
            &Holder::OwnerOf(ROOT.to_owned()),
        ),
        ("ASIAROLEROLEROLEROLE", &Holder::Role("ops".to_owned())),
        ("ASIAFEDERATEDFEDERATED", &made),
        ("event-1", &made),
    ];
    assert_eq!(holders(&targets), expected);
    let whys: Vec<&str> = left_out(&targets).into_iter().map(|it| it.1).collect();
    let expected = [
        "the report does not say whose session it is",
        "sessions of root cannot be revoked",
        FEDERATED,
    ];
    assert_eq!(whys, expected);
}

#[test]
fn what_rests_on_a_weaker_link_needs_to_be_included_all_the_way() {
    let lineage = json!([
        root(),
        node(
            "ASIACOMPUTECOMPUTE00",
            ROOT,
            "compute",
            &arn("assumed-role/web/i-1")
        ),
        node(
            "ASIABELOWBELOWBELOW0",
            "ASIACOMPUTECOMPUTE00",
            "exact",
            &arn("assumed-role/ops/x")
        ),
        node(
            "AKIABELOWBELOWBELOW0",
            "ASIABELOWBELOWBELOW0",
            "inferred",
            &arn("user/svc")
        ),
    ]);
    let users = json!([{"user_name": "svc", "how": "created", "via": "CreateUser", "by": "ASIABELOWBELOWBELOW0"}]);
    let of = |include: &[&str]| sorted(&lineage, &users, &json!([]), include);
    let none = of(&[]);
    let expected = [
        ("ASIACOMPUTECOMPUTE00", "needs --include compute"),
        ("ASIABELOWBELOWBELOW0", "needs --include compute"),
        ("AKIABELOWBELOWBELOW0", "needs --include compute,inferred"),
        ("svc", "needs --include compute"),
    ];
    assert_eq!(left_out(&none), expected);
    assert_eq!(none.left_out[2].link.as_deref(), Some("inferred"));
    assert!(none.sessions.is_empty() && none.users.is_empty());
    let compute = of(&["compute"]);
    assert_eq!(
        left_out(&compute),
        [("AKIABELOWBELOWBELOW0", "needs --include inferred")]
    );
    assert_eq!((compute.sessions.len(), compute.users.len()), (2, 1));
    assert!(of(&["compute", "inferred"]).left_out.is_empty());
}

#[test]
fn what_is_over_is_not_cut() {
    let mut told = node(
        "ASIATOLDTOLDTOLDTOLD",
        ROOT,
        "exact",
        &arn("assumed-role/ops/x"),
    );
    told["expires_at"] = json!("2026-10-06T08:59:59Z");
    let mut long = node(
        "ASIALONGLONGLONGLONG",
        ROOT,
        "exact",
        &arn("assumed-role/ops/x"),
    );
    long["issued_at"] = json!("2026-10-04T20:59:59Z");
    let mut open = node(
        "ASIAOPENOPENOPENOPEN",
        ROOT,
        "exact",
        &arn("assumed-role/ops/x"),
    );
    open["issued_at"] = json!("2026-10-04T21:00:01Z");
    let mut unknown = node(
        "ASIAUNKNOWNUNKNOWN00",
        ROOT,
        "exact",
        &arn("assumed-role/ops/x"),
    );
    unknown["issued_at"] = json!(null);
    let targets = nodes(&json!([root(), told, long, open, unknown]), &[]);
    let open: Vec<&str> = holders(&targets).into_iter().map(|it| it.0).collect();
    assert_eq!(open, ["ASIAOPENOPENOPENOPEN", "ASIAUNKNOWNUNKNOWN00"]);
    let expected = [
        (
            "ASIATOLDTOLDTOLDTOLD",
            "expired at 2026-10-06T08:59:59Z, nothing to cut",
        ),
        (
            "ASIALONGLONGLONGLONG",
            "expired at 2026-10-06T08:59:59Z, nothing to cut",
        ),
    ];
    assert_eq!(left_out(&targets), expected);
}

#[test]
fn a_link_that_cannot_be_included_is_left_to_a_person() {
    let shared = node(
        "ASIASHAREDSHARED0000",
        ROOT,
        "shared-event",
        &arn("assumed-role/ops/x"),
    );
    let key = node(
        "AKIASHAREDSHARED0000",
        ROOT,
        "shared-event",
        &arn("user/svc"),
    );
    let targets = nodes(&json!([root(), shared, key]), &["compute"]);
    assert!(targets.sessions.is_empty() && targets.keys.len() == 1);
    for (left, command) in targets.left_out.iter().zip([
        "trailhunt respond revoke-sessions role/ops",
        "trailhunt respond deactivate-key AKIASHAREDSHARED0000",
    ]) {
        assert!(left.why.ends_with(command), "{left:?}");
        assert!(!left.why.contains("--include"), "{left:?}");
        assert_eq!(left.kind, Omission::Link);
    }
    assert_eq!(targets.left_out.len(), 2);
}

#[test]
fn a_session_of_another_account_that_is_over_is_only_to_be_traced() {
    let foreign = "arn:aws:sts::444455556666:assumed-role/OrgAdmin/x";
    let mut session = node("ASIAELSEWHEREELSEWHE", ROOT, "exact", foreign);
    session["expires_at"] = json!("2026-10-06T08:59:59Z");
    let handoffs = json!([{
        "role_arn": "arn:aws:iam::444455556666:role/OrgAdmin", "account": "444455556666",
        "access_key_id": "ASIAELSEWHEREELSEWHE",
    }]);
    let targets = sorted(&json!([root(), session]), &json!([]), &handoffs, &[]);
    assert_eq!(left_out(&targets), []);
    let told: Vec<String> = targets
        .handoffs
        .iter()
        .map(|it| it.argv.join(" "))
        .collect();
    assert_eq!(told, ["trailhunt trace-key ASIAELSEWHEREELSEWHE"]);
    assert!(targets.handoffs[0].what.contains("it expired at 2026"));
}

#[test]
fn a_traced_session_that_nobody_can_cut_is_a_failure_unless_it_is_over() {
    let traced = |expires: &str| {
        json!([{"id": "ASIATRACEDTRACED0000", "kind": "key", "access_key_id": "ASIATRACEDTRACED0000",
            "link": "subject", "expires_at": expires}])
    };
    let kind = |expires: &str| nodes(&traced(expires), &[]).left_out[0].kind;
    assert_eq!(kind("2026-10-06T10:00:00Z"), Omission::Unresolved);
    assert_eq!(kind("2026-10-06T08:00:00Z"), Omission::Expired);
}

#[test]
fn other_accounts_are_handed_over() {
    let foreign = "arn:aws:sts::444455556666:assumed-role/OrgAdmin/x";
    let mut session = node("ASIAELSEWHEREELSEWHERE", ROOT, "shared-event", foreign);
    session["account"] = json!("444455556666");
    let users = json!([{
        "user_name": "--apply", "account": "444455556666", "how": "created", "via": "CreateUser", "by": ROOT,
    }]);
    let handoff = |role: &str, account: &str| {
        let of = "ASIAELSEWHEREELSEWHERE";
        json!({"role_arn": role, "account": account, "access_key_id": of})
    };
    let handoffs = json!([
        handoff(
            "arn:aws:iam::444455556666:role/team/OrgAdmin",
            "444455556666"
        ),
        handoff("arn:aws:iam::777788889999:root", "777788889999"),
        handoff("arn:aws:iam::111122223333:role/here", ACCOUNT),
    ]);
    let targets = sorted(&json!([root(), session]), &users, &handoffs, &[]);
    let told: Vec<String> = targets
        .handoffs
        .iter()
        .map(|it| it.argv.join(" "))
        .collect();
    let expected = [
        "trailhunt respond revoke-sessions role/OrgAdmin --expect-account 444455556666",
        "trailhunt respond quarantine user/--apply --deny-all --expect-account 444455556666",
        "",
    ];
    assert_eq!(told, expected, "each command once");
    assert_eq!(targets.handoffs[2].account, "777788889999");
    assert!(targets.sessions.is_empty() && targets.users.is_empty());
    assert_eq!(targets.left_out[0].id, "role/here");
}

#[test]
fn made_up_reports_make_no_targets_of_what_iam_cannot_have() {
    let circle = |id: &str, parent: &str| node(id, parent, "exact", &arn("assumed-role/ops/x"));
    let long = "a".repeat(65);
    let targets = sorted(
        &json!([
            root(),
            circle("ASIACIRCLECIRCLE0001", "ASIACIRCLECIRCLE0002"),
            circle("ASIACIRCLECIRCLE0002", "ASIACIRCLECIRCLE0001"),
            node("AKIA'; rm -rf /", ROOT, "exact", &arn("user/x")),
            node(
                "ASIAODDNAMEODDNAME00",
                ROOT,
                "exact",
                &arn("assumed-role/a b/x")
            ),
            node("ASIASERVICESERVICE00", ROOT, "exact", "arn:aws:s3:::bucket"),
            node(ROOT, ROOT, "compute", &arn("user/twice")),
        ]),
        &json!([
            {"user_name": "a b", "how": "created", "via": "CreateUser", "by": ROOT},
            {"user_name": long, "how": "created", "via": "CreateUser", "by": ROOT},
            {"user_name": "svc", "how": "created", "via": "CreateUser", "by": "AKIANOBODYNOBODYNOBO"},
        ]),
        &json!([{"role_arn": "\u{1b}[2J", "account": "no account"}]),
        &["compute", "inferred"],
    );
    assert_eq!(targets.keys.len(), 1, "the first of one id counts");
    assert!(targets.sessions.is_empty() && targets.users.is_empty());
    assert!(targets.handoffs.is_empty());
    let whys: Vec<&str> = left_out(&targets).into_iter().map(|it| it.1).collect();
    let expected = [
        "what it grew from is not in the report",
        "what it grew from is not in the report",
        "its id is no access key id",
        NO_NAME,
        "a session of neither a role nor a user",
        NO_NAME,
        NO_NAME,
        "what made it is not in the report",
        "no role of this account",
    ];
    assert_eq!(whys, expected);
}
