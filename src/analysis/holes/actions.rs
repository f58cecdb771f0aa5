//! What a call can do to a trail, or to what it needs, as data.

use super::minutes::CallKind;
use super::stores::{Store, StoreGrant};

/// In the order in which those of one second are taken: a trail that was replaced within it is on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrailAction {
    Stopped(Box<str>),
    Deleted(Box<str>),
    Created(Box<str>, TrailSettings),
    Started(Box<str>),
    Updated(Box<str>, TrailSettings),
    /// What it no longer records; nothing, where it records every management event.
    Selected(Box<str>, Option<CallKind>),
    /// Some sources, or whatever else the selectors say, were left out.
    SelectedInPart(Box<str>, Box<str>),
    Shut(Store, &'static str),
    /// CloudTrail may write to the bucket, or use the key, as far as this goes.
    Opened(Store, Vec<StoreGrant>),
    /// CloudTrail itself was seen to use it.
    Used(Store),
}

/// What a call says of a trail; what it does not say is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrailSettings {
    pub is_multi_region: Option<bool>,
    pub is_organization: Option<bool>,
    pub bucket: Option<Store>,
    /// The folder of the bucket that it writes into; empty, where there is none.
    pub prefix: Option<Box<str>>,
    pub key: Option<Store>,
    /// The call names the bucket, it does not only answer with it.
    pub sets_bucket: bool,
}

impl TrailAction {
    /// Why less is recorded afterwards, in words; none, where that does not follow from the call alone.
    pub fn cause(&self) -> Option<String> {
        Some(match self {
            Self::Stopped(trail) => format!("trail {trail} was stopped"),
            Self::Deleted(trail) => format!("trail {trail} was deleted"),
            Self::Selected(trail, Some(missing)) => {
                let only = match missing {
                    CallKind::Any => "no management events",
                    CallKind::Reads => "calls that change something, and no others",
                    CallKind::Writes => "calls that read, and no others",
                };
                format!("trail {trail} was told to record {only}")
            }
            Self::Created(..)
            | Self::Started(_)
            | Self::Updated(..)
            | Self::Selected(_, None)
            | Self::SelectedInPart(..)
            | Self::Shut(..)
            | Self::Opened(..)
            | Self::Used(_) => return None,
        })
    }
}
