//! Opening an account: credentials, caller, Regions, the owner of the traced keys.

use chrono::Duration;

use crate::aws::{Aws, ProfileChoice};
use crate::cli::{AwsArgs, Investigate};
use crate::clock;
use crate::error::Failure;
use crate::event::partitions::Partition;
use crate::event::services::is_access_key_id;
use crate::event::time::Time;
use crate::investigation::{LiveAccount, Question, Source};
use crate::plan::regions;
use crate::plan::window::{WindowRequest, history_reach, history_window};
use crate::report::{Coverage, State};
use crate::sources::history::ReadingPace;
use crate::sources::key_owner;
use crate::terminal::Terminal;

/// What a clock may be off by.
const NOTEWORTHY_SKEW: Duration = Duration::minutes(1);

/// Makes the account ready to be asked, and closes the question's window.
pub async fn open(
    flags: &Investigate,
    question: &mut Question<'_>,
    request: WindowRequest<'_>,
    default: Duration,
    terminal: &Terminal,
) -> Result<Source, Failure> {
    // before anybody logs in
    history_window(question.window, request.now, default)?;
    let aws = Aws::load(choice(&flags.aws)).await?;
    let caller = aws.caller().await?;
    let now = now_of(&aws, request.now, terminal)?;
    let request = WindowRequest { now, ..request };
    question.incident = incident(flags, &request)?;
    let (window, clamped_from) = history_window(request.window()?, now, default)?;
    question.window = window;
    question.baseline = question.window_before(Some(now - history_reach()));
    let keys = keys(question);
    let (chosen, subjects) = tokio::join!(
        choose_regions(&aws, &question.regions, terminal),
        key_owner::of(&aws, &caller, &keys)
    );
    let (regions, disabled) = chosen?;
    let unasked = disabled
        .into_iter()
        .map(|region| Coverage {
            account: Some(caller.account.clone()),
            gap: question.regions.contains(&region),
            reason: Some("not enabled in this account".to_owned()),
            region: Some(region),
            ..Coverage::of("history", State::Disabled, window)
        })
        .collect();
    terminal.detail(&format!(
        "caller {} asks {} Regions",
        caller.arn,
        regions.len()
    ));
    Ok(Source::History(Box::new(LiveAccount {
        control_plane: Partition::of(aws.home_region()).control_plane.clone(),
        aws,
        caller,
        regions,
        unasked,
        pace: pace(&flags.aws),
        subjects,
        now,
        clamped_from,
        within: None,
    })))
}

/// The moment of `--incident`, where it is given.
///
/// # Errors
/// A usage failure where it is no time.
pub fn incident(flags: &Investigate, request: &WindowRequest<'_>) -> Result<Option<Time>, Failure> {
    let text = flags.read.incident.as_deref();
    text.map(|text| request.moment(text)).transpose()
}

/// The end of a window that goes up to now: events are recorded by AWS's clock, so that it counts where this machine's
/// is wrong. Not where somebody set the time.
fn now_of(aws: &Aws, now: Time, terminal: &Terminal) -> Result<Time, Failure> {
    let ahead = aws.clock_skew();
    if ahead.abs() <= NOTEWORTHY_SKEW || clock::fixed_now()?.is_some() {
        return Ok(now);
    }
    let (seconds, direction) = (
        ahead.num_seconds().abs(),
        if ahead > Duration::zero() {
            "behind"
        } else {
            "ahead of"
        },
    );
    terminal.warn(&format!(
        "this machine's clock is {seconds} s {direction} AWS's: the window follows AWS's"
    ));
    Ok((now + ahead).whole_second())
}

/// The enabled ones of the Regions `asked`, or of all where that is empty, and those that are disabled.
///
/// # Errors
/// A usage failure for a Region that the account does not know.
pub async fn choose_regions(
    aws: &Aws,
    asked: &[String],
    terminal: &Terminal,
) -> Result<(Vec<String>, Vec<String>), Failure> {
    let known = aws.regions().await.unwrap_or_else(|why| {
        terminal.warn(&format!(
            "the account's Regions could not be listed ({why}): asking every Region known to trailhunt; \
             grant account:ListRegions to be certain"
        ));
        let all = Partition::of(aws.home_region()).regions();
        all.map(|region| (region.to_owned(), true)).collect()
    });
    regions::choose(asked, known)
}

/// The Regions asked for by name; none for all of them.
///
/// A name that nobody knows would read as "nothing happened" over files, and cost a login on history.
///
/// # Errors
/// A usage failure for a name that is no Region.
pub fn asked_regions(names: &[String]) -> Result<Vec<String>, Failure> {
    let names = names.iter().map(|name| name.trim().to_owned());
    let mut asked: Vec<String> = names.collect();
    if asked == ["all"] {
        return Ok(Vec::new());
    }
    for name in &asked {
        if !regions::is_known(name) {
            return Err(regions::unknown(name));
        }
    }
    asked.sort();
    asked.dedup();
    Ok(asked)
}

/// What the flags say of whom AWS is asked as.
pub fn choice(flags: &AwsArgs) -> ProfileChoice {
    ProfileChoice {
        profile: flags.profile.clone(),
        region: flags.region.clone(),
    }
}

/// How Event history is asked.
pub fn pace(flags: &AwsArgs) -> ReadingPace {
    ReadingPace {
        rate: flags.rate,
        patience: flags.patience,
    }
}

/// Every key among the parameters.
fn keys(question: &Question<'_>) -> Vec<String> {
    let values = question
        .parameters
        .values()
        .filter_map(|value| value.as_array());
    let texts = values.flatten().filter_map(|value| value.as_str());
    texts
        .filter(|text| is_access_key_id(text))
        .map(str::to_owned)
        .collect()
}
