//! One Sigma rule from a YAML document. Keys that are not known here are the business of whoever wrote them: Sigma
//! allows any.

use strum::VariantArray;

use crate::detection::suggest::did_you_mean;
use crate::detection::yaml::YamlNode;
use crate::detection::{Correlation, Detection, Problem, correlation};
use crate::playbook::{FindingRule, Message};
use crate::report::Level;

#[derive(Debug, Clone)]
pub struct SigmaRule {
    /// `name`, else the name of the file, else `id`: the `rule` of its findings.
    pub name: String,
    /// `id`.
    pub uuid: Option<String>,
    pub title: String,
    pub description: String,
    pub level: Level,
    pub tags: Vec<String>,
    /// ATT&CK technique ids of the tags: `T1098.001`.
    pub attack: Vec<String>,
    pub false_positives: Vec<String>,
    /// `message`, our own key: with `{path}` holes, as in a playbook. Without one: title, call and actor. That of a
    /// correlation has no holes: its group and count follow it.
    pub message: Message,
    /// False where a correlation uses it that does not say `generate`: then it is no finding of its own.
    pub reports: bool,
    /// `alert`, our own key: the group under which the alerting stack tells of its events. One of [`ALERT_GROUPS`].
    pub alert: Option<&'static str>,
    pub body: Body,
}

/// The groups of alerts that CloudTrail events make, under the names that operators know.
pub const ALERT_GROUPS: [&str; 4] = [
    "HighRiskSecurityEvents",
    "InfraProvisioningEvents",
    "CloudTrailChanges",
    "ConsoleLogins",
];

/// What a rule is about.
#[derive(Debug, Clone)]
pub enum Body {
    /// Single events.
    Events(Detection),
    /// What the events of other rules say together.
    Correlation(Correlation),
}

impl Body {
    pub fn detection(&self) -> Option<&Detection> {
        match self {
            Self::Events(detection) => Some(detection),
            Self::Correlation(_) => None,
        }
    }
}

impl SigmaRule {
    /// Whether this is its name, or its id.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.uuid.as_deref() == Some(name)
    }

    /// As a finding of a playbook, where it is about single events.
    pub fn finding(&self) -> Option<FindingRule> {
        Some(FindingRule {
            level: self.level,
            id: self.name.clone(),
            title: self.title.clone(),
            message: self.message.clone(),
            when: self.body.detection()?.clone(),
            attack: self.attack.clone(),
            new: None,
        })
    }
}

/// Whom a document concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DocumentKind {
    Us,
    /// A rule for another log source, or one that its author has withdrawn.
    Other,
    /// None of what makes a rule stands in it.
    NoRule,
}

/// Whom `document` concerns, before anything in it is understood: rules for other log sources may use what is unknown
/// here.
pub(super) fn concern(document: &YamlNode) -> DocumentKind {
    let log_source = document.get("logsource");
    let makes_a_rule = ["detection", "correlation", "filter"];
    let is_rule =
        log_source.is_some() || makes_a_rule.iter().any(|key| document.get(key).is_some());
    let status = document.get("status").and_then(YamlNode::text);
    if !is_rule {
        DocumentKind::NoRule
    } else if matches!(status, Some("deprecated" | "unsupported"))
        || log_source.is_some_and(|source| !is_cloudtrail(source))
    {
        DocumentKind::Other
    } else {
        DocumentKind::Us
    }
}

/// `product: aws`, `service: cloudtrail`, or one of them and nothing that says otherwise.
fn is_cloudtrail(log_source: &YamlNode) -> bool {
    let says = |key: &str, word: &str| {
        let text = log_source.get(key).and_then(YamlNode::text)?;
        Some(text.eq_ignore_ascii_case(word))
    };
    match (says("product", "aws"), says("service", "cloudtrail")) {
        (product, Some(service)) => service && product != Some(false),
        (product, None) => product == Some(true) && log_source.get("category").is_none(),
    }
}

/// What a rule is called: by its own name, else by `stem`, else by its id.
pub(super) fn name(document: &YamlNode, stem: Option<&str>) -> Option<String> {
    text(document, "name")
        .or_else(|| stem.map(str::to_owned))
        .or_else(|| text(document, "id"))
}

pub(super) fn text(document: &YamlNode, key: &str) -> Option<String> {
    let text = document.get(key).and_then(YamlNode::text);
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Reads the rule in `document`, which is called `stem` if it has no name.
///
/// # Errors
/// Every problem found; never an empty list.
pub(super) fn read(document: &YamlNode, stem: Option<&str>) -> Result<SigmaRule, Vec<Problem>> {
    if document.entries().is_none() {
        let message = format!("a rule is a mapping, not {}", document.describe());
        return Err(vec![Problem::new(document.place, message)]);
    }
    let missing = |key: &str| Problem::new(document.place, format!("missing field `{key}`"));
    let mut problems = Vec::new();
    let name = name(document, stem).ok_or_else(|| {
        let message = "missing field `name`: the file holds several rules without one";
        Problem::new(document.place, message)
    });
    let title = text(document, "title").ok_or_else(|| missing("title"));
    let level = level(document);
    let body = body(document);
    let is_correlation = matches!(body, Ok(Body::Correlation(_)));
    let message = message(
        document,
        title.as_deref().unwrap_or_default(),
        is_correlation,
    );
    let alert = alert(document, is_correlation);
    let tags = texts(document, "tags");
    let mut kept = |problem: Problem| problems.push(problem);
    let parts = (
        name.map_err(&mut kept).ok(),
        title.map_err(&mut kept).ok(),
        level.map_err(&mut kept).ok(),
        message.map_err(&mut kept).ok(),
        alert.map_err(&mut kept).ok(),
        body.map_err(&mut kept).ok(),
    );
    let (Some(name), Some(title), Some(level), Some(message), Some(alert), Some(body)) = parts
    else {
        problems.sort_by_key(|problem| problem.place);
        return Err(problems);
    };
    Ok(SigmaRule {
        name,
        title,
        level,
        message,
        alert,
        body,
        uuid: text(document, "id"),
        description: text(document, "description").unwrap_or_default(),
        attack: tags.iter().filter_map(|tag| technique(tag)).collect(),
        tags,
        false_positives: texts(document, "falsepositives"),
        reports: true,
    })
}

fn texts(document: &YamlNode, key: &str) -> Vec<String> {
    let items = document.get(key).map(YamlNode::items).unwrap_or_default();
    let texts = items.iter().filter_map(YamlNode::text);
    texts.map(str::to_owned).collect()
}

fn body(document: &YamlNode) -> Result<Body, Problem> {
    if let Some(filter) = document.get("filter") {
        let message = "Sigma filters are not known here: write the exception into the rule";
        return Err(Problem::new(filter.place, message).within("filter"));
    }
    match (document.get("detection"), document.get("correlation")) {
        (Some(detection), None) => events(detection)
            .map(Body::Events)
            .map_err(|problem| problem.within("detection")),
        (None, Some(block)) => {
            let mut correlation =
                Correlation::parse(block).map_err(|problem| problem.within("correlation"))?;
            correlation.generate |= correlation::generate(document)?;
            Ok(Body::Correlation(correlation))
        }
        (None, None) => {
            let message = "missing field `detection` (or `correlation`)";
            Err(Problem::new(document.place, message))
        }
        (Some(_), Some(block)) => {
            let message =
                "a rule has a `detection` or a `correlation`, not both (`---` begins another)";
            Err(Problem::new(block.place, message))
        }
    }
}

/// A detection; what counted events before there were correlations is refused by its name.
fn events(detection: &YamlNode) -> Result<Detection, Problem> {
    const INSTEAD: &str = "a second document with a `correlation` block does this";
    if let Some(timeframe) = detection.get("timeframe") {
        let message = format!("`timeframe` is of an older Sigma: {INSTEAD}");
        return Err(Problem::new(timeframe.place, message).within("timeframe"));
    }
    let conditions = detection.get("condition").map(YamlNode::items);
    for condition in conditions.unwrap_or_default() {
        let text = condition.text().unwrap_or_default();
        if let Some((before, aggregation)) = text.split_once('|') {
            let place = condition.place_within(before.chars().count());
            let message = format!(
                "the aggregation `| {}` is of an older Sigma: {INSTEAD}",
                aggregation.trim()
            );
            return Err(Problem::new(place, message).within("condition"));
        }
    }
    Detection::parse(detection)
}

/// `level`; medium where there is none.
fn level(document: &YamlNode) -> Result<Level, Problem> {
    let Some(node) = document.get("level").filter(|node| !node.is_null()) else {
        return Ok(Level::Medium);
    };
    let known = node.text().unwrap_or_default().parse();
    known.map_err(|_| {
        let words: Vec<&str> = Level::VARIANTS.iter().map(Level::into_str).collect();
        Problem::new(node.place, format!("expected {}", words.join(", "))).within("level")
    })
}

/// `alert`: a group; not of a correlation, whose events no one pattern sees together.
fn alert(document: &YamlNode, is_correlation: bool) -> Result<Option<&'static str>, Problem> {
    let Some(node) = document.get("alert").filter(|node| !node.is_null()) else {
        return Ok(None);
    };
    let problem = |message: String| Problem::new(node.place, message).within("alert");
    if is_correlation {
        let why = "alerts are about single events: a correlation makes none";
        return Err(problem(why.to_owned()));
    }
    let group = node.text().unwrap_or_default();
    let known = ALERT_GROUPS.into_iter().find(|known| *known == group);
    known.map(Some).ok_or_else(|| {
        let hint = did_you_mean(group, ALERT_GROUPS);
        let groups = ALERT_GROUPS.join(", ");
        problem(format!(
            "no group of alerts '{group}'{hint}; there are {groups}"
        ))
    })
}

fn message(document: &YamlNode, title: &str, is_correlation: bool) -> Result<Message, Problem> {
    let given = document.get("message");
    let Some((node, text)) = given.and_then(|node| Some((node, node.text()?))) else {
        let title = title.replace('{', "{{").replace('}', "}}");
        let holes = if is_correlation {
            ""
        } else {
            ": {eventName} by {x.actor}"
        };
        let plain = Message::parse(&format!("{title}{holes}"));
        return plain.map_err(|(_, message)| Problem::new(document.place, message).within("title"));
    };
    let message = Message::parse(text).map_err(|(offset, message)| {
        Problem::new(node.place_within(offset), message).within("message")
    })?;
    if is_correlation && message.plain().is_none() {
        let why = "the message of a correlation has no holes: what its events share follows it";
        return Err(Problem::new(node.place, why).within("message"));
    }
    Ok(message)
}

/// `attack.t1098.001` is `T1098.001`.
fn technique(tag: &str) -> Option<String> {
    let id = tag.strip_prefix("attack.")?.to_ascii_uppercase();
    is_technique(&id).then_some(id)
}

/// `T1098`, `T1098.001`.
pub fn is_technique(id: &str) -> bool {
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    id.strip_prefix('T')
        .is_some_and(|id| match id.split_once('.') {
            Some((technique, sub)) => digits(technique, 4) && digits(sub, 3),
            None => digits(id, 4),
        })
}
