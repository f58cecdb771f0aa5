//! AWS's own quarantine policies: which is the newest, what its text says, and which a user has (facts: F5).

use crate::aws::errors::CallError;
use crate::error::Failure;
use crate::event::arn::name;
use crate::response::operator::Operator;
use crate::response::policies::QUARANTINE;

/// The newest that is known here; newer ones are looked for from there.
const KNOWN: u32 = 4;
/// Where looking for newer ones ends, whatever is answered.
const LAST: u32 = 20;

/// One of AWS's quarantine policies.
#[derive(Debug)]
pub struct AwsPolicy {
    pub arn: String,
    /// Its default version's, where it could be read.
    pub document: Option<String>,
    /// What could not be looked up.
    pub doubts: Vec<String>,
}

impl AwsPolicy {
    pub fn name(&self) -> &str {
        name(&self.arn)
    }
}

/// The newest: the last of an unbroken row from the one that is known, or else the next older one that there is.
/// Where IAM does not let us look it is the one that is known, with a doubt.
///
/// # Errors
/// A failure where this partition has none of them.
pub async fn newest(operator: &Operator) -> Result<AwsPolicy, Failure> {
    let found = match newest_version(operator).await {
        Ok(found) => found,
        Err(error) => return Ok(unseen(operator, &error)),
    };
    let Some(ExistingPolicy {
        number,
        default_version,
        newer,
    }) = found
    else {
        return Err(Failure::failed(format!(
            "partition {} has no policy {QUARANTINE}",
            operator.partition()
        ))
        .hint("--deny-all puts a deny of everything on the user, which needs no policy of AWS's"));
    };
    let arn = arn(operator, number);
    let document = document(operator, &arn, &default_version).await;
    let unread = document.as_ref().err().map(|error| {
        let name = name(&arn);
        format!("what {name} denies could not be read ({error})")
    });
    let unseen =
        newer.map(|error| format!("whether AWS has a newer one could not be looked up ({error})"));
    Ok(AwsPolicy {
        document: document.unwrap_or_default(),
        doubts: unread.into_iter().chain(unseen).collect(),
        arn,
    })
}

/// A policy that is there.
struct ExistingPolicy {
    number: u32,
    default_version: String,
    /// Why it is not known whether there is a newer one.
    newer: Option<CallError>,
}

async fn newest_version(operator: &Operator) -> Result<Option<ExistingPolicy>, CallError> {
    let mut newest: Option<ExistingPolicy> = None;
    for number in KNOWN..=LAST {
        match (default_version(operator, number).await, &mut newest) {
            (Ok(None), _) => break,
            (Ok(Some(default_version)), _) => {
                newest = Some(ExistingPolicy {
                    number,
                    default_version,
                    newer: None,
                });
            }
            (Err(error), None) => return Err(error),
            (Err(error), Some(found)) => {
                found.newer = Some(error);
                break;
            }
        }
    }
    for number in (1..KNOWN).rev() {
        if newest.is_some() {
            break;
        }
        let found = default_version(operator, number).await?;
        newest = found.map(|default_version| ExistingPolicy {
            number,
            default_version,
            newer: None,
        });
    }
    Ok(newest)
}

/// The quarantine policies that `user` has, by ARN.
///
/// # Errors
/// Where IAM does not say.
pub async fn attached(operator: &Operator, user: &str) -> Result<Vec<String>, CallError> {
    let start = format!("arn:{}:iam::aws:policy/{QUARANTINE}", operator.partition());
    let call = operator.iam.list_attached_user_policies().user_name(user);
    let mut pages = call.into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| CallError::of(&error))?;
        let policies = page.attached_policies.into_iter().flatten();
        let arns = policies.filter_map(|policy| policy.policy_arn);
        found.extend(arns.filter(|arn| arn.starts_with(&start)));
    }
    Ok(found)
}

/// The first of the family has no number.
fn arn(operator: &Operator, number: u32) -> String {
    let number = match number {
        1 => String::new(),
        number => format!("V{number}"),
    };
    format!(
        "arn:{}:iam::aws:policy/{QUARANTINE}{number}",
        operator.partition()
    )
}

/// Where it could not be looked: which policies there are, and what they deny.
fn unseen(operator: &Operator, error: &CallError) -> AwsPolicy {
    let arn = arn(operator, KNOWN);
    let doubt = format!(
        "whether {} is AWS's newest quarantine policy, and what it denies, could not be looked up ({error})",
        name(&arn)
    );
    AwsPolicy {
        arn,
        document: None,
        doubts: vec![doubt],
    }
}

/// The id of the policy's default version; none where there is no such policy.
async fn default_version(operator: &Operator, number: u32) -> Result<Option<String>, CallError> {
    let call = operator.iam.get_policy().policy_arn(arn(operator, number));
    match call.send().await {
        Ok(answer) => Ok(answer
            .policy
            .map(|policy| policy.default_version_id.unwrap_or_default())),
        Err(error) => match CallError::of(&error) {
            error if error.is_not_there() => Ok(None),
            error => Err(error),
        },
    }
}

async fn document(
    operator: &Operator,
    arn: &str,
    version: &str,
) -> Result<Option<String>, CallError> {
    let call = operator.iam.get_policy_version().policy_arn(arn);
    let answer = call.version_id(version).send().await;
    let answer = answer.map_err(|error| CallError::of(&error))?;
    Ok(answer.policy_version.and_then(|version| version.document))
}
