//! A Region: whether its events are forwarded.

use super::rules::DEFAULT_BUS;
use super::{StatusNotes, rules, stack};
use crate::alerting::names::{BUS, FORWARDER_DEAD_LETTERS, FORWARDER_STACK};
use crate::alerting::queues;
use crate::alerting::stacks::StackState;
use crate::alerting::survey::Survey;
use crate::report::alerting::status::{RegionCoverage, RegionStatus, StackStatus};

/// Looks at the forwarder of `region`.
pub async fn look(survey: &Survey, region: &str) -> (RegionStatus, StatusNotes) {
    let mut notes = StatusNotes::of(region);
    let mut status = RegionStatus {
        region: region.to_owned(),
        state: RegionCoverage::Covered,
        stack: StackStatus::default(),
        rules: None,
        dead_letters: None,
    };
    let mut forwarders = survey.forwarders.iter();
    let found = forwarders.find(|(name, _)| name == region);
    match found.map_or(&Ok(StackState::Missing), |(_, found)| found) {
        Err(why) => {
            status.state = RegionCoverage::Unknown;
            notes.unread("forwarder stack", why);
            return (status, notes);
        }
        Ok(state) => {
            let stack = state.deployed();
            status.stack.status = stack.map(|stack| stack.status.clone());
            if notes.stack("forwarder stack", state).is_none() {
                if stack.is_none() && survey.leaves_out(region) {
                    status.state = RegionCoverage::LeftOut;
                    return (status, notes);
                }
                status.state = RegionCoverage::Uncovered;
                notes.attention(
                    "not covered: nothing that happens there is told",
                    "run deploy-alerts again with the same flags, and --regions all",
                );
                return (status, notes);
            }
        }
    }
    let (aws, bus) = (
        &survey.aws,
        survey.arn("events", &format!("event-bus/{BUS}")),
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
    status.stack.drifted = notes.drifted("forwarder stack", drifted);
    status.rules = notes.rules(rules);
    status.dead_letters = notes.dead_letters(FORWARDER_DEAD_LETTERS, dead_letters);
    (status, notes)
}
