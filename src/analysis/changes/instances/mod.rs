//! Instance states, rendered change by change.

use crate::analysis::findings;
use crate::event::Event;
use crate::report::Change;

/// Folds events into changes.
#[derive(Debug, Default)]
pub struct Fold {
    changes: Vec<Change>,
}

impl Fold {
    /// See [`super::Renderer::add`].
    pub fn add(&mut self, event: &Event, in_answer: bool) {
        if in_answer {
            let change = super::change_by(event, crate::report::ChangeAction::Modified);
            self.changes.push(change);
        }
    }

    /// See [`super::Renderer::finish`].
    pub fn finish(self, _findings: &mut findings::Fold) -> Vec<Change> {
        self.changes
    }
}
