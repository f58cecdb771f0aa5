//! Ordinary life from 29 September to the end: what makes the incident's addresses, agents, Regions and services
//! new, and what an answer must not mistake for it.

mod machines;
mod people;

use serde_json::{Value, json};

use super::call::call;
use super::caller::DemoCaller;
use super::cast::{ACCOUNT, CI_RUNNER};
use super::story::Story;
use super::time::ordinary;

/// 29 September was a Tuesday; 3 and 4 October were a weekend.
const WORKDAYS: [i64; 5] = [0, 1, 2, 3, 6];

pub fn tell(story: &mut Story) {
    let ci = DemoCaller::leaked(CI_RUNNER);
    for day in WORKDAYS {
        for (hour, minute) in [(7, 42), (11, 18), (15, 5)] {
            story.at(ordinary(day, hour, minute));
            deploy(story, &ci);
        }
    }
    for day in 0..7 {
        // the last of these nights is that of the incident: the key's owner goes on using it
        story.at(ordinary(day, 22, 45));
        nightly_check(story, &ci);
    }
    people::tell(story);
    machines::tell(story);
}

/// What `ci-deploy` is for: four services in one Region, always in this order.
fn deploy(story: &mut Story, ci: &DemoCaller) {
    let service = json!({"cluster": "web", "services": ["storefront"]});
    let task = json!({"taskDefinition": "storefront"});
    let steps = [
        ("sts", "GetCallerIdentity", Value::Null),
        ("ecr", "GetAuthorizationToken", Value::Null),
        (
            "ecr",
            "DescribeRepositories",
            json!({"repositoryNames": ["storefront"]}),
        ),
        ("ecs", "DescribeServices", service.clone()),
        ("ecs", "DescribeTaskDefinition", task),
        (
            "ecs",
            "RegisterTaskDefinition",
            json!({"family": "storefront"}),
        ),
        (
            "ecs",
            "UpdateService",
            json!({"cluster": "web", "service": "storefront"}),
        ),
        ("ecs", "DescribeServices", service.clone()),
        ("ecs", "DescribeTasks", json!({"cluster": "web"})),
        ("ecs", "DescribeServices", service),
        (
            "logs",
            "DescribeLogStreams",
            json!({"logGroupName": format!("/ecs/{ACCOUNT}/storefront")}),
        ),
    ];
    for (service, name, request) in steps {
        story.record(ci, call("eu-west-1", service, name).request(request));
    }
}

fn nightly_check(story: &mut Story, ci: &DemoCaller) {
    for (service, name) in [
        ("sts", "GetCallerIdentity"),
        ("ecr", "GetAuthorizationToken"),
        ("ecr", "DescribeImages"),
        ("ecs", "DescribeServices"),
    ] {
        story.record(ci, call("eu-west-1", service, name));
    }
}
