//! Who takes part: accounts, users, roles, machines, and where each of them calls from.
//!
//! Addresses are of the documentation ranges (RFC 5737), accounts of AWS's documentation. Nobody here exists.

use super::ids;

pub const ACCOUNT: &str = "123456789012";
/// The organization's management account: the lineage goes on there, and nothing of it is in this history.
pub const MANAGEMENT_ACCOUNT: &str = "444455556666";
/// A vendor that audits the account through a role of its own.
pub const VENDOR_ACCOUNT: &str = "777788889999";

/// The bucket that is made public.
pub const EXPORTS: &str = "acme-customer-exports";

/// The KMS key that secrets are encrypted with.
pub fn secrets_key() -> String {
    format!("arn:aws:kms:eu-west-1:{ACCOUNT}:key/5f9d1c52-0c1e-4b73-9d1c-2f6c0b7e4a10")
}

/// The web servers' security group.
pub fn web_group() -> String {
    ids::resource_id("sg", "web")
}

/// Where a call comes from.
#[derive(Debug, Clone, Copy)]
pub struct DemoClient {
    pub address: &'static str,
    pub agent: &'static str,
}

pub const CI_RUNNER: DemoClient = client(
    "192.0.2.10",
    "aws-cli/2.28.11 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0-79-generic md/arch#x86_64 lang/python#3.13.7 cfg/retry-mode#standard",
);
pub const OFFICE_BROWSER: DemoClient = client(
    "192.0.2.50",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0",
);
pub const OFFICE_TERMINAL: DemoClient = client(
    "192.0.2.50",
    "aws-cli/2.31.2 md/awscrt#0.28.1 ua/2.1 os/macos#24.6.0 md/arch#arm64 lang/python#3.13.7",
);
pub const HOME_BROWSER: DemoClient = client("192.0.2.161", OFFICE_BROWSER.agent);
pub const STRANGER: DemoClient = client("203.0.113.205", OFFICE_BROWSER.agent);
pub const VENDOR: DemoClient = client(
    "192.0.2.240",
    "aws-sdk-go-v2/1.39.0 ua/2.1 os/linux lang/go#1.25.1 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.251.1",
);
pub const ATTACKER: DemoClient = client(
    "203.0.113.66",
    "Boto3/1.35.99 md/Botocore#1.35.99 ua/2.0 os/linux#6.11.2-amd64 md/arch#x86_64 lang/python#3.12.8",
);
/// The attacker's second place: a browser and a shell of a rented machine.
pub const HIDEOUT: DemoClient = client(
    "198.51.100.9",
    "aws-cli/2.17.9 md/awscrt#0.20.11 ua/2.0 os/windows#10 md/arch#amd64 lang/python#3.11.8",
);
pub const HIDEOUT_BROWSER: DemoClient = client(
    "198.51.100.9",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36",
);
/// User agents are the caller's choice: one that clears a terminal, and one that a spreadsheet would run.
pub const ESCAPING: DemoClient = client(
    ATTACKER.address,
    "Boto3/1.35.99 \u{1b}[2J\u{1b}]0;owned\u{7}",
);
pub const FORMULA: DemoClient = client(HIDEOUT.address, "=cmd|'/C calc'!A0");
/// The function that the attacker leaves behind, and the one that the company runs.
pub const FUNCTION: DemoClient = client("198.51.100.150", LAMBDA_AGENT);
pub const REPORT_FUNCTION: DemoClient = client("198.51.100.23", LAMBDA_AGENT);

const LAMBDA_AGENT: &str = "Boto3/1.40.4 md/Botocore#1.40.4 ua/2.1 os/linux#5.10.240 lang/python#3.13.5 exec-env/AWS_Lambda_python3.13";
const SSM_AGENT: &str = "aws-sdk-go/1.55.5 (go1.23.8; linux; amd64) amazon-ssm-agent/3.3.2299.0";

const fn client(address: &'static str, agent: &'static str) -> DemoClient {
    DemoClient { address, agent }
}

/// An IAM user of the account.
#[derive(Debug, Clone, Copy)]
pub struct DemoUser(pub &'static str);

pub const CI_DEPLOY: DemoUser = DemoUser("ci-deploy");
pub const ALICE: DemoUser = DemoUser("alice");
pub const JENKINS: DemoUser = DemoUser("jenkins");
pub const SVC_BACKUP: DemoUser = DemoUser("svc-backup");
pub const USERS: [DemoUser; 7] = [
    ALICE,
    DemoUser("bob"),
    CI_DEPLOY,
    DemoUser("dave"),
    DemoUser("erin"),
    JENKINS,
    DemoUser("metrics-export"),
];

impl DemoUser {
    pub fn id(self) -> String {
        ids::entity_id("AIDA", ACCOUNT, self.0)
    }

    pub fn arn(self) -> String {
        format!("arn:aws:iam::{ACCOUNT}:user/{}", self.0)
    }
}

/// A role; `path` begins and ends with `/`.
#[derive(Debug, Clone, Copy)]
pub struct DemoRole {
    pub account: &'static str,
    pub path: &'static str,
    pub name: &'static str,
}

pub const DEPLOY: DemoRole = role("/", "deploy");
pub const OPS: DemoRole = role("/automation/", "ops");
pub const PLATFORM_ADMIN: DemoRole = role("/", "platform-admin");
pub const WEB_INSTANCE: DemoRole = role("/", "web-instance");
pub const REPORT_LAMBDA: DemoRole = role("/service/", "report-lambda");
pub const METRICS_SYNC: DemoRole = role("/", "metrics-sync");
pub const AUDIT_VENDOR: DemoRole = role("/", "audit-vendor");
pub const BREAK_GLASS: DemoRole = role("/", "break-glass");
pub const SSO_POWER_USER: DemoRole = role(
    "/aws-reserved/sso.amazonaws.com/eu-west-1/",
    "AWSReservedSSO_PowerUserAccess_5f1c2ab0d3e47c96",
);
pub const AUTO_SCALING: DemoRole = role(
    "/aws-service-role/autoscaling.amazonaws.com/",
    "AWSServiceRoleForAutoScaling",
);
pub const CONFIG: DemoRole = role(
    "/aws-service-role/config.amazonaws.com/",
    "AWSServiceRoleForConfig",
);
pub const ORG_ADMIN: DemoRole = DemoRole {
    account: MANAGEMENT_ACCOUNT,
    path: "/",
    name: "OrgAdmin",
};
/// The roles that `ListRoles` shows besides those of AWS itself.
pub const ROLES: [DemoRole; 8] = [
    AUDIT_VENDOR,
    BREAK_GLASS,
    DEPLOY,
    OPS,
    PLATFORM_ADMIN,
    REPORT_LAMBDA,
    WEB_INSTANCE,
    SSO_POWER_USER,
];

const fn role(path: &'static str, name: &'static str) -> DemoRole {
    DemoRole {
        account: ACCOUNT,
        path,
        name,
    }
}

impl DemoRole {
    pub fn id(self) -> String {
        ids::entity_id("AROA", self.account, self.name)
    }

    pub fn arn(self) -> String {
        format!(
            "arn:aws:iam::{}:role{}{}",
            self.account, self.path, self.name
        )
    }

    /// The ARN of a session: the role's path is not in it.
    pub fn session_arn(self, session: &str) -> String {
        format!(
            "arn:aws:sts::{}:assumed-role/{}/{session}",
            self.account, self.name
        )
    }
}

/// An EC2 instance, with the public address that its own calls come from.
#[derive(Debug, Clone, Copy)]
pub struct DemoInstance {
    pub name: &'static str,
    pub region: &'static str,
    pub address: &'static str,
}

pub const WEB_1: DemoInstance = instance("web-1", "eu-west-1", "198.51.100.31");
pub const WEB_2: DemoInstance = instance("web-2", "eu-west-1", "198.51.100.32");
pub const MINER_1: DemoInstance = instance("miner-1", "us-east-2", "198.51.100.140");
pub const MINER_2: DemoInstance = instance("miner-2", "us-east-2", "198.51.100.141");

const fn instance(name: &'static str, region: &'static str, address: &'static str) -> DemoInstance {
    DemoInstance {
        name,
        region,
        address,
    }
}

impl DemoInstance {
    pub fn id(self) -> String {
        ids::resource_id("i", self.name)
    }

    pub fn arn(self) -> String {
        format!(
            "arn:aws:ec2:{}:{ACCOUNT}:instance/{}",
            self.region,
            self.id()
        )
    }

    /// The agent that runs on it.
    pub fn ssm_agent(self) -> DemoClient {
        client(self.address, SSM_AGENT)
    }
}
