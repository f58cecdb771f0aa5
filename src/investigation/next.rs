//! Commands worth running next. Arguments come from records, so they are data: the output quotes them.

use super::Question;
use crate::report::{Kind, Next, Node};

/// The next steps that the answer itself suggests.
pub fn steps(question: &Question<'_>, related: &[Node], shown: usize) -> Vec<Next> {
    let mut steps = Vec::new();
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
        argv.extend(subjects(question));
        argv.extend(["--format", "csv", "-o", "trace.csv"].map(str::to_owned));
        steps.push(step(question, "every event, for a spreadsheet", argv));
    }
    steps
}

fn subjects(question: &Question<'_>) -> Vec<String> {
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
    }
}
