//! The async runtime of a command, and Ctrl-C.

use std::io;
use std::pin::Pin;

use crate::error::{Exit, Failure};

/// The first Ctrl-C ends reading, and what was read is shown; the second ends the program, whatever it is doing.
pub async fn end_on_second_interrupt() {
    for _ in 0..2 {
        if tokio::signal::ctrl_c().await.is_err() {
            return;
        }
    }
    #[expect(clippy::exit, reason = "asked for, twice")]
    std::process::exit(Exit::Interrupted as i32);
}

/// Runs `work` to its end; a second Ctrl-C ends the program whatever it is doing.
pub fn in_runtime<T>(work: impl Future<Output = T>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(async {
        tokio::spawn(end_on_second_interrupt());
        work.await
    });
    // calls under way are not waited for: nobody will read their answers
    runtime.shutdown_background();
    Ok(done)
}

/// Runs `work` while nothing is changed yet: Ctrl-C drops it.
pub async fn unless_interrupted<T>(
    work: Pin<Box<impl Future<Output = Result<T, Failure>>>>,
) -> Result<T, Failure> {
    tokio::select! {
        done = work => done,
        Ok(()) = tokio::signal::ctrl_c() => Err(interrupted()),
    }
}

/// Ctrl-C before the first change.
pub fn interrupted() -> Failure {
    Failure {
        message: "interrupted: nothing was changed".to_owned(),
        ..Failure::interrupted()
    }
}
