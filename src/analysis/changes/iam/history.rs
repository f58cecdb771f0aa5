//! What earlier events told of users, groups, roles and policies: what a change is compared with. Nothing is assumed:
//! what no event told is unknown, unless the thing itself was seen to be created, for then it was empty.

use std::collections::HashMap;

use crate::event::time::Time;
use crate::policy::Document;

/// What is known of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known<T> {
    Unknown,
    /// It is known that there is none.
    Nothing,
    Is(T),
}

impl<T> Known<T> {
    pub fn as_ref(&self) -> Known<&T> {
        match self {
            Self::Unknown => Known::Unknown,
            Self::Nothing => Known::Nothing,
            Self::Is(value) => Known::Is(value),
        }
    }

    pub fn value(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Unknown | Self::Nothing => None,
        }
    }

    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown)
    }
}

/// A user, group, role, policy or whatever else has properties, in an account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IamEntity {
    pub account: String,
    /// As changes name it: `role deploy`.
    pub name: String,
}

/// What a property of a thing holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Words(String),
    Policy(Document),
}

impl Content {
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Words(words) => Some(words),
            Self::Policy(_) => None,
        }
    }

    pub fn policy(&self) -> Option<&Document> {
        match self {
            Self::Policy(document) => Some(document),
            Self::Words(_) => None,
        }
    }
}

#[derive(Debug, Default)]
pub struct PropertyHistory {
    things: HashMap<IamEntity, Properties>,
}

#[derive(Debug, Default)]
struct Properties {
    /// What it does not hold, it never held.
    is_whole: bool,
    by_name: HashMap<String, Property>,
}

#[derive(Debug)]
struct Property {
    held: Known<Content>,
    /// When that was told; the order of what is told within one second is not known (facts: A4).
    at: Option<Time>,
    /// It came with the thing itself: whatever is told in that second came later.
    is_original: bool,
}

impl PropertyHistory {
    /// What `property` of `entity` held, as far as told.
    pub fn of(&self, entity: &IamEntity, property: &str) -> Known<&Content> {
        let Some(properties) = self.things.get(entity) else {
            return Known::Unknown;
        };
        match properties.by_name.get(property) {
            Some(property) => property.held.as_ref(),
            None if properties.is_whole => Known::Nothing,
            None => Known::Unknown,
        }
    }

    /// The policy that `property` of `entity` was.
    pub fn policy(&self, entity: &IamEntity, property: &str) -> Known<Document> {
        match self.of(entity, property) {
            Known::Nothing => Known::Nothing,
            Known::Unknown => Known::Unknown,
            Known::Is(content) => match content.policy() {
                Some(document) => Known::Is(document.clone()),
                None => Known::Unknown,
            },
        }
    }

    /// The words that `property` of `entity` held.
    pub fn words(&self, entity: &IamEntity, property: &str) -> Option<String> {
        let words = self.of(entity, property).value()?.words()?;
        Some(words.to_owned())
    }

    /// `property` holds this from now on. Told two things within a second, nobody knows which came last.
    pub fn set(
        &mut self,
        entity: &IamEntity,
        property: &str,
        held: Known<Content>,
        at: Option<Time>,
    ) {
        let properties = self.things.entry(entity.clone()).or_default();
        let is_contested = properties.by_name.get(property).is_some_and(|earlier| {
            !earlier.is_original && earlier.at == at && earlier.held != held
        });
        let held = if is_contested { Known::Unknown } else { held };
        let property = property.to_owned();
        let property_told = Property {
            held,
            at,
            is_original: false,
        };
        properties.by_name.insert(property, property_told);
    }

    /// `entity` is new: it holds `properties`, and nothing else.
    pub fn create(&mut self, entity: IamEntity, properties: Vec<(String, Known<Content>)>) {
        let properties = properties.into_iter().map(|(name, held)| {
            let property_told = Property {
                held,
                at: None,
                is_original: true,
            };
            (name, property_told)
        });
        let created = Properties {
            is_whole: true,
            by_name: properties.collect(),
        };
        self.things.insert(entity, created);
    }

    /// `entity` is no more; what comes under its name is another.
    pub fn delete(&mut self, entity: &IamEntity) {
        self.things.remove(entity);
    }

    pub fn rename(&mut self, entity: &IamEntity, name: String) {
        if let Some(properties) = self.things.remove(entity) {
            let account = entity.account.clone();
            self.things.insert(IamEntity { account, name }, properties);
        }
    }
}
