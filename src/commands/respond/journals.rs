//! `respond journals`: lists the journals of this machine. IAM is asked whether they hold, if that is possible.

use crate::aws::Aws;
use crate::cli::JournalsArgs;
use crate::commands::runtime::{in_runtime, unless_interrupted};
use crate::commands::{live, to_stdout};
use crate::error::{Exit, Failure};
use crate::output::{self, Format};
use crate::report::Caller;
use crate::response::journal::JournalFolder;
use crate::response::listing;
use crate::response::slot::SlotClients;
use crate::terminal::Terminal;

/// # Errors
/// Where the folder cannot be looked through, or the answer not be written.
pub fn run(args: &JournalsArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let folder = JournalFolder::of_user();
    let list = in_runtime(unless_interrupted(Box::pin(async {
        let asker = asker(args).await;
        listing::list(&folder, asker).await
    })))??;
    let style = terminal.style(false, chrono_tz::Tz::UTC, false);
    to_stdout(|mut out| match args.format {
        Format::Json => output::write_document(&list, &mut out),
        _ => output::write_journals(&list, &style, &mut out),
    })?;
    Ok(if list.complete {
        Exit::Complete
    } else {
        Exit::Incomplete
    })
}

/// Whoever can ask AWS.
async fn asker(args: &JournalsArgs) -> Result<(Caller, SlotClients), Failure> {
    let aws = Aws::load(live::choice(&args.aws)).await?;
    let caller = aws.caller().await?;
    Ok((caller, SlotClients::of(&aws)))
}
