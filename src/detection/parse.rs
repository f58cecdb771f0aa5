//! Detection blocks from YAML: selections, their lines and the condition, with the place of every mistake.
//! What the modifiers of a line make of its values is decided in `modifiers`.

use super::condition::{self, Expr};
use super::modifiers::Modifiers;
use super::yaml::{MappingEntry, YamlKind, YamlNode};
use super::{
    Anchor, Block, Detection, Field, FieldTest, Placeholder, Problem, Test, TextPattern,
    field_names,
};
use crate::event::FieldPath;

impl Detection {
    /// Reads a detection: selections by name, and `condition`.
    ///
    /// # Errors
    /// The first mistake; its path begins with the name of the selection.
    pub fn parse(node: &YamlNode) -> Result<Self, Problem> {
        let Some(entries) = node.entries() else {
            let message = format!("a detection is a mapping, not {}", node.describe());
            return Err(Problem::new(node.place, message));
        };
        let mut placeholders = Vec::new();
        let mut names = Vec::new();
        let mut selections = Vec::new();
        for entry in entries.iter().filter(|entry| entry.key != "condition") {
            let block = block(&entry.value, &mut placeholders)
                .map_err(|problem| problem.within(&entry.key))?;
            names.push(entry.key.as_str());
            selections.push(block);
        }
        let Some(condition) = node.get("condition") else {
            return Err(Problem::new(node.place, "a detection needs a `condition`"));
        };
        Ok(Self {
            condition: conditions(condition, &names)
                .map_err(|problem| problem.within("condition"))?,
            selections,
            placeholders,
        })
    }
}

/// One condition, or a list of them, of which any may hold.
fn conditions(node: &YamlNode, selections: &[&str]) -> Result<Expr, Problem> {
    let mut any = Vec::new();
    for item in node.items() {
        let Some(text) = item.text() else {
            let message = format!("a condition is a text, not {}", item.describe());
            return Err(Problem::new(item.place, message));
        };
        let expr = condition::parse(text, selections)
            .map_err(|mistake| Problem::new(item.place_within(mistake.offset), mistake.message))?;
        any.push(expr);
    }
    if any.is_empty() {
        return Err(Problem::new(node.place, "an empty list of conditions"));
    }
    Ok(Expr::Or(any))
}

fn block(node: &YamlNode, placeholders: &mut Vec<Placeholder>) -> Result<Block, Problem> {
    match &node.kind {
        YamlKind::Mapping(entries) if !entries.is_empty() => {
            let lines = entries.iter().map(|entry| line(entry, placeholders));
            Ok(Block::All(lines.collect::<Result<_, _>>()?))
        }
        YamlKind::Sequence(items) if !items.is_empty() => {
            let blocks = items.iter().map(|item| match &item.kind {
                YamlKind::Mapping(_) => block(item, placeholders),
                _ => keyword(item),
            });
            Ok(Block::Any(blocks.collect::<Result<_, _>>()?))
        }
        _ => Err(Problem::new(
            node.place,
            "a selection is a mapping of fields, or a list, and not empty",
        )),
    }
}

/// A plain text in a list: it occurs anywhere in the record.
fn keyword(item: &YamlNode) -> Result<Block, Problem> {
    let Some(text) = item.text() else {
        let message = format!("a text or a mapping expected, not {}", item.describe());
        return Err(Problem::new(item.place, message));
    };
    let pattern = TextPattern::parse(text, Anchor::Anywhere, false);
    Ok(Block::All(vec![FieldTest {
        field: Field::Anywhere,
        tests: vec![Test::Text(pattern)],
        all: false,
    }]))
}

fn line(entry: &MappingEntry, placeholders: &mut Vec<Placeholder>) -> Result<FieldTest, Problem> {
    let (name, modifiers) = match entry.key.split_once('|') {
        Some((name, modifiers)) => (name, Some(modifiers)),
        None => (entry.key.as_str(), None),
    };
    let at = |place, message: String| Problem::new(place, message).within(name);
    let field = match name.parse() {
        _ if name.is_empty() => Field::Anywhere,
        Ok(field) => Field::Virtual(field),
        Err(_) => {
            field_names::check(name).map_err(|message| at(entry.place, message))?;
            Field::Path(FieldPath::new(name))
        }
    };
    let modifiers = Modifiers::parse(modifiers.into_iter().flat_map(|m| m.split('|')))
        .and_then(|modifiers| match field {
            Field::Anywhere => modifiers.for_keywords(),
            _ => Ok(modifiers),
        })
        .map_err(|message| at(entry.place, message))?;
    let items = entry.value.items();
    if items.is_empty() {
        return Err(at(entry.value.place, "an empty list of values".to_owned()));
    }
    let mut tests = Vec::with_capacity(items.len());
    for item in items {
        let test = modifiers
            .test(item)
            .map_err(|message| at(item.place, message))?;
        if let Test::Expand(name, _) = &test {
            placeholders.push(Placeholder {
                name: name.to_string(),
                place: item.place,
            });
        }
        tests.push(test);
    }
    Ok(FieldTest {
        field,
        tests,
        all: modifiers.all,
    })
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
