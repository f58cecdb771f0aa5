//! A program on a pseudo-terminal of 100 columns, as a person has it: what it shows, what is typed, how it ends.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use trailhunt::clock::monotonic;

/// Longer than any test has to wait: only a program that hangs comes so far.
const DEADLINE: Duration = Duration::from_secs(30);

/// Ctrl-C and Ctrl-D, as a keyboard sends them.
pub const CTRL_C: &str = "\x03";
pub const CTRL_D: &str = "\x04";

/// A running program.
pub struct Pty {
    child: Child,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    /// What was shown, and how much of it was waited for already.
    transcript: String,
    expected: usize,
    deadline: Instant,
}

impl Pty {
    /// Runs `command` with all three streams on a terminal, which is its controlling one: Ctrl-C reaches it.
    pub fn run(command: &assert_cmd::Command) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
            .expect("there are pseudo-terminals");
        grantpt(&master).expect("it can be granted");
        unlockpt(&master).expect("it can be unlocked");
        let size = Winsize {
            ws_row: 50,
            ws_col: 100,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&master, size).expect("it has a size");
        let name = ptsname(&master, Vec::new()).expect("it has a name");
        let slave = || {
            let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
            let slave = rustix::fs::open(&*name, flags, Mode::empty());
            Stdio::from(slave.expect("its other end can be opened"))
        };
        let child = on_a_terminal(command)
            .stdin(slave())
            .stdout(slave())
            .stderr(slave())
            .spawn()
            .expect("setsid of util-linux runs");
        let keyboard = File::from(master);
        let screen = keyboard.try_clone().expect("it can be read and written");
        Self {
            child,
            screen: watched(screen),
            keyboard,
            transcript: String::new(),
            expected: 0,
            deadline: monotonic() + DEADLINE,
        }
    }

    /// Waits until `text` is shown, after what was waited for before.
    pub fn expect(&mut self, text: &str) -> &mut Self {
        loop {
            if let Some(at) = self.transcript[self.expected..].find(text) {
                self.expected += at + text.len();
                return self;
            }
            let more = self.more();
            assert!(more, "{text:?} is not shown: {}", self.transcript);
        }
    }

    /// Types `text` as it is.
    pub fn send(&mut self, text: &str) -> &mut Self {
        let typed = self.keyboard.write_all(text.as_bytes());
        typed.expect("the terminal takes what is typed");
        self
    }

    /// Types a line.
    pub fn send_line(&mut self, text: &str) -> &mut Self {
        self.send(&format!("{text}\n"))
    }

    /// Waits for the end: the exit code, none where a signal ended it, and all that was shown.
    pub fn wait(mut self) -> (Option<i32>, String) {
        while self.more() {}
        let status = self.child.wait().expect("the program ends");
        (status.code(), std::mem::take(&mut self.transcript))
    }

    /// Reads on; false at the end of the program.
    fn more(&mut self) -> bool {
        let left = self.deadline.saturating_duration_since(monotonic());
        match self.screen.recv_timeout(left) {
            Ok(bytes) => {
                self.transcript.push_str(&String::from_utf8_lossy(&bytes));
                true
            }
            Err(RecvTimeoutError::Disconnected) => false,
            Err(RecvTimeoutError::Timeout) => panic!("it hangs: {}", self.transcript),
        }
    }
}

impl Drop for Pty {
    /// A test that fails leaves no program behind.
    fn drop(&mut self) {
        // it has ended, mostly
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `command` as the leader of a session whose terminal is its stdin.
fn on_a_terminal(command: &assert_cmd::Command) -> Command {
    let mut session = Command::new("setsid");
    session
        .arg("--ctty")
        .arg(command.get_program())
        .args(command.get_args());
    session.env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            session.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        session.current_dir(folder);
    }
    session
}

/// What comes from the terminal, until nobody has its other end any more: Linux calls that an IO error.
fn watched(mut screen: File) -> Receiver<Vec<u8>> {
    let (told, heard) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = screen.read(&mut buffer) {
            if told.send(buffer[..read].to_vec()).is_err() {
                return;
            }
        }
    });
    heard
}
