//! Where the caller's session came from: the profile's chain, and Event history, where its first credential was
//! issued (facts: D3). What is not found out is said, never guessed.

use std::time::Duration;

use aws_sdk_cloudtrail::config::retry::RetryConfig;
use aws_sdk_cloudtrail::primitives::DateTime as SdkTime;
use aws_sdk_cloudtrail::types::{LookupAttribute, LookupAttributeKey};

use crate::aws::Aws;
use crate::aws::errors::{error_code_or_cause, root_cause};
use crate::clock;
use crate::event::arn::{self, Actor};
use crate::event::services::{account_hint, is_temporary_key};
use crate::event::{Event, Identity};
use crate::response::lifetime::USER_SESSION;

/// How long Event history is asked: nobody waits for this with an intruder inside.
const PATIENCE: Duration = Duration::from_secs(6);
/// A session of a session of a session …
const MOST_STEPS: usize = 4;
/// How often one lookup is tried.
const ATTEMPTS: u32 = 5;
/// The Region of STS's global endpoint.
const GLOBAL_STS: &str = "us-east-1";

/// Where a session came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionOrigin {
    pub access_key_ids: Vec<String>,
    pub users: Vec<String>,
    pub roles: Vec<String>,
    /// Keys of the chain whose user IAM does not tell, and that are not known to be of another account.
    pub unowned: Vec<String>,
    /// Where the chain could not be followed to its end.
    pub unknown: Option<UnknownOrigin>,
}

/// What is not known of the credential that began a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownOrigin {
    /// Why not, for people.
    pub why: String,
    /// Whether it may be a key of this account.
    pub may_be_here: bool,
}

impl From<String> for UnknownOrigin {
    fn from(why: String) -> Self {
        Self {
            why,
            may_be_here: true,
        }
    }
}

impl SessionOrigin {
    fn key(&mut self, access_key_id: &str) {
        insert(&mut self.access_key_ids, access_key_id);
    }

    /// A principal of the chain; one of another account cannot be reached from here.
    fn principal(&mut self, arn: &str, account: &str) {
        if arn::account(arn) != Some(account) {
            return;
        }
        match Actor::of(arn) {
            Some(Actor::User(name)) => insert(&mut self.users, &name),
            Some(Actor::Role(name)) => insert(&mut self.roles, &name),
            Some(Actor::Root | Actor::Federated(_)) | None => {}
        }
    }
}

/// Finds the origin of the session of `access_key_id`, a key of `account`; a long-term key has none.
pub async fn find(
    aws: &Aws,
    iam: &aws_sdk_iam::Client,
    account: &str,
    access_key_id: &str,
) -> SessionOrigin {
    let mut origin = SessionOrigin::default();
    if !is_temporary_key(access_key_id) {
        return origin;
    }
    let chain = aws.credential_chain().await;
    for arn in &chain.principals {
        origin.principal(arn, account);
    }
    for key in chain
        .access_key_ids
        .iter()
        .filter(|key| *key != access_key_id)
    {
        origin.key(key);
    }
    let start = chain.access_key_ids.last();
    let open_end = match (start, &chain.unknown) {
        (Some(key), None) if !chain.principals.is_empty() => {
            Some(key.as_str()).filter(|key| is_temporary_key(key))
        }
        (None, None) => None,
        // without a role it is the session itself that is written down, or another than the SDK took
        _ => Some(access_key_id),
    };
    if let Some(key) = open_end {
        let traced = tokio::time::timeout(PATIENCE, trace(aws, account, key, &mut origin)).await;
        let late = "Event history took too long to answer".to_owned();
        let traced = traced.unwrap_or(Err(late.into()));
        origin.unknown = traced.err().map(|unknown| {
            let first = chain.unknown.map(|why| why + "; ").unwrap_or_default();
            let why = unknown.why;
            UnknownOrigin {
                why: format!(
                    "which credential opened your session could not be found out ({first}{why})"
                ),
                ..unknown
            }
        });
    }
    for key in chain
        .access_key_ids
        .iter()
        .filter(|key| !is_temporary_key(key))
    {
        add_owner(aws, iam, account, key, &mut origin).await;
    }
    origin
}

/// The user whose long-term key starts the chain; a key of another account IAM does not know.
async fn add_owner(
    aws: &Aws,
    iam: &aws_sdk_iam::Client,
    account: &str,
    access_key_id: &str,
    origin: &mut SessionOrigin,
) {
    let request = iam.get_access_key_last_used().access_key_id(access_key_id);
    let user = request.send().await.ok().and_then(|used| used.user_name);
    if let Some(user) = user.filter(|name| !name.is_empty()) {
        return insert(&mut origin.users, &user);
    }
    // the id is only a hint, and only of use where AWS itself does not say
    let owner = aws.account_of_key(access_key_id).await;
    let owner = owner.or_else(|| account_hint(access_key_id));
    if owner.is_none_or(|owner| owner == account) {
        insert(&mut origin.unowned, access_key_id);
    }
}

/// Follows the events that issued the credentials, from `access_key_id` on, into `origin`; why it could not to the end.
async fn trace(
    aws: &Aws,
    account: &str,
    access_key_id: &str,
    origin: &mut SessionOrigin,
) -> Result<(), UnknownOrigin> {
    let mut key = access_key_id.to_owned();
    for _ in 0..MOST_STEPS {
        let Some(event) = issuing_event(aws, &key).await? else {
            return Err("Event history does not show it, or not yet"
                .to_owned()
                .into());
        };
        let Some(parent) = parent(event.identity(), account, origin)? else {
            return Ok(());
        };
        origin.key(&parent);
        if !is_temporary_key(&parent) {
            return Ok(());
        }
        key = parent;
    }
    Err(format!("it is over {MOST_STEPS} sessions back").into())
}

/// The key of `issuer`, by whom a credential was issued, and its user or role into `origin`; none where no credential
/// of AWS did it, but a service, or a person at an identity provider.
fn parent(
    issuer: Identity<'_>,
    account: &str,
    origin: &mut SessionOrigin,
) -> Result<Option<String>, UnknownOrigin> {
    match issuer.kind() {
        Some("IAMUser" | "Root" | "AssumedRole" | "FederatedUser") => {
            for arn in [issuer.arn(), issuer.session_issuer()]
                .into_iter()
                .flatten()
            {
                origin.principal(arn, account);
            }
            let key = issuer.access_key_id().map(str::to_owned);
            let why = "Event history does not name the key that did";
            key.map(Some).ok_or_else(|| why.to_owned().into())
        }
        Some("AWSService" | "SAMLUser" | "WebIdentityUser" | "IdentityCenterUser") => Ok(None),
        Some("AWSAccount") => {
            let theirs = issuer.account_id().filter(|theirs| *theirs != account);
            Err(UnknownOrigin {
                why: format!(
                    "it was opened from account {}",
                    theirs.unwrap_or("that is not named")
                ),
                may_be_here: theirs.is_none(),
            })
        }
        _ => Err("Event history does not say what kind of caller did"
            .to_owned()
            .into()),
    }
}

/// The event whose answer held `access_key_id`, a session's key; the first that is found.
async fn issuing_event(aws: &Aws, access_key_id: &str) -> Result<Option<Event>, String> {
    let now = clock::wall();
    let attribute = LookupAttribute::builder()
        .attribute_key(LookupAttributeKey::ResourceName)
        .attribute_value(access_key_id)
        .build()
        .map_err(|error| root_cause(&error))?;
    let mut regions = vec![aws.home_region()];
    if aws.home_region() != GLOBAL_STS {
        regions.push(GLOBAL_STS);
    }
    let mut refused = None;
    for region in regions {
        let lookup = aws
            .cloudtrail(region)
            .lookup_events()
            .lookup_attributes(attribute.clone())
            .start_time(SdkTime::from_secs((now - USER_SESSION).timestamp()))
            .end_time(SdkTime::from_secs(now.timestamp()));
        // nobody paces these few calls, and colleagues share the quota (facts: A6)
        let patient = RetryConfig::standard().with_max_attempts(ATTEMPTS);
        let patient = aws_sdk_cloudtrail::config::Builder::default().retry_config(patient);
        match lookup.customize().config_override(patient).send().await {
            Ok(page) => {
                let records = page.events.into_iter().flatten();
                let mut events = records
                    .filter_map(|record| Event::parse(record.cloud_trail_event?.as_bytes()).ok());
                let issued = |event: &Event| {
                    event.response(&["credentials", "accessKeyId"]) == Some(access_key_id)
                };
                if let Some(event) = events.find(issued) {
                    return Ok(Some(event));
                }
            }
            Err(error) => {
                let why = error_code_or_cause(&error);
                refused = Some(format!("Event history of {region} did not answer: {why}"));
            }
        }
    }
    refused.map_or(Ok(None), Err)
}

fn insert(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "111122223333";

    /// The parent that a record with this `userIdentity` tells, and what it adds to the origin.
    fn parent_and_origin(identity: &str) -> (Result<Option<String>, UnknownOrigin>, SessionOrigin) {
        let record = format!(r#"{{"eventVersion":"1.08","userIdentity":{identity}}}"#);
        let event = Event::parse(record.as_bytes()).unwrap();
        let mut origin = SessionOrigin::default();
        (parent(event.identity(), ACCOUNT, &mut origin), origin)
    }

    #[test]
    fn a_parent_of_another_account_is_a_key_and_no_name() {
        let identity = r#"{"type":"IAMUser","arn":"arn:aws:iam::444455556666:user/ana","accessKeyId":"AKIA1"}"#;
        let (parent, origin) = parent_and_origin(identity);
        assert_eq!(parent, Ok(Some("AKIA1".to_owned())));
        assert_eq!(origin, SessionOrigin::default());
    }

    #[test]
    fn people_and_services_end_the_chain_and_what_is_not_told_is_unknown() {
        for kind in [
            "AWSService",
            "SAMLUser",
            "WebIdentityUser",
            "IdentityCenterUser",
        ] {
            let (parent, _) = parent_and_origin(&format!(r#"{{"type":"{kind}"}}"#));
            assert_eq!(parent, Ok(None), "{kind}");
        }
        for (identity, may_be_here) in [
            (r#"{"type":"AWSAccount","accountId":"444455556666"}"#, false),
            (r#"{"type":"AWSAccount","accountId":"111122223333"}"#, true),
            (r#"{"type":"AWSAccount"}"#, true),
            (r#"{"type":"IAMUser"}"#, true),
            (r#"{"type":"Unheard"}"#, true),
            ("{}", true),
            ("7", true),
        ] {
            let (parent, _) = parent_and_origin(identity);
            let unknown = parent.unwrap_err();
            assert_eq!(unknown.may_be_here, may_be_here, "{identity}");
        }
    }
}
