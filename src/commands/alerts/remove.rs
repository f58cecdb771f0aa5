//! `trailhunt remove-alerts`: takes the stacks away, and leaves the evidence.

use super::account::{AlertingAccount, listen, told_of_interrupt};
use super::deploy::tell;
use crate::alerting::deploy::{self, DeployStep};
use crate::alerting::names::TRAIL;
use crate::alerting::preflight::bucket;
use crate::alerting::remove::{self, OwnTrail};
use crate::alerting::stacks::StopSignal;
use crate::cli::RemoveArgs;
use crate::clock;
use crate::commands::respond::in_runtime;
use crate::commands::to_stdout;
use crate::error::{Exit, Failure};
use crate::output::AnswerPart;
use crate::output::alerts::remove::write;
use crate::output::{self, Format};
use crate::report::Envelope;
use crate::report::alerting::ALERTS_VERSION;
use crate::report::alerting::deploy::{StackAction, StackKind, StackOutcome};
use crate::report::alerting::remove::{Removal, TrailStep, Unseen};
use crate::report::response::Progress;
use crate::terminal::{PromptAnswer, Terminal};

/// Runs the command.
///
/// # Errors
/// Where there is no answer: see [`crate::error::Failure`].
pub fn run(args: &RemoveArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    in_runtime(async {
        let stop = listen();
        let finding = Box::pin(find(args, terminal, &stop));
        let found = tokio::select! {
            found = finding => found?,
            Ok(()) = tokio::signal::ctrl_c() => return Err(interrupted().into()),
        };
        let dialog = RemoveDialog { args, terminal };
        dialog.remove(found, &stop).await
    })?
}

/// What is there.
struct RemovalPlan {
    site: AlertingAccount,
    steps: Vec<DeployStep>,
    trail: Option<OwnTrail>,
    answer: Removal,
}

async fn find(
    args: &RemoveArgs,
    terminal: &Terminal,
    stop: &StopSignal,
) -> Result<RemovalPlan, Failure> {
    let site = AlertingAccount::open(&args.account, terminal).await?;
    let (aws, home) = (&site.aws, &site.home);
    let unwanted = remove::stacks_to_delete(aws, &site.enabled);
    let tell = tell(terminal);
    let (steps, trail, kept) = tokio::join!(
        deploy::plan(unwanted, "none", &tell, stop),
        remove::own_trail(aws, home),
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
        .partition(|step| args.delete_trail || step.desired.kind != StackKind::Trail);
    steps.sort_by_key(|step| {
        remove::ORDER
            .iter()
            .position(|kind| *kind == step.desired.kind)
    });
    answer.kept.extend(stack_of_trail.iter().map(|step| {
        let (name, region) = (&step.report.name, &step.report.region);
        format!("stack {name} in {region}, and its trail: other tools may use it (--delete-trail removes both)")
    }));
    if args.delete_trail {
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
    answer.state = plan_answer(&steps, &answer);
    Ok(RemovalPlan {
        site,
        steps,
        trail,
        answer,
    })
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

fn plan_answer(steps: &[DeployStep], answer: &Removal) -> Progress {
    if steps.iter().any(DeployStep::is_to_do) || answer.trail.is_some() {
        Progress::Planned
    } else if steps.is_empty() {
        Progress::Nothing
    } else {
        Progress::Failed
    }
}

fn interrupted() -> Failure {
    Failure {
        message: "interrupted: nothing was changed".to_owned(),
        ..Failure::interrupted()
    }
}

/// Whoever is asked and told.
struct RemoveDialog<'d> {
    args: &'d RemoveArgs,
    terminal: &'d Terminal,
}

impl RemoveDialog<'_> {
    async fn remove(&self, found: RemovalPlan, stop: &StopSignal) -> anyhow::Result<Exit> {
        let RemovalPlan {
            site,
            steps,
            trail,
            mut answer,
        } = found;
        if answer.state != Progress::Planned {
            self.show(&answer, AnswerPart::Plan)?;
            return Ok(exit(&answer));
        }
        self.show_plan(&answer)?;
        let question = format!("Remove this from account {}?", answer.caller.account);
        let agreed = if self.args.yes {
            PromptAnswer::Yes
        } else {
            self.terminal.confirm(&question).await
        };
        if agreed != PromptAnswer::Yes {
            return self.declined(answer, agreed);
        }
        let tell = tell(self.terminal);
        let work = deploy::carry_out(steps, remove::ORDER, &tell, stop);
        let steps = told_of_interrupt(work, stop, self.terminal).await;
        answer.stacks = steps.iter().map(|step| step.report.clone()).collect();
        if let Some((step, trail)) = answer.trail.as_mut().zip(trail) {
            let stack = answer
                .stacks
                .iter()
                .find(|stack| stack.kind == StackKind::Trail);
            (step.outcome, step.reason) = match stack.map(|stack| stack.outcome) {
                _ if *stop.borrow() => (StackOutcome::NotTried, Some("interrupted".to_owned())),
                None | Some(StackOutcome::Done) => {
                    match remove::delete_trail(&site.aws, &trail).await {
                        Ok(()) => (StackOutcome::Done, None),
                        Err(why) => (StackOutcome::Failed, Some(why)),
                    }
                }
                Some(_) => (
                    StackOutcome::NotTried,
                    Some("its stack is still there".to_owned()),
                ),
            };
        }
        answer.state = run_progress(&answer, *stop.borrow());
        answer.envelope.generated_at = clock::wall();
        self.show(&answer, AnswerPart::Outcome)?;
        Ok(site.exit(exit(&answer), self.terminal).await)
    }

    fn declined(&self, mut answer: Removal, reply: PromptAnswer) -> anyhow::Result<Exit> {
        match reply {
            PromptAnswer::Interrupted => return Err(interrupted().into()),
            PromptAnswer::Nobody => {
                let nobody = "nothing was changed: there is no terminal to ask on";
                return Err(Failure::declined(nobody)
                    .hint("look at what goes, then pass --yes")
                    .into());
            }
            PromptAnswer::Yes | PromptAnswer::No => {}
        }
        answer.state = Progress::Declined;
        let outcomes = answer.stacks.iter_mut().map(|stack| &mut stack.outcome);
        for outcome in outcomes.chain(answer.trail.iter_mut().map(|trail| &mut trail.outcome)) {
            if *outcome == StackOutcome::Planned {
                *outcome = StackOutcome::NotTried;
            }
        }
        self.terminal.note("declined: nothing was changed");
        if self.args.account.format == Format::Json {
            self.show(&answer, AnswerPart::Outcome)?;
        }
        Ok(exit(&answer))
    }

    /// What goes, to whoever is asked about it: JSON has stdout for itself, and only the end of it.
    fn show_plan(&self, answer: &Removal) -> anyhow::Result<()> {
        if self.args.account.format != Format::Json {
            return self.show(answer, AnswerPart::Plan);
        }
        if self.args.yes {
            return Ok(());
        }
        let mut text = Vec::new();
        let style = self.terminal.style(false, chrono_tz::Tz::UTC, true);
        write(answer, AnswerPart::Plan, &style, &mut text)?;
        self.terminal.page(&text);
        Ok(())
    }

    fn show(&self, answer: &Removal, part: AnswerPart) -> anyhow::Result<()> {
        let style = self.terminal.style(false, chrono_tz::Tz::UTC, false);
        to_stdout(|mut out| match self.args.account.format {
            Format::Json => output::write_document(answer, &mut out),
            _ => write(answer, part, &style, &mut out),
        })
    }
}

/// What the run has come to.
fn run_progress(answer: &Removal, is_interrupted: bool) -> Progress {
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
fn exit(answer: &Removal) -> Exit {
    match answer.state {
        Progress::Interrupted => Exit::Interrupted,
        Progress::Declined => Exit::Declined,
        Progress::Partial | Progress::Failed => Exit::Failed,
        _ if !answer.complete => Exit::Incomplete,
        _ => Exit::Complete,
    }
}
