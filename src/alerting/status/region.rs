//! A Region: whether its events are forwarded.

use super::rules::DEFAULT_BUS;
use super::{Noted, rules, stack};
use crate::alerting::names::{BUS, FORWARDER_DEAD_LETTERS, FORWARDER_STACK};
use crate::alerting::queues;
use crate::alerting::standing::{Found, Standing};
use crate::report::alerting::status::{Coverage, RegionStatus, StackStatus};

/// Looks at the forwarder of `region`, which is `found`.
pub async fn look(standing: &Standing, region: &str, found: &Found) -> (RegionStatus, Noted) {
    let mut noted = Noted::of(region);
    let mut status = RegionStatus {
        region: region.to_owned(),
        state: Coverage::Covered,
        stack: StackStatus::default(),
        rules: None,
        dead_letters: None,
    };
    match found {
        Err(why) => {
            status.state = Coverage::Unknown;
            noted.unread("forwarder stack", why);
            return (status, noted);
        }
        Ok(None) => {
            status.state = Coverage::Uncovered;
            noted.attention(
                "not covered: nothing that happens there is told",
                "run deploy-alerts again with the same flags, and --regions all",
            );
            return (status, noted);
        }
        Ok(Some(found)) => status.stack.status = noted.stack_status("forwarder stack", found),
    }
    let (aws, bus) = (
        &standing.aws,
        standing.arn("events", &format!("event-bus/{BUS}")),
    );
    let (cloudformation, events) = (aws.cloudformation(region), aws.eventbridge(region));
    let rules = async {
        let resources = stack::resources(&cloudformation, FORWARDER_STACK).await?;
        rules::look(&events, &resources, &[DEFAULT_BUS], Some(&bus)).await
    };
    let (drifted, rules, dead_letters) = tokio::join!(
        stack::drifted(&cloudformation, FORWARDER_STACK),
        rules,
        queues::depth(aws, region, FORWARDER_DEAD_LETTERS),
    );
    status.stack.drifted = noted.drifted("forwarder stack", drifted);
    status.rules = noted.rules(rules);
    status.dead_letters = noted.dead_letters(FORWARDER_DEAD_LETTERS, dead_letters);
    (status, noted)
}
