//! AWS Sign-In as far as trailhunt calls it: strict, as `sign_in_model.json` has it, which is what botocore's model says
//! (`sign_in_model.py` prints it, `servers::sign_in` compares). No emulator has these calls.

mod request;

use std::sync::{Arc, Condvar, LazyLock, Mutex};
use std::time::Duration;

use aws_sdk_sts::config::Credentials;
use serde_json::{Value, json};
use trailhunt::clock;

use super::http::{Answer, Request, Server};
use request::{fits, understood};

/// How long a call that is waited for may take to come.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the model says.
pub const MODEL: &str = include_str!("../sign_in_model.json");

static SHAPES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(MODEL).expect("the model is JSON"));

/// One session.
#[derive(Debug, Clone)]
pub struct Session {
    pub arn: String,
    /// ARN of whose it is.
    pub owner: String,
    pub status: &'static str,
    /// Epoch seconds.
    pub expires_at: i64,
}

impl Session {
    /// One that is active for an hour.
    pub fn of(owner: &str, arn: &str) -> Self {
        Self {
            arn: arn.to_owned(),
            owner: owner.to_owned(),
            status: "ACTIVE",
            expires_at: clock::wall().timestamp() + 3600,
        }
    }
}

/// What happens to calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInFault {
    /// This error of the model, with this `error`; nothing is carried out.
    Refuse(&'static str, &'static str),
    /// The same, and no header says which error it is.
    RefuseUnnamed(&'static str, &'static str),
    /// The call is carried out, and its answer is lost with the connection.
    LoseAnswer,
    /// The sessions are told among the errors, with this code; nothing is carried out.
    Errors(&'static str),
    /// The sessions are told nowhere; the call is carried out all the same.
    Silence,
    /// The sessions are told as revoked and among the errors; the call is carried out.
    Both,
    /// The call is carried out, and the sessions are gone with it.
    Gone,
    /// The sessions are gone before the call, which says so.
    GoneBefore,
    /// The call is carried out, and never answered.
    CarryOutAndHang,
    /// This body with status 200; nothing is carried out.
    Body(&'static str),
    /// This status, and no JSON: what stands between is no AWS.
    Proxy(u16),
}

/// One call that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct SignInCall {
    pub operation: String,
    pub region: String,
    pub input: Value,
}

#[derive(Debug, Default)]
struct State {
    sessions: Vec<Session>,
    calls: Vec<SignInCall>,
    /// Why requests were refused that no client should send.
    wrong: Vec<String>,
    faults: Vec<(&'static str, usize, SignInFault)>,
}

/// A running server, which takes one key.
pub struct SignInServer {
    server: Server,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl SignInServer {
    pub fn taking(key: &Credentials) -> Self {
        let state = Arc::<(Mutex<State>, Condvar)>::default();
        let (id, secret) = (key.access_key_id(), key.secret_access_key());
        let (id, secret) = (id.to_owned(), secret.to_owned());
        let shared = Arc::clone(&state);
        let answer = move |request: &Request, _| {
            let mut state = shared.0.lock().unwrap();
            shared.1.notify_all();
            let answer = match understood(request, &id, &secret) {
                Ok(call) => state.answer(&call),
                Err(why) => {
                    let answer = error("ValidationException", "INVALID_REQUEST", &why, true);
                    state.wrong.push(why);
                    answer
                }
            };
            (answer, Duration::ZERO)
        };
        Self {
            server: Server::start(answer),
            state,
        }
    }

    /// For `AWS_ENDPOINT_URL_SIGNIN`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    pub fn open(&self, session: Session) {
        self.state.0.lock().unwrap().sessions.push(session);
    }

    /// The next `times` calls of `operation` meet `fault`.
    pub fn fault(&self, operation: &'static str, times: usize, fault: SignInFault) {
        let mut state = self.state.0.lock().unwrap();
        state.faults.push((operation, times, fault));
    }

    pub fn forget_faults(&self) {
        self.state.0.lock().unwrap().faults.clear();
    }

    /// Waits until so many calls of `operation` came.
    pub fn wait_for_calls_of(&self, operation: &str, count: usize) {
        let (state, called) = &*self.state;
        let is_missing = |state: &mut State| {
            let calls = state.calls.iter();
            calls.filter(|call| call.operation == operation).count() < count
        };
        let state = state.lock().unwrap();
        let (state, waited) = called
            .wait_timeout_while(state, PATIENCE, is_missing)
            .unwrap();
        drop(state);
        assert!(
            !waited.timed_out(),
            "{count} calls of {operation} did not come"
        );
    }

    pub fn status(&self, arn: &str) -> &'static str {
        let state = self.state.0.lock().unwrap();
        let mut sessions = state.sessions.iter();
        let session = sessions.find(|session| session.arn == arn);
        session.expect("there is such a session").status
    }

    /// The calls of one operation; asserts that every request was one that the service takes.
    pub fn calls_of(&self, operation: &str) -> Vec<SignInCall> {
        let state = self.state.0.lock().unwrap();
        assert!(state.wrong.is_empty(), "{:#?}", state.wrong);
        let calls = state.calls.iter();
        let calls = calls.filter(|call| call.operation == operation);
        calls.cloned().collect()
    }
}

impl State {
    fn answer(&mut self, call: &SignInCall) -> Answer {
        let fault = self
            .faults
            .iter_mut()
            .find(|(operation, times, _)| *times > 0 && *operation == call.operation);
        let fault = fault.map(|(_, times, fault)| {
            *times -= 1;
            *fault
        });
        self.calls.push(call.clone());
        let sessions = match fault {
            Some(SignInFault::Refuse(name, code)) => return error(name, code, "scripted", true),
            Some(SignInFault::RefuseUnnamed(name, code)) => {
                return error(name, code, "scripted", false);
            }
            Some(SignInFault::Body(body)) => return ok(body),
            Some(SignInFault::Proxy(status)) => return raw(status, "", "<html>Denied</html>"),
            Some(SignInFault::Errors(code)) => {
                let errors = asked(&call.input).map(|arn| unrevoked(arn, code));
                let errors: Vec<Value> = errors.collect();
                return checked(call, &json!({"revokedSessions": [], "errors": errors}));
            }
            Some(SignInFault::CarryOutAndHang) if call.operation == "GetSession" => {
                return Answer::Never;
            }
            _ if call.operation == "GetSession" => return self.session(call),
            Some(SignInFault::GoneBefore) => {
                self.forget(call);
                self.revoke(call)
            }
            Some(SignInFault::Gone) => {
                let told = self.revoke(call);
                self.forget(call);
                told
            }
            _ => self.revoke(call),
        };
        let [revoked, mut errors] = sessions;
        let names: Vec<Value> = revoked
            .iter()
            .map(|arn| json!({"sessionArn": arn}))
            .collect();
        match fault {
            Some(SignInFault::LoseAnswer) => Answer::Close,
            Some(SignInFault::CarryOutAndHang) => Answer::Never,
            Some(SignInFault::Silence) => {
                checked(call, &json!({"revokedSessions": [], "errors": []}))
            }
            Some(SignInFault::Both) => {
                errors.extend(revoked);
                let errors: Vec<Value> = errors
                    .iter()
                    .map(|arn| unrevoked(arn, "CONFLICT"))
                    .collect();
                checked(call, &json!({"revokedSessions": names, "errors": errors}))
            }
            _ => {
                let errors: Vec<Value> = errors
                    .iter()
                    .map(|arn| unrevoked(arn, "RESOURCE_NOT_FOUND"))
                    .collect();
                checked(call, &json!({"revokedSessions": names, "errors": errors}))
            }
        }
    }

    fn session(&self, call: &SignInCall) -> Answer {
        let found = self
            .sessions
            .iter()
            .find(|session| call.input["sessionArn"] == session.arn && belongs(session, call));
        let Some(session) = found else {
            return error(
                "ResourceNotFoundException",
                "RESOURCE_NOT_FOUND",
                "no session",
                true,
            );
        };
        let role = session.owner.contains(":role/").then_some(&session.owner);
        let mut told = json!({
            "sessionArn": session.arn, "principalArn": session.owner, "status": session.status,
            "clientType": "CLI", "issuedAt": session.expires_at - 7200, "expiresAt": session.expires_at,
        });
        if let Some(role) = role {
            told["role"] = json!(role);
        }
        checked(call, &told)
    }

    fn forget(&mut self, call: &SignInCall) {
        let sessions = &mut self.sessions;
        sessions.retain(|session| asked(&call.input).all(|arn| arn != session.arn));
    }

    /// Revokes what is asked for: the ARNs that were revoked, and those that were not.
    fn revoke(&mut self, call: &SignInCall) -> [Vec<String>; 2] {
        let mut told = [Vec::new(), Vec::new()];
        for arn in asked(&call.input) {
            let mut sessions = self.sessions.iter_mut();
            let found = sessions.find(|session| session.arn == arn && belongs(session, call));
            let at = match found {
                Some(session) => {
                    session.status = "REVOKED";
                    0
                }
                None => 1,
            };
            told[at].push(arn.to_owned());
        }
        told
    }
}

/// Whether `session` is of whom `call` is about, and where it was sent.
fn belongs(session: &Session, call: &SignInCall) -> bool {
    let part = |arn: &str, at: usize| arn.split(':').nth(at).unwrap_or_default().to_owned();
    let principal = call.input["principalArn"].as_str().unwrap_or_default();
    let is_of = match principal.strip_suffix(":*") {
        Some(_) => part(principal, 4) == part(&session.owner, 4),
        None => principal == session.owner,
    };
    is_of && part(&session.arn, 3) == call.region
}

fn asked(input: &Value) -> impl Iterator<Item = &str> {
    let arns = input["sessionArns"].as_array().into_iter().flatten();
    arns.filter_map(Value::as_str)
}

fn unrevoked(arn: &str, code: &str) -> Value {
    json!({"sessionArn": arn, "code": code, "message": "it could not be revoked"})
}

/// An answer, which must be of the model itself.
fn checked(call: &SignInCall, body: &Value) -> Answer {
    let shape = &SHAPES["operations"][&call.operation]["output"];
    fits(body, shape, "output").expect("the server answers as the model has it");
    ok(&body.to_string())
}

fn ok(body: &str) -> Answer {
    raw(200, "", body)
}

/// The error `name` of the model.
fn error(name: &str, code: &str, message: &str, is_named: bool) -> Answer {
    let shape = &SHAPES["operations"]["GetSession"]["errors"][name];
    let body = json!({"error": code, "message": message});
    fits(&body, shape, name).expect("the server refuses as the model has it");
    // the model gives no status to this one
    let status = shape["error"]["httpStatusCode"].as_u64().unwrap_or(403);
    let header = format!("x-amzn-errortype: {name}\r\n");
    let status = u16::try_from(status).expect("it is a status");
    raw(
        status,
        if is_named { &header } else { "" },
        &body.to_string(),
    )
}

fn raw(status: u16, headers: &str, body: &str) -> Answer {
    let sort = if body.starts_with('<') {
        "text/html"
    } else {
        "application/json"
    };
    let whole = format!(
        "HTTP/1.1 {status} Answer\r\ncontent-type: {sort}\r\ncontent-length: {}\r\n\
         x-amzn-requestid: 00000000-0000-4000-8000-0000000051e9\r\n{headers}\r\n{body}",
        body.len()
    );
    Answer::Forwarded(whole.into_bytes())
}
