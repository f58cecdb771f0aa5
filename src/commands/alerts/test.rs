//! `trailhunt test-alerts`: proves that alerts arrive.

use super::account::{listen, survey_deployed};
use crate::alerting::selftest;
use crate::alerting::survey::Survey;
use crate::cli::TestArgs;
use crate::commands::runtime::in_runtime;
use crate::commands::to_stdout;
use crate::error::{Exit, Failure};
use crate::interrupt;
use crate::output::{self, Format};
use crate::terminal::{PromptAnswer, Terminal};

/// Asks where real calls are to be made, tests, and tells.
///
/// # Errors
/// Where there is no answer, also where nothing is deployed: see [`Failure`].
pub fn run(args: &TestArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let progress = terminal.progress();
    let tested = in_runtime(async {
        let survey = tokio::select! {
            survey = survey_deployed(&args.account, terminal) => survey?,
            Ok(()) = interrupt::comes() => return Err(Failure::interrupted()),
        };
        if args.live && !args.yes {
            confirm(&survey, terminal).await?;
        }
        let tell = |text: &str| {
            progress.part("test", 0.5, text);
            progress.aside(|| terminal.detail(text));
        };
        // what it makes is taken away again after the first Ctrl-C
        selftest::run(&survey, args.wait, args.live, listen(), &tell).await
    });
    progress.clear();
    let (test, interrupted) = tested??;
    let style = terminal.style(false, chrono_tz::Tz::UTC, false);
    to_stdout(|mut out| match args.account.format {
        Format::Json => output::write_document(&test, &mut out),
        _ => output::alerts::test::write(&test, &style, &mut out),
    })?;
    Ok(selftest::exit(&test, interrupted))
}

/// # Errors
/// Where the answer is no, or nobody can be asked.
async fn confirm(survey: &Survey, terminal: &Terminal) -> Result<(), Failure> {
    let question = format!(
        "This makes and deletes a user without permissions and a security group in account {} ({}), and updates the \
         trail to what it is; whoever is subscribed is told of it. Go on?",
        survey.caller.account, survey.home
    );
    match terminal.confirm(&question).await {
        PromptAnswer::Yes => Ok(()),
        PromptAnswer::No => Err(Failure::declined("declined: nothing was made")),
        PromptAnswer::Interrupted => Err(Failure::interrupted()),
        PromptAnswer::Nobody => {
            let nobody = Failure::declined("nothing was made: there is no terminal to ask on");
            Err(nobody.hint("pass --yes"))
        }
    }
}
