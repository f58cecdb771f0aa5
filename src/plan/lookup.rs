//! One LookupEvents question: an attribute (or none) within a closed range of time.

use crate::detection::{Attribute, ServerAttributes};
use crate::event::time::Time;

/// What every Region that it concerns is asked. Bounds are inclusive (facts: A2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lookup {
    /// At most one attribute per call (facts: A2); `None` reads everything in the range.
    pub attribute: Option<(Attribute, String)>,
    pub since: Time,
    pub until: Time,
}

impl Lookup {
    /// The attribute and its value, where it indexes something that is not in the record (facts: A11): that an event
    /// has it is then the server's word.
    pub fn server_attributes(&self) -> &ServerAttributes {
        match &self.attribute {
            Some(attribute_value) if attribute_value.0.field().is_none() => {
                std::slice::from_ref(attribute_value)
            }
            _ => &[],
        }
    }
}

impl std::fmt::Display for Lookup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.attribute {
            Some((attribute, value)) => write!(f, "{}={value}", attribute.into_str()),
            None => f.write_str("every event"),
        }
    }
}
