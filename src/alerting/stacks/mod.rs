//! CloudFormation: stacks, their change sets, their events. What is deployed, and in which order, is `deploy`'s.

mod change_set;
mod follow;
mod state;

use std::time::Duration;

use aws_sdk_cloudformation::Client;
use tokio::sync::watch;

use crate::aws::Aws;
use crate::aws::errors::error_message;
pub use change_set::{ChangeSet, every_resource};
use follow::StackFollower;
pub use follow::StackResult;
pub use state::{DeployedStack, StackState};

/// Says "stop" once it is true: nothing new is begun then.
pub type StopSignal = watch::Receiver<bool>;

/// A stack by its name, whether or not it is there.
#[derive(Debug, Clone)]
pub struct Stack {
    pub name: &'static str,
    pub region: String,
    client: Client,
}

impl Stack {
    pub fn new(aws: &Aws, region: &str, name: &'static str) -> Self {
        Self {
            name,
            region: region.to_owned(),
            client: aws.cloudformation(region),
        }
    }

    /// The template that it was deployed with.
    ///
    /// # Errors
    /// Why it could not be had, in one line.
    pub async fn template(&self) -> Result<String, String> {
        let request = self.client.get_template().stack_name(self.name);
        let answer = request.send().await.map_err(error_message)?;
        Ok(answer.template_body.unwrap_or_default())
    }
}

/// Pauses between looks at something that takes its time: short ones first.
#[derive(Debug)]
struct Pauses(Duration);

impl Pauses {
    const FIRST: Duration = Duration::from_millis(200);
    const LONGEST: Duration = Duration::from_secs(3);

    fn new() -> Self {
        Self(Self::FIRST)
    }

    /// Waits, or until `stop` says so. Whether to go on.
    async fn pause(&mut self, stop: &mut StopSignal) -> bool {
        let pause = self.0;
        self.0 = (pause * 3 / 2).min(Self::LONGEST);
        // an end of the wait is an answer too: it is not time to stop
        let _ = tokio::time::timeout(pause, stop.wait_for(|stop| *stop)).await;
        !*stop.borrow()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_pause_ends_with_the_stop() {
        let (sender, mut stop) = watch::channel(false);
        let mut pauses = Pauses(Duration::from_hours(1));
        sender.send_replace(true);
        assert!(!pauses.pause(&mut stop).await);
    }
}
