//! `trailhunt respond contain --scp`: the policy on stdout, and what to know of it on stderr.

use super::ActingAccount;
use super::action::RespondAction;
use crate::cli::ContainArgs;
use crate::commands::live;
use crate::commands::runtime::{in_runtime, unless_interrupted};
use crate::commands::to_stdout;
use crate::error::{Exit, Failure};
use crate::response::contain::{ContainChoices, scp};
use crate::terminal::Terminal;

/// Prints it; nothing is changed.
///
/// # Errors
/// Where the report cannot be read, AWS does not say who asks, or the policy would deny nobody.
pub fn run(args: &ContainArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let choices = ContainChoices {
        include: args.include.clone(),
        // the policy denies them with whoever opened them
        keep_sign_in: true,
    };
    let action = RespondAction::contain(&args.from_trace, choices)?;
    let regions = live::asked_regions(&args.act.history.regions)?;
    let expected = args.act.expect_account.as_deref();
    let planning = async {
        let opening = ActingAccount::open(&args.act.history, regions, expected, terminal);
        let mut site = opening.await?;
        site.operator.includes_own_session = args.act.include_own_session;
        let plan = action.plan(&site, &|text| terminal.note(text)).await?;
        Ok((scp::control_policy(&site.operator, &plan), plan.complete))
    };
    let (policy, complete) = in_runtime(unless_interrupted(Box::pin(planning)))??;
    for note in &policy.notes {
        terminal.note(note);
    }
    let Some(document) = policy.document else {
        let what = "the report names no user or role of this account that the policy could deny";
        return Err(Failure::failed(what).into());
    };
    to_stdout(|out| writeln!(out, "{document}"))?;
    Ok(if complete {
        Exit::Complete
    } else {
        Exit::Incomplete
    })
}
