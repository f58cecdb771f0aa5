//! What to find, before it is decided where: from the arguments of a command to the searches of a question.

use crate::cli::Investigate;
use crate::detection::{Attribute, Bindings};
use crate::error::Failure;
use crate::investigation::{BoundSearch, Filter};
use crate::playbook::{Playbook, RegionScope};

/// The searches of a question, and what they are bound to.
#[derive(Debug)]
pub struct Inquiry<'q> {
    pub playbook: &'q Playbook,
    pub searches: Vec<BoundSearch<'q>>,
    pub bindings: Bindings,
    pub parameters: serde_json::Map<String, serde_json::Value>,
    /// Names a key, a resource or a principal, so that 90 days of Event history are worth reading.
    pub is_specific: bool,
}

impl<'q> Inquiry<'q> {
    /// The searches of `playbook`, with the parameters `given`.
    pub fn of_playbook(
        playbook: &'q Playbook,
        given: &[(String, String)],
        flags: &Investigate,
    ) -> Result<Self, Failure> {
        let arguments = playbook.bind(given)?;
        let is_given = |name: &str| given.iter().any(|(given, _)| given == name);
        Ok(Self {
            playbook,
            searches: BoundSearch::all_of(playbook),
            bindings: arguments.bindings(flags.read.timezone),
            parameters: arguments.to_json(),
            is_specific: playbook
                .parameters
                .iter()
                .any(|parameter| parameter.kind.is_specific() && is_given(&parameter.name)),
        })
    }

    /// Events that have all of `attributes`, shown in the columns of `playbook`.
    pub fn of_attributes(
        playbook: &'q Playbook,
        attributes: &'q [(Attribute, String)],
        flags: &Investigate,
    ) -> Self {
        let search = BoundSearch {
            name: "lookup",
            scope: RegionScope::All,
            is_context: false,
            filter: Filter::Attributes(attributes),
        };
        let broad = |attribute: Attribute| {
            matches!(
                attribute,
                Attribute::EventName
                    | Attribute::EventSource
                    | Attribute::ReadOnly
                    | Attribute::ResourceType
            )
        };
        Self {
            playbook,
            searches: vec![search],
            bindings: Bindings::new(flags.read.timezone),
            parameters: as_parameters(attributes),
            is_specific: attributes.iter().any(|(attribute, _)| !broad(*attribute)),
        }
    }
}

/// Each attribute once; one that was given several values is a list.
fn as_parameters(attributes: &[(Attribute, String)]) -> serde_json::Map<String, serde_json::Value> {
    let mut parameters = serde_json::Map::new();
    for (attribute, value) in attributes {
        let value = serde_json::Value::from(value.as_str());
        match parameters.get_mut(attribute.into_str()) {
            None => drop(parameters.insert(attribute.into_str().to_owned(), value)),
            Some(serde_json::Value::Array(values)) => values.push(value),
            Some(first) => *first = vec![first.take(), value].into(),
        }
    }
    parameters
}
