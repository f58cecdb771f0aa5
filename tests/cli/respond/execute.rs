//! Carrying out plans, continuing them and taking them back, by the library on a test server that enforces policies.

use std::path::Path;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sts::config::SharedCredentialsProvider;
use tempfile::TempDir;
use trailhunt::aws::{Aws, ProfileChoice};
use trailhunt::report::response::{Phase, Progress, StepState};
use trailhunt::response::execute::{
    self, ExecutionOptions, ExecutionResult, Interrupt, ReadBackTiming,
};
use trailhunt::response::journal::ledger::Ledger;
use trailhunt::response::journal::{Journal, JournalFolder, JournalPlace};
use trailhunt::response::operator::Operator;
use trailhunt::response::plan::{Plan, PlanStep, Refusal, TargetValue};
use trailhunt::response::policies::revoked_before;
use trailhunt::response::slot::{ACTIVE, INACTIVE, Slot};
use trailhunt::response::undo::{self, UndoRequest};

use crate::support::gate::{Fault, Gate, Rule};
use crate::support::iam_account::{Account, Key};

/// A responder, and what it contains: a user's key, and a role.
struct Incident {
    account: Account,
    gate: Gate,
    operator: Operator,
    key: Key,
    role: String,
    folder: TempDir,
}

impl Incident {
    async fn new(name: &str) -> Option<Self> {
        let account = Account::enforcing()?;
        let gate = Gate::before(account.server);
        let responder = account.responder(&format!("{name}-responder")).await;
        let key = account.user(&format!("{name}-victim")).await;
        let role = format!("{name}-role");
        account.role_at("/", &role).await;
        let config: SdkConfig = account.server.config();
        let provider = SharedCredentialsProvider::new(responder.credentials.clone());
        let config = config
            .into_builder()
            .credentials_provider(provider)
            .endpoint_url(gate.url());
        let aws = Aws::new(config.build(), ProfileChoice::default());
        let operator = Operator::open(aws, None).await.unwrap();
        Some(Self {
            account,
            gate,
            operator,
            key,
            role,
            folder: TempDir::new().unwrap(),
        })
    }

    fn key_slot(&self) -> Slot {
        Slot::AccessKey {
            user: self.key.user.clone(),
            access_key_id: self.key.id.clone(),
        }
    }

    fn role_slot(&self) -> Slot {
        Slot::RolePolicy {
            role: self.role.clone(),
            policy: "AWSRevokeOlderSessions".to_owned(),
        }
    }

    /// Deactivates the key, and denies the role's sessions.
    fn plan(&self) -> Plan {
        let step = |phase, slot, to, before: Option<&str>| PlanStep {
            phase,
            slot,
            to,
            before: before.map(str::to_owned),
            why: "a test".to_owned(),
            refused: None,
        };
        let inactive = TargetValue::Value(Some(INACTIVE.to_owned()));
        Plan {
            command: vec!["contain".to_owned(), self.key.id.clone()],
            title: "contain".to_owned(),
            facts: Vec::new(),
            recent_use: None,
            steps: vec![
                step(Phase::Keys, self.key_slot(), inactive, Some(ACTIVE)),
                step(
                    Phase::Sessions,
                    self.role_slot(),
                    TargetValue::SessionDeny,
                    None,
                ),
            ],
            left_out: Vec::new(),
            handoffs: Vec::new(),
            notes: Vec::new(),
            still_open: Vec::new(),
            complete: true,
            undoes: None,
        }
    }

    fn journal(&self) -> std::path::PathBuf {
        self.folder.path().join("journal")
    }

    /// Keeps the key that seals the journals.
    fn state(&self) -> JournalFolder {
        JournalFolder::at(self.folder.path().join("state"))
    }

    fn place(&self, path: &Path) -> JournalPlace {
        JournalPlace {
            folder: self.state(),
            file: Some(path.to_owned()),
            copy: None,
        }
    }

    async fn undo(&self, path: &Path, force: bool) -> Plan {
        let request = UndoRequest {
            journal: Some(path.to_owned()),
            force,
            trust_journal: false,
        };
        let plan = undo::plan(&self.operator, &self.state(), &request).await;
        plan.unwrap()
    }

    async fn carry_out(&self, plan: &Plan, path: &Path) -> ExecutionResult {
        let mut journal = Journal::open(&self.place(path), &self.operator, plan).unwrap();
        let manner = ExecutionOptions {
            again_after: Duration::from_millis(50),
            reading_back: ReadBackTiming {
                pause: Duration::from_millis(20),
                limit: Duration::from_secs(5),
            },
            tell: &|_| {},
        };
        let interrupt = Interrupt::listen();
        execute::run(&self.operator, plan, &mut journal, &manner, interrupt).await
    }

    /// What a slot holds, as the account's own root sees it.
    async fn held(&self, slot: &Slot) -> Option<String> {
        slot.read(&self.account.slots()).await.unwrap()
    }
}

fn states(carried: &ExecutionResult) -> Vec<StepState> {
    carried
        .outcomes
        .iter()
        .map(|outcome| outcome.state)
        .collect()
}

#[tokio::test]
async fn what_was_done_is_taken_back_once_and_can_be_done_again() {
    let Some(incident) = Incident::new("take-back").await else {
        return;
    };
    let (plan, path) = (incident.plan(), incident.journal());
    let done = incident.carry_out(&plan, &path).await;
    assert_eq!(
        (done.state, done.can_be_undone),
        (Progress::Done, true),
        "{done:?}"
    );
    assert!(done.failure.is_none());
    assert_eq!(
        incident.held(&incident.key_slot()).await.as_deref(),
        Some(INACTIVE)
    );
    let deny = incident.held(&incident.role_slot()).await.unwrap();
    assert!(revoked_before(&deny).is_some());
    assert_eq!(
        incident.gate.calls_of("PutRolePolicy").len(),
        2,
        "put, and put again"
    );
    let account = &incident.operator.caller.account;
    assert!(
        incident
            .state()
            .when_contained(&incident.key.id, account, Some(&path))
            .unwrap()
            .is_some()
    );

    let early = incident.undo(&path, false).await;
    let [deny, key] = early.steps.as_slice() else {
        panic!("last change first: {early:?}");
    };
    assert_eq!(
        (&deny.slot, &key.slot),
        (&incident.role_slot(), &incident.key_slot())
    );
    assert!(matches!(deny.refused, Some(Refusal::Refused(_))));
    assert_eq!(key.refused, None);

    let back = incident.undo(&path, true).await;
    let (undone, redo) = (
        incident.folder.path().join("undo"),
        incident.folder.path().join("redo"),
    );
    assert_eq!(
        incident.carry_out(&back, &undone).await.state,
        Progress::Done
    );
    assert_eq!(
        incident.held(&incident.key_slot()).await.as_deref(),
        Some(ACTIVE)
    );
    assert_eq!(incident.held(&incident.role_slot()).await, None);

    let again = incident.undo(&path, true).await;
    assert_eq!((again.steps.len(), again.left_out.len()), (0, 2));
    let again = incident.undo(&undone, false).await;
    assert_eq!(
        incident.carry_out(&again, &redo).await.state,
        Progress::Done
    );
    assert_eq!(
        incident.held(&incident.key_slot()).await.as_deref(),
        Some(INACTIVE)
    );
    assert!(incident.held(&incident.role_slot()).await.is_some());
}

#[tokio::test]
async fn a_lost_answer_is_looked_up() {
    let Some(incident) = Incident::new("lost-answer").await else {
        return;
    };
    incident
        .gate
        .rule(Rule::on("UpdateAccessKey", Fault::LoseAnswer));
    let done = incident
        .carry_out(&incident.plan(), &incident.journal())
        .await;
    assert_eq!(done.state, Progress::Done, "{done:?}");
    assert!(
        done.outcomes[0]
            .reason
            .as_ref()
            .unwrap()
            .contains("reads as set")
    );
    let told = std::fs::read_to_string(incident.journal()).unwrap();
    assert!(told.contains("\"unknown\":true"), "{told}");
}

#[tokio::test]
async fn sessions_wait_for_a_key_that_could_not_be_deactivated() {
    let Some(incident) = Incident::new("waiting").await else {
        return;
    };
    incident
        .gate
        .rule(Rule::on("UpdateAccessKey", Fault::DENY).times(1));
    let failed = incident
        .carry_out(&incident.plan(), &incident.journal())
        .await;
    assert_eq!(states(&failed), [StepState::Failed, StepState::Waiting]);
    assert_eq!(
        (failed.state, failed.can_be_undone),
        (Progress::Failed, false)
    );
    assert!(incident.gate.calls_of("PutRolePolicy").is_empty());
    // the same command goes on
    let done = incident
        .carry_out(&incident.plan(), &incident.journal())
        .await;
    assert_eq!(
        (done.state, done.can_be_undone),
        (Progress::Done, true),
        "{done:?}"
    );
}

#[tokio::test]
async fn what_a_crash_left_untold_is_found() {
    let Some(incident) = Incident::new("crash").await else {
        return;
    };
    let (plan, path, slot) = (incident.plan(), incident.journal(), incident.key_slot());
    let (active, inactive) = (Some(ACTIVE.to_owned()), Some(INACTIVE.to_owned()));
    let mut journal = Journal::open(&incident.place(&path), &incident.operator, &plan).unwrap();
    journal.record_intent(1, &slot, &active, &inactive).unwrap();
    slot.set(&incident.operator.slots, &inactive).await.unwrap();
    drop(journal);

    let done = incident.carry_out(&plan, &path).await;
    assert_eq!(
        states(&done),
        [StepState::Already, StepState::Done],
        "{done:?}"
    );
    assert_eq!(done.state, Progress::Done);
    let ledger = Ledger::of(&incident.state().read(&path).unwrap().log);
    assert_eq!(ledger.record(&slot).unwrap().previous, active);
    assert_eq!(incident.gate.calls_of("UpdateAccessKey").len(), 1);
}

#[tokio::test]
async fn what_somebody_changed_meanwhile_is_left() {
    let Some(incident) = Incident::new("meanwhile").await else {
        return;
    };
    let theirs = Some(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#.to_owned());
    incident
        .role_slot()
        .set(&incident.account.slots(), &theirs)
        .await
        .unwrap();
    let carried = incident
        .carry_out(&incident.plan(), &incident.journal())
        .await;
    assert_eq!(states(&carried), [StepState::Done, StepState::Changed]);
    assert_eq!(carried.state, Progress::Partial);
    assert!(incident.gate.calls_of("PutRolePolicy").is_empty());
}
