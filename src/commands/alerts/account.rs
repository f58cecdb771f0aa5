//! Opening the account that the alerts are in: credentials, caller, home and Regions.

use tokio::sync::watch;

use crate::alerting::stacks::Stop;
use crate::aws::{Aws, Choice};
use crate::cli::Account;
use crate::error::Failure;
use crate::event::arn;
use crate::plan::regions;
use crate::report::Caller;
use crate::terminal::Terminal;

/// The Regions that every account has enabled.
const WITHOUT_OPT_IN: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// The account.
pub struct Site {
    pub aws: Aws,
    pub caller: Caller,
    /// Region of the home stack.
    pub home: String,
    /// Every enabled Region, sorted.
    pub enabled: Vec<String>,
}

impl Site {
    /// # Errors
    /// Those of the credentials, and a usage failure for another account than `--expect-account`, and for a home that is
    /// no enabled Region.
    pub async fn open(account: &Account, terminal: &Terminal) -> Result<Self, Failure> {
        if let Some(home) = account
            .region
            .as_deref()
            .filter(|home| !regions::is_known(home))
        {
            return Err(regions::unknown(home).hint("--region takes one Region, such as us-east-1"));
        }
        let choice = Choice {
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
        let enabled = enabled(&aws, &home, terminal).await;
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
        })
    }

    /// `aws`, `aws-cn`.
    pub fn partition(&self) -> &str {
        arn::partition(&self.caller.arn).unwrap_or("aws")
    }

    /// `trailhunt COMMAND` for the same account.
    pub fn command(&self, command: &str, account: &Account) -> Vec<String> {
        let profile = account.profile.iter().flat_map(|name| ["--profile", name]);
        let region = account.region.iter().flat_map(|name| ["--region", name]);
        let words = ["trailhunt", command]
            .into_iter()
            .chain(profile)
            .chain(region);
        words.map(str::to_owned).collect()
    }
}

/// The account's enabled Regions; where it does not say, those that every account has.
async fn enabled(aws: &Aws, home: &str, terminal: &Terminal) -> Vec<String> {
    let mut enabled: Vec<String> = match aws.regions().await {
        Ok(known) => known
            .into_iter()
            .filter_map(|(region, is_enabled)| is_enabled.then_some(region))
            .collect(),
        Err(why) => {
            terminal.warn(&format!(
                "the account's Regions could not be listed ({why}): taking those that need no opt-in; grant \
                 account:ListRegions to be certain"
            ));
            let default = WITHOUT_OPT_IN.iter().map(|region| (*region).to_owned());
            default.chain([home.to_owned()]).collect()
        }
    };
    enabled.sort();
    enabled.dedup();
    enabled
}

/// Listens for Ctrl-C: what is under way is left to AWS then, and nothing new is begun.
pub fn listen() -> Stop {
    let (told, stop) = watch::channel(false);
    tokio::spawn(async move {
        let heard = tokio::signal::ctrl_c().await.is_ok();
        told.send_replace(heard);
        // a channel that nobody can send on any more would end every wait
        std::future::pending::<()>().await;
    });
    stop
}

/// Does the work to its end, and says what Ctrl-C means for it as soon as it comes.
pub async fn told_of_interrupt<T>(
    work: impl Future<Output = T>,
    stop: &Stop,
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
