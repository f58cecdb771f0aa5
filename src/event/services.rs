//! Names that AWS gives to things: services, accounts, keys.

use super::arn;
use super::partitions::PARTITIONS;

/// A service as people call it: `iam` for `iam.amazonaws.com`.
pub fn short_name(event_source: &str) -> &str {
    event_source
        .strip_suffix(".amazonaws.com")
        .unwrap_or(event_source)
}

/// `role/session` and `user-name` instead of the whole ARN; what is no such ARN stays as it is.
pub fn short_principal(arn: &str) -> &str {
    let resource = arn::resource(arn).unwrap_or(arn);
    let named = ["assumed-role/", "user/", "role/"];
    let named = named.iter().find_map(|kind| resource.strip_prefix(kind));
    named.unwrap_or(resource)
}

/// Whether a service records only in its partition's control-plane Region (facts: B2, those verified).
pub fn records_in_control_plane(event_source: &str) -> bool {
    let global = ["iam", "organizations", "cloudfront", "route53"];
    let name = short_name(event_source);
    global.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether `address` is AWS itself: a service's DNS name or `AWS Internal` (facts: C4).
pub fn is_aws_address(address: &str) -> bool {
    address == "AWS Internal"
        || PARTITIONS
            .iter()
            .any(|partition| partition.has_host(address))
}

/// The shape of an account id: 12 digits.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The shape of an access key id: `(AKIA|ASIA)` and at least 16 more of `A-Z0-9` (facts: D2).
pub fn is_access_key_id(text: &str) -> bool {
    text.len() >= 20
        && (text.starts_with("AKIA") || text.starts_with("ASIA"))
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Why `text` is no access key id. Of `text` itself only its first 4 characters are repeated: it may be a secret.
pub fn no_access_key_id(text: &str) -> String {
    const SHAPE: &str = "an access key id is AKIA or ASIA and at least 16 more of A-Z and 0-9";
    let mut shown: String = text.chars().take(4).collect();
    if text.chars().nth(4).is_some() {
        shown.push('…');
    }
    if is_like_a_secret(text) {
        return format!(
            "'{shown}' looks like a secret access key, which is never asked for here (your shell may have kept it); \
             {SHAPE}"
        );
    }
    if text.contains(char::is_whitespace) {
        return format!("there is white space within '{shown}': {SHAPE}");
    }
    if is_access_key_id(&text.to_ascii_uppercase()) {
        let upper = shown.to_ascii_uppercase();
        return format!("access key ids are upper case: {upper}, not '{shown}'");
    }
    format!("'{shown}' is no access key id: {SHAPE}")
}

/// A secret access key has 40 characters of base64; a key id of that length has no lower case.
fn is_like_a_secret(text: &str) -> bool {
    text.len() >= 40
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
        && text.bytes().any(|byte| !byte.is_ascii_uppercase())
}

/// Keys of a session, which expire by themselves and cannot be deactivated.
pub fn is_temporary_key(access_key_id: &str) -> bool {
    access_key_id.starts_with("ASIA")
}

/// The account that a key id spells, as a hint only (facts: D2, undocumented by AWS): 12 digits.
///
/// `None` for what is no base32, and for keys of the old form, whose fifth character is `I` or `J`.
pub fn account_hint(access_key_id: &str) -> Option<String> {
    let body = access_key_id.get(4..20)?;
    if body.starts_with(['I', 'J']) {
        return None;
    }
    let mut bits: u128 = 0;
    for byte in body.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u128::from(digit);
    }
    let first_six_bytes = bits >> 32;
    Some(format!("{:012}", (first_six_bytes & 0x7fff_ffff_ff80) >> 7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_the_account_of_a_key() {
        assert_eq!(
            account_hint("ASIAY34FZKBOKMUTVV7A").as_deref(),
            Some("609629065308")
        );
        assert_eq!(
            account_hint("ASIAQNZGKIQY56JQ7WML").as_deref(),
            Some("029608264753")
        );
        assert_eq!(
            account_hint("ASIA52RQV423TWB3UWEE").as_deref(),
            Some("950363612855")
        );
        assert_eq!(account_hint("AKIAIOSFODNN7EXAMPLE"), None);
        assert_eq!(account_hint("AKIATFQR7NSC8Q4X20BJ"), None);
    }

    #[test]
    fn knows_a_key_id_by_its_shape() {
        assert!(is_access_key_id("AKIAIOSFODNN7EXAMPLE"));
        assert!(!is_access_key_id("AKIAIOSFODNN7EXAMPL"));
        assert!(!is_access_key_id("AROAIOSFODNN7EXAMPLE"));
        assert!(!is_access_key_id("AKIA' OR 1=1 --AAAAAA"));
    }

    #[test]
    fn says_why_it_is_no_key_id_and_repeats_no_secret() {
        for (text, why) in [
            ("akiaiosfodnn7example", "are upper case: AKIA…, not 'akia…'"),
            ("AKIAIOSF ODNN7EXAMPLE", "white space within 'AKIA…'"),
            (
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                "'wJal…' looks like a secret",
            ),
            ("AKIA1", "'AKIA…' is no access key id"),
            ("AKIA", "'AKIA' is no access key id"),
            ("", "'' is no access key id"),
            ("ключ-доступа", "'ключ…' is no access key id"),
        ] {
            let message = no_access_key_id(text);
            assert!(message.contains(why), "{message}");
            let more: String = text.chars().take(5).collect();
            assert!(more.chars().count() < 5 || !message.contains(&more));
        }
    }
}
