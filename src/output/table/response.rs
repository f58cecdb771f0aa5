//! What `trailhunt respond` answers, as text: the plan before it is carried out, and what became of it.

use std::io::{self, Write};

use chrono::{DateTime, Utc};

use super::next;
use super::text::{LABEL, Line, columns, count, hang, labelled, wrap};
use super::words::short;
use crate::output::{Style, escape};
use crate::report::response::{Elsewhere, Progress, RecentUse, Response, Step, StepState};

/// Which part of the answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Everything that is known before the question.
    Plan,
    /// What was done.
    Outcome,
}

/// Nothing is cut short here that somebody could rely on: a text has as many lines as it needs, up to these.
const MOST: usize = 20;
/// Users of a credential that are shown.
const USERS: usize = 20;
/// Columns of a step's number, and of what stands below it.
const NUMBER: usize = 5;

pub fn write(
    response: &Response,
    part: Part,
    style: &Style,
    out: &mut impl Write,
) -> io::Result<()> {
    let width = style.width.clamp(40, 100);
    let room = width - LABEL;
    let sections = match part {
        Part::Plan => plan(response, width),
        Part::Outcome => vec![
            labelled("Outcome", texts([summary(response)], room)),
            response
                .steps
                .iter()
                .flat_map(|step| outcome(step, width))
                .collect(),
            labelled("Journal", texts(response.journal.iter(), room)),
            labelled("Undo", optional_command(response.undo.as_deref(), room)),
            labelled("Next", next::of(&response.next, room, MOST)),
        ],
    };
    for line in sections.into_iter().flatten() {
        line.write(style.color, out)?;
    }
    Ok(())
}

fn plan(response: &Response, width: usize) -> Vec<Vec<Line>> {
    let room = width - LABEL;
    let title = wrap(&response.title, width, MOST).into_iter();
    let caller = &response.caller;
    let account = format!("{}, as {}", caller.account, caller.arn);
    let facts = response.facts.iter();
    let mut sections = vec![
        title.map(Line::from).chain([Line::default()]).collect(),
        labelled("Account", texts([&account], room)),
    ];
    sections.extend(facts.map(|fact| labelled(fact.label, texts([&fact.text], room))));
    let used = response.recent_use.iter();
    sections.extend(used.map(|used| labelled("Used by", recent_use(used, room))));
    let steps = response.steps.iter().flat_map(|step| planned(step, width));
    sections.push(labelled("Plan", [Line::from(standing(response))]));
    sections.push(steps.collect());
    let left_out = response.left_out.iter().map(|left| {
        let link = left.link.iter().map(|link| format!("{link}: "));
        format!("{}  {}{}", left.id, link.collect::<String>(), left.why)
    });
    sections.push(labelled("Not done", texts(left_out, room)));
    let elsewhere = response.handoffs.iter();
    sections.push(labelled(
        "Elsewhere",
        elsewhere.flat_map(|handoff| hand_off(handoff, room)),
    ));
    sections.push(labelled(
        "Missing",
        texts(&response.missing_permissions, room),
    ));
    sections.push(labelled("Note", texts(&response.notes, room)));
    sections.push(labelled("Next", next::of(&response.next, room, MOST)));
    sections
}

/// What the plan stands for.
fn standing(response: &Response) -> &'static str {
    match response.state {
        Progress::Nothing => "nothing to do: nothing was changed",
        Progress::Failed => "cannot be carried out: nothing was changed",
        // the only plan that says what comes next is a dry run's
        Progress::Planned if !response.next.is_empty() => "dry run: nothing was changed",
        Progress::Planned if !response.missing_permissions.is_empty() => {
            "dry run: nothing was changed, and permissions are missing"
        }
        _ => "not yet carried out",
    }
}

/// A step before it is carried out, with the call that does it.
fn planned(step: &Step, width: usize) -> Vec<Line> {
    let mut lines = step_line(step.number, &sentence(step), width);
    if let (StepState::Refused | StepState::Changed, reason) = (step.state, &step.reason) {
        let reason = reason.as_deref().unwrap_or("no reason given");
        return [lines, indented(&format!("REFUSED: {reason}"), width)].concat();
    }
    let call = command(&step.call, width - NUMBER).into_iter();
    lines.extend(call.map(|line| Line::from(" ".repeat(NUMBER)).join(line)));
    lines
}

/// `deactivate AKIA… of user ci-deploy: Active -> Inactive (the key that was named)`.
fn sentence(step: &Step) -> String {
    let change = match (value(step.before.as_deref()), value(step.after.as_deref())) {
        (before, after) if before == after => format!("{before}, replaced"),
        (before, after) => format!("{before} -> {after}"),
    };
    format!("{}: {change} ({})", step.what, step.why)
}

/// What a place holds, in a word: a policy is read in its call, or in the journal.
fn value(value: Option<&str>) -> &str {
    match value {
        None => "none",
        Some(text) if text.trim_start().starts_with('{') => "a policy",
        Some(text) => text,
    }
}

fn step_line(number: usize, text: &str, width: usize) -> Vec<Line> {
    let room = width - NUMBER;
    let lines = hang(text, [room, room], MOST).into_iter().enumerate();
    lines
        .map(|(at, line)| {
            let number = if at == 0 {
                number.to_string()
            } else {
                String::new()
            };
            Line::from(format!("{number:>3}  ")).and(line)
        })
        .collect()
}

fn indented(text: &str, width: usize) -> Vec<Line> {
    let lines = wrap(text, width - NUMBER, MOST).into_iter();
    lines
        .map(|line| Line::from(" ".repeat(NUMBER)).and(line))
        .collect()
}

/// A command over as many lines as it takes, and on a single one where it has a word, such as a policy, that no line
/// can hold: the terminal breaks that, and it is still copied whole.
fn command(argv: &[String], room: usize) -> Vec<Line> {
    let lines = next::command(argv, room);
    if !lines.is_empty() {
        return lines.into_iter().map(Line::from).collect();
    }
    let words: Option<Vec<_>> = argv.iter().map(|word| escape::shell(word)).collect();
    vec![match words {
        Some(words) => words.join(" ").into(),
        None => "a command that a terminal cannot show: see --format json".into(),
    }]
}

fn optional_command(argv: Option<&[String]>, room: usize) -> Vec<Line> {
    argv.map(|argv| command(argv, room)).unwrap_or_default()
}

/// Each text, wrapped.
fn texts(texts: impl IntoIterator<Item = impl AsRef<str>>, room: usize) -> Vec<Line> {
    let texts = texts.into_iter();
    let lines = texts.flat_map(|text| wrap(text.as_ref(), room, MOST));
    lines.map(Line::from).collect()
}

/// Who used it: that nobody was seen, and that it could not be looked, are different things.
fn recent_use(used: &RecentUse, room: usize) -> Vec<Line> {
    let since = used.since.map(|time| format!(" since {}", moment(time)));
    let since = since.unwrap_or_default();
    let headline = match (used.users.is_empty(), used.complete) {
        (true, true) => format!("nobody seen{since} (CloudTrail may be 15 minutes late)"),
        (true, false) => {
            format!("INCOMPLETE: could not look everywhere; nobody seen elsewhere{since}")
        }
        (false, true) => format!("{}{since}", users(used)),
        (false, false) => format!(
            "INCOMPLETE: could not look everywhere; {}{since}",
            users(used)
        ),
    };
    let rows = used.users.iter().take(USERS).map(|user| {
        let last = user.last.map(|last| format!("last {}", moment(last)));
        vec![
            Line::from(user.source_ip.as_deref().unwrap_or("no address")),
            Line::from(user.user_agent.as_deref().unwrap_or("no user agent")),
            Line::from(user.principal.as_deref().map(short).unwrap_or_default()),
            Line::from(count(user.events, "event", "events")),
            Line::from(last.unwrap_or_default()),
        ]
    });
    let mut lines = texts([headline], room);
    lines.extend(columns(rows.collect(), &[3], room));
    if let Some(hidden) = used.users.len().checked_sub(USERS).filter(|more| *more > 0) {
        lines.push(format!("… {hidden} more: see --format json").into());
    }
    lines.extend(texts(
        used.gaps.iter().map(|gap| format!("could not look: {gap}")),
        room,
    ));
    lines
}

fn users(used: &RecentUse) -> String {
    count(
        used.users.len() as u64,
        "user or session",
        "users and sessions",
    )
}

fn hand_off(handoff: &Elsewhere, room: usize) -> Vec<Line> {
    let mut lines = texts([format!("{}  {}", handoff.account, handoff.what)], room);
    if !handoff.argv.is_empty() {
        lines.extend(command(&handoff.argv, room));
    }
    lines
}

/// What became of a step, and why it is so.
fn outcome(step: &Step, width: usize) -> Vec<Line> {
    let time = step.at.map(|at| at.format("%H:%M:%S UTC  ").to_string());
    let time = time.unwrap_or_default();
    let text = format!("{:<11}  {time}{}", word(step.state), step.what);
    let mut lines = step_line(step.number, &text, width);
    let reason = step.reason.iter();
    lines.extend(reason.flat_map(|reason| indented(reason, width)));
    lines
}

fn summary(response: &Response) -> String {
    let holds = |step: &&Step| matches!(step.state, StepState::Done | StepState::Already);
    let (held, steps) = (
        response.steps.iter().filter(holds).count(),
        response.steps.len(),
    );
    match response.state {
        Progress::Done | Progress::Nothing if steps == 0 => {
            "nothing was left to do: the journal has its end now".to_owned()
        }
        Progress::Done => format!("all of {}", count(steps as u64, "step", "steps")),
        Progress::Interrupted => {
            format!("INTERRUPTED: {held} of {steps} hold; the same command goes on")
        }
        _ => format!("NOT ALL: {held} of {steps} hold; the same command tries the others again"),
    }
}

fn word(state: StepState) -> &'static str {
    match state {
        StepState::Planned => "not tried",
        StepState::Already => "already",
        StepState::Done => "done",
        StepState::Unconfirmed => "UNCONFIRMED",
        StepState::Unknown => "UNKNOWN",
        StepState::Failed => "FAILED",
        StepState::Changed => "CHANGED",
        StepState::Refused => "REFUSED",
        StepState::Waiting => "WAITING",
    }
}

/// `2026-11-22 02:58 UTC`.
pub fn moment(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}
