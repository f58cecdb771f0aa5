//! What AWS always sends: an answer that lacks it is none, whatever its status says. The SDK would take a missing list
//! for an empty one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use aws_sdk_iam::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_iam::error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use serde::de::IgnoredAny;

/// The members that every answer of an operation has (the services' API references), also lists that are empty. That a
/// list of a user's keys ends is left out: a user has two at most, and moto does not say it.
const ALWAYS: [(&str, &[&str]); 37] = [
    ("DescribeChangeSet", &["ChangeSetName", "Status"]),
    (
        "DescribeConfigurationRecorderStatus",
        &["ConfigurationRecordersStatus"],
    ),
    ("DescribeEventBus", &["Arn"]),
    ("DescribeStackEvents", &["StackEvents"]),
    ("DescribeStacks", &["Stacks"]),
    ("DescribeTrails", &["trailList"]),
    ("GetAccessKeyInfo", &["Account"]),
    ("GetAccessKeyLastUsed", &["AccessKeyLastUsed"]),
    ("GetAccountSummary", &["SummaryMap"]),
    ("GetCallerIdentity", &["Account", "Arn"]),
    ("GetEventSourceMapping", &["State"]),
    ("GetPolicyVersion", &["PolicyVersion", "Document"]),
    ("GetQueueAttributes", &["Attributes"]),
    ("GetQueueUrl", &["QueueUrl"]),
    ("GetRole", &["Role", "RoleName", "Arn"]),
    ("GetRolePolicy", &["PolicyDocument"]),
    ("GetTrailStatus", &["IsLogging"]),
    ("GetUser", &["User", "UserName", "Arn", "CreateDate"]),
    ("GetUserPolicy", &["PolicyDocument"]),
    ("ListAccessKeys", &["AccessKeyMetadata"]),
    (
        "ListAttachedGroupPolicies",
        &["AttachedPolicies", "IsTruncated"],
    ),
    (
        "ListAttachedRolePolicies",
        &["AttachedPolicies", "IsTruncated"],
    ),
    (
        "ListAttachedUserPolicies",
        &["AttachedPolicies", "IsTruncated"],
    ),
    ("ListGroupPolicies", &["PolicyNames", "IsTruncated"]),
    ("ListGroupsForUser", &["Groups", "IsTruncated"]),
    ("ListRegions", &["Regions"]),
    ("ListRolePolicies", &["PolicyNames", "IsTruncated"]),
    ("ListRuleNamesByTarget", &["RuleNames"]),
    ("ListRules", &["Rules"]),
    ("ListSSHPublicKeys", &["SSHPublicKeys"]),
    (
        "ListServiceSpecificCredentials",
        &["ServiceSpecificCredentials"],
    ),
    ("ListSigningCertificates", &["Certificates"]),
    ("ListStackResources", &["StackResourceSummaries"]),
    ("ListSubscriptionsByTopic", &["Subscriptions"]),
    ("ListUserPolicies", &["PolicyNames", "IsTruncated"]),
    ("ListUsers", &["Users", "IsTruncated"]),
    ("LookupEvents", &["Events"]),
];

/// Refuses answers that lack what their operation always sends, as if they could not be read: clients ask again.
#[derive(Debug, Clone, Copy)]
pub struct WholeAnswers;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("an answer of {operation} without {missing}")]
struct NotWhole {
    operation: &'static str,
    missing: &'static str,
}

impl Intercept for WholeAnswers {
    fn name(&self) -> &'static str {
        "WholeAnswers"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        settings: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = settings.load::<Metadata>().map(Metadata::name);
        let response = context.response();
        match (operation, response.body().bytes()) {
            (Some(operation), Some(body)) if response.status().is_success() => {
                Ok(check(operation, body)?)
            }
            _ => Ok(()),
        }
    }
}

fn check(operation: &str, body: &[u8]) -> Result<(), NotWhole> {
    let known = ALWAYS.iter().find(|(name, _)| *name == operation);
    let Some((operation, members)) = known else {
        return Ok(());
    };
    let body = String::from_utf8_lossy(body);
    let lacks = |missing| NotWhole { operation, missing };
    if body.trim_start().starts_with('<') {
        let has = |name: &str| {
            let parts = [format!("<{name}>"), format!("</{name}>")];
            parts.iter().all(|part| body.contains(part)) || body.contains(&format!("<{name}/>"))
        };
        if let Some(missing) = members.iter().find(|name| !has(name)) {
            return Err(lacks(missing));
        }
        let leads_on = body.contains("<IsTruncated>true</IsTruncated>");
        return if leads_on && !body.contains("<Marker>") {
            Err(lacks("Marker, though it says that there is more"))
        } else {
            Ok(())
        };
    }
    // null counts as missing, and nothing of the rest is kept: the SDK reads the answer, too
    let answer: BTreeMap<Cow<'_, str>, Option<IgnoredAny>> =
        serde_json::from_str(&body).unwrap_or_default();
    let has = |name: &str| answer.get(name).is_some_and(Option::is_some);
    let missing = members.iter().find(|name| !has(name));
    missing.map_or(Ok(()), |missing| Err(lacks(missing)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(operation: &str, body: &str) -> Option<&'static str> {
        check(operation, body.as_bytes())
            .err()
            .map(|error| error.missing)
    }

    #[test]
    fn what_an_answer_lacks() {
        let users = |inner: &str| {
            format!(
                "<ListUsersResponse><ListUsersResult>{inner}</ListUsersResult></ListUsersResponse>"
            )
        };
        let whole = users("<Users/><IsTruncated>false</IsTruncated>");
        assert_eq!(missing("ListUsers", &whole), None);
        assert_eq!(
            missing("ListUsers", &users("<Users></Users>")),
            Some("IsTruncated")
        );
        assert_eq!(
            missing("ListUsers", &users("<IsTruncated>false</IsTruncated>")),
            Some("Users")
        );
        // the SDK reads what is not closed as if nothing were missing
        let torn = whole.replace("</", "<");
        assert_eq!(missing("ListUsers", &torn), Some("IsTruncated"));
        let more = users("<Users/><IsTruncated>true</IsTruncated>");
        assert!(missing("ListUsers", &more).unwrap().starts_with("Marker"));
        let more = users("<Users/><IsTruncated>true</IsTruncated><Marker>m</Marker>");
        assert_eq!(missing("ListUsers", &more), None);
        for body in [
            "",
            "{}",
            "null",
            "[]",
            "{\"Events\":null}",
            "no JSON",
            "{\"a\":\"\\\"Events\\\":[]\"}",
        ] {
            assert_eq!(missing("LookupEvents", body), Some("Events"), "{body}");
        }
        assert_eq!(missing("LookupEvents", "{\"Events\":[]}"), None);
        assert_eq!(missing("ReceiveMessage", "{}"), None);
    }

    #[test]
    fn what_a_user_is_called_is_no_member() {
        let named = "<ListUsersResult><Users><member><Path>&lt;IsTruncated&gt;</Path></member></Users></ListUsersResult>";
        assert_eq!(missing("ListUsers", named), Some("IsTruncated"));
    }
}
