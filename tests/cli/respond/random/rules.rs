//! What befalls the calls of one command, at random.
//!
//! Its lies are those that can be told from the truth, or end: AWS carries nothing out that it refuses with a status of
//! 4xx and a code of its own, and tells of no value that was never there.

use std::time::Duration;

use crate::support::gate::{Fault, Rule};
use crate::support::random::Random;

/// Faults of any call.
const FAULTS: [Fault; 15] = [
    Fault::DENY,
    Fault::THROTTLE,
    Fault::BREAK,
    Fault::Refuse(403, "ExpiredToken"),
    Fault::Refuse(403, ""),
    Fault::Refuse(503, "SlowDown"),
    Fault::Refuse(500, "AccessDenied"),
    Fault::LoseAnswer,
    Fault::LoseAnswer,
    Fault::Misreport(500, "AccessDenied"),
    Fault::Misreport(503, "Throttling"),
    Fault::Misreport(400, "InternalFailure"),
    Fault::Misreport(403, ""),
    Fault::Late(Duration::from_millis(300)),
    Fault::Reword("</", "<"),
];

/// Faults of what is read only.
const LIES: [Fault; 8] = [
    Fault::Stale,
    Fault::Stale,
    Fault::Reword("AccessKeyMetadata", "Metadata"),
    Fault::Reword("IsTruncated", "Truncated"),
    Fault::Reword("PolicyDocument", "Document"),
    Fault::Reword("<Status>Active</Status>", ""),
    Fault::Reword("false</IsTruncated>", "true</IsTruncated>"),
    Fault::Reword("Result", "Nothing"),
];

const READS: [&str; 12] = [
    "ListAccessKeys",
    "GetUserPolicy",
    "GetRolePolicy",
    "ListSSHPublicKeys",
    "ListServiceSpecificCredentials",
    "ListSigningCertificates",
    "GetUser",
    "GetRole",
    "GetAccessKeyLastUsed",
    "GetLoginProfile",
    "SimulatePrincipalPolicy",
    "GetCallerIdentity",
];

const CHANGES: [&str; 8] = [
    "UpdateAccessKey",
    "PutUserPolicy",
    "PutRolePolicy",
    "DeleteUserPolicy",
    "DeleteRolePolicy",
    "UpdateSSHPublicKey",
    "UpdateServiceSpecificCredential",
    "UpdateSigningCertificate",
];

fn below(random: &mut Random, most: usize) -> usize {
    usize::try_from(random.next() % most as u64).expect("it is small")
}

/// One to four of them, most of which end.
pub fn rules(random: &mut Random) -> Vec<Rule> {
    let count = 1 + below(random, 4);
    (0..count)
        .map(|_| {
            let rule = if below(random, 3) == 0 {
                let all = [&FAULTS[..], &LIES[..]].concat();
                let fault = all[below(random, all.len())];
                Rule::on(READS[below(random, READS.len())], fault)
            } else {
                let fault = FAULTS[below(random, FAULTS.len())];
                match below(random, CHANGES.len() + 4) {
                    at if at < CHANGES.len() => Rule::on(CHANGES[at], fault),
                    _ => Rule::on_change(fault),
                }
            };
            let rule = rule.after(below(random, 4));
            match below(random, 12) {
                0 => rule,
                times => rule.times(1 + times % 5),
            }
        })
        .collect()
}
