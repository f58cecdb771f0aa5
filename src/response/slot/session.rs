//! The slot of a sign-in session, as AWS Sign-In tells of it. Its revocation may be called again, and never taken back.

use super::SlotValue;
use crate::aws::errors::CallError;
use crate::aws::signin::{self, SignInClient};
use crate::event::arn;

/// Its status; nothing where there is no such session.
pub(super) async fn read(client: &SignInClient, session_arn: &str) -> Result<SlotValue, CallError> {
    let session = client.session(session_arn).await?;
    Ok(session.map(|session| session.status().to_owned()))
}

/// The call that revokes it, as words for the AWS CLI.
pub(super) fn call(session_arn: &str) -> Vec<String> {
    let principal = signin::any_principal_of(session_arn);
    let words = [
        "aws",
        "signin",
        "batch-revoke-sessions",
        "--region",
        arn::region(session_arn).unwrap_or_default(),
        "--principal-arn",
        &principal,
        "--session-arns",
        session_arn,
    ];
    words.map(str::to_owned).to_vec()
}
