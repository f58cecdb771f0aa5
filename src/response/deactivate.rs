//! The plan of `respond deactivate-key`: one key of one user, and what must be known before.

use crate::error::Failure;
use crate::event::arn::Actor;
use crate::event::time::Time;
use crate::report::response::{Fact, Phase, RecentUse};
use crate::response::keys;
use crate::response::lifetime::USER_SESSION;
use crate::response::operator::Operator;
use crate::response::owner::{self, LastUse, Owner, UserKey};
use crate::response::plan::Plan;
use crate::response::principal::is_name;
use crate::response::slot::ACTIVE;
use crate::response::usage::{self, HistoryScope};

/// How far back other users of the key are looked for: far enough for what runs once a week.
const HOURS_OF_USE: i64 = 7 * 24;
const HOURS_OF_A_SESSION: i64 = USER_SESSION.num_hours();

/// Plans it. A key that is inactive already makes a plan without steps.
///
/// # Errors
/// A key that cannot be deactivated: temporary, root's, foreign or nobody's, each with what to do instead.
pub async fn plan(
    operator: &Operator,
    reading: &HistoryScope,
    access_key_id: &str,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Plan, Failure> {
    let account = operator.caller.account.as_str();
    let key = match owner::find(operator, access_key_id, None, tell).await? {
        Owner::User(key) => key,
        Owner::Temporary => {
            tell("asking Event history whose session it is");
            let seen = usage::of_key(operator, reading, access_key_id, HOURS_OF_A_SESSION).await;
            return Err(temporary(access_key_id, &seen));
        }
        Owner::Root => return Err(of_root(access_key_id, account)),
        Owner::Foreign { account: theirs } => {
            return Err(foreign(access_key_id, account, theirs.as_deref()));
        }
        Owner::Nobody { why } => return Err(of_nobody(access_key_id, &why)),
    };
    tell("asking Event history who used it lately");
    let (recent_use, others) = tokio::join!(
        usage::of_key(operator, reading, access_key_id, HOURS_OF_USE),
        keys::notes(operator, &key.user, Some(access_key_id)),
    );
    let why = "the key that was named";
    let step = keys::deactivation(operator, Phase::Keys, &key.user, access_key_id, why);
    let step = (key.status == ACTIVE).then_some(step);
    let title = match &step {
        None => format!(
            "{access_key_id} of user {} is {} already",
            key.user,
            key.status.to_lowercase()
        ),
        Some(_) => format!("deactivate {access_key_id} of user {}", key.user),
    };
    let is_inactive = key.status != ACTIVE;
    let nothing =
        is_inactive.then(|| format!("nothing to do: IAM says that the key is {}", key.status));
    let mut still_open = vec![sessions(access_key_id, &key.user)];
    still_open.extend(others);
    Ok(Plan {
        command: vec!["deactivate-key".to_owned(), access_key_id.to_owned()],
        title,
        facts: facts(access_key_id, &key),
        recent_use: Some(recent_use),
        steps: step.into_iter().collect(),
        left_out: Vec::new(),
        handoffs: Vec::new(),
        notes: nothing
            .into_iter()
            .chain([usage::BLIND_SPOTS.to_owned()])
            .collect(),
        still_open,
        complete: true,
        undoes: None,
    })
}

fn facts(access_key_id: &str, key: &UserKey) -> Vec<Fact> {
    let time = |time: Option<Time>| time.map_or("unknown".to_owned(), |time| time.to_string());
    let last_used = |used: &LastUse| {
        let LastUse {
            at,
            service,
            region,
        } = used;
        format!("{} by {service} in {region}", *at)
    };
    let never = || "never, as far as IAM knows".to_owned();
    vec![
        Fact::new("user", &key.user),
        Fact::new("key", access_key_id),
        Fact::new("status", &key.status),
        Fact::new("created", time(key.created)),
        Fact::new(
            "last used",
            key.last_used.as_ref().map_or_else(never, last_used),
        ),
    ]
}

/// What outlives the key.
fn sessions(access_key_id: &str, user: &str) -> String {
    format!(
        "{}; which roles it became is shown by trailhunt trace-key {access_key_id}",
        keys::sessions_live_on(access_key_id, user)
    )
}

/// It ends by itself; what its session may do is taken from the principal instead (facts: F4).
fn temporary(access_key_id: &str, seen: &RecentUse) -> Failure {
    let mut users = seen
        .users
        .iter()
        .filter_map(|user| user.principal.as_deref());
    let how_far = if seen.complete {
        ""
    } else {
        ", as far as it could be read,"
    };
    let hint = users.find_map(principal_of_session).map_or_else(
        || {
            format!(
                "Event history{how_far} does not show it in use within the {HOURS_OF_A_SESSION} hours that a session \
                 lives at most: trailhunt trace-key {access_key_id} may show whose it is, and trailhunt respond \
                 revoke-sessions ROLE|USER cuts it"
            )
        },
        |principal| {
            format!(
                "Event history shows it as a session of {principal}: trailhunt respond revoke-sessions {principal}"
            )
        },
    );
    Failure::usage(format!(
        "{access_key_id} is a temporary key: it cannot be deactivated, and ends with its session"
    ))
    .hint(hint)
}

/// `role/NAME` or `user/NAME` of the ARN that a session acts under.
fn principal_of_session(arn: &str) -> Option<String> {
    match Actor::of(arn)? {
        // a name that a shell would read otherwise is none of IAM's
        Actor::User(name) | Actor::Role(name) if !is_name(&name) => None,
        actor => actor.named(),
    }
}

fn of_root(access_key_id: &str, account: &str) -> Failure {
    Failure::usage(format!(
        "{access_key_id} is a key of the root user of account {account}, which IAM cannot reach for anybody else"
    ))
    .hint(
        "sign in as root and deactivate it under Security credentials; in an organization its management account can, \
         by sts:AssumeRoot with the task policy IAMDeleteRootUserCredentials. Sessions that root opened cannot be revoked",
    )
}

fn foreign(access_key_id: &str, account: &str, theirs: Option<&str>) -> Failure {
    let command = format!("trailhunt respond deactivate-key {access_key_id} --profile PROFILE");
    match theirs {
        Some(theirs) => Failure::usage(format!(
            "{access_key_id} belongs to account {theirs}, and the caller to {account}"
        ))
        .hint(format!(
            "use credentials of that account: {command} --expect-account {theirs}"
        )),
        None => Failure::usage(format!(
            "{access_key_id} belongs to another account than the caller's, {account}"
        ))
        .hint(format!(
            "use credentials of the account that has it: {command}"
        )),
    }
}

fn of_nobody(access_key_id: &str, why: &str) -> Failure {
    Failure::usage(format!("{access_key_id} cannot be deactivated: {why}")).hint(format!(
        "where it is another account's, use credentials of that account (--profile); sessions that it opened may live \
         on in any case: trailhunt trace-key {access_key_id}"
    ))
}
