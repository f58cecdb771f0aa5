//! Which field names a detection, a column or a message may use: a misspelt one is never present, and an answer that
//! lacks an event for that reason looks like any other.

use super::suggest::nearest;
use super::virtual_fields;

/// The fields at the top of a record (facts: C2), those of Insights and of CloudTrail Lake too.
const TOP_LEVEL: [&str; 32] = [
    "additionalEventData",
    "addendum",
    "apiVersion",
    "awsRegion",
    "edgeDeviceDetails",
    "errorCode",
    "errorMessage",
    "eventCategory",
    "eventContext",
    "eventID",
    "eventName",
    "eventSource",
    "eventTime",
    "eventType",
    "eventVersion",
    "insightDetails",
    "managementEvent",
    "readOnly",
    "recipientAccountId",
    "requestID",
    "requestParameters",
    "resources",
    "responseElements",
    "serviceEventDetails",
    "sessionCredentialFromConsole",
    "sharedEventID",
    "sourceIPAddress",
    "tlsDetails",
    "userAgent",
    "userIdentity",
    "vpcEndpointAccountId",
    "vpcEndpointId",
];

/// So near to a known name, a name is a slip and no field of tomorrow.
const SLIP: usize = 2;

/// Refuses a virtual field that there is not, and a path whose first name is nearly one that records have. Other
/// names pass: CloudTrail adds fields, and what lies below the first name is each service's own.
///
/// # Errors
/// The message, with the name that was probably meant.
pub fn check(path: &str) -> Result<(), String> {
    virtual_fields::check(path)?;
    let name = path.split('.').next().unwrap_or_default();
    if TOP_LEVEL.contains(&name) {
        return Ok(());
    }
    match nearest(name, SLIP, TOP_LEVEL) {
        Some(known) => Err(format!(
            "no record has a field '{name}' (did you mean '{known}'?)"
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_new_fields() {
        for (path, meant) in [
            ("evntName", "eventName"),
            ("eventname", "eventName"),
            ("eventId", "eventID"),
            ("userIdentiy.arn", "userIdentity"),
            ("requestParamter.name", "requestParameters"),
            ("sourceIpAddres", "sourceIPAddress"),
        ] {
            let message = check(path).unwrap_err();
            assert!(message.contains(&format!("'{meant}'")), "{message}");
        }
        for path in ["a", "", "traceContext", "eventNameOfTomorrow", "x.actor"] {
            assert_eq!(check(path), Ok(()), "{path}");
        }
        assert!(check("x.actr").is_err());
    }

    #[test]
    fn every_known_field_passes() {
        for name in TOP_LEVEL {
            assert_eq!(check(name), Ok(()));
            assert_eq!(check(&format!("{name}.anything")), Ok(()));
        }
    }
}
