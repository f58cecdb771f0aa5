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
        if !matches!(service(arn), Some("iam" | "sts")) {
            return None;
        }
        match resource(arn)? {
            "root" | "assumed-root" => Some(Self::Root),
            resource => match resource.split_once('/')? {
                ("assumed-root", _) => Some(Self::Root),
                ("federated-user", _) => Some(Self::Federated(arn.to_owned())),
                _ => Self::named_so(resource).filter(|actor| actor.name() != Some("")),
            },
        }
    }

    /// The user or role of `user/PATH/NAME`, `role/PATH/NAME` or `assumed-role/NAME/SESSION`.
    pub fn named_so(resource: &str) -> Option<Self> {
        let (kind, rest) = resource.split_once('/')?;
        let last = || rest.rsplit('/').next().map(str::to_owned);
        // a user and a role are named by what stands after their path, a session's role by what stands before
        match kind {
            "user" => last().map(Self::User),
            "role" => last().map(Self::Role),
            "assumed-role" => rest
                .split('/')
                .next()
                .map(|name| Self::Role(name.to_owned())),
            _ => None,
        }
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::User(name) | Self::Role(name) => Some(name),
            Self::Root | Self::Federated(_) => None,
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
    part(arn, 0)
}

/// The service of an ARN: `iam`.
pub fn service(arn: &str) -> Option<&str> {
    part(arn, 1)
}

/// The Region of an ARN, where it names one.
pub fn region(arn: &str) -> Option<&str> {
    part(arn, 2)
}

/// The account of an ARN, where it names one.
pub fn account(arn: &str) -> Option<&str> {
    part(arn, 3)
}

/// All that an ARN names within its service, account and Region: `assumed-role/ops/session`.
pub fn resource(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.splitn(5, ':').nth(4)
}

/// What an ARN names below its kind: `ops/session` of an assumed role.
pub fn path(arn: &str) -> Option<&str> {
    Some(resource(arn)?.split_once('/')?.1)
}

/// The name at the end of an ARN or of a path; all of what has no parts.
pub fn name(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap_or(arn)
}

/// The name of a policy that AWS manages, below its path.
pub fn managed_policy(arn: &str) -> Option<&str> {
    let resource = resource(arn).filter(|_| account(arn) == Some("aws"));
    resource?.strip_prefix("policy/")
}

/// The service that owns a service-linked role; nobody else can make a role below that path.
pub fn owner_of_linked_role(arn: &str) -> Option<&str> {
    let path = resource(arn)?.strip_prefix("role/aws-service-role/")?;
    path.split('/').next().filter(|host| !host.is_empty())
}

fn part(arn: &str, number: usize) -> Option<&str> {
    let part = arn.strip_prefix("arn:")?.split(':').nth(number);
    part.filter(|part| !part.is_empty())
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
