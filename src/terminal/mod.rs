//! The terminal: progress, first hits, warnings, hints and prompts on stderr. The only room that writes to stderr
//! or asks; the others are handed closures over it.

mod progress;

use std::io::{BufRead, IsTerminal, Write};

use chrono_tz::Tz;

use crate::error::Failure;
use crate::interrupt;
use crate::output::{Style, escape};
pub use progress::ProgressBars;

/// How wide an answer is where nobody looks: the same every time.
const WIDTH: usize = 100;

/// What the user wants to see, and what the streams are.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    verbosity: Verbosity,
    progress: bool,
    color_out: bool,
    color_err: bool,
    width: usize,
}

/// The choices of the command line.
#[derive(Debug, Clone, Copy)]
pub struct Choices {
    /// `Some` for always or never.
    pub color: Option<bool>,
    pub verbosity: Verbosity,
    pub no_progress: bool,
}

/// How much is said on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verbosity {
    /// Errors only.
    Quiet,
    Normal,
    /// What is asked where, too.
    Verbose,
}

/// What a person said to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptAnswer {
    Yes,
    No,
    /// Ctrl-C, instead of an answer.
    Interrupted,
    /// There is no terminal to ask on.
    Nobody,
}

/// Asks, and waits for a line.
async fn ask(question: &str) -> PromptAnswer {
    {
        let mut err = std::io::stderr().lock();
        let written =
            write!(err, "{} [y/N] ", escape::terminal(question)).and_then(|()| err.flush());
        if written.is_err() {
            return PromptAnswer::Nobody;
        }
    }
    let (sender, answer) = tokio::sync::oneshot::channel();
    // a thread of its own: a runtime would wait at its end for a line that nobody writes any more
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        if !line.ends_with('\n') {
            let _ = writeln!(std::io::stderr().lock());
        }
        // a line that was not ended was not meant
        let said_yes = matches!(line.to_ascii_lowercase().trim(), "y" | "yes");
        let answer = match read {
            Ok(_) if line.ends_with('\n') && said_yes => PromptAnswer::Yes,
            _ => PromptAnswer::No,
        };
        // whoever asked may be gone, after Ctrl-C
        let _ = sender.send(answer);
    });
    answer.await.unwrap_or(PromptAnswer::No)
}

impl Terminal {
    pub fn new(choices: Choices) -> Self {
        let (out, err) = (
            std::io::stdout().is_terminal(),
            std::io::stderr().is_terminal(),
        );
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let console = terminal_size::terminal_size().filter(|_| out);
        let width = console.map_or(WIDTH, |(width, _)| usize::from(width.0));
        Self {
            verbosity: choices.verbosity,
            progress: err && choices.verbosity != Verbosity::Quiet && !choices.no_progress,
            color_out: choices.color.unwrap_or(out && !plain),
            color_err: choices.color.unwrap_or(err && !plain),
            width,
        }
    }

    /// How an answer is to be drawn: plain where it goes to a file.
    pub fn style(&self, all: bool, timezone: Tz, to_file: bool) -> Style {
        let (width, color) = if to_file {
            (WIDTH, false)
        } else {
            (self.width, self.color_out)
        };
        Style {
            width,
            color,
            all,
            timezone,
        }
    }

    /// Progress of an investigation: drawn only on a terminal.
    pub fn progress(&self) -> ProgressBars {
        ProgressBars::new(self.progress, self.color_err)
    }

    /// Something to know, unless quiet.
    pub fn note(&self, text: &str) {
        if self.verbosity != Verbosity::Quiet {
            self.line("", text);
        }
    }

    /// Something to know for those who asked for more.
    pub fn detail(&self, text: &str) {
        if self.verbosity == Verbosity::Verbose {
            self.line("", text);
        }
    }

    /// Something that may be wrong, unless quiet.
    pub fn warn(&self, text: &str) {
        if self.verbosity != Verbosity::Quiet {
            self.line("warning: ", text);
        }
    }

    /// The last words of a run that failed: what, and what to do.
    pub fn failure(&self, error: &anyhow::Error) {
        let what = match error.downcast_ref::<Failure>() {
            Some(failure) => failure.to_string(),
            None => format!("{error:#}"),
        };
        self.line("error: ", &what);
        if let Some(hint) = error
            .downcast_ref::<Failure>()
            .and_then(|failure| failure.hint.as_ref())
        {
            self.line("hint: ", hint);
        }
    }

    /// Asks a yes-or-no question; an end of input is a no. Within a runtime that has signals.
    pub async fn confirm(&self, question: &str) -> PromptAnswer {
        if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
            return PromptAnswer::Nobody;
        }
        // Ctrl-C is listened for before the question is seen, else it could come too early
        tokio::select! {
            biased;
            Ok(()) = interrupt::comes() => {
                let _ = writeln!(std::io::stderr().lock());
                PromptAnswer::Interrupted
            }
            answer = ask(question) => answer,
        }
    }

    /// An answer that has its place on stderr, because stdout holds another one.
    pub fn page(&self, text: &[u8]) {
        // a closed stderr is nothing to fail for
        let _ = std::io::stderr().lock().write_all(text);
    }

    fn line(&self, label: &str, text: &str) {
        let (on, off) = match (self.color_err, label) {
            (true, "error: ") => ("\x1b[31;1m", "\x1b[0m"),
            (true, "warning: ") => ("\x1b[33;1m", "\x1b[0m"),
            (true, "hint: ") => ("\x1b[36m", "\x1b[0m"),
            _ => ("", ""),
        };
        // a name may hold a line break: what follows it never stands where a line of ours begins
        let behind = " ".repeat(label.len().max(2));
        for (number, line) in text.lines().enumerate() {
            let label = if number == 0 { label } else { &behind };
            // a closed stderr is nothing to fail for
            let _ = writeln!(
                std::io::stderr().lock(),
                "{on}{label}{off}{}",
                escape::terminal(line)
            );
        }
    }
}
