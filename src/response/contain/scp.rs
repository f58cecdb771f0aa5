//! A service control policy that denies the principals of a lineage, for whoever may attach it: nobody in the account
//! can undo it (facts: F7).

use std::collections::BTreeSet;

use serde_json::json;

use super::holder::Holder;
use super::targets;
use super::trace::Trace;
use crate::event::time::Time;
use crate::response::operator::Operator;
use crate::response::slot::Slot;

/// The longest that Organizations take.
const LONGEST: usize = 5_120;

/// A policy, and what to know of it.
#[derive(Debug)]
pub struct ControlPolicy {
    /// JSON; none where there is nobody to deny.
    pub document: Option<String>,
    pub notes: Vec<String>,
}

/// The policy that denies everything to the users and roles of `trace` in the operator's account, as far as `contain`
/// would act on them; never to the operator.
pub fn control_policy(
    operator: &Operator,
    trace: &Trace,
    include: &[String],
    now: Time,
) -> ControlPolicy {
    let account = &operator.caller.account;
    let targets = targets::sort(trace, account, include, now);
    let of_keys = targets.keys.iter().filter_map(|key| key.user.clone());
    let made = targets.users.iter().map(|user| user.name.clone());
    let mut users: BTreeSet<String> = of_keys.chain(made).collect();
    let mut roles = BTreeSet::new();
    for session in &targets.sessions {
        match &session.holder {
            Holder::Role(role) => {
                roles.insert(role.clone());
            }
            Holder::User(user) => {
                users.insert(user.clone());
            }
            // the user of that key stands beside it
            Holder::OwnerOf(_) => {}
        }
    }
    let mut notes = vec![
        "it denies these users and roles as a whole, innocent sessions of them too; it does not reach the management \
         account, service-linked roles and other accounts"
            .to_owned(),
        "attach it to this account: aws organizations create-policy --type SERVICE_CONTROL_POLICY --name \
         trailhunt-contain --description contain --content file://POLICY.json, then aws organizations attach-policy"
            .to_owned(),
    ];
    let mut principals = Vec::new();
    for (kind, names) in [("user", users), ("role", roles)] {
        for name in names {
            let slot = slot(kind, &name);
            if let Some(refusal) = operator.reaches_itself(&slot) {
                notes.push(format!("{kind}/{name} is left out: {}", refusal.why()));
                continue;
            }
            // a record does not tell the path of a role
            let partition = operator.partition();
            principals.push(format!("arn:{partition}:iam::{account}:{kind}/{name}"));
            principals.push(format!("arn:{partition}:iam::{account}:{kind}/*/{name}"));
        }
    }
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

/// What stands for denying it.
fn slot(kind: &str, name: &str) -> Slot {
    let (name, policy) = (name.to_owned(), String::new());
    match kind {
        "user" => Slot::UserPolicy { user: name, policy },
        _ => Slot::RolePolicy { role: name, policy },
    }
}
