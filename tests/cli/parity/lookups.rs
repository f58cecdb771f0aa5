//! What is asked live, and where: the plan that `-v` shows is the one that is carried out.

use std::collections::BTreeSet;

use super::{Account, LATER};

#[test]
fn iam_is_asked_where_it_records_and_the_rest_of_its_playbook_everywhere() {
    let Some(account) = Account::new() else {
        return;
    };
    let told = account.ask(&["changes", "iam", "-v"], &LATER).exits(0);
    let calls = account.server.calls();
    let everywhere: BTreeSet<&str> = calls.iter().map(|call| &*call.region).collect();
    assert!(everywhere.len() > 10, "{everywhere:?}");
    for (search, source) in [
        ("iam", "iam.amazonaws.com"),
        ("instance_profiles", "ec2.amazonaws.com"),
        ("roles_anywhere", "rolesanywhere.amazonaws.com"),
        ("root_and_delegation", "sts.amazonaws.com"),
    ] {
        let of_source = calls.iter().filter(|call| {
            let attribute = call.parameters.attribute();
            attribute == Some(("EventSource", source))
        });
        let asked: BTreeSet<&str> = of_source.map(|call| &*call.region).collect();
        let (expected, told_of) = if search == "iam" {
            (BTreeSet::from(["us-east-1"]), "1 Region;".to_owned())
        } else {
            (everywhere.clone(), format!("{} Regions;", everywhere.len()))
        };
        assert_eq!(asked, expected, "{search}");
        let mut plan = told.stderr.lines();
        let plan = plan.find(|line| line.starts_with(&format!("search {search}: ")));
        let plan = plan.expect("every search is told");
        assert!(
            plan.contains(&format!(" of {source} in {told_of}")),
            "{plan}"
        );
    }
    // by event source or by names: said for every Region where there was a choice, and no name is asked beside it
    let mut decided = told.stderr.lines();
    let of_iam =
        decided.find(|line| line.starts_with("us-east-1: EventSource=iam.amazonaws.com, "));
    assert!(
        of_iam.is_some_and(|line| line.contains("instead of 106 event names")),
        "{}",
        told.stderr
    );
    let by_name = calls.iter().filter_map(|call| call.parameters.attribute());
    assert!(by_name.into_iter().all(|(key, _)| key == "EventSource"));
}
