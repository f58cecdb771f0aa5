//! The members of zip and tar archives, each handed on as a file of its own.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::rc::Rc;

use flate2::Crc;
use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipVerification};
use tar::EntryType;

/// Longer than any path.
const LONGEST_NAME: u64 = 64 << 10;
const TAR_BLOCK: u64 = 512;

/// What is done with each member: its path, and its bytes or why there are none.
pub type EachMember<'e> =
    &'e mut dyn FnMut(&str, Result<&mut dyn Read, String>) -> Result<(), String>;

/// Hands on the members of the zip `file`.
///
/// # Errors
/// What is wrong with the archive itself, or what `each` says.
pub fn zip_members(file: File, each: EachMember<'_>) -> Result<(), String> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive = ZipArchive::from_file(file, &mut buffer).map_err(damaged_zip)?;
    let mut entries = archive.entries(&mut buffer);
    let mut seen = 0;
    while let Some(entry) = entries.next_entry().map_err(damaged_zip)? {
        seen += 1;
        if entry.is_dir() && entry.uncompressed_size_hint() == 0 {
            continue;
        }
        let path = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
        let stored = match archive.get_entry(entry.wayfinder()) {
            _ if entry.flags().is_encrypted() => Err("encrypted".to_owned()),
            stored => stored.map_err(damaged_zip),
        };
        let stored = match stored {
            Ok(stored) => stored,
            Err(reason) => {
                each(&path, Err(reason))?;
                continue;
            }
        };
        let packed = stored.reader();
        let expected = packed.claim_verifier();
        let input: Box<dyn Read> = match entry.compression_method() {
            CompressionMethod::STORE => Box::new(packed),
            CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(packed)),
            other => {
                each(&path, Err(format!("packed by {other}, which is not read")))?;
                continue;
            }
        };
        let mut verified = Verified {
            input,
            crc: Crc::new(),
            size: 0,
            expected,
        };
        each(&path, Ok(&mut verified))?;
    }
    if seen < archive.entries_hint() {
        return Err("the zip data is damaged (members are missing)".to_owned());
    }
    Ok(())
}

/// The bytes of a member; at their end, an error where they are not those that were packed. What was read until then
/// is handed on all the same, damaged or not: it may hold records.
struct Verified<R> {
    input: R,
    crc: Crc,
    size: u64,
    expected: ZipVerification,
}

impl<R: Read> Read for Verified<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.crc.update(buffer.get(..read).unwrap_or_default());
        self.size += read as u64;
        if read == 0 && !buffer.is_empty() {
            let actual = ZipVerification {
                crc: self.crc.sum(),
                uncompressed_size: self.size,
            };
            let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
            self.expected.valid(actual).map_err(invalid)?;
        }
        Ok(read)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "an adapter for map_err")]
fn damaged_zip(error: rawzip::Error) -> String {
    format!("the zip data is damaged ({error})")
}

/// Hands on the members of the tar archive `input`.
///
/// # Errors
/// What is wrong with the archive itself, or what `each` says.
pub fn tar_members(input: &mut dyn Read, each: EachMember<'_>) -> Result<(), String> {
    let damaged = |error: io::Error| format!("the tar data is damaged ({error})");
    let zeros = Rc::new(Cell::new(0));
    let mut archive = tar::Archive::new(TrailingZeros {
        input,
        zeros: Rc::clone(&zeros),
    });
    // the crate would hold a name of any length in memory
    let entries = archive.entries().map_err(damaged)?.raw(true);
    let mut long_name = None;
    for entry in entries {
        let mut entry = entry.map_err(damaged)?;
        let kind = entry.header().entry_type();
        match kind {
            EntryType::GNULongName => long_name = Some(text_of(&mut entry).map_err(damaged)?),
            EntryType::XHeader => {
                let records = text_of(&mut entry).map_err(damaged)?;
                long_name = path_of(&records).or(long_name);
            }
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                let short = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                let path = long_name.take().unwrap_or(short);
                let bytes: Result<&mut dyn Read, String> = match kind {
                    EntryType::GNUSparse => Err("a sparse file, which is not read".to_owned()),
                    _ => Ok(&mut entry),
                };
                each(&path, bytes)?;
            }
            EntryType::GNULongLink | EntryType::XGlobalHeader => {}
            // folders, links to other members, devices
            _ if entry.size() == 0 => long_name = None,
            _ => {
                let short = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                let path = long_name.take().unwrap_or(short);
                each(&path, Err("a kind of member that is not read".to_owned()))?;
            }
        }
    }
    let mut rest = archive.into_inner();
    let mut buffer = [0; 8192];
    loop {
        let read = rest.read(&mut buffer).map_err(damaged)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        if bytes.iter().any(|byte| *byte != 0) {
            return Err("more follows after the end of the tar data, which is not read".to_owned());
        }
        if read == 0 {
            break;
        }
    }
    if zeros.get() < TAR_BLOCK {
        return Err("the tar data is cut off".to_owned());
    }
    Ok(())
}

/// A name that stands as a member of its own, up to its NUL.
fn text_of(entry: &mut dyn Read) -> io::Result<String> {
    let mut text = Vec::new();
    entry.take(LONGEST_NAME).read_to_end(&mut text)?;
    let end = text.iter().position(|byte| *byte == 0);
    text.truncate(end.unwrap_or(text.len()));
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// `path` of extended records, each `LENGTH KEY=VALUE` and a line's end.
fn path_of(records: &str) -> Option<String> {
    let records = tar::PaxExtensions::new(records.as_bytes());
    let mut paths = records
        .flatten()
        .filter(|record| record.key_bytes() == b"path");
    let path = paths.next()?;
    Some(String::from_utf8_lossy(path.value_bytes()).into_owned())
}

/// Counts the zeros at the end: an archive that is whole ends with blocks of them.
struct TrailingZeros<R> {
    input: R,
    zeros: Rc<Cell<u64>>,
}

impl<R: Read> Read for TrailingZeros<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
        let before = if zeros == read { self.zeros.get() } else { 0 };
        self.zeros.set(before + zeros as u64);
        Ok(read)
    }
}
