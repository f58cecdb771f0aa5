//! What AWS Sign-In answers, and what an answer that is none says.

use aws_sdk_iam::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_types::error::ErrorMetadata;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::aws::errors::CallError;
use crate::event::time::Time;

pub(super) const NOT_FOUND: &str = "ResourceNotFoundException";

/// What AWS says of a sign-in session.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInSession {
    pub(super) session_arn: String,
    /// ARNs of whose it is: the user or role.
    principal_arn: String,
    role: Option<String>,
    pub(super) status: Option<String>,
    /// Epoch seconds.
    expires_at: i64,
}

/// Whether the code of an error says that there is no such session, in the spelling of an answer or of one of its parts.
pub(super) fn is_not_found(code: Option<&str>) -> bool {
    matches!(code, Some(NOT_FOUND | "RESOURCE_NOT_FOUND"))
}

impl SignInSession {
    /// When it ended; none where it has not, by `now`.
    pub fn ended(&self, now: Time) -> Option<Time> {
        Time::of_unix(self.expires_at).filter(|ended| *ended < now)
    }

    /// The ARNs of whose it is, each once; one of a role may be told in both.
    pub fn owners(&self) -> impl Iterator<Item = &str> {
        let role = self.role.as_ref();
        let role = role.filter(|role| **role != self.principal_arn);
        std::iter::once(self.principal_arn.as_str()).chain(role.map(String::as_str))
    }

    /// `ACTIVE`, `REVOKED`, or what nobody knows of yet.
    pub fn status(&self) -> &str {
        self.status.as_deref().unwrap_or_default()
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RevocationAnswer {
    revoked_sessions: Vec<RevokedSession>,
    errors: Vec<UnrevokedSession>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RevokedSession {
    session_arn: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UnrevokedSession {
    session_arn: String,
    code: String,
    message: String,
}

/// An answer, and AWS's id of the request.
#[derive(Debug)]
pub(super) struct SignInAnswer<T> {
    pub body: T,
    pub request_id: Option<String>,
}

pub(super) fn read<T: DeserializeOwned>(
    response: &HttpResponse,
) -> Result<SignInAnswer<T>, OrchestratorError<ErrorMetadata>> {
    let body = response.body().bytes().unwrap_or_default();
    if !response.status().is_success() {
        return Err(OrchestratorError::operation(refusal(response, body)));
    }
    // what lacks a member that is always sent is no answer, and asked for again
    let body = serde_json::from_slice(body)
        .map_err(|error| OrchestratorError::response(Box::new(error)))?;
    let request_id = response.request_id().map(str::to_owned);
    Ok(SignInAnswer { body, request_id })
}

/// What becomes of `session_arn`, as the answer to its revocation says.
pub(super) fn outcome_of(
    session_arn: &str,
    answer: RevocationAnswer,
    request_id: Option<String>,
) -> Result<Option<String>, CallError> {
    let mut revoked = answer.revoked_sessions.iter();
    let is_revoked = revoked.any(|session| session.session_arn == session_arn);
    let mut errors = answer.errors.into_iter();
    let (code, message) = match errors.find(|error| error.session_arn == session_arn) {
        None if is_revoked => return Ok(request_id),
        // a code that is empty says nothing, as elsewhere
        Some(error) if !is_revoked && error.code.trim().is_empty() => (
            None,
            format!(
                "AWS Sign-In does not say why it did not revoke it: {}",
                first_line(&error.message)
            ),
        ),
        Some(error) if !is_revoked => (Some(error.code), first_line(&error.message)),
        Some(_) => (
            None,
            "AWS Sign-In says that it was revoked, and that it was not".to_owned(),
        ),
        None => (
            None,
            "AWS Sign-In does not say what became of it".to_owned(),
        ),
    };
    Err(CallError {
        code,
        message,
        request_id,
        ..CallError::default()
    })
}

fn first_line(message: &str) -> String {
    let line = message.lines().find(|line| !line.trim().is_empty());
    line.unwrap_or("no message").to_owned()
}

pub(super) fn unsaid(message: &str) -> CallError {
    CallError {
        message: message.to_owned(),
        ..CallError::default()
    }
}

/// What an answer says that is none. Its sort stands in a header, as the protocol has it; of an answer without, it is
/// known by its status, if it is one of the service's own.
fn refusal(response: &HttpResponse, body: &[u8]) -> ErrorMetadata {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let named = response.headers().get("x-amzn-errortype");
    let named = named.or_else(|| body["__type"].as_str());
    // `AccessDeniedException:http://...`, `com.amazonaws.signin#AccessDeniedException`
    let sort = named.map(|name| {
        let name = name.split(':').next().unwrap_or_default();
        name.rsplit('#').next().unwrap_or_default()
    });
    let own = body["error"]
        .as_str()
        .map(|error| match response.status().as_u16() {
            400 => "ValidationException",
            403 => "AccessDeniedException",
            404 => NOT_FOUND,
            429 => "TooManyRequestsError",
            500.. => "InternalServerException",
            _ => error,
        });
    let message = body["message"]
        .as_str()
        .or_else(|| body["Message"].as_str());
    let mut refusal = ErrorMetadata::builder();
    if let Some(code) = sort.filter(|sort| !sort.is_empty()).or(own) {
        refusal = refusal.code(code);
    }
    let status = response.status().as_u16();
    let message = message.map_or_else(|| format!("HTTP status {status}"), str::to_owned);
    refusal.message(message).build()
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;
    use serde_json::json;

    use super::*;

    fn arn_of(id: &str) -> String {
        format!("arn:aws:signin:us-east-1:111122223333:session/{id}")
    }

    fn refused(status: u16, sort: Option<&'static str>, body: &str) -> (Option<String>, String) {
        let status = status.try_into().unwrap();
        let mut response = HttpResponse::new(status, SdkBody::from(body));
        if let Some(sort) = sort {
            response.headers_mut().insert("x-amzn-errortype", sort);
        }
        let refusal = refusal(&response, body.as_bytes());
        let message = refusal.message().unwrap_or_default().to_owned();
        (refusal.code().map(str::to_owned), message)
    }

    #[test]
    fn a_refusal_is_known_by_its_header_or_else_by_its_status() {
        let own = r#"{"error":"INSUFFICIENT_PERMISSIONS","message":"no"}"#;
        let denied = "AccessDeniedException";
        for (status, sort, body, code, message) in [
            (403, Some(denied), own, Some(denied), "no"),
            (
                403,
                Some("AccessDeniedException:http://x/"),
                "",
                Some(denied),
                "HTTP status 403",
            ),
            (
                400,
                Some("com.amazonaws#ExpiredTokenException"),
                own,
                Some("ExpiredTokenException"),
                "no",
            ),
            (
                400,
                None,
                r#"{"__type":"a#ValidationException","Message":"m"}"#,
                Some("ValidationException"),
                "m",
            ),
            (403, None, own, Some(denied), "no"),
            (404, None, own, Some(NOT_FOUND), "no"),
            (429, Some(""), own, Some("TooManyRequestsError"), "no"),
            (503, None, own, Some("InternalServerException"), "no"),
            (409, None, own, Some("INSUFFICIENT_PERMISSIONS"), "no"),
            // what stands between says nothing about the call
            (404, None, "<html>", None, "HTTP status 404"),
            (403, None, "{}", None, "HTTP status 403"),
            (502, None, "", None, "HTTP status 502"),
            (
                403,
                None,
                r#"{"error":{},"message":[]}"#,
                None,
                "HTTP status 403",
            ),
        ] {
            let told = refused(status, sort, body);
            assert_eq!(
                told,
                (code.map(str::to_owned), message.to_owned()),
                "{status} {body}"
            );
        }
    }

    #[test]
    fn what_an_answer_does_not_say_is_unknown() {
        let outcome = |revoked: &[&str], errors: &[&str]| {
            let revoked = revoked.iter().map(|id| json!({"sessionArn": arn_of(id)}));
            let errors = errors.iter().map(
                |id| json!({"sessionArn": arn_of(id), "code": "CONFLICT", "message": "no\nstack"}),
            );
            let answer = json!({
                "revokedSessions": revoked.collect::<Vec<_>>(),
                "errors": errors.collect::<Vec<_>>(),
            });
            let answer = serde_json::from_value(answer).unwrap();
            outcome_of(&arn_of("1"), answer, Some("request".to_owned()))
        };
        assert_eq!(outcome(&["1"], &[]).unwrap().as_deref(), Some("request"));
        assert!(outcome(&["2", "1"], &["3"]).is_ok());
        let failed = outcome(&[], &["1"]).unwrap_err();
        assert_eq!(
            (failed.to_string(), failed.is_unknown()),
            ("CONFLICT: no".to_owned(), false)
        );
        for code in ["", " ", "\n"] {
            let answer = json!({"revokedSessions": [], "errors": [
                {"sessionArn": arn_of("1"), "code": code, "message": ""},
            ]});
            let answer = serde_json::from_value(answer).unwrap();
            let error = outcome_of(&arn_of("1"), answer, None).unwrap_err();
            assert!(error.is_unknown(), "{code:?}");
            let said = error.to_string();
            assert!(
                said.contains("does not say why it did not revoke it"),
                "{said}"
            );
        }
        for (revoked, errors) in [(&[][..], &[][..]), (&["2"], &["3"]), (&["1"], &["1"])] {
            assert!(
                outcome(revoked, errors).unwrap_err().is_unknown(),
                "{revoked:?} {errors:?}"
            );
        }
    }
}
