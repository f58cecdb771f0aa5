//! The journal: JSON Lines, one entry before and one after every call, each on disk before the next thing happens.
//! Each line is sealed with a key of this machine: what was changed, cut off or brought from elsewhere is told apart.
//! `entry` is the format, `seal` what keeps it from being forged, `stored` a journal as it is found, `ledger` what it adds
//! up to. `place` is where one is written, with a `copy` elsewhere, and what is kept `beside` it; `folder` is where they are kept, and `history` what
//! those say together.

mod beside;
mod copy;
pub mod entry;
mod file;
mod folder;
#[cfg(test)]
mod forging;
mod history;
pub mod ledger;
mod place;
mod seal;
mod stored;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, Write};
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
use copy::JournalCopy;
use entry::{IntendedCall, JournalEntry, RunEntry};
use file::{cannot, folder_of, lock, sync};
pub use folder::JournalFolder;
use ledger::Ledger;
pub use place::{JournalPlace, Unfinished, UnfinishedRun};
use seal::{Seal, Sealer};
pub use stored::StoredJournal;

/// A journal that is being written. It is locked until it is dropped.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    run_id: String,
    ledger: Ledger,
    continued: Option<ContinuedRun>,
    chain: Chain,
    copy: Option<JournalCopy>,
    /// Whether an entry could not be written: a part of it may stand there, so no other may follow.
    is_broken: bool,
}

/// What the next line is sealed with.
#[derive(Debug)]
struct Chain {
    sealer: Sealer,
    /// The run that begins the journal.
    id: String,
    entries: usize,
    last: Seal,
    /// What stands behind the last sealed line.
    gap: Vec<u8>,
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

impl Chain {
    /// The line of `entry`; the next one follows it.
    fn seal(&mut self, entry: &JournalEntry) -> io::Result<Vec<u8>> {
        let (line, seal) = self.sealer.line(&self.last, &self.gap, entry)?;
        self.last = seal;
        self.entries += 1;
        self.gap = b"\n".to_vec();
        Ok(line)
    }

    /// Keeps how long the journal is now.
    fn keep(&self) -> io::Result<()> {
        self.sealer.keep_head(&self.id, self.entries, &self.last)
    }
}

impl Journal {
    /// Opens the journal of `plan` in `place`. One of the same command and account that did not end is continued.
    ///
    /// # Errors
    /// A usage failure where anything else stands there, or it cannot be written: then nothing is done.
    pub fn open(place: &JournalPlace, operator: &Operator, plan: &Plan) -> Result<Self, Failure> {
        Self::open_for(place, RunEntry::of(operator, plan))
    }

    fn open_for(place: &JournalPlace, run: RunEntry) -> Result<Self, Failure> {
        match place.existing(&run)? {
            Some(path) => Self::resume(place, &path, run),
            None => Self::create(place, run),
        }
    }

    /// Makes one: it stands there with its first line, or not at all.
    fn create(place: &JournalPlace, run: RunEntry) -> Result<Self, Failure> {
        let mut chain = Chain {
            sealer: place.folder.made()?,
            id: run.run_id.clone(),
            entries: 0,
            last: Seal::default(),
            gap: Vec::new(),
        };
        let path = place.new_file(&run)?;
        let cannot_make = |error: io::Error| cannot("make", &path, &error);
        let folder = folder_of(&path);
        let mut made = tempfile::Builder::new();
        let made = made.prefix(".trailhunt-").append(true).tempfile_in(folder);
        let mut made = made.map_err(cannot_make)?;
        lock(made.as_file(), &path)?;
        let run_id = run.run_id.clone();
        let line = chain.seal(&JournalEntry::Run(run)).map_err(cannot_make)?;
        let written = made.write_all(&line);
        let written = written.and_then(|()| made.as_file().sync_all());
        written.map_err(cannot_make)?;
        // a journal that stands there has a record
        chain.keep().map_err(cannot_make)?;
        let file = made.persist_noclobber(&path);
        let file = file.map_err(|error| cannot("make", &path, &error.error))?;
        // the name, too, must outlive a crash
        sync(folder).map_err(|error| cannot("write", &path, &error))?;
        let copy = place.copy.as_deref();
        let copy = copy
            .map(|copy| JournalCopy::open(copy, &line))
            .transpose()?;
        Ok(Self {
            path: std::path::absolute(&path).unwrap_or(path),
            file,
            run_id,
            ledger: Ledger::default(),
            continued: None,
            chain,
            copy,
            is_broken: false,
        })
    }

    fn resume(place: &JournalPlace, path: &Path, run: RunEntry) -> Result<Self, Failure> {
        let (file, found) = place.reopen(path, &run)?;
        let copy = place.copy.as_deref();
        let copy = copy
            .map(|copy| JournalCopy::open(copy, &found.bytes))
            .transpose()?;
        let separator: &[u8] = if found.bytes.ends_with(b"\n") {
            b""
        } else {
            b"\n"
        };
        let log = &found.log;
        let continued = log.run().map(|last| ContinuedRun {
            begun: last.at,
            ended: log.state(),
            torn: log.torn,
        });
        let mut journal = Self {
            path: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
            file,
            run_id: run.run_id.clone(),
            ledger: Ledger::of(log),
            continued,
            chain: Chain {
                sealer: place.folder.made()?,
                id: found.id().to_owned(),
                entries: found.seals.len(),
                last: found.seals.last().copied().unwrap_or_default(),
                gap: [found.tail(), separator].concat(),
            },
            copy,
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

    /// What to know of a second journal that could not be written on.
    pub fn lost_copy(&self) -> Option<String> {
        self.copy.as_ref()?.lost()
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
        let line = [separator, &self.chain.seal(entry)?].concat();
        self.file.write_all(&line)?;
        self.file.sync_all()?;
        self.chain.keep()?;
        if let Some(copy) = &mut self.copy {
            copy.add(&line);
        }
        Ok(())
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
