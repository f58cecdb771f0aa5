//! `trailhunt respond`: opens the account, and hands on to the flow of what acts, or to the watch.

mod act;
mod action;
mod deactivate;
mod journals;
mod scp;
mod watch;

use self::action::RespondAction;
use crate::aws::Aws;
use crate::cli::{HistoryArgs, Respond};
use crate::commands::acting::Dialog;
use crate::commands::live;
use crate::commands::runtime::{in_runtime, unless_interrupted};
use crate::error::{Exit, Failure};
use crate::event::partitions::Partition;
use crate::event::services;
use crate::output;
use crate::response::contain::ContainChoices;
use crate::response::operator::Operator;
use crate::response::undo::UndoRequest;
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
        Respond::Journals(args) => return journals::run(&args, terminal),
        Respond::DeactivateKey(args) => {
            let key = access_key_id(&args.access_key)?;
            (RespondAction::DeactivateKey(key), args.act)
        }
        Respond::RevokeSessions(args) => (RespondAction::RevokeSessions(args.principal), args.act),
        Respond::Quarantine(args) => {
            let (user, deny_all) = (args.user, args.deny_all);
            (RespondAction::Quarantine { user, deny_all }, args.act)
        }
        Respond::Contain(args) if args.scp => return scp::run(&args, terminal),
        Respond::Contain(args) => (
            RespondAction::contain(
                &args.from_trace,
                ContainChoices {
                    include: args.include,
                    keep_sign_in: args.keep_sign_in,
                },
            )?,
            args.act,
        ),
        Respond::Undo(args) => {
            let request = UndoRequest {
                journal: args.undone,
                force: args.force,
                trust_journal: args.trust_journal,
            };
            (RespondAction::Undo(request), args.act)
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
        let mut site = unless_interrupted(Box::pin(opening)).await?;
        site.operator.includes_own_session = act.include_own_session;
        let dialog = Dialog {
            terminal,
            format: act.format,
            to_stdout: true,
            write: output::write_response,
        };
        act::act(&site, &action, &act, &dialog).await
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
        let aws = Aws::load(live::choice(&history.aws)).await?;
        let aws = aws.patient(history.aws.patience);
        let operator = Operator::open(aws, expect_account).await?;
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
            control_plane: Partition::of(aws.home_region()).control_plane.clone(),
            pace: live::pace(&self.history.aws),
            within: self.history.usage_within,
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
