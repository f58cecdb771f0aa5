//! ARNs: the parts that they have, and which user or role of IAM one stands for.

/// Who an ARN of IAM or STS stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    Root,
    User(String),
    Role(String),
    /// A federated user, of whom only the ARN is known.
    Federated(String),
}

impl Actor {
    /// The actor behind an ARN: a session's role stands for the session. None for other ARNs, and for what is no ARN.
    pub fn of(arn: &str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':').skip(2);
        let (service, _, _, resource) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if !matches!(service, "iam" | "sts") {
            return None;
        }
        let (kind, rest) = resource.split_once('/').unwrap_or((resource, ""));
        // a user and a role are named by what stands after their path, a session's role by what stands before
        let last = rest.rsplit('/').next().filter(|name| !name.is_empty());
        let first = rest.split('/').next().filter(|name| !name.is_empty());
        match kind {
            "root" | "assumed-root" => Some(Self::Root),
            "user" => last.map(|name| Self::User(name.to_owned())),
            "role" => last.map(|name| Self::Role(name.to_owned())),
            "assumed-role" => first.map(|name| Self::Role(name.to_owned())),
            "federated-user" => Some(Self::Federated(arn.to_owned())),
            _ => None,
        }
    }

    /// `user/NAME` or `role/NAME`, as `respond` takes them; none of root and federated users.
    pub fn named(&self) -> Option<String> {
        match self {
            Self::User(name) => Some(format!("user/{name}")),
            Self::Role(name) => Some(format!("role/{name}")),
            Self::Root | Self::Federated(_) => None,
        }
    }
}

/// The partition of an ARN: `aws`, `aws-cn`, `aws-us-gov`.
pub fn partition(arn: &str) -> Option<&str> {
    arn.split(':').nth(1).filter(|name| !name.is_empty())
}

/// The account of an ARN, where it names one.
pub fn account(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_and_roles_are_named_without_their_paths_and_sessions() {
        for (arn, named) in [
            ("arn:aws:iam::111122223333:user/team/ana", Some("user/ana")),
            (
                "arn:aws-cn:iam::111122223333:role/team/ops",
                Some("role/ops"),
            ),
            (
                "arn:aws:sts::111122223333:assumed-role/ops/i-0a",
                Some("role/ops"),
            ),
            ("arn:aws:sts::111122223333:federated-user/x", None),
            ("arn:aws:iam::111122223333:root", None),
            ("arn:aws:iam::111122223333:user/", None),
            ("arn:aws:s3::111122223333:user/x", None),
            ("ana", None),
        ] {
            let actor = Actor::of(arn);
            assert_eq!(
                actor.and_then(|actor| actor.named()).as_deref(),
                named,
                "{arn}"
            );
        }
    }

    #[test]
    fn parts_that_are_missing_are_none() {
        let arn = "arn:aws-cn:iam::111122223333:user/ana";
        assert_eq!(
            (partition(arn), account(arn)),
            (Some("aws-cn"), Some("111122223333"))
        );
        for text in ["", "arn", "arn:", "arn::s3:::bucket"] {
            assert_eq!((partition(text), account(text)), (None, None), "{text}");
        }
    }
}
