//! Percent-encoding, as IAM's answers have it in policy documents (facts: E2).

/// `text` with each `%XX` as the byte that it stands for; a `%` that begins none stays.
pub fn percent_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let digits = digits.filter(|two| two.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let escaped = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        let (stood_for, behind) = match (byte, escaped, after.get(2..)) {
            (b'%', Some(escaped), Some(behind)) => (escaped, behind),
            _ => (byte, after),
        };
        decoded.push(stood_for);
        rest = behind;
    }
    decoded
}
