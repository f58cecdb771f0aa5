//! What `trailhunt respond` answers, as text: the plan before it is carried out, and what became of it.

use std::io::{self, Write};

use super::calls;
use super::grid::{Fit, Grid};
use super::left_out;
use super::text::{self, LABEL, Line, account, behind, count, labelled, marked, paragraphs};
use super::words::short;
use crate::event::time::Time;
use crate::output::{AnswerPart, Style};
use crate::report::response::{Elsewhere, Progress, RecentUse, Response, Step, StepState, Use};

/// Users of a credential that are shown.
const USERS: usize = 20;
/// Columns of a step's number, and of what stands below it.
const NUMBER: usize = 5;
const BLANKS: &str = "     ";

/// Writes `part` of what `trailhunt respond` answers, for people.
///
/// # Errors
/// Those of `out`.
pub fn write(
    response: &Response,
    part: AnswerPart,
    style: &Style,
    out: &mut impl Write,
) -> io::Result<()> {
    let width = style.prose();
    let room = width - LABEL;
    let undo = response.undo.iter();
    let sections = match part {
        AnswerPart::Plan => plan(response, width, style.room() - LABEL),
        AnswerPart::Outcome => vec![
            labelled("Outcome", paragraphs([summary(response)], room)),
            response
                .steps
                .iter()
                .flat_map(|step| outcome(step, width))
                .collect(),
            // a path that is broken over lines is not copied whole
            labelled("Journal", response.journal.iter().map(Line::from)),
            labelled("Snapshot", response.snapshot.iter().map(Line::from)),
            labelled(
                "Undo",
                undo.flat_map(|argv| calls::lines(argv, room))
                    .chain(too_early(response)),
            ),
            labelled("Still open", marked(&response.still_open, room)),
            labelled("Next", calls::to_run(&response.next, room)),
        ],
    };
    text::write(sections.concat(), style, out)
}

fn plan(response: &Response, width: usize, table: usize) -> Vec<Vec<Line>> {
    let room = width - LABEL;
    let title = paragraphs([&response.title], width);
    let facts = response.facts.iter();
    let mut sections = vec![
        [title, vec![Line::default()]].concat(),
        account(&response.caller, room),
    ];
    sections
        .extend(facts.map(|fact| labelled(&heading(&fact.label), paragraphs([&fact.text], room))));
    let used = response.recent_use.iter();
    let of = of_whom(response);
    sections.extend(used.map(|used| labelled("Used by", recent_use(used, of, room, table))));
    let steps = response.steps.iter().flat_map(|step| planned(step, width));
    let standing = standing(response);
    sections.push(labelled("Plan", [Line::from(standing)]));
    sections.push(steps.collect());
    let left_out = left_out::lines(&response.left_out);
    sections.push(labelled("Not done", paragraphs(left_out, room)));
    let elsewhere = response.handoffs.iter();
    sections.push(labelled(
        "Elsewhere",
        elsewhere.flat_map(|handoff| hand_off(handoff, room)),
    ));
    sections.push(labelled(
        "Missing",
        paragraphs(&response.missing_permissions, room),
    ));
    sections.push(labelled("Note", marked(&response.notes, room)));
    sections.push(labelled("Next", calls::to_run(&response.next, room)));
    // what comes below it, a question or an outcome, stands apart
    sections.extend((standing == NOT_YET).then(|| vec![Line::default()]));
    sections
}

/// When `undo` lifts a deny of sessions by itself.
fn too_early(response: &Response) -> Option<Line> {
    let until = response.undo_refused_until?;
    Some(format!("# from {} on, sooner with --force", moment(until)).into())
}

/// Who is meant where nobody was seen.
fn of_whom(response: &Response) -> &'static str {
    match response.command.first().map(String::as_str) {
        Some("deactivate-key") => "nobody seen with this key",
        Some("revoke-sessions") => "no session of it seen",
        _ => "no session seen that would be cut off",
    }
}

/// The heading of a fact.
fn heading(label: &str) -> String {
    let mut letters = label.chars();
    match (label, letters.next()) {
        ("arn", _) => "ARN".to_owned(),
        (_, first) => first
            .map(|first| first.to_ascii_uppercase())
            .into_iter()
            .chain(letters)
            .collect(),
    }
}

/// Of a plan that is about to be carried out.
const NOT_YET: &str = "not yet carried out";

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
        _ => NOT_YET,
    }
}

/// A step before it is carried out, with why, and the call that does it.
fn planned(step: &Step, width: usize) -> Vec<Line> {
    let (what, why) = (sentence(step), format!("# {}", step.why));
    let line = Line::from(&what).and("  ").and(&why);
    let mut lines = if line.width() <= width - NUMBER {
        step_line(step.number, &format!("{what}  {why}"), width)
    } else {
        let lines = step_line(step.number, &what, width);
        [lines, indented(&why, width)].concat()
    };
    if let (StepState::Refused | StepState::Changed, reason) = (step.state, &step.reason) {
        let reason = reason.as_deref().unwrap_or("no reason given");
        lines.extend(indented(&format!("REFUSED: {reason}"), width));
        if step.state == StepState::Refused {
            return lines;
        }
        lines.extend(indented("by hand, if that is right all the same:", width));
    }
    lines.extend(behind(BLANKS, calls::lines(&step.call, width - NUMBER)));
    lines
}

/// `deactivate AKIA… of user ci-deploy: Active -> Inactive`; of policies, which are read in the call and in the journal,
/// only that one takes the place of another.
fn sentence(step: &Step) -> String {
    let what = &step.what;
    match (&step.before, &step.after) {
        (Some(before), Some(_)) if is_document(before) => {
            format!("{what}, in place of the policy that is there")
        }
        (Some(before), Some(after)) if !is_document(after) => {
            format!("{what}: {before} -> {after}")
        }
        _ => what.clone(),
    }
}

fn is_document(value: &str) -> bool {
    value.trim_start().starts_with('{')
}

fn step_line(number: usize, text: &str, width: usize) -> Vec<Line> {
    let lines = paragraphs([text], width - NUMBER);
    behind(&format!("{number:>3}  "), lines)
}

fn indented(text: &str, width: usize) -> Vec<Line> {
    behind(BLANKS, paragraphs([text], width - NUMBER))
}

/// Who used it: that nobody was seen, and that it could not be looked, are different things.
fn recent_use(used: &RecentUse, nobody: &str, room: usize, table: usize) -> Vec<Line> {
    let since = used.since.map(|time| format!(" since {}", moment(time)));
    let since = since.unwrap_or_default();
    let users = merged(&used.users);
    let seen = count(users.len() as u64, "user or session", "users and sessions");
    let seen = format!("{seen}{since}, each with its last event");
    let headline = match (used.users.is_empty(), used.complete) {
        (true, true) => format!("{nobody}{since} (CloudTrail may be 15 minutes late)"),
        (true, false) => {
            format!("INCOMPLETE: could not look everywhere; elsewhere {nobody}{since}")
        }
        (false, true) => seen,
        (false, false) => format!("INCOMPLETE: could not look everywhere; {seen}"),
    };
    // the user of a key is the one that the plan names
    let is_user = |user: &Use| {
        user.principal
            .as_deref()
            .is_some_and(|arn| arn.contains(":user/"))
    };
    let is_known = users
        .iter()
        .all(|user| is_user(user) && user.principal == users[0].principal);
    let rows = users
        .iter()
        .take(USERS)
        .map(|user| row(user, !is_known))
        .collect();
    let mut lines = paragraphs([headline], room);
    let fits = [Fit::Cut, Fit::Number, Fit::Cut, Fit::Cut, Fit::Cut];
    lines.extend(Grid::new(fits, rows).lines(table));
    if let Some(hidden) = users.len().checked_sub(USERS).filter(|more| *more > 0) {
        lines.push(format!("… {hidden} more: see --format json").into());
    }
    lines.extend(paragraphs(
        used.gaps.iter().map(|gap| format!("could not look: {gap}")),
        room,
    ));
    lines
}

/// Those who differ in more than the details of their user agent: an SDK names the call in it, a browser itself.
fn merged(users: &[Use]) -> Vec<Use> {
    let mut merged: Vec<Use> = Vec::new();
    for user in users {
        let agent = user
            .user_agent
            .as_deref()
            .and_then(|agent| agent.split_whitespace().next());
        let user = Use {
            user_agent: agent.map(str::to_owned),
            ..user.clone()
        };
        let is_same = |known: &&mut Use| {
            let who = |user: &Use| {
                (
                    user.principal.clone(),
                    user.access_key_id.clone(),
                    user.source_ip.clone(),
                )
            };
            who(known) == who(&user) && known.user_agent == user.user_agent
        };
        match merged.iter_mut().find(is_same) {
            Some(known) => {
                known.events += user.events;
                known.last = known.last.max(user.last);
            }
            None => merged.push(user),
        }
    }
    merged
}

/// When last, how often, from where, with what, and as whom where that tells more; UTC, of a few days.
fn row(user: &Use, with_principal: bool) -> Vec<Line> {
    let (address, agent) = match user.events {
        0 => ("", "issued, and not seen in use"),
        _ => ("no address", "no user agent"),
    };
    let last = user.last.map(|last| last.format("%m-%d %H:%M"));
    let last = last.map(|last| last.to_string());
    let mut cells = vec![
        Line::from(last.unwrap_or_default()),
        Line::from(count(user.events, "event", "events")),
        Line::from(user.source_ip.as_deref().unwrap_or(address)),
        Line::from(user.user_agent.as_deref().unwrap_or(agent)),
    ];
    let principal = user.principal.as_deref().filter(|_| with_principal);
    cells.extend(principal.map(short).map(Line::from));
    cells
}

fn hand_off(handoff: &Elsewhere, room: usize) -> Vec<Line> {
    let mut lines = paragraphs([format!("{}  {}", handoff.account, handoff.what)], room);
    if !handoff.argv.is_empty() {
        lines.extend(calls::lines(&handoff.argv, room));
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
        Progress::Done if steps == 1 => "done".to_owned(),
        Progress::Done => format!("done: all {steps} steps hold"),
        Progress::Interrupted => {
            format!("INTERRUPTED: {held} of {steps} hold for certain; the same command goes on")
        }
        Progress::Partial if held == steps => {
            format!("NOT ALL: {held} of {steps} hold, but a traced key was left out (`Not done`)")
        }
        _ if response.steps.iter().any(is_denied) => format!(
            "NOT ALL: {held} of {steps} hold; grant the permission, or act as somebody who has it (--profile): the \
             same command then tries the others again"
        ),
        _ => format!("NOT ALL: {held} of {steps} hold; the same command tries the others again"),
    }
}

/// Whether a step failed for want of a permission.
fn is_denied(step: &Step) -> bool {
    let reason = step.reason.as_deref();
    step.state == StepState::Failed && reason.is_some_and(|reason| reason.contains("AccessDenied"))
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
pub fn moment(time: Time) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}
