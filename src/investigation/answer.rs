//! Folds what was gathered into the report. Where it came from makes no difference here, which is why the same
//! question gets the same answer from every source.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, Hasher, RandomState};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::gather::{Gathered, Grown};
use super::rules::{Rules, Standing};
use super::verdicts::Verdicts;
use super::{Place, Question, next, visibility};
use crate::analysis::changes::{Renderer, iam, instances, security_groups};
use crate::analysis::findings;
use crate::analysis::lineage::Tree;
use crate::analysis::stolen::Signer;
use crate::analysis::usage::Usage;
use crate::analysis::{denied, handoffs, related, stolen, summary};
use crate::clock;
use crate::detection::{Attribute, values_of};
use crate::event::{Event, redact, services};
use crate::playbook::{Changes, Column, RULES_COLUMN};
use crate::report::{
    Caller, Coverage, Handoff, Node, NotVisible, Report, Row, SCHEMA_VERSION, State, Subject, Tool,
};

/// What the source knows, beside the events.
#[derive(Debug)]
pub struct Circumstances {
    pub source: &'static str,
    pub caller: Option<Caller>,
    pub coverage: Vec<Coverage>,
    pub not_visible: Vec<NotVisible>,
    pub subjects: Vec<Subject>,
    /// Accounts that were read whole: no hand-off leads there.
    pub accounts_read: BTreeSet<String>,
}

/// Everything that is folded over the events of the answer.
struct Folds<'a> {
    question: &'a Question<'a>,
    rules: &'a Rules<'a>,
    grown: &'a Grown,
    gathered_principals: &'a BTreeSet<String>,
    usage: Vec<Usage>,
    /// Keys that the lineage deleted again, and when.
    deleted: HashMap<String, DateTime<Utc>>,
    summary: summary::Fold,
    denied: denied::Fold,
    handoffs: handoffs::Fold,
    stolen: stolen::Fold,
    related: related::Fold,
    verdicts: Verdicts<'a>,
    renderer: Option<Renderer>,
    rows: Vec<Row>,
    records: Vec<String>,
}

/// The report on `question`.
pub fn report(
    question: &Question<'_>,
    rules: &Rules<'_>,
    mut gathered: Gathered,
    grown: &Grown,
    mut circumstances: Circumstances,
) -> Report {
    let verdicts = Verdicts::new(question, rules, grown, &mut gathered);
    let Gathered {
        kept, principals, ..
    } = gathered;
    circumstances
        .not_visible
        .extend(unseen(question, verdicts.is_comparable()));
    let mut folds = Folds::new(question, rules, grown, &principals, verdicts);
    for (event, word) in kept.into_sorted() {
        folds.add(&event, &word);
    }
    let Folds {
        usage,
        deleted,
        summary,
        denied,
        handoffs,
        stolen,
        related,
        verdicts,
        renderer,
        rows,
        records,
        ..
    } = folds;
    let mut findings = verdicts.finish();
    let changes = renderer
        .map(|renderer| renderer.finish(&mut findings))
        .unwrap_or_default();
    let mut lineage = grown.tree.nodes.clone();
    for (node, usage) in lineage.iter_mut().zip(usage) {
        usage.describe(node);
        node.deleted_at = deleted.get(&node.id).copied();
    }
    stolen.finish(&mut findings);
    let (denied, denials) = denied.finish();
    let mut findings = findings.finish();
    findings.extend(denials);
    findings::sort(&mut findings);
    let incident = question.incident.or_else(|| findings::incident(&findings));
    let (related, forwarded) = related.finish();
    let handoffs = handoffs.finish(&circumstances.accounts_read);
    circumstances
        .not_visible
        .extend(hidden(&handoffs, forwarded, grown));
    let summary = summary.finish(incident);
    if let Some(incident) =
        incident.filter(|_| rules.key_variable.is_some() && !summary.has_baseline())
    {
        circumstances
            .not_visible
            .push(visibility::of_baseline(incident));
    }
    if let Some(limit) = &grown.limit {
        let entry = Coverage::of(circumstances.source, State::Truncated, question.window);
        let reason = format!("{limit}: there may be more");
        circumstances.coverage.push(entry.missing(reason));
    }
    let subjects = subjects(rules, &circumstances.subjects, &lineage);
    let next = next::steps(
        question,
        &subjects,
        &lineage,
        &related,
        &circumstances.coverage,
        &summary,
    );
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        run_id: run_id(),
        generated_at: clock::wall(),
        caller: circumstances.caller,
        playbook: question.playbook.id.clone(),
        title: question.playbook.title.clone(),
        parameters: question.parameters.clone(),
        window: question.window,
        regions: question.regions.clone(),
        complete: !circumstances.coverage.iter().any(|part| part.gap),
        coverage: circumstances.coverage,
        not_visible: circumstances.not_visible,
        subjects,
        summary,
        lineage,
        related,
        handoffs,
        denied,
        findings,
        changes,
        next,
        renders_changes: question.playbook.changes.is_some(),
        events: rows,
        columns: question
            .playbook
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect(),
        records,
    }
}

/// What the events themselves show to be out of sight.
fn hidden(handoffs: &[Handoff], forwarded: u64, grown: &Grown) -> Vec<NotVisible> {
    let accounts: BTreeSet<String> = handoffs
        .iter()
        .map(|handoff| handoff.account.clone())
        .collect();
    let accounts: Vec<String> = accounts.into_iter().collect();
    [
        visibility::of_accounts(&accounts),
        visibility::of_forwarded(forwarded),
        visibility::of_sign_ins(grown.tree.untraceable_sign_ins.len()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl<'a> Folds<'a> {
    fn new(
        question: &'a Question<'a>,
        rules: &'a Rules<'a>,
        grown: &'a Grown,
        principals: &'a BTreeSet<String>,
        verdicts: Verdicts<'a>,
    ) -> Self {
        Self {
            question,
            rules,
            grown,
            gathered_principals: principals,
            usage: grown.tree.nodes.iter().map(|_| Usage::default()).collect(),
            deleted: HashMap::new(),
            summary: summary::Fold::default(),
            denied: denied::Fold::default(),
            handoffs: handoffs::Fold::default(),
            stolen: stolen::Fold::default(),
            related: related::Fold::default(),
            verdicts,
            renderer: question.playbook.changes.map(renderer),
            rows: Vec::new(),
            records: Vec::new(),
        }
    }

    fn add(&mut self, event: &Event, word: &[Attribute]) {
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
        let standing = match login {
            Some(_) => Some(Standing::Answer),
            None => self.rules.standing(event, &self.grown.bindings, word),
        };
        if standing.is_some() && self.question.place(event) == Place::Inside {
            self.verdicts.watch(event);
        }
        if let (Some(renderer), Some(standing)) = (&mut self.renderer, standing) {
            renderer.add(event, standing == Standing::Answer);
        }
        if standing == Some(Standing::Answer) {
            if let Some(usage) = node.and_then(|node| self.usage.get_mut(node)) {
                usage.add(event);
            }
            self.add_to_answer(event);
        } else if is_theirs && standing.is_none() {
            self.add_related(event);
        }
    }

    fn add_to_answer(&mut self, event: &Event) {
        self.summary.add(event);
        self.denied.add(event);
        self.handoffs.add(event);
        if let (Some(key), Some(time)) = (deleted_key(event), event.time()) {
            self.deleted.insert(key.to_owned(), time);
        }
        self.stolen.add(signer(&self.grown.tree, event), event);
        let timezone = self.question.timezone;
        let found = self.verdicts.add(event);
        let mut cells = Map::new();
        for column in &self.question.playbook.columns {
            cells.insert(column.name.clone(), cell(column, event, &found, timezone));
        }
        if !cells.contains_key("time") {
            let time = event.time().map(crate::report::rfc3339);
            cells.insert("time".to_owned(), time.map_or(Value::Null, Value::String));
        }
        self.rows.push(Row {
            event_id: event.id().map(str::to_owned),
            time: event.time(),
            cells,
        });
        self.records.push(event.raw().to_owned());
    }

    fn add_related(&mut self, event: &Event) {
        if let Some(login) = crate::analysis::links::Login::read(event) {
            self.related.add_login(&login, event);
        } else {
            self.related.add(event);
        }
    }
}

/// What the playbook says that no record shows, and what cannot be called new.
fn unseen(question: &Question<'_>, is_comparable: bool) -> Vec<NotVisible> {
    let mut unseen = question.playbook.blind_spots.clone();
    if question.playbook.has_baseline && !is_comparable {
        unseen.push(visibility::of_window_before(question.window.since));
    }
    unseen
}

fn renderer(changes: Changes) -> Renderer {
    match changes {
        Changes::SecurityGroupRules => Renderer::SecurityGroups(security_groups::Fold::default()),
        Changes::IamPolicies => Renderer::Iam(iam::Fold::default()),
        Changes::InstanceStates => Renderer::Instances(instances::Fold::default()),
    }
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
        (None, Some(node)) if tree.is_below_compute(node) => Signer::BelowCompute,
        _ => Signer::Elsewhere,
    }
}

/// The first of the column's paths that is present; several values are an array.
fn cell(column: &Column, event: &Event, found: &[Value], timezone: chrono_tz::Tz) -> Value {
    for path in &column.fields {
        if path.as_str() == RULES_COLUMN {
            return found.into();
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

/// What is known of each traced key: IAM's word first, then the records', then the id itself.
fn subjects(rules: &Rules<'_>, known: &[Subject], lineage: &[Node]) -> Vec<Subject> {
    let mut subjects = Vec::new();
    for key in rules.subjects() {
        let mut subject = known
            .iter()
            .find(|subject| subject.access_key_id == *key)
            .cloned()
            .unwrap_or_else(|| Subject {
                access_key_id: key.clone(),
                ..Subject::default()
            });
        let node = lineage
            .iter()
            .find(|node| node.id == *key && node.events > 0);
        if let Some(node) = node {
            subject.account = subject.account.or_else(|| node.account.clone());
            subject.principal = node.principal.clone().or(subject.principal);
            subject.known_from = subject.known_from.or(Some("record"));
        } else if subject.account.is_none() {
            subject.account = services::account_hint(key);
            subject.known_from = subject.account.as_ref().map(|_| "key id");
        }
        subjects.push(subject);
    }
    subjects
}

/// A name for this run, unlike any other: the standard library's hasher is keyed at random.
fn run_id() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}
