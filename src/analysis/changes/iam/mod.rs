//! IAM, rendered change by change: users, groups, roles, policies, credentials, MFA, federation (facts: E2).
//!
//! `calls` and `documents` know the calls, `history` what earlier ones told, the room `policy` what documents say,
//! `words`, `danger` and `trust` what that means.

mod calls;
mod danger;
mod documents;
mod history;
mod lines;
mod template;
#[cfg(test)]
mod tests;
mod trust;
mod words;

use crate::analysis::denied;
use crate::analysis::findings::{self, Proof};
use crate::event::{Event, who};
use crate::report::{Change, ChangeAction};
use calls::{IamCall, Verb};
use danger::Danger;
use history::{Content, IamEntity, Known, PropertyHistory};
use lines::ChangeLine;
use template::fill;

/// Folds events into changes.
#[derive(Debug, Default)]
pub struct Fold {
    past: PropertyHistory,
    changes: Vec<Change>,
    hits: Vec<(Danger, String, Proof)>,
}

/// How an event is told.
#[derive(Debug, Clone, Copy)]
enum CallKind {
    Plain(&'static IamCall),
    /// With a policy document; the template of what it is about.
    Document(&'static str),
    /// A write that nobody described: only that it was.
    Other,
}

impl CallKind {
    /// `None` for what changes nothing.
    fn of(event: &Event) -> Option<Self> {
        let (source, name) = (
            event.source().unwrap_or_default(),
            event.name().unwrap_or_default(),
        );
        if let Some(call) = calls::find(source, name) {
            return Some(Self::Plain(call));
        }
        let document = documents::CALLS.iter().find(|(call, _)| *call == name);
        if let (Some((_, target)), "iam.amazonaws.com") = (document, source) {
            return Some(Self::Document(target));
        }
        let is_read = event
            .json()
            .get("readOnly")
            .is_some_and(|flag| *flag == true || flag == "true");
        (!is_read).then_some(Self::Other)
    }

    /// A thing is created before anything else happens to it, and deleted after.
    fn rank(self, event: &Event) -> u8 {
        match (self, event.name()) {
            (Self::Plain(call), _) if call.verb == Verb::Creates => 0,
            (Self::Plain(call), _) if call.verb == Verb::Deletes => 2,
            (
                Self::Document(_),
                Some("CreateRole" | "CreateServiceLinkedRole" | "CreatePolicy"),
            ) => 0,
            (Self::Document(_), Some("DeleteRole" | "DeletePolicy")) => 2,
            _ => 1,
        }
    }

    fn target(self) -> &'static str {
        match self {
            Self::Plain(call) => call.target,
            Self::Document(target) => target,
            Self::Other => "{userName|groupName|roleName|policyArn|policyName|name}",
        }
    }
}

/// Where an event stands among those of one second; nothing for what changes nothing.
pub fn rank(event: &Event) -> Option<u8> {
    CallKind::of(event).map(|kind| kind.rank(event))
}

impl Fold {
    /// See [`super::Renderer::add`].
    pub fn render(&mut self, event: &Event, in_answer: bool) {
        let Some(kind) = CallKind::of(event) else {
            return;
        };
        let target = target(event, kind);
        let lines = if event.failed() {
            vec![attempt(event, kind)]
        } else {
            self.tell(event, kind, target.as_deref())
        };
        if in_answer {
            for line in lines {
                self.add_change(event, target.clone(), line);
            }
        }
    }

    /// See [`super::Renderer::finish`].
    pub fn finish(self, findings: &mut findings::Fold) -> Vec<Change> {
        for (danger, message, proof) in self.hits {
            findings.hit(&danger.rule, message, proof);
        }
        self.changes
    }

    fn tell(&mut self, event: &Event, kind: CallKind, target: Option<&str>) -> Vec<ChangeLine> {
        let entity = IamEntity {
            account: event.account().unwrap_or_default().to_owned(),
            name: target.unwrap_or_default().to_owned(),
        };
        // what names nothing that it is about tells nothing about anything
        let mut nothing = PropertyHistory::default();
        let past = match target {
            Some(_) => &mut self.past,
            None => &mut nothing,
        };
        match kind {
            CallKind::Plain(call) => vec![tell_plain(event, call, &entity, past)],
            CallKind::Document(_) => documents::tell(event, &entity, past),
            CallKind::Other => {
                let mut line = ChangeLine::new(ChangeAction::Modified, None, None);
                line.notes
                    .push("no words are known for this call".to_owned());
                vec![line]
            }
        }
    }

    fn add_change(&mut self, event: &Event, target: Option<String>, line: ChangeLine) {
        let mut change = super::change_by(event, line.action);
        for (subject, danger) in line.dangers {
            let by = who::actor(event)
                .map(|actor| format!(", by {actor}"))
                .unwrap_or_default();
            let message = format!("{subject} {}{by}", danger.what);
            self.hits.push((danger, message, Proof::of(event)));
        }
        change.target = target;
        change.before = line.before;
        change.after = line.after;
        change.detail.extend(line.detail);
        if !line.notes.is_empty() {
            change
                .detail
                .insert("note".to_owned(), line.notes.join("; ").into());
        }
        self.changes.push(change);
    }
}

/// A call without a policy document.
fn tell_plain(
    event: &Event,
    call: &IamCall,
    entity: &IamEntity,
    past: &mut PropertyHistory,
) -> ChangeLine {
    let words = fill(event, call.words).text;
    let property = Some(fill(event, call.property))
        .filter(|property| property.is_complete && !property.text.is_empty())
        .map(|property| property.text);
    let known = match &property {
        Some(property) => past.of(entity, property),
        None => Known::Unknown,
    };
    let is_same = matches!(known, Known::Is(content) if content.words() == Some(&words));
    let is_nothing = matches!(known, Known::Nothing);
    let before = known.value().and_then(Content::words).map(str::to_owned);
    learn(event, call, entity, (property, &words), past);
    match call.verb {
        Verb::Adds | Verb::Sets if is_same => {
            let mut line = ChangeLine::new(ChangeAction::Noop, before, Some(words));
            line.notes
                .push("an earlier call had done so already".to_owned());
            line
        }
        Verb::Creates => ChangeLine::new(ChangeAction::Added, None, Some(words)),
        Verb::Adds => {
            let mut line = ChangeLine::new(ChangeAction::Added, before, Some(words));
            let policy_arn = event.request(&["policyArn"]).unwrap_or_default();
            let danger = danger::of_attachment(policy_arn);
            line.dangers
                .extend(danger.map(|danger| (entity.name.clone(), danger)));
            line
        }
        Verb::Deletes | Verb::Removes => {
            ChangeLine::new(ChangeAction::Removed, before.or(Some(words)), None)
        }
        Verb::Renames => ChangeLine::new(
            ChangeAction::Modified,
            Some(entity.name.clone()),
            Some(words),
        ),
        Verb::Sets if is_nothing => ChangeLine::new(ChangeAction::Added, None, Some(words)),
        Verb::Sets if before.is_some() => {
            ChangeLine::new(ChangeAction::Modified, before, Some(words))
        }
        Verb::Sets => {
            ChangeLine::new(ChangeAction::Modified, None, Some(words)).with_unknown_before()
        }
    }
}

fn learn(
    event: &Event,
    call: &IamCall,
    entity: &IamEntity,
    (property, words): (Option<String>, &str),
    past: &mut PropertyHistory,
) {
    match (call.verb, property) {
        (Verb::Creates, _) => past.create(entity.clone(), calls::originals(event)),
        (Verb::Deletes, _) => past.delete(entity),
        (Verb::Renames, Some(name)) => past.rename(entity, name),
        (Verb::Adds | Verb::Sets, Some(property)) => {
            let content = Known::Is(Content::Words(words.to_owned()));
            past.set(entity, &property, content, event.time());
        }
        (Verb::Removes, Some(property)) => {
            past.set(entity, &property, Known::Nothing, event.time());
        }
        (Verb::Adds | Verb::Sets | Verb::Removes | Verb::Renames, None) => {}
    }
}

/// A call that failed: what was tried, and nothing else.
fn attempt(event: &Event, kind: CallKind) -> ChangeLine {
    let mut line = ChangeLine::new(ChangeAction::Failed, None, None);
    let tried = match kind {
        CallKind::Plain(call) => {
            let words = Some(fill(event, call.words)).filter(|words| words.is_complete);
            words.map(|words| format!("{}: {}", call.verb.attempt_words(), words.text))
        }
        CallKind::Document(_) => {
            let (document, _) = documents::read(event);
            let says = document
                .value()
                .map(|document| format!(": {}", lines::all(&document, event.account())));
            let policy = documents::policy(event);
            Some(format!(
                "tried {}: {policy}{}",
                event.name().unwrap_or_default(),
                says.unwrap_or_default()
            ))
        }
        CallKind::Other => None,
    };
    line.notes.extend(tried);
    line
}

/// What a call is about. A refused one may hold no request: then its caller is not meant.
fn target(event: &Event, kind: CallKind) -> Option<String> {
    let is_bare = event
        .json()
        .get("requestParameters")
        .is_none_or(serde_json::Value::is_null);
    if event.failed() && is_bare {
        return denied_target(event);
    }
    let target = fill(event, kind.target());
    Some(target.text).filter(|_| target.is_complete)
}

/// What a refused call was about, where only its message says so (facts: C4).
fn denied_target(event: &Event) -> Option<String> {
    let target = denied::target_in(event.error_message()?)?;
    let name = target
        .split_once(":iam::")
        .and_then(|(_, rest)| rest.split_once(':'));
    Some(match name.and_then(|(_, path)| path.split_once('/')) {
        Some((kind, path)) if kind != "policy" => {
            let name = path.rsplit('/').next().unwrap_or(path);
            format!("{kind} {name}")
        }
        Some(_) => format!("policy {target}"),
        None => target.to_owned(),
    })
}
