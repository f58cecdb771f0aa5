//! What `trailhunt respond watch` saw, as text.

use std::io::{self, Write};

use super::calls;
use super::text::{self, LABEL, Line, account, behind, count, labelled, paragraphs};
use super::words::short;
use crate::event::time::Time;
use crate::output::Style;
use crate::report::response::{Sighting, SightingKind, Watched};

/// Living credentials that the verdict names.
const ALIVE: usize = 5;

/// Writes what `trailhunt respond watch` saw, for people.
///
/// # Errors
/// Those of `out`.
pub fn write(watched: &Watched, style: &Style, out: &mut impl Write) -> io::Result<()> {
    let width = style.prose();
    let room = width - LABEL;
    let from = match &*watched.contained_from {
        "journal" => "as the journal says",
        "asked" => "as --contained-at says",
        _ => "the start of this watch",
    };
    let clock = |time: Time| time.format("%Y-%m-%d %H:%M:%S");
    let contained = format!("{} UTC, {from}", clock(watched.contained_at));
    let looked = format!(
        "{} to {} UTC, {}, {}",
        clock(watched.watched_since),
        clock(watched.watched_until),
        count(watched.polls, "look", "looks"),
        count(watched.access_keys.len() as u64, "key", "keys"),
    );
    let key: Vec<String> = watched.key_status.iter().map(|it| status(it)).collect();
    let gaps: Vec<String> = watched
        .coverage
        .iter()
        .filter(|entry| entry.gap)
        .map(|entry| {
            let place = entry.region.as_deref().unwrap_or(&entry.source);
            let reason = entry.reason.as_deref().unwrap_or("no reason given");
            format!("{place}: {reason}")
        })
        .collect();
    let sightings = watched.sightings.iter();
    let sections = [
        paragraphs([&format!("watch of {}", watched.access_key_id)], width),
        vec![Line::default()],
        account(&watched.caller, room),
        labelled("Key", paragraphs(&key, room)),
        labelled("Contained", paragraphs(&[contained], room)),
        labelled("Watched", paragraphs(&[looked], room)),
        labelled("Verdict", paragraphs(&[verdict(watched)], room)),
        labelled("Seen", sightings.flat_map(|sighting| seen(sighting, room))),
        labelled("Unread", paragraphs(&gaps, room)),
        labelled("Note", paragraphs(&watched.notes, room)),
        labelled("Next", calls::to_run(&watched.next, room)),
    ];
    let lines = sections.concat().into_iter();
    text::write(lines.map(|line| line.cut(width)), style, out)
}

/// What IAM says of the key.
fn status(status: &str) -> String {
    if status == "Active" {
        "Active: NOT contained".to_owned()
    } else {
        status.to_owned()
    }
}

/// Who is alive, each once: `role/ops/x with ASIA…`.
fn alive(watched: &Watched) -> String {
    let mut alive: Vec<String> = Vec::new();
    for sighting in &watched.sightings {
        let who = sighting.principal.as_deref().map(short);
        let key = sighting.access_key_id.as_ref();
        let key = key.map(|key| format!("with {key}"));
        let words: Vec<String> = who.into_iter().chain(key).collect();
        let words = words.join(" ");
        if sighting.kind == SightingKind::Alive && !words.is_empty() && !alive.contains(&words) {
            alive.push(words);
        }
    }
    let more = alive.len().saturating_sub(ALIVE);
    alive.truncate(ALIVE);
    let who = alive.join(", ");
    match more {
        0 => who,
        more => format!("{who} and {more} more"),
    }
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
        let who = Some(self::alive(watched)).filter(|who| !who.is_empty());
        let who = who.map(|who| format!(", by {who}")).unwrap_or_default();
        format!("ALIVE: {calls} succeeded over 60 seconds after containment{who}")
    } else if refused > 0 {
        let calls = count(refused, "call was", "calls were");
        format!("{calls} refused after containment, and none is known to have succeeded")
    } else {
        "no call is known since".to_owned()
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
    let room = room.saturating_sub(head.len());
    behind(&head, paragraphs([what(sighting)], room))
}
