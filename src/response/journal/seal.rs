//! The seals of journals: the key of this machine, the chain that it makes of a journal's lines, and the record of how
//! long each journal is known to be. The seal of a line is an HMAC over the seal before and every byte since, so that
//! no byte before the last sealed line can be changed, and a journal that lost its last lines is shorter than its
//! record. What cannot be noticed: who can read the key writes whatever they like, and who puts back the journal and
//! its record together puts back an earlier state of both.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::entry::JournalEntry;
use super::file::{cannot, is_of_others, make, open_regular, sync};
use crate::error::Failure;

const KEY: &str = "journal.key";
const HEADS: &str = "heads";
/// Longer than any record of a journal's length.
const MOST_HEAD: u64 = 1 << 10;
const SHA256_BLOCK: usize = 64;

pub type Seal = [u8; 32];

/// Seals and checks journals, with the key of this machine.
pub struct Sealer {
    key: Seal,
    heads: PathBuf,
}

/// How long a journal is known to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalHead {
    Missing,
    /// It does not bear the seal of this machine.
    Broken,
    /// So many entries, the last of which bears this seal.
    Known {
        entries: usize,
        seal: String,
    },
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // never the key
        f.debug_struct("Sealer").finish_non_exhaustive()
    }
}

impl Sealer {
    /// The key that is kept in the state folder `folder`.
    ///
    /// # Errors
    /// Why there is none that can be relied on, for people.
    pub fn existing(folder: &Path) -> Result<Self, String> {
        let path = folder.join(KEY);
        if let Err(error) = fs::symlink_metadata(&path)
            && error.kind() == io::ErrorKind::NotFound
        {
            return Err("this machine has sealed no journal yet".to_owned());
        }
        let shown = path.display();
        let unread = |error: &dyn fmt::Display| format!("the key {shown} cannot be read: {error}");
        let file = open_regular(&path, OpenOptions::new().read(true));
        let file = file.map_err(|failure| unread(&failure))?;
        let metadata = file.metadata().map_err(|error| unread(&error))?;
        if is_of_others(&metadata, 0o077) {
            return Err(format!(
                "the key {shown} belongs to somebody else, or can be read by others"
            ));
        }
        let mut bytes = Vec::new();
        let read = file.take(MOST_HEAD).read_to_end(&mut bytes);
        read.map_err(|error| unread(&error))?;
        let key = Seal::try_from(bytes.as_slice());
        let key = key.map_err(|_| format!("the key {shown} is damaged"))?;
        Ok(Self {
            key,
            heads: folder.join(HEADS),
        })
    }

    /// Whether a key is kept in `folder`, of whatever use.
    pub fn is_there(folder: &Path) -> bool {
        fs::symlink_metadata(folder.join(KEY)).is_ok()
    }

    /// The same as [`Self::existing`]; it is made where there is none. So is `folder`.
    ///
    /// # Errors
    /// A usage failure where it cannot be made, or not be relied on.
    pub fn made(folder: &Path) -> Result<Self, Failure> {
        make(&folder.join(HEADS))?;
        let path = folder.join(KEY);
        if let Err(error) = fs::symlink_metadata(&path)
            && error.kind() == io::ErrorKind::NotFound
        {
            make_key(&path).map_err(|error| cannot("make the key of", &path, &error))?;
        }
        Self::existing(folder).map_err(|why| {
            Failure::usage(format!("journals cannot be sealed: {why}")).hint(format!(
                "nothing was done; chmod 600 a key that is yours, or move {} away: a new one is made, and journals of \
                 the old one are acted on only with --trust-journal",
                path.display()
            ))
        })
    }

    /// The line of `entry`, and its seal: it comes after the line that bears `last`, and after `gap`, which no seal
    /// covers yet.
    pub fn line(
        &self,
        last: &Seal,
        gap: &[u8],
        entry: &JournalEntry,
    ) -> io::Result<(Vec<u8>, Seal)> {
        let mut line = serde_json::to_vec(entry)?;
        // the seal is the last field of the object
        line.pop();
        let seal = self.mac(&[b"entry", last, gap, &line]);
        line.extend_from_slice(OPENING);
        line.extend_from_slice(hex(&seal).as_bytes());
        line.extend_from_slice(CLOSING);
        line.push(b'\n');
        Ok((line, seal))
    }

    /// The seals of the `lines` of `journal`, which are the ranges of its whole lines.
    ///
    /// # Errors
    /// The number of the first line, from 0, that does not bear the seal it should.
    pub fn chain(&self, journal: &[u8], lines: &[Range<usize>]) -> Result<Vec<Seal>, usize> {
        let mut last = Seal::default();
        let mut sealed_up_to = 0;
        let mut seals = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let gap = &journal[sealed_up_to..line.start];
            let (body, shown) = split(&journal[line.clone()]).ok_or(number)?;
            last = self.mac(&[b"entry", &last, gap, body]);
            if hex(&last).as_bytes() != shown {
                return Err(number);
            }
            seals.push(last);
            sealed_up_to = without_newline(journal, line).end;
        }
        Ok(seals)
    }

    /// The record of the journal whose first run is `id`.
    pub fn head(&self, id: &str) -> JournalHead {
        let Some(path) = self.head_path(id) else {
            return JournalHead::Missing;
        };
        let mut text = String::new();
        match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return JournalHead::Missing,
            Err(_) => return JournalHead::Broken,
            Ok(file) => {
                if file.take(MOST_HEAD).read_to_string(&mut text).is_err() {
                    return JournalHead::Broken;
                }
            }
        }
        let mut words = text.split_whitespace();
        let (entries, seal) = (
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        match entries.parse() {
            Ok(count) if text == self.head_text(id, count, seal) => JournalHead::Known {
                entries: count,
                seal: seal.to_owned(),
            },
            _ => JournalHead::Broken,
        }
    }

    /// Keeps the record that the journal `id` has so many `entries`, the last of which bears `seal`.
    pub fn keep_head(&self, id: &str, entries: usize, seal: &Seal) -> io::Result<()> {
        let path = self.head_path(id);
        let path = path.ok_or_else(|| io::Error::other("a run has no such id"))?;
        // whoever reads it sees the old record or the new one
        let mut file = tempfile::Builder::new()
            .prefix(".trailhunt-")
            .tempfile_in(&self.heads)?;
        file.write_all(self.head_text(id, entries, &hex(seal)).as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map(|_| ()).map_err(|error| error.error)
    }

    fn head_text(&self, id: &str, entries: usize, seal: &str) -> String {
        let count = entries.to_string();
        let parts: [&[u8]; 7] = [
            b"head",
            id.as_bytes(),
            b" ",
            count.as_bytes(),
            b" ",
            seal.as_bytes(),
            b"",
        ];
        format!("{count} {seal} {}\n", hex(&self.mac(&parts)))
    }

    /// None for what is no id of a run: it comes from a file that anybody may have written, and must name no other.
    fn head_path(&self, id: &str) -> Option<PathBuf> {
        let is_id = !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_hexdigit());
        is_id.then(|| self.heads.join(id))
    }

    fn mac(&self, parts: &[&[u8]]) -> Seal {
        // HMAC pads a shorter key with zeros to a block
        let mut block = [0; SHA256_BLOCK];
        block[..self.key.len()].copy_from_slice(&self.key);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

const OPENING: &[u8] = b",\"seal\":\"";
const CLOSING: &[u8] = b"\"}";

/// What the seal of a line covers, and the seal that it bears; none where it bears none.
fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let (rest, seal) = line.strip_suffix(CLOSING)?.split_last_chunk::<64>()?;
    Some((rest.strip_suffix(OPENING)?, seal))
}

/// The range of a line without its end, which the seal of the next one covers.
pub fn without_newline(journal: &[u8], line: &Range<usize>) -> Range<usize> {
    let is_ended = journal[line.clone()].ends_with(b"\n");
    line.start..line.end - usize::from(is_ended)
}

/// Whether a line bears a seal at all.
pub fn is_sealed(line: &[u8]) -> bool {
    split(line).is_some()
}

pub fn hex(bytes: &[u8]) -> String {
    let digits =
        |byte: &u8| [byte >> 4, byte & 0xf].map(|digit| char::from_digit(digit.into(), 16));
    bytes.iter().flat_map(digits).flatten().collect()
}

/// Makes a key at random, whole or not at all; another run may have made one meanwhile.
fn make_key(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut key = Seal::default();
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    // readable by its owner only
    let mut file = tempfile::Builder::new()
        .prefix(".trailhunt-")
        .tempfile_in(folder)?;
    file.write_all(&key)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => sync(folder),
    }
}
