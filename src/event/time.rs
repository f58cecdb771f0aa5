//! The three spellings of a time that records use.

use chrono::{DateTime, NaiveDateTime, Utc};

/// `2023-07-10T12:24:29Z`, and any other RFC 3339 time.
pub fn rfc3339(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|time| time.with_timezone(&Utc))
}

/// A time in an answer: `Jul 10, 2023 12:24:29 PM` (IAM), `Jul 10, 2023, 6:30:22 PM` (STS), or RFC 3339
/// (facts: C4).
pub fn in_response(text: &str) -> Option<DateTime<Utc>> {
    const SPELLINGS: [&str; 2] = ["%b %e, %Y %I:%M:%S %p", "%b %e, %Y, %I:%M:%S %p"];
    rfc3339(text).or_else(|| {
        // newer JDKs write a narrow no-break space before AM and PM
        let text = text.replace('\u{202f}', " ");
        SPELLINGS.iter().find_map(|spelling| {
            NaiveDateTime::parse_from_str(&text, spelling)
                .ok()
                .map(|time| time.and_utc())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_american_spellings() {
        let iam = in_response("Jul 10, 2023 12:24:29 PM").unwrap();
        let sts = in_response("Jul 10, 2023, 6:30:22 PM").unwrap();
        assert_eq!(iam.to_rfc3339(), "2023-07-10T12:24:29+00:00");
        assert_eq!(sts.to_rfc3339(), "2023-07-10T18:30:22+00:00");
        assert_eq!(
            in_response("Jul 5, 2023, 6:30:22 AM").unwrap().to_rfc3339(),
            "2023-07-05T06:30:22+00:00"
        );
        assert_eq!(in_response("tomorrow"), None);
    }
}
