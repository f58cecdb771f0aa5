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
