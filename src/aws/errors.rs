//! What AWS answers instead of what was asked for: which errors are told apart, and the words that people see of them.

use std::error::Error;

use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::RequestId;
use serde::{Deserialize, Serialize};

use super::attempts::may_be_done;

/// Characters of a message of AWS: some repeat a whole template.
const MESSAGE: usize = 500;

/// IAM's word for a user, role, policy or key that is not there.
const NOT_THERE: &str = "NoSuchEntity";

/// Why a call did not answer as hoped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallError {
    /// AWS's error code; none where no answer came.
    pub code: Option<String>,
    pub message: String,
    // journals have it beside the error
    #[serde(skip)]
    pub request_id: Option<String>,
    /// Whether this attempt of the call, or one before it, may have been carried out whatever the code says.
    // journals have what follows from it
    #[serde(skip)]
    pub may_be_done: bool,
}

impl CallError {
    /// What an error of the SDK says.
    pub fn of<E>(error: &SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        // below its first line that of a wrong signature repeats the request, with its session token
        let message = error.message().map_or_else(
            || root_cause(error),
            |text| text.lines().next().unwrap_or_default().to_owned(),
        );
        let mut error = Self {
            // one that is empty says nothing: whoever answered so need not be AWS
            code: error
                .code()
                .filter(|code| !code.trim().is_empty())
                .map(str::to_owned),
            message,
            request_id: error.request_id().map(str::to_owned),
            may_be_done: error.raw_response().is_some_and(may_be_done),
        };
        if error.may_be_done && !error.is_on_the_way() {
            error.message += "; the call may have been carried out all the same";
        }
        error
    }

    /// Whether what was asked about is not there.
    pub fn is_not_there(&self) -> bool {
        self.code.as_deref() == Some(NOT_THERE)
    }

    /// Whether there were no credentials to send it with.
    pub fn is_about_credentials(&self) -> bool {
        self.code.is_none() && self.message.to_ascii_lowercase().contains("credential")
    }

    /// Whether AWS refused the credentials themselves.
    pub fn refuses_credentials(&self) -> bool {
        const PARTS: &str = "Expired InvalidClientTokenId InvalidAccessKeyId Signature UnrecognizedClient \
                             AccessDenied AuthenticationToken";
        let code = self.code.as_deref().unwrap_or_default();
        PARTS.split(' ').any(|part| code.contains(part))
    }

    /// Whether the call may have been carried out all the same: to one of its attempts no answer came, or the server
    /// failed on the way.
    pub fn is_unknown(&self) -> bool {
        self.may_be_done || self.is_on_the_way()
    }

    /// The same of the attempt that it tells of, by its code.
    fn is_on_the_way(&self) -> bool {
        const ON_THE_WAY: [&str; 4] = [
            "ServiceFailure",
            "Internal",
            "Unavailable",
            "RequestTimeout",
        ];
        match &self.code {
            None => true,
            Some(code) => ON_THE_WAY.iter().any(|part| code.contains(part)),
        }
    }
}

impl std::fmt::Display for CallError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{code}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

pub fn is_denied(error: &impl ProvideErrorMetadata) -> bool {
    let code = error.code();
    code.is_some_and(|code| code.starts_with("AccessDenied"))
}

/// Whether IAM says that what was asked about is not there.
pub fn is_not_there(error: &impl ProvideErrorMetadata) -> bool {
    error.code() == Some(NOT_THERE)
}

/// The innermost cause of an SDK error, in one line: the outer ones only say that something failed.
pub fn root_cause(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    in_one_line(&cause.to_string())
}

/// The error code where AWS gave one, else what went wrong on the way.
pub fn error_code_or_cause(error: &(impl ProvideErrorMetadata + Error)) -> String {
    let code = error.code();
    code.map_or_else(|| root_cause(error), str::to_owned)
}

/// What AWS says went wrong, in one line: `AccessDenied: …`.
#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub fn error_message<E: ProvideErrorMetadata + Error>(error: E) -> String {
    // as of a `CallError`, the first line only
    let message = error.message().map(|text| {
        let text = text.lines().next().unwrap_or_default();
        match text.char_indices().nth(MESSAGE) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.to_owned(),
        }
    });
    match (error.code(), message) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        _ => root_cause(&error),
    }
}

fn in_one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
