//! `--format jsonl`: the records as delivered, one a line. Raw evidence: nothing is redacted or escaped.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::report::Report;

pub(super) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for record in &report.records {
        out.write_all(one_line(record).as_bytes())?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// `record` without the white space between tokens that holds line breaks; all other bytes stay.
pub(super) fn one_line(record: &str) -> Cow<'_, str> {
    const BREAKS: [char; 2] = ['\n', '\r'];
    if !record.contains(BREAKS) {
        return Cow::Borrowed(record);
    }
    let mut line = String::with_capacity(record.len());
    let mut gap = String::new();
    let (mut in_string, mut escaped) = (false, false);
    for c in record.chars() {
        if !in_string && matches!(c, ' ' | '\t' | '\n' | '\r') {
            gap.push(c);
            continue;
        }
        if !gap.contains(BREAKS) {
            line.push_str(&gap);
        }
        gap.clear();
        line.push(c);
        in_string = if in_string {
            escaped || c != '"'
        } else {
            c == '"'
        };
        escaped = in_string && c == '\\' && !escaped;
    }
    if !gap.contains(BREAKS) {
        line.push_str(&gap);
    }
    Cow::Owned(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn only_gaps_with_line_breaks_go() {
        assert_eq!(
            one_line("{\n  \"a b\": [1, 2,\r\n3] ,\"c\":\"\\\" \\\\\"\n}\n"),
            r#"{"a b": [1, 2,3] ,"c":"\" \\"}"#
        );
        let compact = r#"{"a": "x\ny", "b":1} "#;
        assert!(matches!(one_line(compact), Cow::Borrowed(same) if same == compact));
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            r#"["\\\\ \n{}:a-b\u{2028}]{0,8}"#.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((r#"["\\\\ \na]{0,4}"#, inner), 0..4)
                    .prop_map(|fields| fields.into_iter().collect::<Value>()),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_is_one_line_of_the_same_value(value in value()) {
            let pretty = serde_json::to_string_pretty(&json!({"record": value})).unwrap();
            let line = one_line(&pretty);
            prop_assert_eq!(line.lines().count(), 1);
            prop_assert_eq!(
                serde_json::from_str::<Value>(&line).unwrap(),
                serde_json::from_str::<Value>(&pretty).unwrap()
            );
            let compact = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(one_line(&compact), compact.as_str());
        }
    }
}
