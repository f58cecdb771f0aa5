//! Hostile bytes into the reader of trail files: it never panics, chunks make no difference, and what came before
//! the damage is kept.
//!
//! `cargo fuzz run record_reader`; on a stable toolchain with `RUSTC_BOOTSTRAP=1` set.

#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use trailhunt::sources::files::{FileContents, read_stream};

/// Ends in a record, so that nothing after it can make it another one.
const SOUND: &str = concat!(
    "{\"eventVersion\":\"1.08\",\"eventID\":\"a\"}\n",
    "{\"Records\":[{\"eventVersion\":\"1.09\",\"eventID\":\"b\"},{\"eventVersion\":\"1.10\"}"
);

/// Gives at most so many bytes a read.
struct Chunks<'a>(&'a [u8], usize);

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = self.1.min(buffer.len());
        self.0.read(&mut buffer[..most])
    }
}

fn read(input: impl Read) -> (Vec<String>, FileContents) {
    let mut records = Vec::new();
    let contents = read_stream(input, |event| records.push(event.raw().to_owned()));
    assert_eq!(records.len() as u64, contents.events);
    (records, contents)
}

fuzz_target!(|input: (u8, &[u8])| {
    let (chunk, bytes) = input;
    let whole = read(bytes);
    let chunked = read(Chunks(bytes, usize::from(chunk) + 1));
    let is_packed = |magic: &[u8; 2]| bytes.windows(2).any(|bytes| bytes == magic);
    if is_packed(b"\x1f\x8b") || is_packed(b"PK") {
        // how much is decompressed before damage is noticed depends on how it is fed
        assert!(whole.0.starts_with(&chunked.0) || chunked.0.starts_with(&whole.0));
    } else {
        assert_eq!(whole, chunked);
    }

    let (sound, _) = read(SOUND.as_bytes());
    let damaged = [SOUND.as_bytes(), bytes].concat();
    let (records, _) = read(damaged.as_slice());
    assert!(records.starts_with(&sound));
});
