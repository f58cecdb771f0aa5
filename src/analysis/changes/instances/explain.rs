//! One change, explained: the circumstances of the call, who was behind it, and what other events say, in one note.

use super::InstanceCall;
use super::attribution::Attribution;
use super::cause::Cause;
use super::context::Context;
use super::context_call::{ChangeMoment, ContextCall};
use super::states::Transition;
use crate::report::{Change, ChangeAction};

/// A change, and what the findings need to know of it.
#[derive(Debug)]
pub(super) struct ExplainedChange<'c> {
    pub(super) change: Change,
    pub(super) cause: Cause,
    pub(super) reasons: Reasons<'c>,
}

/// What other events say.
#[derive(Debug)]
pub(super) struct Reasons<'c> {
    /// The call that asked a service to end this very instance.
    pub(super) ordered_by: Option<&'c ContextCall>,
    /// Else the last one that may have led to it.
    pub(super) before: Option<&'c ContextCall>,
    /// What switched the instance's protection off.
    pub(super) unprotected: Option<&'c ContextCall>,
    /// Who had already done what the call asked for.
    earlier: Option<&'c ContextCall>,
}

pub(super) fn explain<'c>(
    act: &InstanceCall,
    to: &Transition,
    context: &'c Context,
) -> ExplainedChange<'c> {
    let mut change = act.change.clone();
    change.target.clone_from(&to.instance);
    change.action = to.action;
    change.before.clone_from(&to.before);
    change.after.clone_from(&to.after);
    let mut attribution = act.caller.attribution(act.call, context);
    change.session = attribution.session.take().or(change.session);
    let reasons = Reasons::of(act, &attribution, &change, context);
    let mut notes = std::mem::take(&mut attribution.notes);
    notes.extend(reasons.notes(&change, act.call.ends()));
    let mut evidence = std::mem::take(&mut attribution.evidence);
    evidence.extend(reasons.evidence());
    let detail = &mut change.detail;
    detail.insert("cause".to_owned(), attribution.cause.into_str().into());
    if !notes.is_empty() {
        detail.insert("note".to_owned(), notes.join("; ").into());
    }
    if !evidence.is_empty() {
        detail.insert("evidence".to_owned(), evidence.into());
    }
    ExplainedChange {
        change,
        cause: attribution.cause,
        reasons,
    }
}

impl<'c> Reasons<'c> {
    fn of(
        act: &InstanceCall,
        attribution: &Attribution,
        change: &Change,
        context: &'c Context,
    ) -> Self {
        let moment = ChangeMoment::of(change);
        let is = |action| change.action == action;
        let ordered_by = context.ordered_by(attribution.cause, &moment);
        let before = context.before(attribution.cause, &moment);
        let unprotected = context.unprotected(act.call, &moment);
        let earlier = context.earlier(act.call, &moment);
        Self {
            ordered_by,
            before: before.filter(|_| ordered_by.is_none()),
            unprotected: unprotected.filter(|_| is(ChangeAction::Modified)),
            earlier: earlier.filter(|_| is(ChangeAction::Noop)),
        }
    }

    fn notes(&self, change: &Change, ends: bool) -> Vec<String> {
        let mut notes = Vec::new();
        notes.extend(
            self.ordered_by
                .map(|context_call| format!("asked for by {context_call}")),
        );
        notes.extend(
            self.before
                .map(|context_call| format!("before it {context_call}")),
        );
        notes.extend(self.unprotected.map(|context_call| {
            let lead = ChangeMoment::of(change).since(context_call);
            format!(
                "{} switched off {lead} by {}",
                context_call.what, context_call.actor
            )
        }));
        if change.action == ChangeAction::Noop {
            let state = change.after.as_deref().unwrap_or_default();
            notes.push(match self.earlier {
                Some(context_call) => format!("already {state}: {context_call}"),
                None if ends => format!("already {state}, by no call that was read"),
                None => format!("already {state}"),
            });
        }
        let error = change.error.as_deref().unwrap_or_default();
        if error.ends_with("DryRunOperation") {
            // it fails by its nature: the error tells that the call would have been allowed
            notes.push("a dry run, which would have been allowed".to_owned());
        }
        notes
    }

    fn evidence(&self) -> impl Iterator<Item = String> {
        let calls = [self.ordered_by, self.before, self.unprotected, self.earlier];
        let calls = calls.into_iter().flatten();
        calls.filter_map(|context_call| context_call.event_id.clone())
    }
}
