//! What a containment does not reach, as far as the report tells: each with the command, or the person, for it.

use std::collections::BTreeSet;

use super::trace::{FoundRule, Trace};
use crate::event::arn;
use crate::report::{Link, Node};

/// Lines of one kind; the report holds them all.
const MOST: usize = 20;

/// What is left to be done elsewhere than in the plan, whose caller acts in `account`.
pub fn reach(trace: &Trace, account: &str) -> Vec<String> {
    let mut lines = first(compute(trace, account), "more instances and functions");
    let told = trace
        .findings
        .iter()
        .filter(|found| found.count > found.failed);
    let told: Vec<(&FoundRule, Remedy)> = told
        .filter_map(|found| Some((found, Remedy::of(&found.rule)?)))
        .collect();
    let of_kind = |kind: Remedy| {
        let of_kind = told.iter().filter(|(_, remedy)| *remedy == kind);
        let lines = of_kind
            .map(|(found, _)| format!("not taken back: {}: {}", found.message, kind.words()));
        first(
            lines.collect::<BTreeSet<String>>(),
            "more of the kind, in the report",
        )
    };
    for kind in [
        Remedy::Trust,
        Remedy::Provider,
        Remedy::Snapshot,
        Remedy::Bucket,
        Remedy::Share,
    ] {
        lines.extend(of_kind(kind));
    }
    let elsewhere: BTreeSet<&str> = trace
        .handoffs
        .iter()
        .map(|handoff| handoff.account.as_str())
        .chain(trace.lineage.iter().filter_map(Node::acts_in))
        .filter(|other| *other != account)
        .collect();
    if !elsewhere.is_empty() {
        let accounts: Vec<&str> = elsewhere.into_iter().collect();
        lines.push(format!(
            "not contained: what the lineage holds in other accounts ({}): whoever answers for these, with the commands \
             told for each",
            accounts.join(", ")
        ));
    }
    lines
}

/// Where the session of `node` runs, if AWS issued it to an instance or a function: its name.
pub fn runs_on(node: &Node) -> Option<&str> {
    if node.link != Link::Compute {
        return None;
    }
    let named = node.principal.as_deref().map(arn::name);
    let told = node
        .note
        .as_deref()
        .and_then(|note| note.strip_prefix("issued to "));
    named.or(told).filter(|name| is_plain(name))
}

/// What gets fresh credentials for as long as it runs.
fn compute(trace: &Trace, account: &str) -> BTreeSet<String> {
    let own = |node: &&Node| node.acts_in().is_none_or(|of| of == account);
    let named = trace.lineage.iter().filter(own).filter_map(runs_on);
    let line = |name: &str| {
        let isolate = if is_instance(name) {
            format!(
                "aws ec2 modify-instance-attribute --instance-id {name} --groups SECURITY_GROUP_WITHOUT_RULES"
            )
        } else {
            format!(
                "aws lambda put-function-concurrency --function-name {name} --reserved-concurrent-executions 0"
            )
        };
        format!("{name} gets fresh credentials as long as it runs, until it is isolated: {isolate}")
    };
    named.map(line).collect()
}

pub fn is_instance(name: &str) -> bool {
    let id = name.strip_prefix("i-");
    id.is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Names of functions and instances: what else a session may be called does not go into a command.
fn is_plain(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    !name.is_empty() && !name.starts_with('-') && name.len() <= 64 && name.bytes().all(fits)
}

fn first(lines: BTreeSet<String>, more: &str) -> Vec<String> {
    let rest = lines.len().saturating_sub(MOST);
    let rest = (rest > 0).then(|| format!("and {rest} {more}"));
    lines.into_iter().take(MOST).chain(rest).collect()
}

/// What helps against what a rule found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remedy {
    Trust,
    Provider,
    Snapshot,
    Bucket,
    Share,
}

impl Remedy {
    fn of(rule: &str) -> Option<Self> {
        let is_share = rule.ends_with("-shared") || rule.ends_with("-made-public");
        match rule {
            "trust-policy-changed" | "role-open-to-all" | "pod-identity-changed" => {
                Some(Self::Trust)
            }
            "federation-changed"
            | "outbound-federation-enabled"
            | "identity-center-source-changed" => Some(Self::Provider),
            "snapshot-shared" | "image-shared" | "copy-made-public" => Some(Self::Snapshot),
            _ if rule.starts_with("bucket-") && is_share => Some(Self::Bucket),
            "bucket-side-door-opened" | "bucket-replication-set" => Some(Self::Bucket),
            _ => is_share.then_some(Self::Share),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Trust => {
                "whoever is trusted still gets in: `trailhunt changes iam` shows what held before, and aws iam \
                 update-assume-role-policy puts it back"
            }
            Self::Provider => {
                "whoever holds that provider, anchor or certificate still gets in: aws iam delete-saml-provider, aws iam \
                 delete-open-id-connect-provider or aws rolesanywhere disable-trust-anchor, by whoever owns the sign-on"
            }
            Self::Snapshot => {
                "copies may be made already; aws ec2 modify-snapshot-attribute or modify-image-attribute with \
                 --operation-type remove ends the share"
            }
            Self::Bucket => {
                "aws s3api put-public-access-block closes it, and the bucket's owner puts its policy and settings back"
            }
            Self::Share => "its owner ends the share, and takes what was read for known",
        }
    }
}
