//! "did you mean": the known word nearest to a mistyped one.

/// ` (did you mean 'contains'?)`, or nothing where no candidate is near.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    if word.chars().nth(1).is_none() {
        return String::new();
    }
    let a_third = (word.chars().count() / 3).max(1);
    nearest(word, a_third, candidates)
        .map(|candidate| format!(" (did you mean '{candidate}'?)"))
        .unwrap_or_default()
}

/// The candidate that takes the fewest edits, at most so many.
pub(super) fn nearest<'a>(
    word: &str,
    most: usize,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .filter(|candidate| word.len().abs_diff(candidate.len()) <= 4 * most)
        .map(|candidate| (edits(word, candidate), candidate))
        .filter(|(edits, _)| *edits <= most)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Edits from `a` to `b`, ignoring ASCII case: a character more, less, changed, or two neighbours swapped.
fn edits(a: &str, b: &str) -> usize {
    strsim::osa_distance(&a.to_ascii_lowercase(), &b.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        assert_eq!(edits("contians", "contains"), 1);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("abc", ""), 3);
        assert_eq!(edits("Region", "regions"), 1);
        assert_eq!(edits("kitten", "sitting"), 3);
    }

    #[test]
    fn suggests_only_what_is_near() {
        let known = ["contains", "startswith", "all"];
        assert_eq!(
            did_you_mean("contians", known),
            " (did you mean 'contains'?)"
        );
        assert_eq!(did_you_mean("base64", known), "");
        assert_eq!(did_you_mean("", known), "");
    }
}
