//! The calls of AWS Sign-In that the SDK does not have (facts: J4): one sign-in session (`aws login`, agents) is looked
//! at, or revoked. `call` signs and sends them with the SDK's own parts, `answer` reads what comes, in the shapes of
//! botocore 1.44.8's model; a test compares the two. No account of ours confirmed them.

mod answer;
mod call;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use futures_util::{StreamExt, stream};
use serde_json::json;

use super::errors::CallError;
use crate::event::arn;
use crate::event::partitions::Partition;
use crate::event::services::is_account_id;
pub use answer::SignInSession;
use answer::{NOT_FOUND, SignInAnswer, is_not_found, outcome_of, unsaid};

/// What the status of a session is that is in use.
pub const SESSION_ACTIVE: &str = "ACTIVE";
/// What the status of a session is that can no longer be refreshed.
pub const SESSION_REVOKED: &str = "REVOKED";

const LONGEST_ID: usize = 64;
/// All that is only to be known before acting may take so long, with all attempts.
const IN_TIME: Duration = Duration::from_secs(15);
/// Questions that are under way at a time in a Region: one that is silent holds up no other.
const AT_A_TIME: usize = 50;

/// What AWS says of a session: none where there is no such session; or why it does not say.
pub type SessionAnswer = Result<Option<SignInSession>, CallError>;

/// The account of a sign-in session's ARN; none where `text` is no such ARN. What fits holds no pattern and no space.
pub fn account_of(text: &str) -> Option<&str> {
    let id = arn::resource(text)?.strip_prefix("session/")?;
    let in_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_id = (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(in_id);
    let account = arn::account(text).filter(|account| is_account_id(account))?;
    let is_place = Partition::may_have(arn::partition(text)?, arn::region(text)?);
    (is_id && is_place && arn::service(text) == Some("signin")).then_some(account)
}

/// Whoever has sessions in the account of the session `session_arn`: which of them has it is not asked.
pub fn any_principal_of(session_arn: &str) -> String {
    let partition = arn::partition(session_arn).unwrap_or_default();
    let account = account_of(session_arn).unwrap_or_default();
    format!("arn:{partition}:iam::{account}:*")
}

/// A client of AWS Sign-In in every Region: each session is asked about where it is.
#[derive(Debug, Clone)]
pub struct SignInClient {
    config: SdkConfig,
    http: SharedHttpClient,
    patience: Duration,
}

impl SignInClient {
    pub(super) fn new(config: SdkConfig, http: SharedHttpClient, patience: Duration) -> Self {
        Self {
            config,
            http,
            patience,
        }
    }

    /// What AWS knows of the session `session_arn`; none where it says that there is none.
    ///
    /// # Errors
    /// Where it does not say, or answers about something else.
    pub async fn session(&self, session_arn: &str) -> SessionAnswer {
        let asked = json!({
            "sessionArn": session_arn,
            "principalArn": any_principal_of(session_arn),
        });
        let answer = self.call("GetSession", "/get-session", session_arn, &asked);
        let session: SignInSession = match answer.await {
            Ok(answer) => answer.body,
            Err(error) if error.code.as_deref() == Some(NOT_FOUND) => return Ok(None),
            Err(error) => return Err(error),
        };
        if session.session_arn != session_arn {
            return Err(unsaid("AWS Sign-In answered about another session"));
        }
        if session.status.is_none() {
            return Err(unsaid("AWS Sign-In does not say whether it is revoked"));
        }
        Ok(Some(session))
    }

    /// [`Self::session`] of each of `sessions`, for what must not wait for a service that is silent: what it does not say
    /// of all of them in time, it does not say.
    pub async fn sessions_in_time(
        &self,
        sessions: BTreeSet<String>,
    ) -> BTreeMap<String, SessionAnswer> {
        let mut by_region: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for session in &sessions {
            let region = arn::region(session).unwrap_or_default();
            by_region.entry(region).or_default().push(session);
        }
        let looks = by_region.into_values().map(|sessions| {
            let looks = stream::iter(sessions)
                .map(|session| async move { (session, self.session(session).await) });
            looks.buffer_unordered(AT_A_TIME).boxed()
        });
        let mut looks = stream::select_all(looks);
        let mut answers = BTreeMap::new();
        let asking = async {
            while let Some((session, answer)) = looks.next().await {
                answers.insert(session.to_owned(), answer);
            }
        };
        // what is late is missing below
        let _ = tokio::time::timeout(IN_TIME, asking).await;
        drop(looks);
        let late = format!("no answer of AWS Sign-In within {} s", IN_TIME.as_secs());
        for session in sessions {
            answers.entry(session).or_insert_with(|| Err(unsaid(&late)));
        }
        answers
    }

    /// Revokes the session `session_arn`, which cannot be taken back; AWS's request id. One that is revoked may be
    /// revoked again.
    ///
    /// # Errors
    /// Where it failed, or is not known.
    pub async fn revoke(&self, session_arn: &str) -> Result<Option<String>, CallError> {
        let asked = json!({
            "principalArn": any_principal_of(session_arn),
            "sessionArns": [session_arn],
        });
        let path = "/batch-revoke-sessions";
        let answer = self.call("BatchRevokeSessions", path, session_arn, &asked);
        let revoked = answer.await.and_then(|SignInAnswer { body, request_id }| {
            outcome_of(session_arn, body, request_id)
        });
        match revoked {
            // what is gone, as AWS says twice, is as good as revoked
            Err(error)
                if is_not_found(error.code.as_deref())
                    && matches!(self.session(session_arn).await, Ok(None)) =>
            {
                Ok(error.request_id)
            }
            revoked => revoked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn_of(id: &str) -> String {
        format!("arn:aws:signin:us-east-1:111122223333:session/{id}")
    }

    #[test]
    fn only_the_arn_of_a_session_is_one() {
        for good in [
            arn_of("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"),
            arn_of("1"),
            "arn:aws-cn:signin:cn-north-1:111122223333:session/a".to_owned(),
        ] {
            assert_eq!(account_of(&good), Some("111122223333"), "{good}");
        }
        for bad in [
            "",
            "arn:",
            "arn:aws:signin",
            "arn:aws:signin:us-east-1:111122223333:session/",
            "arn:aws:signin:us-east-1:111122223333:session/*",
            "arn:aws:signin:us-east-1:111122223333:session/?",
            "arn:aws:signin:us-east-1:111122223333:session/a b",
            "arn:aws:signin:us-east-1:111122223333:session/a/b",
            "arn:aws:signin:us-east-1:111122223333:session/a:b",
            "arn:aws:signin:us-east-1:111122223333:session/${aws:username}",
            "arn:aws:signin:us-east-1:111122223333:session/a\u{1b}[31m",
            "arn:aws:signin:*:111122223333:session/a",
            "arn:aws:signin::111122223333:session/a",
            "arn:0:signin:0:111122223333:session/a",
            "arn:aws:signin:0:111122223333:session/a",
            "arn:aws-evil:signin:us-east-1:111122223333:session/a",
            "arn:aws:signin:evil:111122223333:session/a",
            "arn:aws:signin:us-evil-1:111122223333:session/a",
            "arn:aws:signin:cn-north-1:111122223333:session/a",
            "arn:aws-cn:signin:us-east-1:111122223333:session/a",
            "arn:AWS:signin:us-east-1:111122223333:session/a",
            "arn:*:signin:us-east-1:111122223333:session/a",
            "arn:aws:signin:us-east-1:1111:session/a",
            "arn:aws:signin:us-east-1:*:session/a",
            "arn:aws:iam:us-east-1:111122223333:session/a",
            "arn:aws:signin:us-east-1:111122223333:role/a",
            &arn_of(&"a".repeat(65)),
        ] {
            assert_eq!(account_of(bad), None, "{bad}");
        }
    }
}
