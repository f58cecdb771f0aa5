//! A playbook as it is run: everything in it parsed and checked. Made by [`super::load`].

use strum::{IntoStaticStr, VariantArray};

use super::{Message, Parameter, PlaybookResponse};
use crate::detection::correlation::Count;
use crate::detection::{Correlation, Detection, Incident};
use crate::event::{FieldPath, path::text_of, redact, services::short_principal};
use crate::report::{Level, NotVisible};

#[derive(Debug, Clone)]
pub struct Playbook {
    /// The name of its file, without the ending.
    pub id: String,
    /// One line for people.
    pub title: String,
    pub description: String,
    pub references: Vec<String>,
    /// ATT&CK ids (`attack.t1078.004`) and others.
    pub tags: Vec<String>,
    pub parameters: Vec<Parameter>,
    pub variables: Vec<Variable>,
    pub searches: Vec<Search>,
    pub pivots: Vec<Pivot>,
    pub limits: Limits,
    /// How changes are rendered, where the playbook is about changes.
    pub changes: Option<ChangeKind>,
    /// Events of the equally long window before are read, too: what they show is not new.
    pub has_baseline: bool,
    /// Refused calls are a finding, whatever the rules say.
    pub tells_denials: bool,
    /// What no record shows of what is asked.
    pub blind_spots: Vec<NotVisible>,
    pub columns: Vec<Column>,
    pub findings: Vec<FindingRule>,
    /// Findings of several events together.
    pub correlations: Vec<CorrelationRule>,
    pub responses: Vec<PlaybookResponse>,
    pub next: Vec<NextPlaybook>,
}

impl Playbook {
    /// Nothing but columns, each a name and its paths: what a plain lookup shows.
    pub fn of_columns(id: &str, columns: &[(&str, &[&str])]) -> Self {
        let column = |(name, paths): &(&str, &[&str])| Column {
            name: (*name).to_owned(),
            fields: paths.iter().map(|path| FieldPath::new(path)).collect(),
        };
        Self {
            id: id.to_owned(),
            title: String::new(),
            description: String::new(),
            references: Vec::new(),
            tags: Vec::new(),
            parameters: Vec::new(),
            variables: Vec::new(),
            searches: Vec::new(),
            pivots: Vec::new(),
            limits: Limits::default(),
            changes: None,
            has_baseline: false,
            tells_denials: true,
            blind_spots: Vec::new(),
            columns: columns.iter().map(column).collect(),
            findings: Vec::new(),
            correlations: Vec::new(),
            responses: Vec::new(),
            next: Vec::new(),
        }
    }
}

/// A set of values that pivots add to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    pub initial: Vec<Initial>,
}

/// What a variable holds at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Initial {
    /// The values of a parameter; none where it was not given.
    Parameter(String),
    Literal(String),
}

/// Events to fetch; the lookup attribute is derived from the detection.
#[derive(Debug, Clone)]
pub struct Search {
    pub name: String,
    pub regions: RegionScope,
    /// Its events explain those of other searches, and are no part of the answer.
    pub is_context: bool,
    pub detection: Detection,
}

/// The closed list of change renderers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(const_into_str, serialize_all = "kebab-case")]
pub enum ChangeKind {
    SecurityGroupRules,
    IamPolicies,
    InstanceStates,
}

/// Where a search asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(const_into_str, serialize_all = "kebab-case")]
pub enum RegionScope {
    /// Every enabled Region.
    All,
    /// The configured Region.
    Home,
    /// The Regions in which the partition's global services record (facts: B2).
    ControlPlane,
}

/// How an event leads on to more values of a variable.
#[derive(Debug, Clone)]
pub enum Pivot {
    /// The value stands in the event: an exact link.
    Path {
        from: String,
        why: String,
        when: Detection,
        take: FieldPath,
        into: String,
    },
    /// No path can name it.
    Builtin {
        from: String,
        builtin: BuiltinPivot,
        into: String,
    },
}

/// The closed list of links that are found by more than a path (facts: D3, D4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(const_into_str, serialize_all = "kebab-case")]
pub enum BuiltinPivot {
    ConsoleLogin,
    RoleSession,
    Compute,
    SharedEvent,
}

/// On reaching one of these the answer is incomplete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rounds of pivots.
    pub depth: u64,
    /// Values of one variable.
    pub values: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 8,
            values: 1000,
        }
    }
}

/// The names of the findings that hit the event: no field of a record, and only a column can show it.
pub const RULES_COLUMN: &str = "x.rules";

/// A column shows the first of its fields that is present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub fields: Vec<FieldPath>,
}

/// A finding for every event that `when` describes.
#[derive(Debug, Clone)]
pub struct FindingRule {
    pub level: Level,
    /// `playbook/rule`: stable, for suppression and for `fail-on`.
    pub id: String,
    pub title: String,
    pub message: Message,
    pub when: Detection,
    /// ATT&CK technique ids: `T1098.001`.
    pub attack: Vec<String>,
    /// Only what the window before did not show.
    pub new: Option<Novelty>,
}

/// A finding for every incident of a correlation.
#[derive(Debug, Clone)]
pub struct CorrelationRule {
    pub level: Level,
    /// The name of the rule: stable, for suppression and for `fail-on`.
    pub id: String,
    pub title: String,
    /// What happened, in words that a group and a count may follow.
    pub message: String,
    /// ATT&CK technique ids: `T1098.001`.
    pub attack: Vec<String>,
    pub correlation: Correlation,
    /// Of `correlation.rules`, in their order.
    pub detections: Vec<Detection>,
    /// What those rules are called.
    pub names: Vec<String>,
}

impl CorrelationRule {
    /// The message about `incident`: `failed logins: 27 within 10m, by bert`. Secrets are redacted;
    /// the rest is as the records have it: whoever shows it escapes it for its place.
    pub fn describe(&self, incident: &Incident) -> String {
        let Incident { count, peak, .. } = incident;
        let what = match &self.correlation.count {
            Count::Events => count.to_string(),
            Count::Values(field) => format!("{count} values of {field}"),
            Count::Rules => self.occurred(incident),
        };
        let most = if peak < count && self.correlation.count != Count::Rules {
            format!(", up to {peak}")
        } else {
            String::new()
        };
        let timespan = &self.correlation.timespan.text;
        let shared = incident.group.iter().map(|(path, value)| {
            let name = path.rsplit('.').next().unwrap_or_default();
            let value = redact::redacted(name, &value.as_str().into());
            let value = text_of(&value);
            match path.as_str() {
                "userIdentity.arn" => format!(", by {}", short_principal(&value)),
                "userIdentity.accessKeyId" => format!(", with {value}"),
                "sourceIPAddress" => format!(", from {value}"),
                _ => format!(", {path}={value}"),
            }
        });
        let shared: String = shared.collect();
        format!("{}: {what}{most} within {timespan}{shared}", self.message)
    }

    /// The rules that occurred, by their names: a correlation may know them by their ids.
    fn occurred(&self, incident: &Incident) -> String {
        let rules = self.correlation.rules.iter().zip(&self.names);
        let occurred = rules.filter(|(rule, _)| incident.values.contains(&rule.name));
        let names: Vec<&str> = occurred.map(|(_, name)| name.as_str()).collect();
        names.join(", ")
    }
}

/// A value that is new, for each value of `per`: the address of a login, for each user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Novelty {
    pub value: FieldPath,
    /// Without it, new to the whole account.
    pub per: Option<FieldPath>,
}

/// Another playbook worth running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPlaybook {
    pub playbook: String,
    pub why: String,
}
