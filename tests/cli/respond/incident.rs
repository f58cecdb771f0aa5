//! What an attacker did with one key, and the report of it: what `contain` and its faults are tested on.

use aws_sdk_iam::types::StatusType;
use aws_sdk_sts::config::Credentials;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde_json::{Value, json};
use trailhunt::clock;

use super::{HERE, Scene};
use crate::support::gate::Gate;
use crate::support::iam_account::{Account, Key, acting};
use crate::support::offline::{Folder, said};
use crate::support::records::record;
use crate::support::sign_in_server::SignInServer;

/// ministack's.
const ACCOUNT: &str = "000000000000";
const ELSEWHERE: &str = "444455556666";

/// The traced key of a user, a session of a role that it became, and a user that was created with a key and a
/// password; and what they did, as Event history has it.
pub struct Incident {
    pub scene: Scene,
    pub traced: Key,
    /// Of the same user, and innocent.
    pub spare: Key,
    pub role: String,
    pub session: Credentials,
    pub created: Key,
    /// A role that an instance has which the attacker launched, and its session.
    pub web_role: String,
    pub web: Credentials,
    /// Where AWS Sign-In is asked.
    pub sign_in: SignInServer,
    folder: Folder,
}

impl Incident {
    pub async fn new(name: &str) -> Option<Self> {
        let account = Account::enforcing()?;
        let responder = account.responder(&format!("{name}-responder")).await;
        let traced = account.user(&format!("{name}-victim")).await;
        let spare = account.key(&traced.user).await;
        let [role, web_role] = ["role", "web"].map(|role| format!("{name}-{role}"));
        let arn = account.role(&role).await;
        let session = account.assume(&traced.credentials, &arn, "evil").await;
        let web_arn = account.role(&web_role).await;
        let web = account.assume(&spare.credentials, &web_arn, "i-0123456789abcdef0");
        let web = web.await;
        let created = account.user(&format!("{name}-mallory")).await;
        account.password(&created.user).await;
        let told = Told {
            traced: &traced,
            session: session.access_key_id(),
            arn: &arn,
            created: &created,
            web: web.access_key_id(),
            web_arn: &web_arn,
        };
        let records = told.records();
        let gate = Gate::before(account.server);
        let sign_in = SignInServer::taking(&responder.credentials);
        let scene = Scene::behind(gate, account, name, &records, |sandbox| {
            let sandbox = acting(sandbox, &responder.credentials);
            sandbox.set("AWS_ENDPOINT_URL_SIGNIN", sign_in.url())
        });
        Some(Self {
            scene,
            traced,
            spare,
            role,
            session,
            created,
            web_role,
            web,
            sign_in,
            folder: Folder::new(),
        })
    }

    /// The report of a real trace, in a file.
    pub fn report(&self) -> String {
        let path = self.folder.file("report.json");
        let path = path.to_str().expect("the path is UTF-8").to_owned();
        let mut command = self.scene.sandbox.trailhunt();
        command
            .args(["trace-key", &self.traced.id, "--regions", HERE])
            .args(["--rate", "50", "--format", "json", "-o", &path, "--force"]);
        said(&mut command).exits(0);
        self.scene.gate.reset();
        path
    }

    /// The report with something else in it, in another file.
    pub fn forged(&self, name: &str, forge: impl FnOnce(&mut Value)) -> String {
        let text = std::fs::read_to_string(self.report()).expect("the report is there");
        let mut report = serde_json::from_str(&text).expect("the report is JSON");
        forge(&mut report);
        self.file(name, &report.to_string())
    }

    /// A file beside the report.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.file(name);
        std::fs::write(&path, text).expect("the file can be written");
        path.to_str().expect("the path is UTF-8").to_owned()
    }

    /// Asserts that nothing of the lineage works, and everything else does.
    pub async fn is_contained(&self) {
        let account = &self.scene.account;
        account.is_no_key(&self.traced.credentials).await;
        account.is_denied(&self.session).await;
        account.is_no_key(&self.created.credentials).await;
        let policies = account.policies(&self.created.user).await;
        assert!(
            policies.contains(&"TrailhuntDenyAll".to_owned()),
            "{policies:?}"
        );
        account.works(&self.spare.credentials).await;
    }

    /// Asserts that all of it works, as before.
    pub async fn is_as_before(&self) {
        let account = &self.scene.account;
        for credentials in [
            &self.traced.credentials,
            &self.session,
            &self.created.credentials,
        ] {
            account.works(credentials).await;
        }
        for user in [&self.traced.user, &self.created.user] {
            assert!(account.policies(user).await.is_empty(), "{user}");
        }
        assert!(account.role_policies(&self.role).await.is_empty());
    }

    /// What a slot of a journal holds now, as far as that is not a time.
    pub async fn holds(&self, slot: &Value) -> Option<String> {
        let account = &self.scene.account;
        let name = |field: &str| slot[field].as_str().expect("a slot has names").to_owned();
        let present = |there: bool| there.then(|| "there".to_owned());
        match slot["kind"].as_str() {
            Some("access-key") => {
                let keys = [&self.traced, &self.created];
                let key = keys.into_iter().find(|key| key.id == name("access_key_id"));
                let status = account
                    .status(key.expect("the key is of the incident"))
                    .await;
                status.as_ref().map(StatusType::as_str).map(str::to_owned)
            }
            Some("user-policy") => {
                let policies = account.policies(&name("user")).await;
                present(policies.contains(&name("policy")))
            }
            Some("role-policy") => {
                let policies = account.role_policies(&name("role")).await;
                present(policies.contains(&name("policy")))
            }
            other => panic!("no slot of a containment: {other:?}"),
        }
    }
}

/// The ids of the records.
struct Told<'t> {
    traced: &'t Key,
    session: &'t str,
    arn: &'t str,
    created: &'t Key,
    web: &'t str,
    web_arn: &'t str,
}

impl Told<'_> {
    fn records(&self) -> Vec<String> {
        let now = clock::wall().0.trunc_subsecs(0);
        let call = |minutes: i64, name: &str, fields: Value| {
            let time: DateTime<Utc> = now - TimeDelta::minutes(minutes);
            let mut all = json!({"eventID": name, "eventName": name, "eventTime": time, "readOnly": false,
                "recipientAccountId": ACCOUNT});
            let into = all.as_object_mut().expect("it is an object");
            into.extend(
                fields
                    .as_object()
                    .expect("the fields are an object")
                    .clone(),
            );
            record(&all)
        };
        let later = now + TimeDelta::hours(1);
        let later = later.format("%b %-d, %Y %-I:%M:%S %p").to_string();
        let assumed = |by: Value, arn: &str, session: &str, key: &str| {
            let (account, role) = (arn.split(':').nth(4), arn.rsplit('/').next());
            let [account, role] = [account, role].map(|part| part.expect("an ARN has it"));
            json!({
                "userIdentity": by, "eventSource": "sts.amazonaws.com", "readOnly": true,
                "requestParameters": {"roleArn": arn, "roleSessionName": session},
                "responseElements": {
                    "credentials": {"accessKeyId": key, "expiration": later},
                    "assumedRoleUser": {
                        "assumedRoleId": format!("AROA{role}:{session}"),
                        "arn": format!("arn:aws:sts::{account}:assumed-role/{role}/{session}"),
                    },
                },
            })
        };
        let made = |answer: Value| {
            json!({"userIdentity": self.session(), "requestParameters": {"userName": self.created.user},
                "responseElements": answer})
        };
        let user = json!({"userName": self.created.user, "userId": "AIDAMALLORY",
            "arn": format!("arn:aws:iam::{ACCOUNT}:user/{}", self.created.user)});
        let key = json!({"userName": self.created.user, "accessKeyId": self.created.id});
        let elsewhere = format!("arn:aws:iam::{ELSEWHERE}:role/OrgAdmin");
        let compute = json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"});
        let mut over_there = assumed(self.session(), &elsewhere, "evil", "ASIAELSEWHERE0000000");
        over_there["eventID"] = "AssumeRoleElsewhere".into();
        over_there["sharedEventID"] = "shared".into();
        let mut instance = assumed(compute, self.web_arn, "i-0123456789abcdef0", self.web);
        instance["eventID"] = "AssumeRoleOfInstance".into();
        vec![
            call(
                50,
                "AssumeRole",
                assumed(self.user(), self.arn, "evil", self.session),
            ),
            call(0, "CreateUser", made(json!({"user": user}))),
            call(0, "CreateAccessKey", made(json!({"accessKey": key}))),
            call(
                0,
                "CreateLoginProfile",
                made(json!({"loginProfile": {"userName": self.created.user}})),
            ),
            call(30, "AssumeRole", over_there),
            call(
                20,
                "RunInstances",
                json!({
                    "userIdentity": self.session(), "eventSource": "ec2.amazonaws.com",
                    "responseElements": {"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}},
                }),
            ),
            call(19, "AssumeRole", instance),
        ]
    }

    fn user(&self) -> Value {
        let user = &self.traced.user;
        json!({"type": "IAMUser", "principalId": "AIDAVICTIM", "accountId": ACCOUNT, "userName": user,
            "arn": format!("arn:aws:iam::{ACCOUNT}:user/{user}"), "accessKeyId": self.traced.id})
    }

    fn session(&self) -> Value {
        let role = self.arn.rsplit('/').next().expect("an ARN has a name");
        json!({"type": "AssumedRole", "principalId": format!("AROA{role}:evil"), "accountId": ACCOUNT,
            "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/evil"), "accessKeyId": self.session,
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": self.arn, "userName": role},
                "attributes": {"mfaAuthenticated": "false"}}})
    }
}

#[tokio::test]
async fn the_report_holds_the_lineage() {
    let Some(incident) = Incident::new("fixture").await else {
        return;
    };
    let report = incident.report();
    let report = std::fs::read_to_string(report).expect("the report is there");
    let report: Value = serde_json::from_str(&report).expect("the report is JSON");
    let nodes = report["lineage"].as_array().expect("there is a lineage");
    let links: Vec<_> = nodes
        .iter()
        .map(|node| [&node["id"], &node["link"]].map(|field| field.as_str().expect("a text")))
        .collect();
    assert_eq!(
        links,
        [
            [incident.traced.id.as_str(), "subject"],
            [incident.session.access_key_id(), "exact"],
            ["ASIAELSEWHERE0000000", "exact"],
            [incident.web.access_key_id(), "compute"],
            [incident.created.id.as_str(), "exact"],
        ]
    );
    assert_eq!(report["handoffs"][0]["account"], ELSEWHERE);
    assert_eq!(report["users"][0]["user_name"], incident.created.user);
    incident.is_as_before().await;
}
