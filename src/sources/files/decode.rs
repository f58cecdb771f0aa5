//! Streams over streams: one that was looked at, one that makes no end of bytes, one of units of 16 bits; and a file for
//! what can be read once only.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read, Seek};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::content::HEAD;

/// What `input` holds, in a file that nobody sees and that goes when it is closed.
///
/// # Errors
/// Where it cannot be read or written.
pub fn spooled(input: &mut dyn Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(input, &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// A stream whose first bytes were looked at.
pub struct Peeked<R> {
    pub head: Vec<u8>,
    at: usize,
    /// What ended the looking; it comes again where it stood.
    pub error: Option<io::Error>,
    rest: R,
}

impl<R: Read> Peeked<R> {
    pub fn new(mut rest: R) -> Self {
        let mut head = Vec::with_capacity(HEAD);
        let error = rest.by_ref().take(HEAD as u64).read_to_end(&mut head).err();
        Self {
            head,
            at: 0,
            error,
            rest,
        }
    }
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut head = self.head.get(self.at..).unwrap_or_default();
        let read = head.read(buffer)?;
        self.at += read;
        match self.error.take_if(|_| read == 0) {
            Some(error) => Err(error),
            None if read == 0 => self.rest.read(buffer),
            None => Ok(read),
        }
    }
}

/// What a decoder makes, counted; its errors say what kind of data they are of.
pub struct Unpacked<'c, R> {
    input: R,
    kind: &'static str,
    left: Rc<Cell<u64>>,
    cancel: &'c AtomicBool,
}

/// Of what is not read to its end because the scan is cancelled.
pub const INTERRUPTED: &str = "interrupted";

impl<'c, R> Unpacked<'c, R> {
    /// Makes `left` bytes at most, and takes from it what it makes; an error once `cancel` is true.
    pub fn new(input: R, kind: &'static str, left: Rc<Cell<u64>>, cancel: &'c AtomicBool) -> Self {
        Self {
            input,
            kind,
            left,
            cancel,
        }
    }
}

impl<R: Read> Read for Unpacked<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(io::Error::other(INTERRUPTED));
        }
        let kind = self.kind;
        let read = self
            .input
            .read(buffer)
            .map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => io::Error::other(format!("the {kind} data is cut off")),
                ErrorKind::InvalidInput | ErrorKind::InvalidData => {
                    io::Error::other(format!("the {kind} data is damaged ({error})"))
                }
                _ => error,
            })?;
        let left = self.left.get().checked_sub(read as u64);
        let left = left.ok_or_else(|| {
            io::Error::other("far more comes out of the file than files of its size hold")
        })?;
        self.left.set(left);
        Ok(read)
    }
}

/// Text in units of 16 bits, as UTF-8 and without its mark.
pub struct Utf16<R> {
    input: R,
    big_endian: bool,
    /// Read and not yet decoded: half a character at most, and what was read last.
    units: Vec<u8>,
    text: Cursor<String>,
    is_ended: bool,
}

impl<R: Read> Utf16<R> {
    pub fn new(input: R, big_endian: bool) -> Self {
        Self {
            input,
            big_endian,
            units: Vec::new(),
            text: Cursor::default(),
            is_ended: false,
        }
    }

    /// Decodes what comes next, a lone half as U+FFFD.
    fn decode_more(&mut self) -> io::Result<()> {
        let mut chunk = [0; 16 << 10];
        let read = self.input.read(&mut chunk)?;
        self.units
            .extend_from_slice(chunk.get(..read).unwrap_or_default());
        self.is_ended = read == 0;
        let unit = |bytes: &[u8]| match (bytes, self.big_endian) {
            (&[a, b], true) => u16::from_be_bytes([a, b]),
            (&[a, b], false) => u16::from_le_bytes([a, b]),
            _ => 0,
        };
        let mut units: Vec<u16> = self.units.chunks_exact(2).map(unit).collect();
        let mut whole = units.len() * 2;
        // the first half of a character waits for the second
        if !self.is_ended && matches!(units.last(), Some(0xD800..=0xDBFF)) {
            units.pop();
            whole -= 2;
        }
        self.units.drain(..whole);
        if self.is_ended && !self.units.is_empty() {
            return Err(io::Error::other("the UTF-16 text is cut off"));
        }
        let decoded = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
        self.text = Cursor::new(decoded.filter(|c| *c != '\u{feff}').collect());
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.text.read(buffer)?;
            if read > 0 || self.is_ended || buffer.is_empty() {
                return Ok(read);
            }
            self.decode_more()?;
        }
    }
}
