//! The running server: a thread that accepts, one for every connection, and how all of them end.

use std::io::{BufReader, Result};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use trailhunt::clock;

use super::LookupServer;
use super::http::{Request, respond};
use super::service::{Answer, Service};

/// Set once, when the server is dropped; waits end early then.
#[derive(Default)]
pub struct Stop {
    stopped: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    fn set(&self) {
        *self.stopped.lock().unwrap() = true;
        self.changed.notify_all();
    }

    fn is_set(&self) -> bool {
        *self.stopped.lock().unwrap()
    }

    /// Waits for the stop, or no longer than `limit`.
    fn wait(&self, limit: Duration) {
        let stopped = self.stopped.lock().unwrap();
        drop(
            self.changed
                .wait_timeout_while(stopped, limit, |stopped| !*stopped)
                .unwrap(),
        );
    }
}

impl LookupServer {
    pub(super) fn start(service: Service) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a bound port has an address");
        let (service, stop) = (Arc::new(service), Arc::new(Stop::default()));
        let acceptor = {
            let (service, stop) = (Arc::clone(&service), Arc::clone(&stop));
            std::thread::spawn(move || accept(&listener, &service, &stop))
        };
        Self {
            address,
            service,
            stop,
            acceptor: Some(acceptor),
        }
    }
}

impl Drop for LookupServer {
    fn drop(&mut self) {
        self.stop.set();
        // wakes the acceptor, which sees the stop
        drop(TcpStream::connect(self.address));
        let ended = self.acceptor.take().map(JoinHandle::join);
        assert!(
            matches!(ended, Some(Ok(()))) || std::thread::panicking(),
            "the lookup server panicked"
        );
    }
}

fn accept(listener: &TcpListener, service: &Service, stop: &Stop) {
    let start = clock::monotonic();
    // weak, so that a connection closes as soon as its own thread is done with it
    let mut connections: Vec<Weak<TcpStream>> = Vec::new();
    std::thread::scope(|scope| {
        for stream in listener.incoming() {
            if stop.is_set() {
                break;
            }
            let Ok(stream) = stream.map(Arc::new) else {
                continue;
            };
            connections.push(Arc::downgrade(&stream));
            // an error is the client's going away: the end of the connection, and nobody to tell
            scope.spawn(move || serve(&stream, service, stop, start).ok());
        }
        for stream in connections.iter().filter_map(Weak::upgrade) {
            stream.shutdown(Shutdown::Both).ok();
        }
    });
}

/// Answers the requests of one connection until it, or the server, ends.
fn serve(stream: &TcpStream, service: &Service, stop: &Stop, start: Instant) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = Request::read(&mut reader)? {
        let (answer, latency) = service.answer(&request, start.elapsed());
        stop.wait(latency);
        match answer {
            Answer::Whole(status, body) => respond(stream, status, &body, body.len())?,
            Answer::Half(body) => {
                respond(stream, 200, &body, body.len() / 2)?;
                break;
            }
            Answer::Close => break,
            Answer::Never => stop.wait(Duration::MAX),
        }
    }
    Ok(())
}
