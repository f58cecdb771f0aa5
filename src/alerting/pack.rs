//! Patterns of many rules packed into few EventBridge rules: at most 2,048 characters each, a group apart.
//!
//! A packed pattern says what the rules in it say, but not which: the formatter finds that out by theirs. Each names its
//! sources at the top, and which service a call belongs to by `eventSource` within: a field that stood both outside and
//! inside of `$or` would count only where it was written last, and templates keep no order.

use std::collections::BTreeMap;
use std::slice::from_ref;

use serde_json::{Value, json};

use super::alert_rule::{AlertGroup, AlertRule};
use crate::detection::event_pattern::{Leaves, merged};

/// An EventBridge pattern has at most so many characters: the quota of an account that asked for no more. The API's
/// own limit (facts: G6) is twice that.
pub const PATTERN_LIMIT: usize = 2048;

/// Of the alternatives in one `$or`.
const OR_LIMIT: usize = 1000;

/// Alternatives longer than this are cut in two, so that they fit in what others leave free.
const PART: usize = 1024;

/// More errors of named calls than these are any error.
const FEW_ERRORS: usize = 4;

/// As what CloudTrail's events come; both spellings of signing in are in use (facts: G4).
const CALLS: [&str; 3] = [
    "AWS API Call via CloudTrail",
    "AWS Console Action via CloudTrail",
    "AWS Service Event via CloudTrail",
];
const SIGN_INS: [&str; 2] = [
    "AWS Console Sign In via CloudTrail",
    "AWS Console Signin via CloudTrail",
];

/// A rule of EventBridge.
#[derive(Debug, Clone)]
pub struct EventRule {
    /// `HighRiskSecurityEvents1`: letters and digits, the name of the resource in the template too.
    pub name: String,
    pub group: AlertGroup,
    /// With `source` and `detail-type`, and `detail`, which mostly holds an `$or`.
    pub pattern: Value,
    /// `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
    pub reads: bool,
}

/// What may stand in one pattern: a group, whether it reads, and the detail type of what is no CloudTrail event.
type PatternKind = (AlertGroup, bool, Option<String>);

/// Packs the rules, whose order decides what stands together.
pub fn pack(rules: &[AlertRule]) -> Vec<EventRule> {
    let mut kinds: BTreeMap<PatternKind, Vec<Leaves>> = BTreeMap::new();
    for rule in rules {
        for pattern in &rule.patterns {
            let leaves = coarse(&Leaves::of(pattern));
            let detail_type = leaves
                .get("detail-type")
                .map(|types| json!(types).to_string());
            let kind = (rule.group, rule.reads, detail_type);
            kinds
                .entry(kind)
                .or_default()
                .extend(of_one_source(&leaves));
        }
    }
    let mut packed = Vec::new();
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for ((group, reads, _), alternatives) in kinds {
        for alternatives in bins(merged(alternatives)) {
            let reading = if reads { "Reads" } else { "" };
            let name = format!("{}{reading}", group.into_str());
            let number = numbers.entry(name.clone()).or_default();
            *number += 1;
            packed.push(EventRule {
                name: format!("{name}{number}"),
                group,
                pattern: pattern(&alternatives),
                reads,
            });
        }
    }
    packed
}

/// Without what a call asks for and gets, and which of many errors it failed with, where calls are named: a template has room for 51,200 bytes, and the formatter
/// goes by the whole pattern. Who calls stays, since that keeps out what AWS services do by themselves all day.
fn coarse(leaves: &Leaves) -> Leaves {
    let mut coarse = leaves.clone();
    if leaves.get("detail.eventName").is_some() {
        let calls = ["detail.requestParameters.", "detail.responseElements."];
        let is_of_call = |path: &&str| calls.iter().any(|call| path.starts_with(call));
        for path in leaves.paths().filter(is_of_call) {
            coarse.remove(path);
        }
        let errors = leaves.get("detail.errorCode").unwrap_or_default();
        if errors.len() > FEW_ERRORS && !errors.contains(&Value::Null) {
            coarse.set("detail.errorCode", vec![json!({"exists": true})]);
        }
    }
    coarse
}

/// The same, for each of its sources.
fn of_one_source(leaves: &Leaves) -> Vec<Leaves> {
    let sources = leaves.get("source").unwrap_or_default().to_vec();
    let one = |source: Value| {
        let mut one = leaves.clone();
        one.set("source", vec![source]);
        one
    };
    sources.into_iter().map(one).collect()
}

/// The alternatives in as few patterns as they fill one after the other.
fn bins(mut alternatives: Vec<Leaves>) -> Vec<Vec<Leaves>> {
    // what all of a pattern share is written once: most want no error
    alternatives
        .sort_by_key(|leaves| std::cmp::Reverse(leaves.get("detail.errorCode").map(<[_]>::len)));
    let mut bins: Vec<Vec<Leaves>> = Vec::new();
    for alternative in alternatives.into_iter().flat_map(parts) {
        let with_it = |bin: &Vec<Leaves>| [bin.as_slice(), from_ref(&alternative)].concat();
        let fits = |bin: &Vec<Leaves>| {
            let bin = merged(with_it(bin));
            bin.len() <= OR_LIMIT && length(&pattern(&bin)) <= PATTERN_LIMIT
        };
        match bins.iter().position(fits).and_then(|at| bins.get_mut(at)) {
            Some(bin) => bin.push(alternative),
            None => bins.push(vec![alternative]),
        }
    }
    bins.into_iter().map(merged).collect()
}

/// A long alternative, its event names in several.
fn parts(alternative: Leaves) -> Vec<Leaves> {
    let names = alternative.get("detail.eventName").unwrap_or_default();
    let (first, second) = names.split_at(names.len() / 2);
    if first.is_empty() || length(&pattern(from_ref(&alternative))) <= PART {
        return vec![alternative];
    }
    let half = |names: &[Value]| {
        let mut half = alternative.clone();
        half.set("detail.eventName", names.to_vec());
        parts(half)
    };
    [half(first), half(second)].concat()
}

fn length(pattern: &Value) -> usize {
    pattern.to_string().chars().count()
}

/// One pattern of all of them: what they share at the top, the rest as alternatives.
fn pattern(alternatives: &[Leaves]) -> Value {
    let sources = sources(alternatives);
    let detail_type = alternatives
        .iter()
        .find_map(|leaves| leaves.get("detail-type"));
    let detail_type = detail_type.map_or_else(|| detail_types(&sources), |types| json!(types));
    let branches = alternatives
        .iter()
        .map(|leaves| branch(leaves, sources.len() > 1));
    let detail = detail(branches.collect());
    let sources = if sources.contains(&any_source()) {
        vec![any_source()]
    } else {
        sources
    };
    json!({"source": sources, "detail-type": detail_type, "detail": detail})
}

/// Every source, once.
fn sources(alternatives: &[Leaves]) -> Vec<Value> {
    let mut sources = Vec::new();
    for source in alternatives
        .iter()
        .flat_map(|leaves| leaves.get("source").unwrap_or_default())
    {
        if !sources.contains(source) {
            sources.push(source.clone());
        }
    }
    sources
}

/// What an alternative says of the record; its service, too, where there are `several`.
fn branch(leaves: &Leaves, several: bool) -> Leaves {
    let mut branch = leaves.below("detail");
    let services = leaves.get("source").unwrap_or_default().iter();
    let services = services.map(|source| source.as_str()?.strip_prefix("aws."));
    let hosts = services.map(|service| Some(format!("{}.amazonaws.com", service?).into()));
    // of any service, none is told
    if let (true, Some(hosts)) = (several, hosts.collect()) {
        branch.set("eventSource", hosts);
    }
    branch
}

/// The branches as one `detail`: one of them must hold, and what all of them say stands before them.
fn detail(mut branches: Vec<Leaves>) -> Value {
    let mut shared = Leaves::default();
    let first = branches.first().cloned().unwrap_or_default();
    for path in first.paths().filter(|path| !path.contains('.')) {
        let values = first.get(path).unwrap_or_default();
        if branches
            .iter()
            .all(|branch| branch.get(path) == Some(values))
        {
            shared.set(path, values.to_vec());
            for branch in &mut branches {
                branch.remove(path);
            }
        }
    }
    let mut detail = shared.nested();
    if let [only] = branches.as_slice() {
        detail.extend(only.nested());
    } else if !branches.contains(&Leaves::default()) {
        let branches: Vec<Value> = branches
            .iter()
            .map(|branch| branch.nested().into())
            .collect();
        detail.insert("$or".to_owned(), branches.into());
    }
    detail.into()
}

/// Any AWS service.
fn any_source() -> Value {
    json!({"prefix": "aws."})
}

fn detail_types(sources: &[Value]) -> Value {
    let signs_in = |source: &Value| *source == any_source() || source == "aws.signin";
    if sources.iter().any(signs_in) {
        [CALLS.as_slice(), &SIGN_INS].concat().into()
    } else {
        CALLS.as_slice().into()
    }
}

#[cfg(test)]
#[path = "pack_tests.rs"]
mod tests;
