//! The parts of a playbook that follow from events, from YAML: pivots, findings, responses and next playbooks.

use super::check::Declared;
use super::load::known;
use super::model::{CorrelationRule, FindingRule, NextPlaybook, Novelty, Pivot};
use super::reader::{Fields, PlaybookReader};
use super::{Message, PlaybookAction, PlaybookResponse};
use crate::detection::suggest::did_you_mean;
use crate::detection::yaml::YamlNode;

impl PlaybookReader {
    pub(super) fn pivots(&mut self, fields: &Fields<'_>) -> Vec<Pivot> {
        let mut pivots = Vec::new();
        for (item, path) in self.list(fields, "pivots") {
            let pivot = if item.get("builtin").is_some() {
                self.builtin_pivot(item, &path)
            } else {
                self.path_pivot(item, &path)
            };
            pivots.extend(pivot);
        }
        pivots
    }

    fn builtin_pivot(&mut self, item: &YamlNode, path: &str) -> Option<Pivot> {
        let fields = self.fields(item, path, &known("/$defs/builtinPivot"))?;
        let ends = self.ends(&fields);
        let node = self.required(&fields, "builtin")?;
        let at = fields.at("builtin");
        let builtin = self.word(node, &at)?;
        let (from, into) = ends?;
        Some(Pivot::Builtin {
            from,
            builtin,
            into,
        })
    }

    fn path_pivot(&mut self, item: &YamlNode, path: &str) -> Option<Pivot> {
        let fields = self.fields(item, path, &known("/$defs/pathPivot"))?;
        let ends = self.ends(&fields);
        let why = self.text(&fields, "why");
        let when = self.detection(&fields, "when");
        let take = self.required(&fields, "take").and_then(|node| {
            let at = fields.at("take");
            let text = self.text_of(node, &at)?;
            self.path(node, text, &at)
        });
        let (from, into) = ends?;
        Some(Pivot::Path {
            from,
            why: why?.to_owned(),
            when: when?,
            take: take?,
            into,
        })
    }

    /// `from` a search `into` a variable.
    fn ends(&mut self, fields: &Fields<'_>) -> Option<(String, String)> {
        let mut end = |key, declared| {
            let node = self.required(fields, key)?;
            let name = self.text_of(node, &fields.at(key))?;
            self.refer(declared, name, node.place, &fields.at(key));
            Some(name.to_owned())
        };
        end("from", Declared::Search).zip(end("into", Declared::Variable))
    }

    /// Findings of single events, and of several together.
    pub(super) fn findings(
        &mut self,
        fields: &Fields<'_>,
        playbook: &str,
    ) -> (Vec<FindingRule>, Vec<CorrelationRule>) {
        let mut findings: Vec<FindingRule> = Vec::new();
        let mut correlations: Vec<CorrelationRule> = Vec::new();
        for (item, path) in self.list(fields, "findings") {
            if item.get("rules").is_some() {
                // a rule that two selectors name is one finding
                let (shared, correlated) = self.shared_rules(item, &path);
                for finding in shared {
                    if !findings.iter().any(|other| other.id == finding.id) {
                        findings.push(finding);
                    }
                }
                for correlation in correlated {
                    if !correlations.iter().any(|other| other.id == correlation.id) {
                        correlations.push(correlation);
                    }
                }
                continue;
            }
            let Some(finding) = self.finding(item, &path, playbook) else {
                continue;
            };
            if findings.iter().any(|other| other.id == finding.id) {
                let message = format!("a second finding '{}': give it an `id`", finding.id);
                self.problem(item.place, &path, message);
            }
            findings.push(finding);
        }
        (findings, correlations)
    }

    /// `rules: [names or tags]`: findings of the built-in catalogue.
    fn shared_rules(
        &mut self,
        item: &YamlNode,
        path: &str,
    ) -> (Vec<FindingRule>, Vec<CorrelationRule>) {
        let Some(fields) = self.fields(item, path, &known("/$defs/sharedRules")) else {
            return Default::default();
        };
        let at = fields.at("rules");
        let catalogue = match super::catalogue::builtin() {
            Ok(catalogue) => catalogue,
            Err(failure) => {
                self.problem(item.place, &at, failure.message);
                return Default::default();
            }
        };
        let mut selected = Vec::new();
        for (node, selector) in self.texts(&fields, "rules") {
            let before = selected.len();
            selected.extend(catalogue.select(selector));
            if selected.len() == before {
                let hint = did_you_mean(selector, catalogue.selectors());
                let message =
                    format!("'{selector}' is neither a built-in rule nor a tag of one{hint}");
                self.problem(node.place, &at, message);
            }
        }
        catalogue.as_asked(selected.into_iter())
    }

    fn finding(&mut self, item: &YamlNode, path: &str, playbook: &str) -> Option<FindingRule> {
        let fields = self.fields(item, path, &known("/$defs/finding"))?;
        let level = self.required(&fields, "level");
        let level = level.and_then(|node| self.word(node, &fields.at("level")));
        let message = self.message(&fields);
        let title = self.optional_text(&fields, "title").map(str::to_owned);
        let id = self.optional_text(&fields, "id").map(str::to_owned);
        let attack = self.techniques(&fields);
        let when = self.detection(&fields, "when");
        let new = self.novelty(&fields);
        let message = message?;
        let title = title.unwrap_or_else(|| message.opening().to_owned());
        let id = id.unwrap_or_else(|| slug(&title));
        if title.is_empty() || id.is_empty() {
            let message = "missing field `title`: the message begins with a value";
            self.problem(item.place, path, message);
        }
        Some(FindingRule {
            level: level?,
            id: format!("{playbook}/{id}"),
            title,
            message,
            when: when?,
            attack,
            new,
        })
    }

    /// `new: { value: PATH, per: PATH }`.
    fn novelty(&mut self, fields: &Fields<'_>) -> Option<Novelty> {
        let node = fields.get("new")?;
        if !self.has_baseline {
            let message = "needs `baseline: window-before`: there is nothing to compare with";
            self.problem(node.place, &fields.at("new"), message);
        }
        let fields = self.fields(node, &fields.at("new"), &known("/$defs/novelty"))?;
        let mut path = |key: &str| {
            let node = fields.get(key)?;
            let at = fields.at(key);
            let text = self.text_of(node, &at)?;
            self.path(node, text, &at)
        };
        let (value, per) = (path("value"), path("per"));
        self.required(&fields, "value");
        Some(Novelty { value: value?, per })
    }

    fn message(&mut self, fields: &Fields<'_>) -> Option<Message> {
        let node = self.required(fields, "message")?;
        let path = fields.at("message");
        match Message::parse(self.text_of(node, &path)?) {
            Ok(message) => Some(message),
            Err((offset, message)) => {
                self.problem(node.place_within(offset), &path, message);
                None
            }
        }
    }

    fn techniques(&mut self, fields: &Fields<'_>) -> Vec<String> {
        let mut ids = Vec::new();
        for (node, id) in self.texts(fields, "attack") {
            if !super::catalogue::is_technique(id) {
                let message = format!("'{id}' is no ATT&CK technique such as T1098.001");
                self.problem(node.place, &fields.at("attack"), message);
            }
            ids.push(id.to_owned());
        }
        ids
    }

    pub(super) fn responses(&mut self, fields: &Fields<'_>) -> Vec<PlaybookResponse> {
        let mut responses = Vec::new();
        for (item, path) in self.list(fields, "responses") {
            let Some(fields) = self.fields(item, &path, &known("/$defs/response")) else {
                continue;
            };
            let title = self.text(&fields, "title").unwrap_or_default().to_owned();
            let command = self.optional_text(&fields, "command");
            let reference = self.optional_text(&fields, "reference");
            let action = match (command, reference) {
                (Some(command), None) => PlaybookAction::command(command),
                (None, Some(page)) => PlaybookAction::Reference(page.to_owned()),
                _ => {
                    let message = "either a `command` or a `reference` expected";
                    self.problem(item.place, &path, message);
                    continue;
                }
            };
            let at = fields.at("command");
            for name in action.names() {
                let place = fields.get("command").map_or(item.place, |node| node.place);
                self.refer(Declared::Value, name, place, &at);
            }
            responses.push(PlaybookResponse { title, action });
        }
        responses
    }

    pub(super) fn next(&mut self, fields: &Fields<'_>) -> Vec<NextPlaybook> {
        let mut next = Vec::new();
        for (item, path) in self.list(fields, "next") {
            let Some(fields) = self.fields(item, &path, &known("/$defs/next")) else {
                continue;
            };
            let playbook = self.text(&fields, "playbook").unwrap_or_default();
            if let Some(node) = fields.get("playbook") {
                let at = fields.at("playbook");
                self.refer(Declared::Playbook, playbook, node.place, &at);
            }
            next.push(NextPlaybook {
                playbook: playbook.to_owned(),
                why: self.text(&fields, "why").unwrap_or_default().to_owned(),
            });
        }
        next
    }
}

/// A title as an id: `New access key` is `new-access-key`.
fn slug(title: &str) -> String {
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("-")
}
