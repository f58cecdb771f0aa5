//! Following what becomes of a stack by its events, and deleting one.

use aws_sdk_cloudformation::types::StackEvent;

use super::{Pauses, Stack, StopSignal};
use crate::aws::errors::error_message;

/// Looks that may fail one after another before a stack is lost sight of; the SDK has tried each of them three times.
const PATIENCE: usize = 5;

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StackResult {
    Done,
    /// And what CloudFormation says of the first resource that failed.
    Failed(String),
    /// Nobody waited any longer: CloudFormation goes on.
    GoingOn,
    /// It could not be looked at any longer, and why.
    Lost(String),
}

/// What becomes of a stack.
#[derive(Debug)]
pub struct StackFollower<'f> {
    stack: &'f Stack,
    id: String,
    /// The latest event that was there before.
    last: Option<String>,
    failure: Option<String>,
    /// Resources that are done.
    done: usize,
}

impl Stack {
    /// Deletes the stack with the ARN `id`, and follows that.
    pub async fn delete(
        &self,
        id: &str,
        tell: &(dyn Fn(usize, &str) + Sync),
        stop: &mut StopSignal,
    ) -> StackResult {
        let follow = match StackFollower::from_here(self, id).await {
            Ok(follow) => follow,
            Err(why) => return StackResult::Failed(why),
        };
        match self.client.delete_stack().stack_name(id).send().await {
            Ok(_) => follow.until_it_ends(tell, stop).await,
            Err(error) => StackResult::Failed(error_message(error)),
        }
    }

    /// Events of the stack with the ARN `id` that came after the event `last`, oldest first.
    async fn events(&self, id: &str, last: Option<&str>) -> Result<Vec<StackEvent>, String> {
        let mut pages = self
            .client
            .describe_stack_events()
            .stack_name(id)
            .into_paginator()
            .send();
        let mut events = Vec::new();
        'pages: while let Some(page) = pages.next().await {
            let page = page.map_err(error_message)?;
            for event in page.stack_events.unwrap_or_default() {
                if last.is_some() && event.event_id.as_deref() == last {
                    break 'pages;
                }
                events.push(event);
            }
        }
        events.reverse();
        Ok(events)
    }
}

impl<'f> StackFollower<'f> {
    /// From the latest event on.
    pub(super) async fn from_here(stack: &'f Stack, id: &str) -> Result<Self, String> {
        let request = stack.client.describe_stack_events().stack_name(id).send();
        let page = request.await.map_err(error_message)?;
        let latest = page.stack_events.unwrap_or_default().into_iter().next();
        Ok(Self {
            stack,
            id: id.to_owned(),
            last: latest.and_then(|event| event.event_id),
            failure: None,
            done: 0,
        })
    }

    pub(super) async fn until_it_ends(
        mut self,
        tell: &(dyn Fn(usize, &str) + Sync),
        stop: &mut StopSignal,
    ) -> StackResult {
        let mut pauses = Pauses::new();
        let mut failed = 0;
        loop {
            match self.stack.events(&self.id, self.last.as_deref()).await {
                Ok(events) => {
                    failed = 0;
                    for event in events {
                        if let Some(ended) = self.take(event, tell) {
                            return ended;
                        }
                    }
                }
                Err(why) => {
                    failed += 1;
                    if failed == PATIENCE {
                        return StackResult::Lost(why);
                    }
                }
            }
            if !pauses.pause(stop).await {
                return StackResult::GoingOn;
            }
        }
    }

    /// Takes an event in; how it ended, where the event says so.
    fn take(
        &mut self,
        event: StackEvent,
        tell: &(dyn Fn(usize, &str) + Sync),
    ) -> Option<StackResult> {
        self.last = event.event_id;
        let status = event.resource_status?;
        let status = status.as_str();
        let resource = event.logical_resource_id.unwrap_or_default();
        let reason = event.resource_status_reason.unwrap_or_default();
        let is_stack = event.physical_resource_id.as_deref() == Some(self.id.as_str());
        // what is cancelled failed because something else did
        if status.ends_with("_FAILED") && !is_stack && !reason.contains("cancelled") {
            let kind = event.resource_type.unwrap_or_default();
            let failure = self
                .failure
                .get_or_insert(format!("{resource} ({kind}): {reason}"));
            tell(self.done, failure);
            return None;
        }
        if !is_stack {
            self.done += usize::from(status.ends_with("_COMPLETE") || status == DELETE_SKIPPED);
            tell(self.done, &format!("{resource} {status}"));
            return None;
        }
        match status {
            "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "DELETE_COMPLETE" => Some(StackResult::Done),
            status if status.ends_with("_IN_PROGRESS") => {
                if self.failure.is_none() && status.contains("ROLLBACK") && !reason.is_empty() {
                    self.failure = Some(reason);
                }
                None
            }
            status => {
                let failure = self.failure.take();
                let why = failure.unwrap_or_else(|| reason.clone());
                Some(StackResult::Failed(format!("{status}: {why}")))
            }
        }
    }
}

const DELETE_SKIPPED: &str = "DELETE_SKIPPED";
