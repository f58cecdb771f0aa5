//! `trailhunt respond watch`: when the containment was, the watch, and what it ended with.

use super::{ActingAccount, access_key_id};
use crate::cli::WatchArgs;
use crate::clock;
use crate::commands::investigate::show;
use crate::commands::runtime::{in_runtime, unless_interrupted};
use crate::commands::{live, to_stdout};
use crate::error::{Exit, Failure};
use crate::event::time::Time;
use crate::investigation::{Listener, Notice};
use crate::output::{self, Format};
use crate::plan::window::{WindowRequest, history_reach};
use crate::report::response::{Sighting, Watched};
use crate::response::answer;
use crate::response::journal::JournalFolder;
use crate::response::keys;
use crate::response::watch::{self, WatchRequest};
use crate::sources::key_owner;
use crate::terminal::Terminal;

/// Watches, and tells what was seen.
///
/// # Errors
/// Where nothing could be watched: see [`Failure`].
pub fn run(args: &WatchArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let key = access_key_id(&args.access_key)?;
    let regions = live::asked_regions(&args.history.regions)?;
    // containment is a moment of the live clock, whatever time is investigated otherwise
    let now = clock::wall().whole_second();
    let request = WindowRequest {
        since: None,
        until: None,
        timezone: chrono_tz::Tz::UTC,
        now,
    };
    let moment = |text: &String| request.moment(text);
    let contained_at = args.contained_at.as_ref().map(moment).transpose()?;
    if contained_at.is_some_and(|time| time > now) {
        return Err(Failure::usage("--contained-at is after now").into());
    }
    let since = args.since.as_ref().map(moment).transpose()?;
    let since = since.unwrap_or(now - history_reach() / 2);
    let progress = terminal.progress();
    let watched = in_runtime(async {
        let opening = ActingAccount::open(&args.history, regions, None, terminal);
        let site = unless_interrupted(Box::pin(opening)).await?;
        let (contained_at, contained_from) = match contained_at {
            Some(time) => (time, "asked"),
            None => containment_time(&key, args, &site, now)?,
        };
        let operator = &site.operator;
        let (reading, subjects) = unless_interrupted(Box::pin(async {
            let keys = std::slice::from_ref(&key);
            let owner = key_owner::of(&operator.aws, &operator.caller, keys);
            let (reading, subjects) = tokio::join!(site.reading(), owner);
            Ok((reading?, subjects))
        }))
        .await?;
        let watch = WatchRequest {
            access_key_id: &key,
            contained_at,
            contained_from,
            since: since.min(contained_at),
            subjects: &subjects,
            length: args.length,
            every: args.every,
        };
        let listener = Listener {
            notice: &|notice| match notice {
                // what was done before containment is no news
                Notice::Hit(_) => {}
                notice => show(notice, &progress, terminal),
            },
            may_take: &|_| Ok(()),
        };
        let mut saw = |sighting: &Sighting| {
            progress.aside(|| terminal.note(&output::sighting_line(sighting)));
        };
        let watching = watch::watch(operator, &reading, &watch, &listener, &mut saw);
        let (mut watched, interrupted) = watching.await?;
        watched
            .notes
            .extend(keys::of_watched(operator, &key, &subjects).await);
        watched.next = answer::after_watch(&operator.aws, &watched);
        Ok::<_, Failure>((watched, interrupted))
    });
    progress.clear();
    let (watched, interrupted) = watched??;
    deliver(&watched, args.format, terminal)?;
    Ok(answer::exit_of_watch(&watched, interrupted))
}

/// When the key was deactivated, as the journals say; else now, which is said.
fn containment_time(
    key: &str,
    args: &WatchArgs,
    site: &ActingAccount<'_>,
    now: Time,
) -> Result<(Time, &'static str), Failure> {
    let account = &site.operator.caller.account;
    match (
        JournalFolder::of_user().when_contained(key, account, args.journal.as_deref())?,
        &args.journal,
    ) {
        (Some(time), _) => Ok((time, "journal")),
        (None, Some(path)) => Err(Failure::usage(format!(
            "{} does not say that {key} was deactivated",
            path.display()
        ))
        .hint("pass --contained-at TIME")),
        (None, None) => {
            site.terminal.note(&format!(
                "no journal says when {key} was deactivated: only what is done from now on counts \
                 (--contained-at TIME, or --journal FILE of the run that revoked its sessions, says since when)"
            ));
            Ok((now, "start"))
        }
    }
}

fn deliver(watched: &Watched, format: Format, terminal: &Terminal) -> anyhow::Result<()> {
    let style = terminal.style(false, chrono_tz::Tz::UTC, false);
    to_stdout(|mut out| match format {
        Format::Json => output::write_document(watched, &mut out),
        _ => output::write_watched(watched, &style, &mut out),
    })
}
