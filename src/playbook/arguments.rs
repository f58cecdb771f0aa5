//! The values of a playbook's parameters: binding what was given to them.

use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::{Initial, Parameter, ParameterType, Playbook};
use crate::detection::Bindings;
use crate::detection::suggest::did_you_mean;
use crate::error::Failure;

/// The values of a playbook's parameters and variables as a run begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    parameters: Vec<Argument>,
    variables: Vec<(String, Vec<String>)>,
    timezone: Option<Tz>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Argument {
    name: String,
    kind: ParameterType,
    list: bool,
    /// Empty: not given.
    values: Vec<String>,
}

impl Playbook {
    /// Binds names to values; a name that occurs several times is a list.
    ///
    /// # Errors
    /// A usage failure: an unknown name, a value that its type refuses, several values where one is taken, or a
    /// required parameter that is missing.
    pub fn bind(&self, given: &[(String, String)]) -> Result<Arguments, Failure> {
        for (name, _) in given {
            if !self.parameters.iter().any(|known| known.name == *name) {
                let known = self.parameters.iter().map(|known| known.name.as_str());
                let hint = did_you_mean(name, known);
                return Err(self.refuse(&format!("has no parameter '{name}'{hint}")));
            }
        }
        let missing: Vec<String> = self
            .parameters
            .iter()
            .filter(|known| known.required && !given.iter().any(|(name, _)| *name == known.name))
            .map(Parameter::placeholder)
            .collect();
        if !missing.is_empty() {
            return Err(self.refuse(&format!("needs {}", missing.join(" and "))));
        }
        let parameters = self
            .parameters
            .iter()
            .map(|parameter| parameter.argument(given))
            .collect::<Result<Vec<_>, _>>()?;
        let values_of = |name: &str| {
            parameters
                .iter()
                .find(|argument| argument.name == name)
                .map(Argument::spellings)
                .unwrap_or_default()
        };
        let variables = self.variables.iter().map(|variable| {
            let values = variable.initial.iter().flat_map(|initial| match initial {
                Initial::Parameter(name) => values_of(name),
                Initial::Literal(text) => vec![text.clone()],
            });
            (variable.name.clone(), values.collect())
        });
        Ok(Arguments {
            variables: variables.collect(),
            timezone: self
                .parameters
                .iter()
                .filter(|parameter| parameter.kind == ParameterType::Timezone)
                .find_map(|parameter| values_of(&parameter.name).first()?.parse().ok()),
            parameters,
        })
    }

    fn refuse(&self, message: &str) -> Failure {
        let usage: Vec<String> = self
            .parameters
            .iter()
            .map(|known| format!("--param {}={}", known.name, known.placeholder()))
            .collect();
        let failure = Failure::usage(format!("playbook '{}' {message}", self.id));
        if usage.is_empty() {
            return failure.hint("it takes no parameters");
        }
        failure.hint(usage.join(" "))
    }
}

impl Parameter {
    fn argument(&self, given: &[(String, String)]) -> Result<Argument, Failure> {
        let mut values: Vec<String> = Vec::new();
        for (_, text) in given.iter().filter(|(name, _)| *name == self.name) {
            let text = match self.kind {
                ParameterType::String => text,
                _ => text.trim(),
            };
            self.kind
                .check(text)
                .map_err(|message| Failure::usage(format!("{}: {message}", self.name)))?;
            if !values.iter().any(|value| value == text) {
                values.push(text.to_owned());
            }
        }
        if values.len() > 1 && !self.list {
            let message = format!("{}: takes one value, not {}", self.name, values.len());
            return Err(Failure::usage(message));
        }
        if values.is_empty() {
            values.clone_from(&self.default);
        }
        Ok(Argument {
            name: self.name.clone(),
            kind: self.kind,
            list: self.list,
            values,
        })
    }
}

impl Argument {
    fn spellings(&self) -> Vec<String> {
        let values = self.values.iter();
        values
            .flat_map(|value| self.kind.spellings(value))
            .collect()
    }
}

impl Arguments {
    /// Fresh bindings. `timezone` is that of the run; a parameter of that type comes before it.
    pub fn bindings(&self, timezone: Tz) -> Bindings {
        let mut bindings = Bindings::new(self.timezone.unwrap_or(timezone));
        for argument in &self.parameters {
            if argument.values.is_empty() {
                bindings.not_given(&argument.name);
            } else {
                bindings.set(&argument.name, argument.spellings());
            }
        }
        for (name, values) in &self.variables {
            bindings.set(name, values.iter().cloned());
        }
        bindings
    }

    /// `parameters` of the report: a list is an array, what was not given is null.
    pub fn to_json(&self) -> Map<String, Value> {
        self.parameters
            .iter()
            .map(|argument| {
                let value = match (argument.values.as_slice(), argument.list) {
                    ([], _) => Value::Null,
                    ([value], false) => value.as_str().into(),
                    (values, _) => values.into(),
                };
                (argument.name.clone(), value)
            })
            .collect()
    }
}

#[cfg(test)]
#[path = "arguments_tests.rs"]
mod tests;
