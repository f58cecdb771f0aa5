//! What of the alerting stands in an account: which Regions have a forwarder, and where home is.

use std::sync::Arc;

use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_sdk_cloudformation::types::Stack;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::names::{FORWARDER_STACK, HOME_STACK};
use crate::aws::{Aws, reason};
use crate::report::Caller;

/// Regions that are asked at a time.
const AT_A_TIME: usize = 8;

/// A stack, none where it is not there; an error where it could not be looked, and why.
pub type Found = Result<Option<Stack>, String>;

/// The account, and the stacks in it.
#[derive(Debug, Clone)]
pub struct Standing {
    pub aws: Aws,
    pub caller: Caller,
    /// Region of the home stack, or where it would be looked for.
    pub home: String,
    pub home_stack: Found,
    /// Every Region that was asked, sorted, with its forwarder.
    pub forwarders: Vec<(String, Found)>,
}

impl Standing {
    /// Looks in `regions`. Home is `asked`, else where the forwarders send to, else `default`.
    pub async fn look(
        aws: Aws,
        caller: Caller,
        regions: &[String],
        asked: Option<&str>,
        default: &str,
    ) -> Self {
        let asking = aws.clone();
        let forwarders = in_each(regions, move |region| {
            let aws = asking.clone();
            async move { find(&aws, &region, FORWARDER_STACK).await }
        })
        .await;
        let mut stacks = forwarders.iter().filter_map(|(_, found)| found_in(found));
        let home = asked.or_else(|| stacks.find_map(home_of));
        let home = home.unwrap_or(default).to_owned();
        let home_stack = find(&aws, &home, HOME_STACK).await;
        Self {
            aws,
            caller,
            home,
            home_stack,
            forwarders,
        }
    }

    /// The Regions with a forwarder.
    pub fn covered(&self) -> Vec<String> {
        let covered = self.forwarders.iter();
        let covered = covered.filter(|(_, found)| found_in(found).is_some());
        covered.map(|(region, _)| region.clone()).collect()
    }

    /// Whether there surely is nothing of it.
    pub fn is_absent(&self) -> bool {
        let mut found = self.forwarders.iter().map(|(_, found)| found);
        matches!(self.home_stack, Ok(None)) && found.all(|found| matches!(found, Ok(None)))
    }

    /// ARN of a resource of this account's home Region: `("sns", "trailhunt-alerts")`.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        let partition = self.caller.arn.split(':').nth(1).unwrap_or("aws");
        let (home, account) = (&self.home, &self.caller.account);
        format!("arn:{partition}:{service}:{home}:{account}:{resource}")
    }
}

fn found_in(found: &Found) -> Option<&Stack> {
    found.as_ref().ok().and_then(Option::as_ref)
}

/// Where a forwarder sends to.
fn home_of(forwarder: &Stack) -> Option<&str> {
    let mut parameters = forwarder.parameters().iter();
    let home = parameters.find(|parameter| parameter.parameter_key() == Some("HomeRegion"))?;
    home.parameter_value()
}

/// The stack `name` in `region`.
///
/// # Errors
/// Why it could not be looked.
pub async fn find(aws: &Aws, region: &str, name: &str) -> Found {
    let asked = aws.cloudformation(region).describe_stacks();
    match asked.stack_name(name).send().await {
        Ok(answer) => Ok(answer.stacks.into_iter().flatten().next()),
        Err(error) => {
            let message = error.message().unwrap_or_default();
            let is_missing =
                error.code() == Some("ValidationError") && message.contains("does not exist");
            if is_missing {
                return Ok(None);
            }
            Err(reason(&error))
        }
    }
}

/// Does `work` in each of `regions`, eight at a time; what it came to, in the order of the Regions.
pub async fn in_each<T, F>(regions: &[String], work: impl Fn(String) -> F) -> Vec<(String, T)>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let turns = Arc::new(Semaphore::new(AT_A_TIME));
    let mut working = JoinSet::new();
    for (at, region) in regions.iter().enumerate() {
        let (work, turns) = (work(region.clone()), Arc::clone(&turns));
        working.spawn(async move {
            // the semaphore is never closed
            let _turn = turns.acquire().await;
            (at, work.await)
        });
    }
    let mut done = Vec::new();
    while let Some(joined) = working.join_next().await {
        match joined {
            Ok(one) => done.push(one),
            // nobody aborts the tasks: it panicked, and that is not to be hidden
            Err(error) => {
                if let Ok(panic) = error.try_into_panic() {
                    std::panic::resume_unwind(panic);
                }
            }
        }
    }
    done.sort_by_key(|(at, _)| *at);
    let done = done.into_iter();
    done.map(|(at, one)| (regions[at].clone(), one)).collect()
}
