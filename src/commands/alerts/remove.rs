//! `trailhunt remove-alerts`: takes the stacks away, and leaves the evidence.

use super::account::{ended, listen, open, tell, told_of_interrupt};
use crate::alerting::remove;
use crate::cli::RemoveArgs;
use crate::commands::acting::Dialog;
use crate::commands::runtime::{in_runtime, unless_interrupted};
use crate::error::{Exit, Failure};
use crate::output::AnswerPart;
use crate::output::alerts::remove::write;
use crate::report::response::Progress;
use crate::terminal::Terminal;

/// Runs the command.
///
/// # Errors
/// Where there is no answer: see [`crate::error::Failure`].
pub fn run(args: &RemoveArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    in_runtime(async {
        let (stop, tell) = (listen(), tell(terminal));
        let finding = async {
            let site = open(&args.account, terminal).await?;
            let plan = remove::plan(&site, args.delete_trail, &tell, &stop).await;
            Ok::<_, Failure>((site, plan))
        };
        let (site, mut plan) = unless_interrupted(Box::pin(finding)).await?;
        let answer = &mut plan.answer;
        let dialog = Dialog {
            terminal,
            format: args.account.format,
            to_stdout: true,
            write,
        };
        if answer.state != Progress::Planned {
            return dialog.show_only(answer, None, remove::exit(answer));
        }
        let question = format!("Remove this from account {}?", answer.caller.account);
        let hint = "look at what goes, then pass --yes";
        if !dialog.is_agreed(answer, !args.yes, &question, hint).await? {
            remove::decline(answer);
            return dialog.declined(answer);
        }
        let work = remove::carry_out(&site, plan, &tell, &stop);
        let answer = told_of_interrupt(work, &stop, terminal).await;
        dialog.end(&answer, AnswerPart::Outcome)?;
        Ok(ended(&site, remove::exit(&answer), terminal).await)
    })?
}
