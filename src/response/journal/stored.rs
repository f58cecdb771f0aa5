//! A journal as it stands in a file: opened with care, read, and whether it may be acted on. Who owns a file and who
//! may write it is looked at on Unix only.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use super::entry::{JournalEntry, JournalLog, RunEntry};
use super::file::{can_others, cannot, in_use, is_of_others, open_regular};
use super::seal::{JournalHead, Seal, Sealer, hex, is_sealed, without_newline};
use crate::error::Failure;
use crate::report::response::Progress;

/// No run writes that much; a file that holds more is none of ours.
const MOST_BYTES: u64 = 64 << 20;
/// The longest first line that is looked at.
const MOST_FIRST: u64 = 1 << 20;

/// A journal, and whether it is as this machine wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredJournal {
    pub path: PathBuf,
    pub log: JournalLog,
    /// Why it is not to be acted on; none where there is no such reason.
    pub doubts: Vec<String>,
    pub bytes: Vec<u8>,
    /// Of its entries, as far as they hold.
    pub seals: Vec<Seal>,
}

impl StoredJournal {
    /// Reads the journal in `path`, which no run is writing. `sealer` has the key of this machine, or says why there
    /// is none.
    ///
    /// # Errors
    /// A usage failure where there is none, where it is damaged, with the line, or being written.
    pub fn read(path: &Path, sealer: &Result<Sealer, String>) -> Result<Self, Failure> {
        let mut file = open_regular(path, OpenOptions::new().read(true))?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Err(in_use(path)),
            // where files cannot be locked at all, none is
            Err(TryLockError::Error(_)) | Ok(()) => Self::read_from(&mut file, path, sealer),
        }
    }

    /// The same, whether or not a run is writing it.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_anyway(path: &Path, sealer: &Result<Sealer, String>) -> Result<Self, Failure> {
        let mut file = open_regular(path, OpenOptions::new().read(true))?;
        Self::read_from(&mut file, path, sealer)
    }

    /// The same, of a file that is open.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_from(
        file: &mut File,
        path: &Path,
        sealer: &Result<Sealer, String>,
    ) -> Result<Self, Failure> {
        let cannot_read = |error: io::Error| cannot("read", path, &error);
        let mut doubts = doubts_of_file(&file.metadata().map_err(cannot_read)?);
        // before the rest: the record of a journal that is being written grows after it
        let head = first_run(file).map_err(cannot_read)?.and_then(|first| {
            let sealer = sealer.as_ref().ok()?;
            Some(sealer.head(&first.run_id))
        });
        file.rewind().map_err(cannot_read)?;
        let (log, bytes) = parse(file, path)?;
        let seals = match sealer {
            Ok(sealer) => sealer.chain(&bytes, &log.lines),
            Err(_) => Err(0),
        };
        let (seals, doubt) = match (seals, sealer) {
            (Ok(seals), _) => {
                let doubt = doubt_of_length(&log, &bytes, &seals, head);
                (seals, doubt)
            }
            (Err(line), sealer) => {
                let why = sealer.as_ref().err().map(String::as_str);
                (Vec::new(), Some(doubt_of_seal(&log, &bytes, line, why)))
            }
        };
        doubts.extend(doubt);
        Ok(Self {
            path: path.to_owned(),
            log,
            doubts,
            bytes,
            seals,
        })
    }

    /// What tells it from every other journal, wherever it stands.
    pub fn id(&self) -> &str {
        self.log.first().map_or("", |first| &first.run_id)
    }

    /// The bytes that no seal covers: the end of the last line, and what a crash left of one more.
    pub fn tail(&self) -> &[u8] {
        let last = self.log.lines.last();
        let end = last.map_or(0, |line| without_newline(&self.bytes, line).end);
        &self.bytes[end..]
    }

    /// Why it is not to be acted on, in one sentence.
    pub fn why_not(&self) -> Option<String> {
        (!self.doubts.is_empty()).then(|| self.doubts.join("; "))
    }

    /// # Errors
    /// A usage failure with `hint` where it is not to be acted on.
    pub fn trusted(self, hint: &str) -> Result<Self, Failure> {
        match self.why_not() {
            None => Ok(self),
            Some(why) => {
                let path = self.path.display();
                Err(Failure::usage(format!("{path} is not acted on: {why}")).hint(hint))
            }
        }
    }
}

/// Why a journal whose line `line`, from 0, does not bear its seal is not to be acted on; `no_key` is why no seal could be
/// checked.
fn doubt_of_seal(log: &JournalLog, bytes: &[u8], line: usize, no_key: Option<&str>) -> String {
    let sealed = |range: &std::ops::Range<usize>| is_sealed(&bytes[range.clone()]);
    let number = log.lines.get(line).map_or(1, |range| {
        let before = bytes[..range.start].split_inclusive(|&byte| byte == b'\n');
        1 + before.count()
    });
    match (log.lines.iter().any(sealed), no_key) {
        (false, _) => {
            "it is not sealed: an earlier trailhunt wrote it, or somebody else".to_owned()
        }
        (true, Some(why)) => format!("its seals cannot be checked: {why}"),
        (true, None) if line == 0 => {
            "it is not sealed by this machine: another one wrote it, or it was changed in line 1"
                .to_owned()
        }
        (true, None) => format!("it was changed: the seal of line {number} does not hold"),
    }
}

/// Why a journal, the seals of which hold, is not as long as it was written.
fn doubt_of_length(
    log: &JournalLog,
    bytes: &[u8],
    seals: &[Seal],
    head: Option<JournalHead>,
) -> Option<String> {
    let (entries, seal) = match head {
        None | Some(JournalHead::Missing) => {
            return Some("this machine has no record of how long it was".to_owned());
        }
        Some(JournalHead::Broken) => {
            return Some("this machine's record of how long it was is damaged".to_owned());
        }
        Some(JournalHead::Known { entries, seal }) => (entries, seal),
    };
    let own = entries.checked_sub(1).and_then(|last| seals.get(last));
    let is_unterminated = log
        .lines
        .last()
        .is_some_and(|line| !bytes[line.clone()].ends_with(b"\n"));
    let doubt = match own {
        None => "its last entries were cut off",
        Some(own) if hex(own) != seal => "it is not the one that this machine has a record of",
        // a run that is cut off has at most one entry that is not recorded yet
        Some(_) if seals.len() > entries + 1 => "it is longer than this machine's record of it",
        Some(_) if is_unterminated && seals.len() == entries => "its end was changed",
        Some(_) if log.torn && log.state() == Some(Progress::Done) => {
            "something was added behind its end"
        }
        Some(_) => return None,
    };
    Some(doubt.to_owned())
}

fn doubts_of_file(metadata: &Metadata) -> Vec<String> {
    let mut doubts = Vec::new();
    if is_of_others(metadata, 0) {
        doubts.push("it belongs to another user".to_owned());
    }
    if can_others(metadata, 0o022) {
        doubts.push("others may write it".to_owned());
    }
    doubts
}

/// All of a file that may hold a journal.
pub fn bytes_of(file: &mut File, path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = file.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    match read {
        Err(error) => Err(cannot("read", path, &error)),
        Ok(read) if read as u64 > MOST_BYTES => Err(unfit(
            path,
            &bytes,
            &format!("it is larger than {} MiB", MOST_BYTES >> 20),
        )),
        Ok(_) => Ok(bytes),
    }
}

fn parse(file: &mut File, path: &Path) -> Result<(JournalLog, Vec<u8>), Failure> {
    let bytes = bytes_of(file, path)?;
    match JournalLog::parse(&bytes) {
        Ok(log) => Ok((log, bytes)),
        Err(why) => Err(unfit(path, &bytes, &why)),
    }
}

fn unfit(path: &Path, bytes: &[u8], why: &str) -> Failure {
    // what never was a journal is not called a damaged one
    let what = if bytes.starts_with(br#"{"entry":"#) {
        "is no whole journal"
    } else {
        "is no journal of trailhunt"
    };
    Failure::usage(format!("{} {what}: {why}", path.display()))
        .hint("nothing was done; a journal that was damaged is not acted on")
}

/// The run that begins the journal in `path`, where it is one.
pub fn first_run_in(path: &Path) -> Option<RunEntry> {
    let mut file = open_regular(path, OpenOptions::new().read(true)).ok()?;
    first_run(&mut file).ok()?
}

fn first_run(file: &mut File) -> io::Result<Option<RunEntry>> {
    let mut line = Vec::new();
    BufReader::new(file.take(MOST_FIRST)).read_until(b'\n', &mut line)?;
    let first = JournalLog::parse(&line).ok();
    Ok(match first.and_then(|log| log.entries.into_iter().next()) {
        Some(JournalEntry::Run(run)) => Some(run),
        _ => None,
    })
}
