//! A service control policy that denies whom a containment would change, for whoever may attach it: nobody in the account
//! can undo it (facts: F7).

use std::collections::BTreeMap;

use serde_json::json;

use crate::report::response::Omission;
use crate::response::operator::Operator;
use crate::response::plan::{Plan, Refusal};

/// The longest that Organizations take.
const LONGEST: usize = 5_120;

/// A policy, and what to know of it.
#[derive(Debug)]
pub struct ControlPolicy {
    /// JSON; none where there is nobody to deny.
    pub document: Option<String>,
    pub notes: Vec<String>,
}

/// The policy that denies everything to the users and roles that `plan`, a containment, changes; never to the operator.
pub fn control_policy(operator: &Operator, plan: &Plan) -> ControlPolicy {
    let mut notes = vec![
        "it denies these users and roles as a whole, innocent sessions of them too; it does not reach the management \
         account, service-linked roles, federated users and other accounts"
            .to_owned(),
        "attach it to this account: aws organizations create-policy --type SERVICE_CONTROL_POLICY --name \
         trailhunt-contain --description contain --content file://POLICY.json, then aws organizations attach-policy"
            .to_owned(),
    ];
    let mut holders: BTreeMap<String, Option<&Refusal>> = BTreeMap::new();
    for step in &plan.steps {
        let refused = holders.entry(step.slot.holder()).or_default();
        *refused = refused.or(step.refused.as_ref());
    }
    let (account, partition) = (&operator.caller.account, operator.partition());
    let mut principals = Vec::new();
    for (holder, refused) in &holders {
        if let Some(refusal) = refused {
            notes.push(format!("{holder} is left out: {}", refusal.why()));
            continue;
        }
        let (kind, name) = holder.split_once('/').unwrap_or_default();
        // a policy that names a role or user without its path does not match one that has a path
        principals.push(format!("arn:{partition}:iam::{account}:{kind}/{name}"));
        principals.push(format!("arn:{partition}:iam::{account}:{kind}/*/{name}"));
    }
    notes.extend(not_denied(plan));
    let document = json!({"Version": "2012-10-17", "Statement": [{
        "Sid": "TrailhuntContain", "Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"ArnLike": {"aws:PrincipalArn": principals}},
    }]});
    let document = (!principals.is_empty()).then(|| document.to_string());
    if document.as_ref().is_some_and(|text| text.len() > LONGEST) {
        notes.push(format!(
            "it is longer than the {LONGEST} characters that Organizations take: attach its principals in parts"
        ));
    }
    ControlPolicy { document, notes }
}

/// What of the lineage the policy leaves alone, and why.
fn not_denied(plan: &Plan) -> impl Iterator<Item = String> {
    let left_out = plan.left_out.iter();
    let left_out = left_out.filter(|left| left.kind != Omission::Expired);
    let left_out = left_out.map(|left| {
        let of = left.principal.as_ref();
        let of = of.map_or_else(String::new, |of| format!(" of {of}"));
        format!("not denied: {}{of}: {}", left.id, left.why)
    });
    let elsewhere = plan.handoffs.iter();
    let elsewhere = elsewhere.map(|there| format!("in account {}: {}", there.account, there.what));
    left_out.chain(elsewhere)
}
