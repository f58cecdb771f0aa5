//! That the events of a rule exist: every `eventName` is an operation of a service that the rule names as
//! `eventSource`, after AWS's own service models (botocore's, in the environment of the test servers).

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use regex::Regex;
use trailhunt::detection::yaml::{Kind, Node};

use super::Shipped;
use crate::support::{skip, venv};

/// Events that no service model has, by host, and why CloudTrail records them all the same.
const BESIDE_THE_MODELS: &[(&str, &str, &[&str])] = &[
    (
        "signin.amazonaws.com",
        "console sign-in has no public API (CloudTrail user guide, console sign-in events)",
        &[
            "AuthorizeOAuth2Access",
            "CheckMfa",
            "ConsoleLogin",
            "CreateOAuth2Token",
            "CredentialChallenge",
            "CredentialVerification",
            "EmailUpdated",
            "ExitRole",
            "GetSigninToken",
            "PasswordRecoveryCompleted",
            "PasswordRecoveryRequested",
            "PasswordUpdated",
            "RenewRole",
            "SwitchRole",
            "UserAuthentication",
        ],
    ),
    (
        "sso.amazonaws.com",
        "sign-in through Identity Center, and its console, have no public API",
        &[
            "Authenticate",
            "AssociateDirectory",
            "DisableExternalIdPConfigurationForDirectory",
            "DisassociateDirectory",
            "EnableExternalIdPConfigurationForDirectory",
            "Federate",
            "PutMfaDeviceManagementForDirectory",
            "PutPermissionsPolicy",
            "StartSSO",
            "UserAuthentication",
        ],
    ),
    (
        "sso-directory.amazonaws.com",
        "Identity Center's own directory, an API that only its console calls",
        &[
            "AddMemberToGroup",
            "CreateBearerToken",
            "CreateExternalIdPConfigurationForDirectory",
            "CreateGroup",
            "CreateProvisioningTenant",
            "CreateUser",
            "CreateUserWithDefaultPassword",
            "DeleteExternalIdPConfigurationForDirectory",
            "DeleteMfaDeviceForUser",
            "DisableExternalIdPConfigurationForDirectory",
            "DisableUser",
            "EnableExternalIdPConfigurationForDirectory",
            "EnableUser",
            "StartVirtualMfaDeviceRegistration",
            "UpdateExternalIdPConfigurationForDirectory",
            "UpdateMfaDeviceForUser",
            "UpdatePassword",
            "UpdateUser",
        ],
    ),
    (
        "s3.amazonaws.com",
        "S3 and S3 Control write these of the operations PutPublicAccessBlock, PutBucketLifecycleConfiguration and so on",
        &[
            "DeleteAccountPublicAccessBlock",
            "DeleteBucketPublicAccessBlock",
            "GetAccountPublicAccessBlock",
            "GetBucketPublicAccessBlock",
            "PutAccountPublicAccessBlock",
            "PutBucketObjectLockConfiguration",
            "PutBucketPublicAccessBlock",
        ],
    ),
    (
        "ec2.amazonaws.com",
        "service events, of what AWS did itself (EC2 user guide, Spot interruptions and shared snapshots)",
        &[
            "BidEvictedEvent",
            "SharedSnapshotCopyInitiated",
            "SharedSnapshotVolumeCreated",
        ],
    ),
    (
        "bedrock.amazonaws.com",
        "an operation of Bedrock's console only, retired but recorded (stratus-red-team, aws.impact.bedrock-invoke-model)",
        &["PutFoundationModelEntitlement"],
    ),
    (
        "billingconsole.amazonaws.com",
        "the Billing console has no public API",
        &[
            "UpdateIAMAccessPreference",
            "AWSPaymentPortalService.UpdatePaymentMethod",
        ],
    ),
];

/// Lambda writes the version of its API behind some names: `CreateFunction20150331`, `GetFunction20150331v2`.
const VERSION: &str = r"20\d{6}(v\d)?$";

/// Modifiers of an `eventName` that can be held against a list of names, and the expression they make.
const MODIFIERS: [(&str, fn(&str) -> String); 4] = [
    ("", |text| format!("^{text}$")),
    ("startswith", |text| format!("^{text}")),
    ("endswith", |text| format!("{text}$")),
    ("contains", str::to_owned),
];

/// Host and the names of its events.
pub struct Services(BTreeMap<String, BTreeSet<String>>);

/// The operations of every service that `rules` name; says that the test is skipped where there is no botocore.
pub fn known(rules: &[Shipped]) -> Option<Services> {
    let python = match venv::python() {
        Ok(python) => python,
        Err(why) => {
            skip(&why);
            return None;
        }
    };
    let hosts: BTreeSet<String> = rules
        .iter()
        .flat_map(|rule| &rule.documents)
        .flat_map(|document| values(document, "eventSource"))
        .map(|(_, host)| host.text().unwrap_or_default().to_owned())
        .collect();
    let labels = hosts.iter().filter_map(|host| host.split('.').next());
    let output = Command::new(python)
        .args(["-c", include_str!("operations.py")])
        .args(labels)
        .output()
        .expect("python runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let models: BTreeMap<String, BTreeSet<String>> =
        serde_json::from_slice(&output.stdout).expect("the script prints JSON");
    let services = hosts.into_iter().filter_map(|host| {
        let label = host.strip_suffix(".amazonaws.com")?;
        let mut names = models.get(label).cloned().unwrap_or_default();
        for (_, _, beside) in BESIDE_THE_MODELS.iter().filter(|(of, ..)| *of == host) {
            names.extend(beside.iter().map(|name| (*name).to_owned()));
        }
        Some((host, names))
    });
    Some(Services(services.collect()))
}

impl Services {
    /// Every event name of a rule's detection that none of its services has, with its place.
    pub fn problems(&self, rule: &Node) -> Vec<String> {
        let hosts: Vec<&str> = values(rule, "eventSource")
            .iter()
            .filter_map(|(_, host)| host.text())
            .collect();
        let mut problems = Vec::new();
        for host in &hosts {
            if self.0.get(*host).is_none_or(BTreeSet::is_empty) {
                problems.push(format!(" no service model of eventSource '{host}'"));
            }
        }
        for (modifiers, name) in values(rule, "eventName") {
            let place = name.place;
            let place = format!("{}:{}", place.line, place.column);
            let Some(text) = name.text() else { continue };
            match expression(modifiers, text) {
                None => problems.push(format!("{place} eventName|{modifiers} cannot be checked")),
                Some(_) if hosts.is_empty() => {
                    problems.push(format!("{place} '{text}' of which eventSource?"));
                }
                Some(expression) if !self.any(&hosts, &expression) => {
                    let hosts = hosts.join(", ");
                    problems.push(format!("{place} '{text}' is no operation of {hosts}"));
                }
                Some(_) => {}
            }
        }
        problems
    }

    fn any(&self, hosts: &[&str], expression: &Regex) -> bool {
        let mut names = hosts.iter().filter_map(|host| self.0.get(*host)).flatten();
        names.any(|name| expression.is_match(name))
    }
}

/// The names that `field|modifiers: text` admits, in their own case; `None` where a list of names cannot say.
fn expression(modifiers: &str, text: &str) -> Option<Regex> {
    let (_, anchored) = MODIFIERS.iter().find(|(name, _)| *name == modifiers)?;
    let version = Regex::new(VERSION).ok()?;
    let text = regex::escape(&version.replace(text, ""))
        .replace(r"\*", ".*")
        .replace(r"\?", ".");
    Regex::new(&anchored(&text)).ok()
}

/// Every value of `field` in the rule's detection, with the modifiers it stands under.
fn values<'n>(rule: &'n Node, field: &str) -> Vec<(&'n str, &'n Node)> {
    let mut found = Vec::new();
    if let Some(detection) = rule.get("detection") {
        collect(detection, field, &mut found);
    }
    found
}

fn collect<'n>(node: &'n Node, field: &str, found: &mut Vec<(&'n str, &'n Node)>) {
    match &node.kind {
        Kind::Scalar(_) => {}
        Kind::Sequence(items) => items.iter().for_each(|item| collect(item, field, found)),
        Kind::Mapping(entries) => {
            for entry in entries {
                let (name, modifiers) = entry.key.split_once('|').unwrap_or((&entry.key, ""));
                if name == field && modifiers != "exists" {
                    found.extend(entry.value.items().iter().map(|value| (modifiers, value)));
                } else {
                    collect(&entry.value, field, found);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use trailhunt::detection::yaml;

    use super::*;

    fn problems(selection: &str) -> Vec<String> {
        let names = ["CreateFunction", "DeleteFunction"].map(str::to_owned);
        let services = Services(BTreeMap::from([(
            "lambda.amazonaws.com".to_owned(),
            BTreeSet::from(names),
        )]));
        let rule = format!("detection: {{ s: [{{ {selection} }}], condition: s }}");
        services.problems(&yaml::document(&rule).unwrap())
    }

    #[test]
    fn events_that_do_not_exist_are_named() {
        let of = "eventSource: lambda.amazonaws.com";
        for fine in [
            "eventName: CreateFunction",
            "eventName: [DeleteFunction20150331, CreateFunction20150331v2]",
            "eventName|startswith: Create",
            "eventName: '*Function'",
            "eventName|contains: eteFun",
            "eventName: null",
        ] {
            assert!(problems(&format!("{of}, {fine}")).is_empty(), "{fine}");
        }
        for wrong in [
            "eventName: createFunction",
            "eventName: CreateFunctions",
            "eventName: [CreateFunction, Create]",
            "eventName|startswith: Function",
            "eventName|endswith: Create",
            "eventName|re: Create.*",
        ] {
            assert_eq!(problems(&format!("{of}, {wrong}")).len(), 1, "{wrong}");
        }
        assert_eq!(problems("eventName: CreateFunction").len(), 1);
        assert_eq!(problems("eventSource: lamda.amazonaws.com").len(), 1);
    }
}
