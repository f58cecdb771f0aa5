//! What must never leave a record but in the raw evidence: session tokens, secrets, passwords (facts: C4).

use serde_json::Value;

/// Stands where a secret stood.
pub const REDACTED: &str = "<redacted>";

/// Names, in lower case and without `-` and `_`, under which AWS services record secrets.
const SECRET_NAMES: &[&str] = &[
    "accesstoken",
    "assertion",
    "authorization",
    "clientsecret",
    "idtoken",
    "masteruserpassword",
    "newpassword",
    "oldpassword",
    "password",
    "plaintext",
    "privatekey",
    "refreshtoken",
    "samlassertion",
    "secretaccesskey",
    "secretbinary",
    "secretstring",
    "securitytoken",
    "servicepassword",
    "sessiontoken",
    "signintoken",
    "token",
    "tokencode",
    "webidentitytoken",
    "xamzsecuritytoken",
];

/// Whether a field of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, '-' | '_'))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    SECRET_NAMES.contains(&plain.as_str())
}

/// A copy of `value`, which stands at a field called `name`, without secrets.
pub fn redacted(name: &str, value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, inner)| (name.clone(), redacted(name, inner)))
                .collect(),
        ),
        Value::Array(items) => items.iter().map(|item| redacted(name, item)).collect(),
        _ if is_secret(name) => REDACTED.into(),
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_go_at_every_depth() {
        let value = json!({"credentials": {"accessKeyId": "ASIA1", "sessionToken": "secret"},
                           "list": [{"X-Amz-Security-Token": "secret", "n": 1}], "password": ["secret"]});
        let clean = redacted("responseElements", &value).to_string();
        assert!(!clean.contains("secret\""), "{clean}");
        assert!(clean.contains("ASIA1"));
    }
}
