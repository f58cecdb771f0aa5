//! The incident: what the leaked key was used for, and what grew from it. Times are minutes after 22:00 UTC on
//! 5 October 2026.

mod compute;
mod identity;
mod recon;
mod tampering;

use super::call::call;
use super::caller::DemoCaller;
use super::cast::{ATTACKER, BREAK_GLASS, DEPLOY, OPS, ORG_ADMIN, PLATFORM_ADMIN};
use super::story::Story;
use super::time::incident;

pub fn tell(story: &mut Story) {
    let leaked = DemoCaller::leaked(ATTACKER);
    recon::with_leaked_key(story, &leaked);

    story.at(incident(8));
    let session = story.get_session_token(&leaked, "eu-west-1");
    story.at(incident(9));
    story.get_session_token(&leaked, "us-west-2"); // never used
    let admin = chain_of_roles(story, &session);

    let backdoor = identity::create_backdoor(story, &admin);
    recon::with_backdoor(story, &backdoor);
    compute::leave_function(story, &admin);
    compute::launch_miners(story, &admin);
    identity::federate(story, &backdoor);
    identity::log_in_as_backdoor(story, &backdoor);
    tampering::read_secrets(story, &backdoor);
    tampering::open_security_group(story, &backdoor);
    tampering::silence_trail(story, &backdoor);
    tampering::publish_bucket(story, &backdoor);
    tampering::stop_instances(story, &backdoor);
    recon::look_back(story, &leaked);
}

/// deploy -> ops -> platform-admin -> deploy -> ops, through four Regions; answers the administrator.
///
/// The role loops, the keys do not: every step is issued a new one.
fn chain_of_roles(story: &mut Story, session: &DemoCaller) -> DemoCaller {
    story.at(incident(10));
    let deploy = story.assume_role(session, "ap-northeast-2", DEPLOY, "build-1");
    story.record(&deploy, call("ap-northeast-2", "sts", "GetCallerIdentity"));
    recon::of_services(story, &deploy, "ap-northeast-2");

    story.at(incident(12));
    let ops = story.assume_role(&deploy, "us-west-2", OPS, "x");
    recon::of_services(story, &ops, "us-west-2");

    story.at(incident(14));
    let admin = story.assume_role(&ops, "eu-north-1", PLATFORM_ADMIN, "maintenance");
    story.record(&admin, call("eu-north-1", "sts", "GetCallerIdentity"));

    story.at(incident(16));
    let deploy_again = story.assume_role(&admin, "us-east-2", DEPLOY, "build-2");
    recon::of_services(story, &deploy_again, "us-east-2");
    // a session name may hold what a spreadsheet takes for a formula
    let ops_again = story.assume_role(&deploy_again, "us-east-2", OPS, "=cmd+calc@A0");
    story.record(&ops_again, call("us-east-2", "sts", "GetCallerIdentity"));
    story.record(
        &ops_again,
        call("us-east-2", "sts", "AssumeRole").denied(BREAK_GLASS.arn()),
    );
    story.assume_role(&deploy_again, "us-east-2", OPS, "y"); // never used

    recon::with_administrator(story, &admin);
    story.at(incident(19));
    story.assume_role(&admin, "us-east-1", ORG_ADMIN, "maintenance"); // goes on in the management account
    admin
}
