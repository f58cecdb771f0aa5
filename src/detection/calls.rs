//! The calls that a detection describes: event names, each with the event source that they must come from.
//!
//! As in [`super::derive`], but both fields at once and branch by branch: `(iam and CreateUser) or (ec2 and
//! RunInstances)` is two pairs, and not all four. A superset, like everything that is derived.

use super::derive::{intersection, required_of_line, union};
use super::pattern::same;
use super::{Bindings, Block, Detection, Expr};

/// Branches that are told apart; with more of them they are taken together, which is a larger superset.
const MAX_BRANCHES: usize = 32;

/// Event names of one event source, in the author's spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calls {
    pub source: String,
    pub names: Vec<String>,
}

impl Detection {
    /// The calls one of which every record that matches is: each source once, each name once in it. `None` where
    /// some branch of the detection leaves source or name open; no calls: nothing can match.
    pub fn calls(&self, bindings: &Bindings) -> Option<Vec<Calls>> {
        let mut calls: Vec<Calls> = Vec::new();
        for branch in self.branches(&self.condition, bindings) {
            let (sources, names) = (branch.sources?, branch.names?);
            for source in sources {
                let known = calls
                    .iter_mut()
                    .find(|known| same(&known.source, &source, false));
                match known {
                    Some(known) => {
                        let both = [std::mem::take(&mut known.names), names.clone()];
                        known.names = union(both.into_iter().map(Some))?;
                    }
                    None => calls.push(Calls {
                        source,
                        names: names.clone(),
                    }),
                }
            }
        }
        Some(calls)
    }

    fn branches(&self, expr: &Expr, bindings: &Bindings) -> Vec<CallBranch> {
        let branches = |part: &Expr| self.branches(part, bindings);
        match expr {
            Expr::And(parts) => all(parts.iter().map(branches)),
            Expr::Or(parts) => any(parts.iter().map(branches)),
            Expr::Not(_) => vec![CallBranch::default()],
            Expr::Selection(index) => self
                .selections
                .get(*index)
                .map_or_else(|| vec![CallBranch::default()], |block| of(block, bindings)),
        }
    }
}

/// One way to match: what source and name must then be; `None` for anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct CallBranch {
    sources: Option<Vec<String>>,
    names: Option<Vec<String>>,
}

impl CallBranch {
    fn and(&self, other: &Self) -> Self {
        let both = |a: &Option<Vec<String>>, b: &Option<Vec<String>>| {
            intersection([a.clone(), b.clone()].into_iter())
        };
        Self {
            sources: both(&self.sources, &other.sources),
            names: both(&self.names, &other.names),
        }
    }

    fn is_possible(&self) -> bool {
        let has_none = |values: &Option<Vec<String>>| values.as_ref().is_some_and(Vec::is_empty);
        !has_none(&self.sources) && !has_none(&self.names)
    }
}

fn of(block: &Block, bindings: &Bindings) -> Vec<CallBranch> {
    match block {
        Block::All(lines) => all(lines.iter().map(|line| {
            let required = |field: &str| required_of_line(line, field, bindings);
            vec![CallBranch {
                sources: required("eventSource"),
                names: required("eventName"),
            }]
        })),
        Block::Any(blocks) => any(blocks.iter().map(|block| of(block, bindings))),
    }
}

fn all(parts: impl Iterator<Item = Vec<CallBranch>>) -> Vec<CallBranch> {
    parts.fold(vec![CallBranch::default()], |left, right| {
        let pairs = left
            .iter()
            .flat_map(|a| right.iter().map(move |b| a.and(b)));
        limit_branches(pairs)
    })
}

fn any(parts: impl Iterator<Item = Vec<CallBranch>>) -> Vec<CallBranch> {
    limit_branches(parts.flatten())
}

/// The same branches, those of the same sources as one: no more than [`MAX_BRANCHES`].
fn limit_branches(branches: impl Iterator<Item = CallBranch>) -> Vec<CallBranch> {
    let mut few: Vec<CallBranch> = Vec::new();
    for branch in branches.filter(CallBranch::is_possible) {
        let known = few.iter_mut().find(|known| known.sources == branch.sources);
        match known {
            Some(known) => known.names = union([known.names.take(), branch.names].into_iter()),
            None => few.push(branch),
        }
        if few.len() > MAX_BRANCHES {
            few = vec![CallBranch {
                sources: union(few.iter().map(|branch| branch.sources.clone())),
                names: union(few.into_iter().map(|branch| branch.names)),
            }];
        }
    }
    few
}

#[cfg(test)]
#[path = "calls_tests.rs"]
mod tests;
