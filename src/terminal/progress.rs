//! Progress on stderr: a line for each Region that is still being read, or one for all files, and the first hits.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::escape;

/// Hits told as they come: enough to know that, and where, something is there.
const FIRST_HITS: usize = 8;
/// Steps of a bar: it shows a fraction.
const STEPS: u64 = 1_000;

/// Draws on stderr, or nothing at all where that is no terminal.
#[derive(Debug)]
pub struct ProgressBars {
    lines: Option<MultiProgress>,
    color: bool,
    state: Mutex<ProgressState>,
}

#[derive(Debug, Default)]
struct ProgressState {
    bars: BTreeMap<String, ProgressBar>,
    hits: usize,
}

impl ProgressBars {
    pub(super) fn new(drawn: bool, color: bool) -> Self {
        let lines =
            drawn.then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10)));
        Self {
            lines,
            color,
            state: Mutex::default(),
        }
    }

    /// `part` (a Region, or "files") is read to this fraction, 0 to 1; at 1 its line goes.
    pub fn part(&self, part: &str, fraction: f64, message: &str) {
        let Some(lines) = &self.lines else { return };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if fraction >= 1.0 {
            if let Some(bar) = state.bars.remove(part) {
                bar.finish_and_clear();
                lines.remove(&bar);
            }
            return;
        }
        let bar = state.bars.entry(part.to_owned()).or_insert_with(|| {
            let bar = lines.add(ProgressBar::new(STEPS));
            bar.set_style(self.style());
            bar.set_prefix(escape::terminal(part).into_owned());
            bar
        });
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within 0 to STEPS"
        )]
        #[expect(clippy::cast_precision_loss, reason = "STEPS is small")]
        bar.set_position((fraction.clamp(0.0, 1.0) * STEPS as f64) as u64);
        bar.set_message(escape::terminal(message).into_owned());
    }

    /// One of the first events found; later ones are left to the answer.
    pub fn hit(&self, text: &str) {
        let Some(lines) = &self.lines else { return };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.hits += 1;
        let line = match state.hits {
            1..=FIRST_HITS => escape::terminal(text).into_owned(),
            n if n == FIRST_HITS + 1 => "more is being found".to_owned(),
            _ => return,
        };
        // a terminal that went away is nothing to stop for
        let _ = lines.println(line);
    }

    /// Does what writes to the terminal, or asks on it, while the lines are out of its way.
    pub fn aside<T>(&self, speak: impl FnOnce() -> T) -> T {
        match &self.lines {
            Some(lines) => lines.suspend(speak),
            None => speak(),
        }
    }

    /// Clears every line.
    pub fn clear(&self) {
        if let Some(lines) = &self.lines {
            let _ = lines.clear();
        }
    }

    fn style(&self) -> ProgressStyle {
        let bar = if self.color {
            "{bar:24.cyan}"
        } else {
            "{bar:24}"
        };
        ProgressStyle::with_template(&format!("{{prefix:16}} {bar} {{percent:>3}}%  {{msg}}"))
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("━╸ ")
    }
}
