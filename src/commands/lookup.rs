//! `trailhunt lookup`: events that have all of some attributes, from any source. What no event can have is refused:
//! "no events found" would be true of it, and misread.

use super::inquiry::Inquiry;
use super::investigate::investigate;
use crate::cli::LookupArgs;
use crate::detection::Attribute;
use crate::error::{Exit, Failure};
use crate::event::services;
use crate::playbook::Playbook;
use crate::terminal::Terminal;

/// An attribute, and the value that events must have.
type AttributeValue = (Attribute, String);

pub fn run(args: &LookupArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let attributes = possible(&args.attributes)?;
    let columns = Playbook::of_columns(
        "lookup",
        &[
            ("time", &["eventTime"]),
            ("call", &["eventName"]),
            ("source", &["eventSource"]),
            (
                "who",
                &[
                    "userIdentity.arn",
                    "userIdentity.principalId",
                    "userIdentity.invokedBy",
                ],
            ),
            ("key", &["userIdentity.accessKeyId"]),
            ("region", &["awsRegion"]),
            ("ip", &["sourceIPAddress"]),
            ("error", &["errorCode"]),
        ],
    );
    let inquiry = Inquiry::of_attributes(&columns, &attributes, &args.investigate);
    investigate(inquiry, &args.investigate, terminal)
}

/// The attributes, each once and as CloudTrail spells it.
///
/// # Errors
/// A usage failure where no event can have them all.
fn possible(given: &[AttributeValue]) -> Result<Vec<AttributeValue>, Failure> {
    let mut attributes: Vec<AttributeValue> = Vec::new();
    for (attribute, text) in given {
        let attribute_value = (*attribute, value(*attribute, text)?);
        if attributes.contains(&attribute_value) {
            continue;
        }
        let other = attributes.iter().find(|(other, _)| other == attribute);
        if let Some((_, other)) = other.filter(|_| has_one_value(*attribute)) {
            let name = attribute.into_str();
            let message = format!(
                "no event has both {name}={other} and {name}={}: all attributes of a lookup must hold",
                attribute_value.1
            );
            return Err(Failure::usage(message).hint(format!(
                "one lookup takes one {name}; ask for each in a lookup of its own"
            )));
        }
        attributes.push(attribute_value);
    }
    Ok(attributes)
}

/// An event can be about several resources; of everything else it has one.
fn has_one_value(attribute: Attribute) -> bool {
    !matches!(attribute, Attribute::ResourceName | Attribute::ResourceType)
}

/// The value to look up, without the white space that came with pasting it.
///
/// # Errors
/// A usage failure for a value that the attribute never has (facts: A3, A11, D2). Only what is certain is refused.
fn value(attribute: Attribute, text: &str) -> Result<String, Failure> {
    let trimmed = text.trim();
    match attribute {
        Attribute::ReadOnly if !matches!(trimmed, "true" | "false") => Err(Failure::usage(
            format!("ReadOnly={trimmed}: ReadOnly is true or false"),
        )),
        Attribute::EventSource if !trimmed.contains('.') => Err(Failure::usage(format!(
            "EventSource={trimmed}: an event source is the name of a service's host"
        ))
        .hint(format!(
            "did you mean {}.amazonaws.com?",
            trimmed.to_ascii_lowercase()
        ))),
        Attribute::AccessKeyId if !may_be_a_key(trimmed) => Err(Failure::usage(format!(
            "AccessKeyId: {}",
            services::no_access_key_id(trimmed)
        ))),
        // names are anybody's: white space at their ends may be theirs
        Attribute::Username | Attribute::ResourceName => Ok(text.to_owned()),
        _ => Ok(trimmed.to_owned()),
    }
}

/// Whatever AWS may sign with, whether or not its prefix is known here.
fn may_be_a_key(text: &str) -> bool {
    text.len() >= 16
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}
