//! The lineage as lines of a tree: order, rails, and which console keys are folded into their login.
//!
//! The report promises that parents exist and that there are no cycles; a broken promise costs an odd tree here,
//! never a hang, a lost node or a full stack.

use std::collections::HashMap;

use crate::report::{Handoff, Kind, Node};

/// One line of the tree.
#[derive(Debug)]
pub struct Branch<'a> {
    pub item: Item<'a>,
    /// What stands before its first line.
    pub rails: String,
    /// What stands before its further lines.
    pub below: String,
}

#[derive(Debug)]
pub enum Item<'a> {
    Node {
        node: &'a Node,
        parent: Option<&'a Node>,
        /// Console keys of a login that led nowhere: one session has a key for each service that it visits.
        folded: Vec<&'a Node>,
    },
    Handoff(&'a Handoff),
}

/// Every node and hand-off once, in the order of the page; with `all`, nothing is folded.
pub fn branches<'a>(nodes: &'a [Node], handoffs: &'a [Handoff], all: bool) -> Vec<Branch<'a>> {
    let mut forest = Forest::new(nodes, handoffs);
    let roots: Vec<usize> = (0..nodes.len())
        .filter(|at| forest.parent(*at).is_none())
        .collect();
    let mut branches = Vec::new();
    // whatever hangs below no root, as a cycle would, becomes a root of its own in the second round
    for start in roots.into_iter().chain(0..nodes.len()) {
        if forest.visit(start) {
            forest.grow(start, all, &mut branches);
        }
    }
    let drawn = |handoff: &Handoff| {
        let key = handoff.access_key_id.as_deref();
        key.is_some_and(|key| forest.by_id.contains_key(key))
    };
    let others = handoffs.iter().filter(|handoff| !drawn(handoff));
    branches.extend(others.map(|handoff| Branch {
        item: Item::Handoff(handoff),
        rails: String::new(),
        below: "  ".to_owned(),
    }));
    branches
}

struct Forest<'a> {
    nodes: &'a [Node],
    by_id: HashMap<&'a str, usize>,
    children: HashMap<&'a str, Vec<usize>>,
    /// By the key that they go on from.
    handoffs: HashMap<&'a str, Vec<&'a Handoff>>,
    visited: Vec<bool>,
}

impl<'a> Forest<'a> {
    fn new(nodes: &'a [Node], handoffs: &'a [Handoff]) -> Self {
        let mut forest = Self {
            nodes,
            by_id: HashMap::new(),
            children: HashMap::new(),
            handoffs: HashMap::new(),
            visited: vec![false; nodes.len()],
        };
        for (at, node) in nodes.iter().enumerate() {
            forest.by_id.entry(&node.id).or_insert(at);
            if let Some(parent) = &node.parent {
                forest.children.entry(parent).or_default().push(at);
            }
        }
        for handoff in handoffs {
            if let Some(key) = &handoff.access_key_id {
                forest.handoffs.entry(key).or_default().push(handoff);
            }
        }
        forest
    }

    fn parent(&self, at: usize) -> Option<&'a Node> {
        let id = self.nodes[at].parent.as_deref()?;
        self.by_id.get(id).map(|parent| &self.nodes[*parent])
    }

    /// Whether this is the first time that anybody comes by.
    fn visit(&mut self, at: usize) -> bool {
        !std::mem::replace(&mut self.visited[at], true)
    }

    /// Draws the tree below `start`, depth first, without recursion.
    fn grow(&mut self, start: usize, all: bool, branches: &mut Vec<Branch<'a>>) {
        // with the rails of its first line, and those of what hangs below it
        let mut pending = vec![(start, String::new(), String::new())];
        while let Some((at, rails, below)) = pending.pop() {
            let node = &self.nodes[at];
            let folded = if all { Vec::new() } else { self.fold(node) };
            let children: Vec<usize> = self
                .children_of(node)
                .filter(|child| self.visit(*child))
                .collect();
            let handoffs = self.handoffs.remove(node.id.as_str()).unwrap_or_default();
            let hanging = handoffs.len() + children.len();
            branches.push(Branch {
                item: Item::Node {
                    node,
                    parent: self.parent(at),
                    folded,
                },
                rails,
                below: format!("{below}{}", if hanging > 0 { "│ " } else { "  " }),
            });

            let trunk = trunk(&below);
            let rails = (1..=hanging).map(|nth| {
                let (rail, under) = if nth == hanging {
                    ("└─ ", "   ")
                } else {
                    ("├─ ", "│  ")
                };
                (format!("{trunk}{rail}"), format!("{trunk}{under}"))
            });
            let mut rails = rails.collect::<Vec<_>>().into_iter();
            for (handoff, (rails, below)) in handoffs.into_iter().zip(&mut rails) {
                branches.push(Branch {
                    item: Item::Handoff(handoff),
                    rails,
                    below: format!("{below}  "),
                });
            }
            let children = children.into_iter().zip(rails);
            pending.extend(
                children
                    .rev()
                    .map(|(child, (rails, below))| (child, rails, below)),
            );
        }
    }

    fn children_of(&self, node: &Node) -> impl DoubleEndedIterator<Item = usize> + use<> {
        let children = self.children.get(node.id.as_str()).cloned();
        children.unwrap_or_default().into_iter()
    }

    /// The console keys of a login that have nothing below them, where there are several.
    fn fold(&mut self, login: &Node) -> Vec<&'a Node> {
        if login.kind != Kind::Login {
            return Vec::new();
        }
        let is_leaf = |at: &usize| {
            let id = self.nodes[*at].id.as_str();
            !self.visited[*at]
                && self.nodes[*at].kind == Kind::Key
                && !self.children.contains_key(id)
                && !self.handoffs.contains_key(id)
        };
        let leaves: Vec<usize> = self.children_of(login).filter(is_leaf).collect();
        if leaves.len() < 2 {
            return Vec::new();
        }
        for leaf in &leaves {
            self.visit(*leaf);
        }
        leaves.into_iter().map(|leaf| &self.nodes[leaf]).collect()
    }
}

/// The rails on which the next level hangs: after ten levels the tree stops moving to the right.
fn trunk(below: &str) -> &str {
    let end = below.char_indices().nth(30).map(|(end, _)| end);
    end.map_or(below, |end| below.split_at(end).0)
}
