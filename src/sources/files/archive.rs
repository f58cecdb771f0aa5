//! The members of zip and tar archives, each handed on as a file of its own.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::rc::Rc;

use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive};
use tar::EntryType;

use super::layers::{PartName, Unpacking};
use crate::report::State;

/// Longer than any path.
const LONGEST_NAME: u64 = 64 << 10;
const TAR_BLOCK: u64 = 512;

/// The members of the zip `file`.
pub fn zip_members(unpacking: &mut Unpacking<'_>, file: File, name: &PartName, layer: usize) {
    unpacking.archive(name, |unpacking| {
        let damaged = |error: rawzip::Error| format!("the zip data is damaged ({error})");
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipArchive::from_file(file, &mut buffer).map_err(damaged)?;
        let mut entries = archive.entries(&mut buffer);
        let mut seen = 0;
        while let Some(entry) = entries.next_entry().map_err(damaged)? {
            seen += 1;
            let path = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
            if entry.is_dir() {
                continue;
            }
            let Some(member) = unpacking.member(name, &path)? else {
                continue;
            };
            let method = entry.compression_method();
            if entry.flags().is_encrypted() {
                unpacking.refuse(&member, State::Failed, "encrypted".to_owned());
                continue;
            }
            let stored = match archive.get_entry(entry.wayfinder()) {
                Ok(stored) => stored,
                Err(error) => {
                    unpacking.refuse(&member, State::Failed, damaged(error));
                    continue;
                }
            };
            let mut bytes: Box<dyn Read> = match method {
                CompressionMethod::STORE => Box::new(stored.reader()),
                CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(stored.reader())),
                other => {
                    let reason = format!("packed by {other}, which is not read");
                    unpacking.refuse(&member, State::Failed, reason);
                    continue;
                }
            };
            let checked = stored.verifying_reader(&mut bytes);
            let mut bytes = unpacking.unpacked(checked, "zip");
            unpacking.open(&mut bytes, None, &member, layer);
        }
        if seen < archive.entries_hint() {
            return Err("the zip data is damaged (members are missing)".to_owned());
        }
        Ok(())
    });
}

/// The members of the tar archive `input`.
pub fn tar_members(
    unpacking: &mut Unpacking<'_>,
    input: &mut dyn Read,
    name: &PartName,
    layer: usize,
) {
    unpacking.archive(name, |unpacking| {
        let damaged = |error: io::Error| format!("the tar data is damaged ({error})");
        let zeros = Rc::new(Cell::new(0));
        let mut archive = tar::Archive::new(TrailingZeros {
            input,
            zeros: Rc::clone(&zeros),
        });
        // the crate would hold a name of any length in memory
        let mut entries = archive.entries().map_err(damaged)?.raw(true);
        let mut long_name = None;
        while let Some(entry) = entries.next() {
            let mut entry = entry.map_err(damaged)?;
            match entry.header().entry_type() {
                EntryType::GNULongName => long_name = Some(text_of(&mut entry).map_err(damaged)?),
                EntryType::XHeader => {
                    let records = text_of(&mut entry).map_err(damaged)?;
                    long_name = path_of(&records).or(long_name);
                }
                EntryType::Regular | EntryType::Continuous => {
                    let short = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                    let path = long_name.take().unwrap_or(short);
                    if let Some(member) = unpacking.member(name, &path)? {
                        unpacking.open(&mut entry, None, &member, layer);
                    }
                }
                EntryType::GNUSparse => {
                    let short = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                    let path = long_name.take().unwrap_or(short);
                    if let Some(member) = unpacking.member(name, &path)? {
                        let reason = "a sparse file, which is not read".to_owned();
                        unpacking.refuse(&member, State::Failed, reason);
                    }
                }
                EntryType::GNULongLink | EntryType::XGlobalHeader => {}
                // folders, links to other members, devices
                _ => long_name = None,
            }
        }
        if zeros.get() < TAR_BLOCK {
            return Err("the tar data is cut off".to_owned());
        }
        Ok(())
    });
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
