//! Opening the account that the alerts are in: credentials, caller, home and Regions.

use tokio::sync::watch;

use crate::alerting::stacks::StopSignal;
use crate::aws::{Aws, ProfileChoice};
use crate::cli::AccountArgs;
use crate::error::{Exit, Failure};
use crate::event::arn;
use crate::plan::regions;
use crate::report::Caller;
use crate::terminal::Terminal;

/// The account.
pub struct AlertingAccount {
    pub aws: Aws,
    pub caller: Caller,
    /// Region of the home stack.
    pub home: String,
    /// Every enabled Region, sorted; where the account does not say, those that every account has.
    pub enabled: Vec<String>,
    /// Why the account does not say.
    pub unlisted: Option<String>,
}

impl AlertingAccount {
    /// # Errors
    /// Those of the credentials, and a usage failure for another account than `--expect-account`, and for a home that is
    /// no enabled Region.
    pub async fn open(account: &AccountArgs, terminal: &Terminal) -> Result<Self, Failure> {
        if let Some(home) = account
            .region
            .as_deref()
            .filter(|home| !regions::is_known(home))
        {
            return Err(regions::unknown(home).hint("--region takes one Region, such as us-east-1"));
        }
        let choice = ProfileChoice {
            profile: account.profile.clone(),
            region: account.region.clone(),
        };
        let aws = Aws::load(choice).await?;
        let caller = aws.caller().await?;
        if let Some(expected) = &account.expect_account
            && caller.account != *expected
        {
            let what = format!(
                "these credentials are of account {}, and --expect-account is {expected}: nothing was changed",
                caller.account
            );
            let hint = format!("choose credentials of account {expected} with --profile");
            return Err(Failure::usage(what).hint(hint));
        }
        let home = account.region.clone();
        let home =
            home.unwrap_or_else(|| regions::control_plane_regions(aws.home_region())[0].to_owned());
        let (enabled, unlisted) = enabled_regions(&aws, &home, terminal).await;
        if !enabled.contains(&home) {
            let what = format!("Region {home} is not enabled in account {}", caller.account);
            return Err(
                Failure::usage(what).hint("choose another home with --region, or enable it")
            );
        }
        Ok(Self {
            aws,
            caller,
            home,
            enabled,
            unlisted,
        })
    }

    /// `aws`, `aws-cn`.
    pub fn partition(&self) -> &str {
        arn::partition(&self.caller.arn).unwrap_or("aws")
    }

    /// `exit`, or that of credentials that hold no longer: a session may end while stacks are made.
    pub async fn exit(&self, exit: Exit, terminal: &Terminal) -> Exit {
        if exit != Exit::Failed {
            return exit;
        }
        match self.aws.caller().await {
            Err(failure) if failure.exit == Exit::Credentials => {
                terminal.failure(&failure.into());
                Exit::Credentials
            }
            _ => exit,
        }
    }

    /// `trailhunt COMMAND` for the account that `account` chooses.
    pub fn command(command: &str, account: &AccountArgs) -> Vec<String> {
        let profile = account.profile.iter().flat_map(|name| ["--profile", name]);
        let region = account.region.iter().flat_map(|name| ["--region", name]);
        let words = ["trailhunt", command]
            .into_iter()
            .chain(profile)
            .chain(region);
        words.map(str::to_owned).collect()
    }
}

/// The account's enabled Regions; where it does not say, those that every account has, and why.
async fn enabled_regions(
    aws: &Aws,
    home: &str,
    terminal: &Terminal,
) -> (Vec<String>, Option<String>) {
    let (mut enabled, unlisted): (Vec<String>, _) = match aws.regions().await {
        Ok(known) => {
            let known = known.into_iter();
            let enabled = known.filter_map(|(region, is_enabled)| is_enabled.then_some(region));
            (enabled.collect(), None)
        }
        Err(why) => {
            terminal.warn(&format!(
                "the account's Regions could not be listed ({why}): taking those that need no opt-in; grant \
                 account:ListRegions to be certain"
            ));
            let default = regions::ENABLED_BY_DEFAULT.map(str::to_owned).into_iter();
            (default.chain([home.to_owned()]).collect(), Some(why))
        }
    };
    enabled.sort();
    enabled.dedup();
    (enabled, unlisted)
}

/// Listens for Ctrl-C: what is under way is left to AWS then, and nothing new is begun.
pub fn listen() -> StopSignal {
    let (sender, stop) = watch::channel(false);
    tokio::spawn(async move {
        let heard = tokio::signal::ctrl_c().await.is_ok();
        sender.send_replace(heard);
        // a channel that nobody can send on any more would end every wait
        std::future::pending::<()>().await;
    });
    stop
}

/// Does the work to its end, and says what Ctrl-C means for it as soon as it comes.
pub async fn told_of_interrupt<T>(
    work: impl Future<Output = T>,
    stop: &StopSignal,
    terminal: &Terminal,
) -> T {
    let mut stop = stop.clone();
    tokio::pin!(work);
    tokio::select! {
        done = &mut work => return done,
        _ = stop.wait_for(|stop| *stop) => {}
    }
    terminal.warn(
        "interrupted: nothing more is begun. CloudFormation goes on with what it has begun, and the same command \
         sees the rest through; Ctrl-C again ends this at once",
    );
    work.await
}
