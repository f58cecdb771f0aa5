//! What the templates must hold whatever the options are. How they deploy is tested by the binary.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::alerting::alert_rule::{AlertGroup, AlertRule};
use crate::alerting::catalogue::CHUNK;
use crate::alerting::names;
use crate::alerting::options::Language;
use crate::alerting::pack::EventRule;
use crate::alerting::rules::AlertRules;
use crate::alerting::settings::{Conditions, Route, Settings};
use crate::report::Level;

fn options(emails: &[&str], severity: Level) -> AlertingOptions {
    AlertingOptions {
        emails: emails.iter().map(|email| (*email).to_owned()).collect(),
        slack_webhook_parameter: None,
        webhook_parameter: None,
        chat: false,
        language: Language::En,
        timezone: chrono_tz::Tz::UTC,
        read_events: false,
        findings: Vec::new(),
        settings: Settings {
            severity,
            work_hours: None,
            suppress: Vec::new(),
            routes: Vec::new(),
        },
        home: "eu-west-1".to_owned(),
        regions: vec!["eu-west-1".to_owned(), "us-east-1".to_owned()],
        all_regions: false,
    }
}

/// The ARN of a resource of the template.
fn arn(resource: &str) -> Value {
    json!({"Fn::GetAtt": [resource, "Arn"]})
}

fn route(name: &str, emails: &[&str]) -> Route {
    Route {
        name: name.to_owned(),
        when: Conditions::default(),
        emails: emails.iter().map(|email| (*email).to_owned()).collect(),
    }
}

fn rules() -> AlertRules {
    let rule = AlertRule {
        name: "user-created".to_owned(),
        title: "New user".to_owned(),
        meaning: "An IAM user was created.".to_owned(),
        level: Level::Medium,
        group: AlertGroup::HighRiskSecurityEvents,
        attack: vec!["T1136.003".to_owned()],
        patterns: vec![json!({"source": ["aws.iam"], "detail": {"eventName": ["CreateUser"]}})],
        reads: false,
    };
    AlertRules {
        alerts: vec![rule],
        refused: Vec::new(),
    }
}

fn packed(reads: bool) -> Vec<EventRule> {
    vec![EventRule {
        name: "HighRiskSecurityEvents1".to_owned(),
        group: AlertGroup::HighRiskSecurityEvents,
        pattern: json!({"source": ["aws.iam"], "detail": {"eventName": ["CreateUser"]}}),
        reads,
    }]
}

fn document(template: &Template) -> Value {
    serde_json::from_str(&template.body).unwrap()
}

/// The resources of a type, with their ids.
fn of_type<'d>(document: &'d Value, kind: &str) -> Vec<(&'d str, &'d Value)> {
    let resources = document["Resources"].as_object().unwrap().iter();
    resources
        .filter(|(_, resource)| resource["Type"] == kind)
        .map(|(id, resource)| (id.as_str(), &resource["Properties"]))
        .collect()
}

fn policy_of<'d>(document: &'d Value, id: &str) -> &'d Vec<Value> {
    let policy = &document["Resources"][id]["Properties"]["PolicyDocument"];
    policy["Statement"].as_array().unwrap()
}

/// The targets of every rule of EventBridge.
fn targets(document: &Value) -> Vec<&Value> {
    let rules = of_type(document, "AWS::Events::Rule").into_iter();
    rules
        .flat_map(|(_, rule)| rule["Targets"].as_array().unwrap())
        .collect()
}

#[test]
fn the_same_options_make_the_same_bytes() {
    let asked = options(&["b@example.com", "a@example.com"], Level::Medium);
    assert_eq!(home(&asked, &rules()), home(&asked, &rules()));
    assert_eq!(pretty(&trail(None)), pretty(&trail(None)));
    assert!(!trail(None).body.contains('\n'));
}

#[test]
fn parameters_are_those_of_the_template() {
    let mut many = rules();
    // names that do not compress
    for number in 0_u64..900 {
        let mut rule = many.alerts[0].clone();
        let name = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        rule.name = format!(
            "{name:016x}{:016x}",
            name.rotate_left(23).wrapping_mul(name)
        );
        many.alerts.push(rule);
    }
    let template = home(&options(&[], Level::Medium), &many);
    let document = document(&template);
    let declared: BTreeSet<&str> = document["Parameters"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let given: Vec<&str> = template
        .parameters
        .iter()
        .map(|(name, _)| &**name)
        .collect();
    assert!(given.is_sorted());
    assert_eq!(declared, given.into_iter().collect());
    assert!(declared.contains("Catalogue2"), "{declared:?}");
    assert!(
        template
            .parameters
            .iter()
            .all(|(_, value)| value.len() <= CHUNK)
    );

    let code = &document["Resources"]["Formatter"]["Properties"]["Code"]["ZipFile"]["Fn::Join"];
    let parts: Vec<&Value> = code[1].as_array().unwrap().iter().collect();
    assert_eq!(
        parts[0].as_str().unwrap(),
        format!("{}\nCATALOGUE = '", home::bare(FORMATTER))
    );
    assert_eq!(parts[1], &json!({"Ref": "Catalogue1"}));
    assert_eq!(parts[2], &json!({"Ref": "Catalogue2"}));
    assert_eq!(parts[parts.len() - 1], "'\n");
}

#[test]
fn only_code_goes_into_the_template() {
    let source = "'''What\n# is it\n'''\nimport json\n\n\ndef one():\n  '''One.'''\n  # why\n  return '#'  # so\n";
    let code = "import json\n\ndef one():\n  return '#'  # so\n";
    assert_eq!(home::bare(source), code);
}

#[test]
fn evidence_outlives_the_stack() {
    let document = document(&trail(None));
    let resources = document["Resources"].as_object().unwrap();
    assert_eq!(resources.len(), 3);
    for (id, resource) in resources {
        assert_eq!(resource["DeletionPolicy"], "RetainExceptOnCreate", "{id}");
        assert_eq!(resource["UpdateReplacePolicy"], "Retain", "{id}");
    }
    let trail = &resources["Trail"]["Properties"];
    for setting in [
        "IsLogging",
        "IsMultiRegionTrail",
        "IncludeGlobalServiceEvents",
        "EnableLogFileValidation",
    ] {
        assert_eq!(trail[setting], true, "{setting}");
    }
    let bucket = &resources["LogBucket"]["Properties"];
    let block = bucket["PublicAccessBlockConfiguration"]
        .as_object()
        .unwrap();
    assert!(block.len() == 4 && block.values().all(|value| value == true));
    let lifecycle = &bucket["LifecycleConfiguration"]["Rules"][0];
    assert!(lifecycle.get("ExpirationInDays").is_none());
    assert_eq!(lifecycle["Transitions"][0]["StorageClass"], "GLACIER_IR");
}

#[test]
fn only_our_trail_writes_to_the_bucket() {
    let document = document(&trail(None));
    let statements = policy_of(&document, "LogBucketPolicy");
    for statement in statements
        .iter()
        .filter(|statement| statement["Effect"] == "Allow")
    {
        assert_eq!(
            statement["Principal"],
            json!({"Service": "cloudtrail.amazonaws.com"})
        );
        let source = &statement["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"];
        assert_eq!(
            source,
            "arn:${AWS::Partition}:cloudtrail:${AWS::Region}:${AWS::AccountId}:trail/trailhunt"
        );
    }
    assert_eq!(statements.len(), 3);
}

#[test]
fn a_bucket_that_is_there_is_used() {
    assert_eq!(trail(None).parameters, []);
    let template = trail(Some("trailhunt-logs-123456789012-eu-west-1"));
    assert_eq!(template.parameters[0].0, "ExistingBucket");
    let document = document(&template);
    for id in ["LogBucket", "LogBucketPolicy"] {
        assert_eq!(document["Resources"][id]["Condition"], "MakeBucket");
    }
}

#[test]
fn every_target_has_dead_letters_and_only_buses_a_role() {
    let home = document(&home(&options(&[], Level::Low), &rules()));
    let forwarder = document(&forwarder(&options(&[], Level::Low), &packed(false)));
    assert_eq!((targets(&home).len(), targets(&forwarder).len()), (2, 2));
    for target in targets(&home) {
        assert_eq!(target["DeadLetterConfig"]["Arn"], arn("DeadLetters"));
        assert!(target.get("RoleArn").is_none(), "{target}");
        assert!(target.get("InputTransformer").is_none(), "{target}");
    }
    for target in targets(&forwarder) {
        assert_eq!(target["DeadLetterConfig"]["Arn"], arn("DeadLetters"));
        let role = target["RoleArn"]["Fn::Sub"].as_str().unwrap();
        assert!(role.ends_with(":role/trailhunt-alerts-forwarder"), "{role}");
        let bus = target["Arn"]["Fn::Sub"].as_str().unwrap();
        assert!(bus.contains(":${HomeRegion}:") && bus.ends_with(":event-bus/trailhunt-alerts"));
    }
}

#[test]
fn queues_take_from_their_rules_only() {
    let home = document(&home(&options(&[], Level::Low), &rules()));
    let forwarder = document(&forwarder(&options(&[], Level::Low), &packed(false)));
    let condition = |document: &Value, id: &str| policy_of(document, id)[0]["Condition"].clone();
    assert_eq!(
        condition(&home, "QueuePolicy"),
        json!({"ArnEquals": {"aws:SourceArn": arn("HomeRule")}})
    );
    assert_eq!(
        condition(&home, "DeadLettersPolicy"),
        json!({"ArnEquals": {"aws:SourceArn": [arn("HomeRule"), arn("DigestRule")]}})
    );
    let ours =
        "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/trailhunt-alerts-*";
    assert_eq!(
        condition(&forwarder, "DeadLettersPolicy"),
        json!({"ArnLike": {"aws:SourceArn": {"Fn::Sub": ours}}})
    );
}

#[test]
fn a_message_is_not_tried_again_while_it_is_worked_on() {
    let home = document(&home(&options(&[], Level::Low), &rules()));
    let resources = &home["Resources"];
    let visibility = resources["Queue"]["Properties"]["VisibilityTimeout"].as_u64();
    let timeout = resources["Formatter"]["Properties"]["Timeout"].as_u64();
    assert!(visibility.unwrap() >= 6 * timeout.unwrap());
    let source = &resources["FormatterQueue"]["Properties"];
    assert_eq!(
        source["FunctionResponseTypes"],
        json!(["ReportBatchItemFailures"])
    );
}

#[test]
fn rules_about_reads_ask_for_reads() {
    let state = |reads| {
        let document = document(&forwarder(&options(&[], Level::Low), &packed(reads)));
        document["Resources"]["HighRiskSecurityEvents1"]["Properties"]["State"].clone()
    };
    assert_eq!(state(false), "ENABLED");
    assert_eq!(state(true), "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
}

/// Endpoint, topic and filter of each subscription.
fn subscriptions(options: &AlertingOptions) -> BTreeSet<(String, String, String)> {
    let document = document(&home(options, &rules()));
    of_type(&document, "AWS::SNS::Subscription")
        .into_iter()
        .map(|(_, of)| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (
                text(&of["Endpoint"]),
                text(&of["TopicArn"]["Ref"]),
                of["FilterPolicy"].to_string(),
            )
        })
        .collect()
}

#[test]
fn addresses_hear_of_what_they_are_meant_to() {
    let mut asked = options(&["a@example.com"], Level::High);
    asked.settings.routes = vec![
        route("web", &["c@example.com", "a@example.com"]),
        route("finance", &["c@example.com"]),
    ];
    let all = r#"{"severity":["high","critical","digest","storm"]}"#;
    let theirs =
        r#"{"severity":["high","critical","digest","storm"],"department":["finance","web"]}"#;
    let expected = [
        ("a@example.com", "AlertsTopic", all),
        ("a@example.com", "OperationsTopic", "null"),
        ("c@example.com", "AlertsTopic", theirs),
    ];
    let expected = expected
        .map(|(email, topic, filter)| (email.to_owned(), topic.to_owned(), filter.to_owned()));
    assert_eq!(subscriptions(&asked), BTreeSet::from(expected));
}

#[test]
fn the_threshold_is_that_of_the_filters() {
    for (level, count) in [
        (Level::Informational, 6),
        (Level::Low, 6),
        (Level::Medium, 5),
        (Level::Critical, 3),
    ] {
        assert_eq!(
            recipients::severities(&options(&[], level)).len(),
            count,
            "{level:?}"
        );
    }
}

#[test]
fn the_function_may_do_no_more_than_it_must() {
    let mut asked = options(&[], Level::Low);
    let statements = |options: &AlertingOptions| {
        let home = document(&home(options, &rules()));
        let role = &home["Resources"]["FormatterRole"]["Properties"];
        role["Policies"][0]["PolicyDocument"]["Statement"]
            .as_array()
            .unwrap()
            .clone()
    };
    let plain = statements(&asked);
    for statement in &plain {
        let is_tags = statement["Action"] == json!(["tag:GetResources"]);
        assert!(is_tags || statement["Resource"] != "*", "{statement}");
        assert!(!statement.to_string().contains(":*\""), "{statement}");
    }
    assert!(!json!(plain).to_string().contains("kms:"));

    asked.webhook_parameter = Some("/trailhunt/webhook".to_owned());
    let with_secret = json!(statements(&asked)).to_string();
    assert!(
        with_secret.contains(":parameter/trailhunt/webhook\""),
        "{with_secret}"
    );
    assert!(with_secret.contains("kms:EncryptionContext:PARAMETER_ARN"));
}

#[test]
fn a_chat_topic_is_made_where_it_is_asked_for() {
    let mut asked = options(&[], Level::Low);
    let variable = |options: &AlertingOptions| {
        let home = document(&home(options, &rules()));
        let formatter = &home["Resources"]["Formatter"]["Properties"];
        formatter["Environment"]["Variables"]["CHAT_TOPIC"].clone()
    };
    assert_eq!(variable(&asked), "");
    asked.chat = true;
    assert_eq!(variable(&asked), json!({"Ref": "ChatTopic"}));
}

#[test]
fn operators_hear_of_letters_errors_and_of_a_function_that_is_not_called() {
    let stack = document(&home(&options(&[], Level::Low), &rules()));
    let alarms = of_type(&stack, "AWS::CloudWatch::Alarm");
    let mut metrics = BTreeSet::new();
    for (_, alarm) in &alarms {
        assert_eq!(alarm["AlarmActions"], json!([{"Ref": "OperationsTopic"}]));
        metrics.insert(alarm["MetricName"].as_str().unwrap());
    }
    let wanted = [
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfMessagesVisible",
        "Errors",
    ];
    assert_eq!(metrics, BTreeSet::from(wanted));
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let asked = options(&["a@example.com"], Level::Low);
    let mut template = home(&asked, &rules());
    assert!(template.check().is_ok());
    template.body.push_str(&" ".repeat(BODY_LIMIT));
    let why = template.check().unwrap_err();
    assert!(why.contains("51200"), "{}", why);
}

#[test]
fn what_would_be_too_large_is_not_laid_out() {
    let mut template = trail(None);
    assert!(pretty(&template).lines().count() > 100);
    template.body = json!(vec![1; 20_000]).to_string();
    assert_eq!(pretty(&template), template.body.clone() + "\n");
}

#[test]
fn the_controls_are_all_there() {
    let document = document(&cis_metric_filters());
    let filters = of_type(&document, "AWS::Logs::MetricFilter");
    let alarms = of_type(&document, "AWS::CloudWatch::Alarm");
    assert_eq!((filters.len(), alarms.len()), (14, 14));
    for ((_, filter), (_, alarm)) in filters.iter().zip(&alarms) {
        assert_eq!(
            filter["MetricTransformations"][0]["MetricName"],
            alarm["MetricName"]
        );
    }
    let pattern = |id: &str| document["Resources"][id]["Properties"]["FilterPattern"].clone();
    assert_eq!(
        pattern("KeysDisabledOrDeletedFilter"),
        "{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}"
    );
    assert_eq!(
        pattern("CloudTrailChangesFilter"),
        "{($.eventName=CreateTrail) || ($.eventName=UpdateTrail) || ($.eventName=DeleteTrail) || \
         ($.eventName=StartLogging) || ($.eventName=StopLogging)}"
    );
}

/// The files say what things are called; `names` is what looks for them.
#[test]
fn the_files_use_our_names() {
    let home = embedded(include_str!("home.json"));
    let called = |resource: &str, property: &str| {
        home["Resources"][resource]["Properties"][property]
            .as_str()
            .unwrap()
            .to_owned()
    };
    for (resource, property, name) in [
        ("Bus", "Name", names::BUS),
        ("ForwarderRole", "RoleName", names::FORWARDER_ROLE),
        ("DigestRule", "Name", names::DIGEST_RULE),
        ("Queue", "QueueName", names::QUEUE),
        ("DeadLetters", "QueueName", names::DEAD_LETTERS),
        ("SettingsParameter", "Name", names::SETTINGS_PARAMETER),
        ("Formatter", "FunctionName", names::FORMATTER),
        ("Table", "TableName", names::TABLE),
        ("AlertsTopic", "TopicName", names::ALERTS_TOPIC),
        ("ChatTopic", "TopicName", names::CHAT_TOPIC),
        ("OperationsTopic", "TopicName", names::OPERATIONS_TOPIC),
    ] {
        assert_eq!(called(resource, property), name, "{resource}");
    }
    let sources = &home["Resources"]["HomeRule"]["Properties"]["EventPattern"]["source"];
    assert_eq!(sources[1], names::SELF_TEST_SOURCE);
    let forwarder = embedded(include_str!("forwarder.json"));
    let of = |resource: &str| &forwarder["Resources"][resource]["Properties"];
    let dead_letters = &of("DeadLetters")["QueueName"];
    assert_eq!(dead_letters, names::FORWARDER_DEAD_LETTERS);
    let self_test = of("SelfTest");
    assert_eq!(self_test["Name"], format!("{}SelfTest", names::RULE_PREFIX));
    let target = self_test["Targets"][0].to_string();
    assert!(
        target.contains(&format!(":event-bus/{}\"", names::BUS)),
        "{target}"
    );
    assert!(
        target.contains(&format!(":role/{}\"", names::FORWARDER_ROLE)),
        "{target}"
    );
    let trail = embedded(include_str!("trail.json"));
    let name = &trail["Resources"]["Trail"]["Properties"]["TrailName"];
    assert_eq!(name, names::TRAIL);
    let bucket = trail["Resources"]["LogBucket"]["Properties"]["BucketName"].to_string();
    assert!(
        bucket.contains(&format!("\"{}-", names::LOG_BUCKET_PREFIX)),
        "{bucket}"
    );
}

/// Of AWS's rule that a queue hides a message six times as long as its function may take.
#[test]
fn a_message_is_hidden_while_the_function_may_run() {
    let home = embedded(include_str!("home.json"));
    let resources = &home["Resources"];
    let timeout = resources["Formatter"]["Properties"]["Timeout"].as_u64();
    let hidden = resources["Queue"]["Properties"]["VisibilityTimeout"].as_u64();
    assert_eq!(hidden, timeout.map(|seconds| 6 * seconds));
}
