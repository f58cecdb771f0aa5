//! What a call did, as lines that become changes: one for each statement that a policy edit newly allows, no longer
//! allows, newly denies or no longer denies, and one for every other call.

use serde_json::{Map, Value};

use super::danger::{self, Danger};
use super::history::Known;
use super::trust;
use super::words;
use crate::policy::{Document, DocumentDiff, Effect, Statement, Unreadable, names_of, principal};
use crate::report::ChangeAction;

/// One line: see [`crate::report::Change`].
#[derive(Debug)]
pub struct ChangeLine {
    pub action: ChangeAction,
    pub before: Option<String>,
    pub after: Option<String>,
    pub notes: Vec<String>,
    pub detail: Map<String, Value>,
    /// Each with whom it is about, as the finding begins.
    pub dangers: Vec<(String, Danger)>,
}

impl ChangeLine {
    pub fn new(action: ChangeAction, before: Option<String>, after: Option<String>) -> Self {
        Self {
            action,
            before,
            after,
            notes: Vec::new(),
            detail: Map::new(),
            dangers: Vec::new(),
        }
    }

    /// Nothing told what held before.
    #[must_use]
    pub fn with_unknown_before(mut self) -> Self {
        self.detail.insert("before_known".to_owned(), false.into());
        self
    }
}

/// What became of a policy document.
#[derive(Debug)]
pub struct PolicyChange {
    /// The thing whose policy it is: `role deploy`.
    pub target: String,
    /// The policy, as notes name it: `inline policy admin`, `trust policy`.
    pub policy: String,
    pub is_trust: bool,
    pub before: Known<Document>,
    /// What holds since; nothing, where the policy is gone.
    pub after: Known<Document>,
    /// Why `after` is unknown.
    pub unreadable: Option<Unreadable>,
    pub note: Option<String>,
}

impl PolicyChange {
    /// The lines, never none.
    pub fn lines(&self, home: Option<&str>) -> Vec<ChangeLine> {
        let mut lines = match (&self.before, &self.after) {
            (_, Known::Unknown) => vec![self.line_of_unknown(home)],
            (Known::Unknown, Known::Is(after)) => self.lines_without_before(after, home),
            (Known::Unknown, Known::Nothing) => {
                let mut gone =
                    ChangeLine::new(ChangeAction::Removed, Some(self.policy.clone()), None);
                gone.notes.push("no event told what it said".to_owned());
                vec![gone]
            }
            _ => self.differences(home),
        };
        for line in &mut lines {
            line.notes
                .splice(0..0, self.note.iter().cloned().chain([self.policy.clone()]));
            line.detail
                .insert("policy".to_owned(), self.policy.as_str().into());
            let is_known = self.before.is_known();
            line.detail
                .insert("before_known".to_owned(), is_known.into());
        }
        lines
    }

    fn line_of_unknown(&self, home: Option<&str>) -> ChangeLine {
        let before = self.before.as_ref().value();
        let before = before.map(|document| all(document, home));
        let mut line = ChangeLine::new(ChangeAction::Modified, before, Some(self.policy.clone()));
        let why = match self.unreadable {
            Some(why) => why.to_string(),
            None => "no event told what it says".to_owned(),
        };
        line.notes.push(why);
        line
    }

    fn lines_without_before(&self, after: &Document, home: Option<&str>) -> Vec<ChangeLine> {
        let line = |statement: &Statement| {
            let words = words::statement(statement, home);
            let line = ChangeLine::new(ChangeAction::Modified, None, Some(words));
            let mut line = self.about(line, statement).with_unknown_before();
            line.dangers = self.dangers(statement, "now", home);
            line
        };
        let lines: Vec<ChangeLine> = after.statements.iter().map(line).collect();
        if lines.is_empty() {
            return vec![
                self.line_of_nothing(ChangeAction::Modified)
                    .with_unknown_before(),
            ];
        }
        lines
    }

    fn differences(&self, home: Option<&str>) -> Vec<ChangeLine> {
        let empty = Document::default();
        let before = self.before.as_ref().value().unwrap_or(&empty);
        let after = self.after.as_ref().value().unwrap_or(&empty);
        let mut lines = Vec::new();
        let [newly, no_longer] =
            [(after, before), (before, after)].map(|(one, other)| DocumentDiff::new(one, other));
        for statement in newly.beyond() {
            let words = words::statement(&statement, home);
            let line = ChangeLine::new(ChangeAction::Added, None, Some(words));
            let mut line = self.about(line, &statement);
            line.notes
                .extend(of_others(&statement, newly, "before it", home));
            line.dangers = self.dangers(&statement, "newly", home);
            lines.push(line);
        }
        for statement in no_longer.beyond() {
            let words = words::statement(&statement, home);
            let line = ChangeLine::new(ChangeAction::Removed, Some(words), None);
            let mut line = self.about(line, &statement);
            line.notes
                .extend(of_others(&statement, no_longer, "it still", home));
            lines.push(line);
        }
        if lines.is_empty() {
            lines.push(match (&self.before, &self.after) {
                (_, Known::Nothing) => {
                    ChangeLine::new(ChangeAction::Removed, Some(self.policy.clone()), None)
                }
                (Known::Nothing, _) => self.line_of_nothing(ChangeAction::Added),
                _ => {
                    let words = Some(all(after, home));
                    let mut line = ChangeLine::new(ChangeAction::Noop, words.clone(), words);
                    line.notes.push("says what it said before".to_owned());
                    line
                }
            });
        }
        lines
    }

    /// A document that allows and denies nothing.
    fn line_of_nothing(&self, action: ChangeAction) -> ChangeLine {
        let mut line = ChangeLine::new(action, None, Some(self.policy.clone()));
        line.notes.push("without a statement".to_owned());
        line
    }

    fn about(&self, mut line: ChangeLine, statement: &Statement) -> ChangeLine {
        line.detail
            .insert("statement".to_owned(), statement.to_json());
        let (_, principals) = names_of(&statement.principals);
        if self.is_trust && !principals.is_empty() {
            let names = principals.into_iter().map(|pattern| principal(pattern).1);
            line.detail.insert("principals".to_owned(), names.collect());
        }
        line
    }

    fn dangers(
        &self,
        statement: &Statement,
        since: &str,
        home: Option<&str>,
    ) -> Vec<(String, Danger)> {
        let (of_whom, dangers) = if self.is_trust {
            let before = self.before.as_ref().value();
            (self.target.clone(), trust::dangers(statement, before, home))
        } else if self.target.starts_with("policy ") {
            (
                self.target.clone(),
                danger::of_permissions(statement).into_iter().collect(),
            )
        } else {
            let of_whom = format!("{} of {}", self.policy, self.target);
            (
                of_whom,
                danger::of_permissions(statement).into_iter().collect(),
            )
        };
        let subject = format!("{of_whom} {since}");
        dangers
            .into_iter()
            .map(|danger| (subject.clone(), danger))
            .collect()
    }
}

/// All that a document says.
pub fn all(document: &Document, home: Option<&str>) -> String {
    let words = document
        .statements
        .iter()
        .map(|statement| words::statement(statement, home));
    words.collect::<Vec<_>>().join("; ")
}

/// What the other document says within the reach of `statement`: a wider or narrower word for the same.
fn of_others(
    statement: &Statement,
    comparison: DocumentDiff<'_>,
    when: &str,
    home: Option<&str>,
) -> Option<String> {
    let parts = comparison.within(statement).into_iter();
    let parts: Vec<String> = parts.map(|part| words::statement(part, home)).collect();
    let says = match statement.effect {
        Effect::Allow => "allows ",
        Effect::Deny => "denies ",
    };
    let parts: Vec<&str> = parts
        .iter()
        .map(|words| words.strip_prefix(says).unwrap_or(words))
        .collect();
    (!parts.is_empty()).then(|| format!("{when} {says}{}", parts.join("; ")))
}
