//! CloudFormation: stacks, their change sets, their events. What is deployed, and in which order, is `deploy`'s.

mod change_set;
mod follow;
mod state;

use std::time::Duration;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::aws::{Aws, root_cause};
pub use change_set::{ChangeSet, every_resource};
use follow::StackFollower;
pub use follow::StackResult;
pub use state::{DeployedStack, StackState};

/// Regions that are worked on at the same time.
pub const AT_ONCE: usize = 8;

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
        let answer = request
            .send()
            .await
            .map_err(|error| error_message(&error))?;
        Ok(answer.template_body.unwrap_or_default())
    }
}

/// Characters of a message of AWS: some repeat a whole template.
const MESSAGE: usize = 500;

/// What AWS says went wrong, in one line: `AccessDenied: …`.
pub fn error_message<E>(error: &E) -> String
where
    E: ProvideErrorMetadata + std::error::Error,
{
    let message = error.message().map(|text| {
        let text = text.replace(['\n', '\r'], " ");
        match text.char_indices().nth(MESSAGE) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    });
    match (error.code(), message) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        _ => root_cause(error),
    }
}

/// Runs `jobs`, no more than `most` at the same time. Their results, in the order of the jobs.
pub async fn at_most<T, J>(most: usize, jobs: impl IntoIterator<Item = J>) -> Vec<T>
where
    T: Send + 'static,
    J: Future<Output = T> + Send + 'static,
{
    let mut waiting = jobs.into_iter().enumerate();
    let mut running = JoinSet::new();
    let mut results = Vec::new();
    loop {
        while running.len() < most
            && let Some((at, job)) = waiting.next()
        {
            running.spawn(async move { (at, job.await) });
        }
        match running.join_next().await {
            Some(Ok(done)) => results.push(done),
            // nothing aborts a job: it panicked
            Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
            None => break,
        }
    }
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
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
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn jobs_run_side_by_side_and_answer_in_order() {
        let running = Arc::new(AtomicUsize::new(0));
        let jobs = (0..20).map(|number| {
            let running = Arc::clone(&running);
            async move {
                let others = running.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                running.fetch_sub(1, Ordering::SeqCst);
                (number, others)
            }
        });
        let results = at_most(3, jobs).await;
        let numbers: Vec<_> = results.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (0..20).collect::<Vec<_>>());
        let most = results.iter().map(|(_, others)| *others).max();
        assert_eq!(most, Some(2), "three at the same time, never more");
    }

    #[tokio::test]
    async fn a_pause_ends_with_the_stop() {
        let (sender, mut stop) = watch::channel(false);
        let mut pauses = Pauses(Duration::from_hours(1));
        sender.send_replace(true);
        assert!(!pauses.pause(&mut stop).await);
    }
}
