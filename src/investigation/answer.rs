//! The report, from what was gathered and what the source knows besides. Where events came from makes no difference
//! to what [`super::folds`] make of them, which is why the same question gets the same answer from every source.

use std::collections::{BTreeSet, HashSet};

use serde_json::json;

use super::folds::{self, FoldResults};
use super::gather::{GatheredFacts, GrownLineage};
use super::prepared::PreparedPlaybook;
use super::{Question, next, visibility};
use crate::clock;
use crate::event::{arn, services};
use crate::report::{
    Caller, Coverage, Envelope, Handoff, Node, NotVisible, Report, SCHEMA_VERSION, State, Subject,
    run_id_of,
};

/// What the source knows, beside the events.
#[derive(Debug)]
pub struct SourceFacts {
    pub source: &'static str,
    pub caller: Option<Caller>,
    pub coverage: Vec<Coverage>,
    pub not_visible: Vec<NotVisible>,
    pub subjects: Vec<Subject>,
    /// Accounts that were read whole: no hand-off leads there.
    pub accounts_read: BTreeSet<String>,
}

/// The report on `question`.
pub fn report(
    question: &Question<'_>,
    prepared: &PreparedPlaybook<'_>,
    gathered: GatheredFacts,
    grown: &GrownLineage,
    mut circumstances: SourceFacts,
) -> Report {
    let FoldResults {
        is_comparable,
        incident,
        forwarded,
        untimed,
        summary,
        lineage,
        related,
        handoffs,
        denied,
        findings,
        changes,
        rows,
        records,
    } = folds::fold_answer(
        question,
        prepared,
        gathered,
        grown,
        &circumstances.accounts_read,
    );
    let not_visible = &mut circumstances.not_visible;
    not_visible.extend(unseen(question, is_comparable, &circumstances.coverage));
    not_visible.extend(foreign(question, &circumstances.accounts_read));
    not_visible.extend(hidden(&handoffs, forwarded, grown));
    let doubts = question.misspelt(circumstances.source == "history");
    not_visible.extend(doubts.into_iter().map(visibility::of_spelling));
    not_visible.extend(visibility::of_untimed(untimed));
    let mut ids = HashSet::new();
    let shared = rows.iter().filter_map(|row| row.event_id.as_deref());
    let shared = shared.filter(|id| !ids.insert(*id)).count();
    not_visible.extend(visibility::of_shared_ids(shared as u64));
    if let Some(incident) =
        incident.filter(|_| prepared.key_variable.is_some() && !summary.has_baseline())
    {
        not_visible.push(visibility::of_baseline(incident));
    }
    if let Some(limit) = &grown.limit {
        let entry = Coverage::of(circumstances.source, State::Truncated, question.window);
        let reason = format!("{limit}: there may be more");
        circumstances.coverage.push(entry.missing(reason));
    }
    let subjects = subjects(prepared, &circumstances.subjects, &lineage);
    let next = next::steps(
        question,
        &subjects,
        &lineage,
        &related,
        &circumstances.coverage,
        &summary,
    );
    Report {
        envelope: envelope(question, &records),
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
        users: grown.tree.users_made(),
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

/// ARNs that were asked about, of accounts whose records were not read: what has the same name here was found instead.
fn foreign(question: &Question<'_>, accounts_read: &BTreeSet<String>) -> Vec<NotVisible> {
    let parameters = question.playbook.parameters.iter();
    let values = parameters.flat_map(|parameter| question.bindings.values(&parameter.name));
    values
        .filter_map(|value| {
            let account = arn::account(value)?;
            let is_elsewhere = services::is_account_id(account) && !accounts_read.contains(account);
            is_elsewhere.then(|| visibility::of_foreign(value, account))
        })
        .collect()
}

/// What the events themselves show to be out of sight.
fn hidden(handoffs: &[Handoff], forwarded: u64, grown: &GrownLineage) -> Vec<NotVisible> {
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

/// What the playbook says that no record shows, and what cannot be called new.
fn unseen(question: &Question<'_>, is_comparable: bool, coverage: &[Coverage]) -> Vec<NotVisible> {
    let mut unseen = question.playbook.blind_spots.clone();
    if !question.playbook.has_baseline {
        return unseen;
    }
    if is_comparable {
        let (window, baseline) = (question.window, question.baseline);
        unseen.extend(visibility::of_short_window_before(window, baseline));
        if coverage.iter().any(|part| part.gap) {
            unseen.push(visibility::of_gaps_before());
        }
    } else {
        unseen.push(visibility::of_window_before(question.window.since));
    }
    unseen
}

/// What is known of each traced key: IAM's word first, then the records', then the id itself.
fn subjects(prepared: &PreparedPlaybook<'_>, known: &[Subject], lineage: &[Node]) -> Vec<Subject> {
    let mut subjects = Vec::new();
    for key in prepared.subjects() {
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
            subject.known_from = subject.known_from.or(Some("record".into()));
        } else if subject.account.is_none() {
            subject.account = services::account_hint(key);
            subject.known_from = subject.account.as_ref().map(|_| "key id".into());
        }
        subjects.push(subject);
    }
    subjects
}

/// Where `TRAILHUNT_NOW` is set, the time and the id of the run follow from what was asked and found, so that the same
/// report can be made again.
fn envelope(question: &Question<'_>, evidence: &[String]) -> Envelope {
    let mut envelope = Envelope::new(SCHEMA_VERSION);
    // what is no time was refused at start
    if let Ok(Some(now)) = clock::fixed_now() {
        let asked = json!([
            question.playbook.id,
            question.parameters,
            question.regions,
            question.window,
        ]);
        let parts = [asked.to_string()];
        let parts = parts.iter().chain(evidence).map(String::as_bytes);
        envelope.run_id = run_id_of(parts);
        envelope.generated_at = now;
    }
    envelope
}
