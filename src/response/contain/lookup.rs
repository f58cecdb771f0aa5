//! Asking IAM about every target: what it knows becomes a step, what it does not is left out. That it could not be
//! asked is told as that.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::holder::Holder;
use super::targets::{Key, Session, Target, Targets, hand_over};
use crate::error::{Exit, Failure};
use crate::report::response::{Elsewhere, LeftOut, Phase};
use crate::report::{Made, rfc3339};
use crate::response::operator::Operator;
use crate::response::owner::{self, Owner, UserKey};
use crate::response::plan::{self, Step};
use crate::response::principal::{self, Principal, Unresolved, User};
use crate::response::slot::{ACTIVE, INACTIVE, Slot, holds};
use crate::response::{keys, quarantine, revoke};

#[cfg(test)]
mod tests;

/// IAM's clock and CloudTrail's agree to this.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// What came of it.
#[derive(Debug, Default)]
pub struct Found {
    pub steps: Vec<Step>,
    pub left_out: Vec<LeftOut>,
    pub handoffs: Vec<Elsewhere>,
    pub notes: Vec<String>,
    /// Whose sessions the plan denies.
    pub cut_off: Vec<CutOff>,
}

/// A role or user whose sessions are denied.
#[derive(Debug, PartialEq, Eq)]
pub struct CutOff {
    /// `role/NAME` or `user/NAME`.
    pub name: String,
    pub arn: String,
}

/// Why something is not in the plan.
#[derive(Debug, Clone)]
enum Unfit {
    /// IAM says so.
    No(String),
    /// IAM did not say.
    Unseen(String),
}

pub struct Lookup<'o> {
    operator: &'o Operator,
    tell: &'o (dyn Fn(&str) + Sync),
    owners: HashMap<String, Result<Owner, String>>,
    slots: HashSet<Slot>,
    /// Users that the plan denies everything.
    denied: HashSet<String>,
    found: Found,
    /// Questions that IAM answered, and those that it did not.
    answered: usize,
    unseen: Vec<String>,
}

impl<'o> Lookup<'o> {
    pub fn new(operator: &'o Operator, tell: &'o (dyn Fn(&str) + Sync)) -> Self {
        Self {
            operator,
            tell,
            owners: HashMap::new(),
            slots: HashSet::new(),
            denied: HashSet::new(),
            found: Found::default(),
            answered: 0,
            unseen: Vec::new(),
        }
    }

    /// Asks about all `targets`.
    ///
    /// # Errors
    /// Where IAM answered nothing, or the credentials are refused.
    pub async fn all(mut self, targets: Targets) -> Result<Found, Failure> {
        self.found.left_out = targets.left_out;
        self.found.handoffs = targets.handoffs;
        for key in &targets.keys {
            self.key(key).await?;
        }
        for user in &targets.users {
            self.user(user).await;
        }
        for (holder, sessions) in by_holder(targets.sessions) {
            self.sessions(holder, &sessions).await?;
        }
        if let [first, ..] = self.unseen.as_slice() {
            if self.answered == 0 {
                return Err(Failure::failed(format!(
                    "IAM answered nothing about the lineage: {first}"
                )));
            }
            self.found.notes.push(format!(
                "the plan is not whole: {} of the lineage could not be looked up in IAM",
                self.unseen.len()
            ));
        }
        self.found.steps.sort_by_key(|step| step.phase);
        Ok(self.found)
    }

    async fn key(&mut self, key: &Key) -> Result<(), Failure> {
        let id = &key.access_key_id;
        let no = |why: &str| Unfit::No(why.to_owned());
        let unfit = match self.owner(id).await? {
            Err(why) => Unfit::Unseen(why),
            Ok(Owner::User(owned)) => {
                let doubt = doubt(key, &owned);
                // the traced key was asked for by a person; any other, by the report alone
                if let (Some(doubt), Phase::Created) = (&doubt, key.phase)
                    && !self.is_own(&owned.user, id)
                {
                    no(&format!(
                        "{doubt}; if it is meant: trailhunt respond deactivate-key {id}"
                    ))
                } else if owned.status == ACTIVE {
                    self.found
                        .notes
                        .extend(doubt.map(|doubt| format!("{id}: {doubt}")));
                    self.deactivate(key.phase, &owned.user, id, &key.why);
                    return Ok(());
                } else {
                    no(&format!("IAM says that it is {} already", owned.status))
                }
            }
            Ok(Owner::Temporary) => no("a temporary key, which cannot be deactivated"),
            Ok(Owner::Root) => no("root's, which only root itself can deactivate"),
            Ok(Owner::Nobody { why }) => no(&why),
            Ok(Owner::Foreign { account }) => match account.as_ref().or(key.account.as_ref()) {
                Some(account) => {
                    let what = format!("{id}: {}", key.why);
                    let words = ["deactivate-key", id];
                    self.found.handoffs.push(hand_over(account, what, &words));
                    return Ok(());
                }
                None => no("a key of another account, and IAM does not say of which"),
            },
        };
        self.leave_out(id, unfit);
        Ok(())
    }

    /// IAM's word on a key, asked once.
    async fn owner(&mut self, access_key_id: &str) -> Result<Result<Owner, String>, Failure> {
        if let Some(owner) = self.owners.get(access_key_id) {
            return Ok(owner.clone());
        }
        (self.tell)(&format!("asking IAM about {access_key_id}"));
        let owner = owner::find(self.operator, access_key_id, self.tell).await;
        let owner = match owner {
            Err(failure) if failure.exit == Exit::Credentials => return Err(failure),
            owner => owner.map_err(|failure| failure.message),
        };
        self.owners.insert(access_key_id.to_owned(), owner.clone());
        Ok(owner)
    }

    async fn user(&mut self, target: &Target) {
        let named = format!("user/{}", target.name);
        (self.tell)(&format!("asking IAM about {named}"));
        if let Err(unfit) = self.try_user(target, &named).await {
            self.leave_out(&named, unfit);
        }
    }

    async fn try_user(&mut self, target: &Target, named: &str) -> Result<(), Unfit> {
        let user = match principal::resolve(self.operator, named).await {
            Ok(Principal::User(user)) => user,
            Ok(Principal::Role(_)) => return Err(Unfit::No("a role".to_owned())),
            Err(unresolved) => return Err(unfit(unresolved)),
        };
        if target.how == Made::Created {
            is_the_one(&user, target)?;
        }
        let step = quarantine::deny_all_step(self.operator, &user.name, &target.why).await;
        let step = step.map_err(|failure| Unfit::Unseen(failure.message))?;
        self.denied.insert(user.name.clone());
        self.add(Step {
            phase: Phase::Created,
            ..step
        });
        match target.how {
            Made::Created => self.keys_of(&user, &target.why).await,
            Made::Password => {
                self.found.notes.push(format!(
                    "user {0} was given a password: the deny cuts {0} off as a whole, whoever made it, and the \
                     password stays, since it could not be put back; later: aws iam delete-login-profile \
                     --user-name {0}",
                    user.name
                ));
                Ok(())
            }
        }
    }

    /// Every active key of a user that the lineage created.
    async fn keys_of(&mut self, user: &User, why: &str) -> Result<(), Unfit> {
        let active = keys::active(self.operator, &user.name).await;
        let active =
            active.map_err(|error| Unfit::Unseen(format!("its keys are not known: {error}")))?;
        for key in active {
            let why = format!("a key of user {}, {why}", user.name);
            self.deactivate(Phase::Created, &user.name, &key, &why);
        }
        Ok(())
    }

    async fn sessions(&mut self, holder: Holder, sessions: &[Session]) -> Result<(), Failure> {
        let named = match holder {
            Holder::Role(role) => Ok(format!("role/{role}")),
            Holder::User(user) => Ok(format!("user/{user}")),
            Holder::OwnerOf(key) => match self.owner(&key).await? {
                Ok(Owner::User(owned)) => Ok(format!("user/{}", owned.user)),
                Ok(Owner::Root) => Err(Unfit::No("sessions of root cannot be revoked".to_owned())),
                Ok(_) => Err(Unfit::No(format!(
                    "IAM does not know whose key {key} is, which asked for it"
                ))),
                Err(why) => Err(Unfit::Unseen(why)),
            },
        };
        let revoked = match named {
            Ok(named) => self.revoke(&named, sessions).await,
            Err(unfit) => Err(unfit),
        };
        if let Err(unfit) = revoked {
            for session in sessions {
                self.leave_out(&session.id, unfit.clone());
            }
        }
        Ok(())
    }

    async fn revoke(&mut self, named: &str, sessions: &[Session]) -> Result<(), Unfit> {
        (self.tell)(&format!("asking IAM about {named}"));
        let principal = principal::resolve(self.operator, named).await;
        let principal = principal.map_err(unfit)?;
        let arn = match &principal {
            Principal::User(user) => &user.arn,
            Principal::Role(role) => &role.arn,
        };
        // a user that is denied everything has no session that is allowed anything
        if let Principal::User(user) = &principal
            && self.denied.contains(&user.name)
        {
            return Ok(());
        }
        let why = match sessions {
            [] => return Ok(()),
            [only] => format!("{} {}", only.id, only.why),
            [first, rest @ ..] => {
                format!("{} {}, and {} more", first.id, first.why, rest.len())
            }
        };
        let cut_off = CutOff {
            name: named.to_owned(),
            arn: arn.clone(),
        };
        match revoke::step(self.operator, &principal, &why).await {
            Ok(step) => {
                if self.add(step) {
                    self.found.cut_off.push(cut_off);
                }
                Ok(())
            }
            Err(failure) if failure.exit == Exit::Usage => {
                let what = [Some(failure.message), failure.hint];
                let what: Vec<String> = what.into_iter().flatten().collect();
                Err(Unfit::No(what.join(": ")))
            }
            Err(failure) => Err(Unfit::Unseen(failure.message)),
        }
    }

    /// Whether it is the operator's own key: that it was asked for is told, whatever else is wrong.
    fn is_own(&self, user: &str, access_key_id: &str) -> bool {
        let slot = slot(user, access_key_id);
        self.operator.reaches_itself(&slot).is_some()
    }

    fn deactivate(&mut self, phase: Phase, user: &str, access_key_id: &str, why: &str) {
        self.add(Step {
            phase,
            slot: slot(user, access_key_id),
            to: plan::Target::Value(Some(INACTIVE.to_owned())),
            before: Some(ACTIVE.to_owned()),
            why: why.to_owned(),
            refused: None,
        });
    }

    /// Adds a step, unless one sets the same slot, or it holds already; whether it did. A step that would reach the
    /// operator is told as refused.
    fn add(&mut self, mut step: Step) -> bool {
        self.answered += 1;
        if let plan::Target::Value(value) = &step.to
            && holds(value, &step.before)
        {
            let held = LeftOut {
                id: step.slot.name(),
                link: None,
                why: "it holds already".to_owned(),
            };
            if !self.found.left_out.contains(&held) {
                self.found.left_out.push(held);
            }
            return false;
        }
        let is_new = self.slots.insert(step.slot.clone());
        if is_new {
            let refused = step.refused.take();
            step.refused = refused.or_else(|| self.operator.reaches_itself(&step.slot));
            self.found.steps.push(step);
        }
        is_new
    }

    fn leave_out(&mut self, id: &str, unfit: Unfit) {
        let why = match unfit {
            Unfit::No(why) => {
                self.answered += 1;
                why
            }
            Unfit::Unseen(why) => {
                self.unseen.push(why.clone());
                format!("could not be looked up: {why}")
            }
        };
        self.found.left_out.push(LeftOut {
            id: id.to_owned(),
            link: None,
            why,
        });
    }
}

fn slot(user: &str, access_key_id: &str) -> Slot {
    Slot::AccessKey {
        user: user.to_owned(),
        access_key_id: access_key_id.to_owned(),
    }
}

/// In what IAM contradicts the report about a key.
fn doubt(key: &Key, owned: &UserKey) -> Option<String> {
    let user = &owned.user;
    if let Some(told) = key.user.as_ref().filter(|told| *told != user) {
        return Some(format!(
            "the report says that it is of user {told}, IAM of {user}"
        ));
    }
    let (told, created) = (key.at?, owned.created?);
    (created < told - TOLERANCE).then(|| differing(told, created))
}

/// Whether `user` can be the one that the lineage created: one that was made at another time is another user.
fn is_the_one(user: &User, target: &Target) -> Result<(), Unfit> {
    let (Some(told), Some(created)) = (target.at, user.created) else {
        return Err(Unfit::No(
            "when it was created is not known, in the report or to IAM".to_owned(),
        ));
    };
    if (created - told).abs() <= TOLERANCE {
        Ok(())
    } else {
        Err(Unfit::No(differing(told, created)))
    }
}

fn differing(told: DateTime<Utc>, created: DateTime<Utc>) -> String {
    format!(
        "the report says created at {}, IAM says {}",
        rfc3339(told),
        rfc3339(created)
    )
}

/// The sessions of each holder, in the order of the lineage.
fn by_holder(sessions: Vec<Session>) -> Vec<(Holder, Vec<Session>)> {
    let mut groups: Vec<(Holder, Vec<Session>)> = Vec::new();
    let mut places: HashMap<Holder, usize> = HashMap::new();
    for session in sessions {
        let holder = session.holder.clone();
        let place = *places.entry(holder.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, group)) => group.push(session),
            None => groups.push((holder, vec![session])),
        }
    }
    groups
}

fn unfit(unresolved: Unresolved) -> Unfit {
    Unfit::No(match unresolved {
        Unresolved::CouldNotLook(why) => return Unfit::Unseen(why),
        Unresolved::Nobody => "IAM knows no such user or role: deleted, or never there".to_owned(),
        Unresolved::Foreign(account) => format!("of account {account}"),
        Unresolved::Ambiguous => "a user and a role have this name".to_owned(),
        Unresolved::NotAPrincipal(why) => why,
    })
}
