//! The flow of every command that acts on an account: show the plan, ask, decline, report. What is planned, what was
//! carried out, and what that ends with is said by `response` and `alerting`.

use std::io;

use serde::Serialize;

use super::runtime::interrupted;
use super::to_stdout;
use crate::error::{Exit, Failure};
use crate::output::{self, AnswerPart, Format, Style};
use crate::terminal::{PromptAnswer, Terminal};

/// What to do where nobody can be asked.
pub const LOOK: &str = "look at the plan, then pass --yes";

/// Whoever is shown an answer, and asked about it.
pub struct Dialog<'d, A> {
    pub terminal: &'d Terminal,
    pub format: Format,
    /// Not where stdout holds another answer, in a format of its own.
    pub to_stdout: bool,
    /// Writes an answer for people.
    pub write: fn(&A, AnswerPart, &Style, &mut Vec<u8>) -> io::Result<()>,
}

impl<A: Serialize> Dialog<'_, A> {
    /// Shows a plan that is not carried out, and says `why_not`.
    pub fn show_only(
        &self,
        plan: &A,
        why_not: Option<Failure>,
        exit: Exit,
    ) -> anyhow::Result<Exit> {
        self.plan(plan, false)?;
        self.end(plan, AnswerPart::Plan)?;
        if let Some(failure) = why_not {
            self.terminal.failure(&failure.into());
        }
        Ok(exit)
    }

    /// Shows the plan: where it `asks`, to whoever is asked; otherwise a table shows it, and JSON once at the end.
    fn plan(&self, answer: &A, asks: bool) -> anyhow::Result<()> {
        match self.format {
            Format::Json if asks => self.table(answer, AnswerPart::Plan, false),
            Format::Json => Ok(()),
            _ => self.table(answer, AnswerPart::Plan, self.to_stdout),
        }
    }

    /// Shows the plan, and where it `asks`, whether `question` is answered with yes. `hint` is what to do where nobody
    /// can be asked.
    ///
    /// # Errors
    /// Where nobody can be asked, on Ctrl-C, and where the plan cannot be written.
    pub async fn is_agreed(
        &self,
        plan: &A,
        asks: bool,
        question: &str,
        hint: &str,
    ) -> anyhow::Result<bool> {
        self.plan(plan, asks)?;
        if !asks {
            return Ok(true);
        }
        match self.terminal.confirm(question).await {
            PromptAnswer::Yes => Ok(true),
            PromptAnswer::No => Ok(false),
            PromptAnswer::Interrupted => Err(interrupted().into()),
            PromptAnswer::Nobody => {
                let what = "nothing was changed: there is no terminal to ask on";
                Err(Failure::declined(what).hint(hint).into())
            }
        }
    }

    /// The answer of a plan that somebody said no to.
    pub fn declined(&self, answer: &A) -> anyhow::Result<Exit> {
        self.terminal.note("declined: nothing was changed");
        self.end(answer, AnswerPart::Plan)?;
        Ok(Exit::Declined)
    }

    /// The answer, after `part` of what was planned or done: a table has shown the plan already.
    pub fn end(&self, answer: &A, part: AnswerPart) -> anyhow::Result<()> {
        match (self.format, part) {
            (Format::Json, _) => to_stdout(|mut out| output::write_document(answer, &mut out)),
            (_, AnswerPart::Plan) => Ok(()),
            (_, AnswerPart::Outcome) => self.table(answer, part, self.to_stdout),
        }
    }

    /// An empty line, after what stands there already.
    pub fn blank_line(&self) -> anyhow::Result<()> {
        self.put(b"\n", self.to_stdout)
    }

    fn table(&self, answer: &A, part: AnswerPart, stdout: bool) -> anyhow::Result<()> {
        let style = self.terminal.style(false, chrono_tz::Tz::UTC, !stdout);
        let mut text = Vec::new();
        (self.write)(answer, part, &style, &mut text)?;
        self.put(&text, stdout)
    }

    fn put(&self, text: &[u8], stdout: bool) -> anyhow::Result<()> {
        if stdout {
            return to_stdout(|out| out.write_all(text));
        }
        self.terminal.page(text);
        Ok(())
    }
}
