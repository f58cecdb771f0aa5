//! The account that the alerts are in.

use crate::aws::Aws;
use crate::error::{Exit, Failure};
use crate::event::arn;
use crate::report::Caller;

/// The account, and the Regions that the alerts may be in.
#[derive(Debug)]
pub struct AlertingAccount {
    pub aws: Aws,
    pub caller: Caller,
    /// Region of the home stack.
    pub home: String,
    /// Every enabled Region, sorted; where the account does not say, those that every account has.
    pub enabled: Vec<String>,
    /// Why the account does not say.
    pub unlisted: Option<String>,
}

impl AlertingAccount {
    /// `aws`, `aws-cn`.
    pub fn partition(&self) -> &str {
        arn::partition(&self.caller.arn).unwrap_or("aws")
    }

    /// Why a run ended with `exit`, where that is that the credentials hold no longer: a session may end while stacks
    /// are made.
    pub async fn expired(&self, exit: Exit) -> Option<Failure> {
        if exit != Exit::Failed {
            return None;
        }
        let failure = self.aws.caller().await.err()?;
        (failure.exit == Exit::Credentials).then_some(failure)
    }
}
