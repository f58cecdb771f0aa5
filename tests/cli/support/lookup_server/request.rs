//! What a request asks, and the refusals that follow from the request alone (facts: A1, A2, A9).

use serde::Deserialize;

use crate::support::http::Request;

/// The operation as SDKs made from Smithy models name it, and as botocore does.
const TARGETS: [&str; 2] = [
    "CloudTrail_20131101.LookupEvents",
    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
];
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
const INSIGHT_KEYS: [&str; 3] = ["EventId", "EventName", "EventSource"];
const ATTRIBUTE_KEYS: [&str; 8] = [
    "EventId",
    "EventName",
    "ReadOnly",
    "Username",
    "ResourceType",
    "ResourceName",
    "EventSource",
    "AccessKeyId",
];

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub code: &'static str,
    pub message: String,
}

/// A refusal of the client's doing.
pub fn refuse(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal {
        status: 400,
        code,
        message: message.into(),
    }
}

/// Who signed a request, and for which Region.
#[derive(Debug, PartialEq, Eq)]
pub struct Signature<'a> {
    pub access_key_id: &'a str,
    pub region: &'a str,
}

impl<'a> Signature<'a> {
    /// Reads the `Authorization` header of `SigV4`; the signature's value is not computed again.
    pub fn of(request: &'a Request) -> Result<Self, Refusal> {
        let authorization = request.header("authorization");
        if authorization.is_empty() {
            return Err(refuse(
                "MissingAuthenticationTokenException",
                "Missing Authentication Token",
            ));
        }
        let incomplete = || refuse("IncompleteSignatureException", authorization);
        let parts = authorization
            .strip_prefix("AWS4-HMAC-SHA256 ")
            .ok_or_else(incomplete)?;
        let part = |name: &str| {
            let mut parts = parts.split(',').map(str::trim);
            parts
                .find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
                .ok_or_else(incomplete)
        };
        let signed: Vec<&str> = part("SignedHeaders")?.split(';').collect();
        let hex = part("Signature")?;
        let scope: Vec<&str> = part("Credential")?.split('/').collect();
        let [access_key_id, day, region, service, "aws4_request"] = scope[..] else {
            return Err(incomplete());
        };
        let is_hex = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let dated = day.len() == 8 && request.header("x-amz-date").starts_with(day);
        if !is_hex || !signed.contains(&"host") || !signed.contains(&"x-amz-date") {
            return Err(incomplete());
        }
        if !dated || service != "cloudtrail" {
            return Err(refuse(
                "InvalidSignatureException",
                "Credential should be scoped to correct service: 'cloudtrail', and to the request's date.",
            ));
        }
        Ok(Self {
            access_key_id,
            region,
        })
    }
}

/// A lookup's one attribute.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Attribute {
    #[serde(rename = "AttributeKey")]
    pub key: String,
    #[serde(rename = "AttributeValue")]
    pub value: String,
}

/// A lookup's parameters, as they were sent; times are epoch seconds.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
pub struct Parameters {
    #[serde(rename = "LookupAttributes")]
    pub attributes: Vec<Attribute>,
    pub start_time: Option<f64>,
    pub end_time: Option<f64>,
    pub event_category: Option<String>,
    pub max_results: Option<usize>,
    pub next_token: Option<String>,
}

impl Parameters {
    /// Reads a request's operation and body; an unknown member is refused, which AWS would pass over.
    pub fn of(request: &Request) -> Result<Self, Refusal> {
        if request.method != "POST"
            || request.path != "/"
            || !TARGETS.contains(&request.header("x-amz-target"))
            || request.header("content-type") != CONTENT_TYPE
        {
            return Err(refuse("UnknownOperationException", ""));
        }
        serde_json::from_slice(&request.body)
            .map_err(|error| refuse("SerializationException", error.to_string()))
    }

    /// The attribute as `(key, value)`.
    pub fn attribute(&self) -> Option<(&str, &str)> {
        let attribute = self.attributes.first()?;
        Some((&attribute.key, &attribute.value))
    }

    /// The rules that the parameters must follow by themselves.
    pub fn check(&self) -> Result<(), Refusal> {
        let insight = self.event_category.is_some();
        if self.event_category.as_deref().unwrap_or("insight") != "insight" {
            return Err(refuse(
                "InvalidEventCategoryException",
                "Invalid event category.",
            ));
        }
        if let Some((key, value)) = self.attribute() {
            let known: &[&str] = if insight {
                &INSIGHT_KEYS
            } else {
                &ATTRIBUTE_KEYS
            };
            let lone = self.attributes.len() == 1;
            if !lone || !known.contains(&key) || !(1..=2000).contains(&weight(value)) {
                return Err(refuse(
                    "InvalidLookupAttributesException",
                    "Exactly one lookup attribute of a known key and of 1 to 2000 characters is allowed.",
                ));
            }
        }
        if let (Some(start), Some(end)) = (self.start_time, self.end_time)
            && start > end
        {
            return Err(refuse(
                "InvalidTimeRangeException",
                "StartTime is after EndTime.",
            ));
        }
        if !(1..=50).contains(&self.max_results.unwrap_or(50)) {
            return Err(refuse(
                "InvalidMaxResultsException",
                "MaxResults is 1 to 50.",
            ));
        }
        Ok(())
    }
}

/// The length of an attribute's value as AWS counts it.
fn weight(value: &str) -> usize {
    value
        .chars()
        .map(|c| 1 + usize::from("_ ,\n".contains(c)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "AWS4-HMAC-SHA256 Credential=AKIA1/20230711/eu-west-1/cloudtrail/aws4_request, \
        SignedHeaders=host;x-amz-date, \
        Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn request(authorization: &str, body: &str) -> Request {
        let headers = [
            ("authorization", authorization),
            ("x-amz-date", "20230711T090000Z"),
            ("x-amz-target", TARGETS[1]),
            ("content-type", CONTENT_TYPE),
        ];
        Request {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn refused_signature(authorization: &str) -> &'static str {
        Signature::of(&request(authorization, "{}"))
            .unwrap_err()
            .code
    }

    fn refused_body(body: &str) -> &'static str {
        let parameters = Parameters::of(&request(GOOD, body));
        parameters.and_then(|p| p.check()).unwrap_err().code
    }

    #[test]
    fn the_region_is_the_credential_scopes() {
        let request = request(GOOD, "{}");
        let signature = Signature::of(&request).unwrap();
        assert_eq!(signature.region, "eu-west-1");
        assert_eq!(signature.access_key_id, "AKIA1");
    }

    #[test]
    fn a_request_without_a_whole_signature_is_refused() {
        assert_eq!(refused_signature(""), "MissingAuthenticationTokenException");
        for (good, bad) in [
            ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
            ("host;x-amz-date", "host"),
            ("Signature=0123", "Signature=zzzz"),
            ("/aws4_request", ""),
        ] {
            let authorization = GOOD.replace(good, bad);
            assert_eq!(
                refused_signature(&authorization),
                "IncompleteSignatureException",
                "{bad}"
            );
        }
        for (good, bad) in [("/cloudtrail/", "/sts/"), ("/20230711/", "/20230712/")] {
            let authorization = GOOD.replace(good, bad);
            assert_eq!(
                refused_signature(&authorization),
                "InvalidSignatureException",
                "{bad}"
            );
        }
    }

    #[test]
    fn another_operation_path_or_content_type_is_unknown() {
        let mut others = [(); 4].map(|()| request(GOOD, "{}"));
        others[0].method = "GET".to_owned();
        others[1].path = "/lookup".to_owned();
        others[2]
            .headers
            .insert("x-amz-target".to_owned(), TARGETS[0].to_lowercase());
        others[3]
            .headers
            .insert("content-type".to_owned(), "application/json".to_owned());
        for other in &others {
            let refusal = Parameters::of(other).unwrap_err();
            assert_eq!(refusal.code, "UnknownOperationException", "{other:?}");
        }
    }

    #[test]
    fn parameters_outside_the_model_are_refused() {
        let attribute = |key: &str, value: &str| {
            format!(r#"{{"AttributeKey":"{key}","AttributeValue":"{value}"}}"#)
        };
        let one = |key: &str, value: &str| {
            refused_body(&format!(
                r#"{{"LookupAttributes":[{}]}}"#,
                attribute(key, value)
            ))
        };
        let two = format!(
            r#"{{"LookupAttributes":[{0},{0}]}}"#,
            attribute("EventName", "x")
        );
        assert_eq!(refused_body(&two), "InvalidLookupAttributesException");
        for (key, value) in [
            ("eventName", "x"),
            ("EventName", ""),
            ("EventName", &"x".repeat(2001)),
            ("EventName", &"_".repeat(1001)),
        ] {
            assert_eq!(one(key, value), "InvalidLookupAttributesException", "{key}");
        }
        for (body, code) in [
            ("{", "SerializationException"),
            (r#"{"Max":1}"#, "SerializationException"),
            (r#"{"MaxResults":0}"#, "InvalidMaxResultsException"),
            (r#"{"MaxResults":51}"#, "InvalidMaxResultsException"),
            (
                r#"{"StartTime":2,"EndTime":1}"#,
                "InvalidTimeRangeException",
            ),
            (
                r#"{"EventCategory":"management"}"#,
                "InvalidEventCategoryException",
            ),
            (
                r#"{"EventCategory":"insight","LookupAttributes":[{"AttributeKey":"Username","AttributeValue":"x"}]}"#,
                "InvalidLookupAttributesException",
            ),
        ] {
            assert_eq!(refused_body(body), code, "{body}");
        }
    }

    #[test]
    fn the_edges_of_the_model_are_allowed() {
        let longest = "x".repeat(1998) + "_";
        for body in [
            "{}".to_owned(),
            r#"{"MaxResults":50,"StartTime":1,"EndTime":1}"#.to_owned(),
            r#"{"EventCategory":"insight"}"#.to_owned(),
            format!(
                r#"{{"LookupAttributes":[{{"AttributeKey":"AccessKeyId","AttributeValue":"{longest}"}}]}}"#
            ),
        ] {
            let parameters = Parameters::of(&request(GOOD, &body)).unwrap();
            assert_eq!(parameters.check(), Ok(()), "{body}");
        }
    }
}
