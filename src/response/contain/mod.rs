//! The plan of `respond contain`: the whole lineage of a traced key, in the order that AWS recommends (facts: F6).
//!
//! `trace` reads the report, `targets` sorts what it holds, `lookup` asks IAM about it. The report is not believed:
//! what IAM does not know, or knows otherwise, is left out, with why.

mod beyond;
mod holder;
mod lookup;
mod node;
pub mod scp;
mod targets;
pub mod trace;

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::error::Failure;
use crate::event::arn;
use crate::event::time::Time;
use crate::report::Node;
use crate::report::response::{Fact, RecentUse};
use crate::response::lifetime::{ROLE_SESSION, USER_SESSION};
use crate::response::operator::Operator;
use crate::response::plan::Plan;
use crate::response::usage::{self, HistoryScope};
use lookup::{CutOff, IamLookup, IamLookupResult};
use targets::Targets;
use trace::Trace;

/// Roles and users whose other sessions are looked up: each is a search of its own.
const MOST_USES: usize = 3;
/// A trace older than this may lack what was done since.
const FRESH: TimeDelta = TimeDelta::hours(1);

/// What is chosen on the command line.
#[derive(Debug, Clone)]
pub struct ContainChoices {
    /// The links, besides `subject` and `exact`, whose credentials are acted on.
    pub include: Vec<String>,
    /// Whether sign-in sessions are denied only, and not revoked.
    pub keep_sign_in: bool,
}

/// Plans it.
///
/// # Errors
/// Where IAM does not answer at all; what cannot be resolved is left out, with why.
pub async fn plan(
    operator: &Operator,
    reading: impl Future<Output = Result<HistoryScope, Failure>>,
    trace: &Trace,
    choices: &ContainChoices,
    command: Vec<String>,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Plan, Failure> {
    let account = &operator.caller.account;
    is_of(trace, account)?;
    let now = operator.aws.now();
    let mut targets = Targets {
        keep_sign_in: choices.keep_sign_in,
        ..targets::sort(trace, account, &choices.include, now)
    };
    targets.keep_to(operator.partition());
    let (reading, found) = tokio::join!(reading, IamLookup::all(operator, targets, tell));
    let (reading, found) = (reading?, found?);
    let (recent_use, use_note) = recent_use(operator, &reading, &found, tell).await;
    let mut notes = about_trace(operator, trace, now);
    if !found.cut_off.is_empty() {
        notes.push(
            "a deny of sessions cuts off every one of that role or user, innocent ones too"
                .to_owned(),
        );
    }
    notes.extend(found.notes);
    notes.extend(use_note);
    notes.extend(cut_compute(trace, &found.cut_off, recent_use.as_ref()));
    notes.push(
        "what the lineage changed besides (policies, trust, functions, instances) is not taken back: \
         `trailhunt changes iam` and `trailhunt run persistence` show it"
            .to_owned(),
    );
    Ok(Plan {
        command,
        title: format!("contain {} and what grew from it", keys(trace)),
        facts: facts(trace, &found.cut_off),
        recent_use,
        steps: found.steps,
        left_out: found.left_out,
        handoffs: found.handoffs,
        notes,
        still_open: beyond::reach(trace, account),
        complete: found.complete,
        undoes: None,
    })
}

/// The instances and functions that lose their credentials with the sessions of their role, as far as the report and
/// Event history name them.
fn cut_compute(trace: &Trace, cut_off: &[CutOff], recent_use: Option<&RecentUse>) -> Vec<String> {
    let used = recent_use.iter().flat_map(|used| &used.users);
    let used: Vec<&str> = used.filter_map(|one| one.principal.as_deref()).collect();
    let line = |cut: &CutOff| {
        let is_of = |principal: &str| {
            let holder = holder::holder_of(principal).ok();
            holder.and_then(|holder| holder.named()).as_ref() == Some(&cut.name)
        };
        let nodes = trace.lineage.iter();
        let nodes = nodes.filter(|node| node.principal.as_deref().is_some_and(is_of));
        let traced = nodes.filter_map(beyond::runs_on);
        let seen = used.iter().filter(|principal| is_of(principal));
        let seen = seen
            .map(|principal| arn::name(principal))
            .filter(|name| beyond::is_instance(name));
        let names: BTreeSet<&str> = traced.chain(seen).collect();
        let names: Vec<&str> = names.into_iter().collect();
        (!names.is_empty()).then(|| {
            format!(
                "the deny of {} cuts off {}, as far as the report and Event history name them: each gets fresh \
                 credentials by itself, and so does an intruder on it, until it is isolated",
                cut.name,
                names.join(", ")
            )
        })
    };
    cut_off.iter().filter_map(line).collect()
}

/// Refuses a report that tells of nothing in `account`: there, each of its keys would look like a deleted one.
fn is_of(trace: &Trace, account: &str) -> Result<(), Failure> {
    let home = trace.caller.iter().map(|caller| caller.account.as_str());
    let nodes = trace.lineage.iter().filter_map(Node::acts_in);
    let users = trace
        .users
        .iter()
        .filter_map(|user| user.account.as_deref());
    let handoffs = trace
        .handoffs
        .iter()
        .map(|handoff| handoff.account.as_str());
    let mut accounts = home.chain(nodes).chain(users).chain(handoffs).peekable();
    let Some(first) = accounts.peek().map(|first| (*first).to_owned()) else {
        return Ok(());
    };
    if accounts.any(|one| one == account) {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "the report is of account {first}, and you act in account {account}: nothing in it is of this account"
    ))
    .hint(format!(
        "use credentials of account {first} (--profile PROFILE --expect-account {first})"
    )))
}

fn keys(trace: &Trace) -> String {
    let keys = trace.subjects.iter();
    let keys: Vec<&str> = keys.map(|key| key.access_key_id.as_str()).collect();
    keys.join(", ")
}

fn facts(trace: &Trace, cut_off: &[CutOff]) -> Vec<Fact> {
    let by = trace.caller.as_ref().map_or_else(
        || "over files".to_owned(),
        |caller| format!("by {}", caller.arn),
    );
    let complete = if trace.complete {
        "complete"
    } else {
        "INCOMPLETE"
    };
    let mut facts = vec![
        Fact::new("traced", keys(trace)),
        Fact::new(
            "report",
            format!("made {} {by}, {complete}", trace.generated_at),
        ),
        Fact::new("lineage", format!("{} credentials", trace.lineage.len())),
    ];
    facts.extend(window(trace).map(|window| Fact::new("window", window)));
    // whose use is told below
    if !cut_off.is_empty() {
        let names: Vec<&str> = cut_off.iter().map(|it| it.name.as_str()).collect();
        let text = format!("every session of {}", names.join(", "));
        facts.push(Fact::new("cut off", text));
    }
    facts
}

/// None where the report was bounded on no side.
fn window(trace: &Trace) -> Option<String> {
    match (trace.window.since, trace.window.until) {
        (Some(since), Some(until)) => Some(format!("{since} to {until}")),
        (Some(since), None) => Some(format!("since {since}")),
        (None, Some(until)) => Some(format!("until {until}")),
        (None, None) => None,
    }
}

/// What a report leaves to be doubted.
fn about_trace(operator: &Operator, trace: &Trace, now: Time) -> Vec<String> {
    let mut notes = Vec::new();
    if now - trace.generated_at > FRESH {
        notes.push(format!(
            "the report was made at {}: what was done since is not in it, so trace again before you act",
            trace.generated_at
        ));
    }
    if !trace.complete {
        notes.push(
            "the report is incomplete: there may be credentials that it does not hold".to_owned(),
        );
    }
    let other = trace.caller.as_ref().map(|caller| &caller.account);
    if let Some(other) = other.filter(|account| **account != operator.caller.account) {
        notes.push(format!(
            "the report was made in account {other}, and you act in account {}",
            operator.caller.account
        ));
    }
    notes
}

/// The sessions that the plan cuts off, innocent ones too, of as many principals as can be looked up in time.
async fn recent_use(
    operator: &Operator,
    reading: &HistoryScope,
    found: &IamLookupResult,
    tell: &(dyn Fn(&str) + Sync),
) -> (Option<RecentUse>, Option<String>) {
    if found.cut_off.is_empty() {
        return (None, None);
    }
    if found.cut_off.len() > MOST_USES {
        let note = format!(
            "who else uses the {} roles and users is not shown, since it takes a search for each: \
             `trailhunt respond revoke-sessions {}` shows it without acting, and so for the others",
            found.cut_off.len(),
            found.cut_off[0].name
        );
        return (None, Some(note));
    }
    let mut all = RecentUse {
        since: None,
        complete: true,
        gaps: Vec::new(),
        users: Vec::new(),
    };
    tell("looking up who else uses what is cut off");
    let looks = found.cut_off.iter().map(|principal| async move {
        let lives = match principal.name.strip_prefix("user/") {
            Some(_) => USER_SESSION,
            None => ROLE_SESSION,
        };
        usage::of_principal(operator, reading, &principal.arn, lives.num_hours()).await
    });
    let looks = futures_util::future::join_all(looks).await;
    for (principal, one) in found.cut_off.iter().zip(looks) {
        all.since = all.since.into_iter().chain(one.since).min();
        all.complete &= one.complete;
        let gaps = one.gaps.iter();
        all.gaps
            .extend(gaps.map(|gap| format!("{}: {gap}", principal.name)));
        all.users.extend(one.users);
    }
    (Some(all), None)
}
