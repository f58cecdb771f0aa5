//! Where the two sources may differ, and what each then says.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{MIDDLE, ask, difference};
use crate::support::offline::DEMO_KEY;

/// The whole demo: before it there is nothing.
const WHOLE: [&str; 4] = ["--since", "2026-09-29", "--until", "2026-10-06T01:30:00Z"];

fn ids<'r>(report: &'r Value, list: &str, name: &str) -> BTreeSet<&'r str> {
    let list = report[list].as_array().expect("it is a list");
    list.iter().filter_map(|item| item[name].as_str()).collect()
}

/// Files are read whole, so that what led to a key is seen whenever it happened; live, only the window is asked for.
#[test]
fn live_does_not_follow_what_began_before_the_window_and_says_so() {
    let address = ["run", "ip-trace", "--param", "ip=198.51.100.9"];
    for (question, unseen) in [
        (
            &["trace-key", DEMO_KEY][..],
            "credentials obtained before the window",
        ),
        (&address, "what events before the window lead to"),
    ] {
        let Some((live, files)) = ask(question, MIDDLE) else {
            return;
        };
        let (live_ids, files_ids) = (
            ids(&live, "events", "event_id"),
            ids(&files, "events", "event_id"),
        );
        assert!(
            live_ids.is_subset(&files_ids) && live_ids != files_ids,
            "{question:?}"
        );
        assert!(
            ids(&live, "not_visible", "what").contains(unseen),
            "{question:?}"
        );
        assert!(
            !ids(&files, "not_visible", "what").contains(unseen),
            "{question:?}"
        );
    }
}

/// Live, the window before was read and held nothing: all is new. Files that begin with the window cannot tell, and
/// say that instead.
#[test]
fn files_tell_nothing_new_where_they_begin_with_the_window() {
    for (question, rule) in [
        (&["logins"][..], "logins/login-from-new-address"),
        (
            &["run", "unused-regions"],
            "unused-regions/region-first-used",
        ),
        (
            &["run", "data-exfiltration"],
            "data-exfiltration/secret-read-by-another-user",
        ),
    ] {
        let Some((live, files)) = ask(question, WHOLE) else {
            return;
        };
        let only_live: Vec<&str> = ids(&live, "findings", "rule")
            .difference(&ids(&files, "findings", "rule"))
            .copied()
            .collect();
        assert_eq!(only_live, [rule], "{question:?}");
        assert!(
            ids(&files, "not_visible", "what").contains("what is new"),
            "{question:?}"
        );
        assert!(
            !ids(&live, "not_visible", "what").contains("what is new"),
            "{question:?}"
        );
        assert_eq!(
            difference("", &live["events"], &files["events"]),
            None,
            "{question:?}"
        );
    }
}
