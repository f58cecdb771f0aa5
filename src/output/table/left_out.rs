//! What a plan leaves out, as lines: what is left out for the same reason is one line, by the roles and users it is of.

use crate::report::response::{LeftOut, Omission};

/// Roles, users and ids of one line.
const NAMES: usize = 6;
const EXPIRED: &str = "expired, nothing to cut";

/// A line for each reason, in the order in which they come up; what the response failed for comes first.
pub fn lines(left_out: &[LeftOut]) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<&LeftOut>)> = Vec::new();
    let (failed, others): (Vec<&LeftOut>, Vec<&LeftOut>) = left_out
        .iter()
        .partition(|left| left.kind == Omission::Unresolved);
    for left in failed.into_iter().chain(others) {
        let why = reason(left);
        match groups.iter_mut().find(|(known, _)| *known == why) {
            Some((_, group)) => group.push(left),
            None => groups.push((why, vec![left])),
        }
    }
    groups.iter().map(|(why, group)| line(why, group)).collect()
}

/// What stands for a reason: sessions expire at any time.
fn reason(left: &LeftOut) -> &str {
    match left.kind {
        Omission::Expired => EXPIRED,
        _ => &left.why,
    }
}

fn line(why: &str, group: &[&LeftOut]) -> String {
    if let [only] = group {
        let of = only.principal.as_ref().filter(|of| !of.ends_with(&only.id));
        let of = of.map(|of| format!(" of {of}")).unwrap_or_default();
        return format!("{}{of}  {}", only.id, only.why);
    }
    let mut names: Vec<&str> = Vec::new();
    for left in group {
        let name = left.principal.as_deref().unwrap_or(&left.id);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(NAMES);
    names.truncate(NAMES);
    let more = if more > 0 {
        format!(" and {more} others")
    } else {
        String::new()
    };
    format!("{why}: {} of {}{more}", group.len(), names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(id: &str, of: Option<&str>, kind: Omission, why: &str) -> LeftOut {
        LeftOut {
            principal: of.map(str::to_owned),
            kind,
            ..LeftOut::new(id, why)
        }
    }

    #[test]
    fn what_has_one_reason_is_one_line() {
        let compute =
            |id: &str, of: &str| left(id, Some(of), Omission::Link, "needs --include compute");
        let over = |id: &str, at: &str| left(id, Some("role/ops"), Omission::Expired, at);
        let text = lines(&[
            compute("ASIA1", "role/web"),
            over("ASIA2", "expired at 01:00, nothing to cut"),
            compute("ASIA3", "role/metrics"),
            compute("ASIA4", "role/web"),
            over("ASIA5", "expired at 02:00, nothing to cut"),
            left("user/svc", Some("user/svc"), Omission::Other, "a role"),
            left(
                "83c0-11",
                Some("user/ann"),
                Omission::Link,
                "needs --include console-login",
            ),
            left("AKIA6", None, Omission::Unresolved, "not in this account"),
        ]);
        let expected = [
            "AKIA6  not in this account",
            "needs --include compute: 3 of role/web, role/metrics",
            "expired, nothing to cut: 2 of role/ops",
            "user/svc  a role",
            "83c0-11 of user/ann  needs --include console-login",
        ];
        assert_eq!(text, expected);
    }

    #[test]
    fn a_line_has_an_end() {
        let many: Vec<LeftOut> = (0..5_000)
            .map(|id| left(&format!("ASIA{id}"), None, Omission::Other, "no time"))
            .collect();
        let text = lines(&many);
        assert_eq!(text.len(), 1);
        assert!(text[0].ends_with("ASIA5 and 4994 others"), "{}", text[0]);
    }
}
