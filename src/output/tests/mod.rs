//! What every format promises, over a report that was made by hand.

mod alerts;
mod response;
mod safety;
mod story;
mod stress;
mod table;

use chrono_tz::Tz;

use super::{Format, Style, write, write_coverage, write_error};
use crate::report::Report;
use strum::VariantArray;

const STYLE: Style = Style {
    width: 100,
    color: false,
    all: false,
    timezone: Tz::UTC,
};

fn written(report: &Report, format: Format, style: &Style) -> String {
    let mut out = Vec::new();
    write(report, format, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_format_is_known_by_its_word() {
    for format in Format::VARIANTS {
        assert_eq!(format.into_str().parse(), Ok(*format));
    }
    assert!("yaml".parse::<Format>().is_err());
}

#[test]
fn json_is_the_report() {
    let report = story::traced();
    let json = written(&report, Format::Json, &STYLE);
    assert!(json.ends_with("}\n"));
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read, serde_json::to_value(&report).unwrap());
}

#[test]
fn jsonl_is_the_records() {
    let mut report = story::traced();
    report.records = vec![
        "{\"a\":\"\u{202e}\"}".into(),
        "{\r\n \"b\": [1,\n2]}".into(),
    ];
    assert_eq!(
        written(&report, Format::Jsonl, &STYLE),
        "{\"a\":\"\u{202e}\"}\n{\"b\": [1,2]}\n"
    );
}

#[test]
fn csv_has_the_columns_and_the_event_id() {
    insta::assert_snapshot!(written(&story::traced(), Format::Csv, &STYLE).replace("\r\n", "␍␊\n"), @r#"
    time,key,call,ip,groups,account,event_id␍␊
    2026-10-05T22:00:07Z,AKIAIOSFODNN7EXAMPLE,ListUsers,203.0.113.66,,,event-id␍␊
    2026-10-05T22:31:00Z,AKIAIOSFODNN7EXAMPLE,'=HYPERLINK(1),,"sg-1; {""id"":""sg-2""}",,event-id␍␊
    "#);
}

#[test]
fn csv_of_changes_has_a_row_for_each() {
    insta::assert_snapshot!(written(&story::changed(), Format::Csv, &STYLE).replace("\r\n", "␍␊\n"), @r#"
    time,actor,session,source_ip,mfa,account,region,call,target,action,before,after,note,detail,error,event_id␍␊
    2026-10-05T22:10:05Z,bert-jan,AKIAIOSFODNN7EXAMPLE,203.0.113.66,false,123456789012,eu-west-1,AuthorizeSecurityGroupIngress,sg-04cfb7a4712d75b00,added,,ingress tcp 443 from 0.0.0.0/0,,"{""description"":""TLS from anywhere"",""rule_id"":""sgr-1""}",,event-id␍␊
    2026-10-05T22:10:08Z,bert-jan,AKIAIOSFODNN7EXAMPLE,203.0.113.66,false,123456789012,eu-west-1,AuthorizeSecurityGroupIngress,sg-04cfb7a4712d75b00,added,,ingress tcp 22 from 0.0.0.0/0,open to the world,"{""exposure"":""world""}",,event-id␍␊
    2026-10-05T22:11:57Z,root,,203.0.113.66,true,123456789012,eu-west-1,AuthorizeSecurityGroupIngress,sg-04cfb7a4712d75b00,removed,ingress tcp 22 from 0.0.0.0/0,,open for 1 min 49 s,,,event-id␍␊
    2026-10-05T22:12:00Z,bert-jan,AKIAIOSFODNN7EXAMPLE,203.0.113.66,false,123456789012,eu-west-1,AuthorizeSecurityGroupIngress,sg-04cfb7a4712d75b00,modified,unknown,ingress tcp 443 from 0.0.0.0/0,,,,event-id␍␊
    2026-10-05T22:12:01Z,bert-jan,AKIAIOSFODNN7EXAMPLE,203.0.113.66,false,123456789012,eu-west-1,AuthorizeSecurityGroupIngress,sg-04cfb7a4712d75b00,modified,ingress tcp 443 from 0.0.0.0/0,ingress tcp 22 from 0.0.0.0/0,,,,event-id␍␊
    2026-10-05T22:12:02Z,bert-jan,AKIAIOSFODNN7EXAMPLE,203.0.113.66,false,123456789012,eu-west-1,AuthorizeSecurityGroupIngress,sg-04cfb7a4712d75b00,noop,ingress tcp 22 from 0.0.0.0/0,ingress tcp 22 from 0.0.0.0/0,,,,event-id␍␊
    2026-10-05T22:12:03Z,bert-jan,AKIAIOSFODNN7EXAMPLE,203.0.113.66,false,123456789012,eu-west-1,AuthorizeSecurityGroupIngress,sg-04cfb7a4712d75b00,failed,,ingress tcp 22 from 0.0.0.0/0,,,Client.UnauthorizedOperation,event-id␍␊
    "#);
}

#[test]
fn coverage_stands_in_a_document_of_its_own() {
    let mut out = Vec::new();
    write_coverage(&story::denied(), &mut out).unwrap();
    let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
    let names: Vec<_> = read.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "schema_version",
            "complete",
            "window",
            "coverage",
            "not_visible"
        ]
    );
    assert_eq!(read["complete"], false);
    assert_eq!(read["coverage"][0]["state"], "denied");
}

#[test]
fn an_error_is_a_document() {
    let mut out = Vec::new();
    write_error("denied", "cannot read \u{9b}2J", None, &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
    {
      "schema_version": 1,
      "error": {
        "kind": "denied",
        "message": "cannot read \u009b2J",
        "hint": null
      }
    }
    "#);
}

#[test]
fn a_closed_pipe_is_known_for_what_it_is() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut report = story::traced();
    report.records = vec!["{}".into()];
    for format in Format::VARIANTS {
        let error = write(&report, *format, &STYLE, &mut Closed).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe, "{format:?}");
    }
}
