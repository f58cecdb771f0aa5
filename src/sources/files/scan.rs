//! The threads: each takes files and cuts them into records; what one cannot read at once, an idle one does.
//!
//! Cutting takes a fraction of the time of reading records as JSON, so that even a single large file keeps all
//! cores busy, and no lock is taken for an event.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::mem;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::decode::INTERRUPTED;
use super::find::TrailFile;
use super::layers::{Part, PartName, Unpacking};
use super::names::PassedOver;
use super::split::ValuePosition;
use super::stream::{Delivered, FileContents, cut_part};
use super::whole::WholeFile;
use crate::report::State;

/// How many bytes of records are handed on at once, and how many values at most: a value may be one digit.
const BATCH: usize = 256 << 10;
const BATCH_VALUES: usize = 8 << 10;

/// How a scan is watched and stopped from outside.
pub struct ScanControl<'a> {
    cancel: &'a AtomicBool,
    progress: &'a (dyn Fn(u64) + Sync),
    done: AtomicU64,
    passed_over: Mutex<PassedOver>,
}

impl<'a> ScanControl<'a> {
    pub fn new(cancel: &'a AtomicBool, progress: &'a (dyn Fn(u64) + Sync)) -> Self {
        Self {
            cancel,
            progress,
            done: AtomicU64::new(0),
            passed_over: Mutex::default(),
        }
    }

    /// Members of archives that are plainly something else.
    pub fn passed_over(&self) -> PassedOver {
        let passed_over = self.passed_over.lock();
        passed_over.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds those of the archive `file`.
    fn pass_over(&self, file: &Path, members: PassedOver) {
        let path = file.display();
        let few = members.few.into_iter();
        let named = PassedOver {
            few: few.map(|member| format!("{path}: {member}")).collect(),
            ..members
        };
        let passed_over = self.passed_over.lock();
        passed_over
            .unwrap_or_else(PoisonError::into_inner)
            .merge(named);
    }

    fn advance(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        (self.progress)(done);
    }
}

/// A stream: the number of its file, and its own within the file, where that is an archive.
type PartId = (usize, usize);

/// Reads `files`: an accumulator for every thread, and what each file held, with its number; of an archive, what each
/// member held.
pub fn scan<A: Send>(
    files: &[TrailFile],
    watch: &ScanControl,
    new: impl Fn() -> A + Sync,
    fold: impl Fn(&mut A, Delivered<'_>) + Sync,
) -> (Vec<A>, Vec<(usize, FileContents)>) {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let queue = Queue::new(files);
    let (sender, receiver) = sync_channel(threads);
    let receiver = Mutex::new(receiver);
    let work = |sender| {
        let mut accumulator = new();
        let mut reader = ScanWorker {
            read: Vec::new(),
            whole: WholeFile::default(),
            visit: |delivered: Delivered<'_>| fold(&mut accumulator, delivered),
        };
        reader.cut_files(&queue, watch, sender);
        reader.read_batches(&receiver);
        let read = reader.read;
        (accumulator, read)
    };
    let work = &work;
    let mut accumulators = Vec::new();
    let mut contents: BTreeMap<PartId, FileContents> = BTreeMap::new();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| sender.clone())
            .map(|sender| scope.spawn(move || work(sender)))
            .collect();
        drop(sender);
        for worker in workers {
            let (accumulator, read) = worker.join().unwrap_or_else(|panic| resume_unwind(panic));
            accumulators.push(accumulator);
            for (id, part) in read {
                contents.entry(id).or_default().merge(part);
            }
        }
    });
    let contents = contents.into_iter();
    (
        accumulators,
        contents.map(|((file, _), part)| (file, part)).collect(),
    )
}

/// The files still to cut, the largest first, so that none of these is begun last.
struct Queue<'a> {
    files: Vec<(usize, &'a TrailFile)>,
    taken: AtomicUsize,
}

impl<'a> Queue<'a> {
    fn new(files: &'a [TrailFile]) -> Self {
        let mut files: Vec<_> = files.iter().enumerate().collect();
        files.sort_by_key(|(_, file)| std::cmp::Reverse(file.size));
        Self {
            files,
            taken: AtomicUsize::new(0),
        }
    }

    fn take(&self) -> Option<(usize, &'a TrailFile)> {
        let next = self.taken.fetch_add(1, Ordering::Relaxed);
        self.files.get(next).copied()
    }
}

/// Values cut from one stream and not yet read.
#[derive(Default)]
struct Batch {
    part: PartId,
    bytes: Vec<u8>,
    /// Where each value stood in its stream, and where it ends in `bytes`.
    values: Vec<(ValuePosition, usize)>,
}

impl Batch {
    fn of(part: PartId) -> Self {
        Self {
            part,
            ..Self::default()
        }
    }

    fn push(&mut self, at: ValuePosition, value: &[u8]) {
        self.bytes.extend_from_slice(value);
        self.values.push((at, self.bytes.len()));
    }
}

/// One thread's work, and what it found out of each stream: of one stream, other threads may know the rest.
struct ScanWorker<F> {
    read: Vec<(PartId, FileContents)>,
    whole: WholeFile,
    visit: F,
}

impl<F: FnMut(Delivered<'_>)> ScanWorker<F> {
    fn cut_files(&mut self, queue: &Queue, watch: &ScanControl, sender: SyncSender<Batch>) {
        while let Some((index, file)) = queue.take() {
            let failed = |error: io::Error| (State::Failed, error.to_string());
            let unread = if watch.cancel.load(Ordering::Relaxed) {
                Some((State::Failed, INTERRUPTED.to_owned()))
            } else {
                file.unread.clone()
            };
            let opened = unread.map_or_else(|| file.open().map_err(failed), Err);
            let unread = match opened {
                Ok(input) if self.read_whole(file, &input, index, watch) => {
                    watch.advance(file.size);
                    continue;
                }
                Ok(input) => {
                    self.cut_file(file, &input, index, watch, &sender);
                    continue;
                }
                Err(unread) => FileContents::unopened(unread),
            };
            self.read.push(((index, 0), unread));
            watch.advance(file.size);
        }
        // those who read batches wait for as long as there is a sender
        drop(sender);
    }

    /// Whether `file` is as CloudTrail delivers it, and was read; else `input` stands at its beginning.
    fn read_whole(
        &mut self,
        file: &TrailFile,
        mut input: &File,
        index: usize,
        watch: &ScanControl,
    ) -> bool {
        let begin = input.stream_position();
        if let Some(whole) = self.whole.read(input, file.size) {
            let contents = FileContents::read_whole(&whole, watch.cancel, &mut self.visit);
            self.read.push(((index, 0), contents));
            return true;
        }
        let _ = begin.and_then(|begin| input.seek(SeekFrom::Start(begin)));
        false
    }

    fn cut_file(
        &mut self,
        file: &TrailFile,
        input: &File,
        index: usize,
        watch: &ScanControl,
        sender: &SyncSender<Batch>,
    ) {
        let mut counted = CountedFile {
            input,
            watch,
            left: file.size,
        };
        let mut parts = 0;
        let mut visit = |part: Part<'_>| {
            self.cut_part(part, (index, parts), sender);
            parts += 1;
        };
        let mut unpacking = Unpacking::new(file.size, watch.cancel, &mut visit);
        let name = file.path.file_name().unwrap_or_default();
        let name = PartName::of_file(&name.to_string_lossy());
        unpacking.open(&mut counted, Some(input), &name, 0);
        watch.pass_over(&file.path, unpacking.passed_over);
        // what was not read in order, or not to its end, is done as well
        watch.advance(counted.left);
    }

    fn cut_part(&mut self, part: Part<'_>, id: PartId, sender: &SyncSender<Batch>) {
        let mut batch = Batch::of(id);
        let contents = cut_part(part, |at, value| {
            batch.push(at, value);
            if batch.bytes.len() >= BATCH || batch.values.len() >= BATCH_VALUES {
                let full = mem::replace(&mut batch, Batch::of(id));
                // no room: the others have enough to do
                if let Err(TrySendError::Full(full) | TrySendError::Disconnected(full)) =
                    sender.try_send(full)
                {
                    self.read_batch(&full);
                }
            }
        });
        self.read_batch(&batch);
        self.read.push((id, contents));
    }

    /// Helps the threads that still cut, until there are none.
    fn read_batches(&mut self, receiver: &Mutex<Receiver<Batch>>) {
        let next = || receiver.lock().ok()?.recv().ok();
        while let Some(batch) = next() {
            self.read_batch(&batch);
        }
    }

    fn read_batch(&mut self, batch: &Batch) {
        let mut contents = FileContents::default();
        let mut begin = 0;
        for &(at, end) in &batch.values {
            let value = batch.bytes.get(begin..end).unwrap_or_default();
            begin = end;
            contents.read(at, value, &mut self.visit);
        }
        self.read.push((batch.part, contents));
    }
}

/// A file that tells how much of it was read, and ends with an error when the scan is cancelled.
struct CountedFile<'a> {
    input: &'a File,
    watch: &'a ScanControl<'a>,
    /// How much of its size was not told yet; a file may grow while it is read.
    left: u64,
}

impl Read for CountedFile<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.watch.cancel.load(Ordering::Relaxed) {
            return Err(io::Error::other(INTERRUPTED));
        }
        let read = self.input.read(buffer)?;
        let told = self.left.min(read as u64);
        self.left -= told;
        self.watch.advance(told);
        Ok(read)
    }
}
