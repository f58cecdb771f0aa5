//! Journals: made, gone on with, cut off, damaged, and folded.

use chrono::TimeDelta;
use std::fs::{self, OpenOptions};
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use tempfile::TempDir;

use super::entry::{JournalEntry, JournalLog, RunEntry};
use super::ledger::{LastCall, Ledger};
use super::*;
use crate::event::time::Time;
use crate::response::policies::{REVOKE_OLDER_SESSIONS, session_deny};
use crate::response::slot::{ACTIVE, INACTIVE};

const KEY: &str = "AKIAEXAMPLE000000001";

/// Keeps the key of journals that stand elsewhere.
static STATE: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().unwrap());

fn at_path(path: &Path) -> JournalPlace {
    JournalPlace {
        folder: JournalFolder::at(STATE.path()),
        file: Some(path.to_owned()),
        copy: None,
    }
}

fn within(folder: &Path) -> JournalPlace {
    JournalPlace {
        folder: JournalFolder::at(folder),
        file: None,
        copy: None,
    }
}

fn open_at(path: &Path, run: RunEntry) -> Result<Journal, Failure> {
    Journal::open_for(&at_path(path), run)
}

fn open_in(folder: &Path, run: RunEntry) -> Result<Journal, Failure> {
    Journal::open_for(&within(folder), run)
}

fn stored(path: &Path) -> Result<StoredJournal, Failure> {
    JournalFolder::at(STATE.path()).read(path)
}

/// The journal in `path`, which is as it was written.
fn read(path: &Path) -> Result<JournalLog, Failure> {
    stored(path).map(|found| {
        assert_eq!(found.doubts, [""; 0]);
        found.log
    })
}

fn at(time: &str) -> Time {
    format!("2026-11-22T{time}Z").parse().unwrap()
}

fn run(word: &str) -> RunEntry {
    RunEntry {
        journal: entry::VERSION,
        run_id: run_id(),
        at: at("09:30:00"),
        tool_version: "0.1.0".into(),
        command: vec![word.into(), KEY.into()],
        account: "123456789012".into(),
        caller: "arn:aws:iam::123456789012:user/responder".into(),
        access_key_id: "AKIAEXAMPLE000000009".into(),
        undoes: None,
    }
}

fn key() -> Slot {
    Slot::AccessKey {
        user: "ci-deploy".into(),
        access_key_id: KEY.into(),
    }
}

fn policy() -> Slot {
    Slot::RolePolicy {
        role: "ops".into(),
        policy: REVOKE_OLDER_SESSIONS.into(),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a value may be absent")]
fn text(text: &str) -> SlotValue {
    Some(text.to_owned())
}

fn denied(code: Option<&str>) -> CallError {
    CallError {
        code: code.map(str::to_owned),
        message: "no".into(),
        ..CallError::default()
    }
}

fn intended(step: usize, slot: Slot, previous: SlotValue, to: SlotValue) -> JournalEntry {
    JournalEntry::Intended(IntendedCall {
        run_id: "r".into(),
        step,
        at: at("10:00:00"),
        call: slot.call(&to),
        slot,
        previous,
        to,
    })
}

fn done(step: usize, time: &str) -> JournalEntry {
    JournalEntry::Done {
        step,
        at: at(time),
        request_id: None,
    }
}

fn failed(step: usize, unknown: bool) -> JournalEntry {
    JournalEntry::Failed {
        step,
        at: at("10:00:01"),
        request_id: None,
        error: denied(None),
        unknown,
    }
}

/// The bytes of a journal, one line an entry.
fn bytes(entries: &[JournalEntry]) -> Vec<u8> {
    let lines = entries
        .iter()
        .map(|entry| serde_json::to_string(entry).unwrap() + "\n");
    lines.collect::<String>().into_bytes()
}

fn ledger(entries: &[JournalEntry]) -> Ledger {
    let all = [&[JournalEntry::Run(run("contain"))], entries].concat();
    let log = JournalLog::parse(&bytes(&all)).unwrap();
    assert_eq!(log.entries, all, "entries come back as they were written");
    Ledger::of(&log)
}

fn in_state(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("state/trailhunt")
}

#[test]
fn a_journal_is_on_disk_before_anything_is_called() {
    let home = TempDir::new().unwrap();
    let mut journal = open_in(&in_state(&home), run("deactivate-key")).unwrap();
    let path = journal.path().to_owned();
    let name = path.file_name().unwrap().to_str().unwrap();
    assert!(
        name.starts_with("20261122T093000Z-deactivate-key-"),
        "{name}"
    );
    assert!(matches!(
        read_anyway(&path).entries.as_slice(),
        [JournalEntry::Run(_)]
    ));
    journal
        .record_intent(1, &key(), &text(ACTIVE), &text(INACTIVE))
        .unwrap();
    assert!(matches!(
        read_anyway(&path).entries.last(),
        Some(JournalEntry::Intended(_))
    ));
    journal
        .record_answer(1, at("10:00:00"), &Ok(text("request-1")))
        .unwrap();
    journal.record_confirmation(1).unwrap();
    journal.record_end(Progress::Done).unwrap();
    let log = read_anyway(&path);
    assert_eq!((log.entries.len(), log.state()), (5, Some(Progress::Done)));
    assert_eq!(Ledger::of(&log), *journal.ledger());
    drop(journal);
    let found = JournalFolder::at(in_state(&home)).read(&path).unwrap();
    assert_eq!((found.log, found.doubts), (log, Vec::new()));
}

fn read_anyway(path: &Path) -> JournalLog {
    JournalLog::parse(&fs::read(path).unwrap()).unwrap()
}

#[cfg(unix)]
#[test]
fn journals_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let home = TempDir::new().unwrap();
    let journal = open_in(&in_state(&home), run("contain")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(journal.path()), 0o600);
    assert_eq!(mode(&in_state(&home)), 0o700);
}

#[test]
fn what_did_not_end_is_gone_on_with() {
    let home = TempDir::new().unwrap();
    let folder = in_state(&home);
    let first = open_in(&folder, run("contain")).unwrap().path().to_owned();
    let other = open_in(&folder, run("quarantine")).unwrap();
    assert_ne!(
        other.path(),
        first,
        "another command has a journal of its own"
    );
    let foreign = RunEntry {
        account: "210987654321".into(),
        ..run("contain")
    };
    assert_ne!(open_in(&folder, foreign).unwrap().path(), first);
    for state in [Progress::Interrupted, Progress::Partial, Progress::Failed] {
        let mut next = open_in(&folder, run("contain")).unwrap();
        assert_eq!(next.path(), first);
        assert!(next.continued().is_some_and(|run| !run.torn));
        next.record_end(state).unwrap();
    }
    let mut last = open_in(&folder, run("contain")).unwrap();
    last.record_end(Progress::Done).unwrap();
    drop(last);
    let next = open_in(&folder, run("contain")).unwrap();
    assert_ne!(next.path(), first, "what has ended stays as it is");
    assert!(next.continued().is_none());
}

#[test]
fn what_would_be_gone_on_with_is_looked_for_and_not_touched() {
    let home = TempDir::new().unwrap();
    let folder = in_state(&home);
    let at_path = |path: &Path| JournalPlace {
        file: Some(path.to_owned()),
        ..within(&folder)
    };
    let of = |run: RunEntry| within(&folder).unfinished_of(&run).unwrap().run;
    assert_eq!(of(run("contain")), None, "no folder is no journal");
    let mut journal = open_in(&folder, run("contain")).unwrap();
    let path = journal.path().to_owned();
    let bytes = fs::read(&path).unwrap();
    // also while it is being written
    let found = of(run("contain")).unwrap();
    assert_eq!((&found.path, found.begun), (&path, at("09:30:00")));
    assert_eq!(of(run("quarantine")), None);
    let named = |run: RunEntry| at_path(&path).unfinished_of(&run).unwrap().run;
    assert_eq!(named(run("contain")), Some(found));
    assert_eq!(named(run("quarantine")), None);
    assert_eq!(fs::read(&path).unwrap(), bytes);
    journal.record_end(Progress::Done).unwrap();
    assert_eq!((of(run("contain")), named(run("contain"))), (None, None));
    let missing = home.path().join("missing");
    assert_eq!(
        at_path(&missing).unfinished_of(&run("contain")).unwrap(),
        Unfinished::default()
    );
    // the same words a day later are about another incident, unless the journal is named
    let begun = at("09:31:00");
    let newer = RunEntry {
        at: begun,
        ..run("contain")
    };
    let mut open = open_in(&folder, newer).unwrap();
    open.record_end(Progress::Partial).unwrap();
    let path = open.path().to_owned();
    let later = |hours| RunEntry {
        at: begun + TimeDelta::hours(hours),
        ..run("contain")
    };
    assert!(of(later(24)).is_some() && of(later(25)).is_none());
    let named = at_path(&path).unfinished_of(&later(25)).unwrap();
    assert!(named.run.is_some());
    // what cannot be read is not the same as nothing
    at_path(home.path())
        .unfinished_of(&run("contain"))
        .unwrap_err();
}

#[test]
fn a_line_that_was_cut_off_is_forgiven_and_the_next_begins_its_own() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("journal");
    drop(open_at(&path, run("contain")).unwrap());
    for (number, torn) in [
        &b"{\"entry\":\"done\",\"st"[..],
        b"{",
        b"\0\0\0",
        b"{\"entry\":\"\xc3",
    ]
    .into_iter()
    .enumerate()
    {
        let whole = fs::read(&path).unwrap();
        fs::write(&path, [&whole, torn].concat()).unwrap();
        let mut next = open_at(&path, run("contain")).unwrap();
        assert!(next.continued().is_some_and(|run| run.torn), "{torn:?}");
        next.record_intent(1, &key(), &text(ACTIVE), &text(INACTIVE))
            .unwrap();
        drop(next);
        let log = read(&path).unwrap();
        assert_eq!((log.entries.len(), log.torn), (3 + 2 * number, false));
    }
}

#[test]
fn damage_names_its_line() {
    let lines = bytes(&[
        JournalEntry::Run(run("contain")),
        intended(1, key(), text(ACTIVE), text(INACTIVE)),
        done(1, "10:00:00"),
    ]);
    let text = String::from_utf8(lines).unwrap();
    for (from, to, line) in [
        (
            "\"previous\"",
            "\"vorher\"",
            "line 2: missing field `previous`",
        ),
        (
            "\"entry\":\"done\"",
            "\"entry\":\"undone\"",
            "line 3: unknown variant",
        ),
        ("\"journal\":1", "\"journal\":2", "line 1: version 2"),
        (
            "\"to\":\"Inactive\"",
            "\"to\":null",
            "line 2: trailhunt makes no such change",
        ),
        ("\"entry\":\"intended\"", "", "line 2:"),
    ] {
        let damaged = text.replacen(from, to, 1);
        assert_ne!(damaged, text);
        let why = JournalLog::parse(damaged.as_bytes()).unwrap_err();
        assert!(why.starts_with(line), "{why}");
    }
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1] = "{\"entry\":\"inten";
    assert_eq!(
        JournalLog::parse(lines.join("\n").as_bytes()).unwrap_err(),
        "line 2 is cut off"
    );
    assert_eq!(
        JournalLog::parse(b"").unwrap_err(),
        "it holds no entry of a journal"
    );
}

#[test]
fn a_change_that_no_response_makes_is_damage() {
    let attach = Slot::Attachment {
        user: "mallory".into(),
        policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess".into(),
    };
    let lines = bytes(&[
        JournalEntry::Run(run("contain")),
        intended(1, attach, text("attached"), None),
    ]);
    assert_eq!(
        JournalLog::parse(&lines).unwrap_err(),
        "line 2: trailhunt makes no such change"
    );
}

/// A session is revoked, by its own call, and nothing else is done to it.
#[test]
fn of_a_sign_in_session_a_journal_tells_its_revocation_only() {
    let session = |id: &str| Slot::SignInSession {
        principal: "role/ops".into(),
        session_arn: format!("arn:aws:signin:us-east-1:111122223333:session/{id}"),
    };
    let told = |entry: JournalEntry| {
        let lines = bytes(&[JournalEntry::Run(run("contain")), entry]);
        JournalLog::parse(&lines).map(|log| log.entries.len())
    };
    let (active, revoked) = (text("ACTIVE"), text("REVOKED"));
    let revocation = |id: &str| intended(1, session(id), active.clone(), revoked.clone());
    assert_eq!(told(revocation("a")), Ok(2));
    let mut other = revocation("a");
    if let JournalEntry::Intended(call) = &mut other {
        call.call = session("b").call(&revoked);
    }
    for forged in [
        other,
        revocation("*"),
        revocation("a/../b"),
        intended(1, session("a"), revoked.clone(), active.clone()),
        intended(1, session("a"), active.clone(), None),
    ] {
        let why = told(forged).unwrap_err();
        assert_eq!(why, "line 2: trailhunt makes no such change");
    }
}

#[test]
fn nothing_else_is_written_over() {
    let home = TempDir::new().unwrap();
    let refused = |path: &Path, run: RunEntry| open_at(path, run).unwrap_err().message;
    let ended = home.path().join("ended");
    open_at(&ended, run("contain"))
        .unwrap()
        .record_end(Progress::Done)
        .unwrap();
    assert!(refused(&ended, run("contain")).ends_with("is the journal of a run that has ended"));
    let other = home.path().join("other");
    drop(open_at(&other, run("contain")).unwrap());
    assert!(refused(&other, run("quarantine")).ends_with("of another command or account"));
    let notes = home.path().join("notes");
    for content in ["", "call the bank\n", "{}\n"] {
        fs::write(&notes, content).unwrap();
        assert!(
            refused(&notes, run("contain")).contains("is no journal of trailhunt"),
            "{content}"
        );
        assert_eq!(fs::read_to_string(&notes).unwrap(), content);
    }
    assert!(refused(home.path(), run("contain")).ends_with("is no regular file"));
    let nowhere = home.path().join("no/such/folder/journal");
    assert!(refused(&nowhere, run("contain")).starts_with("cannot make the journal"));
}

#[cfg(unix)]
#[test]
fn links_and_devices_are_no_journals() {
    let home = TempDir::new().unwrap();
    let (path, link) = (home.path().join("journal"), home.path().join("link"));
    drop(open_at(&path, run("contain")).unwrap());
    std::os::unix::fs::symlink(&path, &link).unwrap();
    for path in [&link, Path::new("/dev/null")] {
        let failure = open_at(path, run("contain")).unwrap_err();
        assert!(failure.message.ends_with("is no regular file"), "{failure}");
        assert_eq!(read(path).unwrap_err().exit, crate::error::Exit::Usage);
    }
}

#[test]
fn two_runs_never_write_one_journal() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("journal");
    let first = open_at(&path, run("contain")).unwrap();
    for failure in [
        open_at(&path, run("contain")).unwrap_err(),
        read(&path).unwrap_err(),
    ] {
        assert!(
            failure.message.starts_with("another run is writing"),
            "{failure}"
        );
    }
    drop(first);
    open_at(&path, run("contain")).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_writing() {
    let home = TempDir::new().unwrap();
    let mut journal = open_at(&home.path().join("journal"), run("contain")).unwrap();
    let disk = std::mem::replace(
        &mut journal.file,
        OpenOptions::new().append(true).open("/dev/full").unwrap(),
    );
    let failure = journal
        .record_intent(1, &key(), &text(ACTIVE), &text(INACTIVE))
        .unwrap_err();
    assert_eq!(failure.exit, crate::error::Exit::Failed);
    assert!(failure.message.contains("No space left"), "{failure}");
    // half a line may stand there: nothing may follow it
    journal.file = disk;
    journal.record_end(Progress::Failed).unwrap_err();
    assert_eq!(read_anyway(journal.path()).entries.len(), 1);
    assert!(journal.ledger().records.is_empty());
}

#[test]
fn without_a_state_folder_one_is_to_be_named() {
    let failure = JournalFolder(None).path().unwrap_err();
    assert!(
        failure
            .hint
            .is_some_and(|hint| hint.contains("a folder that is yours"))
    );
}

#[test]
fn the_ledger_keeps_what_was_there_first_and_what_was_left_last() {
    let (one, two) = (
        Some(session_deny(at("10:00:00"))),
        Some(session_deny(at("10:01:00"))),
    );
    let ledger = ledger(&[
        intended(1, key(), text(ACTIVE), text(INACTIVE)),
        done(1, "10:00:00"),
        JournalEntry::Confirmed {
            step: 1,
            at: at("10:00:03"),
        },
        intended(2, policy(), None, one.clone()),
        done(2, "10:00:04"),
        intended(2, policy(), one, two.clone()),
        done(2, "10:01:00"),
    ]);
    let [first, second] = ledger.records.as_slice() else {
        panic!("two slots: {ledger:?}");
    };
    assert_eq!(
        (&first.slot, &first.previous, &first.left),
        (&key(), &text(ACTIVE), &vec![text(INACTIVE)])
    );
    assert_eq!((first.call, first.at), (LastCall::Done, at("10:00:00")));
    assert_eq!((&second.previous, &second.left), (&None, &vec![two]));
    assert_eq!(second.at, at("10:01:00"));
}

#[test]
fn a_call_that_failed_changed_nothing_and_an_unknown_one_may_have() {
    let (one, two) = (text("{\"1\":1}"), text("{\"2\":2}"));
    let put =
        |to: &SlotValue, previous: &SlotValue| intended(2, policy(), previous.clone(), to.clone());
    assert_eq!(ledger(&[put(&one, &None), failed(2, false)]).records, []);
    let after = |entries: &[JournalEntry]| {
        let ledger = ledger(entries);
        let record = ledger.record(&policy()).unwrap();
        (record.previous.clone(), record.left.clone(), record.call)
    };
    let first = [put(&one, &None), done(2, "10:00:00"), put(&two, &one)];
    let and = |last: &[JournalEntry]| after(&[&first, last].concat());
    assert_eq!(
        and(&[failed(2, false)]),
        (None, vec![one.clone()], LastCall::Done)
    );
    let both = vec![one.clone(), two.clone()];
    assert_eq!(
        and(&[failed(2, true)]),
        (None, both.clone(), LastCall::Unknown)
    );
    assert_eq!(and(&[]), (None, both, LastCall::Pending));
    let confirmed = JournalEntry::Confirmed {
        step: 2,
        at: at("10:02:00"),
    };
    assert_eq!(
        and(&[failed(2, true), confirmed.clone()]),
        (None, vec![two.clone()], LastCall::Done)
    );
    // the step of another run with the same number is another one
    let next = JournalEntry::Run(run("contain"));
    assert_eq!(and(&[next.clone(), confirmed]).2, LastCall::Pending);
    let found = JournalEntry::Found {
        at: at("10:02:00"),
        slot: policy(),
        value: one.clone(),
    };
    assert_eq!(and(&[next, found]), (None, vec![one], LastCall::Done));
}

#[test]
fn what_somebody_else_put_meanwhile_is_what_is_put_back() {
    let theirs = text("{\"theirs\":1}");
    let ledger = ledger(&[
        intended(1, policy(), None, text("{\"1\":1}")),
        done(1, "10:00:00"),
        intended(1, policy(), theirs.clone(), text("{\"2\":2}")),
        done(1, "11:00:00"),
    ]);
    assert_eq!(ledger.record(&policy()).unwrap().previous, theirs);
}

#[test]
fn a_key_is_contained_from_its_last_deactivation_that_was_not_taken_back() {
    let log = |previous: &str, to: &str, end: JournalEntry| {
        let change = intended(1, key(), text(previous), text(to));
        JournalLog::parse(&bytes(&[JournalEntry::Run(run("contain")), change, end])).unwrap()
    };
    let off = log(ACTIVE, INACTIVE, done(1, "10:00:00"));
    let on = log(INACTIVE, ACTIVE, done(1, "11:00:00"));
    let again = log(ACTIVE, INACTIVE, done(1, "12:00:00"));
    let refused = log(ACTIVE, INACTIVE, failed(1, false));
    let last = |logs: &[&JournalLog]| {
        let logs: Vec<JournalLog> = logs.iter().map(|log| (*log).clone()).collect();
        history::last_deactivated(&logs, KEY)
    };
    assert_eq!(last(&[&off]), Some(at("10:00:00")));
    assert_eq!(last(&[&on, &off]), None);
    assert_eq!(last(&[&again, &on, &off]), Some(at("12:00:00")));
    assert_eq!(last(&[&refused]), None);
    // a call whose answer nobody lived to see counts from when it was found done
    let found = JournalEntry::Found {
        at: at("10:05:00"),
        slot: key(),
        value: text(INACTIVE),
    };
    let cut_off = log(ACTIVE, INACTIVE, JournalEntry::Run(run("contain")));
    assert_eq!(last(&[&cut_off]), None);
    let mut gone_on = cut_off;
    gone_on.entries.push(found);
    assert_eq!(last(&[&gone_on]), Some(at("10:05:00")));
    assert_eq!(last(&[&gone_on, &on]), None);
    assert_eq!(
        history::last_deactivated(&[off], "AKIAEXAMPLE000000002"),
        None
    );
}

#[test]
fn the_time_of_containment_is_that_of_one_journal_where_one_is_named() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("journal");
    let mut journal = open_at(&path, run("contain")).unwrap();
    journal
        .record_intent(1, &key(), &text(ACTIVE), &text(INACTIVE))
        .unwrap();
    journal.record_answer(1, at("10:00:00"), &Ok(None)).unwrap();
    let when =
        |account: &str| JournalFolder::at(STATE.path()).when_contained(KEY, account, Some(&path));
    assert_eq!(when("123456789012").unwrap(), Some(at("10:00:00")));
    assert!(
        when("210987654321")
            .unwrap_err()
            .message
            .contains("another account")
    );
}

#[test]
fn a_journal_of_a_wide_run_dates_the_containment_of_keys_that_it_does_not_name() {
    let home = TempDir::new().unwrap();
    for (command, expected) in [
        ("contain", Some(at("10:00:00"))),
        ("revoke-sessions", Some(at("10:00:00"))),
        ("deactivate-key", None),
        ("undo", None),
    ] {
        let path = home.path().join(command);
        let mut journal = open_at(&path, run(command)).unwrap();
        let change = (policy(), text("{}"));
        journal
            .record_intent(1, &change.0, &None, &change.1)
            .unwrap();
        journal.record_answer(1, at("10:00:00"), &Ok(None)).unwrap();
        let when = JournalFolder::at(STATE.path()).when_contained(
            "ASIAEXAMPLE000000001",
            "123456789012",
            Some(&path),
        );
        assert_eq!(when.unwrap(), expected, "{command}");
    }
}

/// A journal of some runs, whole.
fn any_journal() -> impl Strategy<Value = Vec<u8>> {
    let any_entry = (0..7usize, 1..3usize).prop_map(|(which, step)| match which {
        0 => JournalEntry::Run(run("contain")),
        1 => intended(step, key(), text(ACTIVE), text(INACTIVE)),
        2 => intended(step, policy(), None, text("{}")),
        3 => done(step, "10:00:00"),
        4 => failed(step, false),
        5 => failed(step, true),
        _ => JournalEntry::Confirmed {
            step,
            at: at("10:00:05"),
        },
    });
    let entries = proptest::collection::vec(any_entry, 0..12);
    entries
        .prop_map(|rest| bytes(&[&[JournalEntry::Run(run("contain"))], rest.as_slice()].concat()))
}

proptest! {
    #[test]
    fn no_bytes_make_a_journal_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(log) = JournalLog::parse(&bytes) {
            Ledger::of(&log);
        }
    }

    #[test]
    fn a_journal_cut_off_anywhere_is_read_up_to_there(journal in any_journal(), cut in any::<proptest::sample::Index>()) {
        let whole = JournalLog::parse(&journal).unwrap();
        Ledger::of(&whole);
        let cut = cut.index(journal.len());
        match JournalLog::parse(&journal[..cut]) {
            Ok(log) => {
                prop_assert!(whole.entries.starts_with(&log.entries));
                Ledger::of(&log);
            }
            Err(why) => prop_assert_eq!(why, "it holds no entry of a journal"),
        }
    }

    #[test]
    fn a_journal_with_a_byte_changed_is_read_or_refused(
        journal in any_journal(), at in any::<proptest::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut journal = journal;
        let at = at.index(journal.len());
        journal[at] = byte;
        if let Ok(log) = JournalLog::parse(&journal) {
            Ledger::of(&log);
        }
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_known_beforehand() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("state/trailhunt");
    file::check(&folder).unwrap();
    let left = std::fs::read_dir(home.path()).unwrap().count();
    assert_eq!(left, 0, "nothing is left behind");
    std::fs::write(home.path().join("state"), "a file").unwrap();
    let failure = file::check(&folder).unwrap_err();
    assert!(
        failure.message.contains("cannot make a folder"),
        "{failure}"
    );
}
