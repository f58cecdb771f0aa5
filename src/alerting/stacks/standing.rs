//! What is there under a stack's name, and what can be done with it.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_sdk_cloudformation::types;

use super::{Stack, said};

/// What is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Missing,
    /// It can be updated.
    Ready(Deployed),
    /// What a creation left that failed, or a change set that nobody executed: nothing can be made of it, and it has
    /// to be deleted before its name is free.
    Leftover(Deployed),
    /// Nothing can be done with it now, and what to do about that.
    Blocked {
        deployed: Deployed,
        hint: String,
    },
}

/// A stack that is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deployed {
    /// Its ARN: a name alone does not find a stack that was deleted.
    pub id: String,
    /// `CREATE_COMPLETE`.
    pub status: String,
    /// Why, where CloudFormation says.
    pub reason: Option<String>,
    pub parameters: BTreeMap<String, String>,
}

impl Standing {
    /// The stack, where there is one.
    pub fn deployed(&self) -> Option<&Deployed> {
        match self {
            Self::Missing => None,
            Self::Ready(deployed) | Self::Leftover(deployed) | Self::Blocked { deployed, .. } => {
                Some(deployed)
            }
        }
    }

    fn of(deployed: Deployed, stack: &Stack) -> Self {
        let status = deployed.status.as_str();
        let hint = match status {
            "DELETE_COMPLETE" => return Self::Missing,
            "ROLLBACK_COMPLETE" | "REVIEW_IN_PROGRESS" | "CREATE_FAILED" => {
                return Self::Leftover(deployed);
            }
            "DELETE_FAILED" | "ROLLBACK_FAILED" => {
                "it could not be deleted whole: run `trailhunt remove-alerts`, which tries again"
                    .to_owned()
            }
            "UPDATE_ROLLBACK_FAILED" => format!(
                "first run `aws cloudformation continue-update-rollback --stack-name {} --region {}`",
                stack.name, stack.region
            ),
            status if status.ends_with("_IN_PROGRESS") => {
                "CloudFormation is at work on it: wait until it is done, and run this again"
                    .to_owned()
            }
            _ => return Self::Ready(deployed),
        };
        Self::Blocked { deployed, hint }
    }
}

impl Stack {
    /// What is there.
    ///
    /// # Errors
    /// Why it could not be looked at, in one line.
    pub async fn standing(&self) -> Result<Standing, String> {
        let answer = self.client.describe_stacks().stack_name(self.name).send();
        let answer = match answer.await {
            Ok(answer) => answer,
            Err(error) if is_missing(&error) => return Ok(Standing::Missing),
            Err(error) => return Err(said(&error)),
        };
        let stack = answer.stacks.and_then(|stacks| stacks.into_iter().next());
        Ok(stack.map_or(Standing::Missing, |stack| {
            Standing::of(Deployed::from(stack), self)
        }))
    }
}

impl From<types::Stack> for Deployed {
    fn from(stack: types::Stack) -> Self {
        let parameters = stack.parameters.unwrap_or_default().into_iter();
        let status = stack.stack_status.map(|status| status.as_str().to_owned());
        Self {
            id: stack.stack_id.unwrap_or_default(),
            status: status.unwrap_or_default(),
            reason: stack.stack_status_reason.filter(|why| !why.is_empty()),
            parameters: parameters
                .filter_map(|it| Some((it.parameter_key?, it.parameter_value?)))
                .collect(),
        }
    }
}

/// Whether there is no such stack: an error without a code of its own (facts: G10).
pub(super) fn is_missing(error: &impl ProvideErrorMetadata) -> bool {
    error.code() == Some("ValidationError")
        && error
            .message()
            .is_some_and(|message| message.contains("does not exist"))
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudformation::types::StackStatus;

    use super::*;
    use crate::aws::Choice;

    fn stack() -> Stack {
        let config = aws_config::SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .build();
        let aws = crate::aws::Aws::new(config, Choice::default());
        Stack::new(&aws, "eu-west-1", "trailhunt-alerts-forwarder")
    }

    /// Every state that CloudFormation knows: none may be taken for another.
    #[test]
    fn every_status_has_its_standing() {
        let stack = stack();
        let mut seen: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for status in StackStatus::values() {
            let deployed = Deployed {
                status: (*status).to_owned(),
                ..Deployed::default()
            };
            let standing = match Standing::of(deployed, &stack) {
                Standing::Missing => "missing",
                Standing::Ready(_) => "ready",
                Standing::Leftover(_) => "leftover",
                Standing::Blocked { hint, .. } if hint.starts_with("CloudFormation is") => "busy",
                Standing::Blocked { hint, .. } if hint.contains("--region eu-west-1") => "stuck",
                Standing::Blocked { .. } => "undeleted",
            };
            seen.entry(standing).or_default().push(status);
        }
        assert_eq!(seen["missing"], ["DELETE_COMPLETE"]);
        let leftover = ["CREATE_FAILED", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"];
        assert_eq!(seen["leftover"], leftover);
        assert_eq!(seen["stuck"], ["UPDATE_ROLLBACK_FAILED"]);
        assert_eq!(seen["undeleted"], ["DELETE_FAILED", "ROLLBACK_FAILED"]);
        assert!(seen["busy"].iter().all(|it| it.ends_with("_IN_PROGRESS")));
        assert!(seen["ready"].contains(&"UPDATE_ROLLBACK_COMPLETE"));
        assert!(!seen["ready"].iter().any(|it| it.ends_with("_IN_PROGRESS")));
    }
}
