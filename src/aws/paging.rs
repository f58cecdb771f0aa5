//! Lists that come in pages, where the SDK has no paginator of its own for them.

/// The token that leads on from the page that `given` led to.
///
/// # Errors
/// Where it leads back to that page: there would be no end.
pub fn next_token(given: Option<&str>, next: Option<String>) -> Result<Option<String>, String> {
    let next = next.filter(|token| !token.is_empty());
    match (given, &next) {
        (Some(given), Some(next)) if given == next => {
            Err("the list leads back to the same page".to_owned())
        }
        _ => Ok(next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_on_or_is_an_error() {
        let next = |given, next: Option<&str>| next_token(given, next.map(str::to_owned));
        assert_eq!(next(None, None), Ok(None));
        assert_eq!(next(Some("a"), Some("")), Ok(None));
        assert_eq!(next(None, Some("a")), Ok(Some("a".to_owned())));
        assert_eq!(next(Some("a"), Some("b")), Ok(Some("b".to_owned())));
        assert!(next(Some("a"), Some("a")).is_err());
    }
}
