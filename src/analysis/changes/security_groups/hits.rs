//! The rules of the findings that follow from changes of security groups.

use crate::analysis::findings::{Proof, RuleLabel};
use crate::report::Level;

/// A rule that hit: gathered here because a renderer is handed the findings only at the end.
#[derive(Debug)]
pub struct Hit {
    pub rule: RuleLabel,
    pub message: String,
    pub proof: Proof,
}

/// A cloud firewall weakened, and services that the world can reach since.
const ATTACK: [&str; 2] = ["T1562.007", "T1133"];

fn rule(id: &str, level: Level, title: &str) -> RuleLabel {
    RuleLabel {
        level,
        id: id.to_owned(),
        title: title.to_owned(),
        attack: ATTACK.map(str::to_owned).to_vec(),
    }
}

/// The world is admitted; the worse the service, the higher the level. Named as the shared rules of the same events.
pub fn opened(level: Level, is_edit: bool) -> RuleLabel {
    if is_edit {
        let title = "Security group rule changed to admit the world";
        return rule("security-group-rule-widened", level, title);
    }
    let title = "Security group opened to the world";
    rule("security-group-opened", level, title)
}

pub fn open_attempted() -> RuleLabel {
    let title = "Attempt to open a security group to the world";
    rule("security-group-open-attempted", Level::Medium, title)
}

/// Somebody needed a way in, for a moment.
pub fn closed_again() -> RuleLabel {
    let title = "Security group opened to the world and closed again";
    rule("security-group-closed-again", Level::Medium, title)
}

pub fn prefix_list_widened() -> RuleLabel {
    rule("prefix-list-widened", Level::High, "Prefix list widened")
}

/// What a restored version holds is not in the history read.
pub fn prefix_list_restored() -> RuleLabel {
    let title = "Prefix list set back to an unknown version";
    rule("prefix-list-restored", Level::Medium, title)
}

/// `ingress tcp 22 from 0.0.0.0/0 (SSH)`.
pub fn exposed(words: &str, services: &[String]) -> String {
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
        let exposed = |services: &[&str]| {
            let services: Vec<String> = services.iter().map(ToString::to_string).collect();
            exposed("tcp", &services)
        };
        assert_eq!(exposed(&[]), "tcp");
        assert_eq!(exposed(&["SSH"]), "tcp (SSH)");
        assert_eq!(
            exposed(&["a", "b", "c", "d", "e"]),
            "tcp (a, b, c, d and 1 more)"
        );
    }
}
