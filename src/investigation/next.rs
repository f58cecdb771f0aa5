//! Commands worth running next. Arguments come from records, so they are data: the output quotes them.

use super::Question;
use crate::event::services::is_temporary_key;
use crate::playbook::Response;
use crate::report::{Kind, Next, Node, Subject};

/// Stands in a playbook's command for the user that owns the traced key, where that is known.
const OWNER: &str = "USER_NAME";

/// The next steps: the playbook's responses, then what the answer itself suggests.
pub fn steps(
    question: &Question<'_>,
    subjects: &[Subject],
    related: &[Node],
    shown: usize,
) -> Vec<Next> {
    let mut steps: Vec<Next> = question
        .playbook
        .responses
        .iter()
        .flat_map(|response| responses(question, response, subjects))
        .collect();
    let others = related
        .iter()
        .filter(|node| node.kind == Kind::Key && node.parent.is_none());
    for node in others.filter(|node| node.id.starts_with("AKIA")).take(3) {
        steps.push(step(
            question,
            "another key of the same principal",
            vec!["trace-key".to_owned(), node.id.clone()],
        ));
    }
    let keys = question.playbook.id == "access-key-trace";
    if keys && shown > 0 {
        let mut argv = vec!["trace-key".to_owned()];
        argv.extend(keys_of(question));
        argv.extend(["--format", "csv", "-o", "trace.csv"].map(str::to_owned));
        steps.push(step(question, "every event, for a spreadsheet", argv));
    }
    steps
}

/// The commands of a response, one for every value that it is about. Keys of a session cannot be acted on.
fn responses(question: &Question<'_>, response: &Response, subjects: &[Subject]) -> Vec<Next> {
    let commands = response.action.commands(&question.bindings).into_iter();
    let possible = commands.filter(|argv| !argv.iter().any(|word| is_temporary_key(word)));
    let fill = |argv: Vec<String>| {
        let subject = subjects
            .iter()
            .find(|subject| argv.contains(&subject.access_key_id));
        let owner = subject
            .and_then(|subject| subject.principal.as_deref())
            .filter(|principal| principal.contains(":user/"))
            .and_then(|principal| principal.rsplit('/').next());
        let word = |word: String| match owner {
            Some(owner) if word == OWNER => owner.to_owned(),
            _ => word,
        };
        Next {
            why: response.title.clone(),
            argv: argv.into_iter().map(word).collect(),
            reference: None,
        }
    };
    possible.map(fill).collect()
}

fn keys_of(question: &Question<'_>) -> Vec<String> {
    let keys = question
        .parameters
        .values()
        .filter_map(|value| value.as_array())
        .flatten();
    keys.filter_map(|key| key.as_str())
        .map(str::to_owned)
        .collect()
}

fn step(question: &Question<'_>, why: &str, argv: Vec<String>) -> Next {
    let mut full = vec!["trailhunt".to_owned()];
    full.extend(argv);
    full.extend(question.repeat.iter().cloned());
    Next {
        why: why.to_owned(),
        argv: full,
        reference: None,
    }
}
