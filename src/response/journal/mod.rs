//! The journal: JSON Lines, one entry before and one after every call, each on disk before the next thing happens.
//! `entry` is the format, `ledger` what it adds up to, `folder` where journals are kept.

pub mod entry;
mod folder;
pub mod ledger;
#[cfg(test)]
mod tests;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::aws::errors::CallError;
use crate::clock;
use crate::error::Failure;
use crate::event::time::Time;
use crate::report::response::Progress;
use crate::report::run_id;
use crate::response::operator::Operator;
use crate::response::plan::Plan;
use crate::response::slot::{Slot, SlotValue};
use entry::{IntendedCall, JournalEntry, JournalLog, RunEntry};
pub use folder::{UnfinishedRun, all_of, newest, unfinished_run, when_contained};
use ledger::Ledger;

/// No run writes that much; a file that holds more is none of ours.
const MOST_BYTES: u64 = 64 << 20;

/// A journal that is being written. It is locked until it is dropped.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    run_id: String,
    ledger: Ledger,
    continued: Option<ContinuedRun>,
    /// Whether an entry could not be written: a part of it may stand there, so no other may follow.
    is_broken: bool,
}

/// A run that did not end, or after which not every step held: this one goes on with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContinuedRun {
    pub begun: Time,
    /// What it ended with; none where it was cut off.
    pub ended: Option<Progress>,
    /// Whether the last line was cut off while it was written.
    pub torn: bool,
}

impl Journal {
    /// Opens the journal of `plan`: `path` where it is given, else one in the state folder, which is made. A journal
    /// of the same command and account that did not end is continued.
    ///
    /// # Errors
    /// A usage failure where `path` holds anything else, or cannot be written: then nothing is done.
    pub fn open(path: Option<&Path>, operator: &Operator, plan: &Plan) -> Result<Self, Failure> {
        let run = RunEntry::of(operator, plan);
        match path {
            Some(path) => Self::open_at(path, run),
            None => Self::open_in(&folder::state_folder()?, run),
        }
    }

    /// Whether the journal of `plan` could be opened now; nothing is left behind.
    ///
    /// # Errors
    /// Those of [`Self::open`].
    pub fn check(path: Option<&Path>, operator: &Operator, plan: &Plan) -> Result<(), Failure> {
        let run = RunEntry::of(operator, plan);
        let Some(path) = path else {
            let folder = folder::state_folder()?;
            return match folder::unfinished_in(&folder, &run)? {
                Some(unfinished) => Self::reopen(&unfinished.path, &run).map(|_| ()),
                None => folder::check(&folder),
            };
        };
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let folder = path
                    .parent()
                    .filter(|parent| !parent.as_os_str().is_empty());
                let made = tempfile::tempfile_in(folder.unwrap_or(Path::new(".")));
                made.map(|_| ())
                    .map_err(|error| cannot("make", path, &error))
            }
            Err(error) => Err(cannot("open", path, &error)),
            Ok(_) => Self::reopen(path, &run).map(|_| ()),
        }
    }

    /// Opens `path` for `run`: it is made, or continued.
    fn open_at(path: &Path, run: RunEntry) -> Result<Self, Failure> {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::create(path, run),
            Err(error) => Err(cannot("open", path, &error)),
            Ok(_) => Self::resume(path, run),
        }
    }

    /// Opens the newest journal of `folder` that `run` goes on with, or makes one.
    fn open_in(folder: &Path, run: RunEntry) -> Result<Self, Failure> {
        if let Some(unfinished) = folder::unfinished_in(folder, &run)? {
            return Self::resume(&unfinished.path, run);
        }
        folder::make(folder)?;
        Self::create(&folder.join(folder::name(&run)), run)
    }

    fn create(path: &Path, run: RunEntry) -> Result<Self, Failure> {
        let made = folder::private(OpenOptions::new().append(true).create_new(true)).open(path);
        let file = made.map_err(|error| cannot("make", path, &error))?;
        lock(&file, path)?;
        let journal = Self::begin(path, file, &JournalLog::default(), run, &[])?;
        // the name, too, must outlive a crash
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        folder::sync(parent.unwrap_or(Path::new(".")))
            .map_err(|error| cannot("write", path, &error))?;
        Ok(journal)
    }

    fn resume(path: &Path, run: RunEntry) -> Result<Self, Failure> {
        let (file, log, bytes) = Self::reopen(path, &run)?;
        let separator: &[u8] = if bytes.ends_with(b"\n") { b"" } else { b"\n" };
        Self::begin(path, file, &log, run, separator)
    }

    /// Opens and locks the journal in `path`, which `run` is to go on with.
    fn reopen(path: &Path, run: &RunEntry) -> Result<(File, JournalLog, Vec<u8>), Failure> {
        let mut file = open_regular(path, OpenOptions::new().read(true).append(true))?;
        lock(&file, path)?;
        let (log, bytes) = read_from(&mut file, path)?;
        let last = log.run().filter(|last| last.is_same(run));
        if last.is_none() || log.state() == Some(Progress::Done) {
            let what = match last {
                None => "is the journal of another command or account",
                Some(_) => "is the journal of a run that has ended",
            };
            return Err(Failure::usage(format!("{} {what}", path.display())).hint(
                "name a file that does not exist yet, or leave --journal out; `trailhunt respond undo FILE` takes \
                 back what a journal holds",
            ));
        }
        Ok((file, log, bytes))
    }

    fn begin(
        path: &Path,
        file: File,
        log: &JournalLog,
        run: RunEntry,
        separator: &[u8],
    ) -> Result<Self, Failure> {
        let continued = log.run().map(|last| ContinuedRun {
            begun: last.at,
            ended: log.state(),
            torn: log.torn,
        });
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut journal = Self {
            path,
            file,
            run_id: run.run_id.clone(),
            ledger: Ledger::of(log),
            continued,
            is_broken: false,
        };
        journal.write(&JournalEntry::Run(run), separator)?;
        Ok(journal)
    }

    /// Where it is, as an absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// The run that this one goes on with.
    pub fn continued(&self) -> Option<&ContinuedRun> {
        self.continued.as_ref()
    }

    /// What it adds up to, up to now.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Writes that `slot` is about to be set from `previous` to `to`.
    ///
    /// # Errors
    /// Where that cannot be written, here and below: then no further call may be made.
    pub fn record_intent(
        &mut self,
        step: usize,
        slot: &Slot,
        previous: &SlotValue,
        to: &SlotValue,
    ) -> Result<(), Failure> {
        self.add(&JournalEntry::Intended(IntendedCall {
            run_id: self.run_id.clone(),
            step,
            at: clock::wall(),
            slot: slot.clone(),
            previous: previous.clone(),
            to: to.clone(),
            call: slot.call(to),
        }))
    }

    /// Writes what became of the call of `step`, at `at`.
    ///
    /// # Errors
    /// See [`Self::record_intent`].
    pub fn record_answer(
        &mut self,
        step: usize,
        at: Time,
        answer: &Result<Option<String>, CallError>,
    ) -> Result<(), Failure> {
        self.add(&match answer {
            Ok(request_id) => JournalEntry::Done {
                step,
                at,
                request_id: request_id.clone(),
            },
            Err(error) => JournalEntry::Failed {
                step,
                at,
                request_id: error.request_id.clone(),
                error: error.clone(),
                unknown: error.is_unknown(),
            },
        })
    }

    /// Writes that what `step` set was read back.
    ///
    /// # Errors
    /// See [`Self::record_intent`].
    pub fn record_confirmation(&mut self, step: usize) -> Result<(), Failure> {
        let at = clock::wall();
        self.add(&JournalEntry::Confirmed { step, at })
    }

    /// Writes that `slot` holds `value`, which an earlier run meant to set there.
    ///
    /// # Errors
    /// See [`Self::record_intent`].
    pub fn record_found(&mut self, slot: Slot, value: SlotValue) -> Result<(), Failure> {
        let at = clock::wall();
        self.add(&JournalEntry::Found { at, slot, value })
    }

    /// Writes how the run ended.
    ///
    /// # Errors
    /// See [`Self::record_intent`].
    pub fn record_end(&mut self, state: Progress) -> Result<(), Failure> {
        let at = clock::wall();
        self.add(&JournalEntry::Ended { at, state })
    }

    fn add(&mut self, entry: &JournalEntry) -> Result<(), Failure> {
        self.write(entry, &[])?;
        self.ledger.add(entry);
        Ok(())
    }

    fn write(&mut self, entry: &JournalEntry, separator: &[u8]) -> Result<(), Failure> {
        let written = if self.is_broken {
            Err(io::Error::other("an earlier entry could not be written"))
        } else {
            self.append(entry, separator)
        };
        written.map_err(|error| {
            self.is_broken = true;
            let path = self.path.display();
            Failure::failed(format!("the journal {path} cannot be written: {error}"))
                .hint("nothing further was called; make room, and run the same command again")
        })
    }

    fn append(&mut self, entry: &JournalEntry, separator: &[u8]) -> io::Result<()> {
        let json = serde_json::to_vec(entry)?;
        self.file.write_all(&[separator, &json, b"\n"].concat())?;
        self.file.sync_all()
    }
}

impl RunEntry {
    /// One that begins now.
    fn of(operator: &Operator, plan: &Plan) -> Self {
        Self {
            journal: entry::VERSION,
            run_id: run_id(),
            at: clock::wall(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            command: plan.command.clone(),
            account: operator.caller.account.clone(),
            caller: operator.caller.arn.clone(),
            access_key_id: operator.access_key_id.clone(),
            undoes: plan.undoes.clone(),
        }
    }

    /// Whether `self` is another run of the same command on the same account.
    fn is_same(&self, run: &RunEntry) -> bool {
        self.account == run.account && self.command == run.command
    }
}

/// Reads the journal in `path`, which no run is writing.
///
/// # Errors
/// A usage failure where there is none, where it is damaged, with the line, or being written.
pub fn read(path: &Path) -> Result<JournalLog, Failure> {
    let mut file = open_regular(path, OpenOptions::new().read(true))?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Err(in_use(path)),
        // where files cannot be locked at all, none is
        Err(TryLockError::Error(_)) | Ok(()) => Ok(read_from(&mut file, path)?.0),
    }
}

/// Opens what is a file, and not a link to one: a journal decides what is called.
fn open_regular(path: &Path, options: &OpenOptions) -> Result<File, Failure> {
    let there = fs::symlink_metadata(path).map_err(|error| cannot("open", path, &error))?;
    if !there.is_file() {
        return Err(
            Failure::usage(format!("{} is no regular file", path.display()))
                .hint("a journal is a file that trailhunt made, not a link, folder or device"),
        );
    }
    let file = options
        .open(path)
        .map_err(|error| cannot("open", path, &error))?;
    let opened = file
        .metadata()
        .map_err(|error| cannot("open", path, &error))?;
    if !folder::is_same_file(&there, &opened) {
        return Err(Failure::usage(format!(
            "{} was replaced while it was opened",
            path.display()
        )));
    }
    Ok(file)
}

fn read_from(file: &mut File, path: &Path) -> Result<(JournalLog, Vec<u8>), Failure> {
    let mut bytes = Vec::new();
    let read = file.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    let read = read.map_err(|error| cannot("read", path, &error))?;
    let log = match read as u64 {
        0..=MOST_BYTES => JournalLog::parse(&bytes),
        _ => Err(format!("it is larger than {} MiB", MOST_BYTES >> 20)),
    };
    let log = log.map_err(|why| {
        // what never was a journal is not called a damaged one
        let what = if bytes.starts_with(br#"{"entry":"#) {
            "is no whole journal"
        } else {
            "is no journal of trailhunt"
        };
        Failure::usage(format!("{} {what}: {why}", path.display()))
            .hint("nothing was done; a journal that was edited or damaged is not acted on")
    })?;
    Ok((log, bytes))
}

fn lock(file: &File, path: &Path) -> Result<(), Failure> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => in_use(path),
        TryLockError::Error(error) => cannot("lock", path, &error),
    })
}

fn in_use(path: &Path) -> Failure {
    Failure::usage(format!("another run is writing {}", path.display()))
        .hint("wait until it has ended")
}

fn cannot(what: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!(
        "cannot {what} the journal {}: {error}",
        path.display()
    ))
    .hint("nothing was done; --journal FILE names another place")
}
