//! Journals that somebody changed, made, cut off or brought from elsewhere: none of them is acted on.

use std::fs;
use std::path::Path;

use dice::Dice;
use tempfile::TempDir;

use super::entry::{JournalEntry, JournalLog, RunEntry};
use super::*;
use crate::event::time::Time;
use crate::response::slot::{ACTIVE, INACTIVE};

/// Of each journal.
const MUTATIONS: usize = 1000;

fn at() -> Time {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

fn run(key: &str) -> RunEntry {
    RunEntry {
        journal: entry::VERSION,
        run_id: run_id(),
        at: at(),
        tool_version: "0.1.0".into(),
        command: vec!["contain".into(), key.into()],
        account: "111122223333".into(),
        caller: "arn:aws:iam::111122223333:user/responder".into(),
        access_key_id: "AKIAEXAMPLE000000009".into(),
        undoes: None,
    }
}

fn key(id: &str) -> Slot {
    Slot::AccessKey {
        user: "ci-deploy".into(),
        access_key_id: id.into(),
    }
}

/// A machine with a state folder, and journals of its own.
struct Machine {
    home: TempDir,
}

impl Machine {
    fn new() -> Self {
        Self {
            home: TempDir::new().unwrap(),
        }
    }

    fn folder(&self) -> JournalFolder {
        JournalFolder::at(self.home.path().join("state"))
    }

    fn place(&self, name: &str) -> JournalPlace {
        JournalPlace {
            folder: self.folder(),
            file: Some(self.home.path().join(name)),
            copy: None,
        }
    }

    /// A journal that deactivated the keys `ids`, and ended or not.
    fn journal(&self, name: &str, ids: &[&str], end: Option<Progress>) -> PathBuf {
        let place = self.place(name);
        let mut journal = Journal::open_for(&place, run(ids[0])).unwrap();
        for (step, id) in (1..).zip(ids) {
            let (from, to) = (Some(ACTIVE.into()), Some(INACTIVE.into()));
            journal.record_intent(step, &key(id), &from, &to).unwrap();
            let answer = Ok(Some(format!("request-{step}")));
            journal.record_answer(step, at(), &answer).unwrap();
            journal.record_confirmation(step).unwrap();
        }
        if let Some(end) = end {
            journal.record_end(end).unwrap();
        }
        journal.path().to_owned()
    }

    /// What is found in `name` once it holds `bytes`.
    fn found(&self, name: &str, bytes: &[u8]) -> Result<StoredJournal, Failure> {
        let path = self.home.path().join(name);
        fs::write(&path, bytes).unwrap();
        private(&path);
        self.folder().read(&path)
    }
}

/// A file that a test wrote is to be suspected of nothing but its bytes.
fn private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = path;
}

const ONE: &str = "AKIAEXAMPLE000000001";
const TWO: &str = "AKIAEXAMPLE000000002";

#[test]
fn what_was_changed_anywhere_is_not_acted_on() {
    let machine = Machine::new();
    let other = machine.journal("other", &["AKIAEXAMPLE000000007"], Some(Progress::Done));
    let other = fs::read(other).unwrap();
    for (name, end) in [
        ("done", Some(Progress::Done)),
        ("partial", Some(Progress::Partial)),
        ("cut-off", None),
    ] {
        let path = machine.journal(name, &[ONE, TWO], end);
        let whole = fs::read(&path).unwrap();
        let first = machine.found(name, &whole).unwrap();
        assert_eq!(first.doubts, [""; 0], "{name}");
        let mut dice = Dice::new();
        let mut changed = 0;
        while changed < MUTATIONS {
            let mutated = dice.mutate(&whole, &other);
            if mutated == whole {
                continue;
            }
            changed += 1;
            let Ok(found) = machine.found(name, &mutated) else {
                continue;
            };
            // what a crash leaves of a line that was being written says nothing, and takes nothing away
            let is_as_after_a_crash = mutated.starts_with(&whole)
                && found.log.torn
                && found.log.entries == first.log.entries
                && end != Some(Progress::Done);
            assert!(
                !found.doubts.is_empty() || is_as_after_a_crash,
                "{name}: {}",
                String::from_utf8_lossy(&mutated)
            );
        }
    }
}

mod dice {
    //! Mutations, the same every time.

    /// `SplitMix64`.
    pub struct Dice(u64);

    impl Dice {
        pub fn new() -> Self {
            Self(0x5eed)
        }

        pub fn below(&mut self, most: usize) -> usize {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let drawn = (mixed ^ (mixed >> 31)) % most.max(1) as u64;
            usize::try_from(drawn).unwrap()
        }

        pub fn mutate(&mut self, whole: &[u8], other: &[u8]) -> Vec<u8> {
            let mut bytes = whole.to_vec();
            let mut lines: Vec<Vec<u8>> = bytes
                .split_inclusive(|&b| b == b'\n')
                .map(<[u8]>::to_vec)
                .collect();
            let others: Vec<&[u8]> = other.split_inclusive(|&b| b == b'\n').collect();
            let at = self.below(bytes.len());
            let (one, two) = (self.below(lines.len()), self.below(lines.len()));
            let byte = [
                0,
                b'\n',
                b' ',
                b'"',
                b'0',
                b'A',
                b'{',
                u8::try_from(self.below(256)).unwrap(),
            ][self.below(8)];
            match self.below(16) {
                0 => bytes[at] = byte,
                1 => bytes[at] ^= 1 << self.below(8),
                2 => bytes.insert(at, byte),
                3 => drop(bytes.remove(at)),
                4 => bytes.truncate(at),
                5 => drop(bytes.drain(..at)),
                6 => bytes.extend(vec![byte; 1 + self.below(3)]),
                7 => bytes.extend(&whole[..at]),
                8 => return replaced(whole, "AKIAEXAMPLE000000001", "AKIAEXAMPLE00000000B"),
                9 => return replaced(whole, "ci-deploy", "ci-deplox"),
                10 => return replaced(whole, "Inactive", ["Active", "inactive"][self.below(2)]),
                11 => {
                    // the same words without their seals, which an earlier trailhunt wrote so
                    for line in &mut lines {
                        let text = String::from_utf8_lossy(line).into_owned();
                        let end = text.find(",\"seal\"").unwrap();
                        *line = format!("{}}}\n", &text[..end]).into_bytes();
                    }
                    return lines.concat();
                }
                kind => {
                    match kind {
                        12 => lines.swap(one, two),
                        13 => lines.insert(one, lines[two].clone()),
                        14 => drop(lines.remove(one)),
                        _ => lines.insert(one, others[self.below(others.len())].to_vec()),
                    }
                    return lines.concat();
                }
            }
            bytes
        }
    }

    fn replaced(whole: &[u8], from: &str, to: &str) -> Vec<u8> {
        String::from_utf8_lossy(whole)
            .replace(from, to)
            .into_bytes()
    }
}

#[test]
fn what_lost_its_last_entries_is_told_from_what_a_crash_cut_off() {
    let machine = Machine::new();
    let path = machine.journal("journal", &[ONE, TWO], None);
    let whole = fs::read(&path).unwrap();
    let lines: Vec<&[u8]> = whole.split_inclusive(|&byte| byte == b'\n').collect();
    for kept in 1..lines.len() {
        let found = machine.found("journal", &lines[..kept].concat()).unwrap();
        assert_eq!(found.doubts, ["its last entries were cut off"], "{kept}");
    }
    for torn in [&b"{\"entry\":\"ended\",\"at\""[..], b"{", b"\0\0", b"\n"] {
        let found = machine.found("journal", &[&whole, torn].concat()).unwrap();
        assert_eq!(
            (found.doubts, found.log.torn),
            (Vec::new(), true),
            "{torn:?}"
        );
    }
}

#[test]
fn a_journal_of_another_machine_and_one_of_before_are_shown_and_not_acted_on() {
    let (here, there) = (Machine::new(), Machine::new());
    let theirs = fs::read(there.journal("journal", &[ONE], Some(Progress::Done))).unwrap();
    let doubts = |bytes: &[u8]| {
        let found = here.found("found", bytes).unwrap();
        assert_eq!(found.log.entries.len(), 5, "all of it is read");
        found.doubts.join("; ")
    };
    assert!(doubts(&theirs).starts_with("its seals cannot be checked"));
    here.journal("own", &[TWO], None);
    assert!(doubts(&theirs).contains("not sealed by this machine"));
    let entries = JournalLog::parse(&theirs).unwrap().entries;
    let of_before = entries
        .iter()
        .map(|entry| serde_json::to_string(entry).unwrap() + "\n");
    let of_before: String = of_before.collect();
    assert!(doubts(of_before.as_bytes()).starts_with("it is not sealed"));
}

#[test]
fn a_record_that_is_missing_or_was_changed_is_a_doubt() {
    let machine = Machine::new();
    let path = machine.journal("journal", &[ONE], Some(Progress::Done));
    let heads = machine.home.path().join("state/heads");
    let head = fs::read_dir(&heads)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let whole = fs::read_to_string(&head).unwrap();
    for changed in ["", "x", &whole.replacen('5', "3", 1), &whole[1..]] {
        fs::write(&head, changed).unwrap();
        let found = machine.folder().read(&path).unwrap();
        let expected = "this machine's record of how long it was is damaged";
        assert_eq!(found.doubts, [expected], "{changed}");
    }
    fs::remove_file(&head).unwrap();
    let found = machine.folder().read(&path).unwrap();
    assert_eq!(
        found.doubts,
        ["this machine has no record of how long it was"]
    );
}

/// The id of a run is the name of a file.
#[test]
fn an_id_that_leads_elsewhere_is_no_id() {
    let machine = Machine::new();
    machine.journal("journal", &[ONE], None);
    let sealer = machine.folder().sealer().unwrap();
    for id in ["", "..", "../journal.key", "/etc/passwd", "a/b", "a\0", "é"] {
        assert_eq!(sealer.head(id), seal::JournalHead::Missing, "{id}");
        sealer.keep_head(id, 1, &Seal::default()).unwrap_err();
    }
}

#[test]
fn a_key_that_stands_there_twice_is_damage_at_every_depth() {
    let machine = Machine::new();
    let path = machine.journal("journal", &[ONE], Some(Progress::Done));
    let text = fs::read_to_string(path).unwrap();
    for (from, to) in [
        (r#""to":"Inactive""#, r#""to":"Active","to":"Inactive""#),
        (
            r#""user":"ci-deploy""#,
            r#""user":"ci-deploy","user":"root""#,
        ),
        (
            r#"{"entry":"intended""#,
            r#"{"entry":"intended","entry":"intended""#,
        ),
        (
            r#""account":"111122223333""#,
            r#""account":"111122223333","account":"111122223333""#,
        ),
    ] {
        let twice = text.replacen(from, to, 1);
        assert_ne!(twice, text);
        let why = JournalLog::parse(twice.as_bytes()).unwrap_err();
        assert!(why.contains("twice"), "{why}");
    }
}

/// The slot says one thing and the call another: whichever was changed, it is no call of ours.
#[test]
fn the_call_that_deactivated_a_key_is_the_one_of_its_slot() {
    let machine = Machine::new();
    let path = machine.journal("journal", &[ONE], Some(Progress::Done));
    let text = fs::read_to_string(path).unwrap();
    let slot = format!(r#""access_key_id":"{ONE}"}}"#);
    let other = text.replacen(&slot, &slot.replace(ONE, TWO), 1);
    assert_ne!(other, text);
    let why = JournalLog::parse(other.as_bytes()).unwrap_err();
    assert_eq!(why, "line 2: trailhunt makes no such change");
}

#[cfg(unix)]
#[test]
fn what_others_own_or_may_write_is_not_acted_on() {
    use std::os::unix::fs::{PermissionsExt, chown};
    let machine = Machine::new();
    let path = machine.journal("journal", &[ONE], Some(Progress::Done));
    let doubts = || machine.folder().read(&path).unwrap().doubts;
    for (mode, is_doubted) in [
        (0o600, false),
        (0o640, false),
        (0o644, false),
        (0o620, true),
        (0o602, true),
        (0o666, true),
    ] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(!doubts().is_empty(), is_doubted, "{mode:o}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    // only root gives files away
    if chown(&path, Some(12345), None).is_ok() {
        assert_eq!(doubts(), ["it belongs to another user"]);
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_or_that_is_damaged_seals_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let machine = Machine::new();
    let path = machine.journal("journal", &[ONE], None);
    let key = machine.home.path().join("state/journal.key");
    let mode = |mode| fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
    assert_eq!(
        fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let refused = || {
        let failure = Journal::open_for(&machine.place("next"), run(ONE)).unwrap_err();
        assert!(failure.message.contains("cannot be sealed"), "{failure}");
        assert!(!machine.home.path().join("next").exists());
        assert!(!machine.folder().read(&path).unwrap().doubts.is_empty());
    };
    for open in [0o640, 0o604, 0o660] {
        mode(open);
        refused();
    }
    mode(0o600);
    assert_eq!(machine.folder().read(&path).unwrap().doubts, [""; 0]);
    fs::write(&key, "short").unwrap();
    refused();
}

#[test]
fn no_forged_journal_steers_a_run() {
    let machine = Machine::new();
    let folder = machine.folder();
    let place = JournalPlace {
        folder: folder.clone(),
        file: None,
        copy: None,
    };
    let own = Journal::open_for(&place, run(ONE))
        .unwrap()
        .path()
        .to_owned();
    let state = own.parent().unwrap().to_owned();
    // newer by its name, and of the same command
    let forged = state.join("99991231T000000Z-contain-0.jsonl");
    let entries = JournalLog::parse(&fs::read(&own).unwrap()).unwrap().entries;
    let [JournalEntry::Run(first)] = entries.as_slice() else {
        panic!("one run: {entries:?}");
    };
    let lie = serde_json::to_string(&JournalEntry::Run(first.clone())).unwrap();
    fs::write(&forged, lie + "\n").unwrap();
    private(&forged);
    let unfinished = place.unfinished_of(&run(ONE)).unwrap();
    assert_eq!(unfinished.run.map(|run| run.path), Some(own.clone()));
    assert!(
        unfinished.passed_over[0].contains("99991231"),
        "{:?}",
        unfinished.passed_over
    );
    assert_eq!(Journal::open_for(&place, run(ONE)).unwrap().path(), own);
    assert_eq!(folder.all_of("111122223333").len(), 1);
    // one that is named is refused
    let named = JournalPlace {
        file: Some(forged.clone()),
        ..place
    };
    let bytes = fs::read(&forged).unwrap();
    for failure in [
        named.unfinished_of(&run(ONE)).unwrap_err(),
        Journal::open_for(&named, run(ONE)).unwrap_err(),
        folder
            .when_contained(ONE, "111122223333", Some(&forged))
            .unwrap_err(),
    ] {
        assert!(failure.message.contains("is not acted on"), "{failure}");
    }
    assert_eq!(fs::read(&forged).unwrap(), bytes);
}

#[test]
fn a_second_journal_is_the_same() {
    let machine = Machine::new();
    let copy = machine.home.path().join("copy");
    let place = JournalPlace {
        copy: Some(copy.clone()),
        ..machine.place("journal")
    };
    let mut journal = Journal::open_for(&place, run(ONE)).unwrap();
    journal
        .record_found(key(ONE), Some(INACTIVE.into()))
        .unwrap();
    drop(journal);
    let bytes = || fs::read(machine.home.path().join("journal")).unwrap();
    assert_eq!(fs::read(&copy).unwrap(), bytes());
    assert_eq!(machine.folder().read(&copy).unwrap().doubts, [""; 0]);
    // it may have missed what was written last
    fs::write(&copy, &bytes()[..30]).unwrap();
    let mut next = Journal::open_for(&place, run(ONE)).unwrap();
    next.record_end(Progress::Done).unwrap();
    assert_eq!(next.lost_copy(), None);
    assert_eq!(fs::read(&copy).unwrap(), bytes());
    drop(next);
    // what is something else is not written over
    for other in ["notes of mine", "{\"entry\":\"end\""] {
        fs::write(&copy, other).unwrap();
        let place = JournalPlace {
            file: Some(machine.home.path().join("another")),
            ..place.clone()
        };
        let failure = Journal::open_for(&place, run(ONE)).unwrap_err();
        assert!(
            failure.message.contains("no copy of this journal"),
            "{failure}"
        );
        assert_eq!(fs::read_to_string(&copy).unwrap(), other);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_second_journal_that_is_full_holds_up_nothing() {
    let machine = Machine::new();
    let place = JournalPlace {
        copy: Some(machine.home.path().join("copy")),
        ..machine.place("journal")
    };
    let mut journal = Journal::open_for(&place, run(ONE)).unwrap();
    let full = fs::OpenOptions::new()
        .append(true)
        .open("/dev/full")
        .unwrap();
    journal.copy.as_mut().unwrap().replace(full);
    journal.record_end(Progress::Done).unwrap();
    let lost = journal.lost_copy().unwrap();
    assert!(lost.contains("No space left"), "{lost}");
}
