//! Change sets: what a deployment would change, made, read, executed, and taken back.

use aws_sdk_cloudformation::operation::delete_change_set::DeleteChangeSetError;
use aws_sdk_cloudformation::types::{
    self, Capability, ChangeSetStatus, ChangeSetType, Parameter, Tag,
};
use serde_json::Value;
use tokio::sync::watch;

use super::state::is_missing;
use super::{Pauses, Stack, StackFollower, StackResult, StackState, StopSignal};
use crate::alerting::templates::Template;
use crate::aws::errors::error_message;
use crate::aws::paging::next_token;
use crate::event::arn;
use crate::report::alerting::deploy::{PropertyChange, ResourceChange};

/// What CloudFormation says of a change set that would change nothing.
const NO_CHANGES: [&str; 2] = ["didn't contain changes", "No updates are to be performed"];

/// How often the deletion of a change set is tried: over a minute, with the pauses.
const DELETIONS: usize = 30;

/// A change set that can be executed.
#[derive(Debug, Clone)]
pub struct ChangeSet {
    /// Its ARN.
    pub id: String,
    /// The stack's ARN.
    pub stack_id: String,
    /// Whether the stack is not there before it is executed: a shell of it is, which waits for review.
    pub creates: bool,
    pub changes: Vec<ResourceChange>,
}

impl Stack {
    /// Makes a change set called `name`, and waits until CloudFormation knows what it would change. None where that is
    /// nothing.
    ///
    /// # Errors
    /// Why there is none, in one line; nothing is left of it.
    pub async fn propose(
        &self,
        template: &Template,
        name: &str,
        creates: bool,
        stop: &mut StopSignal,
    ) -> Result<Option<ChangeSet>, String> {
        let parameters = template.parameters.iter().map(|(key, value)| {
            let parameter = Parameter::builder().parameter_key(key);
            parameter.parameter_value(value).build()
        });
        let kind = if creates {
            ChangeSetType::Create
        } else {
            ChangeSetType::Update
        };
        let made = self
            .client
            .create_change_set()
            .stack_name(self.name)
            .change_set_name(name)
            .client_token(name)
            .change_set_type(kind)
            .template_body(&template.body)
            .set_parameters(Some(parameters.collect()))
            .capabilities(Capability::CapabilityNamedIam)
            .tags(Tag::builder().key("trailhunt").value("alerts").build())
            .send();
        let made = made.await.map_err(error_message)?;
        let mut change_set = ChangeSet {
            id: made.id.unwrap_or_default(),
            stack_id: made.stack_id.unwrap_or_default(),
            creates,
            changes: Vec::new(),
        };
        let read = self.read(&change_set.id, stop).await;
        match read {
            Ok(Some(changes)) => {
                change_set.changes = changes;
                Ok(Some(change_set))
            }
            Ok(None) => {
                self.discard(&change_set, stop).await?;
                Ok(None)
            }
            Err(why) => match self.discard(&change_set, stop).await {
                Ok(()) => Err(why),
                Err(left) => Err(format!("{why}; and its change set is left there: {left}")),
            },
        }
    }

    /// Executes `change_set`, and follows it. `tell` hears of each event, with the number of resources that are done.
    pub async fn execute(
        &self,
        change_set: &ChangeSet,
        tell: &(dyn Fn(usize, &str) + Sync),
        stop: &mut StopSignal,
    ) -> StackResult {
        let follow = match StackFollower::from_here(self, &change_set.stack_id).await {
            Ok(follow) => follow,
            Err(why) => return StackResult::Failed(why),
        };
        let executed = self
            .client
            .execute_change_set()
            .change_set_name(&change_set.id)
            .stack_name(self.name)
            .client_request_token(token(&change_set.id))
            .send();
        match executed.await {
            Ok(_) => follow.until_it_ends(tell, stop).await,
            Err(error) => {
                let why = error_message(error);
                match self.discard(change_set, stop).await {
                    Ok(()) => StackResult::Failed(why),
                    Err(left) => {
                        StackResult::Failed(format!("{why}; its change set is left: {left}"))
                    }
                }
            }
        }
    }

    /// Takes a change set back, and the shell of the stack that was made for it.
    ///
    /// # Errors
    /// Why it is still there, in one line.
    pub async fn discard(
        &self,
        change_set: &ChangeSet,
        stop: &mut StopSignal,
    ) -> Result<(), String> {
        let is_gone_already = !self.delete_change_set(&change_set.id).await?;
        if is_gone_already || !change_set.creates {
            return Ok(());
        }
        // somebody may have executed it by hand: only what still waits for review is a shell
        match self.state().await? {
            StackState::Leftover(shell)
                if shell.id == change_set.stack_id && shell.status == "REVIEW_IN_PROGRESS" =>
            {
                // its name is free for the next run only when it is gone
                match self.delete(&shell.id, &|_, _| {}, stop).await {
                    StackResult::Done | StackResult::GoingOn => Ok(()),
                    StackResult::Failed(why) | StackResult::Lost(why) => Err(why),
                }
            }
            _ => Ok(()),
        }
    }

    /// Deletes a change set. One that is still being made cannot be: it is waited for, whatever else is to stop. False
    /// where there was none.
    async fn delete_change_set(&self, id: &str) -> Result<bool, String> {
        let (_never, mut stop) = watch::channel(false);
        let mut pauses = Pauses::new();
        for _ in 0..DELETIONS {
            // the stack is named too, here and below: permissions are given on stacks
            let request = self
                .client
                .delete_change_set()
                .stack_name(self.name)
                .change_set_name(id);
            match request.send().await {
                Ok(_) => return Ok(true),
                Err(error) if is_missing(&error) => return Ok(false),
                Err(error)
                    if error.as_service_error().is_some_and(
                        DeleteChangeSetError::is_invalid_change_set_status_exception,
                    ) => {}
                Err(error) => return Err(error_message(error)),
            }
            pauses.pause(&mut stop).await;
        }
        Err("it is still being made".to_owned())
    }

    /// What a change set would change, all pages of it; none where that is nothing.
    async fn read(
        &self,
        id: &str,
        stop: &mut StopSignal,
    ) -> Result<Option<Vec<ResourceChange>>, String> {
        let mut pauses = Pauses::new();
        let mut changes = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let request = self
                .client
                .describe_change_set()
                .stack_name(self.name)
                .change_set_name(id);
            let page = request
                .include_property_values(true)
                .set_next_token(token.clone())
                .send();
            let page = page.await.map_err(error_message)?;
            match page.status {
                Some(ChangeSetStatus::CreateComplete) => {
                    let found = page.changes.unwrap_or_default().into_iter();
                    changes.extend(found.filter_map(|it| it.resource_change).map(change));
                    token = next_token(token.as_deref(), page.next_token)?;
                    if token.is_none() {
                        return Ok(Some(changes));
                    }
                }
                Some(ChangeSetStatus::CreatePending | ChangeSetStatus::CreateInProgress) => {
                    token = None;
                    if !pauses.pause(stop).await {
                        return Err("interrupted".to_owned());
                    }
                }
                status => {
                    let why = page.status_reason.unwrap_or_default();
                    if NO_CHANGES.iter().any(|nothing| why.contains(nothing)) {
                        return Ok(None);
                    }
                    let status = status.map_or_else(String::new, |it| it.as_str().to_owned());
                    return Err(format!("the change set ended as {status}: {why}"));
                }
            }
        }
    }
}

/// A token of at most 128 letters, digits and hyphens, the same for the same change set: the call may be repeated.
fn token(change_set: &str) -> String {
    let id = arn::name(change_set);
    format!("trailhunt-{id}").chars().take(128).collect()
}

/// A change as the report has it.
fn change(change: types::ResourceChange) -> ResourceChange {
    let details = change.details.unwrap_or_default().into_iter();
    let targets = details.filter_map(|detail| detail.target);
    let mut properties: Vec<PropertyChange> = Vec::new();
    for target in targets {
        let attribute = target.attribute.map(|it| it.as_str().to_owned());
        let path = target.path.or(target.name).or(attribute);
        let property = PropertyChange {
            path: path.unwrap_or_default(),
            before: target.before_value,
            after: target.after_value,
        };
        // one that changes for two reasons is told twice
        if !properties.contains(&property) {
            properties.push(property);
        }
    }
    let action = change.action.map(|it| it.as_str().to_ascii_lowercase());
    ResourceChange {
        action: action.unwrap_or_default(),
        logical_id: change.logical_resource_id.unwrap_or_default(),
        resource_type: change.resource_type.unwrap_or_default(),
        replacement: change
            .replacement
            .map(|it| it.as_str().to_ascii_lowercase()),
        properties,
    }
}

/// Every resource of a template, as it would be added: for a stack that cannot have a change set before what is left of
/// it is deleted.
pub fn every_resource(template: &Template) -> Vec<ResourceChange> {
    let body: Value = serde_json::from_str(&template.body).unwrap_or_default();
    let resources = body["Resources"].as_object().into_iter().flatten();
    resources
        .map(|(id, resource)| ResourceChange {
            action: "add".to_owned(),
            logical_id: id.clone(),
            resource_type: resource["Type"].as_str().unwrap_or_default().to_owned(),
            replacement: None,
            properties: Vec::new(),
        })
        .collect()
}
