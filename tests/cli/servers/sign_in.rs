//! The server of AWS Sign-In follows botocore's model, and so does the file that it follows.

use std::process::Command;

use aws_sdk_sts::config::Credentials;
use serde_json::Value;

use crate::support::sandbox::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::support::sign_in_server::{MODEL, Session, SignInFault, SignInServer};
use crate::support::{skip, venv};

const PRINT: &str = include_str!("../support/sign_in_model.py");

/// botocore's own client: what it makes of each call, given an ARN that is open and one that is not.
const CALL: &str = r#"
import json, sys
from urllib.parse import urlsplit
from botocore.exceptions import ClientError
from botocore.session import Session
url, key, secret, here, missing, account = sys.argv[1:]
client = Session().create_client("signin", region_name="us-east-1",
    aws_access_key_id=key, aws_secret_access_key=secret)
# the model's rules pass over endpoint_url for these calls
def redirect(request, **_):
    request.url = url + urlsplit(request.url).path
client.meta.events.register("before-sign.signin", redirect)
def told(call, **asked):
    try:
        answer = call(**asked)
    except ClientError as error:
        return error.response["Error"]["Code"]
    answer.pop("ResponseMetadata")
    return answer
print(json.dumps([
    told(client.get_session, sessionArn=here, principalArn=account),
    told(client.batch_revoke_sessions, sessionArns=[here, missing], principalArn=account),
    told(client.get_session, sessionArn=here, principalArn=account)["status"],
    told(client.get_session, sessionArn=missing, principalArn=account),
    told(client.batch_revoke_sessions, sessionArns=[here], principalArn=account),
]))
"#;

/// What Python says as JSON; none where there is no Python.
fn python(script: &str, arguments: &[&str]) -> Option<Value> {
    let python = match venv::python() {
        Ok(python) => python,
        Err(why) => {
            assert!(std::env::var_os("CI").is_none(), "{why}");
            skip(&why);
            return None;
        }
    };
    let told = Command::new(python)
        .args(["-c", script])
        .args(arguments)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "{stderr}");
    Some(serde_json::from_slice(&told.stdout).unwrap())
}

#[test]
fn the_model_is_botocores() {
    let Some(told) = python(PRINT, &[]) else {
        return;
    };
    let kept: Value = serde_json::from_str(MODEL).unwrap();
    assert_eq!(
        kept, told,
        "renew tests/cli/support/sign_in_model.json with what sign_in_model.py prints"
    );
}

/// The client that AWS makes is served, down to its signature: the server is not strict about something of our own.
#[test]
fn botocores_client_is_served() {
    let key = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "test");
    let server = SignInServer::taking(&key);
    let [here, missing] =
        ["here", "missing"].map(|id| format!("arn:aws:signin:us-east-1:000000000000:session/{id}"));
    let owner = "arn:aws:iam::000000000000:role/ops";
    server.open(Session::of(owner, &here));
    let denied = SignInFault::Refuse("AccessDeniedException", "INSUFFICIENT_PERMISSIONS");
    let any = "arn:aws:iam::000000000000:*";
    let told = || {
        let arguments = [
            &server.url(),
            ACCESS_KEY_ID,
            SECRET_ACCESS_KEY,
            &here,
            &missing,
            any,
        ];
        python(CALL, &arguments)
    };
    let Some(served) = told() else {
        return;
    };
    assert_eq!(served[0]["principalArn"], owner);
    assert_eq!(served[0]["status"], "ACTIVE");
    assert_eq!(served[1]["revokedSessions"][0]["sessionArn"], here);
    assert_eq!(served[1]["errors"][0]["sessionArn"], missing);
    assert_eq!(served[2], "REVOKED");
    assert_eq!(served[3], "ResourceNotFoundException");
    assert_eq!(served[4]["errors"], serde_json::json!([]));
    server.fault("BatchRevokeSessions", usize::MAX, denied);
    let refused = told().expect("Python is there");
    assert_eq!([&refused[1], &refused[4]], ["AccessDeniedException"; 2]);
    assert!(server.calls_of("BatchRevokeSessions").len() == 4);
}
