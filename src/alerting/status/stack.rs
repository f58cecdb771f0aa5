//! A stack, looked at from inside: its resources, and whether they are still what the template says.

use std::time::Duration;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{
    StackDriftDetectionStatus, StackResourceDriftStatus, StackResourceSummary,
};

use crate::aws::errors::error_message;
use crate::aws::paging::next_token;
use crate::clock;

/// How often CloudFormation is asked whether it has compared everything, and for how long.
const PAUSE: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_mins(3);

/// What a stack is made of.
///
/// # Errors
/// Why it could not be looked.
pub async fn resources(client: &Client, stack: &str) -> Result<Vec<StackResourceSummary>, String> {
    let pages = client.list_stack_resources().stack_name(stack);
    let resources = pages.into_paginator().items().send();
    let resources = resources.collect::<Result<Vec<_>, _>>().await;
    resources.map_err(error_message)
}

/// Logical ids of the resources of this type, and what they are called: those that are there no more have no name.
pub fn of_type<'r>(
    resources: &'r [StackResourceSummary],
    kind: &'r str,
) -> impl Iterator<Item = (&'r str, &'r str)> {
    let of_type = resources
        .iter()
        .filter(move |resource| resource.resource_type() == Some(kind));
    of_type.map(|resource| {
        let logical = resource.logical_resource_id().unwrap_or_default();
        let physical = resource.physical_resource_id().unwrap_or_default();
        (logical, physical)
    })
}

/// Logical ids of the resources that differ from the template, sorted.
///
/// # Errors
/// Why it is not known.
pub async fn drifted(client: &Client, stack: &str) -> Result<Vec<String>, String> {
    let begun = client.detect_stack_drift().stack_name(stack).send().await;
    let detection = begun.map_err(error_message)?;
    let detection = detection.stack_drift_detection_id.unwrap_or_default();
    let start = clock::monotonic();
    loop {
        let request = client.describe_stack_drift_detection_status();
        let request = request.stack_drift_detection_id(&detection).send().await;
        let status = request.map_err(error_message)?;
        match status.detection_status {
            Some(StackDriftDetectionStatus::DetectionComplete) => break,
            Some(StackDriftDetectionStatus::DetectionFailed) => {
                let why = status.detection_status_reason;
                return Err(why.unwrap_or_else(|| "CloudFormation does not say why".to_owned()));
            }
            _ if start.elapsed() > PATIENCE => {
                return Err(format!(
                    "CloudFormation has not compared it within {} seconds",
                    PATIENCE.as_secs()
                ));
            }
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
    let mut drifted = Vec::new();
    let mut next: Option<String> = None;
    loop {
        let request = client.describe_stack_resource_drifts().stack_name(stack);
        let request = request
            .stack_resource_drift_status_filters(StackResourceDriftStatus::Modified)
            .stack_resource_drift_status_filters(StackResourceDriftStatus::Deleted);
        let page = request.set_next_token(next.clone()).send().await;
        let page = page.map_err(error_message)?;
        let names = page.stack_resource_drifts.into_iter().flatten();
        drifted.extend(names.filter_map(|drift| drift.logical_resource_id));
        next = next_token(next.as_deref(), page.next_token)?;
        if next.is_none() {
            drifted.sort();
            return Ok(drifted);
        }
    }
}
