//! The named commands: each a thin front for a built-in playbook.

/// A command, its playbook, and the parameter that its arguments are values of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Front {
    pub playbook: &'static str,
    /// The words after `trailhunt`.
    pub words: &'static [&'static str],
    pub parameter: &'static str,
}

pub const ACCESS_KEY_TRACE: Front = Front {
    playbook: "access-key-trace",
    words: &["trace-key"],
    parameter: "access_key",
};
pub const SECURITY_GROUP_CHANGES: Front = Front {
    playbook: "security-group-changes",
    words: &["changes", "security-groups"],
    parameter: "group",
};
pub const IAM_CHANGES: Front = Front {
    playbook: "iam-changes",
    words: &["changes", "iam"],
    parameter: "name",
};
pub const STOPPED_INSTANCES: Front = Front {
    playbook: "stopped-instances",
    words: &["stopped-instances"],
    parameter: "instance",
};
pub const LOGINS: Front = Front {
    playbook: "logins",
    words: &["logins"],
    parameter: "user",
};

const FRONTS: [Front; 5] = [
    ACCESS_KEY_TRACE,
    SECURITY_GROUP_CHANGES,
    IAM_CHANGES,
    STOPPED_INSTANCES,
    LOGINS,
];

/// The words of the command that runs `playbook` with `parameters`: its own command where it has one.
pub fn command(playbook: &str, parameters: &[(&str, &str)]) -> Vec<String> {
    let front = FRONTS.iter().find(|front| front.playbook == playbook);
    let mut argv = vec!["trailhunt".to_owned()];
    match front {
        Some(front) => argv.extend(front.words.iter().map(|word| (*word).to_owned())),
        None => argv.extend(["run".to_owned(), playbook.to_owned()]),
    }
    for (name, value) in parameters {
        match front {
            Some(front) if front.parameter == *name => argv.push((*value).to_owned()),
            _ => argv.extend(["--param".to_owned(), format!("{name}={value}")]),
        }
    }
    argv
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::find;

    #[test]
    fn every_front_is_of_a_playbook_with_that_parameter() {
        for front in FRONTS {
            let playbook = find(front.playbook).unwrap().load().unwrap();
            let mut parameters = playbook.parameters.iter();
            let parameter = parameters.find(|known| known.name == front.parameter);
            assert!(parameter.is_some_and(|known| known.list), "{front:?}");
        }
    }

    #[test]
    fn commands() {
        let words = command("security-group-changes", &[("group", "sg-1"), ("x", "y z")]);
        assert_eq!(
            words[1..],
            ["changes", "security-groups", "sg-1", "--param", "x=y z"]
        );
        assert_eq!(command("ip-trace", &[])[1..], ["run", "ip-trace"]);
    }
}
