//! The signals that end a run before its time: Ctrl-C, and what a supervisor or a closed terminal sends instead. Whoever
//! works listens here, so that all of them mean the same everywhere.

use std::io;
use std::task::Poll;

use crate::error::{Signal, interrupted_by, was_interrupted};

/// Waits until a signal has come that ends the run: one that came before counts, too.
///
/// # Errors
/// As [`comes_next`].
pub async fn comes() -> io::Result<()> {
    let mut next = std::pin::pin!(comes_next());
    // from here on it is listened for: what came before is known, what comes after is heard
    std::future::poll_fn(|context| match next.as_mut().poll(context) {
        Poll::Pending if was_interrupted() => Poll::Ready(Ok(())),
        polled => polled,
    })
    .await
}

/// Waits for Ctrl-C, SIGTERM or SIGHUP. The first that ever comes is what the exit code tells. A SIGHUP that is ignored, as
/// `nohup` does it, stays ignored; that is known on Linux only.
///
/// # Errors
/// Where no signal can be listened for: then each does what it does by itself.
#[cfg(unix)]
pub async fn comes_next() -> io::Result<()> {
    use std::sync::LazyLock;

    use tokio::signal::unix::{SignalKind, signal};

    // looked at before anybody listens: listening ends the ignoring
    static IGNORES_HANG_UP: LazyLock<bool> = LazyLock::new(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        ignores_hang_up(&status)
    });
    let mut hang_up = if *IGNORES_HANG_UP {
        None
    } else {
        Some(signal(SignalKind::hangup())?)
    };
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let hung_up = async {
        match &mut hang_up {
            Some(hang_up) => hang_up.recv().await,
            None => std::future::pending().await,
        }
    };
    let came = tokio::select! {
        _ = interrupt.recv() => Signal::Interrupt,
        _ = terminate.recv() => Signal::Terminate,
        _ = hung_up => Signal::HangUp,
    };
    interrupted_by(came);
    Ok(())
}

/// Waits for Ctrl-C or Ctrl-Break. The first that ever comes is what the exit code tells.
///
/// # Errors
/// Where no signal can be listened for: then each does what it does by itself.
#[cfg(windows)]
pub async fn comes_next() -> io::Result<()> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    let mut pause = tokio::signal::windows::ctrl_break()?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = pause.recv() => {}
    }
    interrupted_by(Signal::Interrupt);
    Ok(())
}

/// Whether a process of this `status`, as Linux tells it, ignores signal 1.
#[cfg(unix)]
fn ignores_hang_up(status: &str) -> bool {
    let mut lines = status.lines();
    let ignored = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let last = ignored.and_then(|mask| mask.trim().chars().next_back()?.to_digit(16));
    last.is_some_and(|bits| bits & 1 == 1)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_read_from_its_mask() {
        for (status, expected) in [
            ("Name:\tx\nSigIgn:\t0000000000001001\nSigCgt:\t0\n", true),
            (
                "SigIgn:\t0000000000001000\nSigCgt:\t0000000000000001\n",
                false,
            ),
            ("SigIgn:\t\n", false),
            ("", false),
        ] {
            assert_eq!(ignores_hang_up(status), expected, "{status}");
        }
    }
}
