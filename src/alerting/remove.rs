//! Removing the stacks, and what is left on purpose: the evidence. A bucket with logs is never deleted by us.

use super::account::AlertingAccount;
use super::deploy::answer::decline_stacks;
use super::deploy::{self, DeployStep, DesiredStack, ProgressListener};
use super::names::{FORWARDER_STACK, HOME_STACK, LOG_BUCKET_PREFIX, TRAIL, TRAIL_STACK};
use super::preflight::bucket;
use super::stacks::{Stack, StopSignal};
use crate::aws::Aws;
use crate::aws::errors::error_message;
use crate::clock;
use crate::error::Exit;
use crate::report::Envelope;
use crate::report::alerting::ALERTS_VERSION;
use crate::report::alerting::deploy::{StackAction, StackKind, StackOutcome};
use crate::report::alerting::remove::{Removal, TrailStep, Unseen};
use crate::report::response::Progress;

/// Alerts end where they begin, so that none is lost in between; the trail, which others may use by now, goes last.
const ORDER: [StackKind; 3] = [StackKind::Forwarder, StackKind::Home, StackKind::Trail];

/// Our trail, where home sees one.
#[derive(Debug, Clone)]
pub struct OwnTrail {
    pub region: String,
    pub arn: String,
    pub bucket: String,
}

/// Every stack of ours in `regions`, none of which is wanted: it may have been deployed with another home.
fn stacks_to_delete(aws: &Aws, regions: &[String]) -> Vec<DesiredStack> {
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
async fn own_trail(aws: &Aws, home: &str) -> Result<Option<OwnTrail>, String> {
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
async fn delete_trail(aws: &Aws, trail: &OwnTrail) -> Result<(), String> {
    let deleted = aws.trails(&trail.region).delete_trail().name(&trail.arn);
    deleted.send().await.map(drop).map_err(error_message)
}

/// What goes.
#[derive(Debug)]
pub struct RemovalPlan {
    pub steps: Vec<DeployStep>,
    pub trail: Option<OwnTrail>,
    pub answer: Removal,
}

/// Looks what is there; nothing is changed.
pub async fn plan(
    site: &AlertingAccount,
    delete_trail: bool,
    tell: &ProgressListener,
    stop: &StopSignal,
) -> RemovalPlan {
    let (aws, home) = (&site.aws, &site.home);
    let unwanted = stacks_to_delete(aws, &site.enabled);
    let (steps, trail, kept) = tokio::join!(
        deploy::plan(unwanted, "none", tell, stop),
        own_trail(aws, home),
        bucket::is_kept(aws, &site.caller.account, home),
    );
    let mut answer = Removal {
        envelope: Envelope::new(ALERTS_VERSION),
        caller: site.caller.clone(),
        state: Progress::Nothing,
        complete: true,
        stacks: Vec::new(),
        trail: None,
        kept: Vec::new(),
        unseen: unseen(&steps),
        notes: Vec::new(),
    };
    let trail = trail.unwrap_or_else(|why| {
        answer
            .notes
            .push(format!("trails could not be looked at: {why}"));
        answer.complete = false;
        None
    });
    match (&trail, kept) {
        (Some(trail), _) => answer.kept.push(stays(&trail.bucket)),
        (None, Ok(true)) => answer
            .kept
            .push(stays(&bucket::name(&site.caller.account, home))),
        (None, Ok(false)) => {}
        (None, Err(why)) => answer
            .notes
            .push(format!("whether a log bucket is left is not known: {why}")),
    }
    if let Some(why) = &site.unlisted {
        answer.notes.push(format!(
            "Regions that need opt-in were not looked at, for the account's could not be listed: {why}"
        ));
        answer.complete = false;
    }
    answer.complete &= answer.unseen.is_empty();
    let is_there = |step: &DeployStep| !step.is_unseen && step.report.action != StackAction::None;
    let (mut steps, stack_of_trail): (Vec<DeployStep>, Vec<DeployStep>) = steps
        .into_iter()
        .filter(is_there)
        .partition(|step| delete_trail || step.desired.kind != StackKind::Trail);
    steps.sort_by_key(|step| ORDER.iter().position(|kind| *kind == step.desired.kind));
    answer.kept.extend(stack_of_trail.iter().map(|step| {
        let (name, region) = (&step.report.name, &step.report.region);
        format!("stack {name} in {region}, and its trail: other tools may use it (--delete-trail removes both)")
    }));
    if delete_trail {
        answer.trail = trail.as_ref().map(|trail| TrailStep {
            name: TRAIL.to_owned(),
            region: trail.region.clone(),
            outcome: StackOutcome::Planned,
            reason: None,
        });
    } else if let Some(trail) = trail.as_ref().filter(|_| stack_of_trail.is_empty()) {
        answer.kept.push(format!(
            "trail {TRAIL} in {} (--delete-trail removes it)",
            trail.region
        ));
    }
    answer.stacks = steps.iter().map(|step| step.report.clone()).collect();
    answer.state = planned(&steps, &answer);
    RemovalPlan {
        steps,
        trail,
        answer,
    }
}

fn stays(bucket: &str) -> String {
    format!(
        "bucket {bucket}, with the logs: it is evidence, and a later deploy-alerts goes on with it"
    )
}

/// Regions that could not be looked at, each once.
fn unseen(steps: &[DeployStep]) -> Vec<Unseen> {
    let mut unseen: Vec<Unseen> = Vec::new();
    for step in steps.iter().filter(|step| step.is_unseen) {
        let report = &step.report;
        if !unseen.iter().any(|known| known.region == report.region) {
            unseen.push(Unseen {
                region: report.region.clone(),
                reason: report.reason.clone().unwrap_or_default(),
            });
        }
    }
    unseen
}

fn planned(steps: &[DeployStep], answer: &Removal) -> Progress {
    if steps.iter().any(DeployStep::is_to_do) || answer.trail.is_some() {
        Progress::Planned
    } else if steps.is_empty() {
        Progress::Nothing
    } else {
        Progress::Failed
    }
}

/// Somebody said no to it.
pub fn decline(answer: &mut Removal) {
    answer.state = Progress::Declined;
    decline_stacks(&mut answer.stacks);
    if let Some(trail) = &mut answer.trail {
        trail.outcome = StackOutcome::NotTried;
    }
}

/// Carries `plan` out.
pub async fn carry_out(
    site: &AlertingAccount,
    plan: RemovalPlan,
    tell: &ProgressListener,
    stop: &StopSignal,
) -> Removal {
    let mut answer = plan.answer;
    let steps = deploy::carry_out(plan.steps, ORDER, tell, stop).await;
    answer.stacks = steps.into_iter().map(|step| step.report).collect();
    if let Some((step, trail)) = answer.trail.as_mut().zip(plan.trail) {
        let mut stacks = answer.stacks.iter();
        let stack = stacks.find(|stack| stack.kind == StackKind::Trail);
        let not_tried = |why: &str| (StackOutcome::NotTried, Some(why.to_owned()));
        (step.outcome, step.reason) = match stack.map(|stack| stack.outcome) {
            _ if *stop.borrow() => not_tried("interrupted"),
            None | Some(StackOutcome::Done) => match delete_trail(&site.aws, &trail).await {
                Ok(()) => (StackOutcome::Done, None),
                Err(why) => (StackOutcome::Failed, Some(why)),
            },
            Some(_) => not_tried("its stack is still there"),
        };
    }
    answer.state = carried_out(&answer, *stop.borrow());
    answer.envelope.generated_at = clock::wall();
    answer
}

/// What the run has come to.
fn carried_out(answer: &Removal, is_interrupted: bool) -> Progress {
    let stacks = answer.stacks.iter().map(|stack| stack.outcome);
    let outcomes: Vec<_> = stacks
        .chain(answer.trail.iter().map(|trail| trail.outcome))
        .collect();
    let done = outcomes
        .iter()
        .filter(|outcome| **outcome == StackOutcome::Done)
        .count();
    if done == outcomes.len() {
        Progress::Done
    } else if is_interrupted {
        Progress::Interrupted
    } else if done > 0 {
        Progress::Partial
    } else {
        Progress::Failed
    }
}

/// What the answer ends with.
pub fn exit(answer: &Removal) -> Exit {
    answer.state.exit(answer.complete)
}
