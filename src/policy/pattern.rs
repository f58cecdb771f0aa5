//! Names with the wildcards of policies, `*` and `?`: whether one admits all that another does. What the names
//! stand for belongs in the folder above.

use std::cmp::Ordering;
use std::fmt;

/// A name as its author spelled it, compared in the way that IAM compares names of its kind.
#[derive(Debug, Clone)]
pub struct NamePattern {
    text: String,
    folded: String,
}

impl NamePattern {
    /// Resources and principals: case tells them apart.
    pub fn exact(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            folded: text.to_owned(),
        }
    }

    /// Actions, condition operators and keys: case is ignored.
    pub fn caseless(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            folded: text.to_ascii_lowercase(),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The spelling that is compared.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Whether it admits everything.
    pub fn is_any(&self) -> bool {
        !self.folded.is_empty() && self.folded.bytes().all(|byte| byte == b'*')
    }

    /// Whether it admits all that `other` admits. Where that would take more than reading one as the other's text,
    /// the answer is no: what is not surely held already counts as new.
    pub fn covers(&self, other: &Self) -> bool {
        admits(self.folded.as_bytes(), other.folded.as_bytes())
    }
}

/// Whether the pattern `wide` matches the text `narrow`, whose own `*` nothing but a `*` matches.
fn admits(wide: &[u8], narrow: &[u8]) -> bool {
    let (mut at, mut seen) = (0, 0);
    // where to go on when a later part fails: behind the last star, one more byte given to it
    let mut retry: Option<(usize, usize)> = None;
    while let Some(&byte) = narrow.get(seen) {
        match wide.get(at) {
            Some(b'*') => {
                at += 1;
                retry = Some((at, seen + 1));
            }
            Some(&own) if own == byte || (own == b'?' && byte != b'*') => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((behind_star, from)) = retry else {
                    return false;
                };
                (at, seen) = (behind_star, from);
                retry = Some((behind_star, from + 1));
            }
        }
    }
    wide.iter().skip(at).all(|&byte| byte == b'*')
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for NamePattern {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for NamePattern {}

impl PartialOrd for NamePattern {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NamePattern {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded.cmp(&other.folded)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn covers(wide: &str, narrow: &str) -> bool {
        NamePattern::caseless(wide).covers(&NamePattern::caseless(narrow))
    }

    #[test]
    fn a_pattern_covers_what_is_narrower() {
        for (wide, narrow) in [
            ("*", "iam:*"),
            ("iam:*", "iam:PassRole"),
            ("IAM:pass*", "iam:PassRole"),
            ("iam:*Policy", "iam:Attach*Policy"),
            ("s3:Get?bject", "s3:GetObject"),
            ("a*b*c", "aXbXbc"),
            ("*?", "x"),
        ] {
            assert!(covers(wide, narrow), "{wide} covers {narrow}");
        }
        for (wide, narrow) in [
            ("iam:*", "*"),
            ("iam:PassRole", "iam:*"),
            ("?", "*"),
            ("?*", "*"),
            ("iam:*Policy", "iam:*"),
            ("", "x"),
            ("s3:Get", "s3:GetObject"),
        ] {
            assert!(!covers(wide, narrow), "{wide} does not cover {narrow}");
        }
    }

    #[test]
    fn wildcards_of_actions() {
        assert!(covers("*", "s3:GetObject") && covers("s3:*", "s3:GetObject"));
        assert!(covers("S3:Get*ect", "s3:GetObject") && covers("s*:*o*e*t", "s3:GetObject"));
        assert!(
            !covers("s3:Get*Objects", "s3:GetObject") && !covers("s3:GetObject*x", "s3:GetObject")
        );
        assert!(!covers("", "s3:GetObject") && !covers("s3:Get", "s3:GetObject"));
        assert!(
            !covers("s3:GetObj*bject", "s3:GetObject"),
            "no letter counts twice"
        );
    }

    proptest! {
        #[test]
        fn covering_is_reflexive_and_transitive(a in "[ab*?]{0,6}", b in "[ab*?]{0,6}", c in "[ab*?]{0,6}") {
            prop_assert!(covers(&a, &a));
            prop_assert!(!(covers(&a, &b) && covers(&b, &c)) || covers(&a, &c));
        }

        #[test]
        fn what_covers_a_pattern_matches_its_texts(a in "[ab*?]{0,6}", b in "[ab*?]{0,6}", text in "[ab]{0,5}") {
            prop_assert!(!(covers(&a, &b) && covers(&b, &text)) || covers(&a, &text));
        }
    }
}
