//! A trail file as CloudTrail delivers it: one gzip member or none, one list of records. It is unpacked whole, and read in
//! one pass. Whatever that pass is not sure of is left to the stream, so that nothing here decides what is missing.

use std::fs::File;
use std::io::Read;
use std::ops::Range;

use libdeflater::Decompressor;
use memchr::memmem;

use crate::event::glance::Glance;

/// Larger files are streamed: their records keep other cores busy, too.
const LARGEST: usize = 16 << 20;
/// Of records that long, and of so many, the stream knows how to keep memory bounded.
const LONGEST_RECORD: usize = 1 << 20;
const MOST_RECORDS: usize = 16 << 10;
/// Up to the bracket of its list, a document that CloudTrail writes is no longer.
const LONGEST_BEGIN: usize = 64;

/// The beginning of a gzip member: its method, and what is there besides, of which only a short name is plain.
const PLAIN_MEMBER: [&[u8]; 2] = [&[0x1f, 0x8b, 8, 0], &[0x1f, 0x8b, 8, HAS_NAME]];
const HAS_NAME: u8 = 8;
const FIXED_HEADER: usize = 10;
const LONGEST_NAME: usize = 256;

/// CRC-32 and length of what was packed, at the end of a gzip member.
const TRAILER: usize = 8;

/// What a thread keeps from file to file.
#[derive(Default)]
pub struct WholeFile {
    packed: Vec<u8>,
    unpacked: Vec<u8>,
    inflate: Option<Decompressor>,
    records: Vec<(Range<usize>, Option<Glance>)>,
}

/// The records of a file, and how they came.
#[derive(Debug)]
pub struct WholeRecords<'w> {
    text: &'w str,
    records: &'w [(Range<usize>, Option<Glance>)],
    pub is_decoded: bool,
}

impl<'w> WholeRecords<'w> {
    pub fn records(&self) -> impl Iterator<Item = (u64, &'w str, Option<&'w Glance>)> {
        let text = self.text;
        self.records.iter().map(move |(range, glance)| {
            let record = text.get(range.clone()).unwrap_or_default();
            (range.start as u64, record, glance.as_ref())
        })
    }
}

impl WholeFile {
    /// The records of `file`, which has `size` bytes; none where it is any other than a plain trail file.
    pub fn read(&mut self, mut file: &File, size: u64) -> Option<WholeRecords<'_>> {
        let size = usize::try_from(size).ok().filter(|size| *size <= LARGEST)?;
        self.packed.clear();
        file.by_ref()
            .take(LARGEST as u64 + 1)
            .read_to_end(&mut self.packed)
            .ok()?;
        // it is being written
        if self.packed.len() != size {
            return None;
        }
        let is_decoded = self.packed.starts_with(&[0x1f, 0x8b]);
        let bytes = if is_decoded {
            let inflate = self.inflate.get_or_insert_default();
            unpack(inflate, &self.packed, &mut self.unpacked)?
        } else {
            &self.packed
        };
        let text = std::str::from_utf8(bytes).ok()?;
        self.records.clear();
        records(text, &mut self.records)?;
        Some(WholeRecords {
            text,
            records: &self.records,
            is_decoded,
        })
    }
}

/// What the one gzip member is that `packed` is; none where anything stands behind it.
fn unpack<'u>(
    inflate: &mut Decompressor,
    packed: &[u8],
    unpacked: &'u mut Vec<u8>,
) -> Option<&'u [u8]> {
    let [_, named] = PLAIN_MEMBER;
    let names = packed.get(FIXED_HEADER..)?.iter().take(LONGEST_NAME);
    let is_plain = PLAIN_MEMBER.iter().any(|begin| packed.starts_with(begin));
    if !is_plain || packed.starts_with(named) && !names.into_iter().any(|byte| *byte == 0) {
        return None;
    }
    let trailer = packed.get(packed.len().checked_sub(TRAILER)?..)?;
    let (crc, length) = trailer.split_first_chunk::<4>()?;
    let (crc, length) = (
        u32::from_le_bytes(*crc),
        u32::from_le_bytes(length.try_into().ok()?),
    );
    let length = usize::try_from(length).ok().filter(|it| *it <= LARGEST)?;
    if unpacked.len() < length {
        unpacked.resize(length, 0);
    }
    let room = unpacked.get_mut(..length)?;
    // the library has no word for what it leaves of its input: it ended where its trailer is, which is the last one
    // where there is no other like it
    let is_all = inflate.gzip_decompress(packed, room).ok()? == length
        && libdeflater::crc32(room) == crc
        && memmem::find(packed, trailer)? == packed.len() - TRAILER;
    is_all.then_some(room)
}

/// The records of the trail file `text`, each with its glance where that is sure; none where anything about it is not plain.
fn records(text: &str, records: &mut Vec<(Range<usize>, Option<Glance>)>) -> Option<()> {
    let rest = after(text.strip_prefix('{')?);
    let rest = after(rest.strip_prefix("\"Records\"")?);
    let rest = after(rest.strip_prefix(':')?);
    let mut rest = after(rest.strip_prefix('[')?);
    if text.len() - rest.len() > LONGEST_BEGIN {
        return None;
    }
    while !rest.starts_with(']') || !records.is_empty() {
        let begin = text.len() - rest.len();
        let members = after(rest.strip_prefix('{')?);
        if !members.starts_with("\"eventVersion\"") {
            return None;
        }
        let (length, glance) = Glance::of_first(rest)?;
        if length > LONGEST_RECORD || records.len() == MOST_RECORDS {
            return None;
        }
        records.push((begin..begin + length, glance));
        rest = after(rest.get(length..)?);
        let Some(next) = rest.strip_prefix(',') else {
            break;
        };
        rest = after(next);
    }
    let rest = after(rest.strip_prefix(']')?);
    let rest = after(rest.strip_prefix('}')?);
    rest.is_empty().then_some(())
}

/// What follows the white space of JSON.
fn after(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\n', '\r'])
}

#[cfg(test)]
mod tests;
