//! Opening the account whose alerts are asked about.

use crate::alerting::standing::Standing;
use crate::aws::{Aws, Choice};
use crate::cli::Account;
use crate::commands::live;
use crate::error::Failure;
use crate::terminal::Terminal;

/// The account, and what of the alerting stands in it.
///
/// # Errors
/// Those of the credentials; a usage failure where the account is another than `--expect-account`; a failure where
/// nothing is deployed.
pub async fn open(account: &Account, terminal: &Terminal) -> Result<Standing, Failure> {
    let choice = Choice {
        profile: account.profile.clone(),
        region: account.region.clone(),
    };
    let aws = Aws::load(choice).await?;
    let caller = aws.caller().await?;
    if let Some(expected) = &account.expect_account
        && *expected != caller.account
    {
        let what = format!(
            "these credentials are of account {}, and --expect-account is {expected}",
            caller.account
        );
        return Err(Failure::usage(what).hint("choose another --profile"));
    }
    let (mut regions, _) = live::choose_regions(&aws, &[], terminal).await?;
    regions.sort();
    let control_plane = live::control_plane(&aws);
    let default = control_plane.first().map_or("us-east-1", String::as_str);
    let asked = account.region.as_deref();
    let standing = Standing::look(aws.clone(), caller, &regions, asked, default).await;
    if standing.is_absent() {
        let what = format!(
            "no alerts are deployed in account {}: nothing is told",
            standing.caller.account
        );
        return Err(Failure::failed(what).hint("trailhunt deploy-alerts --email ADDRESS"));
    }
    Ok(standing)
}
