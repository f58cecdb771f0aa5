//! One Sigma rule from YAML. Keys that are not known here are the business of whoever wrote them: Sigma allows any.

use crate::detection::yaml::{self, Node};
use crate::detection::{Detection, Problem};
use crate::playbook::Message;
use crate::report::Level;

#[derive(Debug, Clone)]
pub struct Rule {
    /// `name`, else the name of the file: the `rule` of its findings.
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
    /// `message`, our own key: with `{path}` holes, as in a playbook. Without one: title, call and actor.
    pub message: Message,
    pub detection: Detection,
}

/// Reads the rule of a file called `stem` (without its ending).
///
/// # Errors
/// Every problem found; never an empty list.
pub fn load(text: &str, stem: &str) -> Result<Rule, Vec<Problem>> {
    let root = yaml::document(text).map_err(|problem| vec![problem])?;
    rule(&root, stem).map_err(|problem| vec![problem])
}

fn rule(root: &Node, stem: &str) -> Result<Rule, Problem> {
    let text = |key: &str| root.get(key).and_then(Node::text).map(str::to_owned);
    let texts = |key: &str| -> Vec<String> {
        let items = root.get(key).map(Node::items).unwrap_or_default();
        items
            .iter()
            .filter_map(Node::text)
            .map(str::to_owned)
            .collect()
    };
    let missing = |key: &str| Problem::new(root.place, format!("missing field `{key}`"));
    let title = text("title").ok_or_else(|| missing("title"))?;
    let detection = root.get("detection").ok_or_else(|| missing("detection"))?;
    let detection = Detection::parse(detection).map_err(|problem| problem.within("detection"))?;
    let tags = texts("tags");
    Ok(Rule {
        name: text("name").unwrap_or_else(|| stem.to_owned()),
        uuid: text("id"),
        description: text("description").unwrap_or_default(),
        level: level(root)?,
        attack: tags.iter().filter_map(|tag| technique(tag)).collect(),
        tags,
        false_positives: texts("falsepositives"),
        message: message(root, &title)?,
        detection,
        title,
    })
}

/// `level`; medium where there is none.
fn level(root: &Node) -> Result<Level, Problem> {
    let Some(node) = root.get("level").filter(|node| !node.is_null()) else {
        return Ok(Level::Medium);
    };
    let known = Level::ALL
        .into_iter()
        .find(|level| Some(level.as_str()) == node.text());
    known.ok_or_else(|| {
        let words: Vec<&str> = Level::ALL.iter().map(|level| level.as_str()).collect();
        Problem::new(node.place, format!("expected {}", words.join(", "))).within("level")
    })
}

fn message(root: &Node, title: &str) -> Result<Message, Problem> {
    let Some((node, text)) = root
        .get("message")
        .and_then(|node| Some((node, node.text()?)))
    else {
        let title = title.replace('{', "{{").replace('}', "}}");
        let plain = Message::parse(&format!("{title}: {{eventName}} by {{x.actor}}"));
        return plain.map_err(|(_, message)| Problem::new(root.place, message).within("title"));
    };
    Message::parse(text).map_err(|(offset, message)| {
        Problem::new(node.place_within(offset), message).within("message")
    })
}

/// `attack.t1098.001` is `T1098.001`.
fn technique(tag: &str) -> Option<String> {
    let id = tag.strip_prefix("attack.")?.to_ascii_uppercase();
    super::super::rules::is_technique(&id).then_some(id)
}
