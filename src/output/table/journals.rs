//! What `trailhunt respond journals` lists, as text.

use std::io::{self, Write};

use super::text::{self, LABEL, Line, account, behind, labelled, marked, paragraphs};
use crate::event::time::Time;
use crate::output::Style;
use crate::report::response::{Holding, JournalList, ListedJournal, Progress};

const BELOW: &str = "  ";

/// Writes the journals, for people.
///
/// # Errors
/// Those of `out`.
pub fn write(list: &JournalList, style: &Style, out: &mut impl Write) -> io::Result<()> {
    let width = style.prose();
    let room = width - LABEL;
    let journals = list
        .journals
        .iter()
        .flat_map(|journal| lines(journal, width));
    let none = list
        .journals
        .is_empty()
        .then(|| Line::from("no journal is kept there"));
    let sections = [
        list.caller
            .iter()
            .flat_map(|caller| account(caller, room))
            .collect(),
        labelled("Folder", [Line::from(&list.folder)]),
        labelled("Note", marked(&list.notes, room)),
        journals.chain(none).collect(),
    ];
    text::write(sections.concat(), style, out)
}

fn lines(journal: &ListedJournal, width: usize) -> Vec<Line> {
    let room = width - BELOW.len();
    let command = journal.command.join(" ");
    let head = match (&journal.unread, journal.begun) {
        (Some(why), _) => vec![format!("unreadable: {why}")],
        (None, begun) => vec![format!(
            "{}  account {}  {command}: {}, {}",
            begun.map(moment).unwrap_or_default(),
            journal.account.as_deref().unwrap_or("unknown"),
            ended(journal.state),
            holding(journal.holds)
        )],
    };
    let changes = journal.changes.iter().map(|change| {
        let doubt = if change.certain {
            ""
        } else {
            ", perhaps never done"
        };
        format!(
            "{}  {}: {}{doubt}",
            moment(change.at),
            change.what,
            holding(change.holds)
        )
    });
    let doubts = journal
        .doubts
        .iter()
        .map(|doubt| format!("not acted on without --trust-journal: {doubt}"));
    let by = journal.caller.iter().map(|caller| format!("by {caller}"));
    let below: Vec<String> = by.chain(changes).chain(doubts).collect();
    // a path that is broken over lines is not copied whole
    let path = behind(BELOW, [Line::from(&journal.path)]);
    let below = below
        .iter()
        .flat_map(|text| behind(BELOW, paragraphs([text], room)));
    let lines = [vec![Line::default()], paragraphs(head, width), path].concat();
    lines.into_iter().chain(below).collect()
}

fn moment(time: Time) -> String {
    time.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn ended(state: Option<Progress>) -> &'static str {
    match state {
        None => "cut off",
        Some(Progress::Done) => "done",
        Some(Progress::Interrupted) => "interrupted",
        Some(Progress::Failed) => "failed",
        Some(_) => "not all done",
    }
}

fn holding(holding: Holding) -> &'static str {
    match holding {
        Holding::Holds => "holds",
        Holding::Partly => "holds in part",
        Holding::Lifted => "does not hold any more",
        Holding::Unknown => "whether it holds is unknown",
        Holding::Nothing => "changed nothing",
    }
}
