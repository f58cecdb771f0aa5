//! A running server: a thread that accepts, one for every connection, and how all of them end.

use std::io::{BufReader, Result, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use trailhunt::clock;

use super::{Request, respond};

/// What goes over the wire.
#[derive(Debug)]
pub enum Answer {
    /// A status and its body of JSON.
    Whole(u16, Vec<u8>),
    /// The first half of a body, then the end of the connection.
    Half(Vec<u8>),
    /// Another server's answer, head and all.
    Forwarded(Vec<u8>),
    /// The end of the connection.
    Close,
    /// Nothing, for as long as the server runs.
    Never,
}

/// A server on a free port of 127.0.0.1; it stops, and ends its connections, when it is dropped.
pub struct Server {
    address: SocketAddr,
    stop: Arc<Stop>,
    acceptor: Option<JoinHandle<()>>,
}

/// Set once, when the server is dropped; waits end early then.
#[derive(Default)]
struct Stop {
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

impl Server {
    /// Serves what `answer` makes of each request and the time since the start: an answer, and how long it takes.
    pub fn start<A>(answer: A) -> Self
    where
        A: Fn(&Request, Duration) -> (Answer, Duration) + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a bound port has an address");
        let stop = Arc::new(Stop::default());
        let acceptor = {
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || accept(&listener, &answer, &stop))
        };
        Self {
            address,
            stop,
            acceptor: Some(acceptor),
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.set();
        // wakes the acceptor, which sees the stop
        drop(TcpStream::connect(self.address));
        let ended = self.acceptor.take().map(JoinHandle::join);
        assert!(
            matches!(ended, Some(Ok(()))) || std::thread::panicking(),
            "the server panicked"
        );
    }
}

fn accept<A>(listener: &TcpListener, answer: &A, stop: &Stop)
where
    A: Fn(&Request, Duration) -> (Answer, Duration) + Sync,
{
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
            scope.spawn(move || serve(&stream, answer, stop, start).ok());
        }
        for stream in connections.iter().filter_map(Weak::upgrade) {
            stream.shutdown(Shutdown::Both).ok();
        }
    });
}

/// Answers the requests of one connection until it, or the server, ends.
fn serve<A>(stream: &TcpStream, answer: &A, stop: &Stop, start: Instant) -> Result<()>
where
    A: Fn(&Request, Duration) -> (Answer, Duration),
{
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = Request::read(&mut reader)? {
        let (answer, latency) = answer(&request, start.elapsed());
        stop.wait(latency);
        match answer {
            Answer::Whole(status, body) => respond(stream, status, &body, body.len())?,
            Answer::Forwarded(whole) => (&mut &*stream).write_all(&whole)?,
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
