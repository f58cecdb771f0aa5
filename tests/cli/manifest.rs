//! Cargo.toml: what keeps a cold build short.

const MANIFEST: &str = include_str!("../../Cargo.toml");
const LOCK: &str = include_str!("../../Cargo.lock");

/// The names that follow `before` at the start of a line, up to `after`.
fn names<'t>(text: &'t str, before: &str, after: &str) -> Vec<&'t str> {
    let lines = text.lines().filter_map(|line| line.strip_prefix(before));
    let mut names: Vec<&str> = lines
        .filter_map(|line| line.strip_suffix(after))
        .filter(|name| name.starts_with("aws-sdk-"))
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn every_sdk_crate_has_an_optimisation_level_of_its_own() {
    let built = names(LOCK, "name = \"", "\"");
    assert!(built.contains(&"aws-sdk-iam"), "{built:?}");
    let set = names(MANIFEST, "[profile.release.package.", "]");
    assert_eq!(built, set, "built, and set in Cargo.toml");
    for name in set {
        let level = format!("[profile.release.package.{name}]\nopt-level = 0\n");
        assert!(MANIFEST.contains(&level), "{name}");
    }
}
