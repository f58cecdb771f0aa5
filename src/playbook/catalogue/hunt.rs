//! The catalogue as a playbook: a search and a finding for every rule. What `trailhunt hunt` runs.

use chrono_tz::Tz;

use super::{Catalogue, SigmaRule};
use crate::detection::Bindings;
use crate::event::services::records_in_control_plane;
use crate::playbook::{Playbook, RegionScope, Search};

const COLUMNS: [(&str, &[&str]); 9] = [
    ("time", &["eventTime"]),
    ("who", &["x.actor"]),
    ("key", &["userIdentity.accessKeyId"]),
    ("ip", &["sourceIPAddress"]),
    ("source", &["eventSource"]),
    ("call", &["eventName"]),
    ("region", &["awsRegion"]),
    ("error", &["errorCode"]),
    ("rules", &["x.rules"]),
];

impl Catalogue {
    /// The playbook that hunts for all of it.
    pub fn playbook(&self) -> Playbook {
        let mut playbook = Playbook::of_columns("hunt", &COLUMNS);
        (playbook.findings, playbook.correlations) = self.reporting();
        // whoever hunts with rules is told what these find, and nothing else
        playbook.tells_denials = false;
        let rules = playbook.findings.len() + playbook.correlations.len();
        let noun = if rules == 1 { "rule" } else { "rules" };
        playbook.title = format!("{rules} Sigma {noun}");
        playbook.searches = self.rules.iter().filter_map(search).collect();
        playbook
    }

    /// How much there is, for those who want to know.
    pub fn describe(&self) -> String {
        let skipped = match self.skipped {
            0 => String::new(),
            skipped => format!(", {skipped} passed over (for other log sources, or withdrawn)"),
        };
        format!("{} Sigma rules{skipped}", self.rules.len())
    }
}

/// The events of a rule. Those of one that only correlations use are no part of the answer.
fn search(rule: &SigmaRule) -> Option<Search> {
    let detection = rule.body.detection()?.clone();
    let sources = detection.required("eventSource", &Bindings::new(Tz::UTC));
    let is_global = sources.is_some_and(|sources| {
        !sources.is_empty()
            && sources
                .iter()
                .all(|source| records_in_control_plane(source))
    });
    Some(Search {
        name: rule.name.clone(),
        regions: if is_global {
            RegionScope::ControlPlane
        } else {
            RegionScope::All
        },
        is_context: !rule.reports,
        detection,
    })
}
