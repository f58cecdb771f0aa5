//! A JSON string that holds JSON again, decoded.

use serde::de::{Deserialize, Deserializer, Visitor};

/// A JSON string as UTF-8 bytes, each lone surrogate read as U+FFFD, as in the tree of a record.
pub struct JsonText(pub Vec<u8>);

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(JsonTextVisitor)
    }
}

struct JsonTextVisitor;

impl Visitor<'_> for JsonTextVisitor {
    type Value = JsonText;

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("a string")
    }

    // asked for bytes, serde_json writes a lone surrogate as the three bytes that UTF-8 would have for it
    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<JsonText, E> {
        let mut text = bytes.to_vec();
        let mut rest = text.as_mut_slice();
        while let Some(at) = rest.iter().position(|byte| *byte == 0xed) {
            rest = rest.get_mut(at..).unwrap_or_default();
            if let [0xed, 0xa0..=0xbf, _, ..] = rest
                && let Some(surrogate) = rest.get_mut(..3)
            {
                surrogate.copy_from_slice("\u{fffd}".as_bytes());
            }
            rest = rest.get_mut(1..).unwrap_or_default();
        }
        Ok(JsonText(text))
    }
}
