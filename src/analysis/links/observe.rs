//! Reading the facts off a record: what each kind of event says about credentials.

use super::{
    Compute, ConsoleLogin, IssuedKey, Launch, Links, ObservedKey, RecordOrigin, SignIn,
    UserCreation,
};
use crate::event::who::Mfa;
use crate::event::{Event, FieldPath, arn, time};

impl Links {
    /// A pivot found that the answer to `event` holds the key `child`.
    pub fn issued(&mut self, event: &Event, child: &str) {
        let Some(parent) = event.access_key_id() else {
            return;
        };
        if parent != child && self.is_new(event, child) {
            let issue = issue(event, child);
            self.issues.entry(parent.into()).or_default().push(issue);
        }
    }

    /// Reads the facts that no path names. Calls that services forwarded for a principal carry keys of their own,
    /// one a call: they are left to [`Self::observe_forwarded`], since they issue nothing.
    pub fn observe(&mut self, event: &Event) {
        if event.error_code().is_none() {
            self.observe_sts(event);
            self.observe_sign_in(event);
            if let Some(by) = event.access_key_id() {
                self.observe_user(event, by);
                self.observe_launch(event, by);
            }
        }
        if event.identity().invoked_by().is_none() || event.from_console() {
            self.observe_session(event);
        }
    }

    /// As [`Self::observe`], for the sessions of calls that a service forwarded.
    pub fn observe_forwarded(&mut self, event: &Event) {
        if event.identity().invoked_by().is_some() && !event.from_console() {
            self.observe_session(event);
        }
    }

    fn is_new(&mut self, event: &Event, about: &str) -> bool {
        let fact = (event.id().unwrap_or(event.raw()).into(), about.into());
        let new = self.known.insert(fact);
        self.changes += u64::from(new);
        new
    }

    fn observe_sts(&mut self, event: &Event) {
        if event.source() != Some("sts.amazonaws.com") {
            return;
        }
        let child = event.response(&["credentials", "accessKeyId"]);
        let by_itself = event.identity().invoked_by().is_some();
        let from_outside = event.identity().kind() == Some("AWSAccount");
        match (child, event.access_key_id(), event.shared_id()) {
            // the role's account sees a foreign caller, without a key
            (Some(child), None, Some(shared)) if from_outside && self.is_new(event, child) => {
                self.shared_issues
                    .insert(shared.into(), issue(event, child));
            }
            (Some(child), None, _) if by_itself => {
                let issue = issue(event, child);
                let index = match issue.service.as_deref() {
                    Some("ec2.amazonaws.com") => issue.session_name.clone(),
                    Some("lambda.amazonaws.com") => issue.role_arn.clone(),
                    _ => None,
                };
                if let Some(index) = index
                    && self.is_new(event, child)
                {
                    self.service_issues.entry(index).or_default().push(issue);
                }
            }
            (Some(child), None, _) if self.is_new(event, child) => {
                self.federated_issues.push(issue(event, child));
            }
            (None, Some(parent), Some(shared)) if self.is_new(event, shared) => {
                self.shared_calls
                    .entry(parent.into())
                    .or_default()
                    .push(shared.into());
            }
            _ => {}
        }
    }

    fn observe_user(&mut self, event: &Event, by: &str) {
        if event.source() != Some("iam.amazonaws.com") {
            return;
        }
        let name = match event.name() {
            Some("CreateUser") => event.response(&["user", "userName"]),
            Some("CreateLoginProfile" | "UpdateLoginProfile") => None,
            _ => return,
        };
        let name = name.or_else(|| event.request(&["userName"]));
        let Some(user_name) = name else { return };
        if self.is_new(event, user_name) {
            let user = UserCreation {
                origin: RecordOrigin::of(event),
                by: by.into(),
                user_name: user_name.into(),
                account: event.account().map(Into::into),
                arn: event.response(&["user", "arn"]).map(Into::into),
                user_id: event.response(&["user", "userId"]).map(Into::into),
            };
            self.users.entry(by.into()).or_default().push(user);
        }
    }

    fn observe_launch(&mut self, event: &Event, by: &str) {
        let compute = match (event.source(), event.name()) {
            (Some("ec2.amazonaws.com"), Some("RunInstances")) => instances(event),
            (Some("lambda.amazonaws.com"), Some(name)) if name.starts_with("CreateFunction") => {
                function(event).into_iter().collect()
            }
            _ => return,
        };
        for compute in compute {
            let about = match &compute {
                Compute::Instance { id } => id.clone(),
                Compute::Function { name, .. } => name.clone(),
            };
            if self.is_new(event, &about) {
                let launch = Launch {
                    origin: RecordOrigin::of(event),
                    by: by.into(),
                    compute,
                };
                self.launches.entry(by.into()).or_default().push(launch);
            }
        }
    }

    fn observe_sign_in(&mut self, event: &Event) {
        if event.source() != Some("signin.amazonaws.com") {
            return;
        }
        if let Some(login) = ConsoleLogin::read(event) {
            if self.is_new(event, &login.principal_id) {
                self.logins.push(login);
            }
            return;
        }
        let asks = matches!(
            event.name(),
            Some("GetSigninToken" | "AuthorizeOAuth2Access" | "CreateOAuth2Token")
        );
        if let Some(by) = event.access_key_id().filter(|_| asks)
            && self.is_new(event, by)
        {
            let identity = event.identity();
            let sign_in = SignIn {
                origin: RecordOrigin::of(event),
                by: by.into(),
                principal_id: identity.principal_id().map(Into::into),
                user_name: identity.lookup_username().map(Into::into),
                sign_in_session: additional(event, "signInSessionArn")
                    .or_else(|| identity.sign_in_session())
                    .map(Into::into),
            };
            self.sign_ins.entry(by.into()).or_default().push(sign_in);
        }
    }

    /// Remembers the session of a key where no record may have issued it: users' sessions, console sessions, and
    /// those of Identity Center, whose recorded key is not the one used.
    fn observe_session(&mut self, event: &Event) {
        let identity = event.identity();
        let (Some(key), Some(principal_id)) = (identity.access_key_id(), identity.principal_id())
        else {
            return;
        };
        let is_role = identity.kind() == Some("AssumedRole");
        let from_sign_in = event.from_console()
            || identity.sign_in_session().is_some()
            || identity
                .arn()
                .is_some_and(|arn| arn.contains("AWSReservedSSO_"));
        if is_role && !from_sign_in {
            return;
        }
        let seen = ObservedKey {
            created: identity.session_created(),
            from_console: event.from_console(),
            sign_in_session: identity.sign_in_session().map(Into::into),
            arn: identity.arn().map(Into::into),
            account: event.account().map(Into::into),
            mfa: identity.mfa().map(Into::into),
        };
        let keys = self.seen.entry(principal_id.into()).or_default();
        let known = keys.get(key);
        let now = known.map_or_else(|| seen.clone(), |known| known.with(&seen));
        if known != Some(&now) {
            keys.insert(key.into(), now);
            self.changes += 1;
        }
    }
}

impl RecordOrigin {
    fn of(event: &Event) -> Self {
        let owned = |text: Option<&str>| text.map(Into::into);
        Self {
            time: event.time(),
            event_id: owned(event.id()),
            region: owned(event.region()),
            account: owned(event.account()),
            via: event.name().unwrap_or_default().into(),
        }
    }
}

impl ConsoleLogin {
    /// The login that `event` records, if it is one and succeeded.
    pub fn read(event: &Event) -> Option<Self> {
        if !matches!(event.name(), Some("ConsoleLogin" | "SwitchRole")) {
            return None;
        }
        if event.source() != Some("signin.amazonaws.com") || event.failed() {
            return None;
        }
        let identity = event.identity();
        Some(Self {
            origin: RecordOrigin::of(event),
            principal_id: identity.principal_id()?.into(),
            arn: identity.arn().map(Into::into),
            user_name: identity.user_name().map(Into::into),
            account: event.account().map(Into::into),
            mfa: login_mfa(event, additional(event, "MFAUsed")),
            switched_from: additional(event, "SwitchFrom").map(Into::into),
        })
    }
}

fn issue(event: &Event, child: &str) -> IssuedKey {
    let owned = |text: Option<&str>| text.map(Into::into);
    let assumed = |name| event.response(&["assumedRoleUser", name]);
    let principal = assumed("arn")
        .or_else(|| event.response(&["federatedUser", "arn"]))
        .or_else(|| {
            (event.name() == Some("GetSessionToken"))
                .then(|| event.identity().arn())
                .flatten()
        });
    IssuedKey {
        origin: RecordOrigin::of(event),
        service: owned(event.identity().invoked_by()),
        child: child.into(),
        expires: event
            .response(&["credentials", "expiration"])
            .and_then(time::in_response),
        role_arn: owned(event.request(&["roleArn"])),
        session_name: owned(event.request(&["roleSessionName"])),
        assumed_role_id: owned(
            assumed("assumedRoleId")
                .or_else(|| event.response(&["federatedUser", "federatedUserId"])),
        ),
        principal: owned(principal).or_else(|| created_key_user(event)),
    }
}

/// ARN of the user that a new access key is of, as far as the record tells: the path of a user is not in it.
fn created_key_user(event: &Event) -> Option<Box<str>> {
    let user = event.response(&["accessKey", "userName"])?;
    let account = event.account()?;
    let partition = event
        .identity()
        .arn()
        .and_then(arn::partition)
        .unwrap_or("aws");
    Some(format!("arn:{partition}:iam::{account}:user/{user}").into())
}

fn additional<'e>(event: &'e Event, name: &str) -> Option<&'e str> {
    event
        .json()
        .get("additionalEventData")?
        .get(name)?
        .as_str()
        .filter(|text| !text.is_empty())
}

fn instances(event: &Event) -> Vec<Compute> {
    FieldPath::new("responseElements.instancesSet.items.instanceId")
        .values(event.json())
        .into_iter()
        .filter_map(|id| id.as_str())
        .map(|id| Compute::Instance { id: id.into() })
        .collect()
}

fn function(event: &Event) -> Option<Compute> {
    Some(Compute::Function {
        name: event.response(&["functionName"])?.into(),
        role_arn: event.response(&["role"])?.into(),
    })
}

/// `true`, `false`, `sso` or `unknown`: logins through an identity provider carry no MFA of AWS's.
fn login_mfa(event: &Event, used: Option<&str>) -> Mfa {
    match (event.identity().kind(), used) {
        (Some("AssumedRole" | "SAMLUser" | "IdentityCenterUser"), _) => Mfa::Sso,
        (_, Some(used)) if used.eq_ignore_ascii_case("yes") => Mfa::True,
        (_, Some(_)) => Mfa::False,
        _ => Mfa::Unknown,
    }
}
