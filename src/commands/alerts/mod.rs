//! The alerts commands, a file each, and what they share: opening the account, and the options of the alerts.

mod account;
pub mod backtest;
pub mod deploy;
pub mod emit;
mod prepare;
pub mod remove;
pub mod status;
pub mod test;

use chrono_tz::Tz;

use super::live::asked_regions;
use crate::alerting::options::{ALWAYS_WATCHED, AlertingOptions};
use crate::alerting::settings::{Settings, is_address};
use crate::cli::{RecipientArgs, TuningArgs, WatchedArgs};
use crate::clock;
use crate::error::Failure;
use crate::event::partitions::Partition;
use crate::plan::regions;
use crate::terminal::Terminal;

/// What was asked for, checked. `home` is the Region of the home stack, `enabled` are the Regions of the account.
///
/// # Errors
/// A usage failure for what is no address, no name of a parameter, no Region or one that is not enabled, and for
/// settings that are not well-formed.
fn options(
    who: &RecipientArgs,
    tuning: &TuningArgs,
    watched: &WatchedArgs,
    home: &str,
    enabled: &[String],
    terminal: &Terminal,
) -> Result<AlertingOptions, Failure> {
    let hours = tuning.work_hours.as_ref();
    let today = clock::investigation_now()?.date_naive();
    let (settings, warnings) =
        Settings::read(tuning.settings.as_deref(), tuning.severity, hours, today)?;
    for warning in warnings {
        terminal.warn(&warning);
    }
    let zone = settings.work_hours.as_ref().map(|hours| &hours.timezone);
    let timezone = watched.timezone.or(zone.and_then(|name| name.parse().ok()));
    let mut findings = watched.findings.clone();
    findings.sort();
    findings.dedup();
    Ok(AlertingOptions {
        emails: addresses(&who.email)?,
        slack_webhook_parameter: parameter(
            "--slack-webhook-parameter",
            who.slack_webhook_parameter.as_deref(),
        )?,
        webhook_parameter: parameter("--webhook-parameter", who.webhook_parameter.as_deref())?,
        chat: who.chat,
        language: watched.lang,
        timezone: timezone.unwrap_or(Tz::UTC),
        read_events: tuning.read_events,
        findings,
        settings,
        home: home.to_owned(),
        regions: covered_regions(&watched.regions, home, enabled)?,
        all_regions: asked_regions(&watched.regions)?.is_empty(),
    })
}

/// Sorted, each once.
///
/// # Errors
/// A usage failure for what is no address.
fn addresses(given: &[String]) -> Result<Vec<String>, Failure> {
    let mut addresses: Vec<String> = given.iter().map(|text| text.trim().to_owned()).collect();
    if let Some(wrong) = addresses.iter().find(|text| !is_address(text)) {
        return Err(
            Failure::usage(format!("'{wrong}' is no e-mail address")).hint(
                "--email takes one address, and may be given again: --email security@example.com",
            ),
        );
    }
    addresses.sort();
    addresses.dedup();
    Ok(addresses)
}

/// The name of an SSM parameter. A secret that was pasted in its place is not repeated.
///
/// # Errors
/// A usage failure for what is none.
fn parameter(flag: &str, name: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(name) = name.map(str::trim) else {
        return Ok(None);
    };
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    let is_name = !name.is_empty() && name.len() <= 1011 && name.chars().all(is_allowed);
    let is_whole = !name.contains('/') || name.starts_with('/');
    if is_name && is_whole && !name.ends_with('/') && !name.contains("//") {
        return Ok(Some(name.to_owned()));
    }
    let problem = format!("{flag} takes the name of an SSM parameter");
    Err(Failure::usage(problem).hint(
        "store the secret with `aws ssm put-parameter --type SecureString --name /trailhunt/webhook --value ...`, \
         and give that name",
    ))
}

/// The Regions to cover, sorted: those asked for, home, and those where global services and sign-in record.
///
/// # Errors
/// A usage failure for a Region of a partition that EventBridge does not forward in, and for one that is unknown or not
/// enabled.
fn covered_regions(
    asked: &[String],
    home: &str,
    enabled: &[String],
) -> Result<Vec<String>, Failure> {
    let asked = asked_regions(asked)?;
    let home = std::slice::from_ref(&home);
    for region in asked.iter().map(String::as_str).chain(home.iter().copied()) {
        if !regions::is_known(region) && !enabled.iter().any(|name| name == region) {
            return Err(regions::unknown(region));
        }
        forwards(region)?;
        if !enabled.iter().any(|name| name == region) {
            return Err(
                Failure::usage(format!("Region {region} is not enabled in this account"))
                    .hint("enable it first, or leave it out"),
            );
        }
    }
    let wanted = if asked.is_empty() { enabled } else { &asked };
    let always = ALWAYS_WATCHED
        .iter()
        .chain(home)
        .map(|name| (*name).to_owned());
    let mut covered: Vec<String> = wanted.iter().cloned().chain(always).collect();
    covered.sort();
    covered.dedup();
    Ok(covered)
}

/// EventBridge forwards between commercial Regions only (facts: G5).
///
/// # Errors
/// A usage failure for a Region of another partition.
fn forwards(region: &str) -> Result<(), Failure> {
    let partition = Partition::of(region);
    if partition.name == "aws" {
        return Ok(());
    }
    let partition = &partition.place;
    Err(Failure::usage(format!(
        "the alerting stack cannot stand in {region}: in {partition} EventBridge does not forward events between Regions"
    ))
    .hint("its templates need the commercial Regions; trailhunt hunt --since 24h looks there instead"))
}
