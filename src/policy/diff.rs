//! What one policy document says that another does not, statement by statement. In doubt a statement counts as new.

use super::{Condition, Document, Scope, Statement};

/// A statement may be cut into more pieces than anybody would read; then it is shown whole.
const MANY_PIECES: usize = 32;

/// Two documents of the largest size that IAM takes (10,240 characters, the inline policies of a role) are compared
/// part by part. What is larger no call of AWS's wrote, and part by part it might take hours.
const LARGEST: usize = 10_240;

/// Two documents, to be told apart.
#[derive(Debug, Clone, Copy)]
pub struct DocumentDiff<'d> {
    one: &'d Document,
    other: &'d Document,
    in_parts: bool,
}

impl<'d> DocumentDiff<'d> {
    pub fn new(one: &'d Document, other: &'d Document) -> Self {
        Self {
            one,
            other,
            in_parts: one.size().saturating_mul(other.size()) <= LARGEST * LARGEST,
        }
    }

    /// What of `one` the statements of `other` do not say already: whole statements, or the part of them that is left.
    pub fn beyond(self) -> Vec<Statement> {
        let Self { one, other, .. } = self;
        if !self.in_parts {
            return one
                .statements
                .difference(&other.statements)
                .cloned()
                .collect();
        }
        let statements = one.statements.iter();
        statements
            .flat_map(|statement| uncovered_statements(statement, other))
            .collect()
    }

    /// The statements of `other` of which `statement`, one of what is beyond it, says all.
    pub fn within(self, statement: &Statement) -> Vec<&'d Statement> {
        let statements = self.other.statements.iter();
        let covered = statements.filter(|own| self.in_parts && covers(statement, own));
        covered.collect()
    }
}

/// Whether `wide` says all that `narrow` says.
fn covers(wide: &Statement, narrow: &Statement) -> bool {
    without(narrow, wide).is_empty()
}

fn uncovered_statements(statement: &Statement, other: &Document) -> Vec<Statement> {
    if other.statements.iter().any(|own| covers(own, statement)) {
        return Vec::new();
    }
    let mut pieces = vec![statement.clone()];
    for own in &other.statements {
        pieces = pieces
            .iter()
            .flat_map(|piece| without(piece, own))
            .collect();
        if pieces.len() > MANY_PIECES {
            return vec![statement.clone()];
        }
    }
    pieces
}

/// `statement` less what `own` says: a part for each side (who, what, on what) on which `statement` reaches further.
fn without(statement: &Statement, own: &Statement) -> Vec<Statement> {
    let holds = own.effect == statement.effect
        && own.conditions.iter().all(|condition| {
            statement
                .conditions
                .iter()
                .any(|given| implies(given, condition))
        });
    if !holds {
        return vec![statement.clone()];
    }
    let sides = [
        split(&statement.principals, &own.principals),
        split(&statement.actions, &own.actions),
        split(&statement.resources, &own.resources),
    ];
    if sides.iter().any(|(common, _)| common.is_empty()) {
        return vec![statement.clone()];
    }
    let [principals, actions, resources] = sides;
    let piece = |principals: &Scope, actions: &Scope, resources: &Scope| Statement {
        effect: statement.effect,
        principals: principals.clone(),
        actions: actions.clone(),
        resources: resources.clone(),
        conditions: statement.conditions.clone(),
    };
    let pieces = [
        piece(&principals.1, &statement.actions, &statement.resources),
        piece(&principals.0, &actions.1, &statement.resources),
        piece(&principals.0, &actions.0, &resources.1),
    ];
    let is_left = |piece: &Statement| {
        !(piece.principals.is_empty() || piece.actions.is_empty() || piece.resources.is_empty())
    };
    pieces.into_iter().filter(is_left).collect()
}

/// The parts of `scope` that `own` covers, and the rest.
fn split(scope: &Scope, own: &Scope) -> (Scope, Scope) {
    let parts = scope.iter().cloned();
    parts.partition(|part| own.contains(part) || own.iter().any(|own| own.covers(part)))
}

/// Whether `given` cannot hold unless `asked` does.
fn implies(given: &Condition, asked: &Condition) -> bool {
    let is_same = given.operator == asked.operator && given.key == asked.key;
    // the more values an operator that says "not" lists, the less it admits
    let (less, more) = if asked.operator.folded().contains("not") {
        (asked, given)
    } else {
        (given, asked)
    };
    is_same && less.values.is_subset(&more.values)
}
