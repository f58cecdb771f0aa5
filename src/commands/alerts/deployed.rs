//! Opening an account in which alerts are deployed.

use super::account::AlertingAccount;
use crate::alerting::survey::Survey;
use crate::cli::AccountArgs;
use crate::error::Failure;
use crate::terminal::Terminal;

/// What of the alerting stands in the account.
///
/// # Errors
/// Those of the credentials, and a failure where nothing is deployed.
pub async fn survey_deployed(
    account: &AccountArgs,
    terminal: &Terminal,
) -> Result<Survey, Failure> {
    let site = AlertingAccount::open(account, terminal).await?;
    let asked = account.region.as_deref();
    let survey = Survey {
        unlisted: site.unlisted,
        ..Survey::of(site.aws, site.caller, &site.enabled, asked, &site.home).await
    };
    if survey.is_absent() {
        let account = &survey.caller.account;
        let what = format!("no alerts are deployed in account {account}: nothing is told");
        return Err(Failure::failed(what).hint("trailhunt deploy-alerts --email ADDRESS"));
    }
    Ok(survey)
}
