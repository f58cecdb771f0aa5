//! What to do next: the playbook's responses, then what the answer itself suggests. Arguments come from records, so
//! they are data: the output quotes them.

use std::collections::{BTreeMap, BTreeSet};

use super::Question;
use crate::analysis::nodes::OBTAINED_BY;
use crate::event::arn::Actor;
use crate::event::services::{is_temporary_key, short_principal};
use crate::event::time::Time;
use crate::playbook::{self, NextPlaybook, ParameterType, PlaybookAction, PlaybookResponse, front};
use crate::report::{Coverage, Kind, Link, Next, Node, State, Subject, Summary};

/// Where a trace is kept for its containment.
const TRACE_FILE: &str = "trace.json";
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
    let (pages, mut steps): (Vec<Next>, Vec<Next>) = responses
        .filter(|_| is_of_use)
        .flat_map(|response| respond(question, response, lineage))
        .partition(|step| step.reference.is_some());
    steps.extend(revoke(question, lineage));
    let keys: Vec<String> = subjects
        .iter()
        .map(|subject| subject.access_key_id.clone())
        .collect();
    // the demo's keys are nobody's
    if coverage.iter().all(|part| part.source != "demo") {
        steps.extend(contain(question, &keys, lineage));
    }
    // what can be done comes before what can be read
    steps.extend(pages);
    steps.extend(unrecorded(question, coverage));
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
            values = values_of_type(parameter.kind, summary);
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
fn values_of_type(kind: ParameterType, summary: &Summary) -> Vec<String> {
    let tallies = match kind {
        ParameterType::AccessKeyId => &summary.access_keys,
        ParameterType::Ip => &summary.source_ips,
        ParameterType::Principal => &summary.principals,
        _ => return Vec::new(),
    };
    let values = tallies.iter().map(|tally| tally.value.as_str());
    let values = values.filter(|value| kind.check(value).is_ok());
    match kind {
        // a caller without a name is an account: nobody in particular
        ParameterType::Principal => values
            .filter(|value| value.starts_with("arn:"))
            .map(|arn| short_principal(arn).to_owned())
            .collect(),
        _ => values.map(str::to_owned).collect(),
    }
}

/// A response: its page, or its commands. Keys that cannot be acted on get none: those of a session expire by
/// themselves, and some are deleted already.
fn respond(question: &Question<'_>, response: &PlaybookResponse, lineage: &[Node]) -> Vec<Next> {
    if let PlaybookAction::Reference(page) = &response.action {
        return vec![Next {
            why: response.title.clone(),
            argv: Vec::new(),
            reference: Some(page.clone()),
        }];
    }
    let is_gone = |word: &String| {
        is_temporary_key(word)
            || lineage
                .iter()
                .any(|node| node.id == *word && node.deleted_at.is_some())
    };
    let commands = response.action.commands(&question.bindings).into_iter();
    commands
        .filter(|argv| !argv.iter().any(is_gone))
        .map(|argv| acting(question, response.title.clone(), argv))
        .collect()
}

/// What stops the traced sessions, which no deactivation ends: a deny on whoever they are sessions of.
fn revoke(question: &Question<'_>, lineage: &[Node]) -> Vec<Next> {
    let sessions = lineage
        .iter()
        .filter(|node| node.link == Link::Subject && is_temporary_key(&node.id));
    let mut holders: Vec<String> = sessions
        .filter_map(|node| Actor::of(node.principal.as_deref()?)?.named())
        .collect();
    holders.sort();
    holders.dedup();
    let step = |holder| {
        let argv = ["trailhunt", "respond", "revoke-sessions", holder];
        let why = "revoke the sessions of whoever the key is a session of (a dry run first)";
        acting(question, why.to_owned(), argv.map(str::to_owned).to_vec())
    };
    holders.iter().map(|holder| step(holder)).collect()
}

/// The whole lineage, where it has more than what was traced: kept as a file first, then contained as the file says.
fn contain(question: &Question<'_>, keys: &[String], lineage: &[Node]) -> Vec<Next> {
    let has_grown = lineage.iter().any(|node| node.link != Link::Subject);
    if keys.is_empty() || !has_grown {
        return Vec::new();
    }
    let argv = [
        "trailhunt",
        "respond",
        "contain",
        "--from-trace",
        TRACE_FILE,
    ];
    vec![
        trace(
            question,
            "all that grew from it, for containment",
            keys,
            &["--format", "json", "-o", TRACE_FILE],
        ),
        acting(
            question,
            "contain all that grew from it (a dry run first)".to_owned(),
            argv.map(str::to_owned).to_vec(),
        ),
    ]
}

/// Event history, where trail files have a hole that no file will fill.
fn unrecorded(question: &Question<'_>, coverage: &[Coverage]) -> Vec<Next> {
    let holes = coverage.iter().filter(|part| part.is_unrecorded());
    let mut spans: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for hole in holes {
        let span = (hole.since, hole.until, hole.account.as_deref());
        let regions = spans.entry(span).or_default();
        regions.extend(hole.region.as_deref());
    }
    let lookup = |((since, until, account), regions): ((_, _, Option<&str>), BTreeSet<&str>)| {
        let mut argv = vec!["trailhunt".to_owned(), "lookup".to_owned()];
        let written = |time: Option<Time>| time.map(|time| time.to_string());
        // where it is not known since when, all that Event history holds
        let since = written(since).unwrap_or_else(|| "90d".to_owned());
        argv.extend(["--since".to_owned(), since]);
        argv.extend(
            written(until)
                .into_iter()
                .flat_map(|until| ["--until".to_owned(), until]),
        );
        if !regions.is_empty() {
            let regions: Vec<&str> = regions.into_iter().collect();
            argv.extend(["--regions".to_owned(), regions.join(",")]);
        }
        let why = format!(
            "what the trail did not record: Event history of {} holds it for 90 days",
            account.unwrap_or("the account")
        );
        acting(question, why, argv)
    };
    spans.into_iter().take(MOST_VALUES).map(lookup).collect()
}

/// A command that acts, or asks the account itself: with the account of the question, where it is one of ours, but not its source and window.
fn acting(question: &Question<'_>, why: String, mut argv: Vec<String>) -> Next {
    if argv.first().is_some_and(|word| word == "trailhunt") {
        let mut flags = question.repeat.chunks_exact(2);
        let is_of_account = |flag: &&[String]| matches!(flag[0].as_str(), "--profile" | "--region");
        argv.extend(flags.by_ref().filter(is_of_account).flatten().cloned());
    }
    Next {
        why,
        argv,
        reference: None,
    }
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
