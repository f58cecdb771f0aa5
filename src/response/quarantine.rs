//! The plan of `respond quarantine`: AWS's quarantine policy, or a deny of everything, on a user.

mod policy;

use crate::aws::errors::CallError;
use crate::error::Failure;
use crate::report::response::{Fact, Phase};
use crate::response::keys;
use crate::response::operator::Operator;
use crate::response::plan::{Plan, PlanStep, TargetValue};
use crate::response::policies::{
    DENY_ALL, DENY_BEARER_TOKENS, denies, deny_all, deny_bearer_tokens, not_denied,
};
use crate::response::principal::{self, Principal, User};
use crate::response::slot::{self, ATTACHED, Slot};
use policy::AwsPolicy;

/// Plans it for the user that `text` names; a deny of everything where `all`.
///
/// # Errors
/// No such user.
pub async fn plan(operator: &Operator, text: &str, all: bool) -> Result<Plan, Failure> {
    let user = user(operator, text).await?;
    let (attached, keys) = tokio::join!(
        policy::attached(operator, &user.name),
        keys::notes(operator, &user.name, None),
    );
    let attached = attached.map_err(|error| unread(&error, "the policies of the user"))?;
    let (step, notes) = if all {
        deny_all_if_absent(operator, &user).await?
    } else {
        quarantined(operator, &user, &attached).await?
    };
    let policy = if all { DENY_ALL } else { "the quarantine" };
    let deny_all = all.then(|| "--deny-all".to_owned());
    let command = ["quarantine".to_owned(), format!("user/{}", user.name)];
    Ok(Plan {
        command: command.into_iter().chain(deny_all).collect(),
        title: match &step {
            None => format!("user {} is in this quarantine already", user.name),
            Some(_) if all => format!("deny everything to user {}", user.name),
            Some(_) => format!("quarantine user {}", user.name),
        },
        facts: facts(&user, &attached),
        recent_use: None,
        steps: step.into_iter().collect(),
        left_out: Vec::new(),
        handoffs: Vec::new(),
        notes,
        still_open: [others_go_on(policy)].into_iter().chain(keys).collect(),
        complete: true,
        undoes: None,
    })
}

/// The step of a deny of everything on `user`, for plans of several.
///
/// # Errors
/// Where IAM does not say what the user's policy is now.
pub async fn deny_all_step(
    operator: &Operator,
    user: &str,
    why: &str,
) -> Result<PlanStep, Failure> {
    let slot = Slot::UserPolicy {
        user: user.to_owned(),
        policy: DENY_ALL.to_owned(),
    };
    let before = slot
        .read(&operator.slots)
        .await
        .map_err(|error| unread(&error, &slot.name()))?;
    Ok(PlanStep {
        phase: Phase::Created,
        refused: operator.reaches_itself(&slot),
        slot,
        to: TargetValue::Value(Some(deny_all())),
        before,
        why: why.to_owned(),
    })
}

/// The step that denies `user` the use of bearer tokens, for containment.
///
/// # Errors
/// Where IAM does not say what stands there.
pub async fn deny_bearer_step(operator: &Operator, user: &str) -> Result<PlanStep, Failure> {
    let slot = Slot::UserPolicy {
        user: user.to_owned(),
        policy: DENY_BEARER_TOKENS.to_owned(),
    };
    let before = slot.read(&operator.slots).await;
    let before = before.map_err(|error| unread(&error, &slot.name()))?;
    Ok(PlanStep {
        phase: Phase::Sessions,
        refused: operator.reaches_itself(&slot),
        slot,
        to: TargetValue::Value(Some(deny_bearer_tokens())),
        before,
        why: "short-term API keys of Bedrock are not listed anywhere, and outlive the key"
            .to_owned(),
    })
}

/// The user that `text` names: a name alone is a user's, whatever else has it.
async fn user(operator: &Operator, text: &str) -> Result<User, Failure> {
    let is_name = !text.contains(['/', ':']);
    let named = if is_name {
        format!("user/{text}")
    } else {
        text.to_owned()
    };
    let resolved = principal::resolve(operator, &named).await;
    match resolved.map_err(|unresolved| unresolved.failure(text))? {
        Principal::User(user) => Ok(user),
        Principal::Role(role) => Err(Failure::usage(format!(
            "{} is a role: a quarantine is put on users",
            role.name
        ))
        .hint(format!(
            "trailhunt respond revoke-sessions role/{} cuts its sessions",
            role.name
        ))),
    }
}

/// A deny of everything, unless it is there.
async fn deny_all_if_absent(
    operator: &Operator,
    user: &User,
) -> Result<(Option<PlanStep>, Vec<String>), Failure> {
    let step = deny_all_step(operator, &user.name, "the user that was named").await?;
    let is_there = slot::holds(&step.before, &Some(deny_all()));
    let mut notes = Vec::new();
    if is_there {
        notes.push(format!(
            "nothing to do: {DENY_ALL} denies everything already"
        ));
    } else if let Some(document) = &step.before {
        notes.push(format!(
            "another policy has the name {DENY_ALL}: it is replaced, and kept in the journal for undo; it held \
             {document}"
        ));
    }
    notes.push(
        "it denies every call of the user, by key, password or session token; nothing that allows can override it"
            .to_owned(),
    );
    Ok(((!is_there).then_some(step), notes))
}

/// AWS's newest quarantine policy, unless it is attached.
async fn quarantined(
    operator: &Operator,
    user: &User,
    attached: &[String],
) -> Result<(Option<PlanStep>, Vec<String>), Failure> {
    let policy = policy::newest(operator).await?;
    let slot = Slot::Attachment {
        user: user.name.clone(),
        policy_arn: policy.arn.clone(),
    };
    let is_there = attached.contains(&policy.arn);
    let mut notes = Vec::new();
    if is_there {
        notes.push(format!(
            "nothing to do: {} is attached already",
            policy.name()
        ));
    }
    notes.extend(limits(&policy));
    let step = PlanStep {
        phase: Phase::Created,
        refused: operator.reaches_itself(&slot),
        slot,
        to: TargetValue::Value(Some(ATTACHED.to_owned())),
        before: None,
        why: "the user that was named".to_owned(),
    };
    Ok(((!is_there).then_some(step), notes))
}

/// What a quarantine policy does not deny, by its own text.
fn limits(policy: &AwsPolicy) -> Vec<String> {
    let name = policy.name();
    let mut limits = policy.doubts.clone();
    let document = policy.document.as_deref().unwrap_or_default();
    limits.push(match not_denied(document).as_deref() {
        None => format!(
            "{name} denies some calls that cost money or open doors, not all: the user can still read and change much"
        ),
        Some([]) => format!("{name} denies what intruders mostly do, and not everything"),
        Some(open) => format!("{name} does not stop everything: it leaves {} open", open.join(", ")),
    });
    limits.push("--deny-all denies everything to the user instead".to_owned());
    if denies(document, "cloudtrail:LookupEvents") != Some(false) {
        limits.push(format!(
            "{name} denies cloudtrail:LookupEvents: trailhunt cannot investigate as this user any more"
        ));
    }
    limits
}

fn others_go_on(policy: &str) -> String {
    format!(
        "{policy} does not reach sessions of roles that the user assumed (trailhunt respond revoke-sessions cuts them), \
         nor what the user made: other users and keys, instances, functions"
    )
}

fn facts(user: &User, attached: &[String]) -> Vec<Fact> {
    let mut facts = vec![Fact::new("user", &user.name), Fact::new("arn", &user.arn)];
    facts.extend(
        user.created
            .map(|time| Fact::new("created", time.to_string())),
    );
    let names: Vec<&str> = attached
        .iter()
        .map(|arn| crate::event::arn::name(arn))
        .collect();
    facts.push(Fact::new(
        "quarantine",
        match names.as_slice() {
            [] => "none".to_owned(),
            names => names.join(", "),
        },
    ));
    facts
}

fn unread(error: &CallError, what: &str) -> Failure {
    Failure::failed(format!("{what} cannot be read: {error}")).hint("nothing was changed")
}
