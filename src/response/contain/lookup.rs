//! Asking IAM about every target: what it knows becomes a step, what it does not is left out. That it could not be
//! asked is told as that.

mod answers;
mod contradictions;
mod credentials;
mod result;
mod sign_ins;

use std::collections::{BTreeSet, HashMap, HashSet};

use super::holder::Holder;
use super::targets::{LongTermKey, OpenSession, TargetUser, Targets, hand_over};
use super::trace::CredentialCall;
use crate::error::Failure;
use crate::report::Made;
use crate::report::response::{Omission, Phase};
use crate::response::keys;
use crate::response::operator::Operator;
use crate::response::owner::Owner;
use crate::response::plan::PlanStep;
use crate::response::principal::{Principal, User};
use crate::response::slot::ACTIVE;
use answers::IamAnswers;
use contradictions::{contradiction, is_same_user};
use result::LeftOutReason;

pub use result::{CutOff, IamLookupResult};

pub struct IamLookup<'o> {
    operator: &'o Operator,
    answers: IamAnswers,
    /// Users that the lineage made or gave a password, as IAM knows them; or why they are not acted on in any way.
    users: HashMap<String, Result<User, LeftOutReason>>,
    /// Users that the plan denies everything.
    denied: HashSet<String>,
    found: IamLookupResult,
}

impl<'o> IamLookup<'o> {
    /// Asks about all `targets`.
    ///
    /// # Errors
    /// Where IAM answered nothing, or the credentials are refused.
    pub async fn all(
        operator: &'o Operator,
        targets: Targets,
        tell: &(dyn Fn(&str) + Sync),
    ) -> Result<IamLookupResult, Failure> {
        let lookup = Self {
            operator,
            answers: IamAnswers::about(operator, &targets, tell).await?,
            users: HashMap::new(),
            denied: HashSet::new(),
            found: IamLookupResult::default(),
        };
        lookup.judge(targets)
    }

    fn judge(mut self, targets: Targets) -> Result<IamLookupResult, Failure> {
        self.found.left_out = targets.left_out;
        self.found.handoffs = targets.handoffs;
        // one user may be told several times: whom IAM contradicts once is not touched on any of these grounds
        for user in &targets.users {
            self.identify(user);
        }
        for key in &targets.keys {
            self.key(key);
        }
        for user in &targets.users {
            self.user(user);
        }
        for (holder, sessions) in by_holder(targets.sessions) {
            self.sessions(holder, &sessions);
        }
        self.sign_ins(&targets.sign_ins);
        self.other_credentials(&targets.credential_calls, targets.calls_bedrock);
        self.left_working(&targets.keys);
        self.found.finish()
    }

    fn key(&mut self, key: &LongTermKey) {
        let id = &key.access_key_id;
        let no = |why: &str| LeftOutReason::No(why.to_owned());
        let reason = match self.owner(id) {
            Err(why) => {
                if key.phase == Phase::Keys {
                    self.found.lacks_key(id);
                }
                LeftOutReason::Unseen(why)
            }
            Ok(Owner::User(owned)) => {
                let contradiction =
                    contradiction(key, &owned).or_else(|| self.why_not(&owned.user));
                let step = keys::deactivation(self.operator, key.phase, &owned.user, id, &key.why);
                // the traced key was asked for by a person; any other, by the report alone. that the operator's own
                // key was asked for is told, whatever else is wrong
                if let (Some(contradiction), Phase::Created) = (&contradiction, key.phase)
                    && step.refused.is_none()
                {
                    no(&format!(
                        "{contradiction}; if it is meant: trailhunt respond deactivate-key {id}"
                    ))
                } else if owned.status == ACTIVE {
                    self.found.notes.extend(
                        contradiction.map(|contradiction| format!("{id}: {contradiction}")),
                    );
                    self.found.add(step);
                    return;
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
                    if key.phase == Phase::Created {
                        return;
                    }
                    no(&format!("it belongs to account {account}"))
                }
                None => no("a key of another account, and IAM does not say of which"),
            },
        };
        let is_inactive = matches!(self.answers.owners.get(id), Some(Ok(Owner::User(owned))) if owned.status != ACTIVE);
        let kind = match key.phase {
            Phase::Keys if !is_inactive => Omission::Unresolved,
            _ => Omission::Other,
        };
        let user = key.user.as_ref().map(|user| format!("user/{user}"));
        self.found.leave_out_as(kind, id, user.as_deref(), reason);
    }

    /// What else the users hold that own keys of the lineage, as far as its `calls` made it; and their bearer tokens.
    fn other_credentials(&mut self, calls: &[CredentialCall], calls_bedrock: bool) {
        let owners = self.answers.owners.values();
        let owning = owners.filter_map(|owner| match owner {
            Ok(Owner::User(owned)) => Some(owned.user.clone()),
            _ => None,
        });
        let is_open = |user: &String| !self.denied.contains(user) && self.why_not(user).is_none();
        let owning: BTreeSet<String> = owning.filter(is_open).collect();
        for user in &owning {
            let Some(held) = self.answers.credentials.get(user) else {
                continue;
            };
            for credential in &held.active {
                if let Some(why) = credentials::why_of_lineage(credential, calls) {
                    let step = keys::switched_off(self.operator, credential, why);
                    self.found.add(step);
                }
            }
            if !calls_bedrock && !held.active.iter().any(credentials::is_of_bedrock) {
                continue;
            }
            match self.answers.deny_bearer.get(user).cloned() {
                Some(Ok(step)) => {
                    self.found.add(step);
                }
                Some(Err(reason)) => self.found.leave_out(&format!("user/{user}"), reason),
                None => {}
            }
        }
        let note = credentials::of_nobody(self.answers.credentials.values(), calls);
        self.found.notes.extend(note);
    }

    /// What goes on working after the traced `keys` are inactive.
    fn left_working(&mut self, keys: &[LongTermKey]) {
        let owned: Vec<(&LongTermKey, String)> = keys
            .iter()
            .filter(|key| key.phase == Phase::Keys)
            .filter_map(|key| match self.answers.owners.get(&key.access_key_id) {
                Some(Ok(Owner::User(owned))) => Some((key, owned.user.clone())),
                _ => None,
            })
            .collect();
        let mut asked = HashSet::new();
        for (key, user) in owned {
            let named = format!("user/{user}");
            let is_cut = self.denied.contains(&user)
                || self.found.cut_off.iter().any(|cut| cut.name == named);
            if !is_cut {
                let note = keys::sessions_live_on(&key.access_key_id, &user);
                self.found.notes.push(note);
            }
            if asked.insert(user.clone()) {
                let active = self.answers.active_keys.get(&user);
                let others = active.map_or_else(Vec::new, |active| {
                    keys::others_of(active, &user, |key| self.found.deactivates(key))
                });
                self.found.notes.extend(others);
                let credentials = self.answers.credentials.get(&user);
                let others = credentials.map(|held| held.notes(|slot| self.found.holds(slot)));
                // whom everything is denied, nothing of it helps
                if !self.denied.contains(&user) {
                    self.found.notes.extend(others.unwrap_or_default());
                }
            }
        }
    }

    /// IAM's word on a key.
    fn owner(&self, access_key_id: &str) -> Result<Owner, String> {
        let owner = self.answers.owners.get(access_key_id).cloned();
        owner.unwrap_or_else(|| Err("IAM was not asked".to_owned()))
    }

    /// Who `target` is, and whether that can be the one that it was.
    fn identify(&mut self, target: &TargetUser) {
        let user = if let Some(user) = self.users.remove(&target.name) {
            user
        } else {
            match self
                .answers
                .principals
                .get(&format!("user/{}", target.name))
            {
                Some(Ok(Principal::User(user))) => Ok(user.clone()),
                Some(Ok(Principal::Role(_))) => Err(LeftOutReason::No("a role".to_owned())),
                Some(Err(unresolved)) => Err(LeftOutReason::of_unresolved(unresolved)),
                None => Err(LeftOutReason::Unseen("IAM was not asked".to_owned())),
            }
        };
        let user = user.and_then(|user| is_same_user(&user, target).map(|()| user));
        self.users.insert(target.name.clone(), user);
    }

    /// Why the user `name` is not acted on although the report tells of it.
    fn why_not(&self, name: &str) -> Option<String> {
        match self.users.get(name)? {
            Err(LeftOutReason::No(why)) => Some(format!("of user {name}: {why}")),
            Ok(_) | Err(LeftOutReason::Unseen(_)) => None,
        }
    }

    fn user(&mut self, target: &TargetUser) {
        if let Err(reason) = self.try_user(target) {
            self.found
                .leave_out(&format!("user/{}", target.name), reason);
        }
    }

    fn try_user(&mut self, target: &TargetUser) -> Result<(), LeftOutReason> {
        let Some(user) = self.users.get(&target.name) else {
            return Ok(());
        };
        let user = user.clone()?;
        let Some(step) = self.answers.deny_all.get(&user.name).cloned() else {
            return Ok(());
        };
        let step = step?;
        self.denied.insert(user.name.clone());
        self.found.add(PlanStep {
            phase: Phase::Created,
            why: target.why.clone(),
            ..step
        });
        match target.how {
            Made::Created => self.keys_of(&user, &target.why),
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
    fn keys_of(&mut self, user: &User, why: &str) -> Result<(), LeftOutReason> {
        let Some(active) = self.answers.active_keys.get(&user.name).cloned() else {
            return Ok(());
        };
        let active = active
            .map_err(|error| LeftOutReason::Unseen(format!("its keys are not known: {error}")))?;
        for key in active {
            let why = format!("a key of user {}, {why}", user.name);
            let step = keys::deactivation(self.operator, Phase::Created, &user.name, &key, &why);
            self.found.add(step);
        }
        let Some(held) = self.answers.credentials.get(&user.name) else {
            return Ok(());
        };
        for credential in &held.active {
            let why = format!("of user {}, {why}", user.name);
            self.found
                .add(keys::switched_off(self.operator, credential, &why));
        }
        if let [first, ..] = held.unread.as_slice() {
            return Err(LeftOutReason::Unseen(first.clone()));
        }
        Ok(())
    }

    fn sessions(&mut self, holder: Holder, sessions: &[OpenSession]) {
        let named = match holder {
            Holder::Role(role) => Ok(format!("role/{role}")),
            Holder::User(user) => Ok(format!("user/{user}")),
            Holder::OwnerOf(key) => match self.owner(&key) {
                Ok(Owner::User(owned)) => Ok(format!("user/{}", owned.user)),
                Ok(Owner::Root) => Err(LeftOutReason::No(
                    "sessions of root cannot be revoked".to_owned(),
                )),
                Ok(_) => Err(LeftOutReason::No(format!(
                    "IAM does not know whose key {key} is, which asked for it"
                ))),
                Err(why) => Err(LeftOutReason::Unseen(why)),
            },
        };
        let revoked = match named {
            Ok(named) => self.revoke(&named, sessions),
            Err(reason) => Err(reason),
        };
        if let Err(reason) = revoked {
            for session in sessions {
                let (id, of) = (&session.id, session.holder.named());
                let kind = if session.is_traced {
                    Omission::Unresolved
                } else {
                    Omission::Other
                };
                self.found
                    .leave_out_as(kind, id, of.as_deref(), reason.clone());
            }
        }
    }

    fn revoke(&mut self, named: &str, sessions: &[OpenSession]) -> Result<(), LeftOutReason> {
        if let Some(why) = named
            .strip_prefix("user/")
            .and_then(|user| self.why_not(user))
        {
            return Err(LeftOutReason::No(format!(
                "{why}; if it is meant: trailhunt respond revoke-sessions {named}"
            )));
        }
        let principal = match self.answers.principals.get(named) {
            Some(Ok(principal)) => principal,
            Some(Err(unresolved)) => return Err(LeftOutReason::of_unresolved(unresolved)),
            None => return Err(LeftOutReason::Unseen("IAM was not asked".to_owned())),
        };
        // a user that is denied everything has no session that is allowed anything
        if let Principal::User(user) = principal
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
            arn: principal.arn().to_owned(),
        };
        let step = self.answers.revocations.get(named).cloned();
        let step =
            step.unwrap_or_else(|| Err(LeftOutReason::Unseen("IAM was not asked".to_owned())))?;
        if self.found.add(PlanStep { why, ..step }) {
            self.found.cut_off.push(cut_off);
        }
        Ok(())
    }
}

/// The sessions of each holder, in the order of the lineage.
fn by_holder(sessions: Vec<OpenSession>) -> Vec<(Holder, Vec<OpenSession>)> {
    let mut groups: Vec<(Holder, Vec<OpenSession>)> = Vec::new();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_of_one_holder_are_one_question() {
        let session = |id: &str, role: &str| OpenSession {
            id: id.to_owned(),
            is_traced: false,
            holder: Holder::Role(role.to_owned()),
            why: String::new(),
        };
        let groups = by_holder(vec![
            session("1", "b"),
            session("2", "a"),
            session("3", "b"),
        ]);
        let ids: Vec<Vec<&str>> = groups
            .iter()
            .map(|(_, group)| group.iter().map(|it| it.id.as_str()).collect())
            .collect();
        assert_eq!(ids, [vec!["1", "3"], vec!["2"]]);
    }
}
