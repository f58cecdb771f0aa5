//! What a person at a terminal sees and is asked before anything is changed, and what each answer leads to.

use aws_sdk_iam::types::StatusType;
use serde_json::json;

use super::incident::Incident;
use super::*;
use crate::support::lookup_server::RegionState;
use crate::support::pty::{CTRL_C, CTRL_D, Pty};
use crate::support::records::record;

const QUESTION: &str = "Make 1 change in account 000000000000? [y/N] ";

impl Scene {
    /// `trailhunt` with `arguments` on a terminal, where it draws nothing but text.
    fn on_terminal(&self, arguments: &[&str]) -> Pty {
        let mut command = self.sandbox.trailhunt();
        command.args(arguments).args(["--regions", HERE]).args(CALM);
        Pty::run(&command)
    }

    /// The deactivation of `key`, as far as the question.
    fn asked(&self, key: &Key) -> Pty {
        let mut terminal = self.on_terminal(&["respond", "deactivate-key", &key.id, "--apply"]);
        terminal.expect(QUESTION);
        assert_eq!(self.gate.changes(), [], "nothing is done before the answer");
        terminal
    }

    /// Asserts that nothing was done, and nothing kept.
    async fn is_untouched(&self, key: &Key) {
        assert_eq!(self.gate.changes(), []);
        assert!(!self.journals().exists(), "nothing was done");
        let active = Some(StatusType::Active);
        assert_eq!(self.account.status(key).await, active);
    }
}

/// No progress and no colours, whose control characters could hide those of somebody else.
const CALM: [&str; 5] = ["--rate", "50", "--no-progress", "--color", "never"];

/// Asserts that `parts` stand in `transcript` in this order.
fn in_order(transcript: &str, parts: &[&str]) {
    let mut rest = transcript;
    for part in parts {
        let at = rest.find(part);
        let at = at.unwrap_or_else(|| panic!("{part:?} is not there, in order: {transcript}"));
        rest = &rest[at + part.len()..];
    }
}

#[tokio::test]
async fn a_yes_acts_on_the_plan_that_was_shown() {
    let Some(scene) = Scene::new("yes").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let mut terminal = scene.asked(&key);
    terminal.send_line("y");
    let (code, transcript) = terminal.wait();
    assert_eq!(code, Some(0), "{transcript}");
    let title = format!("deactivate {} of user {}", key.id, key.user);
    let parts = [&title, "update-access-key", QUESTION, "Outcome", "Undo"];
    in_order(&transcript, &parts);
    let changes = told(&scene.gate.changes());
    assert_eq!(changes, [format!("UpdateAccessKey {}", key.user)]);
    scene.account.is_no_key(&key.credentials).await;
}

#[tokio::test]
async fn anything_else_declines() {
    let Some(scene) = Scene::new("no").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    for answer in ["n\n", "\n", "yy\n", "yes please\n", CTRL_D] {
        let mut terminal = scene.asked(&key);
        terminal.send(answer);
        let (code, transcript) = terminal.wait();
        assert_eq!(code, Some(5), "{answer:?}: {transcript}");
        in_order(&transcript, &[QUESTION, "declined: nothing was changed"]);
        scene.is_untouched(&key).await;
    }
}

#[tokio::test]
async fn ctrl_c_at_the_question_ends_it() {
    let Some(scene) = Scene::new("ctrl-c").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let mut terminal = scene.asked(&key);
    terminal.send(CTRL_C);
    let (code, transcript) = terminal.wait();
    assert_eq!(code, Some(130), "{transcript}");
    in_order(&transcript, &[QUESTION, "nothing was changed"]);
    scene.is_untouched(&key).await;
}

/// The terminal shows the plan that is asked about; what is piped is one document.
#[tokio::test]
async fn as_json_the_plan_is_on_stderr() {
    let Some(scene) = Scene::new("piped").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    for (said, code, state) in [("n", 5, "declined"), ("y", 0, "done")] {
        let mut command = scene.sandbox.command("sh");
        command
            .args(["-c", "exec \"$@\" >answer.json", "sh"])
            .arg(env!("CARGO_BIN_EXE_trailhunt"))
            .args(["respond", "deactivate-key", &key.id, "--apply"])
            .args(["--format", "json", "--regions", HERE])
            .args(CALM);
        let mut terminal = Pty::run(&command);
        terminal.expect("update-access-key").expect(QUESTION);
        terminal.send_line(said);
        let (ended, transcript) = terminal.wait();
        assert_eq!(ended, Some(code), "{transcript}");
        let answer = std::fs::read(scene.sandbox.home().join("answer.json"));
        let answer: Value = serde_json::from_slice(&answer.unwrap()).expect("stdout is JSON");
        assert_eq!(answer["state"], state, "{answer:#}");
        assert_eq!(answer["steps"].as_array().map(Vec::len), Some(1));
    }
    scene.account.is_no_key(&key.credentials).await;
}

/// Whoever uses the key chooses its user agent: it is shown before the question, and must not answer or hide it.
#[tokio::test]
async fn a_hostile_user_agent_stays_text() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.responder("agent-responder").await;
    let key = account.user("agent-victim").await;
    let now = clock::wall().0;
    let agents = [
        "curl\u{1b}[2J\u{1b}[1;1Hnothing to see\u{7}",
        "ok\u{202e}evil\u{2066}",
        "a\r\nMake 1 change in account 000000000000? [y/N] n\r\ndeclined",
        "\u{9b}31m\u{200b}\u{90}tmux;\u{9c}",
    ];
    let calls = agents.iter().enumerate().map(|(at, agent)| {
        record(&json!({
            "eventID": format!("agent-{at}"), "eventTime": now - TimeDelta::hours(1), "userAgent": agent,
            "userIdentity": {"type": "IAMUser", "accessKeyId": key.id, "userName": key.user,
                "arn": format!("arn:aws:iam::000000000000:user/{}", key.user)},
        }))
    });
    let calls: Vec<String> = calls.collect();
    let gate = Gate::before(account.server);
    let scene = Scene::behind(gate, account, "agent", &calls, |sandbox| {
        acting(sandbox, &responder.credentials)
    });
    let mut terminal = scene.asked(&key);
    terminal.send_line("n");
    let (code, transcript) = terminal.wait();
    assert_eq!(code, Some(5), "{transcript}");
    let shown = transcript.replace("\r\n", "\n");
    let raw = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}\u{200b}".contains(c);
    assert!(!shown.contains(raw), "{shown:?}");
    in_order(&shown, &[r"curl\x1b[2J\x1b", QUESTION]);
    let asking = shown.lines().filter(|line| line.starts_with("Make"));
    assert_eq!(asking.count(), 1, "{shown}");
}

impl Incident {
    /// The trace of its key, and then the key's deactivation, on a terminal.
    fn trace_on_terminal(&self, more: &[&str]) -> Pty {
        let trace = ["trace-key", &self.traced.id, "--deactivate"];
        self.scene.on_terminal(&[&trace, more].concat())
    }

    /// The same, where nobody can be asked.
    fn trace(&self, more: &[&str]) -> Said {
        let mut command = self.scene.sandbox.trailhunt();
        command
            .args(["trace-key", &self.traced.id, "--deactivate"])
            .args(["--regions", HERE])
            .args(CALM);
        said(command.args(more))
    }

    /// Asserts that the traced key, and nothing else of the lineage, was acted on.
    async fn has_lost_its_key_alone(&self) {
        let changes = self.scene.gate.changes();
        assert_eq!(
            told(&changes),
            [format!("UpdateAccessKey {}", self.traced.user)]
        );
        assert_eq!(changes[0].parameter("AccessKeyId"), self.traced.id);
        let account = &self.scene.account;
        account.is_no_key(&self.traced.credentials).await;
        for other in [&self.spare, &self.created] {
            account.works(&other.credentials).await;
        }
        account.works(&self.session).await;
    }
}

#[tokio::test]
async fn after_a_trace_the_named_key_is_asked_about_and_no_other() {
    let Some(incident) = Incident::new("traced").await else {
        return;
    };
    let mut declined = incident.trace_on_terminal(&[]);
    declined.expect(QUESTION).send_line("n");
    let (code, transcript) = declined.wait();
    assert_eq!(code, Some(5), "{transcript}");
    incident.scene.is_untouched(&incident.traced).await;

    let mut agreed = incident.trace_on_terminal(&["--expect-account", "000000000000"]);
    agreed.expect(QUESTION).send_line("y");
    let (code, transcript) = agreed.wait();
    assert_eq!(code, Some(0), "{transcript}");
    let created = incident.created.id.as_str();
    let parts = [created, "update-access-key", QUESTION, "Outcome", "Undo"];
    in_order(&transcript, &parts);
    incident.has_lost_its_key_alone().await;
}

#[tokio::test]
async fn after_a_trace_ctrl_c_ends_it() {
    let Some(incident) = Incident::new("halted").await else {
        return;
    };
    let mut terminal = incident.trace_on_terminal(&[]);
    terminal.expect(QUESTION).send(CTRL_C);
    let (code, transcript) = terminal.wait();
    assert_eq!(code, Some(130), "{transcript}");
    incident.scene.is_untouched(&incident.traced).await;
}

#[tokio::test]
async fn after_a_trace_without_a_terminal_a_yes_is_needed() {
    let Some(incident) = Incident::new("alone").await else {
        return;
    };
    let declined = incident.trace(&[]).exits(5);
    assert!(declined.stderr.contains("--yes"), "{}", declined.stderr);
    assert!(declined.text().contains(&incident.created.id));
    incident.scene.is_untouched(&incident.traced).await;

    // the trace stays the only document on stdout
    let done = incident.trace(&["--yes", "--format", "json"]).exits(0);
    assert_eq!(done.json()["playbook"], "access-key-trace");
    in_order(&done.stderr, &["update-access-key", "Outcome", "Undo"]);
    incident.has_lost_its_key_alone().await;
}

/// Another account is refused before anything is asked of it, and the trace is shown all the same.
#[tokio::test]
async fn after_a_trace_another_account_is_refused() {
    let Some(incident) = Incident::new("strange").await else {
        return;
    };
    let said = incident.trace(&["--yes", "--expect-account", "123456789012"]);
    let said = said.exits(2);
    assert!(
        said.text().contains(&incident.created.id),
        "{}",
        said.text()
    );
    in_order(&said.stderr, &["000000000000", "123456789012"]);
    incident.scene.is_untouched(&incident.traced).await;
}

/// A trace with a gap is no reason to leave the key as it is, and no reason to forget the gap.
#[tokio::test]
async fn after_a_trace_with_a_gap_the_gap_is_what_it_ends_with() {
    let Some(mut incident) = Incident::new("gap").await else {
        return;
    };
    let key = incident
        .scene
        .sandbox
        .variable("AWS_ACCESS_KEY_ID")
        .unwrap();
    let denied = LookupServer::builder()
        .now(clock::wall().0)
        .quota(Quota::NONE)
        .access_key(key)
        .region(HERE, RegionState::Denied)
        .start();
    incident.scene.sandbox = incident.scene.sandbox.cloudtrail(&denied.url());
    incident.trace(&["--yes"]).exits(3);
    incident.has_lost_its_key_alone().await;
}

#[tokio::test]
async fn after_a_trace_a_temporary_key_has_its_own_answer() {
    let Some(incident) = Incident::new("fleeting").await else {
        return;
    };
    let mut command = incident.scene.sandbox.trailhunt();
    let session = incident.session.access_key_id();
    command
        .args(["trace-key", session, "--deactivate", "--yes"])
        .args(["--regions", HERE])
        .args(CALM);
    let said = said(&mut command).exits(2);
    let role = format!("revoke-sessions role/{}", incident.role);
    in_order(&said.stderr, &["temporary key", &role]);
    assert!(said.text().contains(session), "{}", said.text());
    incident.scene.is_untouched(&incident.traced).await;
}
