//! What lies beside the records of calls, and is none: Insights, aggregated events, digests, and the other documents
//! that AWS and trailhunt itself put there. Known by what they say of themselves (facts: H2, J1).

use serde_json::Value;

use super::Event;
use super::resources::any_below;

/// What a document is that is no record of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoCallKind {
    Digest,
    Insight,
    Aggregated,
    /// What CloudWatch Logs sends a subscription to see whether it is there.
    ControlMessage,
    /// It stands beside the results of a query of CloudTrail Lake.
    LakeSignature,
    /// A line of a bulk export of Elasticsearch, which says where the next line goes.
    BulkAction,
    /// An answer, or its coverage.
    OwnReport,
}

/// The keys of which each such document has one; a quick look at a document that may be one.
pub const KEYS: [&str; 8] = [
    "eventCategory",
    "eventType",
    "digestS3Object",
    "messageType",
    "hashSignature",
    "index",
    "create",
    "tool",
];

impl NoCallKind {
    /// What a record is that is written as those of calls are.
    pub fn of_event(event: &Event) -> Option<Self> {
        Self::of(event.category(), event.kind())
    }

    fn of(category: Option<&str>, kind: Option<&str>) -> Option<Self> {
        match category {
            Some("Management" | "Data" | "NetworkActivity") => return None,
            Some("Insight") => return Some(Self::Insight),
            Some("Aggregated") => return Some(Self::Aggregated),
            _ => {}
        }
        match kind {
            Some("AwsCloudTrailInsight") => Some(Self::Insight),
            Some("AwsAggregatedEvent") => Some(Self::Aggregated),
            _ => None,
        }
    }

    /// What any other document is.
    pub fn of_document(json: &Value) -> Option<Self> {
        let has = |name: &str| json.get(name).is_some();
        let is = |name: &str, value: &str| json.get(name).is_some_and(|field| field == value);
        let tool = json.get("tool").and_then(|tool| tool.get("name"));
        let kinds = [
            (Self::Digest, has("digestS3Object")),
            (Self::ControlMessage, is("messageType", "CONTROL_MESSAGE")),
            (
                Self::LakeSignature,
                has("hashSignature") && has("publicKeyFingerprint"),
            ),
            (Self::BulkAction, is_bulk_action(json)),
            (
                Self::OwnReport,
                tool.is_some_and(|name| name == "trailhunt"),
            ),
        ];
        let known = kinds.into_iter().find(|(_, is_it)| *is_it);
        let text = |name: &str| json.get(name).and_then(Value::as_str);
        Self::of(text("eventCategory"), text("eventType")).or(known.map(|(kind, _)| kind))
    }

    /// A file that holds nothing else, in words.
    pub fn of_file(self) -> &'static str {
        match self {
            Self::Digest => "a digest of trail files",
            Self::Insight => "Insights, which are no records of calls",
            Self::Aggregated => "aggregated events, which are no records of calls",
            Self::ControlMessage => "a control message of CloudWatch Logs",
            Self::LakeSignature => "the signature of a query of CloudTrail Lake",
            Self::BulkAction => "actions of a bulk request to Elasticsearch",
            Self::OwnReport => "an answer of trailhunt",
        }
    }
}

/// `{"index":{"_index":"logs","_id":"1"}}`, and nothing else.
fn is_bulk_action(json: &Value) -> bool {
    let action = json.get("index").or_else(|| json.get("create"));
    let fields = action.and_then(Value::as_object);
    let is_alone = json.as_object().is_some_and(|fields| fields.len() == 1);
    is_alone && fields.is_some_and(|fields| fields.keys().all(|name| name.starts_with('_')))
}

/// A document that is no record of a call.
#[derive(Debug, Clone)]
pub struct NoCall {
    pub kind: NoCallKind,
    json: Value,
}

impl NoCall {
    pub fn new(kind: NoCallKind, json: Value) -> Self {
        Self { kind, json }
    }

    /// What tells two of them apart: `eventID`, which aggregated events call `eventId` (facts: J1).
    pub fn id(&self) -> Option<&str> {
        self.text(&["eventID"]).or_else(|| self.text(&["eventId"]))
    }

    /// Of an Insight, what it is about: `ApiCallRateInsight on iam.amazonaws.com CreateUser`.
    pub fn insight(&self) -> Option<String> {
        let detail = |name| self.text(&["insightDetails", name]);
        let kind = detail("insightType").unwrap_or("Insight");
        let source = detail("eventSource")?;
        Some(format!(
            "{kind} on {source} {}",
            detail("eventName").unwrap_or_default()
        ))
    }

    /// Whether it names `value` anywhere: as it is, or at the end of an ARN.
    pub fn names(&self, value: &str) -> bool {
        any_below(&self.json, &mut |name| name == value)
    }

    fn text(&self, steps: &[&str]) -> Option<&str> {
        super::string_at(&self.json, steps)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_says_what_it_is() {
        use NoCallKind::{
            Aggregated, BulkAction, ControlMessage, Digest, Insight, LakeSignature, OwnReport,
        };
        let cases = [
            (json!({"eventCategory": "Insight"}), Insight),
            (json!({"eventType": "AwsCloudTrailInsight"}), Insight),
            (json!({"eventCategory": "Aggregated"}), Aggregated),
            (json!({"eventType": "AwsAggregatedEvent"}), Aggregated),
            (json!({"digestS3Object": "x"}), Digest),
            (json!({"messageType": "CONTROL_MESSAGE"}), ControlMessage),
            (
                json!({"hashSignature": "0", "publicKeyFingerprint": "1"}),
                LakeSignature,
            ),
            (json!({"index": {"_index": "logs", "_id": "1"}}), BulkAction),
            (json!({"create": {}}), BulkAction),
            (json!({"tool": {"name": "trailhunt"}}), OwnReport),
        ];
        for (document, kind) in cases {
            assert_eq!(NoCallKind::of_document(&document), Some(kind), "{document}");
            let keys = document.as_object().unwrap();
            assert!(KEYS.iter().any(|key| keys.contains_key(*key)), "{document}");
        }
        for document in [
            json!({"eventCategory": "Data", "eventType": "AwsApiCall"}),
            json!({"messageType": "DATA_MESSAGE"}),
            json!({"tool": "trailhunt"}),
            json!({"index": {"message": "x"}}),
            json!({"index": {"_id": "1"}, "message": "x"}),
            json!(["eventCategory"]),
        ] {
            assert_eq!(NoCallKind::of_document(&document), None, "{document}");
        }
    }

    #[test]
    fn names_stand_alone_or_end_an_arn() {
        let summary = json!({"eventCategory": "Aggregated", "summary": {
            "primaryDimension": {"dimension": "arn:aws:iam::1:user/ana", "statistics": [{"name": "192.0.2.7"}]},
            "details": ["AKIAEXAMPLE"]}});
        let summary = NoCall::new(NoCallKind::Aggregated, summary);
        for name in ["ana", "arn:aws:iam::1:user/ana", "192.0.2.7", "AKIAEXAMPLE"] {
            assert!(summary.names(name), "{name}");
        }
        for name in ["an", "192.0.2.70", "summary"] {
            assert!(!summary.names(name), "{name}");
        }
    }
}
