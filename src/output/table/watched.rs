//! What `trailhunt respond watch` saw, as text.

use std::io::{self, Write};

use super::text::{LABEL, Line, count, labelled, wrap};
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
    let sightings = watched.sightings.iter();
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
        labelled("Seen", sightings.flat_map(|sighting| seen(sighting, room))),
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

/// `ALIVE    11-22 03:05:00  GetSecretValue by role/ops/x, ASIA…, from 203.0.113.66 in eu-west-1: AccessDenied`, as it
/// is told on the way.
pub fn line(sighting: &Sighting) -> String {
    head(sighting) + &what(sighting)
}

fn head(sighting: &Sighting) -> String {
    let kind = match sighting.kind {
        SightingKind::Alive => "ALIVE",
        SightingKind::Refused => "refused",
        SightingKind::Late => "late",
    };
    let time = sighting.time.map(|time| time.format("%m-%d %H:%M:%S"));
    let time = time.map(|time| time.to_string()).unwrap_or_default();
    format!("{kind:<7}  {time:<14}  ")
}

fn what(sighting: &Sighting) -> String {
    let part = |before: &str, text: &Option<String>| {
        let text = text.as_deref().map(short);
        text.map(|text| format!("{before}{text}"))
            .unwrap_or_default()
    };
    let parts = [
        part("", &sighting.event_name),
        part(" by ", &sighting.principal),
        part(", ", &sighting.access_key_id),
        part(", from ", &sighting.source_ip),
        part(" in ", &sighting.region),
        part(": ", &sighting.error),
    ];
    parts.concat()
}

/// The same in as many lines as it takes.
fn seen(sighting: &Sighting, room: usize) -> Vec<Line> {
    let head = head(sighting);
    let lines = wrap(&what(sighting), room.saturating_sub(head.len()), MOST);
    let lines = lines.into_iter().enumerate();
    lines
        .map(|(at, line)| {
            let head = if at == 0 {
                head.clone()
            } else {
                " ".repeat(head.len())
            };
            Line::from(head).and(line)
        })
        .collect()
}
