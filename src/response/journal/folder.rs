//! Where journals are kept: the state folder, the one to go on with, and what they say together of a key.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use chrono::TimeDelta;

use super::entry::{JournalEntry, JournalLog, RunEntry};
use super::{cannot, open_regular, read_from};
use crate::error::Failure;
use crate::event::time::Time;
use crate::folders;
use crate::report::response::Progress;
use crate::response::operator::Operator;
use crate::response::plan::Plan;
use crate::response::slot::{INACTIVE, Slot};

/// The longest first line that is looked at.
const MOST_FIRST: u64 = 1 << 20;
const ENDING: &str = "jsonl";
/// Within such a time the same command is about the same incident.
const ONE_INCIDENT: TimeDelta = TimeDelta::hours(24);

/// Where journals are kept when nobody names one.
///
/// # Errors
/// A usage failure where there is no home.
pub fn state_folder() -> Result<PathBuf, Failure> {
    known(folders::state())
}

pub fn known(folder: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let failure = || Failure::usage("there is no folder for the journal: no home folder is known");
    folder.ok_or_else(|| failure().hint("name a file with --journal FILE"))
}

/// Makes the folder, for its owner only, and sees it on disk.
pub fn make(folder: &Path) -> Result<(), Failure> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let made = builder
        .create(folder)
        .and_then(|()| folder.parent().map_or(Ok(()), sync));
    made.map_err(|error| cannot("make a folder for", folder, &error))
}

/// Whether a file could be made in `folder`, or where it is to be made; nothing is left behind.
pub fn check(folder: &Path) -> Result<(), Failure> {
    let there = folder.ancestors().find(|path| path.exists());
    let made = tempfile::tempfile_in(there.unwrap_or(folder));
    made.map(|_| ())
        .map_err(|error| cannot("make a folder for", folder, &error))
}

/// Sees what stands in a folder on disk.
pub fn sync(folder: &Path) -> io::Result<()> {
    // elsewhere folders cannot be opened
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

/// The file is for its owner only: it tells what was done to an account.
pub fn private(options: &mut OpenOptions) -> &OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(unix)]
pub fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
pub fn is_same_file(_: &Metadata, other: &Metadata) -> bool {
    other.is_file()
}

/// The name of a journal: `20261122T093000Z-deactivate-key-1a2b3c4d.jsonl`.
pub fn name(run: &RunEntry) -> String {
    let word = run.command.first().map_or("respond", String::as_str);
    let word: String = word
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    let id: String = run.run_id.chars().take(8).collect();
    format!("{}-{word}-{id}.{ENDING}", run.at.format("%Y%m%dT%H%M%SZ"))
}

/// A journal whose last run did not come to its end, or left steps that do not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedRun {
    pub path: PathBuf,
    /// When that run began.
    pub begun: Time,
    /// What it ended with; none where it was cut off.
    pub ended: Option<Progress>,
}

/// The journal that carrying out `plan` would go on with, at `path` where it is given, else in the state folder;
/// nothing is written.
///
/// # Errors
/// A usage failure where what stands there is no whole journal.
pub fn unfinished_run(
    path: Option<&Path>,
    operator: &Operator,
    plan: &Plan,
) -> Result<Option<UnfinishedRun>, Failure> {
    let run = RunEntry::of(operator, plan);
    match (path, state_folder()) {
        (Some(path), _) => unfinished_at(path, &run),
        (None, Ok(folder)) => unfinished_in(&folder, &run),
        // without a folder there is no journal in it; that none can be made is for whoever needs one
        (None, Err(_)) => Ok(None),
    }
}

pub fn unfinished_at(path: &Path, run: &RunEntry) -> Result<Option<UnfinishedRun>, Failure> {
    if let Err(error) = fs::symlink_metadata(path)
        && error.kind() == io::ErrorKind::NotFound
    {
        return Ok(None);
    }
    let log = read_anyway(path)?;
    let last = log.run().filter(|last| last.is_same(run));
    Ok(last
        .filter(|_| log.state() != Some(Progress::Done))
        .map(|last| UnfinishedRun {
            path: path.to_owned(),
            begun: last.at,
            ended: log.state(),
        }))
}

/// The newest journal of `folder` that `run` goes on with: of the same command and account, not ended, and of a run
/// that is not long ago: the same words mean another incident then, and undoing one must not undo the other.
pub fn unfinished_in(folder: &Path, run: &RunEntry) -> Result<Option<UnfinishedRun>, Failure> {
    // of another command's journal no more than the beginning is read
    let is_same = |path: &&PathBuf| first_run(path).is_some_and(|first| first.is_same(run));
    match journals(folder)?.iter().find(is_same) {
        Some(newest) => {
            let unfinished = unfinished_at(newest, run)?;
            Ok(unfinished.filter(|last| run.at - last.begun <= ONE_INCIDENT))
        }
        None => Ok(None),
    }
}

/// When the key `access_key_id` of `account` was deactivated, and not activated again since, as the journals say:
/// `journal`, or all in the state folder. None where they tell of no such thing. A `journal` of a run that contained
/// sessions or users serves for keys that it does not name, too: they may be theirs.
///
/// # Errors
/// A usage failure where `journal` is no journal of this account; journals in the folder that cannot be read are
/// passed over.
pub fn when_contained(
    access_key_id: &str,
    account: &str,
    journal: Option<&Path>,
) -> Result<Option<Time>, Failure> {
    let is_own = |log: &JournalLog| log.run().is_some_and(|run| run.account == account);
    if let Some(path) = journal {
        let log = read_anyway(path)?;
        if !is_own(&log) {
            let path = path.display();
            return Err(Failure::usage(format!(
                "{path} is a journal of another account"
            )));
        }
        let of_others = last_change(&log);
        return Ok(last_deactivated(&[log], access_key_id).or(of_others));
    }
    Ok(last_deactivated(&all_of(account), access_key_id))
}

/// The journals of `account` in the state folder, newest first; what cannot be read is passed over.
pub fn all_of(account: &str) -> Vec<JournalLog> {
    let paths = state_folder().and_then(|folder| journals(&folder));
    let logs = paths.unwrap_or_default().into_iter();
    let logs = logs.filter_map(|path| read_anyway(&path).ok());
    logs.filter(|log| log.run().is_some_and(|run| run.account == account))
        .collect()
}

/// The state folder, and the names of the newest journals of `account` there; none where there are none.
pub fn newest(account: &str, most: usize) -> Option<(PathBuf, Vec<String>)> {
    let folder = state_folder().ok()?;
    let paths = journals(&folder).ok()?.into_iter();
    let own = paths.filter(|path| first_run(path).is_some_and(|run| run.account == account));
    let names = own.filter_map(|path| path.file_name()?.to_str().map(str::to_owned));
    let names: Vec<String> = names.take(most).collect();
    (!names.is_empty()).then_some((folder, names))
}

/// When a run that contains more than one key made its last change: what it contained besides keys has no other time.
fn last_change(log: &JournalLog) -> Option<Time> {
    let command = log.run()?.command.first()?.as_str();
    let is_wide = ["contain", "revoke-sessions", "quarantine"].contains(&command);
    let changes = log.entries.iter().filter_map(|entry| match entry {
        JournalEntry::Done { at, .. } | JournalEntry::Found { at, .. } => Some(*at),
        _ => None,
    });
    changes.max().filter(|_| is_wide)
}

/// The newest change of the key's status, where it is the one to inactive.
pub fn last_deactivated(logs: &[JournalLog], access_key_id: &str) -> Option<Time> {
    let mut newest: Option<(Time, bool)> = None;
    for log in logs {
        let mut intended = None;
        for entry in &log.entries {
            let (slot, value, at) = match entry {
                JournalEntry::Intended(next) => {
                    intended = Some(next);
                    continue;
                }
                JournalEntry::Done { step, at, .. } | JournalEntry::Confirmed { step, at } => {
                    // an answer that was read back is one change, at the time of the answer
                    match intended.take_if(|intended| intended.step == *step) {
                        Some(intended) => (&intended.slot, &intended.to, *at),
                        None => continue,
                    }
                }
                JournalEntry::Found { at, slot, value } => (slot, value, *at),
                _ => continue,
            };
            let is_key =
                matches!(slot, Slot::AccessKey { access_key_id: key, .. } if key == access_key_id);
            if is_key && newest.is_none_or(|(newest, _)| newest <= at) {
                newest = Some((at, value.as_deref() == Some(INACTIVE)));
            }
        }
    }
    newest.filter(|(_, inactive)| *inactive).map(|(at, _)| at)
}

/// The journals of `folder`, newest first, as their names tell; none where there is no such folder.
fn journals(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let listed = match fs::read_dir(folder) {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(Vec::new());
        }
        listed => listed.and_then(Iterator::collect::<io::Result<Vec<_>>>),
    };
    let listed = listed.map_err(|error| cannot("look for", folder, &error))?;
    let mut paths: Vec<PathBuf> = listed.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == ENDING));
    paths.sort();
    paths.reverse();
    Ok(paths)
}

/// What a journal holds, whether or not a run is writing it.
fn read_anyway(path: &Path) -> Result<JournalLog, Failure> {
    let mut file = open_regular(path, OpenOptions::new().read(true))?;
    Ok(read_from(&mut file, path)?.0)
}

/// The run that begins the journal in `path`, where it is one.
fn first_run(path: &Path) -> Option<RunEntry> {
    let file = open_regular(path, OpenOptions::new().read(true)).ok()?;
    let mut line = Vec::new();
    BufReader::new(file.take(MOST_FIRST))
        .read_until(b'\n', &mut line)
        .ok()?;
    match JournalLog::parse(&line).ok()?.entries.into_iter().next()? {
        JournalEntry::Run(run) => Some(run),
        _ => None,
    }
}
