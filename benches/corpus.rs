//! Trail files to measure with, and what unpacking alone takes: `cargo bench --bench corpus -- FOLDER`.
//!
//! The files are the demo's story, told again until there is enough of it (`tests/cli/demo/corpus`): the first telling
//! has the demo's key, so that a trace of it finds what it finds in the demo. `benches/files.py` measures over them.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench fails loudly and prints what it measures"
)]

#[path = "../tests/cli/demo"]
mod demo {
    pub mod corpus;
    pub mod generator;
}

#[path = "../tests/cli/support"]
mod support {
    pub mod random;
}

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use demo::corpus::{Corpus, Written};
use libdeflater::Decompressor;

/// Writes trail files, the same bytes for the same arguments.
#[derive(Debug, Parser)]
struct Arguments {
    /// A folder that does not exist yet, or is empty
    folder: PathBuf,
    /// How much JSON, before it is packed
    #[arg(long, default_value_t = 600)]
    megabytes: u64,
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..10_000))]
    accounts: u64,
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u64).range(1..=17))]
    regions: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write nothing: only unpack what is there, in one thread, as a measure of what else is done
    #[arg(long)]
    unpack: bool,
    /// Cargo adds it
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    if arguments.unpack {
        let (files, bytes) = unpack(&arguments.folder);
        println!("{files} files, {bytes} bytes of JSON");
        return;
    }
    let is_empty =
        fs::read_dir(&arguments.folder).map_or(true, |mut entries| entries.next().is_none());
    assert!(is_empty, "{} is not empty", arguments.folder.display());
    let count = |number| usize::try_from(number).expect("a small number");
    let corpus = Corpus {
        bytes: arguments.megabytes * 1_000_000,
        accounts: count(arguments.accounts),
        regions: count(arguments.regions),
        seed: arguments.seed,
    };
    let Written {
        files,
        records,
        bytes,
        packed,
    } = corpus
        .write(&arguments.folder)
        .expect("the files can be written");
    println!("{files} files, {records} records, {bytes} bytes of JSON, packed {packed}");
}

/// How many files, and how many bytes are in them.
fn unpack(folder: &Path) -> (u64, usize) {
    let (mut files, mut bytes) = (0, 0);
    let mut unpacked = Vec::new();
    let mut inflate = Decompressor::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let packed = fs::read(&path).expect("a file");
            let (_, size) = packed.split_last_chunk::<4>().expect("a gzip trailer");
            let size = usize::try_from(u32::from_le_bytes(*size)).expect("64 bits");
            if unpacked.len() < size {
                unpacked.resize(size, 0);
            }
            let unpacked = inflate.gzip_decompress(&packed, &mut unpacked);
            bytes += unpacked.expect("one member of gzip");
            files += 1;
        }
    }
    (files, bytes)
}
