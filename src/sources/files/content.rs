//! What a stream is, by its first bytes: JSON, something around it that is taken off, or something else.

/// So many bytes tell; a tar header has 512.
pub const HEAD: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamContent {
    Empty,
    /// It begins as JSON does, or as a line of a log whose message is JSON.
    Json,
    Gzip,
    Zip,
    Tar,
    /// Text in units of 16 bits, as Windows writes it.
    Utf16 {
        big_endian: bool,
    },
    /// Something that may hold records, and is not read.
    NotRead(&'static str),
    Unknown,
}

/// What begins so is packed, or a table, and may hold records.
const NOT_READ: [(&[u8], &str); 16] = [
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\xff\x06\0\0sNaPpY", "snappy"),
    (b"\x1f\x9d", "compress"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"PAR1", "Parquet"),
    (b"ORC", "ORC"),
    (b"Obj\x01", "Avro"),
    (b"-----BEGIN PGP MESSAGE", "PGP"),
    (b"Salted__", "OpenSSL's encryption"),
    (b"age-encryption.org", "age's encryption"),
    (b"MSCF", "a cabinet"),
    (b"SQLite format 3", "SQLite"),
];

/// Columns of the tables that consoles and Athena export; a table with one of them is of CloudTrail.
const COLUMNS: [&str; 7] = [
    "eventversion",
    "eventtime",
    "event time",
    "eventname",
    "eventjson",
    "cloudtrailevent",
    "_raw",
];

impl StreamContent {
    /// What begins with `head`, its first [`HEAD`] bytes.
    pub fn of(head: &[u8]) -> Self {
        let not_read = NOT_READ.iter().find(|(magic, _)| head.starts_with(magic));
        match head {
            [] => Self::Empty,
            [0x1f, 0x8b, ..] => Self::Gzip,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            [0xff, 0xfe, ..] => Self::Utf16 { big_endian: false },
            [0xfe, 0xff, ..] => Self::Utf16 { big_endian: true },
            // without its mark, but JSON has no NUL
            [b'{' | b'[', 0, second, 0, ..] if *second != 0 => Self::Utf16 { big_endian: false },
            [0, b'{' | b'[', 0, second, ..] if *second != 0 => Self::Utf16 { big_endian: true },
            _ if not_read.is_some() => Self::NotRead(not_read.map_or("", |(_, name)| name)),
            _ if is_tar(head) => Self::Tar,
            _ => Self::of_text(head),
        }
    }

    fn of_text(head: &[u8]) -> Self {
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let text = text.trim_ascii_start();
        if text.is_empty() {
            // of white space alone nothing more will come than of nothing
            return Self::Json;
        }
        let after_time = line_prefix(text).and_then(|length| text.get(length..));
        if begins_json(after_time.unwrap_or(text)) {
            Self::Json
        } else if is_table(text) || holds(text, b"\"\"eventVersion") {
            Self::NotRead("a table (CSV)")
        } else if holds(text, b"eventVersion") {
            // whatever stands before it, a record does, too
            Self::Json
        } else {
            Self::Unknown
        }
    }
}

/// Whether a bracket or quote stands there as in JSON, and not as in other text.
fn begins_json(text: &[u8]) -> bool {
    let (first, rest) = text.split_first().unwrap_or((&0, &[]));
    let next = rest.trim_ascii_start().first();
    match first {
        b'{' => matches!(next, Some(b'"' | b'}') | None),
        b'[' => matches!(next, Some(b'{' | b'[' | b'"' | b']') | None),
        b'"' => matches!(next, Some(b'{' | b'[')),
        _ => false,
    }
}

/// How long what stands before the message of a line of a log is: a time, and perhaps more, up to the first bracket,
/// all on one line. Exports of CloudWatch Logs have `2026-11-10T10:00:00.000Z `, syslog `<134>Nov 10 10:00:00 host x: `.
pub fn line_prefix(line: &[u8]) -> Option<usize> {
    let length = line
        .iter()
        .position(|byte| matches!(byte, b'{' | b'"' | b'\n'))?;
    let prefix = line
        .get(..length)
        .filter(|_| line.get(length) == Some(&b'{'))?;
    let begins_time = |text: &[u8], shape: &str| {
        text.len() >= shape.len()
            && text
                .iter()
                .zip(shape.bytes())
                .all(|(byte, shape)| match shape {
                    b'0' => byte.is_ascii_digit() || *byte == b' ',
                    b'a' => byte.is_ascii_alphabetic(),
                    b' ' => matches!(byte, b' ' | b'T'),
                    shape => *byte == shape,
                })
    };
    let priority = prefix.iter().position(|byte| *byte == b'>');
    let priority = priority.filter(|at| prefix.starts_with(b"<") && *at <= 4);
    let rest = prefix.get(priority.map_or(0, |at| at + 1)..)?;
    let rest = rest.strip_prefix(b"1 ").unwrap_or(rest);
    ["0000-00-00 00:00:00", "aaa 00 00:00:00"]
        .iter()
        .any(|shape| begins_time(rest, shape))
        .then_some(length)
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|part| part == word)
}

fn is_table(text: &[u8]) -> bool {
    let header = text.split(|byte| *byte == b'\n').next().unwrap_or(text);
    let header = String::from_utf8_lossy(header).to_ascii_lowercase();
    let mut columns = header
        .split([',', '\t', ';'])
        .map(|name| name.trim().trim_matches('"'));
    header.contains([',', '\t', ';']) && columns.any(|name| COLUMNS.contains(&name))
}

/// A header says so by its sum, in octal digits; also where it is older than its magic word.
fn is_tar(head: &[u8]) -> bool {
    let (Some(header), Some(sum)) = (head.get(..512), head.get(148..156)) else {
        return false;
    };
    let sum = String::from_utf8_lossy(sum);
    let sum = u32::from_str_radix(sum.trim_matches([' ', '\0']), 8).ok();
    let bytes = header.iter().enumerate();
    let actual = bytes.map(|(at, byte)| match at {
        148..156 => u32::from(b' '),
        _ => u32::from(*byte),
    });
    sum.is_some_and(|sum| sum > 0 && actual.sum::<u32>() == sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_lines_that_hold_it() {
        for text in [
            "{\"Records\":[",
            "\u{feff}\n { \"a\"",
            "[ ]",
            "{",
            "[{\"a\":1}]",
            "\"{\\\"eventVersion",
            "2026-11-10T10:00:00.000Z {\"eventVersion\"",
            "2026-11-10T10:00:00 stream-1 {\"eventVersion\"",
            "<134>Nov 10 10:00:00 host cloudtrail: {\"eventVersion\"",
            "<134>1 2026-11-10T10:00:00Z host cloudtrail - - {\"a\"",
            " \n",
        ] {
            assert_eq!(
                StreamContent::of(text.as_bytes()),
                StreamContent::Json,
                "{text}"
            );
        }
    }

    #[test]
    fn text_that_is_no_json() {
        for text in [
            "[default]\nregion = us-east-1",
            "[![badge](x)](y)",
            "{% if x %}",
            "\"\"\"doc\"\"\"",
            "read me {\"a\":1}",
            "2026-11-10T10:00:00Z INFO done\n{\"a\":1}",
            "name,size\na,1",
            "\x7fELF",
            "\u{89}PNG",
        ] {
            assert_eq!(
                StreamContent::of(text.as_bytes()),
                StreamContent::Unknown,
                "{text}"
            );
        }
    }

    #[test]
    fn what_may_hold_records_and_is_not_read_has_a_name() {
        for text in [
            "\"eventversion\",\"useridentity\"\n",
            "User name,AWS access key,Event time,Event source\n",
            "_time\t_raw\n",
        ] {
            let table = StreamContent::NotRead("a table (CSV)");
            assert_eq!(StreamContent::of(text.as_bytes()), table, "{text}");
        }
        assert_eq!(
            StreamContent::of(b"BZh91AY"),
            StreamContent::NotRead("bzip2")
        );
    }

    #[test]
    fn what_was_done_to_records_is_no_reason_to_pass_them_by() {
        for (head, what) in [
            (&b"Salted__\x01\x02"[..], "OpenSSL"),
            (b"age-encryption.org/v1\n", "age"),
            (
                b"timestamp,message\n1,\"{\"\"eventVersion\"\":\"\"1.08\"\"}\"\n",
                "CSV",
            ),
        ] {
            let StreamContent::NotRead(name) = StreamContent::of(head) else {
                panic!("{what}");
            };
            assert!(name.contains(what), "{name}");
        }
        for text in [
            &b"EVENTS\t1\tx\t{\"eventVersion\":\"1.08\"}\n"[..],
            b"Script started\n$ aws\n{\"eventVersion\":\"1.08\"}",
        ] {
            assert_eq!(StreamContent::of(text), StreamContent::Json);
        }
        assert_eq!(
            StreamContent::of(b"minutes of the meeting\n"),
            StreamContent::Unknown
        );
    }
}
