//! What an operator must be allowed for each of the alerts commands: the IAM policies of `policies/`. They name no
//! account: each is attached in the account that it is for. The names of everything of ours begin with `trailhunt`, and
//! so do the resources there; `*` stands where an action has no resource, or the resource is not ours.

/// Name of a command, or of one with a flag that needs more, and its policy.
pub const POLICIES: [(&str, &str); 6] = [
    ("deploy-alerts", include_str!("policies/deploy-alerts.json")),
    ("alerts-status", include_str!("policies/alerts-status.json")),
    ("test-alerts", include_str!("policies/test-alerts.json")),
    (
        "test-alerts-live",
        include_str!("policies/test-alerts-live.json"),
    ),
    (
        "backtest-alerts",
        include_str!("policies/backtest-alerts.json"),
    ),
    ("remove-alerts", include_str!("policies/remove-alerts.json")),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    /// The actions of a policy, as texts.
    fn actions(command: &str) -> BTreeSet<String> {
        let policy = POLICIES.iter().find(|(name, _)| *name == command).unwrap();
        let policy: Value = serde_json::from_str(policy.1).unwrap();
        let statements = policy["Statement"].as_array().unwrap().iter();
        let actions = statements.flat_map(|statement| statement["Action"].as_array().unwrap());
        actions
            .map(|action| action.as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn what_is_made_may_be_removed() {
        let removed = actions("remove-alerts");
        for action in actions("deploy-alerts") {
            // buckets and change sets stay, or go with what they are of
            let is_removal = action.contains(":Delete") && !action.starts_with("s3:");
            if is_removal && !action.ends_with("ChangeSet") {
                assert!(removed.contains(&action), "{action}");
            }
        }
    }

    #[test]
    fn a_live_test_may_do_what_a_test_does() {
        assert!(actions("test-alerts-live").is_superset(&actions("test-alerts")));
    }
}
