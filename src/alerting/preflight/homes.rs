//! Another home: there is one to an account, for the role that it makes has the same name in every Region.

use crate::alerting::at_once::at_once;
use crate::alerting::names::HOME_STACK;
use crate::alerting::stacks::{Stack, StackState};
use crate::aws::Aws;

/// Home stacks outside of `home`.
#[derive(Debug, Clone, Default)]
pub struct OtherHomes {
    /// Regions that have one.
    pub others: Vec<String>,
    /// Regions that could not be looked at, each with why.
    pub unseen: Vec<(String, String)>,
}

/// Looks in every one of `regions`.
pub async fn find(aws: &Aws, home: &str, regions: &[String]) -> OtherHomes {
    let regions = regions.iter().filter(|region| *region != home);
    let jobs = regions.map(|region| {
        let stack = Stack::new(aws, region, HOME_STACK);
        async move {
            let state = stack.state().await;
            (stack.region, state)
        }
    });
    let mut homes = OtherHomes::default();
    for (region, state) in at_once(jobs).await {
        match state {
            Ok(StackState::Missing) => {}
            Ok(_) => homes.others.push(region),
            Err(why) => homes.unseen.push((region, why)),
        }
    }
    homes
}
