//! `trailhunt deploy-alerts`: preflight, the differences, the question, the change.

use super::account::{ended, listen, tell, told_of_interrupt};
use super::prepare::prepare;
use crate::alerting::deploy::answer::{self, PreparedDeployment};
use crate::alerting::deploy::{self, DeployStep};
use crate::alerting::stacks::StopSignal;
use crate::cli::DeployArgs;
use crate::commands::acting::{Dialog, LOOK};
use crate::commands::runtime::{in_runtime, interrupted, unless_interrupted};
use crate::error::Exit;
use crate::output::AnswerPart;
use crate::output::alerts::deploy::write;
use crate::report::Envelope;
use crate::report::alerting::ALERTS_VERSION;
use crate::report::response::Progress;
use crate::terminal::Terminal;

/// Runs the command.
///
/// # Errors
/// Where there is no answer: see [`crate::error::Failure`].
pub fn run(args: &DeployArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    in_runtime(async {
        let stop = listen();
        let prepared = unless_interrupted(Box::pin(prepare(args, terminal))).await?;
        deploy(prepared, args, terminal, &stop).await
    })?
}

async fn deploy(
    prepared: PreparedDeployment,
    args: &DeployArgs,
    terminal: &Terminal,
    stop: &StopSignal,
) -> anyhow::Result<Exit> {
    let envelope = Envelope::new(ALERTS_VERSION);
    let (name, tell) = (format!("trailhunt-{}", envelope.run_id), tell(terminal));
    let steps = deploy::plan(prepared.stacks.clone(), &name, &tell, stop).await;
    if *stop.borrow() {
        take_back(steps, stop, terminal).await;
        return Err(interrupted().into());
    }
    let (site, options) = (&prepared.site, &prepared.options);
    let mut answer = answer::of_plan(&prepared, &steps, envelope, args.dry_run).await;
    let dialog = Dialog {
        terminal,
        format: args.account.format,
        to_stdout: true,
        write,
    };
    if answer.state != Progress::Planned || args.dry_run {
        take_back(steps, stop, terminal).await;
        if answer.state == Progress::Nothing {
            answer::add_todo(&mut answer, site, options).await;
        }
        let why_not = (answer.state == Progress::Failed).then(|| answer::why_not(&answer));
        return dialog.show_only(&answer, why_not, answer::exit(&answer));
    }
    let question = answer::question(&answer);
    let agreed = dialog.is_agreed(&answer, !args.yes, &question, LOOK).await;
    if !matches!(agreed, Ok(true)) {
        take_back(steps, stop, terminal).await;
        agreed?;
        answer::decline(&mut answer);
        return dialog.declined(&answer);
    }
    let work = deploy::carry_out(steps, deploy::ORDER, &tell, stop);
    let steps = told_of_interrupt(work, stop, terminal).await;
    answer::add_outcomes(&mut answer, &steps, *stop.borrow());
    answer::add_todo(&mut answer, site, options).await;
    dialog.end(&answer, AnswerPart::Outcome)?;
    Ok(ended(site, answer::exit(&answer), terminal).await)
}

/// Takes the change sets back, and says what is left of them.
async fn take_back(steps: Vec<DeployStep>, stop: &StopSignal, terminal: &Terminal) {
    for left in deploy::discard(steps, stop).await {
        terminal.warn(&left);
    }
}
