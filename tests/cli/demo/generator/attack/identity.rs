//! Ways back in: a user with keys and a password, a federated user, and their console sessions.

use serde_json::{Value, json};

use super::super::call::{EventType, call, iam, s3};
use super::super::caller::DemoCaller;
use super::super::cast::{
    ACCOUNT, ALICE, DemoClient, EXPORTS, HIDEOUT, HIDEOUT_BROWSER, JENKINS, SVC_BACKUP,
};
use super::super::credentials::ConsoleSession;
use super::super::story::Story;
use super::super::time::{self, incident};

/// 22:21: the user `svc-backup` with administrator's rights, a key and a password; answers the key's holder.
///
/// A second key of it, and one of `jenkins`, are never used.
pub fn create_backdoor(story: &mut Story, admin: &DemoCaller) -> DemoCaller {
    story.at(incident(21));
    let now = time::iam_time(story.now());
    let user = json!({
        "path": "/",
        "userName": SVC_BACKUP.0,
        "userId": SVC_BACKUP.id(),
        "arn": SVC_BACKUP.arn(),
        "createDate": now,
    });
    let create = iam("CreateUser")
        .request(json!({"userName": SVC_BACKUP.0}))
        .response(json!({"user": user}));
    story.record(admin, create);
    let attach = iam("AttachUserPolicy").request(json!({
        "userName": SVC_BACKUP.0,
        "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
    }));
    story.record(admin, attach);
    let backdoor = story.create_access_key(admin, SVC_BACKUP, HIDEOUT);

    story.at(incident(22));
    story.create_access_key(admin, SVC_BACKUP, HIDEOUT);
    story.create_access_key(admin, JENKINS, HIDEOUT);
    give_password(story, admin);
    let deactivate = iam("DeactivateMFADevice").request(json!({
        "userName": ALICE.0,
        "serialNumber": format!("arn:aws:iam::{ACCOUNT}:mfa/{}", ALICE.0),
    }));
    story.record(admin, deactivate);
    backdoor
}

fn give_password(story: &mut Story, admin: &DemoCaller) {
    let profile = |extra: Value| {
        let mut profile = json!({"userName": SVC_BACKUP.0, "passwordResetRequired": false});
        if let (Value::Object(profile), Value::Object(extra)) = (&mut profile, extra) {
            profile.extend(extra);
        }
        profile
    };
    let message = "Password does not conform to the account password policy.";
    let weak = iam("CreateLoginProfile").request(profile(json!({})));
    story.record(
        admin,
        weak.clone()
            .failed("PasswordPolicyViolationException", message),
    );
    let created = json!({"createDate": time::iam_time(story.now())});
    story.record(
        admin,
        weak.response(json!({"loginProfile": profile(created)})),
    );
}

/// 22:38: a federated user, turned into a console session that needs no password.
pub fn federate(story: &mut Story, backdoor: &DemoCaller) {
    story.at(incident(38));
    let helpdesk = story.get_federation_token(backdoor, "us-east-1", "helpdesk");
    let sign_in = call("us-east-1", "signin", "GetSigninToken")
        .kind(EventType::SignIn)
        .response(json!({"GetSigninToken": "Success"}))
        .additional(json!({"MobileVersion": "No", "MFAUsed": "No"}));
    story.record(&helpdesk, sign_in);
    let login = story.console_login(&helpdesk.using(HIDEOUT_BROWSER), "us-east-1", false);
    story.at(incident(39));
    let billing = login.key("billing").flagged();
    open(
        story,
        &billing,
        "us-east-1",
        &[
            ("ce", "GetCostAndUsage"),
            ("organizations", "DescribeOrganization"),
        ],
    );
    let home = login.key("home").flagged();
    open(
        story,
        &home,
        "us-east-1",
        &[
            ("iam", "ListUsers"),
            ("iam", "GetAccountSummary"),
            ("iam", "ListAccountAliases"),
        ],
    );
}

/// 22:40: `svc-backup` in a browser, without MFA; eu-north-1 is where the global sign-in page put it (facts: B4).
pub fn log_in_as_backdoor(story: &mut Story, backdoor: &DemoCaller) {
    story.at(incident(40));
    let login = story.console_login(&backdoor.using(HIDEOUT_BROWSER), "eu-north-1", false);
    story.at(incident(40) + 8);
    browse(story, &login);
}

/// Four keys of one login; one of them does not say that it is of the console (facts: D4).
fn browse(story: &mut Story, login: &ConsoleSession) {
    let home = login.key("home").flagged();
    open(
        story,
        &home,
        "eu-north-1",
        &[
            ("health", "DescribeEventAggregates"),
            ("notifications", "ListNotificationHubs"),
            ("cost-optimization-hub", "ListEnrollmentStatuses"),
        ],
    );
    let iam_page = login.key("iam").flagged();
    open(
        story,
        &iam_page,
        "us-east-1",
        &[
            ("iam", "GetAccountSummary"),
            ("iam", "ListUsers"),
            ("iam", "ListRoles"),
            ("iam", "ListAccountAliases"),
            ("iam", "ListMFADevices"),
        ],
    );
    let ec2_page = login.key("ec2").flagged().using(DemoClient {
        agent: "AWS Internal",
        ..HIDEOUT_BROWSER
    });
    for region in ["eu-west-1", "us-east-2"] {
        open(
            story,
            &ec2_page,
            region,
            &[
                ("ec2", "DescribeInstances"),
                ("ec2", "DescribeInstanceStatus"),
                ("ec2", "DescribeSecurityGroups"),
                ("ec2", "DescribeVolumes"),
            ],
        );
    }
    let s3_page = login.key("s3");
    open(story, &s3_page, "us-east-1", &[("s3", "ListBuckets")]);
    for name in ["GetBucketPolicy", "GetBucketAcl"] {
        story.record(&s3_page, s3("eu-west-1", name, EXPORTS));
    }
}

fn open(
    story: &mut Story,
    key: &DemoCaller,
    region: &'static str,
    calls: &[(&'static str, &'static str)],
) {
    for &(service, name) in calls {
        story.record(key, call(region, service, name));
    }
}
