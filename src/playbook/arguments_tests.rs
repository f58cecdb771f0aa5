//! Tests of `parameter` and `arguments`: the types, and what binding refuses.

use super::*;
use crate::error::Exit;

fn playbook() -> Playbook {
    let text = "\
playbook: 1
id: p
title: t
parameters:
  access_key: { type: access-key-id, required: true, list: true }
  name: { type: string }
  start: { type: time-of-day, default: '08:30' }
  zone: { type: timezone, default: UTC }
variables:
  keys: ['%access_key%', AKIAEXTRA, '%name%']
searches:
  s: { detection: { a: { userIdentity.accessKeyId|expand: '%keys%' }, condition: a } }
";
    super::super::load(text, "p").unwrap()
}

fn given(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const OTHER: &str = "ASIAIOSFODNN7EXAMPLE";

#[test]
fn binds_parameters_and_variables() {
    let arguments = playbook()
        .bind(&given(&[
            ("access_key", KEY),
            ("access_key", " ASIAIOSFODNN7EXAMPLE\n"),
            ("access_key", KEY),
            ("zone", "Europe/Berlin"),
        ]))
        .unwrap();
    let bindings = arguments.bindings(Tz::UTC);
    assert_eq!(bindings.values("access_key"), [KEY, OTHER]);
    assert_eq!(bindings.values("keys"), [KEY, OTHER, "AKIAEXTRA"]);
    assert_eq!(bindings.values("start"), ["08:30"]);
    assert_eq!(bindings.timezone(), Tz::Europe__Berlin);
    let json = serde_json::to_string(&arguments.to_json()).unwrap();
    assert_eq!(
        json,
        format!(
            r#"{{"access_key":["{KEY}","{OTHER}"],"name":null,"start":"08:30","zone":"Europe/Berlin"}}"#
        )
    );
}

#[test]
fn a_weekday_is_one_that_events_can_have() {
    assert!(
        ParameterType::Weekday.check("Mon").is_ok() && ParameterType::Weekday.check("sun").is_ok()
    );
    // it would match no event, and every day would be one off
    assert!(ParameterType::Weekday.check("Monday").is_err());
}

#[test]
fn an_address_is_known_by_its_shortest_form_too() {
    let text = "\
playbook: 1
id: p
title: t
parameters: { ip: { type: ip, list: true } }
searches:
  s: { detection: { a: { sourceIPAddress|expand: '%ip%' }, condition: a } }
";
    let playbook = super::super::load(text, "p").unwrap();
    let pairs = [("ip", "2001:DB8:0:0::1"), ("ip", "192.0.2.7")];
    let arguments = playbook.bind(&given(&pairs)).unwrap();
    assert_eq!(
        arguments.bindings(Tz::UTC).values("ip"),
        ["2001:DB8:0:0::1", "2001:db8::1", "192.0.2.7"]
    );
}

#[test]
fn refuses_what_does_not_fit() {
    let refused = |pairs: &[(&str, &str)]| {
        let failure = playbook().bind(&given(pairs)).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        failure.message
    };
    assert_eq!(refused(&[]), "playbook 'p' needs <ACCESS_KEY_ID>");
    assert_eq!(
        refused(&[("acess_key", KEY)]),
        "playbook 'p' has no parameter 'acess_key' (did you mean 'access_key'?)"
    );
    assert_eq!(
        refused(&[("access_key", "AKIA1")]),
        "access_key: 'AKIA…' is no access key id: an access key id is AKIA or ASIA and at least 16 more of A-Z and 0-9"
    );
    assert_eq!(
        refused(&[("access_key", KEY), ("name", "a"), ("name", "b")]),
        "name: takes one value, not 2"
    );
}

#[test]
fn types_know_their_shapes() {
    for (kind, good, bad) in [
        (
            ParameterType::InstanceId,
            "i-0dbc91f429e48eeed",
            "sg-0dbc91f429e48eeed",
        ),
        (ParameterType::InstanceId, "i-8107c9c0", "i-8107"),
        (
            ParameterType::SecurityGroupId,
            "sg-04cfb7a4712d75b00",
            "sg-04CF'--x",
        ),
        (ParameterType::String, "anything at all", ""),
        (ParameterType::Ip, "2001:db8::1", "10.0.0"),
        (
            ParameterType::Arn,
            "arn:aws-cn:iam::123456789012:role/a",
            "arn:aws:iam",
        ),
        (ParameterType::AccountId, "012345678901", "12345678901"),
        (ParameterType::TimeOfDay, "23:59", "24:00"),
        (ParameterType::TimeOfDay, "08:30", "8:30"),
        (ParameterType::Timezone, "Asia/Kathmandu", "Mars/Olympus"),
    ] {
        assert_eq!(kind.check(good), Ok(()));
        assert!(
            kind.check(bad).unwrap_err().contains(kind.into_str()),
            "{bad}"
        );
    }
}

#[test]
fn placeholders_are_for_people() {
    let playbook = playbook();
    let all: Vec<String> = playbook
        .parameters
        .iter()
        .map(Parameter::placeholder)
        .collect();
    assert_eq!(
        all,
        ["<ACCESS_KEY_ID>", "<NAME>", "<TIME_OF_DAY>", "<TIMEZONE>"]
    );
}

#[test]
fn a_name_is_known_as_answers_print_it() {
    for (kind, given, name) in [
        (ParameterType::Principal, "ops/maintenance", "maintenance"),
        (
            ParameterType::Principal,
            "arn:aws:iam::123456789012:user/x/ada",
            "ada",
        ),
        (ParameterType::Resource, "user/ada", "ada"),
        (ParameterType::Resource, "role sync", "sync"),
        (ParameterType::Resource, "arn:aws:s3:::exports", "exports"),
    ] {
        assert_eq!(kind.spellings(given), [given, name]);
    }
    // a secret or an object is all of its path, and not every `stripe`
    for given in ["prod/billing/stripe", "users/ada", "role", "user/"] {
        assert_eq!(ParameterType::Resource.spellings(given), [given]);
    }
}
