//! Roles: chains that loop, hand-offs to other accounts, and those that were refused.

use serde_json::json;

use super::{assumed, call, links, role, trace, user};
use crate::history::{HERE, KEY};

#[test]
fn roles_are_followed_in_circles_into_other_accounts_and_to_closed_doors() {
    let first = role("first", "s", "ASIAFIRST00000000000", "10:00:00");
    let second = role("second", "s", "ASIASECOND0000000000", "10:01:00");
    let rename = |record: String, id: &str| {
        record.replace(r#""eventID":"AssumeRole""#, &format!(r#""eventID":"{id}""#))
    };
    let mut away = assumed("audit", "999999999999", "s", "ASIAAWAY000000000000");
    away["sharedEventID"] = "shared-1".into();
    let refused = json!({
        "eventSource": "sts.amazonaws.com", "errorCode": "AccessDenied",
        "errorMessage": "User: arn:aws:iam::123456789012:user/ana is not authorized to perform: sts:AssumeRole \
                         on resource: arn:aws:iam::123456789012:role/admin",
    });
    let home = "123456789012";
    let records = vec![
        rename(
            call(
                "AssumeRole",
                "10:00:00",
                &user("ana", KEY),
                &assumed("first", home, "s", "ASIAFIRST00000000000"),
            ),
            "1",
        ),
        rename(
            call(
                "AssumeRole",
                "10:01:00",
                &first,
                &assumed("second", home, "s", "ASIASECOND0000000000"),
            ),
            "2",
        ),
        rename(
            call(
                "AssumeRole",
                "10:02:00",
                &second,
                &assumed("first", home, "s", "ASIATHIRD00000000000"),
            ),
            "3",
        ),
        rename(call("AssumeRole", "10:03:00", &second, &away), "4"),
        rename(
            call("AssumeRole", "10:04:00", &user("ana", KEY), &refused),
            "5",
        ),
        call(
            "ListUsers",
            "10:05:00",
            &role("first", "s", "ASIATHIRD00000000000", "10:02:00"),
            &json!({"awsRegion": HERE}),
        ),
    ];
    let Some((report, asked)) = trace(records) else {
        return;
    };
    let expected = [
        format!("{KEY} - subject"),
        format!("ASIAFIRST00000000000 {KEY} exact"),
        "ASIASECOND0000000000 ASIAFIRST00000000000 exact".to_owned(),
        "ASIATHIRD00000000000 ASIASECOND0000000000 exact".to_owned(),
        "ASIAAWAY000000000000 ASIASECOND0000000000 exact".to_owned(),
    ];
    assert_eq!(links(&report), expected);
    assert!(asked.contains("AccessKeyId=ASIAAWAY000000000000"));
    let handoff = &report["handoffs"][0];
    assert_eq!(handoff["role_arn"], "arn:aws:iam::999999999999:role/audit");
    assert_eq!(
        [&handoff["account"], &handoff["shared_event_id"]],
        ["999999999999", "shared-1"]
    );
    let denied = &report["denied"][0];
    assert_eq!(denied["action"], "sts:AssumeRole");
    assert_eq!(denied["target"], "arn:aws:iam::123456789012:role/admin");
    assert_eq!(report["complete"], true, "a hand-off is no gap");
}
