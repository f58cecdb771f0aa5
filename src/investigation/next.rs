//! What to do next: the playbook's responses, then what the answer itself suggests. Arguments come from records, so
//! they are data: the output quotes them.

use super::Question;
use crate::analysis::nodes::OBTAINED_BY;
use crate::event::services::{is_temporary_key, short_principal};
use crate::playbook::{self, Action, NextPlaybook, Response, Type, front};
use crate::report::{Coverage, Kind, Link, Next, Node, State, Subject, Summary};

/// Stands in a playbook's command for the user that owns a key.
const OWNER: &str = "USER_NAME";
/// Values that a suggested command names.
const MOST_VALUES: usize = 3;
/// Steps of one kind; the lineage lists the rest.
const MOST: usize = 10;

/// The next steps.
pub fn steps(
    question: &Question<'_>,
    subjects: &[Subject],
    lineage: &[Node],
    related: &[Node],
    coverage: &[Coverage],
    summary: &Summary,
) -> Vec<Next> {
    // a traced key is worth acting on whether or not it was used; of nothing found there is nothing to put right
    let is_of_use = summary.events > 0 || !subjects.is_empty();
    let responses = question.playbook.responses.iter();
    let mut steps: Vec<Next> = responses
        .filter(|_| is_of_use)
        .flat_map(|response| respond(question, response, subjects, lineage))
        .collect();
    let obtained = lineage
        .iter()
        .filter(|node| node.link == Link::Subject)
        .filter_map(|node| node.note.as_deref()?.strip_prefix(OBTAINED_BY));
    for parent in obtained {
        steps.push(trace(
            question,
            "the key that obtained it",
            &[parent.to_owned()],
            &[],
        ));
    }
    let is_another = |node: &&Node| {
        node.kind == Kind::Key && node.parent.is_none() && !is_temporary_key(&node.id)
    };
    for node in related.iter().filter(is_another).take(MOST) {
        steps.push(trace(
            question,
            "another key of the same principal",
            std::slice::from_ref(&node.id),
            &[],
        ));
    }
    if coverage.iter().any(|part| part.state == State::Denied) {
        let argv = [
            "trailhunt",
            "playbooks",
            "show",
            "access-key-trace",
            "--iam-policy",
        ];
        steps.push(Next {
            why: "the permissions that reading needs: some of it was denied".to_owned(),
            argv: argv.map(str::to_owned).to_vec(),
            reference: None,
        });
    }
    if lineage.iter().any(|node| node.events > 0) {
        let keys: Vec<String> = subjects
            .iter()
            .map(|subject| subject.access_key_id.clone())
            .collect();
        let file = ["--format", "csv", "-o", "trace.csv"];
        steps.push(trace(
            question,
            "every event, for a spreadsheet",
            &keys,
            &file,
        ));
    }
    if summary.events > 0 {
        let next = question.playbook.next.iter();
        steps.extend(next.filter_map(|next| other_playbook(question, next, summary)));
    }
    steps
}

/// Another playbook, over the same source and window, with what it requires taken from the question or the answer;
/// none where neither holds it.
fn other_playbook(question: &Question<'_>, next: &NextPlaybook, summary: &Summary) -> Option<Next> {
    let playbook = playbook::open(&next.playbook).ok()?;
    let mut parameters: Vec<(&str, String)> = Vec::new();
    for parameter in &playbook.parameters {
        let is_ours = |known: &&playbook::Parameter| {
            known.name == parameter.name && known.kind == parameter.kind
        };
        let ours = question.playbook.parameters.iter().find(is_ours);
        let mut values: Vec<String> = ours
            .map(|known| question.bindings.values(&known.name))
            .unwrap_or_default()
            .to_vec();
        if values.is_empty() && parameter.required {
            values = seen(parameter.kind, summary);
            if values.is_empty() {
                return None;
            }
        }
        values.truncate(if parameter.list { MOST_VALUES } else { 1 });
        parameters.extend(
            values
                .into_iter()
                .map(|value| (parameter.name.as_str(), value)),
        );
    }
    let parameters: Vec<(&str, &str)> = parameters
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let mut argv = front::command(&playbook.id, &parameters);
    argv.extend(question.repeat.iter().cloned());
    Some(Next {
        why: next.why.clone(),
        argv,
        reference: None,
    })
}

/// Values of that kind in the answer, the most frequent first.
fn seen(kind: Type, summary: &Summary) -> Vec<String> {
    let tallies = match kind {
        Type::AccessKeyId => &summary.access_keys,
        Type::Ip => &summary.source_ips,
        Type::Principal => &summary.principals,
        _ => return Vec::new(),
    };
    let values = tallies.iter().map(|tally| tally.value.as_str());
    let values = values.filter(|value| kind.check(value).is_ok());
    match kind {
        // a caller without a name is an account: nobody in particular
        Type::Principal => values
            .filter(|value| value.starts_with("arn:"))
            .map(|arn| short_principal(arn).to_owned())
            .collect(),
        _ => values.map(str::to_owned).collect(),
    }
}

/// A response: its page, or its commands. One that names the owner of a key is for every long-term key of the lineage
/// that is still there; keys of a session cannot be acted on.
fn respond(
    question: &Question<'_>,
    response: &Response,
    subjects: &[Subject],
    lineage: &[Node],
) -> Vec<Next> {
    let step = |argv, reference| Next {
        why: response.title.clone(),
        argv,
        reference,
    };
    if let Action::Reference(page) = &response.action {
        return vec![step(Vec::new(), Some(page.clone()))];
    }
    let mut bindings = question.bindings.clone();
    let commands = response.action.commands(&bindings);
    let is_for_owners = commands.iter().flatten().any(|word| word == OWNER);
    if is_for_owners {
        let is_there = |node: &&Node| {
            matches!(node.link, Link::Subject | Link::Exact) && node.deleted_at.is_none()
        };
        let keys = lineage
            .iter()
            .filter(is_there)
            .filter_map(|node| node.access_key_id.clone());
        let keys: Vec<String> = keys
            .filter(|key| !is_temporary_key(key))
            .take(MOST)
            .collect();
        let parameters = question.playbook.parameters.iter();
        for parameter in parameters.filter(|parameter| parameter.kind == Type::AccessKeyId) {
            bindings.set(&parameter.name, keys.iter().cloned());
        }
    }
    let commands = response.action.commands(&bindings).into_iter();
    commands
        .filter(|argv| !argv.iter().any(|word| is_temporary_key(word)))
        .map(|argv| {
            let owner = owner(&argv, subjects, lineage).map(str::to_owned);
            let word = |word: String| match &owner {
                Some(owner) if word == OWNER => owner.clone(),
                _ => word,
            };
            step(argv.into_iter().map(word).collect(), None)
        })
        .collect()
}

/// The user that owns the key which a command is about, where that is known.
fn owner<'a>(argv: &[String], subjects: &'a [Subject], lineage: &'a [Node]) -> Option<&'a str> {
    let of_subjects = subjects
        .iter()
        .filter(|subject| argv.contains(&subject.access_key_id))
        .filter_map(|subject| subject.principal.as_deref());
    let of_nodes = lineage
        .iter()
        .filter(|node| argv.contains(&node.id))
        .filter_map(|node| node.principal.as_deref());
    let mut arns = of_subjects
        .chain(of_nodes)
        .filter(|arn| arn.contains(":user/"));
    arns.next()?.rsplit('/').next()
}

fn trace(question: &Question<'_>, why: &str, keys: &[String], flags: &[&str]) -> Next {
    let front = front::ACCESS_KEY_TRACE;
    let keys: Vec<(&str, &str)> = keys
        .iter()
        .map(|key| (front.parameter, key.as_str()))
        .collect();
    let mut argv = front::command(front.playbook, &keys);
    argv.extend(flags.iter().map(|flag| (*flag).to_owned()));
    argv.extend(question.repeat.iter().cloned());
    Next {
        why: why.to_owned(),
        argv,
        reference: None,
    }
}
