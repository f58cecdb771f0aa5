//! What IAM says of service-specific credentials, SSH keys and signing certificates, which the emulators do not have, or
//! without policies: six actions as botocore's model has them, one credential a page, and nothing else is understood.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::gate::Call;

const ACCOUNT_WIDE: &str = "00000000-0000-4000-8000-00000000beef";

/// One credential of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// `ServiceSpecificCredential`, `SSHPublicKey` or `Certificate`, as the names of IAM's ids have it.
    pub sort: &'static str,
    pub user: String,
    pub id: String,
    pub status: String,
    /// RFC 3339.
    pub made: String,
    pub service: &'static str,
}

/// All of them, in the order in which they were made.
#[derive(Debug, Default)]
pub struct HeldCredentials {
    pub all: Vec<Held>,
}

impl HeldCredentials {
    /// The answer to `call`: status and body; none where it is about something else.
    pub fn answer(&mut self, call: &Call) -> Option<(u16, String)> {
        let (sort, is_list) = match call.action.as_str() {
            "ListServiceSpecificCredentials" => ("ServiceSpecificCredential", true),
            "UpdateServiceSpecificCredential" => ("ServiceSpecificCredential", false),
            "ListSSHPublicKeys" => ("SSHPublicKey", true),
            "UpdateSSHPublicKey" => ("SSHPublicKey", false),
            "ListSigningCertificates" => ("Certificate", true),
            "UpdateSigningCertificate" => ("Certificate", false),
            _ => return None,
        };
        let id = format!("{sort}Id");
        let known: &[&str] = if is_list {
            &["UserName", "Marker", "MaxItems"]
        } else {
            &["UserName", &id, "Status"]
        };
        let mut names = call.parameters.keys();
        if call.parameter("UserName").is_empty()
            || names.any(|name| !known.contains(&name.as_str()))
        {
            let parameters: &BTreeMap<_, _> = &call.parameters;
            return Some(error(400, "ValidationError", &format!("{parameters:?}")));
        }
        Some(if is_list {
            self.list(sort, call)
        } else {
            self.update(sort, call)
        })
    }

    fn list(&self, sort: &str, call: &Call) -> (u16, String) {
        let user = call.parameter("UserName");
        let of_user = |held: &&Held| held.sort == sort && held.user == user;
        let all: Vec<&Held> = self.all.iter().filter(of_user).collect();
        let at: usize = call.parameter("Marker").parse().unwrap_or(0);
        let mut members = String::new();
        if let Some(held) = all.get(at) {
            let time = match sort {
                "ServiceSpecificCredential" => "CreateDate",
                _ => "UploadDate",
            };
            write!(
                members,
                "<member><UserName>{user}</UserName><{sort}Id>{}</{sort}Id><Status>{}</Status>\
                 <{time}>{}</{time}><ServiceName>{}</ServiceName><ServiceUserName>{user}-at-1</ServiceUserName>\
                 <CertificateBody>x</CertificateBody></member>",
                held.id, held.status, held.made, held.service
            )
            .expect("a text can be written");
        }
        let more = if at + 1 < all.len() {
            format!("<IsTruncated>true</IsTruncated><Marker>{}</Marker>", at + 1)
        } else {
            "<IsTruncated>false</IsTruncated>".to_owned()
        };
        ok(&call.action, &format!("<{sort}s>{members}</{sort}s>{more}"))
    }

    fn update(&mut self, sort: &str, call: &Call) -> (u16, String) {
        let id = call.parameter(&format!("{sort}Id"));
        let status = call.parameter("Status");
        if !["Active", "Inactive"].contains(&status) {
            return error(400, "ValidationError", status);
        }
        let user = call.parameter("UserName");
        let is_it = |held: &&mut Held| held.sort == sort && held.user == user && held.id == id;
        match self.all.iter_mut().find(is_it) {
            Some(held) => {
                status.clone_into(&mut held.status);
                ok(&call.action, "")
            }
            None => error(404, "NoSuchEntity", id),
        }
    }
}

fn ok(action: &str, result: &str) -> (u16, String) {
    let body = format!(
        "<{action}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{action}Result>{result}\
         </{action}Result><ResponseMetadata><RequestId>{ACCOUNT_WIDE}</RequestId></ResponseMetadata>\
         </{action}Response>"
    );
    (200, body)
}

fn error(status: u16, code: &str, message: &str) -> (u16, String) {
    let body = format!(
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>{message}</Message></Error><RequestId>{ACCOUNT_WIDE}</RequestId></ErrorResponse>"
    );
    (status, body)
}
