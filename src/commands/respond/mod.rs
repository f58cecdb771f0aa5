//! `trailhunt respond`: opens the account, and hands on to the flow of what acts, or to the watch.

mod act;
mod action;
mod answer;
mod deactivate;
mod watch;

use std::pin::Pin;

use self::action::RespondAction;
use crate::aws::{Aws, ProfileChoice};
use crate::cli::{HistoryArgs, Respond};
use crate::commands::investigate::end_on_second_interrupt;
use crate::commands::live;
use crate::error::{Exit, Failure};
use crate::event::services;
use crate::response::operator::Operator;
use crate::response::usage::HistoryScope;
use crate::terminal::Terminal;

pub use deactivate::{DeactivateRequest, deactivate};

/// Runs one of the commands.
///
/// # Errors
/// Where there is no answer: see [`Failure`].
pub fn run(command: Respond, terminal: &Terminal) -> anyhow::Result<Exit> {
    let (action, act) = match command {
        Respond::Watch(args) => return watch::run(&args, terminal),
        Respond::DeactivateKey(args) => {
            let key = access_key_id(&args.access_key)?;
            (RespondAction::DeactivateKey(key), args.act)
        }
        Respond::RevokeSessions(args) => (RespondAction::RevokeSessions(args.principal), args.act),
        Respond::Quarantine(args) => {
            let (user, deny_all) = (args.user, args.deny_all);
            (RespondAction::Quarantine { user, deny_all }, args.act)
        }
        Respond::Contain(args) => (
            RespondAction::contain(&args.from_trace, args.include)?,
            args.act,
        ),
        Respond::Undo(args) => {
            let (journal, force) = (args.undone, args.force);
            (RespondAction::Undo { journal, force }, args.act)
        }
    };
    let regions = live::asked_regions(&act.history.regions)?;
    in_runtime(async {
        let opening = ActingAccount::open(
            &act.history,
            regions,
            act.expect_account.as_deref(),
            terminal,
        );
        let site = unless_interrupted(Box::pin(opening)).await?;
        let sink = act::AnswerSink {
            terminal,
            format: act.format,
            to_stdout: true,
        };
        act::act(&site, &action, &act, &sink).await
    })?
}

/// The account that is acted on.
struct ActingAccount<'s> {
    operator: Operator,
    history: &'s HistoryArgs,
    /// The Regions asked for by name; none for all.
    regions: Vec<String>,
    terminal: &'s Terminal,
}

impl<'s> ActingAccount<'s> {
    /// # Errors
    /// Those of the credentials, and a usage failure where the account is another than `expect_account`.
    async fn open(
        history: &'s HistoryArgs,
        regions: Vec<String>,
        expect_account: Option<&str>,
        terminal: &'s Terminal,
    ) -> Result<Self, Failure> {
        let choice = ProfileChoice {
            profile: history.profile.clone(),
            region: history.region.clone(),
        };
        let operator = Operator::open(Aws::load(choice).await?, expect_account).await?;
        Ok(Self {
            operator,
            history,
            regions,
            terminal,
        })
    }

    /// How Event history is read here.
    ///
    /// # Errors
    /// A usage failure for a Region that the account does not know, or where none of those asked for is enabled.
    async fn reading(&self) -> Result<HistoryScope, Failure> {
        let aws = &self.operator.aws;
        let (regions, disabled) = live::choose_regions(aws, &self.regions, self.terminal).await?;
        let unread = disabled.iter().filter(|name| self.regions.contains(name));
        for name in unread {
            let warning = format!("Region {name} is not enabled in this account: it is not read");
            self.terminal.warn(&warning);
        }
        if regions.is_empty() {
            return Err(Failure::usage("no Region of --regions is enabled"));
        }
        Ok(HistoryScope {
            regions,
            control_plane: live::control_plane(aws),
            rate: self.history.rate,
            patience: self.history.usage_within,
        })
    }
}

/// A key as it was pasted.
///
/// # Errors
/// A usage failure for what is no access key id; it may be a secret, and is not repeated.
fn access_key_id(text: &str) -> Result<String, Failure> {
    let text = text.trim();
    if services::is_access_key_id(text) {
        Ok(text.to_owned())
    } else {
        Err(Failure::usage(services::no_access_key_id(text)))
    }
}

/// Runs `work` to its end; a second Ctrl-C ends the program whatever it is doing.
pub fn in_runtime<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(async {
        tokio::spawn(end_on_second_interrupt());
        work.await
    });
    // calls under way are not waited for: nobody will read their answers
    runtime.shutdown_background();
    Ok(done)
}

/// Runs `work` while nothing is changed yet: Ctrl-C drops it.
async fn unless_interrupted<T>(
    work: Pin<Box<impl Future<Output = Result<T, Failure>>>>,
) -> Result<T, Failure> {
    tokio::select! {
        done = work => done,
        Ok(()) = tokio::signal::ctrl_c() => Err(interrupted()),
    }
}

/// Ctrl-C before the first change.
fn interrupted() -> Failure {
    Failure {
        message: "interrupted: nothing was changed".to_owned(),
        ..Failure::interrupted()
    }
}
