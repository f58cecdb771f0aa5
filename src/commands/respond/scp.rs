//! `trailhunt respond contain --scp`: the policy on stdout, and what to know of it on stderr.

use super::ActingAccount;
use crate::cli::ContainArgs;
use crate::commands::live;
use crate::commands::runtime::{in_runtime, unless_interrupted};
use crate::commands::to_stdout;
use crate::error::{Exit, Failure};
use crate::response::contain::{scp, trace};
use crate::terminal::Terminal;

/// Prints it; nothing is changed.
///
/// # Errors
/// Where the report cannot be read, AWS does not say who asks, or the policy would deny nobody.
pub fn run(args: &ContainArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let trace = trace::read(&args.from_trace)?;
    let regions = live::asked_regions(&args.act.history.regions)?;
    let expected = args.act.expect_account.as_deref();
    let opening = ActingAccount::open(&args.act.history, regions, expected, terminal);
    let mut site = in_runtime(unless_interrupted(Box::pin(opening)))??;
    site.operator.includes_own_session = args.act.include_own_session;
    let now = site.operator.aws.now();
    let policy = scp::control_policy(&site.operator, &trace, &args.include, now);
    for note in &policy.notes {
        terminal.note(note);
    }
    let Some(document) = policy.document else {
        let what = "the report names no user or role of this account that the policy could deny";
        return Err(Failure::failed(what).into());
    };
    to_stdout(|out| writeln!(out, "{document}"))?;
    Ok(Exit::Complete)
}
