//! `trailhunt test-alerts`: proves that alerts arrive.

use tokio::sync::watch;

use super::account;
use crate::alerting::selftest;
use crate::alerting::standing::Standing;
use crate::cli::TestArgs;
use crate::commands::respond::in_runtime;
use crate::commands::to_stdout;
use crate::error::{Exit, Failure};
use crate::output::{self, Format};
use crate::report::alerting::test::AlertsTest;
use crate::terminal::{Answer, Terminal};

/// Asks where real calls are to be made, tests, and tells.
///
/// # Errors
/// Where there is no answer, also where nothing is deployed: see [`Failure`].
pub fn run(args: &TestArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let progress = terminal.progress();
    let tested = in_runtime(async {
        let standing = tokio::select! {
            standing = account::open(&args.account, terminal) => standing?,
            Ok(()) = tokio::signal::ctrl_c() => return Err(Failure::interrupted()),
        };
        if args.live && !args.yes {
            confirm(&standing, terminal).await?;
        }
        let tell = |text: &str| {
            progress.part("test", 0.5, text);
            progress.aside(|| terminal.detail(text));
        };
        // what it makes is taken away again after the first Ctrl-C
        let stop = interrupt();
        selftest::run(&standing, args.wait, args.live, stop, &tell).await
    });
    progress.clear();
    let (test, interrupted) = tested??;
    let style = terminal.style(false, chrono_tz::Tz::UTC, false);
    to_stdout(|mut out| match args.account.format {
        Format::Json => output::write_document(&test, &mut out),
        _ => output::alerts::test::write(&test, &style, &mut out),
    })?;
    Ok(exit(&test, interrupted))
}

/// # Errors
/// Where the answer is no, or nobody can be asked.
async fn confirm(standing: &Standing, terminal: &Terminal) -> Result<(), Failure> {
    let question = format!(
        "This makes and deletes a user without permissions and a security group in account {} ({}), and updates the \
         trail to what it is; whoever is subscribed is told of it. Go on?",
        standing.caller.account, standing.home
    );
    match terminal.confirm(&question).await {
        Answer::Yes => Ok(()),
        Answer::No => Err(Failure::declined("declined: nothing was made")),
        Answer::Interrupted => Err(Failure::interrupted()),
        Answer::Nobody => {
            let nobody = Failure::declined("nothing was made: there is no terminal to ask on");
            Err(nobody.hint("pass --yes"))
        }
    }
}

/// Ctrl-C, listened for from now on.
fn interrupt() -> impl Future<Output = ()> {
    let (came, mut come) = watch::channel(false);
    tokio::spawn(async move {
        came.send_replace(tokio::signal::ctrl_c().await.is_ok());
        // a closed channel would end the waiting
        std::future::pending::<()>().await;
    });
    async move {
        let _ = come.wait_for(|come| *come).await;
    }
}

fn exit(test: &AlertsTest, interrupted: bool) -> Exit {
    match (interrupted, test.passed) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Complete,
        (false, false) => Exit::Failed,
    }
}
