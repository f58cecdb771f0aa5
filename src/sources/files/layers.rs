//! From a file to the streams of text in it: gzip, UTF-16, zip and tar are taken off, as often as they were put on.
//!
//! Hostile archives are bounded: so many layers, members, and bytes. Nothing is kept; what cannot be read by position,
//! as a zip must be, goes to a temporary file.

use std::cell::Cell;
use std::fs::File;
use std::io::Read;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use flate2::read::MultiGzDecoder;

use super::archive::{EachMember, tar_members, zip_members};
use super::content::StreamContent;
use super::decode::{INTERRUPTED, Peeked, Unpacked, Utf16, spooled};
use super::names::{
    OF_ANOTHER_SERVICE, PassedOver, is_hidden_name, is_of_another_service, is_wanted,
};
use crate::report::State;

const MOST_LAYERS: usize = 8;
/// One layer of deflate makes no more of a byte; more than this of a whole file is made by layers within layers.
const MOST_OF_A_BYTE: u64 = 1032;
const MOST_IN_ANY_CASE: u64 = 256 << 20;
const MOST_MEMBERS: usize = 250_000;

/// Why a stream is not there to be read.
pub type UnreadState = (State, String);

/// One stream of a file: the file itself, or a member of the archive that it is.
pub struct Part<'p> {
    /// The path within the archive, and the archives within it.
    pub member: Option<String>,
    /// Text; or why there is none.
    pub text: Result<&'p mut dyn Read, UnreadState>,
    /// The bytes of the text are not those of the file.
    pub is_decoded: bool,
}

/// What is known of a stream before it is looked at.
#[derive(Debug, Clone, Default)]
pub struct PartName {
    pub member: Option<String>,
    /// Its name, or what is left of it where a layer was taken off.
    pub name: String,
    /// It is read whatever its first bytes say.
    pub is_wanted: bool,
}

impl PartName {
    /// Of a file that is to be read.
    pub fn of_file(name: &str) -> Self {
        Self {
            member: None,
            name: name.to_owned(),
            is_wanted: true,
        }
    }

    /// Of a member of the archive `self`.
    fn member(&self, path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let member = match &self.member {
            Some(archive) => format!("{archive}: {path}"),
            None => path.to_owned(),
        };
        Self {
            member: Some(member),
            name: name.to_owned(),
            is_wanted: is_wanted(name, path.split('/')),
        }
    }

    /// What its name says that it is.
    fn promise(&self) -> Option<&'static str> {
        let ending = self.name.rsplit('.').next().unwrap_or_default();
        let kinds = [
            ("gz", "gzip"),
            ("tgz", "gzip"),
            ("zip", "zip"),
            ("tar", "tar"),
        ];
        let kind = kinds
            .into_iter()
            .find(|(known, _)| ending.eq_ignore_ascii_case(known))
            .filter(|_| !is_hidden_name(&self.name));
        kind.map(|(_, kind)| kind)
    }

    fn without_gz(&self) -> Self {
        let name = self.name.to_ascii_lowercase();
        let name = match name.strip_suffix(".tgz") {
            Some(name) => format!("{name}.tar"),
            None => name.strip_suffix(".gz").unwrap_or(&name).to_owned(),
        };
        Self {
            name,
            ..self.clone()
        }
    }
}

/// Takes the layers off one file.
pub struct Unpacking<'u> {
    /// Bytes that layers may still make.
    left: Rc<Cell<u64>>,
    /// Whether reading is to end.
    cancel: &'u AtomicBool,
    members: usize,
    /// How many streams there were, and how many members are plainly something else.
    parts: usize,
    pub passed_over: PassedOver,
    visit: &'u mut dyn FnMut(Part<'_>),
}

impl<'u> Unpacking<'u> {
    /// Of a file of `size` bytes; its streams are handed to `visit`, until `cancel` is true.
    pub fn new(size: u64, cancel: &'u AtomicBool, visit: &'u mut dyn FnMut(Part<'_>)) -> Self {
        let most = size.saturating_mul(MOST_OF_A_BYTE);
        Self {
            left: Rc::new(Cell::new(most.saturating_add(MOST_IN_ANY_CASE))),
            cancel,
            members: 0,
            parts: 0,
            passed_over: PassedOver::default(),
            visit,
        }
    }

    /// Hands on the streams of `input`, which lies below `layer` layers; `file` is the same, where it is a file.
    pub fn open(
        &mut self,
        input: &mut dyn Read,
        file: Option<&File>,
        name: &PartName,
        layer: usize,
    ) {
        if layer > MOST_LAYERS {
            let reason = format!("packed in more than {MOST_LAYERS} layers");
            return self.refuse(name, State::Failed, reason);
        }
        let mut input = Peeked::new(input);
        match StreamContent::of(&input.head) {
            StreamContent::Gzip => {
                let mut text = self.unpacked(MultiGzDecoder::new(input), "gzip");
                self.open(&mut text, None, &name.without_gz(), layer + 1);
            }
            StreamContent::Zip => match file.map_or_else(|| spooled(&mut input), File::try_clone) {
                Ok(file) => self.archive(name, "zip", layer, |each| zip_members(file, each)),
                Err(error) => self.refuse(name, State::Failed, error.to_string()),
            },
            StreamContent::Tar => {
                self.archive(name, "tar", layer, |each| tar_members(&mut input, each));
            }
            StreamContent::Utf16 { big_endian } => {
                self.open(&mut Utf16::new(input, big_endian), None, name, layer + 1);
            }
            StreamContent::NotRead(what) => {
                self.refuse(name, State::Failed, format!("{what}, which is not read"));
            }
            // what is cut off so early says itself what it is
            StreamContent::Unknown if input.error.is_none() && name.promise().is_some() => {
                let kind = name.promise().unwrap_or_default();
                self.refuse(name, State::Failed, format!("not {kind}, as its name says"));
            }
            StreamContent::Unknown | StreamContent::Empty
                if input.error.is_none() && !name.is_wanted =>
            {
                self.passed_over
                    .add(name.member.clone().unwrap_or_default());
            }
            StreamContent::Unknown | StreamContent::Empty | StreamContent::Json => {
                self.parts += 1;
                (self.visit)(Part {
                    member: name.member.clone(),
                    text: Ok(&mut input),
                    is_decoded: layer > 0,
                });
            }
        }
    }

    /// `input`, which makes no more bytes than the file may.
    fn unpacked<R>(&self, input: R, kind: &'static str) -> Unpacked<'u, R> {
        Unpacked::new(input, kind, Rc::clone(&self.left), self.cancel)
    }

    /// A stream that is not there to be read.
    fn refuse(&mut self, name: &PartName, state: State, reason: String) {
        self.parts += 1;
        (self.visit)(Part {
            member: name.member.clone(),
            text: Err((state, reason)),
            is_decoded: true,
        });
    }

    /// Hands on the members of the archive `name`; what is wrong with the archive itself is said of it.
    fn archive(
        &mut self,
        name: &PartName,
        kind: &'static str,
        layer: usize,
        members: impl FnOnce(EachMember<'_>) -> Result<(), String>,
    ) {
        let (parts, passed_over) = (self.parts, self.passed_over.count);
        let ended = members(&mut |path, bytes| {
            self.members += 1;
            if self.cancel.load(Ordering::Relaxed) {
                return Err(INTERRUPTED.to_owned());
            }
            if self.members > MOST_MEMBERS {
                return Err(format!("more than {MOST_MEMBERS} members"));
            }
            match (name.member(path), bytes) {
                (member, _) if is_of_another_service(path.split('/')) => {
                    self.refuse(&member, State::Skipped, OF_ANOTHER_SERVICE.to_owned());
                }
                (member, Err(reason)) => self.refuse(&member, State::Failed, reason),
                (member, Ok(bytes)) => {
                    let mut bytes = self.unpacked(bytes, kind);
                    self.open(&mut bytes, None, &member, layer + 1);
                }
            }
            Ok(())
        });
        let (parts, passed_over) = (self.parts - parts, self.passed_over.count - passed_over);
        match ended {
            Err(error) if parts > 0 => self.refuse(name, State::Truncated, error),
            Err(error) => self.refuse(name, State::Failed, error),
            Ok(()) if parts > 0 => {}
            Ok(()) if passed_over > 0 => {
                let reason = "an archive without trail files".to_owned();
                self.refuse(name, State::Skipped, reason);
            }
            Ok(()) => self.refuse(name, State::Failed, "an empty archive".to_owned()),
        }
    }
}

/// What a stream is, below all that can be taken off without a place to put it; and whether it is what its name says.
pub fn peek(input: &mut dyn Read, name: &str) -> (StreamContent, bool) {
    peek_below(input, &PartName::of_file(name), 0)
}

fn peek_below(input: &mut dyn Read, name: &PartName, layer: usize) -> (StreamContent, bool) {
    let input = Peeked::new(input);
    match StreamContent::of(&input.head) {
        StreamContent::Gzip if layer <= MOST_LAYERS => peek_below(
            &mut MultiGzDecoder::new(input),
            &name.without_gz(),
            layer + 1,
        ),
        StreamContent::Utf16 { big_endian } if layer <= MOST_LAYERS => {
            peek_below(&mut Utf16::new(input, big_endian), name, layer + 1)
        }
        content => {
            let is_cut = input.error.is_some();
            let is_broken = content == StreamContent::Unknown && name.promise().is_some();
            (content, !is_cut && !is_broken)
        }
    }
}
