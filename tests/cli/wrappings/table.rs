//! How services and tools wrap records, and how files are encoded: one row each.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::offline::{gzip, trail};

/// A wrapping by its name, and what it makes of records.
pub type Wrapping = (&'static str, fn(&[String]) -> String);

/// An encoding by the end of the name that a file gets, and what it makes of the file's bytes.
pub type Encoding = (&'static str, fn(&[u8]) -> Vec<u8>);

pub const WRAPPINGS: &[Wrapping] = &[
    ("trail", |records| utf8(trail(records))),
    ("trails-slurped", |records| {
        let trails: Vec<String> = records.chunks(7).map(|part| utf8(trail(part))).collect();
        format!("[{}]", trails.join(","))
    }),
    ("lines", |records| records.join("\n")),
    ("array", |records| format!("[{}]", records.join(",\n"))),
    ("one-after-another", |records| records.concat()),
    ("lookup-events", |records| {
        let events = each(
            records,
            |record| json!({"EventId": "x", "Username": "ana", "Resources": [], "CloudTrailEvent": record}),
        );
        pretty(&json!({"Events": events, "NextToken": null}))
    }),
    ("lookup-events-query", |records| pretty(&records.into())),
    ("string-a-line", |records| {
        lines(records, |record| Value::from(record).to_string())
    }),
    ("filter-log-events", |records| {
        let events = each(
            records,
            |record| json!({"logStreamName": "s", "timestamp": 1, "message": record, "eventId": "0"}),
        );
        pretty(&json!({"events": events, "searchedLogStreams": []}))
    }),
    ("get-log-events", |records| {
        let events = each(records, |record| json!({"timestamp": 1, "message": record}));
        json!({"events": events, "nextForwardToken": "f/1"}).to_string()
    }),
    ("logs-subscription", |records| {
        let control = json!({"messageType": "CONTROL_MESSAGE", "owner": "CloudwatchLogs", "logEvents":
            [{"id": "", "timestamp": 1, "message": "CWL CONTROL MESSAGE: Checking health of destination."}]});
        let data = records.chunks(5).map(subscription);
        std::iter::once(control.to_string()).chain(data).collect()
    }),
    ("logs-to-lambda", |records| {
        let data = STANDARD.encode(gzip(subscription(records).as_bytes()));
        json!({"awslogs": {"data": data}}).to_string()
    }),
    ("logs-export", |records| {
        lines(records, |record| {
            format!("2026-11-10T10:00:00.000Z {record}")
        })
    }),
    ("logs-tail", |records| {
        lines(records, |record| {
            format!("2026-11-10T10:00:00.000000+00:00 1_CloudTrail_eu-west-1 {record}")
        })
    }),
    ("syslog", |records| {
        lines(records, |record| {
            format!("<134>Nov 10 10:00:00 collector cloudtrail[7]: {record}")
        })
    }),
    ("logs-insights", |records| {
        let rows = each(
            records,
            |record| json!([{"field": "@timestamp", "value": "2026-11-10"}, {"field": "@message", "value": record}]),
        );
        json!({"results": rows, "statistics": {"recordsMatched": 1.0}, "status": "Complete"})
            .to_string()
    }),
    ("eventbridge", |records| {
        lines(records, |record| {
            format!(
                r#"{{"version":"0","detail-type":"AWS API Call via CloudTrail","resources":[],"detail":{record}}}"#
            )
        })
    }),
    ("eventbridge-archive", |records| {
        let events: Vec<String> = records
            .iter()
            .map(|record| format!(r#"{{"source":"aws.iam","detail":{record}}}"#))
            .collect();
        format!("[{}]", events.join(","))
    }),
    ("sqs-sns", |records| {
        let messages = each(
            records,
            |record| json!({"MessageId": "m", "Body": json!({"Type": "Notification", "Message": record}).to_string()}),
        );
        json!({"Messages": messages}).to_string()
    }),
    ("elastic-source", |records| {
        lines(records, |record| {
            format!(r#"{{"_index":"logs","_source":{record}}}"#)
        })
    }),
    ("elastic-bulk", |records| {
        lines(records, |record| {
            let document = json!({"event": {"original": record}});
            format!("{{\"index\":{{\"_index\":\"logs\",\"_id\":\"1\"}}}}\n{document}")
        })
    }),
    ("kinesis", |records| {
        let data = each(
            records,
            |record| json!({"PartitionKey": "p", "Data": STANDARD.encode(record)}),
        );
        json!({"Records": data, "MillisBehindLatest": 0}).to_string()
    }),
    ("elastic-original", |records| {
        lines(records, |record| {
            // what a pipeline makes of the record's fields stands beside it, with what a caller chose
            let forged = r#"{"eventVersion":"1.08","eventID":"forged"}"#;
            json!({"_id": "1", "_source": {"@timestamp": "x", "event": {"original": record, "kind": "event"},
                "user_agent": {"original": forged}, "aws": {"cloudtrail": {"request_parameters": forged}}}})
            .to_string()
        })
    }),
    ("elastic-search", |records| {
        let hits = each(
            records,
            |record| json!({"_index": "logs", "_score": 1.0, "_source": {"event": {"original": record}}, "sort": [1]}),
        );
        json!({"took": 5, "timed_out": false, "_shards": {"total": 1},
            "hits": {"total": {"value": 3, "relation": "eq"}, "max_score": null, "hits": hits}})
        .to_string()
    }),
    ("splunk", |records| {
        lines(records, |record| {
            json!({"preview": false, "offset": 0, "result": {"_time": "x", "_raw": record, "host": "h",
                "requestParameters.description": r#"{"eventVersion":"1.08","eventID":"forged"}"#}})
            .to_string()
        })
    }),
    ("lake", |records| {
        let rows = each(
            records,
            |record| json!([{"eventTime": "2026-11-10 10:00:00.000"}, {"eventJson": record}]),
        );
        json!({"QueryStatus": "FINISHED", "QueryResultRows": rows}).to_string()
    }),
    ("lake-rows", |records| {
        let row =
            |record: &str| json!([{"eventJson": record}, {"eventSource": "iam.amazonaws.com"}]);
        json!(each(records, row)).to_string()
    }),
    ("lake-file", |records| {
        lines(records, |record| json!({"eventjson": record}).to_string())
    }),
    ("audit-events", |records| {
        let events = each(records, |record| json!({"id": "1", "eventData": record}));
        json!({"auditEvents": events}).to_string()
    }),
];

pub const ENCODINGS: &[Encoding] = &[
    (".json", <[u8]>::to_vec),
    (".json", |text| [b"\xef\xbb\xbf", text].concat()),
    (".json.gz", gzip),
    (".json.gz", |text| gzip(&gzip(text))),
    // members one after another, as `cat` of two files makes
    (".json.gz", |text| {
        let (one, two) = text.split_at(text.len() / 2);
        [gzip(one), gzip(two)].concat()
    }),
    (".json", |text| utf16(text, u16::to_le_bytes)),
    (".json", |text| utf16(text, u16::to_be_bytes)),
    ("", <[u8]>::to_vec),
    ("", gzip),
    (".zip", |text| zip(&[("a/trail.json", text)])),
    (".zip", |text| {
        zip(&[
            ("trail.json.gz", &gzip(text)),
            ("__MACOSX/._trail.json", b"\0"),
        ])
    }),
    (".tar", |text| tar(&[("a/trail.json", text)])),
    (".tar.gz", |text| gzip(&tar(&[("no-extension", text)]))),
    (".tgz", |text| {
        let long = format!("{}/trail.json", "folder/".repeat(40));
        gzip(&tar(&[(&long, text)]))
    }),
    (".zip", |text| {
        zip(&[("inner.tar.gz", &gzip(&tar(&[("t.jsonl", &gzip(text))])))])
    }),
];

fn subscription(records: &[String]) -> String {
    let events = each(
        records,
        |record| json!({"id": "0", "timestamp": 1, "message": record}),
    );
    json!({"messageType": "DATA_MESSAGE", "owner": "111122223333", "logGroup": "trail",
        "subscriptionFilters": ["all"], "logEvents": events})
    .to_string()
}

fn each(records: &[String], wrap: impl Fn(&str) -> Value) -> Vec<Value> {
    records.iter().map(|record| wrap(record)).collect()
}

fn lines(records: &[String], wrap: impl Fn(&str) -> String) -> String {
    records.iter().map(|record| wrap(record) + "\n").collect()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

fn utf16(text: &[u8], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = std::str::from_utf8(text).unwrap();
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(bytes).collect()
}

/// A zip archive, deflated.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut out);
    for (name, bytes) in members {
        let member = archive.new_file(name);
        let member = member.compression_method(rawzip::CompressionMethod::DEFLATE);
        let (mut entry, config) = member.start().unwrap();
        let encoder = flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::fast());
        let mut writer = config.wrap(encoder);
        writer.write_all(bytes).unwrap();
        let (encoder, descriptor) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    out
}

/// A tar archive, names of any length as GNU tar writes them.
pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, *bytes).unwrap();
    }
    archive.into_inner().unwrap()
}
