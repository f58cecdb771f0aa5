//! The findings that follow from changes of security groups: their rules and their messages.

use crate::analysis::findings::{Proof, Rule};
use crate::report::Level;

/// A rule that hit: gathered here because a renderer is handed the findings only at the end.
#[derive(Debug)]
pub struct Hit {
    pub rule: Rule,
    pub message: String,
    pub proof: Proof,
}

/// A cloud firewall weakened.
const WEAKENED: &str = "T1562.007";

fn rule(id: &str, level: Level, title: &str) -> Rule {
    Rule {
        level,
        id: id.to_owned(),
        title: title.to_owned(),
        attack: vec![WEAKENED.to_owned()],
    }
}

/// The world is admitted; the worse the service, the higher the level.
pub fn opened(level: Level) -> Rule {
    rule(
        "security-group-opened",
        level,
        "Security group opened to the world",
    )
}

pub fn open_attempted() -> Rule {
    let title = "Attempt to open a security group to the world";
    rule("security-group-open-attempted", Level::Medium, title)
}

/// Somebody needed a way in, for a moment.
pub fn closed_again() -> Rule {
    let title = "Security group opened to the world and closed again";
    rule("security-group-closed-again", Level::Medium, title)
}

pub fn prefix_list_widened() -> Rule {
    rule("prefix-list-widened", Level::High, "Prefix list widened")
}

/// What a restored version holds is not in the history read.
pub fn prefix_list_restored() -> Rule {
    let title = "Prefix list set back to an unknown version";
    rule("prefix-list-restored", Level::Medium, title)
}

/// `ingress tcp 22 from 0.0.0.0/0 (SSH)`.
pub fn exposed(words: &str, services: &[&str]) -> String {
    const FEW: usize = 4;
    match services {
        [] => words.to_owned(),
        _ if services.len() > FEW => format!(
            "{words} ({} and {} more)",
            services[..FEW].join(", "),
            services.len() - FEW
        ),
        _ => format!("{words} ({})", services.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::exposed;

    #[test]
    fn services_are_named_and_many_are_counted() {
        assert_eq!(exposed("tcp 443", &[]), "tcp 443");
        assert_eq!(exposed("tcp 22", &["SSH"]), "tcp 22 (SSH)");
        let many = ["a", "b", "c", "d", "e"];
        assert_eq!(exposed("tcp 1-9", &many), "tcp 1-9 (a, b, c, d and 1 more)");
    }
}
