//! Who acts, whose a key is, what a name stands for, and what the caller may: asked of test servers by the library.

use std::sync::Mutex;

use aws_config::SdkConfig;
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use chrono::TimeDelta;
use serde_json::json;
use trailhunt::aws::{Aws, ProfileChoice};
use trailhunt::clock;
use trailhunt::error::{Exit, Failure};
use trailhunt::event::arn::Actor;
use trailhunt::report::response::Phase;
use trailhunt::response::operator::Operator;
use trailhunt::response::origin::{self, SessionOrigin, UnknownOrigin};
use trailhunt::response::owner::{self, Owner};
use trailhunt::response::permissions::{self, PermissionCheck};
use trailhunt::response::plan::{Plan, PlanStep, TargetValue};
use trailhunt::response::principal::{self, Principal, RoleSort, Unresolved};
use trailhunt::response::slot::{INACTIVE, Slot};

use crate::support::aws_servers::Emulator;
use crate::support::gate::{Fault, Gate, Rule};
use crate::support::iam_account::Account;
use crate::support::lookup_server::LookupServer;
use crate::support::records::record;

/// The account of ministack.
const ACCOUNT: &str = "000000000000";

/// `config` signed by `credentials`, with a profile that is written down nowhere.
fn aws(config: SdkConfig, credentials: &Credentials) -> Aws {
    let provider = SharedCredentialsProvider::new(credentials.clone());
    let config = config.into_builder().credentials_provider(provider);
    let choice = ProfileChoice {
        profile: Some("written-down-nowhere".to_owned()),
        region: None,
    };
    Aws::new(config.build(), choice)
}

async fn operator(account: &Account, credentials: &Credentials) -> Operator {
    let aws = aws(account.server.config(), credentials);
    Operator::open(aws, None).await.unwrap()
}

async fn owner_of(operator: &Operator, key: &str) -> Result<Owner, Failure> {
    owner::find(operator, key, None, &|_| {}).await
}

fn access_key(user: &str, access_key_id: &str) -> Slot {
    Slot::AccessKey {
        user: user.to_owned(),
        access_key_id: access_key_id.to_owned(),
    }
}

fn user_policy(user: &str) -> Slot {
    Slot::UserPolicy {
        user: user.to_owned(),
        policy: "TrailhuntDenyAll".to_owned(),
    }
}

fn role_policy(role: &str) -> Slot {
    Slot::RolePolicy {
        role: role.to_owned(),
        policy: "AWSRevokeOlderSessions".to_owned(),
    }
}

#[tokio::test]
async fn a_user_who_acts_is_known_and_cannot_cut_itself_off() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let key = account.user("who-acts").await;
    let other = account.key("who-acts").await;
    let stranger = account.user("who-is-another").await;
    let operator = operator(&account, &key.credentials).await;

    assert_eq!(operator.caller.account, ACCOUNT);
    assert_eq!(operator.identity, Actor::User("who-acts".to_owned()));
    assert_eq!(operator.access_key_id, key.id);
    assert_eq!(operator.origin, SessionOrigin::default());
    assert_eq!(operator.aws.clock_skew(), TimeDelta::zero());

    let why = operator.reaches_itself(&access_key("who-acts", &key.id));
    assert!(
        why.unwrap()
            .why()
            .contains("the key that you are using now")
    );
    // IAM tells no two names apart by case only
    let own = [user_policy("Who-Acts"), access_key("who-acts", &other.id)];
    for slot in own {
        let why = operator.reaches_itself(&slot);
        assert!(why.unwrap().why().contains("you are user"), "{slot:?}");
    }
    for allowed in [
        access_key("who-is-another", &stranger.id),
        user_policy("who-is-another"),
        role_policy("who-acts"),
    ] {
        assert_eq!(operator.reaches_itself(&allowed), None, "{allowed:?}");
    }
}

#[tokio::test]
async fn sessions_cannot_cut_off_what_they_came_from() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let key = account.user("who-opens").await;
    let role = account.role("who-role").await;
    let session = account.assume(&key.credentials, &role, "incident").await;
    let of_role = operator(&account, &session).await;
    assert_eq!(of_role.identity, Actor::Role("who-role".to_owned()));
    let why = of_role.reaches_itself(&role_policy("WHO-ROLE"));
    assert!(why.unwrap().why().contains("you are using role"));
    assert_eq!(of_role.reaches_itself(&role_policy("who-other")), None);

    let session = account.session_token(&key.credentials).await;
    let mut of_user = operator(&account, &session).await;
    assert_eq!(of_user.identity, Actor::User("who-opens".to_owned()));
    assert_eq!(of_user.access_key_id, session.access_key_id());
    let stranger = access_key("who-is-somebody", "AKIAZZZZZZZZZZZZZZZZ");
    for origin in [
        // as long as it is not known which key opened it, each may have
        SessionOrigin {
            unknown: Some("not found out".to_owned().into()),
            ..SessionOrigin::default()
        },
        SessionOrigin {
            access_key_ids: vec![key.id.clone()],
            users: vec!["who-opens".to_owned()],
            ..SessionOrigin::default()
        },
    ] {
        of_user.origin = origin;
        for own in [key.id.as_str(), "AKIAZZZZZZZZZZZZZZZZ"] {
            let slot = access_key("WHO-OPENS", own);
            assert!(of_user.reaches_itself(&slot).is_some(), "{slot:?}");
        }
        assert_eq!(of_user.reaches_itself(&stranger), None);
    }
}

/// Of a role's session, any key of the account may have been what opened it, where nobody can tell.
#[tokio::test]
async fn what_may_have_opened_the_session_of_a_role_is_acted_on_when_asked_for_only() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let key = account.user("who-maybe").await;
    let role = account.role("who-maybe-role").await;
    let session = account.assume(&key.credentials, &role, "incident").await;
    let mut operator = operator(&account, &session).await;
    let of_users = [
        access_key("who-maybe", &key.id),
        access_key("who-is-somebody", "AKIAZZZZZZZZZZZZZZZZ"),
        user_policy("who-is-somebody"),
    ];
    let of_role = role_policy("who-other");
    for may_be_here in [true, false] {
        for includes_own_session in [false, true] {
            operator.includes_own_session = includes_own_session;
            operator.origin.unknown = Some(UnknownOrigin {
                why: "nobody could tell".to_owned(),
                may_be_here,
            });
            for slot in &of_users {
                let refused = operator.reaches_itself(slot);
                let expected = may_be_here && !includes_own_session;
                assert_eq!(refused.is_some(), expected, "{slot:?}: {refused:?}");
                if let Some(refused) = refused {
                    let why = refused.why();
                    assert!(
                        why.contains("nobody could tell") && why.contains("--include-own-session"),
                        "{why}"
                    );
                }
            }
            assert_eq!(operator.reaches_itself(&of_role), None);
        }
    }
    // what is known is refused, whatever is asked for
    operator.includes_own_session = true;
    operator.origin.access_key_ids = vec![key.id.clone()];
    assert!(operator.reaches_itself(&of_users[0]).is_some());
}

/// A session of a role, opened with a key of which IAM does not tell the user.
#[tokio::test]
async fn whose_key_opened_the_session_is_not_guessed() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let key = account.user("who-unowned").await;
    let mut operator = operator(&account, &key.credentials).await;
    operator.identity = Actor::Role("who-role".to_owned());
    operator.access_key_id = "ASIAWHOUNOWNED000000".to_owned();
    operator.origin = SessionOrigin {
        access_key_ids: vec![key.id.clone()],
        unowned: vec![key.id.clone()],
        ..SessionOrigin::default()
    };
    let why = operator.reaches_itself(&user_policy("who-unowned"));
    let why = why.unwrap();
    assert!(why.why().contains("iam:GetAccessKeyLastUsed"), "{why:?}");
    let own = access_key("who-unowned", &key.id);
    assert!(operator.reaches_itself(&own).is_some());
    // the key that opened it is known, so that others are not it
    let other = access_key("who-other", "AKIAZZZZZZZZZZZZZZZZ");
    assert_eq!(operator.reaches_itself(&other), None);
}

#[tokio::test]
async fn a_federated_session_may_be_of_any_user() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let key = account.user("who-federates").await;
    let mut operator = operator(&account, &key.credentials).await;
    let arn = format!("arn:aws:sts::{ACCOUNT}:federated-user/who");
    operator.identity = Actor::of(&arn).unwrap();
    assert_eq!(operator.identity, Actor::Federated(arn));
    for slot in [access_key("x", "AKIAZZZZZZZZZZZZZZZZ"), user_policy("x")] {
        let why = operator.reaches_itself(&slot).unwrap();
        assert!(why.why().contains("federated"), "{why:?}");
    }
}

#[tokio::test]
async fn another_account_than_the_expected_is_refused() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let root = Credentials::new("test", "test", None, None, "test");
    let open = |expected: &'static str| {
        Operator::open(aws(account.server.config(), &root), Some(expected))
    };
    let operator = open(ACCOUNT).await.unwrap();
    assert_eq!(operator.identity, Actor::Root);
    assert_eq!(operator.partition(), "aws");

    let failure = open("111122223333").await.unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert!(failure.message.contains(ACCOUNT) && failure.message.contains("111122223333"));
    let failure = open("prod").await.unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert!(failure.hint.unwrap().contains("12 digits"));
}

/// The record of a call of STS by `identity` that issued `key`.
fn issued(name: &str, key: &str, identity: &serde_json::Value) -> String {
    let time = clock::wall().0 - TimeDelta::minutes(20);
    record(&json!({
        "eventTime": time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "eventSource": "sts.amazonaws.com",
        "eventName": name,
        "eventID": key,
        "userIdentity": identity,
        "responseElements": {"credentials": {"accessKeyId": key}},
    }))
}

#[tokio::test]
async fn a_session_is_traced_back_to_the_key_that_opened_it() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let user = account.user("who-began").await;
    let (first, second) = ("ASIAWHOFIRST00000000", "ASIAWHOSECOND0000000");
    let from_service = "ASIAWHOSERVICE000000";
    let user_arn = format!("arn:aws:iam::{ACCOUNT}:user/team/who-began");
    let by_user = json!({"type": "IAMUser", "arn": user_arn, "accessKeyId": user.id});
    let by_role = json!({
        "type": "AssumedRole",
        "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/who-hop/incident"),
        "accessKeyId": first,
        "sessionContext": {"sessionIssuer": {"arn": format!("arn:aws:iam::{ACCOUNT}:role/who-hop")}},
    });
    let by_service = json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"});
    let history = LookupServer::builder()
        .records([
            issued("AssumeRole", first, &by_user),
            issued("AssumeRole", second, &by_role),
            issued("AssumeRole", from_service, &by_service),
        ])
        .now(clock::wall().0 + TimeDelta::hours(1))
        .start();
    let credentials = Credentials::new("test", "test", None, None, "test");
    let config = account.server.config().into_builder();
    let config = config.endpoint_url(history.url()).build();
    let aws = aws(config, &credentials);
    let find = |key: &'static str| origin::find(&aws, &account.iam, ACCOUNT, key);

    let found = find(second).await;
    assert_eq!(found.access_key_ids, [first, &user.id]);
    assert_eq!(found.roles, ["who-hop"]);
    assert_eq!(found.users, ["who-began"]);
    assert_eq!(found.unknown, None);

    // a service gave it to an instance: no key of anybody opened it
    assert_eq!(find(from_service).await, SessionOrigin::default());

    let unknown = find("ASIAWHONOBODY0000000").await.unknown.unwrap().why;
    assert!(unknown.contains("'written-down-nowhere'"), "{unknown}");
    assert!(
        unknown.contains("Event history does not show it"),
        "{unknown}"
    );

    let asked = history.calls().len();
    assert_eq!(find("AKIAWHOLONGTERM00000").await, SessionOrigin::default());
    assert_eq!(
        history.calls().len(),
        asked,
        "a long-term key has no origin"
    );
}

#[tokio::test]
async fn a_key_is_found_with_its_status_and_its_last_use() {
    let Some(account) = Account::of(Emulator::Moto) else {
        return;
    };
    let key = account.user("who-owns").await;
    let root = Credentials::new("test", "test", None, None, "test");
    let operator = operator(&account, &root).await;
    let Ok(Owner::User(found)) = owner_of(&operator, &key.id).await else {
        panic!("the key is of a user");
    };
    assert_eq!((&*found.user, &*found.status), ("who-owns", "Active"));
    assert!(found.created.is_some());
    assert_eq!(found.last_used, None);

    // moto notes the use of a key that signs
    account.refusal(&key.credentials).await;
    let update = account.iam.update_access_key().user_name("who-owns");
    let update = update.access_key_id(&key.id).status("Inactive".into());
    update.send().await.unwrap();
    let Ok(Owner::User(found)) = owner_of(&operator, &key.id).await else {
        panic!("the key is of a user");
    };
    assert_eq!(found.status, "Inactive");
    let used = found.last_used.expect("it was used");
    assert_eq!((&*used.service, &*used.region), ("iam", "us-east-1"));
}

#[tokio::test]
async fn keys_that_no_user_has_are_told_apart() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let root = Credentials::new("test", "test", None, None, "test");
    let operator = operator(&account, &root).await;
    let owner = |key: &'static str| owner_of(&operator, key);

    assert_eq!(
        owner("ASIAWHOTEMPORARY0000").await.unwrap(),
        Owner::Temporary
    );
    // spells account 609629065308
    let foreign = owner("AKIAY34FZKBOKMUTVV7A").await.unwrap();
    let account_id = Some("609629065308".to_owned());
    assert_eq!(
        foreign,
        Owner::Foreign {
            account: account_id
        }
    );

    let failure = owner("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").await;
    let failure = failure.unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert!(!failure.message.contains("K7MDENG"), "{}", failure.message);
}

#[tokio::test]
async fn a_key_of_this_account_that_no_user_has_is_roots_or_was_deleted() {
    let Some(account) = Account::of(Emulator::Moto) else {
        return;
    };
    let key = account.user("who-had").await;
    let delete = account.iam.delete_access_key().user_name("who-had");
    delete.access_key_id(&key.id).send().await.unwrap();

    let gate = Gate::skewed(account.server, TimeDelta::minutes(10));
    let config = account.server.config().into_builder();
    let config = config.endpoint_url(gate.url()).build();
    let root = Credentials::new("test", "test", None, None, "test");
    let operator = Operator::open(aws(config, &root), None).await.unwrap();
    let ahead = operator.aws.clock_skew().num_seconds();
    assert!((590..=600).contains(&ahead), "{ahead}");

    let Ok(Owner::Nobody { why }) = owner_of(&operator, &key.id).await else {
        panic!("nobody has the key");
    };
    assert!(why.contains("deleted, or another account's"), "{why}");
    let keys = Fault::Reword(
        "<key>AccountAccessKeysPresent</key><value>0",
        "<key>AccountAccessKeysPresent</key><value>1",
    );
    gate.rule(Rule::on("GetAccountSummary", keys).times(1));
    assert_eq!(owner_of(&operator, &key.id).await.unwrap(), Owner::Root);
    gate.rule(Rule::on("GetAccountSummary", Fault::DENY));
    let Ok(Owner::Nobody { why }) = owner_of(&operator, &key.id).await else {
        panic!("nobody has the key");
    };
    assert!(why.contains("iam:GetAccountSummary"), "{why}");
}

#[tokio::test]
async fn an_owner_is_searched_where_iam_does_not_tell_it_at_once() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    for number in 0..22 {
        let user = account
            .iam
            .create_user()
            .user_name(format!("who-crowd-{number}"));
        user.send().await.unwrap();
    }
    let key = account.user("who-is-searched").await;
    let scanner = ["iam:ListUsers", "iam:ListAccessKeys"];
    let scanner = account.user_who_may("who-searches", &scanner).await;
    let gate = Gate::before(account.server);
    // more often than the SDK alone would try
    let throttled = Rule::on("ListUsers", Fault::Refuse(400, "Throttling"));
    gate.rule(throttled.times(3));
    let config = account.server.config().into_builder();
    let aws = aws(
        config.endpoint_url(gate.url()).build(),
        &scanner.credentials,
    );
    let scanner = Operator::open(aws, None).await.unwrap();
    let told = Mutex::new(Vec::new());
    let tell = |text: &str| told.lock().unwrap().push(text.to_owned());
    let Ok(Owner::User(found)) = owner::find(&scanner, &key.id, None, &tell).await else {
        panic!("the key is of a user");
    };
    assert_eq!(
        (&*found.user, &*found.status),
        ("who-is-searched", "Active")
    );
    // its account is not to be had: STS is not granted, and the id is of the old form
    let answer = owner::find(&scanner, "AKIAI000000000000000", None, &tell).await;
    assert!(matches!(answer, Ok(Owner::Nobody { .. })), "{answer:?}");
    let told = told.into_inner().unwrap();
    assert!(
        told.iter()
            .any(|text| text == "looked through the keys of 20 users"),
        "{told:?}"
    );
}

#[tokio::test]
async fn what_may_not_be_looked_at_is_named_and_is_not_nobody() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let key = account.user("who-is-hidden").await;
    for (name, may, missing) in [
        ("who-may-nothing", "iam:GetUser", "iam:ListUsers"),
        ("who-may-list", "iam:ListUsers", "iam:ListAccessKeys"),
        (
            "who-may-last",
            "iam:GetAccessKeyLastUsed",
            "iam:ListAccessKeys",
        ),
    ] {
        let caller = account.user_who_may(name, &[may]).await;
        let operator = operator(&account, &caller.credentials).await;
        let failure = owner_of(&operator, &key.id).await.unwrap_err();
        assert_eq!(failure.exit, Exit::Failed);
        assert!(failure.message.contains(missing), "{}", failure.message);
    }
}

#[tokio::test]
async fn names_and_arns_stand_for_users_and_roles() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    account.user("who-is-both").await;
    account.role("who-is-both").await;
    account.role("who-is-role").await;
    let linked = "/aws-service-role/ops.amazonaws.com/";
    let linked = account.role_at(linked, "who-is-linked").await;
    let sso = "/aws-reserved/sso.amazonaws.com/";
    let sso = account
        .role_at(sso, "AWSReservedSSO_who_0123456789abcdef")
        .await;
    let pathed = account
        .iam
        .create_user()
        .path("/team/")
        .user_name("who-is-pathed");
    let pathed = pathed.send().await.unwrap().user.unwrap().arn;

    let root = Credentials::new("test", "test", None, None, "test");
    let operator = operator(&account, &root).await;
    let resolve = async |text: &str| principal::resolve(&operator, text).await;

    assert_eq!(resolve("who-is-both").await, Err(Unresolved::Ambiguous));
    for (text, name) in [
        ("user/who-is-both", "who-is-both"),
        ("who-is-pathed", "who-is-pathed"),
        (&pathed, "who-is-pathed"),
    ] {
        let Ok(Principal::User(user)) = resolve(text).await else {
            panic!("{text} is a user");
        };
        assert_eq!(user.name, name);
        assert!(user.arn.ends_with(name) && user.created.is_some());
    }
    let session = format!("arn:aws:sts::{ACCOUNT}:assumed-role/who-is-role/i-0abc");
    for (text, sort) in [
        ("role/who-is-both", RoleSort::Ordinary),
        ("who-is-role", RoleSort::Ordinary),
        (&session, RoleSort::Ordinary),
        (&linked, RoleSort::ServiceLinked),
        (&sso, RoleSort::IdentityCenter),
    ] {
        let Ok(Principal::Role(role)) = resolve(text).await else {
            panic!("{text} is a role");
        };
        assert_eq!(role.sort, sort, "{text}");
    }
    assert_eq!(resolve("who-is-gone").await, Err(Unresolved::Nobody));
    assert_eq!(resolve("role/who-is-pathed").await, Err(Unresolved::Nobody));
    let foreign = resolve("arn:aws:iam::111122223333:role/who-is-role").await;
    assert_eq!(foreign, Err(Unresolved::Foreign("111122223333".to_owned())));
}

#[tokio::test]
async fn who_may_not_look_does_not_say_nobody() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let caller = account.user_who_may("who-is-blind", &["iam:GetUser"]).await;
    let operator = operator(&account, &caller.credentials).await;
    // the user is found; that a role of the name may exist, too, could not be excluded
    let error = principal::resolve(&operator, "who-is-blind")
        .await
        .unwrap_err();
    assert_eq!(
        error,
        Unresolved::CouldNotLook("iam:GetRole is not granted".to_owned())
    );
    assert_eq!(error.failure("who-is-blind").exit, Exit::Failed);
    let user = principal::resolve(&operator, "user/who-is-blind").await;
    assert!(matches!(user, Ok(Principal::User(_))), "{user:?}");
    let nobody = principal::resolve(&operator, "user/who-is-nobody").await;
    assert_eq!(nobody.unwrap_err().failure("x").exit, Exit::Usage);
}

/// A plan that deactivates a key of `user` and denies the sessions of `role`.
fn plan(user: &str, role: &str) -> Plan {
    let step = |slot, to| PlanStep {
        phase: Phase::Keys,
        slot,
        to,
        before: None,
        why: String::new(),
        refused: None,
    };
    let inactive = TargetValue::Value(Some(INACTIVE.to_owned()));
    Plan {
        command: Vec::new(),
        title: String::new(),
        facts: Vec::new(),
        recent_use: None,
        steps: vec![
            step(access_key(user, "AKIAZZZZZZZZZZZZZZZZ"), inactive),
            step(role_policy(role), TargetValue::SessionDeny),
        ],
        left_out: Vec::new(),
        handoffs: Vec::new(),
        notes: Vec::new(),
        still_open: Vec::new(),
        complete: true,
        undoes: None,
    }
}

#[tokio::test]
async fn a_missing_permission_is_named_before_anything_is_done() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    account.user("who-is-acted-on").await;
    let role = account.role("who-is-acted-on-role").await;
    let plan = plan("who-is-acted-on", "who-is-acted-on-role");

    let responder = account.responder("who-responds").await;
    let responder = operator(&account, &responder.credentials).await;
    assert_eq!(
        permissions::check(&responder, &plan).await,
        PermissionCheck::Allowed
    );

    let looks = [
        "iam:GetUser",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAccessKeys",
        "iam:SimulatePrincipalPolicy",
    ];
    let looker = account.user_who_may("who-only-looks", &looks).await;
    let looker = operator(&account, &looker.credentials).await;
    let user = format!("arn:aws:iam::{ACCOUNT}:user/who-is-acted-on");
    assert_eq!(
        permissions::check(&looker, &plan).await,
        PermissionCheck::Missing(vec![
            format!("iam:UpdateAccessKey on {user}"),
            format!("iam:PutRolePolicy on {role}"),
        ])
    );

    let blind = account
        .user_who_may("who-cannot-simulate", &["iam:Get*"])
        .await;
    let blind = operator(&account, &blind.credentials).await;
    let PermissionCheck::Unknown(why) = permissions::check(&blind, &plan).await else {
        panic!("it could not be simulated");
    };
    assert!(
        why.contains("iam:SimulatePrincipalPolicy is not granted"),
        "{why}"
    );
}

#[tokio::test]
async fn a_server_that_does_not_simulate_leaves_it_unknown() {
    let Some(account) = Account::of(Emulator::Moto) else {
        return;
    };
    account.user("who-is-not-simulated").await;
    account.role("who-is-not-simulated-role").await;
    let root = Credentials::new("test", "test", None, None, "test");
    let operator = operator(&account, &root).await;
    // moto takes every key for a user's
    assert!(matches!(operator.identity, Actor::User(_)));
    let plan = plan("who-is-not-simulated", "who-is-not-simulated-role");
    let checked = permissions::check(&operator, &plan).await;
    assert!(
        matches!(&checked, PermissionCheck::Unknown(why) if why.contains("did not answer")),
        "{checked:?}"
    );
}

/// A list that does not say where it ends may lack the user who has the key: that is no "nobody".
#[tokio::test]
async fn a_list_that_is_not_whole_is_no_answer() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let scanner = ["iam:ListUsers", "iam:ListAccessKeys"];
    let scanner = account.user_who_may("who-sees-half", &scanner).await;
    let gate = Gate::before(account.server);
    let config = account.server.config().into_builder();
    let aws = aws(
        config.endpoint_url(gate.url()).build(),
        &scanner.credentials,
    );
    let scanner = Operator::open(aws, None).await.unwrap();
    let end = "<IsTruncated>false</IsTruncated>";
    let keys = "AccessKeyMetadata";
    for (action, is, said, missing) in [
        ("ListUsers", end, "", "ListUsers without IsTruncated"),
        (
            "ListUsers",
            end,
            "<IsTruncated>true</IsTruncated>",
            "without Marker",
        ),
        ("ListAccessKeys", keys, "Keys", "without AccessKeyMetadata"),
    ] {
        gate.rule(Rule::on(action, Fault::Reword(is, said)));
        let answer = owner::find(&scanner, "AKIAI000000000000000", None, &|_| ()).await;
        let failure = answer.unwrap_err();
        assert!(failure.message.contains(missing), "{}", failure.message);
        gate.reset();
    }
}
