//! Cross-references: that what one part of a playbook names, another part declares, be that part right or wrong.

use std::borrow::Cow;

use super::{BUILTIN, find, own};
use crate::detection::suggest::did_you_mean;
use crate::detection::{FilePosition, Problem};

/// A name that stands for something declared elsewhere.
#[derive(Debug)]
pub(super) struct NameReference {
    pub(super) to: Declared,
    pub(super) name: String,
    pub(super) place: FilePosition,
    pub(super) path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    Search,
    Parameter,
    Variable,
    /// A parameter or a variable: what `%name%` may be.
    Value,
    Playbook,
}

/// What a file declares, and what it refers to.
#[derive(Debug, Default)]
pub(super) struct Names {
    declared: Vec<(Declared, String)>,
    references: Vec<NameReference>,
}

impl Names {
    pub(super) fn declare(&mut self, what: Declared, name: &str) {
        self.declared.push((what, name.to_owned()));
    }

    pub(super) fn refer(&mut self, reference: NameReference) {
        self.references.push(reference);
    }

    /// Every reference to what is not declared.
    pub(super) fn check(&self) -> Vec<Problem> {
        self.references
            .iter()
            .filter_map(|reference| {
                // folders of one's own are looked into only for what is not built in
                if reference.to == Declared::Playbook && find(&reference.name).is_some() {
                    return None;
                }
                let known = self.known(reference.to);
                if known.iter().any(|name| *name == reference.name) {
                    return None;
                }
                let what = match reference.to {
                    Declared::Search => "a search",
                    Declared::Parameter => "a parameter",
                    Declared::Variable => "a variable",
                    Declared::Value => "a parameter or variable",
                    Declared::Playbook => "a playbook",
                };
                let hint = did_you_mean(&reference.name, known.iter().map(AsRef::as_ref));
                let message = format!("'{}' is not {what}{hint}", reference.name);
                Some(Problem::new(reference.place, message).within(&reference.path))
            })
            .collect()
    }

    fn known(&self, wanted: Declared) -> Vec<Cow<'_, str>> {
        if wanted == Declared::Playbook {
            let builtin = BUILTIN.iter().map(|builtin| builtin.id.into());
            let own = own().into_iter().map(|own| own.id.into());
            return builtin.chain(own).collect();
        }
        let is_value = |what| matches!(what, Declared::Parameter | Declared::Variable);
        self.declared
            .iter()
            .filter(|(what, _)| *what == wanted || wanted == Declared::Value && is_value(*what))
            .map(|(_, name)| name.as_str().into())
            .collect()
    }
}
