//! The exit categories: every code that trailhunt ends with, in one place, and the error that carries one.
//!
//! A room that only fails returns `anyhow::Error`; where the caller must know *which* exit code follows,
//! it returns [`Failure`] (usually inside `anyhow`, found again by downcast in `main`).

use std::process::ExitCode;
use std::sync::atomic::{AtomicU8, Ordering};

/// What the process ends with. Where several hold: interrupted, then 1, 10, 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The question was answered, and everything that was asked for was read.
    Complete = 0,
    /// No answer could be made, or not all that was asked for was carried out.
    Failed = 1,
    /// Wrong usage, or an input that does not exist or holds no trail records.
    Usage = 2,
    /// Answered, but a Region, an account or a file could not be read whole.
    Incomplete = 3,
    /// AWS credentials are missing, expired or refused.
    Credentials = 4,
    /// Declined at a prompt, or a prompt was needed and there was no terminal.
    Declined = 5,
    /// Answered, and a finding reaches the level of `--fail-on`, `respond watch` saw life, or `alerts-status` something
    /// that needs attention.
    Found = 10,
    /// Interrupted: by Ctrl-C, or by the [`Signal`] that came, whose code it is then.
    Interrupted = 130,
}

/// A signal that ends a run, and the exit code that stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    HangUp = 129,
    Interrupt = 130,
    Terminate = 143,
}

/// The code of the first signal that came; 0 while none has.
static CAME: AtomicU8 = AtomicU8::new(0);

/// A signal has come. The first one counts.
pub fn interrupted_by(signal: Signal) {
    // one that came before stands
    let _ = CAME.compare_exchange(0, signal as u8, Ordering::Relaxed, Ordering::Relaxed);
}

/// Whether one has come.
pub fn was_interrupted() -> bool {
    CAME.load(Ordering::Relaxed) != 0
}

impl Exit {
    pub fn code(self) -> u8 {
        match (self, CAME.load(Ordering::Relaxed)) {
            (Self::Interrupted, came @ 1..) => came,
            _ => self as u8,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

/// The table of exit codes as `--help` and `docs/formats.md` show it.
pub const EXIT_CODES: &str = "\
Exit codes:
  0    complete
  1    failure: no answer, or not all that was asked for was carried out
  2    usage, or input that does not exist or holds no trail records
  3    answered, but coverage is incomplete
  4    credentials missing, expired or refused
  5    declined at a prompt
  10   answered, and there is cause to act: a finding of --fail-on, a contained key at work, alerts amiss
  129  interrupted by SIGHUP
  130  interrupted by Ctrl-C
  143  interrupted by SIGTERM";

/// An error that knows its exit code and, where there is something to do about it, a hint.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub exit: Exit,
    pub message: String,
    pub hint: Option<String>,
}

impl Failure {
    /// A mistake in what was asked: exit code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Credentials that are missing, expired or refused: exit code 4.
    pub fn credentials(message: impl Into<String>) -> Self {
        Self::new(Exit::Credentials, message)
    }

    /// A question that was answered with no: exit code 5.
    pub fn declined(message: impl Into<String>) -> Self {
        Self::new(Exit::Declined, message)
    }

    /// Ctrl-C before there was anything to show: exit code 130.
    pub fn interrupted() -> Self {
        Self::new(Exit::Interrupted, "interrupted")
    }

    /// Any failure that leaves no answer: exit code 1.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// What to do about it: printed on a line of its own.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
        }
    }
}
