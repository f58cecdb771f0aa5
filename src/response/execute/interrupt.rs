//! Ctrl-C, remembered from the moment that somebody listens for it.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::interrupt;

/// Listens until it is dropped.
#[derive(Debug)]
pub struct Interrupt {
    come: watch::Receiver<bool>,
    listener: JoinHandle<()>,
    has_stopped: bool,
}

impl Interrupt {
    pub fn listen() -> Self {
        let (came, come) = watch::channel(false);
        let listener = tokio::spawn(async move {
            let heard = interrupt::comes().await.is_ok();
            came.send_replace(heard);
            // a channel that nobody can send on any more would end every wait
            std::future::pending::<()>().await;
        });
        Self {
            come,
            listener,
            has_stopped: false,
        }
    }

    /// Whether it has come; whoever asks stops then.
    pub fn stops(&mut self) -> bool {
        self.has_stopped |= *self.come.borrow();
        self.has_stopped
    }

    /// Waits for it.
    pub async fn comes(&mut self) {
        // the listener keeps the channel open: this ends with the signal only
        let _ = self.come.wait_for(|come| *come).await;
    }

    /// Waits for it, `pause` long at most; whoever waits stops where it comes.
    pub async fn stops_within(&mut self, pause: Duration) -> bool {
        // the answer is that of `stops`: it may come as the time is over
        let _ = tokio::time::timeout(pause, self.comes()).await;
        self.stops()
    }

    /// Whether it stopped anything: it may come too late for that.
    pub fn has_stopped(&self) -> bool {
        self.has_stopped
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.listener.abort();
    }
}
