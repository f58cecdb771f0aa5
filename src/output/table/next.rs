//! What to run or read next. A command is shown whole or not at all: half a command must not be pasted.

use super::Page;
use super::text::{LABEL, Line, labelled, width, wrap};
use crate::output::escape;
use crate::report::Next;

pub fn lines(page: &Page) -> Vec<Line> {
    labelled(
        "Next",
        of(
            &page.report.next,
            page.width.saturating_sub(LABEL),
            page.most(4),
        ),
    )
}

/// `next` in lines of at most `room` columns; an address in at most `most`.
pub fn of(next: &[Next], room: usize, most: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let commands: Vec<Vec<String>> = next.iter().map(|next| command(&next.argv, room)).collect();
    let column = commands
        .iter()
        .filter(|parts| parts.len() == 1)
        .flatten()
        .map(|command| width(command))
        .max()
        .unwrap_or(0);
    for (next, command) in next.iter().zip(commands) {
        let why = Line::from(format!("  # {}", next.why));
        match command.as_slice() {
            [] if next.argv.is_empty() => {
                lines.extend(reason(&next.why, room));
                let address = next.reference.iter();
                let address = address.flat_map(|address| wrap(address, room, most));
                lines.extend(address.map(Line::from));
            }
            [] => lines.push(
                Line::from("a command that a terminal cannot show: see --format json").join(why),
            ),
            [whole] if column + why.width() <= room => {
                let blanks = " ".repeat(column - width(whole));
                lines.push(Line::from(whole).and(blanks).join(why));
            }
            parts => {
                lines.extend(reason(&next.why, room));
                lines.extend(parts.iter().map(Line::from));
            }
        }
    }
    lines
}

/// `why` as comments of a shell: it may be pasted with the command.
fn reason(why: &str, room: usize) -> impl Iterator<Item = Line> {
    let lines = wrap(why, room.saturating_sub(2), 3).into_iter();
    lines.map(|line| Line::from(format!("# {line}")))
}

/// `argv` as a shell reads it, continued over lines of at most `room` columns; nothing where that cannot be done.
pub fn command(argv: &[String], room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for argument in argv {
        let Some(word) = escape::shell(argument) else {
            return Vec::new();
        };
        // room for ` \` at the end of every line, and for the indent of the next
        if width(&word) + 4 > room {
            return Vec::new();
        }
        match lines.last_mut() {
            Some(line) if width(line) + width(&word) + 3 <= room => {
                line.push(' ');
                line.push_str(&word);
            }
            Some(line) => {
                line.push_str(" \\");
                lines.push(format!("  {word}"));
            }
            None => lines.push(word.into_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_command_is_whole_or_not_there() {
        assert_eq!(
            command(&argv(&["trailhunt", "a b"]), 40),
            ["trailhunt 'a b'"]
        );
        assert_eq!(
            command(&argv(&["trailhunt", "--since", "2026"]), 20),
            ["trailhunt --since \\", "  2026"]
        );
        assert!(command(&argv(&["trailhunt", &"x".repeat(40)]), 40).is_empty());
        assert!(command(&argv(&["trailhunt", "\x1b[2J"]), 40).is_empty());
    }
}
