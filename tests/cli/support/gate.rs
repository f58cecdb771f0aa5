//! A gate in front of an emulator: it writes down every call of IAM and STS that passes, and spoils those that a test
//! names.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::{self, Read, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use trailhunt::clock;

use super::aws_servers::AwsServer;
use super::held_credentials::{Held, HeldCredentials};
use super::http::{Answer, Request, Server};

/// How long a call that is to be held may take to come.
const PATIENCE: Duration = Duration::from_mins(1);

/// One call, as it came to the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Since the gate's start.
    pub at: Duration,
    /// `UpdateAccessKey`; the path, where the service has no actions.
    pub action: String,
    /// What was asked, without `Action` and `Version`.
    pub parameters: BTreeMap<String, String>,
}

impl Call {
    /// A parameter's value; empty where there is none.
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// Whether it changes anything.
    pub fn is_change(&self) -> bool {
        let reads = ["Get", "List", "Simulate", "Assume", "/"];
        !reads.iter().any(|read| self.action.starts_with(read))
    }

    fn of(request: &Request, at: Duration) -> Self {
        let mut parameters = form(&request.body);
        parameters.remove("Version");
        let action = parameters.remove("Action");
        Self {
            at,
            action: action.unwrap_or_else(|| request.path.clone()),
            parameters,
        }
    }
}

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This status and error code; the server never hears of the call.
    Refuse(u16, &'static str),
    /// The server carries the call out, and its answer is lost with the connection.
    LoseAnswer,
    /// The call waits, and the server hears of it when the test lets it go.
    Hold,
    /// The server carries the call out, and its answer waits until the test lets it go.
    HoldAnswer,
    /// In the server's answer one text stands for another.
    Reword(&'static str, &'static str),
    /// The server carries the call out, and this status and error code stand for its answer.
    Misreport(u16, &'static str),
    /// The server carries the call out, and its answer takes so long.
    Late(Duration),
    /// What was answered to the same call before is answered again; the first such call is answered truly.
    Stale,
}

impl Fault {
    pub const DENY: Self = Self::Refuse(403, "AccessDenied");
    pub const THROTTLE: Self = Self::Refuse(400, "Throttling");
    pub const BREAK: Self = Self::Refuse(500, "ServiceFailure");
}

/// A fault, and the calls it happens to.
#[derive(Debug, Clone)]
pub struct Rule {
    /// None for every action that changes something.
    action: Option<&'static str>,
    /// Only calls with this parameter.
    parameter: Option<(&'static str, String)>,
    skip: usize,
    times: usize,
    fault: Fault,
}

impl Rule {
    /// On every call of `action`.
    pub fn on(action: &'static str, fault: Fault) -> Self {
        Self {
            action: Some(action),
            parameter: None,
            skip: 0,
            times: usize::MAX,
            fault,
        }
    }

    /// On every call that changes something.
    pub fn on_change(fault: Fault) -> Self {
        Self {
            action: None,
            ..Self::on("", fault)
        }
    }

    /// Only on those whose parameter `name` is `value`.
    pub fn of(mut self, name: &'static str, value: &str) -> Self {
        self.parameter = Some((name, value.to_owned()));
        self
    }

    /// Not on the first `count` of them.
    pub fn after(mut self, count: usize) -> Self {
        self.skip = count;
        self
    }

    /// No more often than this.
    pub fn times(mut self, count: usize) -> Self {
        self.times = count;
        self
    }

    /// Counts a call; the fault, where it is this call's turn.
    fn due(&mut self, call: &Call) -> Option<Fault> {
        let fits = match self.action {
            Some(action) => call.action == action,
            None => call.is_change(),
        };
        let mut parameter = self.parameter.iter();
        let is_of = parameter.all(|(name, value)| call.parameter(name) == value);
        if !fits || !is_of || self.times == 0 {
            return None;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.times -= 1;
        Some(self.fault)
    }
}

/// A running gate; calls that it holds end when it is dropped.
pub struct Gate {
    server: Server,
    keeper: Arc<Keeper>,
}

/// Who stands at the gate.
struct Keeper {
    /// Host and port of the emulator.
    upstream: String,
    /// How far the server's clock seems to be ahead.
    skew: TimeDelta,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    calls: Vec<Call>,
    /// The last true answer to each call, by its action and parameters.
    answered: BTreeMap<(String, BTreeMap<String, String>), String>,
    credentials: HeldCredentials,
    /// So many calls have been held, of which so many were let go, and whether those go on.
    held: usize,
    let_go: usize,
    turned_away: bool,
}

impl Gate {
    pub fn before(emulator: &AwsServer) -> Self {
        Self::skewed(emulator, TimeDelta::zero())
    }

    /// A gate whose answers say in their `Date` that the clock is `skew` ahead of ours.
    pub fn skewed(emulator: &AwsServer, skew: TimeDelta) -> Self {
        let keeper = Arc::new(Keeper {
            upstream: emulator.url().trim_start_matches("http://").to_owned(),
            skew,
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let answering = Arc::clone(&keeper);
        let answer = move |request: &Request, at| answering.answer(request, at);
        Self {
            server: Server::start(answer),
            keeper,
        }
    }

    /// For `AWS_ENDPOINT_URL`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// One more rule, from now on; of several that are due, the one that came first happens.
    pub fn rule(&self, rule: Rule) {
        self.keeper.state.lock().unwrap().rules.push(rule);
    }

    /// Forgets the rules, and the calls that came so far, with their answers.
    pub fn reset(&self) {
        let mut state = self.keeper.state.lock().unwrap();
        state.rules.clear();
        state.calls.clear();
        state.answered.clear();
    }

    /// A user has this credential from now on.
    pub fn hold_credential(&self, held: Held) {
        self.keeper.state.lock().unwrap().credentials.all.push(held);
    }

    /// The status of the credential `id`.
    pub fn credential_status(&self, id: &str) -> String {
        let state = self.keeper.state.lock().unwrap();
        let mut all = state.credentials.all.iter();
        let held = all.find(|held| held.id == id);
        held.expect("it is held").status.clone()
    }

    /// Sets the status of the credential `id`, as somebody else would.
    pub fn set_credential_status(&self, id: &str, status: &str) {
        let mut state = self.keeper.state.lock().unwrap();
        let mut all = state.credentials.all.iter_mut();
        let held = all.find(|held| held.id == id).expect("it is held");
        status.clone_into(&mut held.status);
    }

    /// Every call, in the order they came in.
    pub fn calls(&self) -> Vec<Call> {
        self.keeper.state.lock().unwrap().calls.clone()
    }

    /// The calls that were to change something.
    pub fn changes(&self) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(Call::is_change);
        calls
    }

    /// The calls of one action.
    pub fn calls_of(&self, action: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.action == action);
        calls
    }

    /// Waits until a call is held.
    pub fn wait_until_held(&self) {
        self.wait_until_held_are(1);
    }

    /// Waits until so many calls are held at a time.
    pub fn wait_until_held_are(&self, count: usize) {
        let state = self.keeper.state.lock().unwrap();
        let (state, _) = self
            .keeper
            .changed
            .wait_timeout_while(state, PATIENCE, |state| state.held < state.let_go + count)
            .unwrap();
        let held = state.held - state.let_go;
        assert!(held >= count, "{held} of {count} calls came to be held");
    }

    /// The calls that are held go on.
    pub fn let_go(&self) {
        self.keeper.end_holding(false);
    }

    /// The calls that are held end: what the server has not heard of, it never will.
    pub fn turn_away(&self) {
        self.keeper.end_holding(true);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        // no call waits any more, also none that is yet to come
        self.keeper.state.lock().unwrap().rules.clear();
        self.turn_away();
    }
}

impl Keeper {
    /// The answer to `request`, and how long it takes.
    fn answer(&self, request: &Request, at: Duration) -> (Answer, Duration) {
        let call = Call::of(request, at);
        let fault = {
            let mut state = self.state.lock().unwrap();
            // every rule counts the call, also where an earlier one spoils it
            let due: Vec<Fault> = state
                .rules
                .iter_mut()
                .filter_map(|rule| rule.due(&call))
                .collect();
            state.calls.push(call.clone());
            due.first().copied()
        };
        let latency = match fault {
            Some(Fault::Late(latency)) => latency,
            _ => Duration::ZERO,
        };
        (self.answer_with(request, &call, fault), latency)
    }

    fn answer_with(&self, request: &Request, call: &Call, fault: Option<Fault>) -> Answer {
        if let Some(Fault::Refuse(status, code)) = fault {
            return Answer::Forwarded(refusal(status, code));
        }
        if fault == Some(Fault::Hold) && !self.hold() {
            return Answer::Close;
        }
        let asked = (call.action.clone(), call.parameters.clone());
        if fault == Some(Fault::Stale)
            && let Some(before) = self.state.lock().unwrap().answered.get(&asked)
        {
            return Answer::Forwarded(self.passed_on(before, "", ""));
        }
        let own = self.state.lock().unwrap().credentials.answer(call);
        let answer = match own {
            Some((status, body)) => Ok(format!(
                "HTTP/1.1 {status} Answer\r\ncontent-type: text/xml\r\n\r\n{body}"
            )),
            None => forward(&self.upstream, request),
        };
        // an error is the emulator's end, which closes the connection as a real one would
        let Ok(answer) = answer else {
            return Answer::Close;
        };
        let mut state = self.state.lock().unwrap();
        state.answered.insert(asked, answer.clone());
        drop(state);
        match fault {
            Some(Fault::LoseAnswer) => Answer::Close,
            Some(Fault::Misreport(status, code)) => Answer::Forwarded(refusal(status, code)),
            Some(Fault::HoldAnswer) if !self.hold() => Answer::Close,
            Some(Fault::Reword(from, to)) => Answer::Forwarded(self.passed_on(&answer, from, to)),
            _ => Answer::Forwarded(self.passed_on(&answer, "", "")),
        }
    }

    /// Waits until the test ends it; whether the call goes on.
    fn hold(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        state.held += 1;
        let ticket = state.held;
        self.changed.notify_all();
        let state = self
            .changed
            .wait_while(state, |state| state.let_go < ticket)
            .unwrap();
        !state.turned_away
    }

    fn end_holding(&self, turned_away: bool) {
        let mut state = self.state.lock().unwrap();
        state.let_go = state.held;
        state.turned_away = turned_away;
        self.changed.notify_all();
    }

    /// The server's answer with `to` for `from` in its body, our clock in its head, and the connection kept open.
    fn passed_on(&self, answer: &str, from: &str, to: &str) -> Vec<u8> {
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
        let body = match from {
            "" => body.to_owned(),
            from => body.replace(from, to),
        };
        let mut passed = String::new();
        for line in head.lines() {
            let name = line.split(':').next().unwrap_or_default();
            let ours = ["connection", "content-length", "date"];
            if !ours.iter().any(|ours| name.eq_ignore_ascii_case(ours)) {
                passed += line;
                passed += "\r\n";
            }
        }
        let date = (clock::wall().0 + self.skew).format("%a, %d %b %Y %H:%M:%S GMT");
        write!(
            passed,
            "date: {date}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .expect("a text can be written");
        passed.push_str(&body);
        passed.into_bytes()
    }
}

/// Asks the emulator, byte for byte what was signed.
fn forward(upstream: &str, request: &Request) -> io::Result<String> {
    let mut sent = format!("{} {} HTTP/1.1\r\n", request.method, request.path);
    for (name, value) in &request.headers {
        if name != "connection" {
            write!(sent, "{name}: {value}\r\n").expect("a text can be written");
        }
    }
    sent += "connection: close\r\n\r\n";
    let mut stream = TcpStream::connect(upstream)?;
    stream.write_all(&[sent.as_bytes(), &request.body].concat())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(answer)
}

/// An error as IAM and STS write it.
fn refusal(status: u16, code: &str) -> Vec<u8> {
    let body = format!(
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>scripted by a test</Message></Error>\
         <RequestId>00000000-0000-4000-8000-00000000dead</RequestId></ErrorResponse>"
    );
    format!(
        "HTTP/1.1 {status} Error\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n\
         x-amzn-requestid: 00000000-0000-4000-8000-00000000dead\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The fields of a form; nothing where the body is none.
fn form(body: &[u8]) -> BTreeMap<String, String> {
    let fields = body.split(|&byte| byte == b'&').filter_map(|field| {
        let at = field.iter().position(|&byte| byte == b'=')?;
        Some((unescaped(&field[..at]), unescaped(&field[at + 1..])))
    });
    fields.collect()
}

/// `%41+b` is `A b`.
fn unescaped(text: &[u8]) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, escaped) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (b'+', _) => bytes.push(b' '),
            (other, _) => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
