//! `trailhunt alerts-status`: whether alerts would arrive.

use super::account::survey_deployed;
use crate::alerting::status;
use crate::cli::StatusArgs;
use crate::commands::runtime::in_runtime;
use crate::commands::to_stdout;
use crate::error::{Exit, Failure};
use crate::interrupt;
use crate::output::{self, Format};
use crate::terminal::Terminal;

/// Looks, and tells; nothing is changed, so that Ctrl-C ends it at any time.
///
/// # Errors
/// Where there is no answer, also where nothing is deployed: see [`Failure`].
pub fn run(args: &StatusArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let progress = terminal.progress();
    let looked = in_runtime(async {
        let looking = async {
            progress.part("alerts", 0.0, "looks for stacks in every Region");
            let survey = survey_deployed(&args.account, terminal).await?;
            progress.part(
                "alerts",
                0.5,
                "asks CloudFormation what was changed by hand",
            );
            Ok(Box::pin(status::look(survey)).await)
        };
        tokio::select! {
            status = looking => status,
            Ok(()) = interrupt::comes() => Err(Failure::interrupted()),
        }
    });
    progress.clear();
    let status = looked??;
    let style = terminal.style(false, chrono_tz::Tz::UTC, false);
    to_stdout(|mut out| match args.account.format {
        Format::Json => output::write_document(&status, &mut out),
        _ => output::alerts::status::write(&status, &style, &mut out),
    })?;
    Ok(status::exit(&status))
}
