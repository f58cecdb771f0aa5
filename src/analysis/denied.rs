//! Calls that were refused, by action and target: what the credential was tried on.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::Duration;

use crate::event::Event;
use crate::event::denied::is_denial;
use crate::event::services::short_name;
use crate::event::time::Time;
use crate::report::{Denied, Finding, Level};

/// So many refusals within an hour are somebody trying what works.
const BURST: usize = 10;

/// Folds events, in the order of time, into the list of refused actions.
#[derive(Debug, Default)]
pub struct Fold {
    /// By account, action and target.
    ids: BTreeMap<(Option<String>, String, Option<String>), Vec<String>>,
    times: Vec<Time>,
    total: u64,
}

impl Fold {
    /// Counts `event` if it was refused for want of a permission.
    pub fn add(&mut self, event: &Event) {
        if !event.error_code().is_some_and(is_denial) {
            return;
        }
        let message = event.error_message().unwrap_or_default();
        let action = action_in(message).map_or_else(|| own_action(event), str::to_owned);
        // a denied AssumeRole names its role nowhere but here (facts: C4)
        let target = event
            .request(&["roleArn"])
            .or_else(|| target_in(message))
            .map(str::to_owned);
        let account = event.account().map(str::to_owned);
        let ids = self.ids.entry((account, action, target)).or_default();
        ids.push(event.id().unwrap_or_default().to_owned());
        self.times.extend(event.time());
        self.total += 1;
    }

    /// Every action, most refused first, and what they amount to.
    pub fn finish(self) -> (Vec<Denied>, Option<Finding>) {
        let burst = self.burst();
        let mut list: Vec<Denied> = self
            .ids
            .into_iter()
            .map(|((account, action, target), ids)| Denied {
                action,
                target,
                account,
                count: ids.len() as u64,
                event_ids: ids.into_iter().filter(|id| !id.is_empty()).collect(),
            })
            .collect();
        list.sort_by_key(|entry| Reverse(entry.count));
        let account = list.first().and_then(|entry| entry.account.clone());
        let is_one = list.iter().all(|entry| entry.account == account);
        let finding = (self.total > 0).then(|| Finding {
            level: if burst.is_some() {
                Level::Medium
            } else {
                Level::Low
            },
            rule: "denied-calls".to_owned(),
            title: "Calls that were refused".to_owned(),
            message: message(&list),
            account: account.filter(|_| is_one),
            attack: vec!["T1580".to_owned()],
            count: self.total,
            failed: self.total,
            error: None,
            first: burst.or_else(|| self.times.first().copied()),
            last: self.times.last().copied(),
            resources: Vec::new(),
            event_ids: list
                .iter()
                .flat_map(|entry| entry.event_ids.iter().cloned())
                .collect(),
        });
        (list, finding)
    }

    /// When the first burst of refusals began.
    fn burst(&self) -> Option<Time> {
        let within_an_hour = |window: &&[Time]| matches!(window, [first, .., last] if *last - *first <= Duration::hours(1));
        self.times
            .windows(BURST)
            .find(within_an_hour)?
            .first()
            .copied()
    }
}

/// `calls denied: ec2 13, iam 12, …`.
fn message(denied: &[Denied]) -> String {
    let mut services: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in denied {
        let service = entry.action.split(':').next().unwrap_or_default();
        *services.entry(service).or_default() += entry.count;
    }
    let mut services: Vec<(&str, u64)> = services.into_iter().collect();
    services.sort_by_key(|(_, count)| Reverse(*count));
    let named: Vec<String> = services
        .iter()
        .take(5)
        .map(|(service, count)| format!("{service} {count}"))
        .collect();
    format!("calls denied: {}", named.join(", "))
}

/// `sts:AssumeRole` of "… is not authorized to perform: sts:AssumeRole on resource: …".
fn action_in(message: &str) -> Option<&str> {
    let action = word_after(message, "perform: ")?;
    action.contains(':').then_some(action)
}

/// The resource, where it is an ARN.
pub fn target_in(message: &str) -> Option<&str> {
    word_after(message, "on resource: ").filter(|target| target.starts_with("arn:"))
}

fn word_after<'a>(message: &'a str, marker: &str) -> Option<&'a str> {
    let word = message.split_once(marker)?.1.split_whitespace().next()?;
    Some(word.trim_end_matches(['.', ',', ';', '"']))
}

fn own_action(event: &Event) -> String {
    let service = short_name(event.source().unwrap_or("unknown"));
    format!("{service}:{}", event.name().unwrap_or("unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_of_a_denied_assume_role_is_read_from_the_message() {
        let raw = r#"{"eventVersion":"1.08","eventID":"e1","eventSource":"sts.amazonaws.com","eventName":"AssumeRole",
            "errorCode":"AccessDenied","requestParameters":null,
            "errorMessage":"User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/r because no policy allows it"}"#;
        let mut fold = Fold::default();
        fold.add(&Event::parse(raw.as_bytes()).unwrap());
        let (denied, _) = fold.finish();
        assert_eq!(denied[0].action, "sts:AssumeRole");
        assert_eq!(denied[0].target.as_deref(), Some("arn:aws:iam::1:role/r"));
    }

    #[test]
    fn a_message_without_an_action_falls_back_on_the_call() {
        let raw = r#"{"eventVersion":"1.08","eventSource":"ec2.amazonaws.com","eventName":"RunInstances",
            "errorCode":"Client.UnauthorizedOperation","errorMessage":"You are not authorized to perform this operation."}"#;
        let mut fold = Fold::default();
        fold.add(&Event::parse(raw.as_bytes()).unwrap());
        let (denied, _) = fold.finish();
        assert_eq!(
            (denied[0].action.as_str(), denied[0].target.as_deref()),
            ("ec2:RunInstances", None)
        );
    }
}
