//! What the users and roles of a plan were before it changed them: the state of a crime scene, for whoever looks at it
//! later. Reading it holds up nothing: what IAM does not tell in time is said.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::time::Duration;

use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::types::AttachedPolicy;
use futures_util::future::{BoxFuture, join_all};
use futures_util::{FutureExt, StreamExt, stream};
use serde::Serialize;
use serde_json::{Value, json};

use crate::aws::errors::CallError;
use crate::aws::time::utc;
use crate::clock;
use crate::event::arn::Actor;
use crate::event::time::Time;
use crate::response::operator::Operator;
use crate::response::plan::Plan;
use crate::response::slot::{
    CredentialSort, HeldCredential, Slot, SlotClients, held, policy_document,
};

/// How long it may take: the attacker does not wait.
const WITHIN: Duration = Duration::from_secs(5);
const INLINE_POLICIES: &str = "inline_policies";
/// Questions that are under way at a time.
const AT_A_TIME: usize = 200;

/// What IAM said of the users and roles of a plan.
#[derive(Debug, Serialize)]
pub struct Snapshot {
    account: String,
    taken_at: Time,
    principals: Vec<PrincipalState>,
}

#[derive(Debug, Serialize)]
struct PrincipalState {
    /// `user/NAME` or `role/NAME`.
    principal: String,
    /// By what was asked: `access_keys`, `inline_policies`, …
    #[serde(flatten)]
    parts: BTreeMap<&'static str, Value>,
    /// `iam:Action: why` of what is missing.
    unread: Vec<String>,
}

/// What is asked of one principal.
struct Question<'o> {
    /// The part that the answer becomes.
    part: &'static str,
    /// The permission that it needs.
    action: &'static str,
    answer: BoxFuture<'o, Result<Answer, CallError>>,
}

/// A part, and what is missing from it.
struct Answer {
    value: Value,
    unread: Vec<String>,
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        let unread = Vec::new();
        Self { value, unread }
    }
}

impl Snapshot {
    /// Asks IAM about everybody whom `plan` changes, side by side.
    pub async fn take(operator: &Operator, plan: &Plan) -> Self {
        let steps = plan.steps.iter().filter(|step| step.refused.is_none());
        let names: BTreeSet<String> = steps.map(|step| step.slot.holder()).collect();
        let states = names.into_iter().map(|principal| PrincipalState {
            principal,
            parts: BTreeMap::new(),
            unread: Vec::new(),
        });
        let mut snapshot = Self {
            account: operator.caller.account.clone(),
            taken_at: operator.aws.now(),
            principals: states.collect(),
        };
        let principals = snapshot.principals.iter().enumerate();
        let mut asked: Vec<_> = principals
            .flat_map(|(at, state)| {
                let questions = questions(&operator.slots, &state.principal);
                questions.into_iter().map(move |question| (at, question))
            })
            .collect();
        // the only ones that take two answers
        asked.sort_by_key(|(_, question)| question.part != INLINE_POLICIES);
        let end = clock::monotonic() + WITHIN;
        let answers = asked.into_iter().map(|(at, question)| async move {
            let left = end.saturating_duration_since(clock::monotonic());
            let answer = tokio::time::timeout(left, question.answer).await;
            let late = || Err(format!("no answer within {} s", WITHIN.as_secs()));
            let answer = answer.map_or_else(|_| late(), |it| it.map_err(|it| it.to_string()));
            (at, question.part, question.action, answer)
        });
        let mut answers = std::pin::pin!(stream::iter(answers).buffer_unordered(AT_A_TIME));
        while let Some((at, part, action, answer)) = answers.next().await {
            let state = &mut snapshot.principals[at];
            match answer {
                Ok(answer) => {
                    state.parts.insert(part, answer.value);
                    state.unread.extend(answer.unread);
                }
                Err(why) => state.unread.push(format!("{action}: {why}")),
            }
        }
        for state in &mut snapshot.principals {
            state.unread.sort();
        }
        snapshot
    }

    /// What is missing, in one line a reason.
    pub fn gaps(&self) -> Vec<String> {
        let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for state in &self.principals {
            for why in &state.unread {
                by_reason.entry(why).or_default().push(&state.principal);
            }
        }
        let line = |(why, of): (&str, Vec<&str>)| {
            format!("the snapshot lacks of {}: {why}", of.join(", "))
        };
        by_reason.into_iter().map(line).collect()
    }
}

/// What is asked of `principal`; nothing of what is no user or role.
fn questions<'o>(clients: &'o SlotClients, principal: &str) -> Vec<Question<'o>> {
    match Actor::named_so(principal) {
        Some(Actor::User(user)) => of_user(clients, &user),
        Some(Actor::Role(role)) => of_role(clients, role),
        _ => Vec::new(),
    }
}

fn question<'o>(
    part: &'static str,
    action: &'static str,
    answer: impl Future<Output = Result<Answer, CallError>> + Send + 'o,
) -> Question<'o> {
    let answer = answer.boxed();
    Question {
        part,
        action,
        answer,
    }
}

fn of_user<'o>(clients: &'o SlotClients, user: &str) -> Vec<Question<'o>> {
    let iam = &clients.iam;
    let name = user.to_owned();
    let itself = iam.get_user().user_name(user);
    let keys = iam.list_access_keys().user_name(user).into_paginator();
    let inline = iam.list_user_policies().user_name(user).into_paginator();
    let attached = iam.list_attached_user_policies().user_name(user);
    let groups = iam.list_groups_for_user().user_name(user).into_paginator();
    let mut questions = vec![
        question("user", "iam:GetUser", async {
            let user = itself.send().await.map_err(|error| CallError::of(&error))?;
            let user = user.user.map(|user| {
                json!({
                    "arn": user.arn,
                    "user_id": user.user_id,
                    "created": utc(&user.create_date),
                    "permissions_boundary": user.permissions_boundary.and_then(|it| it.permissions_boundary_arn),
                })
            });
            Ok(Value::from(user).into())
        }),
        question("access_keys", "iam:ListAccessKeys", async move {
            let entry = |key: aws_sdk_iam::types::AccessKeyMetadata| {
                json!({
                    "access_key_id": key.access_key_id,
                    "status": key.status.map(|status| status.as_str().to_owned()),
                    "created": key.create_date.as_ref().and_then(utc),
                })
            };
            list(keys.items().send().collect().await, entry)
        }),
        question(
            "attached_policies",
            "iam:ListAttachedUserPolicies",
            async move {
                let pages = attached.into_paginator().items().send();
                list(pages.collect().await, policy_arn)
            },
        ),
        question("groups", "iam:ListGroupsForUser", async move {
            let entry = |group: aws_sdk_iam::types::Group| Value::from(group.group_name);
            list(groups.items().send().collect().await, entry)
        }),
        question(INLINE_POLICIES, "iam:ListUserPolicies", async move {
            let names = all(inline.items().send().collect().await)?;
            let slot = |policy| Slot::UserPolicy {
                user: name.clone(),
                policy,
            };
            Ok(documents(clients, "iam:GetUserPolicy", names.into_iter().map(slot)).await)
        }),
    ];
    questions.extend(CredentialSort::ALL.map(|sort| {
        let user = user.to_owned();
        let part = match sort {
            CredentialSort::ServiceSpecific => "service_specific_credentials",
            CredentialSort::SshPublicKey => "ssh_public_keys",
            CredentialSort::SigningCertificate => "signing_certificates",
        };
        question(part, sort.list_action(), async move {
            let held = held(iam, sort, &user).await?.into_iter();
            let entry = |held: HeldCredential| json!({"id": held.slot, "status": held.status, "created": held.made});
            Ok(held.map(entry).collect::<Value>().into())
        })
    }));
    questions
}

fn of_role(clients: &SlotClients, role: String) -> Vec<Question<'_>> {
    let iam = &clients.iam;
    let itself = iam.get_role().role_name(&role);
    let inline = iam.list_role_policies().role_name(&role).into_paginator();
    let attached = iam.list_attached_role_policies().role_name(&role);
    vec![
        question("role", "iam:GetRole", async {
            let role = itself.send().await.map_err(|error| CallError::of(&error))?;
            let role = role.role.map(|role| {
                json!({
                    "arn": role.arn,
                    "role_id": role.role_id,
                    "created": utc(&role.create_date),
                    "permissions_boundary": role.permissions_boundary.and_then(|it| it.permissions_boundary_arn),
                    "trust_policy": role.assume_role_policy_document.map(policy_document),
                })
            });
            Ok(Value::from(role).into())
        }),
        question(
            "attached_policies",
            "iam:ListAttachedRolePolicies",
            async move {
                let pages = attached.into_paginator().items().send();
                list(pages.collect().await, policy_arn)
            },
        ),
        question(INLINE_POLICIES, "iam:ListRolePolicies", async move {
            let names = all(inline.items().send().collect().await)?;
            let slot = |policy| Slot::RolePolicy {
                role: role.clone(),
                policy,
            };
            Ok(documents(clients, "iam:GetRolePolicy", names.into_iter().map(slot)).await)
        }),
    ]
}

fn policy_arn(policy: AttachedPolicy) -> Value {
    Value::from(policy.policy_arn)
}

/// The entries of all pages.
fn all<T, E>(pages: Result<Vec<T>, SdkError<E>>) -> Result<Vec<T>, CallError>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    pages.map_err(|error| CallError::of(&error))
}

/// The same, each as JSON.
fn list<T, E>(
    pages: Result<Vec<T>, SdkError<E>>,
    entry: impl Fn(T) -> Value,
) -> Result<Answer, CallError>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    Ok(all(pages)?.into_iter().map(entry).collect::<Value>().into())
}

/// The documents of the inline policies `slots`, by name, as texts; `action` reads one.
async fn documents(
    clients: &SlotClients,
    action: &str,
    slots: impl Iterator<Item = Slot>,
) -> Answer {
    let reads = slots.map(|slot| async {
        let read = slot.read(clients).await;
        (slot, read)
    });
    let mut answer = Answer::from(json!({}));
    for (slot, read) in join_all(reads).await {
        let (Slot::UserPolicy { policy, .. } | Slot::RolePolicy { policy, .. }) = slot else {
            continue;
        };
        match read {
            Ok(document) => answer.value[policy] = document.into(),
            Err(error) => answer.unread.push(format!("{action} {policy}: {error}")),
        }
    }
    answer
}
