//! Opening an account: credentials, caller, Regions, the owner of the traced keys.

use chrono::{DateTime, Duration, Utc};

use crate::aws::{Aws, Choice};
use crate::cli::Investigate;
use crate::error::Failure;
use crate::event::services::is_access_key_id;
use crate::investigation::{Live, Question, Source};
use crate::plan::regions;
use crate::plan::window::{history_reach, history_window};
use crate::report::{Coverage, State};
use crate::sources::key_owner;
use crate::terminal::Terminal;

/// Makes the account ready to be asked, and closes the question's window.
pub async fn open(
    flags: &Investigate,
    question: &mut Question<'_>,
    now: DateTime<Utc>,
    default: Duration,
    terminal: &Terminal,
) -> Result<Source, Failure> {
    let (window, clamped_from) = history_window(question.window, now, default)?;
    question.window = window;
    question.baseline = question.window_before(Some(now - history_reach()));
    let choice = Choice {
        profile: flags.profile.clone(),
        region: flags.region.clone(),
    };
    let aws = Aws::load(choice).await?;
    let caller = aws.caller().await?;
    let keys = keys(question);
    let (known, subjects) = tokio::join!(aws.regions(), key_owner::of(&aws, &caller, &keys));
    let mut not_listed = None;
    let known = known.unwrap_or_else(|why| {
        not_listed = Some(why);
        let all = regions::known_regions(aws.home_region()).iter();
        all.map(|region| ((*region).to_owned(), true)).collect()
    });
    if let Some(why) = &not_listed {
        terminal.warn(&format!(
            "the account's Regions could not be listed ({why}): asking every Region known to trailhunt; \
             grant account:ListRegions to be certain"
        ));
    }
    let (regions, disabled) = regions::choose(&question.regions, known)?;
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
    let control_plane = regions::control_plane_regions(aws.home_region());
    Ok(Source::History(Box::new(Live {
        control_plane: control_plane
            .iter()
            .map(|region| (*region).to_owned())
            .collect(),
        aws,
        caller,
        regions,
        unasked,
        rate: flags.rate,
        subjects,
        now,
        clamped_from,
        patience: None,
    })))
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
