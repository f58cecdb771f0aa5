//! What the stacks and their resources are called. Names are fixed, so that a second run finds the first one's; all
//! begin with `trailhunt`. The rule `alerting-tampered` looks for that, and for queues and stacks by their whole names:
//! those that a test makes and deletes are none of its business.

/// Stack of the trail and its bucket, in home.
pub const TRAIL_STACK: &str = "trailhunt-trail";
/// Stack of the bus, the queue, the formatter and the topics.
pub const HOME_STACK: &str = "trailhunt-alerts";
/// Stack of the rules, one in each Region.
pub const FORWARDER_STACK: &str = "trailhunt-alerts-forwarder";
/// Stack that `test-alerts --live` makes and deletes.
pub const LIVE_TEST_STACK: &str = "trailhunt-alerts-live-test";

/// The trail that is ours.
pub const TRAIL: &str = "trailhunt";
/// Its bucket: `trailhunt-logs-<account>-<home Region>`.
pub const LOG_BUCKET_PREFIX: &str = "trailhunt-logs";

/// The custom bus in home.
pub const BUS: &str = "trailhunt-alerts";
/// The role by which every Region's rules put events on that bus.
pub const FORWARDER_ROLE: &str = "trailhunt-alerts-forwarder";
/// How the names of a Region's rules begin.
pub const RULE_PREFIX: &str = "trailhunt-alerts-";
/// Dead letters of a Region's rules, in that Region.
pub const FORWARDER_DEAD_LETTERS: &str = "trailhunt-alerts-forwarder-dead-letters";
/// The queue that the formatter reads.
pub const QUEUE: &str = "trailhunt-alerts";
/// Dead letters of that queue and of the bus's rule.
pub const DEAD_LETTERS: &str = "trailhunt-alerts-dead-letters";
/// The function that runs `formatter.py`.
pub const FORMATTER: &str = "trailhunt-alerts-formatter";
/// Topic of the alerts.
pub const ALERTS_TOPIC: &str = "trailhunt-alerts";
/// Topic of Amazon Q in chat applications.
pub const CHAT_TOPIC: &str = "trailhunt-alerts-chat";
/// Topic of what is wrong with the alerting itself.
pub const OPERATIONS_TOPIC: &str = "trailhunt-alerts-operations";
/// DynamoDB table: events seen, storms, the digest.
pub const TABLE: &str = "trailhunt-alerts";
/// The rule of the schedule that asks the function for the digest.
pub const DIGEST_RULE: &str = "trailhunt-digest";
/// SSM parameter with the settings, JSON.
pub const SETTINGS_PARAMETER: &str = "/trailhunt/alerts/settings";

/// `source` of the self-test's events: nobody can send as `aws.*`, so it proves the path, not the patterns.
pub const SELF_TEST_SOURCE: &str = "trailhunt.selftest";
/// Their `detail-type`.
pub const SELF_TEST_TYPE: &str = "trailhunt self-test";
