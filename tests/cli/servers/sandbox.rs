//! The sandbox: what the binary sees of the machine, and what it does not.

use crate::support::sandbox::Sandbox;

#[test]
fn commands_see_only_what_the_sandbox_gives_them() {
    let sandbox = Sandbox::new()
        .endpoint("http://127.0.0.1:1")
        .cloudtrail("http://127.0.0.1:2")
        .now("2023-07-11T00:00:00Z")
        .set("AWS_REGION", "eu-west-1");
    let output = sandbox.command("env").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split('=').next())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "AWS_ACCESS_KEY_ID",
            "AWS_EC2_METADATA_DISABLED",
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT_URL_CLOUDTRAIL",
            "AWS_REGION",
            "AWS_SECRET_ACCESS_KEY",
            "HOME",
            "PATH",
            "TRAILHUNT_NOW",
        ]
    );
    assert!(text.contains("AWS_REGION=eu-west-1\n"));
}

#[test]
fn the_binary_runs_in_it() {
    Sandbox::new()
        .trailhunt()
        .arg("--version")
        .assert()
        .success();
}
