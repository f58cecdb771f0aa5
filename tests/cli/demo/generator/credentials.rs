//! Calls that answer with a credential: each records the call and returns whoever may now sign with the answer.
//! A credential that the story drops is one that nobody used.

use serde_json::{Value, json};

use super::call::{EventType, call, iam};
use super::caller::DemoCaller;
use super::cast::{ACCOUNT, DemoClient, DemoInstance, DemoRole, DemoUser};
use super::ids;
use super::story::Story;
use super::time;

const HOUR: i64 = 3600;

impl Story {
    /// `AssumeRole` by somebody with a key. A role of another account leaves a copy there (`sharedEventID`).
    pub fn assume_role(
        &mut self,
        by: &DemoCaller,
        region: &'static str,
        role: DemoRole,
        session: &str,
    ) -> DemoCaller {
        let (key, created) = (self.temporary_key(role.account, session), self.now());
        let mut assume = call(region, "sts", "AssumeRole")
            .request(json!({"roleArn": role.arn(), "roleSessionName": session}))
            .response(json!({
                "credentials": credentials(&key, created + HOUR),
                "assumedRoleUser": {
                    "assumedRoleId": format!("{}:{session}", role.id()),
                    "arn": role.session_arn(session),
                },
            }))
            .on("AWS::IAM::Role", role.account, &role.arn());
        if role.account != ACCOUNT || by.text("type") == "AWSAccount" {
            assume = assume.shared();
        }
        self.record(by, assume);
        DemoCaller::role(role, session, Some(&key), created, by.client)
    }

    /// `AssumeRole` by a service for one of its resources: it names no user, and has a `sharedEventID` even within
    /// the account (facts: C2, D3).
    pub fn issue(
        &mut self,
        service: &'static str,
        region: &'static str,
        role: DemoRole,
        session: &str,
    ) -> DemoCaller {
        let (key, created) = (self.temporary_key(ACCOUNT, session), self.now());
        let issue = call(region, "sts", "AssumeRole")
            .request(json!({"roleArn": role.arn(), "roleSessionName": session}))
            .response(json!({"credentials": credentials(&key, created + 6 * HOUR)}))
            .on("AWS::IAM::Role", ACCOUNT, &role.arn())
            .shared();
        let service = DemoCaller::service(service);
        self.record(&service, issue);
        DemoCaller::role(role, session, Some(&key), created, service.client)
    }

    /// The credentials of an instance, as EC2 hands them to its metadata service.
    pub fn issue_to_instance(&mut self, instance: DemoInstance, role: DemoRole) -> DemoCaller {
        self.issue("ec2.amazonaws.com", instance.region, role, &instance.id())
            .issued_to("AWS::EC2::Instance", &instance.arn())
            .using(instance.ssm_agent())
    }

    /// The credentials of a function of this name.
    pub fn issue_to_function(
        &mut self,
        region: &'static str,
        role: DemoRole,
        name: &str,
    ) -> DemoCaller {
        let arn = format!("arn:aws:lambda:{region}:{ACCOUNT}:function:{name}");
        self.issue("lambda.amazonaws.com", region, role, name)
            .issued_to("AWS::Lambda::Function", &arn)
    }

    /// `GetSessionToken`: the same user, with a key of twelve hours.
    pub fn get_session_token(&mut self, by: &DemoCaller, region: &'static str) -> DemoCaller {
        let (key, created) = (self.temporary_key(ACCOUNT, region), self.now());
        let get = call(region, "sts", "GetSessionToken")
            .request(json!({"durationSeconds": 12 * HOUR}))
            .response(json!({"credentials": credentials(&key, created + 12 * HOUR)}));
        self.record(by, get);
        by.with_session(&key, created, false)
    }

    /// `GetFederationToken`: a caller of the name that `by` chose.
    pub fn get_federation_token(
        &mut self,
        by: &DemoCaller,
        region: &'static str,
        name: &str,
    ) -> DemoCaller {
        let (key, created) = (self.temporary_key(ACCOUNT, name), self.now());
        let federated = DemoCaller::federated(name, by, &key, created);
        let get = call(region, "sts", "GetFederationToken")
            .request(json!({
                "name": name,
                "policyArns": [{"arn": "arn:aws:iam::aws:policy/AdministratorAccess"}],
                "durationSeconds": 12 * HOUR,
            }))
            .response(json!({
                "credentials": credentials(&key, created + 12 * HOUR),
                "federatedUser": {
                    "federatedUserId": federated.text("principalId"),
                    "arn": federated.arn(),
                },
                "packedPolicySize": 3,
            }));
        self.record(by, get);
        federated
    }

    /// `CreateAccessKey`: whoever holds the new key calls from `client`.
    pub fn create_access_key(
        &mut self,
        by: &DemoCaller,
        user: DemoUser,
        client: DemoClient,
    ) -> DemoCaller {
        let now = self.now();
        let key = ids::key_id("AKIA", ACCOUNT, &format!("{}@{now}", user.0));
        let create = iam("CreateAccessKey")
            .request(json!({"userName": user.0}))
            .response(json!({"accessKey": {
                "userName": user.0,
                "accessKeyId": key,
                "status": "Active",
                "createDate": time::iam_time(now),
            }}));
        self.record(by, create);
        DemoCaller::user(user, &key, client)
    }

    /// `ConsoleLogin` by somebody who may have used MFA; the record names no key.
    pub fn console_login(
        &mut self,
        who: &DemoCaller,
        region: &'static str,
        mfa: bool,
    ) -> ConsoleSession {
        let mut data = json!({
            "LoginTo": format!("https://{region}.console.aws.amazon.com/console/home?region={region}"),
            "MobileVersion": "No",
            "MFAUsed": if mfa { "Yes" } else { "No" },
        });
        if let (true, Value::Object(fields)) = (mfa, &mut data) {
            let device = format!("arn:aws:iam::{ACCOUNT}:mfa/{}", who.text("userName"));
            fields.insert("MFAIdentifier".into(), device.into());
        }
        let created = self.now();
        let login = call(region, "signin", "ConsoleLogin")
            .kind(EventType::SignIn)
            .response(json!({"ConsoleLogin": "Success"}))
            .additional(data);
        self.record(&who.keyless(), login);
        ConsoleSession {
            who: who.clone(),
            created,
            mfa,
        }
    }

    /// A key whose id depends on the name and on the clock, but on no other scene.
    fn temporary_key(&self, account: &str, name: &str) -> String {
        ids::key_id("ASIA", account, &format!("{name}@{}", self.now()))
    }
}

/// A console session, which signs with a key of its own for about every service that is opened (facts: D4).
#[derive(Debug)]
pub struct ConsoleSession {
    who: DemoCaller,
    created: i64,
    mfa: bool,
}

impl ConsoleSession {
    /// The key that the console uses for this service.
    pub fn key(&self, service: &str) -> DemoCaller {
        let name = format!("{}/{service}@{}", self.who.arn(), self.created);
        let key = ids::key_id("ASIA", ACCOUNT, &name);
        self.who.with_session(&key, self.created, self.mfa)
    }
}

/// `responseElements.credentials`. The token is none; only its place and name are those of a real one.
fn credentials(key: &str, expires: i64) -> Value {
    json!({
        "accessKeyId": key,
        "sessionToken": format!("DEMO//SESSION/TOKEN/OF/{key}//////////"),
        "expiration": time::sts_time(expires),
    })
}
