//! The sign-in sessions of the lineage: each is denied by its ARN first, and then revoked, where AWS says that it is of
//! whom the report says. What is not revoked is named, with the call for it.

use std::collections::{BTreeMap, BTreeSet};

use super::IamLookup;
use super::result::LeftOutReason;
use crate::report::response::Omission;
use crate::response::sign_in;

impl IamLookup<'_> {
    /// Denies `sessions`, which are told by whose they are, and revokes them. Those of which AWS says that they are
    /// nobody's, or another's, are only told.
    pub(super) fn sign_ins(&mut self, sessions: &BTreeMap<String, BTreeSet<String>>) {
        let mut by_hand: BTreeSet<String> = BTreeSet::new();
        let before = self.found.steps.len();
        let account = &self.operator.caller.account;
        for (named, all) in sessions {
            let (of_holder, of_others) = self.answers.told_apart(all, named, account);
            for session in &of_others {
                self.revoke_sign_in(named, session);
            }
            if of_holder.is_empty() {
                continue;
            }
            if self.deny_sign_ins(named) {
                let open = of_holder.into_iter();
                by_hand.extend(open.filter(|session| !self.revoke_sign_in(named, session)));
            } else {
                by_hand.extend(of_holder);
            }
        }
        let by_hand = by_hand.iter().map(String::as_str).collect();
        self.found.notes.extend(sign_in::revocations(&by_hand));
        let new = self.found.steps[before..].iter();
        let revoked = new.filter(|step| !step.slot.can_be_put_back() && step.refused.is_none());
        let note = sign_in::for_good(revoked.count());
        self.found.notes.extend(note);
    }

    /// Whether the sign-in sessions of `named` are denied, by this plan or before.
    fn deny_sign_ins(&mut self, named: &str) -> bool {
        let user = named.strip_prefix("user/");
        // a user that is denied everything has no session that is allowed anything
        if user.is_some_and(|user| self.denied.contains(user)) {
            return true;
        }
        let step = self.answers.sign_ins.remove(named);
        let step =
            step.unwrap_or_else(|| Err(LeftOutReason::Unseen("IAM was not asked".to_owned())));
        let doubt = user.and_then(|user| self.why_not(user));
        match doubt.map_or(step, |why| Err(LeftOutReason::No(why))) {
            Ok(step) => {
                self.found.add(step);
                true
            }
            Err(reason) => {
                let what = format!("sign-in sessions of {named}");
                self.found.leave_out(&what, reason);
                false
            }
        }
    }

    /// Adds the step that revokes `session` of `named`, as far as there is anything to revoke; whether AWS said so.
    fn revoke_sign_in(&mut self, named: &str, session: &str) -> bool {
        let found = match self.answers.sessions.get(session) {
            // it is to be kept
            None => return false,
            Some(Err(error)) => {
                let why = format!("{error}; its deny is another step");
                self.leave_session(named, session, LeftOutReason::Unseen(why));
                return false;
            }
            Some(Ok(found)) => found.as_ref(),
        };
        let account = &self.operator.caller.account;
        let now = self.operator.aws.now();
        if let Some(why) = sign_in::why_not_revoked(found, named, account, now) {
            self.leave_session(named, session, LeftOutReason::No(why));
        } else {
            let status = found.map(|found| found.status().to_owned());
            let step = sign_in::revocation(self.operator, named, session, status);
            self.found.add(step);
        }
        true
    }

    fn leave_session(&mut self, named: &str, session: &str, reason: LeftOutReason) {
        self.found
            .leave_out_as(Omission::Other, session, Some(named), reason);
    }
}
