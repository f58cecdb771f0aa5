//! What is there under a stack's name, and what can be done with it.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_sdk_cloudformation::types;

use super::Stack;
use crate::aws::errors::error_message;

/// What is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StackState {
    Missing,
    /// It can be updated.
    Ready(DeployedStack),
    /// What a creation left that failed, or a change set that nobody executed: nothing can be made of it, and it has
    /// to be deleted before its name is free.
    Leftover(DeployedStack),
    /// Nothing can be done with it now, and what to do about that.
    Blocked {
        deployed: DeployedStack,
        hint: String,
    },
}

/// A stack that is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeployedStack {
    /// Its ARN: a name alone does not find a stack that was deleted.
    pub id: String,
    /// `CREATE_COMPLETE`.
    pub status: String,
    /// Why, where CloudFormation says.
    pub reason: Option<String>,
    pub parameters: BTreeMap<String, String>,
}

impl StackState {
    /// The stack, where there is one.
    pub fn deployed(&self) -> Option<&DeployedStack> {
        match self {
            Self::Missing => None,
            Self::Ready(deployed) | Self::Leftover(deployed) | Self::Blocked { deployed, .. } => {
                Some(deployed)
            }
        }
    }

    fn of(deployed: DeployedStack, stack: &Stack) -> Self {
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
    pub async fn state(&self) -> Result<StackState, String> {
        let answer = self.client.describe_stacks().stack_name(self.name).send();
        let answer = match answer.await {
            Ok(answer) => answer,
            Err(error) if is_missing(&error) => return Ok(StackState::Missing),
            Err(error) => return Err(error_message(error)),
        };
        let stack = answer.stacks.and_then(|stacks| stacks.into_iter().next());
        Ok(stack.map_or(StackState::Missing, |stack| {
            StackState::of(DeployedStack::from(stack), self)
        }))
    }
}

impl From<types::Stack> for DeployedStack {
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
    use crate::aws::ProfileChoice;

    fn stack() -> Stack {
        let config = aws_config::SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .build();
        let aws = crate::aws::Aws::new(config, ProfileChoice::default());
        Stack::new(&aws, "eu-west-1", "trailhunt-alerts-forwarder")
    }

    /// Every state that CloudFormation knows: none may be taken for another.
    #[test]
    fn every_status_has_its_state() {
        let stack = stack();
        let mut seen: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for status in StackStatus::values() {
            let deployed = DeployedStack {
                status: (*status).to_owned(),
                ..DeployedStack::default()
            };
            let state = match StackState::of(deployed, &stack) {
                StackState::Missing => "missing",
                StackState::Ready(_) => "ready",
                StackState::Leftover(_) => "leftover",
                StackState::Blocked { hint, .. } if hint.starts_with("CloudFormation is") => "busy",
                StackState::Blocked { hint, .. } if hint.contains("--region eu-west-1") => "stuck",
                StackState::Blocked { .. } => "undeleted",
            };
            seen.entry(state).or_default().push(status);
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
