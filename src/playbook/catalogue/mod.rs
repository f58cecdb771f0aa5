//! Sigma rules: the catalogue in the binary, and rule files of one's own. Findings of every playbook come from it, and
//! `hunt` runs all of it. What a detection means is `detection`'s business.

mod builtin;
mod rule;

pub use builtin::{RULES, builtin};
pub use rule::{Rule, load};

use super::FindingRule;

/// Rules, each under a name of its own.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    pub rules: Vec<Rule>,
}

impl Catalogue {
    /// The rules that `selector` names: one by its name or id, or all that carry it as a tag (`attack.persistence`).
    pub fn select(&self, selector: &str) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.is(selector))
    }

    /// Everything that a selector may be, for suggestions.
    pub fn selectors(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().flat_map(|rule| {
            let tags = rule.tags.iter().map(String::as_str);
            std::iter::once(rule.name.as_str()).chain(tags)
        })
    }
}

impl Rule {
    fn is(&self, selector: &str) -> bool {
        self.name == selector
            || self.uuid.as_deref() == Some(selector)
            || self.tags.iter().any(|tag| tag == selector)
    }

    /// As a finding of a playbook.
    pub fn finding(&self) -> FindingRule {
        FindingRule {
            level: self.level,
            id: self.name.clone(),
            title: self.title.clone(),
            message: self.message.clone(),
            when: self.detection.clone(),
            attack: self.attack.clone(),
            new: None,
        }
    }
}
