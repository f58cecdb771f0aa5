//! The built-in playbooks, a file each: an attack that they must tell, and benign events of which they must make nothing.

mod bucket_exposure;
mod data_exfiltration;
mod iam_changes;
mod ip_trace;
mod logins;
mod lookups;
mod off_hours_iam;
mod persistence;
mod principal_trace;
mod resource_history;
mod root_activity;
mod security_group_changes;
mod stopped_instances;
mod trail_tampering;
mod unused_regions;

/// The trace of a key has an incident of its own: `demo`, `trace_key`, and the tests beside its playbook.
#[test]
fn every_playbook_has_its_scenarios() {
    for builtin in trailhunt::playbook::BUILTIN {
        let file = format!("tests/cli/scenarios/{}.rs", builtin.id.replace('-', "_"));
        let told = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            builtin.id == "access-key-trace" || told.matches("#[test]").count() >= 2,
            "{file} tells no attack, or no harmless day"
        );
    }
}
