//! Everything that is folded over the events of the answer, in the order of time: counts, findings, changes, rows.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::gather::{GatheredFacts, GrownLineage};
use super::prepared::{PreparedPlaybook, Relevance};
use super::rule_findings::RuleFindings;
use super::{EventPosition, Question};
use crate::analysis::changes::{ChangeFold, Renderer, iam, instances, security_groups};
use crate::analysis::findings;
use crate::analysis::lineage::Tree;
use crate::analysis::stolen::Signer;
use crate::analysis::usage::Usage;
use crate::analysis::{denied, handoffs, related, stolen, summary};
use crate::detection::{ServerAttributes, values_of};
use crate::event::time::Time;
use crate::event::{Event, redact};
use crate::playbook::{ChangeKind, Column, ParameterType, RULES_COLUMN};
use crate::report::{Change, Denied, Finding, Handoff, Node, Row, Summary};

/// What the folds make of the events.
pub struct FoldResults {
    /// There was a window before to compare with.
    pub is_comparable: bool,
    /// When the incident began.
    pub incident: Option<Time>,
    /// Calls that services made for the principal.
    pub forwarded: u64,
    /// Events whose time cannot be read.
    pub untimed: u64,
    pub summary: Summary,
    pub lineage: Vec<Node>,
    pub related: Vec<Node>,
    pub handoffs: Vec<Handoff>,
    pub denied: Vec<Denied>,
    pub findings: Vec<Finding>,
    pub changes: Vec<Change>,
    pub rows: Vec<Row>,
    /// The records of `rows`, as delivered.
    pub records: Vec<String>,
}

/// Folds what was gathered; no hand-off leads to `accounts_read`.
pub fn fold_answer(
    question: &Question<'_>,
    prepared: &PreparedPlaybook<'_>,
    mut gathered: GatheredFacts,
    grown: &GrownLineage,
    accounts_read: &BTreeSet<String>,
) -> FoldResults {
    let rule_findings = RuleFindings::new(question, prepared, grown, &mut gathered);
    let GatheredFacts {
        kept, principals, ..
    } = gathered;
    let mut folds = Folds::new(question, prepared, grown, &principals, rule_findings);
    for (event, attributes) in kept.into_sorted() {
        folds.add(&event, &attributes);
    }
    folds.finish(accounts_read)
}

/// Everything that is folded over the events of the answer.
struct Folds<'a> {
    question: &'a Question<'a>,
    prepared: &'a PreparedPlaybook<'a>,
    grown: &'a GrownLineage,
    gathered_principals: &'a BTreeSet<String>,
    usage: Vec<Usage>,
    /// Keys that the lineage deleted again, and when.
    deleted: HashMap<String, Time>,
    summary: summary::Fold,
    denied: denied::Fold,
    handoffs: handoffs::Fold,
    stolen: stolen::Fold,
    related: related::Fold,
    rule_findings: RuleFindings<'a>,
    renderer: Option<Renderer>,
    untimed: u64,
    rows: Vec<Row>,
    records: Vec<String>,
}

impl<'a> Folds<'a> {
    fn new(
        question: &'a Question<'a>,
        prepared: &'a PreparedPlaybook<'a>,
        grown: &'a GrownLineage,
        principals: &'a BTreeSet<String>,
        rule_findings: RuleFindings<'a>,
    ) -> Self {
        Self {
            question,
            prepared,
            grown,
            gathered_principals: principals,
            usage: grown.tree.nodes.iter().map(|_| Usage::default()).collect(),
            deleted: HashMap::new(),
            summary: summary::Fold::default(),
            denied: denied::Fold::default(),
            handoffs: handoffs::Fold::default(),
            stolen: stolen::Fold::default(),
            related: related::Fold::default(),
            rule_findings,
            renderer: question.playbook.changes.map(renderer),
            untimed: 0,
            rows: Vec::new(),
            records: Vec::new(),
        }
    }

    fn add(&mut self, event: &Event, attributes: &ServerAttributes) {
        let tree = &self.grown.tree;
        let is_theirs = event
            .identity()
            .principal_id()
            .is_some_and(|id| self.gathered_principals.contains(id));
        if is_theirs {
            self.summary.add_habit(event);
        }
        let login = event.id().and_then(|id| tree.login(id));
        let node = login.or_else(|| event.access_key_id().and_then(|key| tree.key(key)));
        let relevance = match login {
            Some(_) => Some(Relevance::Answer),
            None => self
                .prepared
                .relevance(event, &self.grown.bindings, attributes),
        };
        if relevance.is_some() && self.question.place(event) == EventPosition::Inside {
            self.rule_findings.watch(event);
        }
        if let (Some(renderer), Some(relevance)) = (&mut self.renderer, relevance) {
            renderer.add(event, relevance == Relevance::Answer);
        }
        if relevance == Some(Relevance::Answer) {
            if let Some(usage) = node.and_then(|node| self.usage.get_mut(node)) {
                usage.add(event);
            }
            self.add_to_answer(event);
        } else if is_theirs && relevance.is_none() {
            self.add_related(event);
        }
    }

    fn add_to_answer(&mut self, event: &Event) {
        self.untimed += u64::from(event.time().is_none());
        self.summary.add(event);
        self.denied.add(event);
        self.handoffs.add(event);
        if let (Some(key), Some(time)) = (deleted_key(event), event.time()) {
            self.deleted.insert(key.to_owned(), time);
        }
        self.stolen.add(signer(&self.grown.tree, event), event);
        let timezone = self.question.timezone;
        let found = self.rule_findings.add(event);
        let mut cells = Map::new();
        for column in &self.question.playbook.columns {
            cells.insert(column.name.clone(), cell(column, event, &found, timezone));
        }
        let time = || event.time().map(|time| time.to_string());
        let account = || event.account().map(str::to_owned);
        cells.entry("time").or_insert_with(|| time().into());
        cells.entry("account").or_insert_with(|| account().into());
        self.rows.push(Row {
            event_id: event.id().map(str::to_owned),
            time: event.time(),
            cells,
        });
        self.records.push(event.raw().to_owned());
    }

    fn add_related(&mut self, event: &Event) {
        if let Some(login) = crate::analysis::links::ConsoleLogin::read(event) {
            self.related.add_login(&login, event);
        } else {
            self.related.add(event);
        }
    }

    fn finish(self, accounts_read: &BTreeSet<String>) -> FoldResults {
        let is_comparable = self.rule_findings.is_comparable();
        let mut findings = self.rule_findings.finish();
        let mut changes = self
            .renderer
            .map(|renderer| renderer.finish(&mut findings))
            .unwrap_or_default();
        let asked = asked_instances(self.question);
        changes.retain(|change| {
            asked.is_empty() || change.target.as_ref().is_some_and(|id| asked.contains(&id))
        });
        let stolen = self.stolen.finish(&mut findings);
        let mut lineage = self.grown.tree.nodes.clone();
        for (node, usage) in lineage.iter_mut().zip(self.usage) {
            usage.describe(node);
            node.deleted_at = self.deleted.get(&node.id).copied();
            let key = node.access_key_id.as_ref();
            node.stolen = key.is_some_and(|key| stolen.contains(key));
        }
        let (denied, denials) = self.denied.finish();
        let mut findings = findings.finish();
        if self.question.playbook.tells_denials {
            findings.extend(denials);
        }
        findings::sort(&mut findings);
        let incident = self.question.incident;
        let incident = incident.or_else(|| findings::incident(&findings));
        let (related, forwarded) = self.related.finish();
        FoldResults {
            is_comparable,
            incident,
            forwarded,
            untimed: self.untimed,
            summary: self.summary.finish(incident),
            lineage,
            related,
            handoffs: self.handoffs.finish(accounts_read),
            denied,
            findings,
            changes,
            rows: self.rows,
            records: self.records,
        }
    }
}

/// The instances that were asked for: one call may be about others, too.
fn asked_instances<'q>(question: &'q Question<'_>) -> Vec<&'q String> {
    let parameters = question.playbook.parameters.iter();
    parameters
        .filter(|parameter| parameter.kind == ParameterType::InstanceId)
        .flat_map(|parameter| question.bindings.values(&parameter.name))
        .collect()
}

fn renderer(changes: ChangeKind) -> Renderer {
    Renderer::new(match changes {
        ChangeKind::SecurityGroupRules => {
            ChangeFold::SecurityGroups(security_groups::Fold::default())
        }
        ChangeKind::IamPolicies => ChangeFold::Iam(iam::Fold::default()),
        ChangeKind::InstanceStates => ChangeFold::Instances(instances::Fold::default()),
    })
}

/// The access key that `event` deleted; a deactivated one can be activated again.
fn deleted_key(event: &Event) -> Option<&str> {
    let is_deletion = event.is("iam.amazonaws.com", "DeleteAccessKey") && !event.failed();
    event.request(&["accessKeyId"]).filter(|_| is_deletion)
}

fn signer<'t>(tree: &'t Tree, event: &Event) -> Signer<'t> {
    let Some(key) = event.access_key_id() else {
        return Signer::Elsewhere;
    };
    match (tree.instances.get(key), tree.key(key)) {
        (Some(instance), _) => Signer::Instance(instance),
        (None, Some(node)) if let Some(function) = tree.function(node) => {
            Signer::Function(function)
        }
        (None, Some(node)) if tree.is_below_compute(node) => Signer::BelowCompute,
        _ => Signer::Elsewhere,
    }
}

/// The first of the column's paths that is present; several values are an array.
fn cell(column: &Column, event: &Event, found: &[Value], timezone: chrono_tz::Tz) -> Value {
    for path in &column.fields {
        match (path.as_str(), event.time()) {
            (RULES_COLUMN, _) => return found.into(),
            // however the record spells it
            ("eventTime", Some(time)) => return time.to_string().into(),
            _ => {}
        }
        let name = path.as_str().rsplit('.').next().unwrap_or_default();
        let mut values: Vec<Value> = values_of(event, path, timezone)
            .into_iter()
            .map(|value| redact::redacted(name, &value))
            .filter(|value| value.as_str() != Some(""))
            .collect();
        match values.len() {
            0 => {}
            1 => return values.remove(0),
            _ => return Value::Array(values),
        }
    }
    Value::Null
}
