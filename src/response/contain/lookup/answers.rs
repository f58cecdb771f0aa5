//! What IAM says of everything that a report names, asked side by side before any of it is judged: an incident has many
//! keys, and an answer may take seconds.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt;
use futures_util::stream;

use super::result::LeftOutReason;
use crate::aws::errors::CallError;
use crate::aws::signin::SessionAnswer;
use crate::error::{Exit, Failure};
use crate::response::contain::holder::Holder;
use crate::response::contain::targets::Targets;
use crate::response::keys::{self, OtherCredentials};
use crate::response::operator::Operator;
use crate::response::owner::{self, Owner};
use crate::response::plan::PlanStep;
use crate::response::principal::{self, Principal, Unresolved};
use crate::response::{quarantine, revoke, sign_in};

/// Questions that are under way at a time.
const AT_A_TIME: usize = 50;

/// What IAM answered; whatever is named `user/NAME` or `role/NAME`.
#[derive(Default)]
pub struct IamAnswers {
    /// Of access keys; or why it did not say.
    pub owners: BTreeMap<String, Result<Owner, String>>,
    pub principals: BTreeMap<String, Result<Principal, Unresolved>>,
    /// The active keys of users, by their names.
    pub active_keys: BTreeMap<String, Result<Vec<String>, CallError>>,
    /// What else users hold, by their names.
    pub credentials: BTreeMap<String, OtherCredentials>,
    /// The step that denies a user the use of bearer tokens, by their names.
    pub deny_bearer: BTreeMap<String, Result<PlanStep, LeftOutReason>>,
    /// The step that denies a user everything, by their names.
    pub deny_all: BTreeMap<String, Result<PlanStep, LeftOutReason>>,
    /// The step that denies the sessions of a user or role.
    pub revocations: BTreeMap<String, Result<PlanStep, LeftOutReason>>,
    /// The step that denies sign-in sessions of a user or role.
    pub sign_ins: BTreeMap<String, Result<PlanStep, LeftOutReason>>,
    /// What AWS Sign-In says of the sessions that are to be revoked, by their ARNs.
    pub sessions: BTreeMap<String, SessionAnswer>,
}

impl IamAnswers {
    /// Asks about all `targets`.
    ///
    /// # Errors
    /// Where the credentials are refused.
    pub async fn about(
        operator: &Operator,
        targets: &Targets,
        tell: &(dyn Fn(&str) + Sync),
    ) -> Result<Self, Failure> {
        let sessions = targets.sign_ins.values().flatten().cloned();
        let revocable = sessions.filter(|_| !targets.keep_sign_in).collect();
        let client = &operator.slots.sign_in;
        let (mut answers, sessions) =
            tokio::try_join!(Self::of_iam(operator, targets, tell), async {
                Ok(client.sessions_in_time(revocable).await)
            })?;
        answers.sessions = sessions;
        let account = &operator.caller.account;
        let named = targets.sign_ins.keys().cloned().collect();
        let steps = ask(named, async |named| {
            match (answers.principals.get(&named), targets.sign_ins.get(&named)) {
                (Some(Ok(principal)), Some(sessions)) => {
                    let (own, _) = answers.told_apart(sessions, &named, account);
                    let step = sign_in::deny_step(operator, principal, &own).await;
                    step.map_err(LeftOutReason::of)
                }
                (Some(Err(unresolved)), _) => Err(LeftOutReason::of_unresolved(unresolved)),
                _ => Err(LeftOutReason::Unseen("IAM was not asked".to_owned())),
            }
        });
        answers.sign_ins = steps.await;
        Ok(answers)
    }

    /// `sessions` that may be of `named`, and those of which AWS Sign-In says that they are not.
    pub fn told_apart(
        &self,
        sessions: &BTreeSet<String>,
        named: &str,
        account: &str,
    ) -> (BTreeSet<String>, BTreeSet<String>) {
        let sessions = sessions.iter().cloned();
        sessions.partition(|session| sign_in::may_be_of(self.sessions.get(session), named, account))
    }

    /// What IAM says about all `targets` but their sign-in sessions.
    async fn of_iam(
        operator: &Operator,
        targets: &Targets,
        tell: &(dyn Fn(&str) + Sync),
    ) -> Result<Self, Failure> {
        let holders = targets.sessions.iter().map(|session| &session.holder);
        let of_owners = holders.clone().filter_map(|holder| match holder {
            Holder::OwnerOf(key) => Some(key.clone()),
            Holder::Role(_) | Holder::User(_) => None,
        });
        let said = targets.keys.iter();
        let said: BTreeMap<String, String> = said
            .filter_map(|key| Some((key.access_key_id.clone(), key.user.clone()?)))
            .collect();
        let keys = targets.keys.iter().map(|key| key.access_key_id.clone());
        let keys: BTreeSet<String> = keys.chain(of_owners.clone()).collect();
        let users = targets.users.iter().map(|user| user.name.clone());
        let users: BTreeSet<String> = users.collect();
        let mut revoked: BTreeSet<String> = holders.filter_map(Holder::named).collect();
        let named = users.iter().map(|user| format!("user/{user}"));
        let named = named.chain(revoked.iter().cloned());
        let named: BTreeSet<String> = named.chain(targets.sign_ins.keys().cloned()).collect();
        tell(&format!(
            "asking IAM about {} keys and {} users and roles",
            keys.len(),
            named.len()
        ));
        let (owners, principals) = tokio::join!(
            ask(keys, async |key| {
                let said = said.get(&key).map(String::as_str);
                owner::find(operator, &key, said, tell).await
            }),
            ask(named, async |named| principal::resolve(operator, &named)
                .await)
        );
        let mut answers = Self {
            principals,
            ..Self::default()
        };
        for (key, owner) in owners {
            if let Err(failure) = &owner
                && failure.exit == Exit::Credentials
            {
                return owner.map(|_| answers);
            }
            let owner = owner.map_err(|failure| failure.message);
            answers.owners.insert(key, owner);
        }
        let owning: BTreeSet<String> = answers.owners.values().filter_map(owned_by).collect();
        let opened = of_owners.filter_map(|key| owned_by(answers.owners.get(&key)?));
        revoked.extend(opened.map(|user| format!("user/{user}")));
        answers.second_round(operator, users, owning, revoked).await;
        Ok(answers)
    }

    /// What can be asked once it is known who there is: `made` are users of the lineage, `owning` those with its keys.
    async fn second_round(
        &mut self,
        operator: &Operator,
        made: BTreeSet<String>,
        owning: BTreeSet<String>,
        revoked: BTreeSet<String>,
    ) {
        let new = |name: &String| !self.principals.contains_key(name);
        let unresolved = owning.iter().map(|user| format!("user/{user}")).filter(new);
        let unresolved: BTreeSet<String> = unresolved.collect();
        let all: BTreeSet<String> = made.iter().chain(&owning).cloned().collect();
        let (resolved, active_keys, credentials, deny_bearer, deny_all) = tokio::join!(
            ask(unresolved, async |named| principal::resolve(
                operator, &named
            )
            .await),
            ask(all.clone(), async |user| keys::active(operator, &user)
                .await),
            ask(all, async |user| OtherCredentials::of(operator, &user)
                .await),
            ask(owning, async |user| {
                let step = quarantine::deny_bearer_step(operator, &user).await;
                step.map_err(|failure| LeftOutReason::Unseen(failure.message))
            }),
            ask(made.clone(), async |user| {
                let step = quarantine::deny_all_step(operator, &user, "").await;
                step.map_err(|failure| LeftOutReason::Unseen(failure.message))
            })
        );
        self.principals.extend(resolved);
        let principals = &self.principals;
        let revocations = ask(revoked, async |named| match principals.get(&named) {
            Some(Ok(principal)) => revoke::step(operator, principal, "")
                .await
                .map_err(LeftOutReason::of),
            Some(Err(unresolved)) => Err(LeftOutReason::of_unresolved(unresolved)),
            None => Err(LeftOutReason::Unseen("IAM was not asked".to_owned())),
        });
        self.revocations = revocations.await;
        self.active_keys = active_keys;
        self.credentials = credentials;
        self.deny_bearer = deny_bearer;
        self.deny_all = deny_all;
    }
}

fn owned_by(owner: &Result<Owner, String>) -> Option<String> {
    match owner {
        Ok(Owner::User(owned)) => Some(owned.user.clone()),
        _ => None,
    }
}

/// The answer to each question, asked side by side.
async fn ask<T>(
    questions: BTreeSet<String>,
    question: impl AsyncFn(String) -> T,
) -> BTreeMap<String, T> {
    let question = &question;
    let asked =
        stream::iter(questions).map(|about| async move { (about.clone(), question(about).await) });
    asked.buffer_unordered(AT_A_TIME).collect().await
}
