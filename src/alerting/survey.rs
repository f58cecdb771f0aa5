//! What of the alerting stands in an account: which Regions have a forwarder, and where home is.

use serde_json::Value;

use super::account::AlertingAccount;
use super::at_once::in_each;
use super::names::{FORWARDER_STACK, HOME_STACK};
use super::stacks::{DeployedStack, Stack, StackState};
use crate::aws::Aws;
use crate::event::arn;
use crate::report::Caller;

/// What is there under a stack's name; an error where it could not be looked, and why.
pub type StackLookup = Result<StackState, String>;

/// The account, and the stacks in it.
#[derive(Debug, Clone)]
pub struct Survey {
    pub aws: Aws,
    pub caller: Caller,
    /// Region of the home stack, or where it would be looked for.
    pub home: String,
    pub home_stack: StackLookup,
    /// Every Region that was asked, with its forwarder.
    pub forwarders: Vec<(String, StackLookup)>,
    /// Why the account's Regions could not be listed, where they could not: there may be more than were asked.
    pub unlisted: Option<String>,
}

impl Survey {
    /// Looks in every Region of `site`. Home is where the forwarders send to, whatever was `asked`; without any
    /// `asked`, else that of `site`.
    pub async fn of(site: AlertingAccount, asked: Option<&str>) -> Self {
        let aws = site.aws;
        let forwarders = in_each(&site.enabled, |region| {
            let stack = Stack::new(&aws, &region, FORWARDER_STACK);
            async move { stack.state().await }
        })
        .await;
        let mut stacks = forwarders.iter().filter_map(|(_, found)| working(found));
        let sent_to =
            stacks.find_map(|stack| stack.parameters.get("HomeRegion").map(String::as_str));
        let home = sent_to.or(asked).unwrap_or(&site.home).to_owned();
        let home_stack = Stack::new(&aws, &home, HOME_STACK).state().await;
        Self {
            aws,
            caller: site.caller,
            home,
            home_stack,
            forwarders,
            unlisted: site.unlisted,
        }
    }

    /// The Regions with a forwarder.
    pub fn covered(&self) -> Vec<String> {
        let covered = self.forwarders.iter();
        let covered = covered.filter(|(_, found)| working(found).is_some());
        covered.map(|(region, _)| region.clone()).collect()
    }

    /// Whether `region` was left out on purpose: `deploy-alerts` was given a list of Regions, and it is not in it.
    pub fn leaves_out(&self, region: &str) -> bool {
        let home = self.home_stack.as_ref().ok().and_then(StackState::deployed);
        let settings = home.and_then(|stack| stack.parameters.get("Settings"));
        settings.is_some_and(|settings| is_left_out(settings, region))
    }

    /// Whether there surely is nothing of it.
    pub fn is_absent(&self) -> bool {
        let forwarders = self.forwarders.iter().map(|(_, found)| found);
        let mut all = forwarders.chain([&self.home_stack]);
        all.all(|found| *found == Ok(StackState::Missing))
    }

    /// ARN of a resource of this account's home Region: `("sns", "trailhunt-alerts")`.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        let partition = arn::partition(&self.caller.arn).unwrap_or("aws");
        let (home, account) = (&self.home, &self.caller.account);
        format!("arn:{partition}:{service}:{home}:{account}:{resource}")
    }
}

/// By the settings that home was deployed with: where they do not say, nothing was left out.
fn is_left_out(settings: &str, region: &str) -> bool {
    let settings: Value = serde_json::from_str(settings).unwrap_or_default();
    let listed = settings["regions"].as_array();
    settings["all_regions"] == false
        && listed.is_some_and(|listed| listed.iter().all(|one| one != region))
}

/// The stack, where there is one that was made whole once.
fn working(found: &StackLookup) -> Option<&DeployedStack> {
    match found {
        Ok(
            StackState::Ready(stack)
            | StackState::Blocked {
                deployed: stack, ..
            },
        ) => Some(stack),
        Ok(StackState::Missing | StackState::Leftover(_)) | Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_list_leaves_a_region_out() {
        let listed = r#"{"regions":["eu-west-1"],"all_regions":false}"#;
        assert!(is_left_out(listed, "eu-west-2"));
        assert!(!is_left_out(listed, "eu-west-1"));
        // one that was enabled after all of them were covered
        let all = r#"{"regions":["eu-west-1"],"all_regions":true}"#;
        assert!(!is_left_out(all, "eu-west-2"));
        for unclear in ["", "no: JSON", "[]", r#"{"all_regions":false}"#] {
            assert!(!is_left_out(unclear, "eu-west-2"), "{unclear}");
        }
    }
}
