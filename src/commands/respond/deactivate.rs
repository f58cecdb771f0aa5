//! `trace-key --deactivate`: after a trace, the keys that were named are deactivated, and nothing else.

use std::time::Duration;

use super::act::act;
use super::action::RespondAction;
use super::{ActingAccount, access_key_id};
use crate::cli::{ActArgs, HistoryArgs, TraceKeyArgs};
use crate::commands::acting::Dialog;
use crate::commands::live;
use crate::commands::runtime::{in_runtime, unless_interrupted};
use crate::error::{Exit, Failure};
use crate::output::{self, Format};
use crate::terminal::Terminal;

/// How long it is looked who used the key lately, which the trace has just told.
const USAGE_WITHIN: Duration = Duration::from_secs(20);

/// What is to follow the trace.
pub struct DeactivateRequest {
    access_key_ids: Vec<String>,
    flags: ActArgs,
    regions: Vec<String>,
    /// Not where the trace stands there in another format than the table.
    to_stdout: bool,
}

impl DeactivateRequest {
    /// Reads it from the flags, before anything is asked.
    ///
    /// # Errors
    /// A usage failure for keys of the demo, which nobody has, and for one journal of several keys.
    pub fn of(args: &TraceKeyArgs) -> Result<Self, Failure> {
        let investigate = &args.investigate;
        if investigate.read.from == "demo" {
            return Err(Failure::usage("the keys of the demo cannot be deactivated")
                .hint("leave out --deactivate, or trace a key of your own"));
        }
        let mut access_key_ids: Vec<String> = Vec::new();
        for text in &args.access_keys {
            let key = access_key_id(text)?;
            if !access_key_ids.contains(&key) {
                access_key_ids.push(key);
            }
        }
        if args.journal.is_some() && access_key_ids.len() > 1 {
            return Err(
                Failure::usage("--journal is of one key, and several are named")
                    .hint("leave it out: each gets a journal of its own"),
            );
        }
        let to_stdout = investigate.answer.format() == Format::Table
            || investigate.answer.output_file().is_some();
        Ok(Self {
            access_key_ids,
            flags: ActArgs {
                apply: true,
                yes: investigate.yes,
                expect_account: args.expect_account.clone(),
                include_own_session: false,
                journal: args.journal.clone(),
                journal_copy: None,
                again_after: Duration::ZERO,
                history: HistoryArgs {
                    aws: investigate.aws.clone(),
                    regions: investigate.read.regions.clone(),
                    usage_within: USAGE_WITHIN,
                },
                format: Format::Table,
            },
            regions: live::asked_regions(&investigate.read.regions)?,
            to_stdout,
        })
    }
}

/// Deactivates the keys, one after the other; the worst that one of them ended with, none where all is well.
///
/// A failure is told here: the answer of the trace stands already, and must stay one document.
pub fn deactivate(request: &DeactivateRequest, terminal: &Terminal) -> Option<Exit> {
    const WORST: [Exit; 5] = [
        Exit::Interrupted,
        Exit::Failed,
        Exit::Usage,
        Exit::Credentials,
        Exit::Declined,
    ];
    let ended = in_runtime(all(request, terminal))
        .unwrap_or_else(|error| vec![report_failure(&error.into(), terminal)]);
    WORST.into_iter().find(|exit| ended.contains(exit))
}

async fn all(request: &DeactivateRequest, terminal: &Terminal) -> Vec<Exit> {
    let flags = &request.flags;
    let expected = flags.expect_account.as_deref();
    let opening = ActingAccount::open(&flags.history, request.regions.clone(), expected, terminal);
    let site = match unless_interrupted(Box::pin(opening)).await {
        Ok(site) => site,
        Err(failure) => return vec![report_failure(&failure.into(), terminal)],
    };
    let dialog = Dialog {
        terminal,
        format: Format::Table,
        to_stdout: request.to_stdout,
        write: output::write_response,
    };
    let mut ended = Vec::new();
    for key in &request.access_key_ids {
        let action = RespondAction::DeactivateKey(key.clone());
        let result = match dialog.blank_line() {
            Ok(()) => act(&site, &action, flags, &dialog).await,
            Err(error) => Err(error),
        };
        let exit = result.unwrap_or_else(|error| report_failure(&error, terminal));
        ended.push(exit);
        if exit == Exit::Interrupted {
            break;
        }
    }
    ended
}

/// Tells `error`, and the exit code that it stands for.
fn report_failure(error: &anyhow::Error, terminal: &Terminal) -> Exit {
    terminal.failure(error);
    let failure = error.downcast_ref::<Failure>();
    failure.map_or(Exit::Failed, |failure| failure.exit)
}
