//! Callers, credentials and hand-offs in a few words.

use super::Page;
use super::text::count;
use crate::event::arn::resource;
use crate::event::who::Mfa;
use crate::report::{Handoff, Kind, Link, Node};

/// `user ci-deploy`, `role deploy/build-1`, `root`; what is no such ARN stays as it is.
pub fn who(principal: &str) -> String {
    let Some(resource) = resource(principal) else {
        return principal.to_owned();
    };
    match resource.split_once('/') {
        Some(("assumed-role", session)) => format!("role {session}"),
        Some(("federated-user", name)) => format!("federated user {name}"),
        Some((kind @ ("user" | "role"), name)) => format!("{kind} {name}"),
        None if resource == "root" => "root".to_owned(),
        _ => principal.to_owned(),
    }
}

/// A value in a narrow column: `user/ci-deploy`, `role/deploy/build-1` and `iam` instead of what AWS writes.
pub fn short(value: &str) -> String {
    if let Some(resource) = resource(value) {
        return resource
            .strip_prefix("assumed-")
            .unwrap_or(resource)
            .to_owned();
    }
    let service = value.strip_suffix(".amazonaws.com");
    let service = service.filter(|name| !name.is_empty() && !name.contains(['.', '/', ' ']));
    service.unwrap_or(value).to_owned()
}

/// `ASIA…  role deploy/build-1 (eu-west-1)`, `login svc-backup, no MFA (eu-north-1) -> 3 console keys`.
pub fn credential(page: &Page, node: &Node, parent: Option<&Node>, folded: usize) -> String {
    let words = description(node, parent);
    let edge = edge(page, node, &words);
    let words = if edge.is_empty() {
        words
    } else if let Some(open) = words.strip_suffix(')') {
        format!("{open}, {edge})")
    } else {
        format!("{words} ({edge})")
    };
    match folded as u64 {
        0 => words,
        folded => format!(
            "{words} -> {}",
            count(folded, "console key", "console keys")
        ),
    }
}

/// What it is, and whose; what it has from its parent is not said again.
fn description(node: &Node, parent: Option<&Node>) -> String {
    let inherited =
        node.kind == Kind::Key && parent.is_some_and(|parent| parent.principal == node.principal);
    let owner = node.principal.as_deref().filter(|_| !inherited).map(who);
    let abroad = parent.is_some_and(|parent| parent.account != node.account);
    let abroad = node.account.as_ref().filter(|_| abroad);

    let mut parts: Vec<String> = Vec::new();
    parts.extend(owner.map(|owner| match abroad {
        Some(account) => format!("{owner} in {account}"),
        None => owner,
    }));
    parts.extend(node.note.clone());
    if node.kind == Kind::Login {
        parts.extend(mfa(node.mfa).map(str::to_owned));
    }
    let words = parts.join(", ");
    match node.kind {
        Kind::Key => {
            let id = node.access_key_id.as_ref().unwrap_or(&node.id);
            format!("{id}  {words}").trim_end().to_owned()
        }
        Kind::Login => format!("login {}", words.strip_prefix("user ").unwrap_or(&words)),
        Kind::User if words.is_empty() => node.id.clone(),
        Kind::User => words,
    }
}

/// Whether MFA was used, where that is known.
pub fn mfa(mfa: Mfa) -> Option<&'static str> {
    match mfa {
        Mfa::True => Some("MFA"),
        Mfa::False => Some("no MFA"),
        Mfa::Sso => Some("SSO"),
        Mfa::Unknown => None,
    }
}

/// How the edge is known, where it was made, and how long what it gave is good; not what `words` say already.
fn edge(page: &Page, node: &Node, words: &str) -> String {
    // a role is assumed, and a login is a console login, unless it says otherwise
    let usual = |via: &str| matches!(via, "AssumeRole" | "ConsoleLogin") || words.contains(via);
    let plain = match node.kind {
        Kind::Login => node.link == Link::ConsoleLogin,
        Kind::Key | Kind::User => matches!(node.link, Link::Subject | Link::Exact),
    };
    let alive = node
        .expires_at
        .filter(|end| node.deleted_at.is_none() && *end > page.report.envelope.generated_at);

    let mut parts = Vec::new();
    parts.extend(node.via.clone().filter(|via| !usual(via)));
    parts.extend(node.region.clone());
    parts.extend((!plain).then(|| node.link.into_str().to_owned()));
    parts.extend(alive.map(|end| format!("valid until {}", page.times.short(end))));
    parts.extend(
        node.deleted_at
            .map(|end| format!("deleted {}", page.times.short(end))),
    );
    parts.join(", ")
}

/// Where the trail is lost, and by what to find it again.
pub fn continues(handoff: &Handoff) -> String {
    let shared = handoff.shared_event_id.as_ref();
    let shared = shared.map(|id| format!(" (sharedEventID {id})"));
    format!(
        "{} in {}: continues there, not readable{}",
        who(&handoff.role_arn),
        handoff.account,
        shared.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_in_words() {
        let cases = [
            (
                "arn:aws:iam::123456789012:user/ops/ci-deploy",
                "user ops/ci-deploy",
            ),
            (
                "arn:aws-cn:sts::123456789012:assumed-role/deploy/build-1",
                "role deploy/build-1",
            ),
            (
                "arn:aws:sts::123456789012:federated-user/x",
                "federated user x",
            ),
            ("arn:aws:iam::123456789012:root", "root"),
            ("arn:aws:s3:::bucket", "arn:aws:s3:::bucket"),
            ("AIDAEXAMPLE", "AIDAEXAMPLE"),
        ];
        for (principal, words) in cases {
            assert_eq!(who(principal), words);
        }
    }

    #[test]
    fn a_value_without_what_every_value_has() {
        let cases = [
            (
                "arn:aws:iam::123456789012:user/ops/ci-deploy",
                "user/ops/ci-deploy",
            ),
            (
                "arn:aws:sts::123456789012:assumed-role/deploy/build-1",
                "role/deploy/build-1",
            ),
            ("arn:aws:iam::123456789012:root", "root"),
            (
                "arn:aws:logs:us-east-1:123456789012:log-group:app:*",
                "log-group:app:*",
            ),
            ("cloudtrail.amazonaws.com", "cloudtrail"),
            ("bucket.s3.amazonaws.com", "bucket.s3.amazonaws.com"),
            (".amazonaws.com", ".amazonaws.com"),
            ("arn:aws:iam", "arn:aws:iam"),
        ];
        for (value, words) in cases {
            assert_eq!(short(value), words);
        }
    }
}
