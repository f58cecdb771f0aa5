//! `emit-alerts`, by the binary: the folder, and what the templates hold with the rules that are shipped.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::support::sandbox::Sandbox;

/// Largest body that CloudFormation takes in a call.
const BODY: usize = 51_200;
/// Largest managed policy of IAM, without white space.
const POLICY: usize = 6_144;

/// Option sets that between them make every part of the templates.
pub const OPTION_SETS: [(&str, &[&str]); 3] = [
    ("plain", &["--email", "security@example.com"]),
    (
        "everything",
        &[
            "--email=security@example.com",
            "--email=second@example.com",
            "--slack-webhook-parameter=/trailhunt/slack",
            "--webhook-parameter=webhook",
            "--chat",
            "--read-events",
            "--findings=guardduty,security-hub,security-hub-v2",
            "--work-hours=Mon-Fri 09:00-18:00 Asia/Seoul",
            "--settings=settings.yml",
            "--region=ap-northeast-2",
            "--lang=ko",
            "--cis-metric-filters",
        ],
    ),
    ("nobody", &["--severity=critical", "--regions=eu-west-1"]),
];

const SETTINGS: &str = "\
suppress:
  - reason: the pipeline
    until: 2099-01-31
    principal: arn:aws:iam::*:role/terraform*
    event: ec2:*SecurityGroup*
routes:
  - name: finance
    tag: Department=Finance
    email: [finance@example.com, security@example.com]
";

/// A home with the settings of the option sets in it.
pub fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new().now("2026-11-22T00:00:00Z");
    fs::write(sandbox.home().join("settings.yml"), SETTINGS).unwrap();
    sandbox
}

/// Emits to `folder` below the home; the paths that are printed.
pub fn emit(sandbox: &Sandbox, folder: &str, options: &[&str]) -> Vec<String> {
    let mut command = sandbox.trailhunt();
    let done = command.args(["emit-alerts", "-o", folder]).args(options);
    let output = done.assert().success().get_output().clone();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// What a run that must fail ends with, and says.
fn refused(sandbox: &Sandbox, options: &[&str]) -> (i32, String) {
    let mut command = sandbox.trailhunt();
    let output = command.arg("emit-alerts").args(options).output().unwrap();
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), said)
}

/// Every file of a folder, by its path below it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_same_options_write_the_same_bytes() {
    for (name, options) in OPTION_SETS {
        let (one, two) = (sandbox(), sandbox());
        let printed = emit(&one, "out", options);
        emit(&two, "out", options);
        let written = files(&one.home().join("out"));
        assert_eq!(written, files(&two.home().join("out")), "{name}");
        let mut printed: Vec<&str> = printed
            .iter()
            .map(|path| path.strip_prefix("out/").unwrap())
            .collect();
        printed.sort_unstable();
        assert_eq!(printed, written.keys().collect::<Vec<_>>(), "{name}");
        let has_cis = written.contains_key("cis-metric-filters.json");
        assert_eq!(has_cis, name == "everything");
    }
}

#[test]
fn templates_fit_into_a_call() {
    let sandbox = sandbox();
    for (name, options) in OPTION_SETS {
        for language in ["--lang=en", "--lang=ko"] {
            let options: Vec<&str> = options
                .iter()
                .copied()
                .filter(|flag| !flag.starts_with("--lang"))
                .collect();
            emit(
                &sandbox,
                "out",
                &[&options[..], &[language, "--force"]].concat(),
            );
            let folder = sandbox.home().join("out");
            for (file, text) in files(&folder) {
                let is_template = file.ends_with(".json")
                    && !file.contains('/')
                    && !file.contains("parameters")
                    && file != "rules.json";
                assert!(
                    !is_template || text.len() <= BODY,
                    "{name} {language} {file}: {}",
                    text.len()
                );
            }
            let parameters = json(&folder.join("home.parameters.json"));
            for parameter in parameters.as_array().unwrap() {
                assert!(parameter["ParameterValue"].as_str().unwrap().len() <= 4096);
            }
        }
    }
}

#[test]
fn the_function_gets_the_rules_in_its_language() {
    let sandbox = sandbox();
    for (language, title) in [("en", "New user"), ("ko", "사용자")] {
        emit(
            &sandbox,
            language,
            &["--lang", language, "--email=a@example.com"],
        );
        let folder = sandbox.home().join(language);
        let parameters = json(&folder.join("home.parameters.json"));
        let chunks: BTreeMap<usize, &str> = parameters
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|parameter| {
                let number = parameter["ParameterKey"]
                    .as_str()?
                    .strip_prefix("Catalogue")?;
                Some((
                    number.parse().unwrap(),
                    parameter["ParameterValue"].as_str()?,
                ))
            })
            .collect();
        let text: String = chunks.into_values().collect();
        let compressed = STANDARD.decode(text).unwrap();
        let mut catalogue = String::new();
        flate2::read::ZlibDecoder::new(&compressed[..])
            .read_to_string(&mut catalogue)
            .unwrap();
        assert!(catalogue.is_ascii());
        let catalogue: Value = serde_json::from_str(&catalogue).unwrap();
        assert_eq!(catalogue, json(&folder.join("rules.json")));
        assert_eq!(catalogue["language"], language);
        let rules = catalogue["rules"].as_array().unwrap();
        assert!(rules.len() > 100, "{}", rules.len());
        let created = rules
            .iter()
            .find(|rule| rule["name"] == "user-created")
            .unwrap();
        let words = created["title"].as_str().unwrap();
        assert!(words.contains(title), "{words}");
    }
}

/// Every value of `key` in a pattern, however deep.
fn values_of<'p>(pattern: &'p Value, key: &str, found: &mut Vec<&'p Value>) {
    match pattern {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == key {
                    found.push(value);
                }
                values_of(value, key, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| values_of(value, key, found)),
        _ => {}
    }
}

#[test]
fn every_rule_names_a_source_that_nobody_can_forge() {
    let sandbox = sandbox();
    let (_, options) = OPTION_SETS[1];
    emit(&sandbox, "out", options);
    let forwarder = json(&sandbox.home().join("out/forwarder.json"));
    let resources = forwarder["Resources"].as_object().unwrap().values();
    let rules: Vec<&Value> = resources
        .filter(|resource| resource["Type"] == "AWS::Events::Rule")
        .map(|resource| &resource["Properties"])
        .collect();
    assert!(rules.len() > 10, "{}", rules.len());
    for rule in rules {
        let pattern = &rule["EventPattern"];
        assert!(pattern.to_string().len() <= 2048, "{rule}");
        let at_top = pattern["source"].as_array().unwrap();
        if rule["Name"] == "trailhunt-alerts-SelfTest" {
            assert_eq!(at_top, &["trailhunt.selftest"]);
            continue;
        }
        let mut sources = Vec::new();
        values_of(pattern, "source", &mut sources);
        for source in sources
            .into_iter()
            .flat_map(|source| source.as_array().unwrap())
        {
            let name = source.as_str().or(source["prefix"].as_str()).unwrap();
            assert!(name.starts_with("aws."), "{source}");
        }
    }
}

#[test]
fn files_that_differ_are_kept_unless_forced() {
    let sandbox = sandbox();
    let (_, options) = OPTION_SETS[0];
    let first = emit(&sandbox, "out", options);
    assert_eq!(emit(&sandbox, "out", options), first, "again is fine");

    let folder = sandbox.home().join("out");
    fs::write(folder.join("trail.json"), "mine").unwrap();
    fs::remove_file(folder.join("home.json")).unwrap();
    let (code, said) = refused(&sandbox, &[&["-o", "out"], options].concat());
    assert_eq!(code, 2);
    assert!(
        said.contains("trail.json") && said.contains("--force"),
        "{said}"
    );
    assert!(!said.contains("forwarder.json"), "{said}");
    assert_eq!(fs::read(folder.join("trail.json")).unwrap(), b"mine");
    assert!(!folder.join("home.json").exists(), "nothing is written");

    emit(&sandbox, "out", &[options, &["--force"]].concat());
    assert!(folder.join("home.json").exists());
    assert_ne!(fs::read(folder.join("trail.json")).unwrap(), b"mine");
}

#[test]
fn what_is_no_regular_file_is_not_replaced() {
    let sandbox = sandbox();
    fs::create_dir_all(sandbox.home().join("out/trail.json")).unwrap();
    let (code, said) = refused(&sandbox, &["-o", "out", "--force"]);
    assert_eq!(code, 2);
    assert!(said.contains("no regular file"), "{said}");
    fs::write(sandbox.home().join("file"), "").unwrap();
    let (code, said) = refused(&sandbox, &["-o", "file"]);
    assert_eq!(code, 1);
    assert!(said.contains("cannot write file/"), "{said}");
}

/// The Regions in the settings of the home stack.
fn regions(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    let parameters = json(&sandbox.home().join(folder).join("home.parameters.json"));
    let mut parameters = parameters.as_array().unwrap().iter();
    let settings = parameters
        .find(|parameter| parameter["ParameterKey"] == "Settings")
        .unwrap();
    let settings: Value =
        serde_json::from_str(settings["ParameterValue"].as_str().unwrap()).unwrap();
    serde_json::from_value(settings["regions"].clone()).unwrap()
}

#[test]
fn global_services_and_sign_in_are_always_watched() {
    let sandbox = sandbox();
    emit(
        &sandbox,
        "few",
        &["--regions=eu-west-1, me-south-1", "--region=ca-central-1"],
    );
    let always = ["ap-southeast-2", "eu-north-1", "us-east-1", "us-east-2"];
    let mut expected = [&always[..], &["ca-central-1", "eu-west-1", "me-south-1"]].concat();
    expected.sort_unstable();
    assert_eq!(regions(&sandbox, "few"), expected);
    let forwarder = json(&sandbox.home().join("few/forwarder.parameters.json"));
    assert_eq!(forwarder[0]["ParameterValue"], "ca-central-1");

    emit(&sandbox, "all", &[]);
    let all = regions(&sandbox, "all");
    assert_eq!(all.len(), 17);
    assert!(
        !all.contains(&"me-south-1".to_owned()),
        "it must be enabled first"
    );
    let readme = fs::read_to_string(sandbox.home().join("all/README.md")).unwrap();
    assert!(
        readme.contains(&format!("for region in {}; do", all.join(" "))),
        "{readme}"
    );
}

#[test]
fn other_partitions_are_refused_with_the_reason() {
    let sandbox = sandbox();
    for (flag, partition) in [
        ("--region=us-gov-west-1", "GovCloud"),
        ("--regions=cn-north-1", "China"),
        (
            "--regions=us-east-1,eusc-de-east-1",
            "European Sovereign Cloud",
        ),
    ] {
        let (code, said) = refused(&sandbox, &["-o", "out", flag]);
        assert_eq!(code, 2);
        assert!(
            said.contains(partition) && said.contains("does not forward"),
            "{said}"
        );
    }
    for flag in ["--region=eu-wset-1", "--regions=eu-wset-1"] {
        let (code, said) = refused(&sandbox, &["-o", "out", flag]);
        assert_eq!(code, 2);
        assert!(said.contains("did you mean 'eu-west-1'"), "{said}");
    }
    assert!(!sandbox.home().join("out").exists());
}

#[test]
fn a_secret_in_place_of_its_name_is_not_repeated() {
    let sandbox = sandbox();
    for flag in ["--slack-webhook-parameter", "--webhook-parameter"] {
        for wrong in [
            "https://hooks.slack.com/services/T0/B0/hush",
            "team/hush",
            "",
            "a b",
        ] {
            let (code, said) = refused(&sandbox, &["-o", "out", flag, wrong]);
            assert_eq!(code, 2, "{wrong}");
            assert!(
                said.contains(flag) && said.contains("put-parameter"),
                "{said}"
            );
            assert!(!said.contains("hush"), "{said}");
        }
    }
}

#[test]
fn who_is_told_is_checked() {
    let sandbox = sandbox();
    for wrong in [
        "nobody",
        "a@b@c.example",
        "\u{1b}[31m@example.com",
        "a@example.com,b@example.com",
    ] {
        let (code, said) = refused(&sandbox, &["-o", "out", "--email", wrong]);
        assert_eq!(code, 2, "{wrong}");
        assert!(
            said.contains("is no e-mail address") && !said.contains('\u{1b}'),
            "{said}"
        );
    }
    let mut command = sandbox.trailhunt();
    let output = command.args(["emit-alerts", "-o", "out"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success() && said.contains("nobody would be told"),
        "{said}"
    );
}

#[test]
fn policies_of_operators_fit_and_name_what_is_ours() {
    let sandbox = sandbox();
    emit(&sandbox, "out", &[]);
    let policies = files(&sandbox.home().join("out/operator-policies"));
    assert_eq!(policies.len(), 6);
    for (name, text) in policies {
        let size = text
            .iter()
            .filter(|byte| !byte.is_ascii_whitespace())
            .count();
        assert!(size <= POLICY, "{name}: {size}");
        let policy: Value = serde_json::from_slice(&text).unwrap();
        let mut sids = Vec::new();
        for statement in policy["Statement"].as_array().unwrap() {
            sids.push(statement["Sid"].as_str().unwrap());
            for action in statement["Action"].as_array().unwrap() {
                let (service, verb) = action.as_str().unwrap().split_once(':').unwrap();
                assert!(
                    !service.contains('*') && !verb.contains('*'),
                    "{name}: {action}"
                );
            }
        }
        let all = sids.len();
        sids.sort_unstable();
        sids.dedup();
        assert_eq!(sids.len(), all, "{name}: a Sid stands once");
    }
}

#[test]
fn the_readme_names_what_is_not_alerted_on() {
    let sandbox = sandbox();
    emit(&sandbox, "out", &[]);
    let readme = fs::read_to_string(sandbox.home().join("out/README.md")).unwrap();
    for rule in ["secret-read", "console-login-brute-force"] {
        let line = readme
            .lines()
            .find(|line| line.starts_with(&format!("- `{rule}`: ")));
        assert!(line.is_some(), "{rule}: {readme}");
    }
    assert!(
        !readme.contains("<home>") && !readme.contains("<re"),
        "{readme}"
    );
    emit(&sandbox, "reads", &["--read-events"]);
    let readme = fs::read_to_string(sandbox.home().join("reads/README.md")).unwrap();
    assert!(!readme.contains("`secret-read`"));
}
