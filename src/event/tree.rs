//! From the text of a JSON value to its tree, whatever JSON's grammar allows: a lone surrogate, a number beyond any
//! float, brackets deeper than the parser follows. What a tree cannot hold is replaced in it; the text stays as it is.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::Value;

/// Brackets at this depth stand in the tree as their text. The parser itself ends at 128.
const DEEPEST: usize = 120;

/// The tree of `text`: a lone surrogate (`"\ud800"`) is read as U+FFFD, a number such as `1e400` and what is nested
/// too deep as a string.
///
/// # Errors
/// Where `text` is no JSON.
pub fn of(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text).or_else(|_| {
        // knows the grammar and nothing else, at any depth
        serde_json::from_str::<IgnoredAny>(text)?;
        serde_json::from_str(&representable(text))
    })
}

/// Sound JSON, with what no tree can hold replaced.
fn representable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut depth) = (text, 0_usize);
    while let Some(&first) = rest.as_bytes().first() {
        let length = match first {
            b'"' => string_end(rest.as_bytes(), 0).unwrap_or(rest.len()),
            b'{' | b'[' if depth == DEEPEST => {
                brackets_end(rest.as_bytes(), 0).unwrap_or(rest.len())
            }
            b'-' | b'0'..=b'9' => rest.find(|c| !in_number(c)).unwrap_or(rest.len()),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        match first {
            b'"' => out.push_str(&without_lone_surrogates(token)),
            b'{' | b'[' if depth == DEEPEST => out.push_str(&quoted(token)),
            b'-' | b'0'..=b'9' => out.push_str(&number(token)),
            _ => out.push_str(token),
        }
        match first {
            b'{' | b'[' if depth < DEEPEST => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        rest = after;
    }
    out
}

fn in_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E')
}

fn number(token: &str) -> Cow<'_, str> {
    match token.parse::<f64>() {
        Ok(number) if number.is_finite() => token.into(),
        _ => quoted(token).into(),
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Behind the string that begins at `at`; none where it does not end.
pub fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += 1;
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 1,
            _ => {}
        }
    }
}

/// Behind the object or the list that begins at `at`; none where it does not end.
pub fn brackets_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = string_end(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// `text` with every `\uD800`..`\uDFFF` escape that is not part of a pair replaced by `\ufffd`.
fn without_lone_surrogates(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at..];
        let (written, taken) = match (surrogate(escape), escape.get(6..).and_then(surrogate)) {
            (Some(Surrogate::High), Some(Surrogate::Low)) => (&escape[..12], 12),
            (Some(_), _) => ("\\ufffd", 6),
            (None, _) => {
                let taken = 1 + escape[1..].chars().next().map_or(0, char::len_utf8);
                (&escape[..taken], taken)
            }
        };
        out.push_str(written);
        rest = &escape[taken..];
    }
    out.push_str(rest);
    out
}

enum Surrogate {
    High,
    Low,
}

/// Which half of a pair the `\uXXXX` escape at the start of `text` is, if it is one.
fn surrogate(text: &str) -> Option<Surrogate> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xD800..=0xDBFF => Some(Surrogate::High),
        0xDC00..=0xDFFF => Some(Surrogate::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_beyond_a_float_stand_as_text() {
        let text = r#"{"a":1e400,"b":[-1E999, 1.5e3,-0],"c":"1e400"}"#;
        let expected = json!({"a": "1e400", "b": ["-1E999", 1500.0, -0.0], "c": "1e400"});
        assert_eq!(of(text).unwrap(), expected);
    }

    #[test]
    fn what_is_too_deep_stands_as_text() {
        for levels in [100, 119, 120, 127, 128, 200, 100_000] {
            let deep = format!("{}\"]\\\"\"{}", "[".repeat(levels), "]".repeat(levels));
            let tree = of(&format!(r#"{{"a":{deep},"b":1}}"#)).unwrap();
            assert_eq!(tree["b"], 1, "{levels}");
            assert!(tree["a"].is_array(), "{levels}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused_at_any_depth() {
        let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(300), "]".repeat(300));
        assert!(of(&deep("1e400")).is_ok());
        for wrong in ["}", "1e", "NaN", "\"\\x\"", "1 2", "01"] {
            assert!(of(&deep(wrong)).is_err(), "{wrong}");
        }
    }

    proptest! {
        /// Whatever the parser reads itself comes out of the replacing as the same value.
        #[test]
        fn nothing_else_is_replaced(parts in prop::collection::vec(
            prop::sample::select(&["1", "-2.5e-3", "\"a\\\"\\\\\"", "\"é\\ud83d\\ude00\"", "true", "null", "{\"k\":[]}", "[ ]"]), 0..9,
        )) {
            let text = format!("[{}]", parts.join(" ,\n"));
            let plain: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(serde_json::from_str::<Value>(&representable(&text)).unwrap(), plain);
        }
    }
}
