//! To EventBridge patterns: a detection as patterns any of which an event must meet, or why there is none.
//!
//! The condition becomes alternatives without `or`; one of them says of each field what it must be, which is what a
//! pattern is. Where the two languages differ:
//! - EventBridge compares text with its case. CloudTrail's own names have but one spelling, and a rule is written in it.
//! - `null` is a field that is absent or null, a boolean or a number is itself or its text: CloudTrail writes both.
//! - `not` of a field that holds a list is met where any element differs: more events than Sigma's, never fewer.
//! - Fields below one list must be met by one element of it, while Sigma lets several elements meet them together.
//! - `exists` sees texts, numbers and booleans: a rule names these, and not the object around them.

mod field;
mod leaves;

use super::{Block, Comparison, Detection, Expr, Field, FieldTest, Test};
use field::{FieldRequirement, Matchers};
pub use leaves::{Leaves, merged};

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Alternatives of one detection: more of them would be no pattern to read, or to pay for.
const MAX_ALTERNATIVES: usize = 256;

/// What each field must be, by its path.
type Alternative = BTreeMap<String, FieldRequirement>;

impl Detection {
    /// Patterns, one of which an event of EventBridge must meet: each with `source`, which names AWS services, and
    /// mostly `detail`, which is about the record.
    ///
    /// # Errors
    /// What in the detection has no counterpart, in words.
    pub fn event_patterns(&self) -> Result<Vec<Value>, String> {
        let alternatives = self.alternatives(&self.condition, true)?;
        if alternatives.is_empty() {
            return Err("its conditions exclude each other".to_owned());
        }
        let leaves = alternatives.into_iter().map(leaves_of);
        let patterns = merged(leaves.collect::<Result<_, _>>()?);
        Ok(patterns
            .iter()
            .map(|leaves| leaves.nested().into())
            .collect())
    }

    /// The ways in which `expr` holds, or, where it is not `wanted`, does not.
    fn alternatives(&self, expr: &Expr, wanted: bool) -> Result<Vec<Alternative>, String> {
        match expr {
            Expr::Not(part) => self.alternatives(part, !wanted),
            Expr::And(parts) => joined(wanted, parts.iter().map(|p| self.alternatives(p, wanted))),
            Expr::Or(parts) => joined(!wanted, parts.iter().map(|p| self.alternatives(p, wanted))),
            Expr::Selection(index) => match self.selections.get(*index) {
                Some(block) => of_block(block, wanted),
                None => Ok(Vec::new()),
            },
        }
    }
}

fn of_block(block: &Block, wanted: bool) -> Result<Vec<Alternative>, String> {
    match block {
        Block::All(lines) => joined(wanted, lines.iter().map(|line| of_line(line, wanted))),
        Block::Any(blocks) => joined(!wanted, blocks.iter().map(|part| of_block(part, wanted))),
    }
}

fn of_line(line: &FieldTest, wanted: bool) -> Result<Vec<Alternative>, String> {
    let path = match &line.field {
        Field::Path(path) => path.as_str(),
        Field::Virtual(field) => {
            let name = field.into_str();
            return Err(format!("`{name}` is worked out here, no event has it"));
        }
        Field::Anywhere => return Err("a pattern looks into fields that it names".to_owned()),
    };
    let alternative =
        |wanted: FieldRequirement| vec![Alternative::from([(path.to_owned(), wanted)])];
    let of_tests = |tests: &[Test]| {
        let met = FieldRequirement::any_of(matchers(tests)?);
        let met = if wanted { met } else { met.not()? };
        Ok(alternative(met))
    };
    let of_tests = |tests| of_tests(tests).map_err(|why: String| format!("`{path}`: {why}"));
    if line.all {
        joined(wanted, line.tests.chunks(1).map(of_tests))
    } else {
        of_tests(&line.tests)
    }
}

/// What any of `tests` admits.
fn matchers(tests: &[Test]) -> Result<Matchers, String> {
    let mut matchers = Matchers::default();
    for test in tests {
        match test {
            Test::Absent => matchers.absent = true,
            Test::Present => matchers.anything = true,
            Test::Text(pattern) => matchers.add_text(pattern)?,
            Test::Network(network) => matchers.add(block(&network.to_string())),
            Test::Compare(comparison, bound) => {
                matchers.add(json!({"numeric": [comparison.operator(), bound]}));
            }
            Test::Regex(_) => return Err("`re` has no counterpart in event patterns".to_owned()),
            Test::SameAs(..) => return Err("a pattern cannot compare two fields".to_owned()),
            Test::Expand(name, _) => {
                return Err(format!("`%{name}%` stands for what is only known later"));
            }
        }
    }
    Ok(matchers)
}

/// A `cidr`; of one address, the address, which `cidr` does not take.
fn block(network: &str) -> Value {
    match network.strip_suffix("/32").or(network.strip_suffix("/128")) {
        Some(address) if address.contains(':') == network.ends_with("/128") => address.into(),
        _ => json!({"cidr": network}),
    }
}

impl Comparison {
    fn operator(self) -> &'static str {
        match self {
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
        }
    }
}

/// All of `parts`, or any.
fn joined(
    all: bool,
    parts: impl Iterator<Item = Result<Vec<Alternative>, String>>,
) -> Result<Vec<Alternative>, String> {
    let mut alternatives = if all {
        vec![Alternative::new()]
    } else {
        Vec::new()
    };
    for part in parts {
        let part = part?;
        if all {
            let mut both = Vec::new();
            for (one, other) in (alternatives.iter()).flat_map(|a| part.iter().map(move |b| (a, b)))
            {
                both.extend(together(one, other)?);
            }
            alternatives = both;
        } else {
            alternatives.extend(part);
        }
        if alternatives.len() > MAX_ALTERNATIVES {
            return Err(format!("it has more than {MAX_ALTERNATIVES} alternatives"));
        }
    }
    Ok(alternatives)
}

/// Both of them; `None` where no event can be both.
fn together(one: &Alternative, other: &Alternative) -> Result<Option<Alternative>, String> {
    let mut both = one.clone();
    for (path, wanted) in other {
        let wanted = match both.get(path) {
            None => Some(wanted.clone()),
            Some(already) => (already.and(wanted))
                .map_err(|()| format!("no pattern holds both conditions on `{path}`"))?,
        };
        let Some(wanted) = wanted else {
            return Ok(None);
        };
        both.insert(path.clone(), wanted);
    }
    Ok(Some(both))
}

/// As a pattern: `eventSource` becomes the `source` that nobody but AWS may send.
fn leaves_of(mut alternative: Alternative) -> Result<Leaves, String> {
    let sources = match alternative.remove("eventSource") {
        None => vec![json!({"prefix": "aws."})],
        Some(wanted) => {
            let sources = wanted
                .texts()
                .ok_or("`eventSource` must be whole names: an event's source is made from them")?;
            sources.iter().map(|source| source_of(source)).collect()
        }
    };
    let mut leaves = Leaves::default();
    leaves.set("source", sources);
    for (path, wanted) in alternative {
        if let Some(values) = wanted.values() {
            leaves.set(&format!("detail.{path}"), values);
        }
    }
    match leaves.contradiction() {
        Some(path) => Err(format!("`{path}` is wanted as a value and as an object")),
        None => Ok(leaves),
    }
}

/// `aws.iam` of `iam.amazonaws.com` (facts: G4).
fn source_of(event_source: &str) -> Value {
    let service = event_source.split('.').next().unwrap_or_default();
    format!("aws.{service}").into()
}

#[cfg(test)]
mod tests;
