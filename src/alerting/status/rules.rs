//! EventBridge rules of a stack: whether they are enabled, and still send where they should.

use std::collections::BTreeSet;

use aws_sdk_cloudformation::types::StackResourceSummary;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::operation::list_rules::ListRulesError;
use aws_sdk_eventbridge::types::RuleState;

use super::stack::of_type;
use crate::aws::errors::error_message;
use crate::aws::paging::next_token;
use crate::report::alerting::status::StackRules;

/// Where AWS services put their events.
pub const DEFAULT_BUS: &str = "default";
/// What the names of all our rules begin with: the stack's name, or one of `names`.
const PREFIX: &str = "trailhunt";

/// What the rules among `resources` do, which are on `buses`; each must have `target`, where that is given.
///
/// # Errors
/// Why it could not be looked.
pub async fn look(
    client: &Client,
    resources: &[StackResourceSummary],
    buses: &[&str],
    target: Option<&str>,
) -> Result<StackRules, String> {
    let mut working = BTreeSet::new();
    for bus in buses {
        let mut enabled = enabled_rules(client, bus).await?;
        if let Some(target) = target {
            let aimed = aimed_at(client, bus, target).await?;
            enabled.retain(|name| aimed.contains(name));
        }
        working.append(&mut enabled);
    }
    let mut rules = StackRules::default();
    for (logical, physical) in of_type(resources, "AWS::Events::Rule") {
        rules.total += 1;
        // a rule of a bus that is not the default one is called `bus|name`
        let name = physical.rsplit('|').next().unwrap_or_default();
        if !working.contains(name) {
            rules.off.push(logical.to_owned());
        }
    }
    rules.off.sort();
    Ok(rules)
}

/// Names of our rules on `bus` that are enabled.
async fn enabled_rules(client: &Client, bus: &str) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    let mut next: Option<String> = None;
    loop {
        let request = client.list_rules().event_bus_name(bus).name_prefix(PREFIX);
        let page = request.set_next_token(next.clone()).send().await;
        let page = match page {
            Ok(page) => page,
            // where the bus is gone, its rules are too
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(ListRulesError::is_resource_not_found_exception) =>
            {
                return Ok(names);
            }
            Err(error) => return Err(error_message(error)),
        };
        let rules = page.rules.into_iter().flatten();
        let enabled = rules.filter(|rule| rule.state != Some(RuleState::Disabled));
        names.extend(enabled.filter_map(|rule| rule.name));
        next = next_token(next.as_deref(), page.next_token)?;
        if next.is_none() {
            return Ok(names);
        }
    }
}

/// Names of the rules on `bus` that send to `target`.
async fn aimed_at(client: &Client, bus: &str, target: &str) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    let mut next: Option<String> = None;
    loop {
        let request = client.list_rule_names_by_target().event_bus_name(bus);
        let page = request
            .target_arn(target)
            .set_next_token(next.clone())
            .send()
            .await;
        let page = page.map_err(error_message)?;
        names.extend(page.rule_names.into_iter().flatten());
        next = next_token(next.as_deref(), page.next_token)?;
        if next.is_none() {
            return Ok(names);
        }
    }
}
