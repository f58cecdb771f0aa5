//! Opening the account that the alerts are in: credentials, caller, home and Regions. And what is told, and heard of
//! Ctrl-C, while stacks are at work in it.

use tokio::sync::watch;

use crate::alerting::account::AlertingAccount;
use crate::alerting::stacks::StopSignal;
use crate::alerting::survey::Survey;
use crate::aws::{Aws, ProfileChoice};
use crate::cli::AccountArgs;
use crate::error::{Exit, Failure};
use crate::event::partitions::Partition;
use crate::interrupt;
use crate::plan::regions;
use crate::terminal::Terminal;

/// # Errors
/// Those of the credentials, and a usage failure for another account than `--expect-account`, and for a home that is no
/// enabled Region.
pub async fn open(account: &AccountArgs, terminal: &Terminal) -> Result<AlertingAccount, Failure> {
    let asked = account.region.as_deref();
    if let Some(home) = asked.filter(|home| !regions::is_known(home)) {
        return Err(regions::unknown(home).hint("--region takes one Region, such as us-east-1"));
    }
    let choice = ProfileChoice {
        profile: account.profile.clone(),
        region: account.region.clone(),
    };
    let aws = Aws::load(choice).await?;
    let caller = aws.caller_of(account.expect_account.as_deref()).await?;
    let home = asked.unwrap_or_else(|| &Partition::of(aws.home_region()).iam);
    let home = home.to_owned();
    let (enabled, unlisted) = enabled_regions(&aws, &home, terminal).await;
    if !enabled.contains(&home) {
        let what = format!("Region {home} is not enabled in account {}", caller.account);
        return Err(Failure::usage(what).hint("choose another home with --region, or enable it"));
    }
    Ok(AlertingAccount {
        aws,
        caller,
        home,
        enabled,
        unlisted,
    })
}

/// What of the alerting stands in the account.
///
/// # Errors
/// Those of the credentials, and a failure where nothing is deployed.
pub async fn survey_deployed(
    account: &AccountArgs,
    terminal: &Terminal,
) -> Result<Survey, Failure> {
    let site = open(account, terminal).await?;
    let survey = Survey::of(site, account.region.as_deref()).await;
    if survey.is_absent() {
        let account = &survey.caller.account;
        let what = format!("no alerts are deployed in account {account}: nothing is told");
        return Err(Failure::failed(what).hint("trailhunt deploy-alerts --email ADDRESS"));
    }
    Ok(survey)
}

/// `exit`, or that of credentials that hold no longer.
pub async fn ended(site: &AlertingAccount, exit: Exit, terminal: &Terminal) -> Exit {
    match site.expired(exit).await {
        Some(failure) => {
            terminal.failure(&failure.into());
            Exit::Credentials
        }
        None => exit,
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
            let mut default = Partition::of(home).enabled_by_default.clone();
            default.push(home.to_owned());
            (default, Some(why))
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
        let heard = interrupt::comes().await.is_ok();
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

/// Progress, a line a Region; with `-v` every event besides.
pub fn tell(terminal: &Terminal) -> impl Fn(&str, f64, &str) + Sync + use<> {
    let (progress, terminal) = (terminal.progress(), *terminal);
    move |region: &str, fraction, what: &str| {
        progress.part(region, fraction, what);
        if !what.is_empty() {
            progress.aside(|| terminal.detail(&format!("{region}: {what}")));
        }
    }
}
