//! Removing the stacks, and what is left on purpose: the evidence. A bucket with logs is never deleted by us.

use super::deploy::DesiredStack;
use super::names::{FORWARDER_STACK, HOME_STACK, LOG_BUCKET_PREFIX, TRAIL, TRAIL_STACK};
use super::stacks::Stack;
use crate::aws::Aws;
use crate::aws::errors::error_message;
use crate::report::alerting::deploy::StackKind;

/// Alerts end where they begin, so that none is lost in between; the trail, which others may use by now, goes last.
pub const ORDER: [StackKind; 3] = [StackKind::Forwarder, StackKind::Home, StackKind::Trail];

/// Our trail, where home sees one.
#[derive(Debug, Clone)]
pub struct OwnTrail {
    pub region: String,
    pub arn: String,
    pub bucket: String,
}

/// Every stack of ours in `regions`, none of which is wanted: it may have been deployed with another home.
pub fn stacks_to_delete(aws: &Aws, regions: &[String]) -> Vec<DesiredStack> {
    let stacks = [
        (FORWARDER_STACK, StackKind::Forwarder),
        (HOME_STACK, StackKind::Home),
        (TRAIL_STACK, StackKind::Trail),
    ];
    let of_region = |region: &String| {
        stacks.map(|(name, kind)| DesiredStack {
            stack: Stack::new(aws, region, name),
            kind,
            template: None,
        })
    };
    regions.iter().flat_map(of_region).collect()
}

/// The trail that our stack made: by its name, and by the bucket that it writes to.
///
/// # Errors
/// Why that is not known, in one line.
pub async fn own_trail(aws: &Aws, home: &str) -> Result<Option<OwnTrail>, String> {
    let request = aws.trails(home).describe_trails();
    let answer = request.include_shadow_trails(true).send().await;
    let answer = answer.map_err(error_message)?;
    let mut trails = answer.trail_list.unwrap_or_default().into_iter();
    Ok(trails.find_map(|trail| {
        let bucket = trail.s3_bucket_name?;
        let is_ours = trail.name.as_deref() == Some(TRAIL) && bucket.starts_with(LOG_BUCKET_PREFIX);
        is_ours.then_some(OwnTrail {
            region: trail.home_region.unwrap_or_else(|| home.to_owned()),
            arn: trail.trail_arn?,
            bucket,
        })
    }))
}

/// Deletes the trail: its stack has left it on purpose. Its bucket stays.
///
/// # Errors
/// Why it is still there, in one line.
pub async fn delete_trail(aws: &Aws, trail: &OwnTrail) -> Result<(), String> {
    let deleted = aws.trails(&trail.region).delete_trail().name(&trail.arn);
    deleted.send().await.map(drop).map_err(error_message)
}
