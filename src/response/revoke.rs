//! The plan of `respond revoke-sessions`: every session of a role or user that was issued until now is denied.

use crate::error::Failure;
use crate::event::arn;
use crate::event::time::Time;
use crate::report::response::{Fact, Phase, RecentUse};
use crate::response::keys;
use crate::response::lifetime::{ROLE_SESSION, USER_SESSION};
use crate::response::operator::Operator;
use crate::response::plan::{Plan, PlanStep, TargetValue};
use crate::response::policies::{REVOKE_OLDER_SESSIONS, revoked_before};
use crate::response::principal::{self, Principal, Role, RoleSort};
use crate::response::slot::{Slot, SlotValue};
use crate::response::usage::{self, HistoryScope};

/// How AWS revokes the sessions of a permission set.
const IDENTITY_CENTER: &str =
    "https://docs.aws.amazon.com/singlesignon/latest/userguide/revoke-user-permissions.html";

/// Plans it for what `text` names.
///
/// # Errors
/// No such role or user, or one whose sessions cannot be revoked here (service-linked, Identity Center), with what
/// to do instead.
pub async fn plan(
    operator: &Operator,
    reading: &HistoryScope,
    text: &str,
) -> Result<Plan, Failure> {
    let principal = principal::resolve(operator, text)
        .await
        .map_err(|unresolved| unresolved.failure(text))?;
    let step = step(operator, &principal, "the principal that was named").await?;
    let revoked = RevokedPrincipal::of(&principal);
    let keys = async {
        match &principal {
            Principal::User(user) => keys::notes(operator, &user.name, None).await,
            Principal::Role(_) => Vec::new(),
        }
    };
    let (recent_use, keys) = tokio::join!(
        usage::of_principal(operator, reading, revoked.arn, revoked.hours),
        keys
    );
    let mut notes = vec![recent_use_note(&recent_use, revoked.hours)];
    notes.extend(step.replaced());
    notes.push(
        "it takes seconds to minutes until the deny holds everywhere; it is put once more a while later, for \
         sessions opened meanwhile"
            .to_owned(),
    );
    notes.push(usage::BLIND_SPOTS.to_owned());
    Ok(Plan {
        command: vec!["revoke-sessions".to_owned(), revoked.command_word()],
        title: format!("revoke every session of {} {}", revoked.kind, revoked.name),
        facts: facts(&revoked, &step),
        recent_use: Some(recent_use),
        steps: vec![step],
        left_out: Vec::new(),
        handoffs: Vec::new(),
        notes,
        still_open: revoked.still_open().into_iter().chain(keys).collect(),
        complete: true,
        undoes: None,
    })
}

/// The one step, for plans of several.
///
/// # Errors
/// As [`plan`]: why the sessions of `principal` cannot be revoked here.
pub async fn step(
    operator: &Operator,
    principal: &Principal,
    why: &str,
) -> Result<PlanStep, Failure> {
    let (slot, before) = policy_of(operator, principal, REVOKE_OLDER_SESSIONS).await?;
    Ok(PlanStep {
        phase: Phase::Sessions,
        refused: operator.reaches_itself(&slot),
        slot,
        to: TargetValue::SessionDeny,
        before,
        why: why.to_owned(),
    })
}

/// The inline policy called `policy` of `principal`, and what it holds now.
///
/// # Errors
/// Where IAM does not say what stands there, or the role takes no policy.
pub async fn policy_of(
    operator: &Operator,
    principal: &Principal,
    policy: &str,
) -> Result<(Slot, SlotValue), Failure> {
    let policy = policy.to_owned();
    let slot = match principal {
        Principal::User(user) => Slot::UserPolicy {
            user: user.name.clone(),
            policy,
        },
        Principal::Role(role) => {
            revocable(role)?;
            Slot::RolePolicy {
                role: role.name.clone(),
                policy,
            }
        }
    };
    let held = slot.read(&operator.slots).await.map_err(|error| {
        Failure::failed(format!("{} cannot be read: {error}", slot.name()))
            .hint("nothing was changed; reading it needs iam:GetUserPolicy or iam:GetRolePolicy")
    })?;
    Ok((slot, held))
}

/// Only an ordinary role takes an inline policy (facts: F4).
///
/// # Errors
/// Of any other role, with what to do instead.
fn revocable(role: &Role) -> Result<(), Failure> {
    let name = &role.name;
    match role.sort {
        RoleSort::Ordinary => Ok(()),
        RoleSort::ServiceLinked => {
            // arn:aws:iam::ACCOUNT:role/aws-service-role/SERVICE/NAME
            let service = arn::owner_of_linked_role(&role.arn).unwrap_or("its service");
            Err(Failure::usage(format!(
                "{name} is a service-linked role: only {service} can use it, and nobody can change what it may do"
            ))
            .hint(format!(
                "stop what drives it within that service; what it did is shown by trailhunt run principal-trace \
                 --param principal={name}"
            )))
        }
        RoleSort::IdentityCenter => Err(Failure::usage(format!(
            "{name} is made from a permission set of IAM Identity Center, which alone can change it"
        ))
        .hint(format!(
            "deny the person by identitystore:userId in a service control policy or in the permission set's inline \
             policy, take the assignment away, and end the session in Identity Center; that alone does not end a role \
             session, which lives for up to 12 hours: {IDENTITY_CENTER}"
        ))),
    }
}

/// The role or user whose sessions are revoked.
struct RevokedPrincipal<'p> {
    kind: &'static str,
    name: &'p str,
    arn: &'p str,
    created: Option<Time>,
    /// How long a session of it lives at most.
    hours: i64,
}

impl<'p> RevokedPrincipal<'p> {
    fn of(principal: &'p Principal) -> Self {
        match principal {
            Principal::User(user) => Self {
                kind: "user",
                name: &user.name,
                arn: &user.arn,
                created: user.created,
                hours: USER_SESSION.num_hours(),
            },
            Principal::Role(role) => Self {
                kind: "role",
                name: &role.name,
                arn: &role.arn,
                created: role.created,
                hours: ROLE_SESSION.num_hours(),
            },
        }
    }

    fn command_word(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }

    /// What it does not stop.
    fn still_open(&self) -> [String; 3] {
        let name = self.name;
        [
            "new sessions are not denied: whoever may still open one can begin anew".to_owned(),
            "sessions of other roles that were opened from these go on: trailhunt trace-key shows them".to_owned(),
            match self.kind {
                "role" => format!(
                    "an instance or function that has {name} gets a new session by itself and goes on, and so does an \
                     intruder on it"
                ),
                _ => format!("console sessions of {name} are cut too, and a password opens a new one"),
            },
        ]
    }
}

/// What the recent use stands for here.
fn recent_use_note(recent_use: &RecentUse, hours: i64) -> String {
    let sessions = match (recent_use.users.len(), recent_use.complete) {
        (0, true) => "none was seen".to_owned(),
        (0, false) => "none was seen, as far as Event history could be read".to_owned(),
        (_, true) => "all that were seen are told".to_owned(),
        (_, false) => "there may be more than are told".to_owned(),
    };
    format!("every session of the last {hours} hours is cut off, innocent ones too: {sessions}")
}

fn facts(revoked: &RevokedPrincipal<'_>, step: &PlanStep) -> Vec<Fact> {
    let until = step.before.as_deref().and_then(revoked_before);
    let mut facts = vec![
        Fact::new(revoked.kind, revoked.name),
        Fact::new("arn", revoked.arn),
    ];
    facts.extend(
        revoked
            .created
            .map(|time| Fact::new("created", time.to_string())),
    );
    facts.extend(until.map(|time| Fact::new("revoked", format!("until {time}"))));
    facts
}
