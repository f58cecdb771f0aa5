//! What `deploy-alerts` answers, for people: the plan before the question, and what became of it.

use std::io::{self, Write};

use super::stacks;
use crate::output::table::calls;
use crate::output::table::text::{self, LABEL, Line, account, count, labelled, marked, paragraphs};
use crate::output::{AnswerPart, Style};
use crate::report::alerting::deploy::{
    Deployment, Preflight, RecorderState, StackOutcome, TrailState, TrailUse,
};
use crate::report::response::Progress;

/// Writes `part` of the answer.
///
/// # Errors
/// Those of `out`.
pub fn write(
    answer: &Deployment,
    part: AnswerPart,
    style: &Style,
    out: &mut impl Write,
) -> io::Result<()> {
    let room = style.prose() - LABEL;
    let sections = match part {
        AnswerPart::Plan => plan(answer, room),
        AnswerPart::Outcome => vec![
            labelled("Outcome", paragraphs([summary(answer)], room)),
            labelled("Stacks", stacks::outcome(&answer.stacks, room)),
            labelled("To do", marked(&answer.todo, room)),
            labelled("Next", calls::to_run(&answer.next, room)),
        ],
    };
    text::write(sections.concat(), style, out)
}

fn plan(answer: &Deployment, room: usize) -> Vec<Vec<Line>> {
    let preflight = &answer.preflight;
    let mut sections = vec![
        account(&answer.caller, room),
        labelled("Home", paragraphs([&answer.home], room)),
        labelled("Regions", paragraphs(regions(preflight), room)),
        labelled("Trail", paragraphs([trail(preflight)], room)),
        labelled("Config", paragraphs([config(preflight)], room)),
        labelled("Cost", marked(&answer.cost, room)),
        labelled("Plan", paragraphs([standing(answer)], room)),
        labelled("", stacks::plan(&answer.stacks, room)),
        labelled("Note", marked(&answer.notes, room)),
        labelled("To do", marked(&answer.todo, room)),
        labelled("Next", calls::to_run(&answer.next, room)),
    ];
    // what comes below it, a question or an outcome, stands apart
    if answer.state == Progress::Planned && !answer.dry_run {
        sections.push(vec![Line::default()]);
    }
    sections
}

fn regions(preflight: &Preflight) -> Vec<String> {
    let named = |regions: &[String], what: &str| {
        let all = count(regions.len() as u64, "Region", "Regions");
        format!("{all} {what}: {}", regions.join(", "))
    };
    let mut texts = vec![named(&preflight.regions, "watched")];
    if !preflight.unwatched.is_empty() {
        texts.push(named(&preflight.unwatched, "enabled, and NOT watched"));
    }
    texts
}

fn trail(preflight: &Preflight) -> String {
    let found = &preflight.trail;
    let bucket = preflight.kept_bucket.iter();
    let bucket = bucket.map(|name| format!(", with the bucket {name} that is there already"));
    match preflight.trail_use {
        TrailUse::Found => format!("the one that is there: {}", found.reason),
        TrailUse::Ours => format!("our own: {}", found.reason),
        TrailUse::Made => format!("a new one{}: {}", bucket.collect::<String>(), found.reason),
        TrailUse::None if found.state == TrailState::NotSuitable => {
            format!("NONE that suits: {}", found.reason)
        }
        TrailUse::None => format!("NOT KNOWN whether one suits: {}", found.reason),
    }
}

fn config(preflight: &Preflight) -> String {
    let recorders = preflight.recorders.iter();
    let recording = recorders.filter(|it| it.state == RecorderState::Recording);
    let all = count(preflight.recorders.len() as u64, "Region", "Regions");
    format!("AWS Config records in {} of {all}", recording.count())
}

/// What the plan stands for.
fn standing(answer: &Deployment) -> &'static str {
    match answer.state {
        Progress::Nothing => "no change: everything is as it should be",
        Progress::Failed => "cannot be carried out: nothing was changed",
        Progress::Planned if answer.dry_run => "dry run: nothing was changed",
        Progress::Planned => "not yet carried out",
        _ => "",
    }
}

fn summary(answer: &Deployment) -> String {
    let is = |outcome| {
        answer
            .stacks
            .iter()
            .filter(move |stack| stack.outcome == outcome)
    };
    let holds = is(StackOutcome::Done).count() + is(StackOutcome::Unchanged).count();
    let all = count(answer.stacks.len() as u64, "stack", "stacks");
    match answer.state {
        Progress::Done => format!("done: {all} as they should be"),
        Progress::Declined => "declined: nothing was changed".to_owned(),
        Progress::Interrupted => format!(
            "INTERRUPTED: {holds} of {all} as they should be; CloudFormation goes on with what it began. The same \
             command sees the rest through"
        ),
        _ => format!(
            "NOT ALL: {holds} of {all} as they should be; the same command mends the others"
        ),
    }
}
