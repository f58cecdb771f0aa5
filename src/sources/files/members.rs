//! The members of an object and the items of a list, as text: where each begins and ends, and nothing of what it says.
//!
//! Nothing is validated: what is read as a record is read by the parser.

use std::borrow::Cow;

use crate::event::tree::{brackets_end, string_end};

/// Calls `visit` with every key and value of an object. False where its text ends before it does, or goes astray.
pub fn each_member<'t>(object: &'t str, mut visit: impl FnMut(&[u8], &'t str)) -> bool {
    let mut at = 1;
    loop {
        at = skip_space(object, at);
        match object.as_bytes().get(at) {
            Some(b'}') => return true,
            Some(b',') => at += 1,
            Some(b'"') => {
                let Some(key) = value_at(object, at) else {
                    return false;
                };
                at = skip_space(object, at + key.len());
                if object.as_bytes().get(at) != Some(&b':') {
                    return false;
                }
                at = skip_space(object, at + 1);
                let Some(value) = value_at(object, at) else {
                    return false;
                };
                at += value.len();
                visit(&unescaped(key), value);
            }
            _ => return false,
        }
    }
}

/// Calls `visit` with every item of a list. False where its text ends before it does.
pub fn each_item<'t>(list: &'t str, mut visit: impl FnMut(&'t str)) -> bool {
    let mut at = 1;
    loop {
        at = skip_space(list, at);
        match list.as_bytes().get(at) {
            Some(b']') => return true,
            Some(b',') => at += 1,
            _ => {
                let Some(item) = value_at(list, at) else {
                    return false;
                };
                at += item.len();
                visit(item);
            }
        }
    }
}

/// The value that begins at `at`; none where it does not end, or nothing is there.
pub fn value_at(text: &str, at: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let end = match bytes.get(at)? {
        b'"' => string_end(bytes, at)?,
        b'{' | b'[' => brackets_end(bytes, at)?,
        _ => {
            let is_end =
                |byte: &u8| matches!(byte, b',' | b']' | b'}' | b':') || byte.is_ascii_whitespace();
            let rest = bytes.get(at..)?;
            at + rest.iter().position(is_end).unwrap_or(rest.len())
        }
    };
    text.get(at..end).filter(|value| !value.is_empty())
}

/// Where the next thing begins that is no white space.
pub fn skip_space(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let space = rest.iter().position(|byte| !byte.is_ascii_whitespace());
    at + space.unwrap_or(rest.len())
}

/// The text of a key, which as good as never has an escape.
fn unescaped(key: &str) -> Cow<'_, [u8]> {
    if key.contains('\\')
        && let Ok(key) = serde_json::from_str::<String>(key)
    {
        return Cow::Owned(key.into_bytes());
    }
    let inner = key.strip_prefix('"').and_then(|key| key.strip_suffix('"'));
    Cow::Borrowed(inner.unwrap_or(key).as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn members(object: &str) -> (Vec<(String, String)>, bool) {
        let mut members = Vec::new();
        let whole = each_member(object, |key, value| {
            members.push((String::from_utf8_lossy(key).into_owned(), value.to_owned()));
        });
        (members, whole)
    }

    #[test]
    fn members_are_text() {
        let (read, whole) =
            members(r#"{ "a" : 1e400 ,"b\u0063":"}\"]", "d":[{"x":"{"},[]],"e":{}}"#);
        let expected = [
            ("a", "1e400"),
            ("bc", r#""}\"]""#),
            ("d", r#"[{"x":"{"},[]]"#),
            ("e", "{}"),
        ];
        let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!((read, whole), (expected.to_vec(), true));
    }

    #[test]
    fn what_is_cut_off_gives_what_stands_before() {
        let text = r#"{"a":1,"b":{"c":[2]},"d":"x"}"#;
        for cut in 1..text.len() {
            let (read, whole) = members(&text[..cut]);
            assert!(!whole, "{cut}");
            assert!(read.len() <= 3);
            assert_eq!(read.len() >= 2, cut >= 20, "{cut}: {read:?}");
        }
    }

    proptest! {
        /// Whatever the text is, nothing panics; whatever JSON it is, its members are those that the parser reads.
        #[test]
        fn any_text(text in r#"[{\[}\]",:\\ 1a]{0,40}"#) {
            members(&text);
            members(&format!("{{{text}"));
            each_item(&format!("[{text}"), |_| {});
            if let Ok(Value::Object(fields)) = serde_json::from_str(&text) {
                let (read, whole) = members(text.trim());
                prop_assert!(whole);
                for (key, value) in read {
                    let value: Value = serde_json::from_str(&value).unwrap();
                    // of two members of one name the last one counts
                    prop_assert!(fields.contains_key(&key));
                    let named = text.matches(&format!("\"{key}\"")).count();
                    prop_assert!(fields[&key] == value || named > 1);
                }
            }
        }
    }
}
