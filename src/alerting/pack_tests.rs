//! Tests of `pack`.
use super::*;
use crate::alerting::rules::compile;
use crate::playbook::catalogue::builtin;

#[test]
fn size() {
    let all = [
        super::super::options::FindingSource::Guardduty,
        super::super::options::FindingSource::SecurityHub,
        super::super::options::FindingSource::SecurityHubV2,
    ];
    for reads in [false, true] {
        let rules = compile(builtin().unwrap(), reads, &all);
        for refused in &rules.refused {
            println!("refused {}: {}", refused.name, refused.reason);
        }
        let packed = pack(&rules.alerts);
        let mut sum = 0;
        for rule in &packed {
            println!("{} {}", rule.name, length(&rule.pattern));
            sum += length(&rule.pattern);
        }
        println!(
            "{} rules, {} packed, {sum}",
            rules.alerts.len(),
            packed.len()
        );
        if !reads {
            for rule in &packed {
                if let Some(branches) = rule.pattern["detail"]["$or"].as_array() {
                    for b in branches {
                        println!("B {} {}", b.to_string().len(), b);
                    }
                }
            }
        }
    }
}
