//! The attributes that `LookupEvents` takes, and which fields of a record they index.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// A lookup attribute key of `LookupEvents` (facts: A2); read in any case.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    IntoStaticStr,
    EnumString,
    VariantArray,
)]
#[strum(const_into_str, ascii_case_insensitive)]
pub enum Attribute {
    EventId,
    AccessKeyId,
    EventName,
    EventSource,
    ReadOnly,
    Username,
    ResourceType,
    ResourceName,
}

/// The attributes and values of the lookups that brought an event, as far as they index what is not in the record
/// itself: the server's word that the event has them (facts: A11).
pub type ServerAttributes = [(Attribute, String)];

impl Attribute {
    /// The attributes that index a field of the record itself, the most selective first; the others index
    /// something that is not in the record (facts: A11).
    pub(super) const DERIVED: [(Self, &'static str); 5] = [
        (Self::EventId, "eventID"),
        (Self::AccessKeyId, "userIdentity.accessKeyId"),
        (Self::EventName, "eventName"),
        (Self::EventSource, "eventSource"),
        (Self::ReadOnly, "readOnly"),
    ];

    /// The attributes that index what a virtual field is made from, as well as they can: only where none of the
    /// others can be derived.
    pub(super) const BEST_EFFORT: [(Self, &'static str); 2] = [
        (Self::ResourceName, "x.resource"),
        (Self::Username, "x.username"),
    ];

    /// The field of the record that the attribute indexes, where there is one.
    pub fn field(self) -> Option<&'static str> {
        Self::DERIVED
            .iter()
            .find(|(attribute, _)| *attribute == self)
            .map(|(_, field)| *field)
    }
}
