//! What `trailhunt respond watch` saw, as text.

use std::io::{self, Write};

use super::text::{LABEL, Line, columns, count, labelled, wrap};
use super::words::short;
use crate::output::Style;
use crate::report::response::{Sighting, SightingKind, Watched};

/// Lines that one text may take.
const MOST: usize = 20;

pub fn write(watched: &Watched, style: &Style, out: &mut impl Write) -> io::Result<()> {
    let width = style.width.clamp(40, 100);
    let room = width - LABEL;
    let caller = &watched.caller;
    let from = match watched.contained_from {
        "journal" => "as the journal says",
        "asked" => "as was said",
        _ => "the start of this watch",
    };
    let clock = |time: chrono::DateTime<chrono::Utc>| time.format("%Y-%m-%d %H:%M:%S");
    let contained = format!("{} UTC, {from}", clock(watched.contained_at));
    let looked = format!(
        "{} to {} UTC, {}, {}",
        clock(watched.watched_since),
        clock(watched.watched_until),
        count(watched.polls, "look", "looks"),
        count(watched.access_keys.len() as u64, "key", "keys"),
    );
    let account = format!("{}, as {}", caller.account, caller.arn);
    let texts = |texts: &[String]| -> Vec<Line> {
        let lines = texts.iter().flat_map(|text| wrap(text, room, MOST));
        lines.map(Line::from).collect()
    };
    let gaps: Vec<String> = watched
        .coverage
        .iter()
        .filter(|entry| entry.gap)
        .map(|entry| {
            let place = entry.region.as_deref().unwrap_or(entry.source);
            let reason = entry.reason.as_deref().unwrap_or("no reason given");
            format!("{place}: {reason}")
        })
        .collect();
    let sections = [
        wrap(&format!("watch of {}", watched.access_key_id), width, MOST)
            .into_iter()
            .map(Line::from)
            .chain([Line::default()])
            .collect(),
        labelled("Account", texts(&[account])),
        labelled("Contained", texts(&[contained])),
        labelled("Watched", texts(&[looked])),
        labelled("Verdict", texts(&[verdict(watched)])),
        labelled(
            "Seen",
            columns(watched.sightings.iter().map(row).collect(), &[], room),
        ),
        labelled("Unread", texts(&gaps)),
        labelled("Note", texts(&watched.notes)),
    ];
    for line in sections.into_iter().flatten() {
        line.cut(width).write(style.color, out)?;
    }
    Ok(())
}

/// What it comes to: silence, and what could not be read, are told apart.
fn verdict(watched: &Watched) -> String {
    let seen = |kind| {
        let sightings = watched.sightings.iter();
        sightings.filter(|sighting| sighting.kind == kind).count() as u64
    };
    let (alive, refused) = (seen(SightingKind::Alive), seen(SightingKind::Refused));
    let what = if alive > 0 {
        let calls = count(alive, "call", "calls");
        format!("ALIVE: {calls} succeeded over 60 seconds after containment")
    } else if refused > 0 {
        let calls = count(refused, "call was", "calls were");
        format!("{calls} refused after containment, and none is known to have succeeded")
    } else {
        "no call is known since; silence is no proof".to_owned()
    };
    if watched.complete {
        what
    } else {
        format!("INCOMPLETE, could not look everywhere: {what}")
    }
}

fn row(sighting: &Sighting) -> Vec<Line> {
    let kind = match sighting.kind {
        SightingKind::Alive => "ALIVE",
        SightingKind::Refused => "refused",
        SightingKind::Late => "late",
    };
    let time = sighting.time.map(|time| time.format("%m-%d %H:%M:%S"));
    let text = |text: &Option<String>| Line::from(text.as_deref().unwrap_or_default());
    vec![
        kind.into(),
        time.map(|time| time.to_string()).unwrap_or_default().into(),
        text(&sighting.event_name),
        text(&sighting.access_key_id),
        Line::from(sighting.principal.as_deref().map(short).unwrap_or_default()),
        text(&sighting.region),
        text(&sighting.source_ip),
        text(&sighting.error),
    ]
}
