//! Correlations from YAML. Within the block every key is known: a misspelt `group-by` would silently correlate
//! everybody with everybody.

use chrono::TimeDelta;

use super::{Bounds, Correlation, Count, GroupByField, RuleReference, Timespan};
use crate::detection::suggest::did_you_mean;
use crate::detection::yaml::YamlNode;
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
    pub fn parse(node: &YamlNode) -> Result<Self, Problem> {
        known(node, &KEYS)?;
        let rules = rules(required(node, "rules")?).map_err(|problem| problem.within("rules"))?;
        let count = count(node)?;
        let timespan = timespan(required(node, "timespan")?);
        Ok(Self {
            bounds: bounds(node, &count, rules.len() as u64)?,
            count,
            timespan: timespan.map_err(|problem| problem.within("timespan"))?,
            generate: generate(node)?,
            groups: groups(node, &rules)?,
            rules,
        })
    }
}

/// Refuses a key that is not known.
fn known(node: &YamlNode, keys: &[&str]) -> Result<(), Problem> {
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

fn given<'n>(node: &'n YamlNode, key: &str) -> Option<&'n YamlNode> {
    node.get(key).filter(|value| !value.is_null())
}

fn required<'n>(node: &'n YamlNode, key: &str) -> Result<&'n YamlNode, Problem> {
    given(node, key).ok_or_else(|| missing(node, key))
}

fn missing(node: &YamlNode, key: &str) -> Problem {
    Problem::new(node.place, format!("missing field `{key}`"))
}

fn text(node: &YamlNode) -> Result<&str, Problem> {
    node.text().ok_or_else(|| {
        let message = format!("a text expected, not {}", node.describe());
        Problem::new(node.place, message)
    })
}

fn count(node: &YamlNode) -> Result<Count, Problem> {
    let kind = required(node, "type")?;
    let condition = given(node, "condition");
    let field = condition.and_then(|condition| given(condition, "field"));
    let count = match (text(kind)?, field) {
        ("value_count", Some(field)) => path(field).map(Count::Values),
        ("value_count", None) => {
            let place = condition.unwrap_or(node).place;
            let message = "missing field `field`: value_count counts the values of one";
            Err(Problem::new(place, message))
        }
        ("event_count", None) => Ok(Count::Events),
        ("temporal", None) => Ok(Count::Rules),
        ("event_count" | "temporal", Some(field)) => {
            let message = "only value_count counts the values of a `field`";
            Err(Problem::new(field.place, message))
        }
        (other, _) => return Err(unknown_type(kind, other)),
    };
    count.map_err(|problem| problem.within("condition"))
}

fn unknown_type(kind: &YamlNode, name: &str) -> Problem {
    let hint = did_you_mean(name, TYPES);
    let message = format!(
        "unknown type '{name}', known are {}{hint}",
        TYPES.join(", ")
    );
    Problem::new(kind.place, message).within("type")
}

fn rules(node: &YamlNode) -> Result<Vec<RuleReference>, Problem> {
    let mut rules: Vec<RuleReference> = Vec::new();
    for item in node.items() {
        let name = text(item)?;
        if rules.iter().any(|rule| rule.name == name) {
            return Err(Problem::new(item.place, format!("'{name}' stands twice")));
        }
        rules.push(RuleReference {
            name: name.to_owned(),
            place: item.place,
        });
    }
    if rules.is_empty() {
        return Err(Problem::new(node.place, "an empty list of rules"));
    }
    Ok(rules)
}

fn groups(node: &YamlNode, rules: &[RuleReference]) -> Result<Vec<GroupByField>, Problem> {
    let aliases = match given(node, "aliases") {
        Some(aliases) => self::aliases(aliases, rules).map_err(|p| p.within("aliases"))?,
        None => Vec::new(),
    };
    let Some(names) = given(node, "group-by") else {
        return Ok(Vec::new());
    };
    let group = |item: &YamlNode| {
        let name = text(item)?;
        if let Some(alias) = aliases.iter().find(|alias| alias.name == name) {
            return Ok(alias.clone());
        }
        let fields = vec![path(item)?; rules.len()];
        let name = name.to_owned();
        Ok(GroupByField { name, fields })
    };
    let groups: Result<_, Problem> = names.items().iter().map(group).collect();
    groups.map_err(|problem| problem.within("group-by"))
}

/// `alias: { rule: field }`, which must name a field of every rule.
fn aliases(node: &YamlNode, rules: &[RuleReference]) -> Result<Vec<GroupByField>, Problem> {
    let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
    let Some(entries) = node.entries() else {
        let message = format!("a mapping expected, not {}", node.describe());
        return Err(Problem::new(node.place, message));
    };
    let alias = |key: &str, value: &YamlNode| {
        known(value, &names)?;
        let fields = names.iter().map(|name| path(required(value, name)?));
        Ok(GroupByField {
            name: key.to_owned(),
            fields: fields.collect::<Result<_, _>>()?,
        })
    };
    entries
        .iter()
        .map(|entry| alias(&entry.key, &entry.value).map_err(|p: Problem| p.within(&entry.key)))
        .collect()
}

fn path(node: &YamlNode) -> Result<FieldPath, Problem> {
    let [node] = node.items() else {
        return Err(Problem::new(node.place, "one field expected"));
    };
    let name = text(node)?;
    field_names::check(name).map_err(|message| Problem::new(node.place, message))?;
    Ok(FieldPath::new(name))
}

/// A number and a unit: `90m`.
fn timespan(node: &YamlNode) -> Result<Timespan, Problem> {
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

/// The counts that meet the condition; without one, `temporal` takes all of the rules.
fn bounds(node: &YamlNode, count: &Count, rules: u64) -> Result<Bounds, Problem> {
    let all = Bounds {
        least: rules,
        most: u64::MAX,
    };
    let is_temporal = *count == Count::Rules;
    let condition = match given(node, "condition") {
        Some(condition) => condition,
        None if is_temporal => return Ok(all),
        None => return Err(missing(node, "condition")),
    };
    let refuse = |message| Err(Problem::new(condition.place, message));
    let bounds = read_bounds(condition).and_then(|bounds| match bounds {
        Some(bounds) if is_temporal && bounds.least > rules => {
            refuse(format!("more than the {rules} rules there are"))
        }
        Some(bounds) => Ok(bounds),
        None if is_temporal => Ok(all),
        None => refuse(format!(
            "how many? One of {} expected",
            OPERATORS.join(", ")
        )),
    });
    bounds.map_err(|problem| problem.within("condition"))
}

/// The counts that meet every operator of the condition; `None` where there is none.
fn read_bounds(condition: &YamlNode) -> Result<Option<Bounds>, Problem> {
    let mut keys = OPERATORS.to_vec();
    keys.push("field");
    known(condition, &keys)?;
    let (mut least, mut most) = (1, u64::MAX);
    let mut is_compared = false;
    for operator in OPERATORS {
        let Some(value) = given(condition, operator) else {
            continue;
        };
        let number: u64 = text(value)?
            .parse()
            .map_err(|_| Problem::new(value.place, "a whole number expected").within(operator))?;
        is_compared = true;
        match operator {
            "gt" => least = least.max(number.saturating_add(1)),
            "gte" => least = least.max(number),
            // nothing is below 0, and 0 is never met, either
            "lt" => most = most.min(number.saturating_sub(1)),
            "lte" => most = most.min(number),
            _ => (least, most) = (least.max(number), most.min(number)),
        }
    }
    if least > most {
        let message =
            "no count meets it (what did not happen leaves no event to count: 1 is the least)";
        return Err(Problem::new(condition.place, message));
    }
    Ok(is_compared.then_some(Bounds { least, most }))
}

/// `generate`: pySigma reads it within the block, the specification beside it.
///
/// # Errors
/// What is neither true nor false.
pub(crate) fn generate(node: &YamlNode) -> Result<bool, Problem> {
    let Some(value) = given(node, "generate") else {
        return Ok(false);
    };
    match value.text() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err(Problem::new(value.place, "true or false expected").within("generate")),
    }
}
