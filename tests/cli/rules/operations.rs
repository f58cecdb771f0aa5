//! That the events of a rule exist: every `eventName` is an operation of a service that the rule names as
//! `eventSource`, after AWS's own service models (botocore's, in the environment of the test servers).

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use trailhunt::detection::yaml::{YamlKind, YamlNode};

use super::Shipped;
use crate::support::{skip, venv};

/// Events that no service model has, by host, and why CloudTrail records them all the same.
const BESIDE_THE_MODELS: &[(&str, &str, &[&str])] = &[
    (
        "signin.amazonaws.com",
        "console sign-in has no public API (CloudTrail user guide, console sign-in events)",
        &[
            "AuthorizeOAuth2Access",
            "ConsoleLogin",
            "CreateOAuth2Token",
            "EmailUpdated",
            "GetSigninToken",
            "PasswordRecoveryCompleted",
            "PasswordRecoveryRequested",
            "PasswordUpdated",
            "SwitchRole",
        ],
    ),
    (
        "sso.amazonaws.com",
        "sign-in through Identity Center, and its console, have no public API",
        &[
            "AssociateDirectory",
            "DisableExternalIdPConfigurationForDirectory",
            "DisassociateDirectory",
            "EnableExternalIdPConfigurationForDirectory",
            "PutMfaDeviceManagementForDirectory",
            "PutPermissionsPolicy",
        ],
    ),
    (
        "sso-directory.amazonaws.com",
        "Identity Center's own directory, an API that only its console calls",
        &[
            "AddMemberToGroup",
            "CreateExternalIdPConfigurationForDirectory",
            "CreateGroup",
            "CreateUser",
            "CreateUserWithDefaultPassword",
            "DeleteExternalIdPConfigurationForDirectory",
            "DeleteMfaDeviceForUser",
            "DisableExternalIdPConfigurationForDirectory",
            "EnableExternalIdPConfigurationForDirectory",
            "EnableUser",
            "UpdateExternalIdPConfigurationForDirectory",
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
            "PutAccountPublicAccessBlock",
            "PutBucketObjectLockConfiguration",
            "PutBucketPublicAccessBlock",
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

type Pattern = fn(&str) -> String;

/// Modifiers of an `eventName` that can be held against a list of names, and the pattern they make of it.
const MODIFIERS: [(&str, Pattern); 4] = [
    ("", str::to_owned),
    ("startswith", |text| format!("{text}*")),
    ("endswith", |text| format!("*{text}")),
    ("contains", |text| format!("*{text}*")),
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

/// Every exception that no rule needs (any more).
pub fn unneeded(rules: &[Shipped]) -> Vec<String> {
    let documents = rules.iter().flat_map(|rule| &rule.documents);
    let named: BTreeSet<&str> = documents
        .flat_map(|document| values(document, "eventName"))
        .filter_map(|(_, name)| name.text())
        .collect();
    BESIDE_THE_MODELS
        .iter()
        .flat_map(|(host, _, names)| names.iter().map(move |name| (host, name)))
        .filter(|(_, name)| !named.contains(*name))
        .map(|(host, name)| format!("no rule names {name} of {host}"))
        .collect()
}

impl Services {
    /// Every event name of a rule's detection that none of its services has, with its place.
    pub fn problems(&self, rule: &YamlNode) -> Vec<String> {
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
            match pattern(modifiers, text) {
                None => problems.push(format!("{place} eventName|{modifiers} cannot be checked")),
                Some(_) if hosts.is_empty() => {
                    problems.push(format!("{place} '{text}' of which eventSource?"));
                }
                Some(pattern) if !self.any(&hosts, &pattern) => {
                    let hosts = hosts.join(", ");
                    problems.push(format!("{place} '{text}' is no operation of {hosts}"));
                }
                Some(_) => {}
            }
        }
        problems
    }

    fn any(&self, hosts: &[&str], pattern: &str) -> bool {
        let mut names = hosts.iter().filter_map(|host| self.0.get(*host)).flatten();
        names.any(|name| fits(name, pattern))
    }
}

/// What `field|modifiers: text` admits, in which `*` is any text; `None` where a list of names cannot say.
fn pattern(modifiers: &str, text: &str) -> Option<String> {
    let (_, pattern) = MODIFIERS.iter().find(|(name, _)| *name == modifiers)?;
    Some(pattern(unversioned(text)))
}

/// Lambda writes the version of its API behind some names: `CreateFunction20150331`, `GetFunction20150331v2`.
fn unversioned(name: &str) -> &str {
    let dated = name.strip_suffix("v2").unwrap_or(name);
    let plain = dated.trim_end_matches(|c: char| c.is_ascii_digit());
    if dated.len() - plain.len() == "20150331".len() {
        plain
    } else {
        name
    }
}

/// Whether `name` matches `pattern` in its own case.
fn fits(name: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => name == pattern,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|name| {
            let mut ends = name.char_indices().map(|(at, _)| &name[at..]).chain([""]);
            ends.any(|end| fits(end, rest))
        }),
    }
}

/// Every value of `field` in the rule's detection, with the modifiers it stands under.
fn values<'n>(rule: &'n YamlNode, field: &str) -> Vec<(&'n str, &'n YamlNode)> {
    let mut found = Vec::new();
    if let Some(detection) = rule.get("detection") {
        collect(detection, field, &mut found);
    }
    found
}

fn collect<'n>(node: &'n YamlNode, field: &str, found: &mut Vec<(&'n str, &'n YamlNode)>) {
    match &node.kind {
        YamlKind::Scalar(_) => {}
        YamlKind::Sequence(items) => items.iter().for_each(|item| collect(item, field, found)),
        YamlKind::Mapping(entries) => {
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
