//! Questions on a terminal: yes, no, no answer, and Ctrl-C.

use super::plan::{crowded_end, lookup};
use super::sandbox;
use crate::support::lookup_server::LookupServer;
use crate::support::pty::{CTRL_C, CTRL_D, Pty};

const QUESTION: &str = "Go on? [y/N] ";

/// Asks for a reading of many minutes on a terminal, and types `typed` to the question.
fn answered(typed: &str) -> Option<(LookupServer, Option<i32>, String)> {
    let server = crowded_end();
    let sandbox = sandbox(&server)?;
    let mut command = lookup(&sandbox, &[]);
    let mut terminal = Pty::run(command.args(["--rate", "50", "--color", "never"]));
    terminal.expect(QUESTION).send(typed);
    let (code, shown) = terminal.wait();
    Some((server, code, shown))
}

#[test]
fn yes_goes_on() {
    for yes in ["y\n", " YES \n"] {
        let Some((server, code, shown)) = answered(yes) else {
            return;
        };
        assert_eq!(code, Some(0), "{shown}");
        assert!(shown.contains("60 events"), "{shown}");
        assert!(server.calls().len() > 1, "it was read");
    }
}

/// Neither does a `y` that was never sent off: the end of the input is no answer.
#[test]
fn everything_else_does_not() {
    let unsent = format!("y{CTRL_D}{CTRL_D}");
    for no in ["n\n", "\n", "yesterday\n", CTRL_D, &unsent] {
        let Some((server, code, shown)) = answered(no) else {
            return;
        };
        assert_eq!(code, Some(5), "{no:?}: {shown}");
        assert!(shown.contains("error: declined"), "{no:?}: {shown}");
        assert!(!shown.contains("panicked"), "{no:?}: {shown}");
        assert_eq!(server.calls().len(), 1, "{no:?}");
    }
}

#[test]
fn ctrl_c_is_no_answer_and_ends_the_program() {
    let Some((server, code, shown)) = answered(CTRL_C) else {
        return;
    };
    assert_eq!(code, Some(130), "{shown}");
    assert!(shown.contains("interrupted"), "{shown}");
    assert_eq!(server.calls().len(), 1);
}
