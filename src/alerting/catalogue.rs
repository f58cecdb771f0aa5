//! What the formatter knows of the rules: names, words and patterns in one language, as one compressed text that is
//! handed to the home stack in parameters, since a template body holds no more than 51,200 bytes.

use std::collections::BTreeMap;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::alert_rule::AlertRule;
use super::options::{AlertingOptions, Language};
use super::rules::AlertRules;
use super::settings::ascii;

/// The longest value of a parameter of CloudFormation, in bytes.
pub const CHUNK: usize = 4096;

const LABELS_EN: &str = include_str!("text/labels.en.json");
const LABELS_KO: &str = include_str!("text/labels.ko.json");
const RULES_KO: &str = include_str!("text/rules.ko.json");

/// A rule in another language.
#[derive(Debug, Deserialize)]
struct RuleTranslation {
    title: String,
    meaning: String,
}

/// What the formatter reads, as JSON in ASCII: see the head of `formatter.py`.
pub fn json(options: &AlertingOptions, rules: &AlertRules) -> String {
    let (language, labels, words) = match options.language {
        Language::En => ("en", LABELS_EN, BTreeMap::new()),
        Language::Ko => (
            "ko",
            LABELS_KO,
            texts::<BTreeMap<String, RuleTranslation>>(RULES_KO),
        ),
    };
    let rules = rules
        .alerts
        .iter()
        .map(|rule| entry(rule, words.get(&rule.name)));
    let catalogue = json!({
        "language": language,
        "timezone": options.timezone.name(),
        "labels": texts::<Map<String, Value>>(labels),
        "rules": rules.collect::<Vec<_>>()
    });
    ascii(&catalogue.to_string())
}

fn entry(rule: &AlertRule, words: Option<&RuleTranslation>) -> Value {
    let title = words.map_or(&rule.title, |words| &words.title);
    let meaning = words.map_or(&rule.meaning, |words| &words.meaning);
    json!({
        "name": rule.name,
        "title": title,
        "meaning": meaning,
        "level": rule.level,
        "group": rule.group,
        "attack": rule.attack,
        "patterns": rule.patterns
    })
}

/// A file of texts, each under its name; a test reads them all.
fn texts<T: DeserializeOwned + Default>(file: &str) -> T {
    serde_json::from_str(file).unwrap_or_default()
}

/// `json` compressed (zlib) and in base64, cut to fit parameters. `formatter.py` puts it together again.
pub fn chunks(json: &str) -> Vec<String> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // writing to memory does not fail
    let compressed = encoder
        .write_all(json.as_bytes())
        .and_then(|()| encoder.finish())
        .unwrap_or_default();
    let text = STANDARD.encode(compressed);
    let mut chunks = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rest.len().min(CHUNK));
        chunks.push(chunk.to_owned());
        rest = after;
    }
    chunks
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::ZlibDecoder;

    use super::*;

    #[test]
    fn chunks_are_put_together_again() {
        let numbers = 0_u64..4000;
        let numbers: Vec<u64> = numbers
            .map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .collect();
        let json = json!(numbers).to_string();
        let chunks = chunks(&json);
        assert!(chunks.len() > 1 && chunks.iter().all(|chunk| chunk.len() <= CHUNK));
        let compressed = STANDARD.decode(chunks.concat()).unwrap();
        let mut read = String::new();
        ZlibDecoder::new(&compressed[..])
            .read_to_string(&mut read)
            .unwrap();
        assert_eq!(read, json);
        assert_eq!(super::chunks(&json), chunks);
    }

    #[test]
    fn every_file_of_texts_is_read() {
        let labels = texts::<BTreeMap<String, String>>(LABELS_EN);
        assert!(labels.contains_key("actor"));
        let korean = texts::<BTreeMap<String, String>>(LABELS_KO);
        assert!(labels.keys().eq(korean.keys()));
        assert!(texts::<BTreeMap<String, RuleTranslation>>(RULES_KO).contains_key("user-created"));
    }
}
