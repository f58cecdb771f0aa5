//! The threads: each takes files and cuts them into records; what one cannot read at once, an idle one does.
//!
//! Cutting takes a fraction of the time of reading records as JSON, so that even a single large file keeps all
//! cores busy, and no lock is taken for an event.

use std::fs::File;
use std::io::{self, Read};
use std::mem;
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use super::find::TrailFile;
use super::stream::{FileContents, cut_stream};
use crate::event::Event;
use crate::report::State;

/// How many bytes of records are handed on at once.
const BATCH: usize = 256 << 10;

/// How a scan is watched and stopped from outside.
pub struct ScanControl<'a> {
    cancel: &'a AtomicBool,
    progress: &'a (dyn Fn(u64) + Sync),
    done: AtomicU64,
}

impl<'a> ScanControl<'a> {
    pub fn new(cancel: &'a AtomicBool, progress: &'a (dyn Fn(u64) + Sync)) -> Self {
        Self {
            cancel,
            progress,
            done: AtomicU64::new(0),
        }
    }

    fn advance(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        (self.progress)(done);
    }
}

/// Reads `files`: an accumulator for every thread, and what each file held.
pub fn scan<A: Send>(
    files: &[TrailFile],
    watch: &ScanControl,
    new: impl Fn() -> A + Sync,
    fold: impl Fn(&mut A, Event) + Sync,
) -> (Vec<A>, Vec<FileContents>) {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let queue = Queue::new(files);
    let (sender, receiver) = sync_channel(threads);
    let receiver = Mutex::new(receiver);
    let work = |sender| {
        let mut accumulator = new();
        let mut reader = ScanWorker {
            read: Vec::new(),
            visit: |event| fold(&mut accumulator, event),
        };
        reader.cut_files(&queue, watch, sender);
        reader.read_batches(&receiver);
        let read = reader.read;
        (accumulator, read)
    };
    let work = &work;
    let mut accumulators = Vec::new();
    let mut contents = vec![FileContents::default(); files.len()];
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| sender.clone())
            .map(|sender| scope.spawn(move || work(sender)))
            .collect();
        drop(sender);
        for worker in workers {
            let (accumulator, read) = worker.join().unwrap_or_else(|panic| resume_unwind(panic));
            accumulators.push(accumulator);
            for (file, part) in read {
                if let Some(whole) = contents.get_mut(file) {
                    whole.merge(part);
                }
            }
        }
    });
    (accumulators, contents)
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

/// Values cut from one file and not yet read.
#[derive(Default)]
struct Batch {
    file: usize,
    bytes: Vec<u8>,
    /// Where each value stood in its stream, and where it ends in `bytes`.
    values: Vec<(u64, usize)>,
}

impl Batch {
    fn of(file: usize) -> Self {
        Self {
            file,
            ..Self::default()
        }
    }

    fn push(&mut self, offset: u64, value: &[u8]) {
        self.bytes.extend_from_slice(value);
        self.values.push((offset, self.bytes.len()));
    }
}

/// One thread's work, and what it found out of each file: of one file, other threads may know the rest.
struct ScanWorker<F> {
    read: Vec<(usize, FileContents)>,
    visit: F,
}

impl<F: FnMut(Event)> ScanWorker<F> {
    fn cut_files(&mut self, queue: &Queue, watch: &ScanControl, sender: SyncSender<Batch>) {
        while let Some((index, file)) = queue.take() {
            let contents = match (file.not_to_read(), &file.unreadable) {
                (Some(reason), _) => FileContents::unread(State::Skipped, reason),
                (None, Some(error)) => FileContents::unread(State::Failed, error),
                (None, None) => match File::open(&file.path) {
                    Ok(input) => self.cut_file(CountedFile { input, watch }, index, &sender),
                    Err(error) => FileContents::unread(State::Failed, &error.to_string()),
                },
            };
            if contents.unread_state().is_some() {
                watch.advance(file.size);
            }
            self.read.push((index, contents));
        }
        // those who read batches wait for as long as there is a sender
        drop(sender);
    }

    fn cut_file(
        &mut self,
        input: CountedFile,
        index: usize,
        sender: &SyncSender<Batch>,
    ) -> FileContents {
        let mut batch = Batch::of(index);
        let contents = cut_stream(input, |offset, value| {
            batch.push(offset, value);
            if batch.bytes.len() >= BATCH {
                let full = mem::replace(&mut batch, Batch::of(index));
                // no room: the others have enough to do
                if let Err(TrySendError::Full(full) | TrySendError::Disconnected(full)) =
                    sender.try_send(full)
                {
                    self.read_batch(&full);
                }
            }
        });
        self.read_batch(&batch);
        contents
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
        for &(offset, end) in &batch.values {
            let value = batch.bytes.get(begin..end).unwrap_or_default();
            begin = end;
            if let Some(event) = contents.read(offset, value) {
                (self.visit)(event);
            }
        }
        self.read.push((batch.file, contents));
    }
}

/// A file that tells how much of it was read, and ends with an error when the scan is cancelled.
struct CountedFile<'a> {
    input: File,
    watch: &'a ScanControl<'a>,
}

impl Read for CountedFile<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.watch.cancel.load(Ordering::Relaxed) {
            return Err(io::Error::other("interrupted"));
        }
        let read = self.input.read(buffer)?;
        self.watch.advance(read as u64);
        Ok(read)
    }
}
