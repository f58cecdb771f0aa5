//! Correlations from YAML. Within the block every key is known: a misspelt `group-by` would silently correlate
//! everybody with everybody.

use chrono::TimeDelta;

use super::{Bounds, Correlation, Count, Group, Reference, Timespan};
use crate::detection::suggest::did_you_mean;
use crate::detection::yaml::Node;
use crate::detection::{Problem, field_names};
use crate::event::FieldPath;

const KEYS: [&str; 7] = [
    "type",
    "rules",
    "aliases",
    "group-by",
    "timespan",
    "condition",
    "generate",
];

const TYPES: [&str; 3] = ["event_count", "value_count", "temporal"];

const OPERATORS: [&str; 5] = ["gt", "gte", "lt", "lte", "eq"];

impl Correlation {
    /// Reads the mapping below `correlation`.
    ///
    /// # Errors
    /// The first mistake; its path begins with the key of the block.
    pub fn parse(node: &Node) -> Result<Self, Problem> {
        known(node, &KEYS)?;
        let rules = rules(required(node, "rules")?).map_err(|problem| problem.within("rules"))?;
        let condition = node.get("condition").filter(|node| !node.is_null());
        let count = count(required(node, "type")?, condition)
            .map_err(|problem| problem.within("condition"))?;
        let count = count.ok_or_else(|| unknown_type(node))?;
        let all = Bounds {
            least: rules.len() as u64,
            most: u64::MAX,
        };
        let bounds = match (condition, &count) {
            (None, Count::Rules) => all,
            (None, _) => return Err(missing(node, "condition")),
            (Some(condition), _) => bounds(condition)
                .and_then(|bounds| match (bounds, &count) {
                    (Some(bounds), _) => Ok(bounds),
                    (None, Count::Rules) => Ok(all),
                    (None, _) => Err(no_operator(condition)),
                })
                .map_err(|problem| problem.within("condition"))?,
        };
        if count == Count::Rules && bounds.least > rules.len() as u64 {
            let message = format!("more than the {} rules there are", rules.len());
            let place = condition.map_or(node.place, |condition| condition.place);
            return Err(Problem::new(place, message).within("condition"));
        }
        Ok(Self {
            count,
            timespan: timespan(required(node, "timespan")?)
                .map_err(|problem| problem.within("timespan"))?,
            generate: generate(node)?,
            groups: groups(node, &rules)?,
            rules,
            bounds,
        })
    }
}

/// Refuses a key that is not known.
fn known(node: &Node, keys: &[&str]) -> Result<(), Problem> {
    let Some(entries) = node.entries() else {
        let message = format!("a mapping expected, not {}", node.describe());
        return Err(Problem::new(node.place, message));
    };
    match entries
        .iter()
        .find(|entry| !keys.contains(&entry.key.as_str()))
    {
        None => Ok(()),
        Some(entry) => {
            let hint = did_you_mean(&entry.key, keys.iter().copied());
            let message = format!("unknown field `{}`{hint}", entry.key);
            Err(Problem::new(entry.place, message))
        }
    }
}

fn required<'n>(node: &'n Node, key: &str) -> Result<&'n Node, Problem> {
    node.get(key)
        .filter(|node| !node.is_null())
        .ok_or_else(|| missing(node, key))
}

fn missing(node: &Node, key: &str) -> Problem {
    Problem::new(node.place, format!("missing field `{key}`"))
}

fn text(node: &Node) -> Result<&str, Problem> {
    node.text().ok_or_else(|| {
        let message = format!("a text expected, not {}", node.describe());
        Problem::new(node.place, message)
    })
}

/// What `kind` counts; `None` for a type that is not known. The problems are the condition's.
fn count(kind: &Node, condition: Option<&Node>) -> Result<Option<Count>, Problem> {
    let field = condition.and_then(|condition| condition.get("field"));
    let count = match (kind.text(), field) {
        (Some("value_count"), Some(field)) => Count::Values(path(field)?),
        (Some("value_count"), None) => {
            let place = condition.map_or(kind.place, |condition| condition.place);
            let message = "missing field `field`: value_count counts the values of one";
            return Err(Problem::new(place, message));
        }
        (Some("event_count" | "temporal"), Some(field)) => {
            let message = "only value_count counts the values of a `field`";
            return Err(Problem::new(field.place, message));
        }
        (Some("event_count"), None) => Count::Events,
        (Some("temporal"), None) => Count::Rules,
        _ => return Ok(None),
    };
    Ok(Some(count))
}

fn unknown_type(node: &Node) -> Problem {
    let kind = node.get("type").unwrap_or(node);
    let name = kind.text().unwrap_or_default();
    let message = format!(
        "unknown type '{name}', known are {}{}",
        TYPES.join(", "),
        did_you_mean(name, TYPES)
    );
    Problem::new(kind.place, message).within("type")
}

fn rules(node: &Node) -> Result<Vec<Reference>, Problem> {
    let mut rules: Vec<Reference> = Vec::new();
    for item in node.items() {
        let name = text(item)?;
        if rules.iter().any(|rule| rule.name == name) {
            return Err(Problem::new(item.place, format!("'{name}' stands twice")));
        }
        rules.push(Reference {
            name: name.to_owned(),
            place: item.place,
        });
    }
    if rules.is_empty() {
        return Err(Problem::new(node.place, "an empty list of rules"));
    }
    Ok(rules)
}

fn groups(node: &Node, rules: &[Reference]) -> Result<Vec<Group>, Problem> {
    let aliases = match node.get("aliases").filter(|node| !node.is_null()) {
        Some(aliases) => self::aliases(aliases, rules).map_err(|p| p.within("aliases"))?,
        None => Vec::new(),
    };
    let Some(names) = node.get("group-by").filter(|node| !node.is_null()) else {
        return Ok(Vec::new());
    };
    let group = |item: &Node| {
        let name = text(item)?;
        if let Some(alias) = aliases.iter().find(|alias| alias.name == name) {
            return Ok(alias.clone());
        }
        let fields = vec![path(item)?; rules.len()];
        let name = name.to_owned();
        Ok(Group { name, fields })
    };
    let groups: Result<_, Problem> = names.items().iter().map(group).collect();
    groups.map_err(|problem| problem.within("group-by"))
}

/// `alias: { rule: field }`, which must name a field of every rule.
fn aliases(node: &Node, rules: &[Reference]) -> Result<Vec<Group>, Problem> {
    let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
    let Some(entries) = node.entries() else {
        let message = format!("a mapping expected, not {}", node.describe());
        return Err(Problem::new(node.place, message));
    };
    let alias = |key: &str, value: &Node| {
        known(value, &names)?;
        let fields = names.iter().map(|name| path(required(value, name)?));
        Ok(Group {
            name: key.to_owned(),
            fields: fields.collect::<Result<_, _>>()?,
        })
    };
    entries
        .iter()
        .map(|entry| alias(&entry.key, &entry.value).map_err(|p: Problem| p.within(&entry.key)))
        .collect()
}

fn path(node: &Node) -> Result<FieldPath, Problem> {
    let [node] = node.items() else {
        return Err(Problem::new(node.place, "one field expected"));
    };
    let name = text(node)?;
    field_names::check(name).map_err(|message| Problem::new(node.place, message))?;
    Ok(FieldPath::new(name))
}

/// A number and a unit: `90m`.
fn timespan(node: &Node) -> Result<Timespan, Problem> {
    let written = text(node)?;
    let unit = |seconds: i64| {
        let number = written.get(..written.len().checked_sub(1)?)?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = number.parse::<i64>().ok()?.checked_mul(seconds)?;
        TimeDelta::try_seconds(seconds).filter(|length| is_number && !length.is_zero())
    };
    let length = match written.chars().next_back() {
        Some('s') => unit(1),
        Some('m') => unit(60),
        Some('h') => unit(60 * 60),
        Some('d') => unit(24 * 60 * 60),
        Some('w') => unit(7 * 24 * 60 * 60),
        _ => None,
    };
    let length = length.ok_or_else(|| {
        let message =
            format!("'{written}' is no timespan such as 90s, 10m, 1h, 7d or 2w (lower case)");
        Problem::new(node.place, message)
    })?;
    let text = written.to_owned();
    Ok(Timespan { text, length })
}

/// The counts that meet every operator; `None` where there is none.
fn bounds(node: &Node) -> Result<Option<Bounds>, Problem> {
    let mut keys = OPERATORS.to_vec();
    keys.push("field");
    known(node, &keys)?;
    let (mut least, mut most) = (1, u64::MAX);
    let mut found = false;
    for operator in OPERATORS {
        let Some(value) = node.get(operator) else {
            continue;
        };
        let number: u64 = text(value)?
            .parse()
            .map_err(|_| Problem::new(value.place, "a whole number expected").within(operator))?;
        found = true;
        match operator {
            "gt" => least = least.max(number.saturating_add(1)),
            "gte" => least = least.max(number),
            // below 0 there is nothing, which is no more than what there is at 0
            "lt" => most = most.min(number.saturating_sub(1)),
            "lte" => most = most.min(number),
            _ => (least, most) = (least.max(number), most.min(number)),
        }
    }
    if least > most {
        let message =
            "no count meets it (what did not happen leaves no event to count: 1 is the least)";
        return Err(Problem::new(node.place, message));
    }
    Ok(found.then_some(Bounds { least, most }))
}

fn no_operator(node: &Node) -> Problem {
    let message = format!("how many? One of {} expected", OPERATORS.join(", "));
    Problem::new(node.place, message)
}

/// `generate`: pySigma reads it within the block, the specification beside it.
///
/// # Errors
/// What is neither true nor false.
pub(crate) fn generate(node: &Node) -> Result<bool, Problem> {
    let Some(value) = node.get("generate").filter(|value| !value.is_null()) else {
        return Ok(false);
    };
    match value.text() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err(Problem::new(value.place, "true or false expected").within("generate")),
    }
}
