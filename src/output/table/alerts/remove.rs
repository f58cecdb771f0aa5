//! What `remove-alerts` answers, for people: what goes and what stays, and what went.

use std::io::{self, Write};

use super::stacks;
use crate::output::table::text::{
    self, LABEL, Line, account, labelled, marked, paragraph, paragraphs,
};
use crate::output::{AnswerPart, Style};
use crate::report::alerting::deploy::StackOutcome;
use crate::report::alerting::remove::Removal;
use crate::report::response::Progress;

/// Writes `part` of the answer.
///
/// # Errors
/// Those of `out`.
pub fn write(
    answer: &Removal,
    part: AnswerPart,
    style: &Style,
    out: &mut impl Write,
) -> io::Result<()> {
    let room = style.prose() - LABEL;
    let unseen = answer.unseen.iter();
    let unseen = unseen.map(|it| format!("could not look in {}: {}", it.region, it.reason));
    let notes: Vec<String> = unseen.chain(answer.notes.iter().cloned()).collect();
    let mut sections = match part {
        AnswerPart::Plan => vec![
            account(&answer.caller, room),
            labelled("Plan", paragraphs([standing(answer)], room)),
            labelled(
                "",
                [stacks::plan(&answer.stacks, room), trail(answer, room)].concat(),
            ),
        ],
        AnswerPart::Outcome => vec![
            labelled("Outcome", paragraphs([summary(answer)], room)),
            labelled(
                "",
                [stacks::outcome(&answer.stacks, room), trail(answer, room)].concat(),
            ),
        ],
    };
    sections.push(labelled("Stays", marked(&answer.kept, room)));
    sections.push(labelled("Note", marked(&notes, room)));
    // what comes below it, a question or an outcome, stands apart
    if part == AnswerPart::Plan && answer.state == Progress::Planned {
        sections.push(vec![Line::default()]);
    }
    text::write(sections.concat(), style, out)
}

/// The trail itself, which no stack deletes.
fn trail(answer: &Removal, room: usize) -> Vec<Line> {
    let Some(trail) = &answer.trail else {
        return Vec::new();
    };
    let what = format!("trail {} in {}", trail.name, trail.region);
    let text = match trail.outcome {
        StackOutcome::Planned => format!("{what}: DELETE"),
        StackOutcome::Done => format!("deleted      {what}"),
        StackOutcome::NotTried => format!("NOT TRIED    {what}"),
        _ => format!("FAILED       {what}"),
    };
    let reason = trail.reason.iter().map(|why| format!(": {why}"));
    let text = text + &reason.collect::<String>();
    paragraph(&text, room, 12)
}

fn standing(answer: &Removal) -> &'static str {
    match answer.state {
        Progress::Nothing if answer.complete => {
            "nothing to do: there are no alerts of trailhunt in this account"
        }
        Progress::Nothing => {
            "INCOMPLETE: there are no alerts of trailhunt where it could be looked"
        }
        Progress::Failed => "cannot be carried out: nothing was changed",
        _ => "not yet carried out",
    }
}

fn summary(answer: &Removal) -> &'static str {
    match answer.state {
        Progress::Done if answer.complete => "done: what was to go is gone",
        Progress::Done => {
            "INCOMPLETE: what was found is gone, but it could not be looked everywhere"
        }
        Progress::Declined => "declined: nothing was changed",
        Progress::Interrupted => {
            "INTERRUPTED: CloudFormation goes on with what it began. The same command sees the rest through"
        }
        _ => "NOT ALL of it is gone; the same command tries the rest again",
    }
}
