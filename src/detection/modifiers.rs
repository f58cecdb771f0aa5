//! Modifiers of a field (`field|contains|all`), and what they make of one value.

use regex::RegexBuilder;

use super::field_names;
use super::suggest::did_you_mean;
use super::yaml::{YamlKind, YamlNode};
use super::{Anchor, Comparison, Expand, Network, Test, TextPattern};
use crate::event::FieldPath;

/// Compiled size of one regular expression, in bytes.
const REGEX_SIZE: usize = 1 << 20;

const KNOWN: [&str; 17] = [
    "contains",
    "startswith",
    "endswith",
    "all",
    "re",
    "i",
    "m",
    "s",
    "cidr",
    "exists",
    "gt",
    "gte",
    "lt",
    "lte",
    "fieldref",
    "expand",
    "cased",
];

/// What the modifiers of one line, taken together, ask for.
#[derive(Debug, Default)]
pub(super) struct Modifiers {
    /// The modifier that says how to compare, and what it says; without one, whole texts are compared.
    operator: Option<(&'static str, MatchOperator)>,
    pub(super) all: bool,
    cased: bool,
    expand: bool,
}

#[derive(Debug, Clone, Copy)]
enum MatchOperator {
    Text(Anchor),
    Regex(Flags),
    Network,
    Exists,
    Compare(Comparison),
    SameAs,
}

/// `re|i|m|s`.
#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    ignore_case: bool,
    multi_line: bool,
    dot_matches_new_line: bool,
}

impl Modifiers {
    /// # Errors
    /// The message: a modifier that is unknown, or that another one excludes.
    pub(super) fn parse<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let mut modifiers = Self::default();
        for name in names {
            let Some(known) = KNOWN.into_iter().find(|known| *known == name) else {
                let hint = did_you_mean(name, KNOWN);
                return Err(format!("unknown modifier '{name}'{hint}"));
            };
            modifiers.add(known)?;
        }
        modifiers.agree()?;
        Ok(modifiers)
    }

    fn add(&mut self, name: &'static str) -> Result<(), String> {
        let operator = match name {
            "all" => return set(&mut self.all, name),
            "cased" => return set(&mut self.cased, name),
            "expand" => return set(&mut self.expand, name),
            "i" | "m" | "s" => {
                let Some((_, MatchOperator::Regex(flags))) = &mut self.operator else {
                    return Err(format!("modifier '{name}' only follows 're'"));
                };
                return match name {
                    "i" => set(&mut flags.ignore_case, name),
                    "m" => set(&mut flags.multi_line, name),
                    _ => set(&mut flags.dot_matches_new_line, name),
                };
            }
            "contains" => MatchOperator::Text(Anchor::Anywhere),
            "startswith" => MatchOperator::Text(Anchor::Start),
            "endswith" => MatchOperator::Text(Anchor::End),
            "re" => MatchOperator::Regex(Flags::default()),
            "cidr" => MatchOperator::Network,
            "exists" => MatchOperator::Exists,
            "gt" => MatchOperator::Compare(Comparison::Greater),
            "gte" => MatchOperator::Compare(Comparison::GreaterOrEqual),
            "lt" => MatchOperator::Compare(Comparison::Less),
            "lte" => MatchOperator::Compare(Comparison::LessOrEqual),
            _ => MatchOperator::SameAs,
        };
        if let Some((other, _)) = self.operator.replace((name, operator)) {
            return Err(exclude(other, name));
        }
        Ok(())
    }

    /// `expand` and `cased` go with some operators only.
    fn agree(&self) -> Result<(), String> {
        let Some((name, operator)) = self.operator else {
            return Ok(());
        };
        let expands = matches!(operator, MatchOperator::Text(_) | MatchOperator::Compare(_));
        let has_case = matches!(operator, MatchOperator::Text(_) | MatchOperator::SameAs);
        if self.expand && !expands {
            return Err(exclude("expand", name));
        }
        if self.cased && !has_case {
            return Err(exclude("cased", name));
        }
        Ok(())
    }

    /// The same for a line without a field: its texts may occur anywhere within any value of the record.
    ///
    /// # Errors
    /// The message, where a modifier needs a field.
    pub(super) fn for_keywords(mut self) -> Result<Self, String> {
        match self.operator {
            None => self.operator = Some(("contains", MatchOperator::Text(Anchor::Anywhere))),
            Some((_, MatchOperator::Text(_) | MatchOperator::Regex(_))) => {}
            Some((name, _)) => return Err(format!("modifier '{name}' needs a field")),
        }
        Ok(self)
    }

    /// # Errors
    /// The message: a value that the modifiers cannot take.
    pub(super) fn test(&self, value: &YamlNode) -> Result<Test, String> {
        let text = match (&value.kind, value.text()) {
            (_, Some(text)) => text,
            (YamlKind::Scalar(_), None) if self.operator.is_none() && !self.expand => {
                return Ok(Test::Absent);
            }
            _ => return Err(format!("a value expected, not {}", value.describe())),
        };
        let operator = self
            .operator
            .map_or(MatchOperator::Text(Anchor::Whole), |(_, operator)| operator);
        if self.expand {
            return expanded(text, operator, self.cased);
        }
        match operator {
            MatchOperator::Text(anchor) => {
                Ok(Test::Text(TextPattern::parse(text, anchor, self.cased)))
            }
            MatchOperator::Regex(flags) => regex(text, flags),
            MatchOperator::Network => Network::parse(text)
                .map(Test::Network)
                .ok_or_else(|| format!("'{text}' is no address block such as 10.0.0.0/8")),
            MatchOperator::Exists => match text {
                "true" => Ok(Test::Present),
                "false" => Ok(Test::Absent),
                _ => Err(format!("'exists' takes true or false, not '{text}'")),
            },
            MatchOperator::Compare(comparison) => match text.parse() {
                Ok(bound) => Ok(Test::Compare(comparison, bound)),
                Err(_) => Err(format!("'{text}' is no number")),
            },
            MatchOperator::SameAs => {
                field_names::check(text)?;
                Ok(Test::SameAs(FieldPath::new(text), self.cased))
            }
        }
    }
}

fn set(flag: &mut bool, name: &str) -> Result<(), String> {
    if std::mem::replace(flag, true) {
        return Err(format!("modifier '{name}' stands twice"));
    }
    Ok(())
}

fn exclude(one: &str, other: &str) -> String {
    format!("modifiers '{one}' and '{other}' exclude each other")
}

fn expanded(text: &str, operator: MatchOperator, cased: bool) -> Result<Test, String> {
    let Some(name) = placeholder_name(text) else {
        return Err(format!(
            "'expand' takes a name such as '%keys%', not '{text}'"
        ));
    };
    let expand = match operator {
        MatchOperator::Compare(comparison) => Expand::Compare(comparison),
        MatchOperator::Text(anchor) => Expand::Text(anchor, cased),
        _ => return Err("'expand' stands with texts and numbers".to_owned()),
    };
    Ok(Test::Expand(name.into(), expand))
}

/// The name in `%name%`.
pub fn placeholder_name(text: &str) -> Option<&str> {
    let name = text.strip_prefix('%')?.strip_suffix('%')?;
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (plain && !name.is_empty()).then_some(name)
}

fn regex(text: &str, flags: Flags) -> Result<Test, String> {
    RegexBuilder::new(text)
        .case_insensitive(flags.ignore_case)
        .multi_line(flags.multi_line)
        .dot_matches_new_line(flags.dot_matches_new_line)
        .size_limit(REGEX_SIZE)
        .dfa_size_limit(REGEX_SIZE)
        .build()
        .map(Test::Regex)
        .map_err(|error| {
            // the engine draws the pattern over several lines; the last one says what is wrong
            let message = error.to_string();
            let cause = message.lines().last().unwrap_or_default();
            let cause = cause.trim_start_matches("error: ");
            format!("not a regular expression: {cause}")
        })
}
