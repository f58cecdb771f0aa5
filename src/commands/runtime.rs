//! The async runtime of a command, and the signals that end it before its time.

use std::io;
use std::pin::Pin;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::runtime::{Builder, Runtime};

use super::unfinished;
use crate::error::{Exit, Failure, was_interrupted};
use crate::interrupt;

/// How many signals the work still answers by itself: the first ends it, and what it has is shown.
static ANSWERED: AtomicUsize = AtomicUsize::new(0);

/// A runtime for work that listens for the first signal. The second ends the program, whatever it is doing.
pub fn runtime() -> io::Result<Runtime> {
    static WATCH: Once = Once::new();
    ANSWERED.store(1, Ordering::Relaxed);
    // beside all work: it may keep every thread of its own busy
    WATCH.call_once(|| drop(thread::spawn(watch)));
    Builder::new_multi_thread().enable_all().build()
}

/// Nobody listens any more: what is left cannot be told in part, so that the next signal ends the program.
pub fn end_on_next_signal() {
    // the first may be on its way to the watch still: it has been answered
    if !was_interrupted() {
        ANSWERED.store(0, Ordering::Relaxed);
    }
}

fn watch() {
    let Ok(runtime) = Builder::new_current_thread().enable_all().build() else {
        return;
    };
    runtime.block_on(async {
        while interrupt::comes_next().await.is_ok() {
            let left = |answered: usize| answered.checked_sub(1);
            if ANSWERED
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, left)
                .is_err()
            {
                unfinished::remove();
                #[expect(clippy::exit, reason = "asked for")]
                std::process::exit(Exit::Interrupted.code().into());
            }
        }
    });
}

/// Runs `work` to its end; a second signal ends the program whatever it is doing.
pub fn in_runtime<T>(work: impl Future<Output = T>) -> io::Result<T> {
    let runtime = runtime()?;
    let done = runtime.block_on(work);
    end_on_next_signal();
    // calls under way are not waited for: nobody will read their answers
    runtime.shutdown_background();
    Ok(done)
}

/// Runs `work` while nothing is changed yet: a signal drops it.
pub async fn unless_interrupted<T>(
    work: Pin<Box<impl Future<Output = Result<T, Failure>>>>,
) -> Result<T, Failure> {
    tokio::select! {
        done = work => done,
        Ok(()) = interrupt::comes() => Err(interrupted()),
    }
}

/// A signal before the first change.
pub fn interrupted() -> Failure {
    Failure {
        message: "interrupted: nothing was changed".to_owned(),
        ..Failure::interrupted()
    }
}
