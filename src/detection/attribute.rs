//! The attributes that `LookupEvents` takes, and which fields of a record they index.

/// A lookup attribute key of `LookupEvents` (facts: A2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
    pub const ALL: [Self; 8] = [
        Self::EventId,
        Self::AccessKeyId,
        Self::EventName,
        Self::EventSource,
        Self::ReadOnly,
        Self::Username,
        Self::ResourceType,
        Self::ResourceName,
    ];

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

    /// The API's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EventId => "EventId",
            Self::AccessKeyId => "AccessKeyId",
            Self::EventName => "EventName",
            Self::EventSource => "EventSource",
            Self::ReadOnly => "ReadOnly",
            Self::Username => "Username",
            Self::ResourceType => "ResourceType",
            Self::ResourceName => "ResourceName",
        }
    }

    /// Reads the API's spelling, ignoring case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|attribute| attribute.as_str().eq_ignore_ascii_case(text))
    }

    /// The field of the record that the attribute indexes, where there is one.
    pub fn field(self) -> Option<&'static str> {
        Self::DERIVED
            .iter()
            .find(|(attribute, _)| *attribute == self)
            .map(|(_, field)| *field)
    }
}
