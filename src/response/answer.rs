//! From a plan or a watch, and what came of it, to the answer and its exit code.

use crate::aws::Aws;
use crate::clock;
use crate::error::{Exit, Failure};
use crate::event::time::Time;
use crate::playbook::front;
use crate::report::response::{
    LeftOut, Omission, Progress, RESPONSE_VERSION, Response, SightingKind, Step, StepState, Watched,
};
use crate::report::{Envelope, Next};
use crate::response::execute::{ExecutionResult, StepOutcome, ended_how, report_step};
use crate::response::journal::ledger::Ledger;
use crate::response::journal::{Journal, UnfinishedRun};
use crate::response::lifetime;
use crate::response::operator::Operator;
use crate::response::permissions::PermissionCheck;
use crate::response::plan::Plan;
use crate::response::policies::revoked_before;
use crate::response::slot::{ACTIVE, INACTIVE, Slot};

/// The answer before anything is done: what would be done, or why nothing can be. A dry run is carried out by the
/// command `again`; without that one, this run is to change something.
pub fn of_plan(
    operator: &Operator,
    plan: &Plan,
    checked: &PermissionCheck,
    unfinished: Option<&UnfinishedRun>,
    again: Option<Vec<String>>,
) -> Response {
    let mut notes = plan.still_open.clone();
    notes.extend(plan.notes.iter().cloned());
    notes.extend(unfinished.map(goes_on));
    if let Some(unknown) = &operator.origin.unknown
        && plan.steps.iter().any(|step| step.refused.is_none())
    {
        notes.push(format!(
            "{}: make sure that it is none of those in this plan",
            unknown.why
        ));
    }
    let mut missing = Vec::new();
    match checked {
        PermissionCheck::Allowed => {}
        PermissionCheck::Missing(permissions) => missing.clone_from(permissions),
        PermissionCheck::Unknown(why) => notes.push(format!(
            "whether the permissions suffice could not be checked beforehand: {why}"
        )),
    }
    let state = if plan.steps.is_empty() && !is_unresolved(&plan.left_out) {
        Progress::Nothing
    } else if plan.steps.iter().all(|step| step.refused.is_some())
        || (again.is_none() && !missing.is_empty())
    {
        Progress::Failed
    } else {
        Progress::Planned
    };
    let is_to_do =
        state == Progress::Planned || (state == Progress::Nothing && unfinished.is_some());
    let again = again.filter(|_| is_to_do && missing.is_empty());
    let next = again.map(|argv| Next {
        why: "carry it out".to_owned(),
        argv,
        reference: None,
    });
    Response {
        envelope: Envelope::new(RESPONSE_VERSION),
        command: plan.command.clone(),
        title: plan.title.clone(),
        caller: operator.caller.clone(),
        state,
        complete: plan.complete,
        facts: plan.facts.clone(),
        recent_use: plan.recent_use.clone(),
        steps: steps(plan, &[]),
        left_out: plan.left_out.clone(),
        handoffs: plan.handoffs.clone(),
        notes,
        still_open: plan.still_open.clone(),
        missing_permissions: missing,
        journal: None,
        snapshot: None,
        undo: None,
        undo_refused_until: None,
        next: next.into_iter().collect(),
    }
}

fn goes_on(unfinished: &UnfinishedRun) -> String {
    format!(
        "the run of {} {}: --apply goes on with its journal, {}",
        unfinished.begun,
        ended_how(unfinished.ended),
        unfinished.path.display()
    )
}

/// Whether there is anything to carry out: where nothing is left to call, a run that was cut off is still to be ended in
/// its journal.
pub fn is_to_carry_out(
    response: &Response,
    plan: &Plan,
    unfinished: Option<&UnfinishedRun>,
) -> bool {
    response.state == Progress::Planned
        || (unfinished.is_some() && plan.steps.iter().all(|step| step.refused.is_some()))
}

/// Why a plan cannot be carried out.
pub fn why_not(response: &Response) -> Failure {
    match response.missing_permissions.as_slice() {
        [] if response.steps.is_empty() => {
            Failure::failed("nothing was changed: the traced key cannot be contained from here")
                .hint("what the plan leaves out says why")
        }
        [] => Failure::failed("nothing was changed: every step of the plan is refused"),
        missing => Failure::failed(format!(
            "nothing was changed: permissions are missing: {}",
            missing.join(", ")
        ))
        .hint("act as somebody who has them, or grant them"),
    }
}

/// What is asked before the first change.
pub fn question(response: &Response) -> String {
    let is_planned = |state| state == StepState::Planned;
    let steps = response.steps.iter();
    let calls = steps.filter(|step| is_planned(step.state)).count();
    let planned = response.steps.iter().filter(|step| is_planned(step.state));
    let for_good = planned.filter(|step| !step.can_be_undone).count();
    let calls = changes(calls, response.steps.len(), for_good);
    format!("Make {calls} in account {}?", response.caller.account)
}

/// `2 of 3 changes`, where one of the plan is refused: steps are numbered with it. `for_good` of them stay.
fn changes(calls: usize, all: usize, for_good: usize) -> String {
    let changes = match calls {
        calls if calls < all => format!("{calls} of {all} changes"),
        1 => "1 change".to_owned(),
        calls => format!("{calls} changes"),
    };
    let which = match for_good {
        0 => return changes,
        for_good if for_good == calls => "which",
        1 => "one of which",
        for_good => return format!("{changes}, {for_good} of which cannot be taken back"),
    };
    format!("{changes}, {which} cannot be taken back")
}

/// Adds what became of the plan to its answer.
pub fn add_outcomes(
    response: &mut Response,
    operator: &Operator,
    plan: &Plan,
    result: &ExecutionResult,
    journal: &Journal,
) {
    journal.run_id().clone_into(&mut response.envelope.run_id);
    response.steps = steps(plan, &result.outcomes);
    response.envelope.generated_at = clock::wall();
    response.state = match result.state {
        // a run that was cut off before its first call
        Progress::Done if is_unresolved(&plan.left_out) => Progress::Partial,
        Progress::Done if plan.steps.is_empty() && !result.can_be_undone => Progress::Nothing,
        state => state,
    };
    response.notes.extend(result.notes.iter().cloned());
    let failure = result.failure.iter().map(ToString::to_string);
    response.notes.extend(failure);
    response.notes.extend(journal.lost_copy());
    let path = journal.path().to_string_lossy().into_owned();
    let undo = result.can_be_undone;
    let aws = &operator.aws;
    response.undo = undo.then(|| aws.as_caller(["trailhunt", "respond", "undo", &path]));
    let is_undo = plan.undoes.is_some();
    response.undo_refused_until = if is_undo {
        None
    } else {
        expiry(journal.ledger())
    };
    let watch = watch(aws, journal.ledger(), &path);
    let next = watch.or_else(|| trace(aws, journal.ledger()).filter(|_| !is_undo));
    response.next = next.into_iter().collect();
    response.journal = Some(path);
}

/// What the answer ends with.
pub fn exit(response: &Response) -> Exit {
    match response.state {
        Progress::Planned | Progress::Done if is_unresolved(&response.left_out) => Exit::Failed,
        // what could not be looked up was not contained either
        state => state.exit(response.complete),
    }
}

/// Whether a key that was to be contained is not.
fn is_unresolved(left_out: &[LeftOut]) -> bool {
    let mut kinds = left_out.iter().map(|left| left.kind);
    kinds.any(|kind| kind == Omission::Unresolved)
}

/// The report's steps; `outcomes` is empty where nothing was carried out.
fn steps(plan: &Plan, outcomes: &[StepOutcome]) -> Vec<Step> {
    let steps = plan.steps.iter().enumerate();
    steps
        .map(|(at, step)| report_step(at + 1, step, outcomes.get(at)))
        .collect()
}

/// The watch over the first key that is contained now, as the journal says: those of runs before count.
fn watch(aws: &Aws, ledger: &Ledger, journal: &str) -> Option<Next> {
    let key = ledger
        .records
        .iter()
        .find_map(|record| match &record.slot {
            Slot::AccessKey { access_key_id, .. } if record.has_set(INACTIVE) => {
                Some(access_key_id)
            }
            _ => None,
        })?;
    let watch = ["trailhunt", "respond", "watch", key, "--journal", journal];
    Some(step(aws, "see whether it held", watch))
}

/// Until when a session that was denied may live.
fn expiry(ledger: &Ledger) -> Option<Time> {
    let denies = ledger.records.iter().filter_map(|record| {
        let denied = record.left.iter().flatten();
        let denied = denied.filter_map(|document| revoked_before(document)).max();
        Some(denied? + lifetime::of(&record.slot))
    });
    denies.max()
}

/// What whoever was cut off does all the same: there is no key to watch.
fn trace(aws: &Aws, ledger: &Ledger) -> Option<Next> {
    let (name, since) = ledger
        .records
        .iter()
        .find_map(|record| match &record.slot {
            Slot::UserPolicy { user, .. } | Slot::Attachment { user, .. } => {
                Some((user.as_str(), record.at))
            }
            Slot::RolePolicy { role, .. } => Some((role.as_str(), record.at)),
            Slot::SignInSession { principal, .. } => {
                let (_, name) = principal.split_once('/')?;
                Some((name, record.at))
            }
            Slot::AccessKey { .. } | Slot::UserCredential { .. } => None,
        })?;
    let mut argv = front::command("principal-trace", &[("principal", name)]);
    argv.extend(["--since".to_owned(), since.to_string()]);
    let why = "see in some minutes whether it held";
    Some(step(aws, why, argv.iter().map(String::as_str)))
}

/// What is to be done where the lineage is not contained.
pub fn after_watch(aws: &Aws, watched: &Watched) -> Vec<Next> {
    let key = watched.access_key_id.as_str();
    let mut next = Vec::new();
    if watched.key_status.as_deref() == Some(ACTIVE) {
        let deactivate = ["trailhunt", "respond", "deactivate-key", key];
        next.push(step(aws, "deactivate the key", deactivate));
    }
    if is_alive(watched) {
        let trace = format!("trailhunt trace-key {key} --format json -o trace.json");
        next.push(step(aws, "trace what it has become", trace.split(' ')));
        let contain = "trailhunt respond contain --from-trace trace.json";
        next.push(step(aws, "contain all of it", contain.split(' ')));
    }
    next
}

/// What the watch ends with: something alive comes before a gap.
pub fn exit_of_watch(watched: &Watched, interrupted: bool) -> Exit {
    if interrupted {
        Exit::Interrupted
    } else if is_alive(watched) {
        Exit::Found
    } else if watched.complete {
        Exit::Complete
    } else {
        Exit::Incomplete
    }
}

fn is_alive(watched: &Watched) -> bool {
    let mut sightings = watched.sightings.iter();
    sightings.any(|sighting| sighting.kind == SightingKind::Alive)
}

/// What to run next, as the same caller.
fn step<'w>(aws: &Aws, why: &str, words: impl IntoIterator<Item = &'w str>) -> Next {
    Next {
        why: why.to_owned(),
        argv: aws.as_caller(words),
        reference: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_counts_as_the_plan_does() {
        for (calls, all, for_good, expected) in [
            (1, 1, 0, "1 change"),
            (3, 3, 0, "3 changes"),
            (1, 2, 0, "1 of 2 changes"),
            (2, 3, 0, "2 of 3 changes"),
            (1, 1, 1, "1 change, which cannot be taken back"),
            (2, 2, 2, "2 changes, which cannot be taken back"),
            (3, 3, 1, "3 changes, one of which cannot be taken back"),
            (3, 4, 2, "3 of 4 changes, 2 of which cannot be taken back"),
        ] {
            assert_eq!(changes(calls, all, for_good), expected);
        }
    }
}
