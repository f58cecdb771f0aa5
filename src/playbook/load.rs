//! YAML to [`Playbook`]: every key known, every value of its type, every path and detection parsed. All problems
//! are reported, in the order of the file. Pivots, findings and what follows from them are read in `sections`.

use std::sync::LazyLock;

use serde_json::Value;
use strum::{IntoStaticStr, VariantArray};

use super::check::Declared;
use super::model::{Column, Initial, Limits, Playbook, RegionScope, Search, Variable};
use super::reader::{Fields, PlaybookReader};
use super::{Parameter, ParameterType, RULES_COLUMN, SCHEMA};
use crate::detection::yaml::{self, YamlKind, YamlNode};
use crate::detection::{Problem, field_names, placeholder_name};
use crate::event::FieldPath;
use crate::report::NotVisible;

/// The fields of a part of a playbook: those that the JSON Schema names at `pointer`.
pub(super) fn known(pointer: &str) -> Vec<&'static str> {
    static PARTS: LazyLock<Value> =
        LazyLock::new(|| serde_json::from_str(SCHEMA).unwrap_or_default());
    let fields = PARTS.pointer(&format!("{pointer}/properties"));
    let fields = fields.and_then(Value::as_object).into_iter().flatten();
    fields.map(|(name, _)| name.as_str()).collect()
}

/// What a window can be compared with.
#[derive(Clone, Copy, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
enum Baseline {
    WindowBefore,
}

/// The format's version.
const VERSION: &str = "1";

/// Columns of a playbook that names none.
const DEFAULT_COLUMNS: [(&str, &[&str]); 6] = [
    ("time", &["eventTime"]),
    ("who", &["userIdentity.arn", "x.actor"]),
    ("call", &["eventName"]),
    ("region", &["awsRegion"]),
    ("ip", &["sourceIPAddress"]),
    ("error", &["errorCode"]),
];

/// Reads a playbook whose file is called `stem` (without its ending).
///
/// # Errors
/// Every problem found, in the order of the file; never an empty list.
pub fn load(text: &str, stem: &str) -> Result<Playbook, Vec<Problem>> {
    let root = yaml::document(text).map_err(|problem| vec![problem])?;
    let mut reader = PlaybookReader::default();
    let playbook = reader.playbook(&root, stem);
    let mut problems = std::mem::take(&mut reader.problems);
    problems.extend(reader.names.check());
    problems.sort_by_key(|problem| problem.place);
    match playbook {
        Some(playbook) if problems.is_empty() => Ok(playbook),
        _ => Err(problems),
    }
}

impl PlaybookReader {
    fn playbook(&mut self, root: &YamlNode, stem: &str) -> Option<Playbook> {
        let fields = self.fields(root, "", &known(""))?;
        if let Some(node) = self.required(&fields, "playbook")
            && node.text() != Some(VERSION)
        {
            let message = format!("version {VERSION} of the format is known, no other");
            self.problem(node.place, "playbook", message);
        }
        let id = self.text(&fields, "id").unwrap_or_default().to_owned();
        if let Some(node) = fields.get("id")
            && id != stem
        {
            let message = format!("'{id}' is not the name of the file, '{stem}'");
            self.problem(node.place, "id", message);
        }
        let baseline = fields.get("baseline");
        self.has_baseline = baseline.is_some();
        if let Some(node) = baseline {
            self.word::<Baseline>(node, "baseline");
        }
        let changes = fields.get("changes");
        let changes = changes.and_then(|node| self.word(node, "changes"));
        let (findings, correlations) = self.findings(&fields, &id);
        let playbook = Playbook {
            changes,
            has_baseline: self.has_baseline,
            tells_denials: true,
            title: self.text(&fields, "title").unwrap_or_default().to_owned(),
            description: (self.optional_text(&fields, "description"))
                .unwrap_or_default()
                .trim_end()
                .to_owned(),
            references: self.owned_texts(&fields, "references"),
            tags: self.owned_texts(&fields, "tags"),
            parameters: self.parameters(&fields),
            variables: self.variables(&fields),
            searches: self.searches(&fields),
            pivots: self.pivots(&fields),
            limits: self.limits(&fields),
            blind_spots: self.blind_spots(&fields),
            columns: self.columns(&fields),
            findings,
            correlations,
            responses: self.responses(&fields),
            next: self.next(&fields),
            id,
        };
        Some(playbook)
    }

    fn owned_texts(&mut self, fields: &Fields<'_>, key: &str) -> Vec<String> {
        let texts = self.texts(fields, key);
        texts.into_iter().map(|(_, text)| text.to_owned()).collect()
    }

    fn parameters(&mut self, fields: &Fields<'_>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for (entry, path) in self.section(fields, "parameters") {
            self.names.declare(Declared::Parameter, &entry.key);
            let Some(fields) = self.fields(&entry.value, &path, &known("/$defs/parameter")) else {
                continue;
            };
            let Some(kind) = self.required(&fields, "type") else {
                continue;
            };
            let Some(kind) = self.word::<ParameterType>(kind, &fields.at("type")) else {
                continue;
            };
            let (required, list) = (self.flag(&fields, "required"), self.flag(&fields, "list"));
            let default = self.default_values(&fields, kind, required, list);
            let description = self.optional_text(&fields, "description");
            parameters.push(Parameter {
                name: entry.key.clone(),
                kind,
                required,
                list,
                default,
                description: description.unwrap_or_default().to_owned(),
            });
        }
        parameters
    }

    fn default_values(
        &mut self,
        fields: &Fields<'_>,
        kind: ParameterType,
        required: bool,
        list: bool,
    ) -> Vec<String> {
        let path = fields.at("default");
        let Some(node) = fields.get("default") else {
            return Vec::new();
        };
        if required {
            self.problem(node.place, &path, "a required parameter has no default");
        }
        if !list && matches!(node.kind, YamlKind::Sequence(_)) {
            self.problem(node.place, &path, "several values, but no `list: true`");
        }
        let values = self.texts(fields, "default");
        for (node, text) in &values {
            if let Err(message) = kind.check(text) {
                self.problem(node.place, &path, message);
            }
        }
        values
            .into_iter()
            .map(|(_, text)| text.to_owned())
            .collect()
    }

    fn variables(&mut self, fields: &Fields<'_>) -> Vec<Variable> {
        let parameters = fields.get("parameters");
        let mut variables = Vec::new();
        for (entry, path) in self.section(fields, "variables") {
            let name = &entry.key;
            self.names.declare(Declared::Variable, name);
            if parameters.is_some_and(|parameters| parameters.get(name).is_some()) {
                let message = format!("`{name}` is a parameter already");
                self.problem(entry.place, &path, message);
            }
            let items = if entry.value.is_null() {
                &[]
            } else {
                entry.value.items()
            };
            let mut initial = Vec::new();
            for item in items {
                let Some(text) = self.text_of(item, &path) else {
                    continue;
                };
                initial.push(match placeholder_name(text) {
                    Some(name) => {
                        self.refer(Declared::Parameter, name, item.place, &path);
                        Initial::Parameter(name.to_owned())
                    }
                    None => Initial::Literal(text.to_owned()),
                });
            }
            let name = name.clone();
            variables.push(Variable { name, initial });
        }
        variables
    }

    fn searches(&mut self, fields: &Fields<'_>) -> Vec<Search> {
        self.required(fields, "searches");
        let sections = self.section(fields, "searches");
        if let (true, Some(node)) = (sections.is_empty(), fields.get("searches")) {
            self.problem(node.place, "searches", "a playbook needs a search");
        }
        let mut searches = Vec::new();
        for (entry, path) in sections {
            self.names.declare(Declared::Search, &entry.key);
            let Some(fields) = self.fields(&entry.value, &path, &known("/$defs/search")) else {
                continue;
            };
            let regions = match fields.get("regions") {
                None => Some(RegionScope::All),
                Some(node) => {
                    let path = fields.at("regions");
                    self.word(node, &path)
                }
            };
            let is_context = self.flag(&fields, "context");
            let detection = self.detection(&fields, "detection");
            searches.extend(regions.zip(detection).map(|(regions, detection)| Search {
                name: entry.key.clone(),
                regions,
                is_context,
                detection,
            }));
        }
        searches
    }

    fn blind_spots(&mut self, fields: &Fields<'_>) -> Vec<NotVisible> {
        let mut spots = Vec::new();
        for (item, path) in self.list(fields, "blind_spots") {
            let Some(fields) = self.fields(item, &path, &known("/$defs/blindSpot")) else {
                continue;
            };
            let text = |reader: &mut Self, key| reader.text(&fields, key).unwrap_or_default();
            spots.push(NotVisible {
                what: text(self, "what").to_owned(),
                why: text(self, "why").to_owned(),
            });
        }
        spots
    }

    fn limits(&mut self, fields: &Fields<'_>) -> Limits {
        let mut limits = Limits::default();
        let Some(node) = fields.get("limits") else {
            return limits;
        };
        if let Some(fields) = self.fields(node, &fields.at("limits"), &known("/properties/limits"))
        {
            self.count(&fields, "depth", &mut limits.depth);
            self.count(&fields, "values", &mut limits.values);
        }
        limits
    }

    fn count(&mut self, fields: &Fields<'_>, key: &str, count: &mut u64) {
        let Some(node) = fields.get(key) else {
            return;
        };
        match node.text().and_then(|text| text.parse().ok()) {
            Some(number) if number > 0 => *count = number,
            _ => self.problem(node.place, &fields.at(key), "a number above 0 expected"),
        }
    }

    fn columns(&mut self, fields: &Fields<'_>) -> Vec<Column> {
        let items = self.list(fields, "columns");
        if items.is_empty() {
            return default_columns();
        }
        let mut columns: Vec<Column> = Vec::new();
        for (item, path) in items {
            let Some(fields) = self.fields(item, &path, &known("/$defs/column")) else {
                continue;
            };
            let name = self.text(&fields, "name").unwrap_or_default().to_owned();
            if name == "event_id" || columns.iter().any(|column| column.name == name) {
                let message = format!("a second column `{name}` (`event_id` always is one)");
                self.problem(fields.place(), &path, message);
            }
            self.required(&fields, "field");
            let texts = self.texts(&fields, "field");
            let paths = texts.into_iter().filter_map(|(node, text)| match text {
                RULES_COLUMN => Some(FieldPath::new(text)),
                _ => self.path(node, text, &fields.at("field")),
            });
            let fields = paths.collect();
            columns.push(Column { name, fields });
        }
        columns
    }

    /// A path into a record, or a virtual field.
    pub(super) fn path(&mut self, node: &YamlNode, text: &str, path: &str) -> Option<FieldPath> {
        if let Err(message) = field_names::check(text) {
            self.problem(node.place, path, message);
            return None;
        }
        if text.split('.').any(str::is_empty) || text.contains(char::is_whitespace) {
            let message = format!("'{text}' is no path such as userIdentity.arn");
            self.problem(node.place, path, message);
            return None;
        }
        Some(FieldPath::new(text))
    }
}

fn default_columns() -> Vec<Column> {
    let column = |(name, fields): (&str, &[&str])| Column {
        name: name.to_owned(),
        fields: fields.iter().map(|field| FieldPath::new(field)).collect(),
    };
    DEFAULT_COLUMNS.into_iter().map(column).collect()
}
