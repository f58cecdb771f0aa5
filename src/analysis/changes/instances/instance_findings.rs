//! What follows from the changes: who ended which instances, how bad that is, and what prepared it.
//!
//! One finding is about one actor, one call and one way, with the instances in its message: a fleet that is stopped is
//! one sentence. Catalogue rules of the same ids say the same of single events, without knowing who was behind.

use std::collections::BTreeMap;

use super::InstanceCall;
use super::cause::Cause;
use super::explain::ExplainedChange;
use super::states::StateChange;
use crate::analysis::findings::{self, Proof, RuleLabel};
use crate::report::{ChangeAction, Level};

/// Instances that a message names.
const NAMED: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum FindingKind {
    Terminated,
    Stopped,
    /// By what runs the instances: Auto Scaling, Spot.
    Routine,
    Unprotected,
    Attempted,
}

/// A finding but for the instances, which stand between its two texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Sentence {
    kind: FindingKind,
    level: Level,
    opening: String,
    ending: String,
}

#[derive(Debug, Default)]
struct Hits {
    instances: Vec<String>,
    /// Events, each once.
    proofs: Vec<Proof>,
    last_act: Option<usize>,
}

/// Folds changes into findings.
#[derive(Debug, Default)]
pub(super) struct Fold {
    /// Of each account.
    by_sentence: BTreeMap<(Sentence, Option<String>), Hits>,
}

impl Fold {
    /// A change of `act`, which is the `number`th; changes of one act follow one another.
    pub(super) fn add(
        &mut self,
        number: usize,
        act: &InstanceCall,
        explained: &ExplainedChange<'_>,
    ) {
        let sentence = match explained.change.action {
            ChangeAction::Failed => attempt_sentence(act.call, explained),
            ChangeAction::Modified => ended_sentence(act.call, explained),
            ChangeAction::Noop | ChangeAction::Added | ChangeAction::Removed => None,
        };
        if let Some(sentence) = sentence {
            self.hits(sentence, explained).prove(number, act);
        }
        if let Some((sentence, switched)) = protection_sentence(act.call, explained) {
            let hits = self.hits(sentence, explained);
            hits.proofs.push(switched);
            hits.prove(number, act);
        }
    }

    fn hits(&mut self, sentence: Sentence, explained: &ExplainedChange<'_>) -> &mut Hits {
        let key = (sentence, explained.change.account.clone());
        let hits = self.by_sentence.entry(key).or_default();
        if let Some(instance) = &explained.change.target
            && !hits.instances.contains(instance)
        {
            hits.instances.push(instance.clone());
        }
        hits
    }

    pub(super) fn finish(self, findings: &mut findings::Fold) {
        for ((sentence, _), hits) in self.by_sentence {
            let Sentence {
                opening, ending, ..
            } = &sentence;
            let message = format!("{opening} {}{ending}", listed(&hits.instances));
            let rule = sentence.kind.rule(sentence.level);
            for proof in hits.proofs {
                findings.hit(&rule, message.clone(), proof);
            }
        }
    }
}

impl Hits {
    fn prove(&mut self, number: usize, act: &InstanceCall) {
        if self.last_act.replace(number) != Some(number) {
            self.proofs.push(act.proof.clone());
        }
    }
}

impl FindingKind {
    fn rule(self, level: Level) -> RuleLabel {
        let (id, title, attack): (_, _, &[&str]) = match self {
            Self::Terminated => (
                "instances-terminated",
                "Instances terminated",
                &["T1485", "T1578.003"],
            ),
            Self::Stopped => (
                "instances-stopped",
                "Instances stopped or rebooted",
                &["T1489", "T1529"],
            ),
            Self::Routine => (
                "instances-ended-by-automation",
                "Instances ended by Auto Scaling or Spot",
                &[],
            ),
            Self::Unprotected => (
                "termination-protection-off",
                "Protection switched off before an instance was ended",
                &["T1578.005"],
            ),
            Self::Attempted => (
                "instance-stop-attempted",
                "Attempt to stop or terminate instances",
                &["T1489"],
            ),
        };
        RuleLabel {
            level,
            id: id.to_owned(),
            title: title.to_owned(),
            attack: attack.iter().map(|id| (*id).to_owned()).collect(),
        }
    }
}

/// An instance was ended or rebooted. Services that do as they are told weigh less than whoever acts himself, and what
/// runs the instances least: unless somebody told it to end this very one.
fn ended_sentence(call: StateChange, explained: &ExplainedChange<'_>) -> Option<Sentence> {
    let (cause, reasons) = (explained.cause, &explained.reasons);
    let (_, past) = verbs(call)?;
    if cause.is_routine() && reasons.ordered_by.is_none() {
        let after = reasons.before;
        let service = if cause == Cause::Spot {
            "Spot"
        } else {
            "Auto Scaling"
        };
        return Some(Sentence {
            kind: FindingKind::Routine,
            level: after.map_or(Level::Informational, |_| Level::Low),
            opening: format!("{service} {past}"),
            ending: after.map_or(String::new(), |context_call| {
                format!(", after {} by {}", context_call.what, context_call.actor)
            }),
        });
    }
    let is_told = cause.is_forwarded();
    let (kind, level) = match (call, is_told) {
        (StateChange::Terminate | StateChange::SpotReclaim, false) => {
            (FindingKind::Terminated, Level::High)
        }
        (StateChange::Terminate | StateChange::SpotReclaim, true) => {
            (FindingKind::Terminated, Level::Medium)
        }
        (StateChange::Stop, false) => (FindingKind::Stopped, Level::Medium),
        (StateChange::Stop, true) | (_, false) => (FindingKind::Stopped, Level::Low),
        (_, true) => (FindingKind::Stopped, Level::Informational),
    };
    Some(Sentence {
        kind,
        level,
        opening: format!("{} {past}", actor(explained)),
        ending: way(cause).to_owned(),
    })
}

fn attempt_sentence(call: StateChange, explained: &ExplainedChange<'_>) -> Option<Sentence> {
    let (present, _) = verbs(call)?;
    let error = explained.change.error.as_deref().unwrap_or("refused");
    Some(Sentence {
        kind: FindingKind::Attempted,
        level: Level::Low,
        opening: format!("{} could not {present}", actor(explained)),
        ending: format!("{}: {error}", way(explained.cause)),
    })
}

/// Its protection had been switched off for it: that, and the event that did.
fn protection_sentence(
    call: StateChange,
    explained: &ExplainedChange<'_>,
) -> Option<(Sentence, Proof)> {
    let switch = explained.reasons.unprotected?;
    let (_, past) = verbs(call)?;
    let actor = actor(explained);
    let level = if call == StateChange::Terminate {
        Level::High
    } else {
        Level::Medium
    };
    let ending = if switch.actor == actor {
        format!(" after switching off {}", switch.what)
    } else {
        format!(" after {} switched off {}", switch.actor, switch.what)
    };
    let sentence = Sentence {
        kind: FindingKind::Unprotected,
        level,
        opening: format!("{actor} {past}"),
        ending,
    };
    Some((sentence, switch.proof.clone()))
}

/// `stop`, `stopped`; nothing is said of instances that were started.
fn verbs(call: StateChange) -> Option<(&'static str, &'static str)> {
    match call {
        StateChange::Start => None,
        StateChange::Reboot => Some(("reboot", "rebooted")),
        StateChange::Stop => Some(("stop", "stopped")),
        StateChange::Terminate => Some(("terminate", "terminated")),
        StateChange::SpotReclaim => Some(("take back", "took back")),
    }
}

/// Who is to be named: whoever asked the service for this instance, else the caller.
fn actor<'e>(explained: &'e ExplainedChange<'_>) -> &'e str {
    let ordered_by = explained
        .reasons
        .ordered_by
        .map(|context_call| context_call.actor.as_str());
    ordered_by
        .or(explained.change.actor.as_deref())
        .unwrap_or("somebody unknown")
}

fn way(cause: Cause) -> &'static str {
    match cause {
        Cause::AutoScaling => " through Auto Scaling",
        Cause::CloudFormation => " through CloudFormation",
        Cause::Lambda => " through Lambda",
        Cause::Ssm => " through Systems Manager",
        Cause::Scheduler => " through an EventBridge schedule",
        Cause::Service => " through a service",
        Cause::Person | Cause::RoleSession | Cause::Spot | Cause::Unknown => "",
    }
}

fn listed(instances: &[String]) -> String {
    let named: Vec<&str> = instances.iter().take(NAMED).map(String::as_str).collect();
    match instances.len() {
        0 => "instances that the record does not name".to_owned(),
        count if count > NAMED => format!("{} and {} more", named.join(", "), count - NAMED),
        _ => named.join(", "),
    }
}
