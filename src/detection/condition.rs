//! The condition of a detection: `selection and not 1 of filter_*`, read into a tree.
//!
//! The tree nests no deeper than [`MAX_DEPTH`], so that everything that walks it may recurse.

use super::suggest::did_you_mean;

const MAX_DEPTH: usize = 64;

/// What a condition says of a detection's selections, which it names by their index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Selection(usize),
}

/// A mistake, `offset` characters into the condition.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ConditionError {
    pub(super) offset: usize,
    pub(super) message: String,
}

/// Reads a condition over the named selections. `and` binds closer than `or`, `not` closer than both; these words
/// and `of`, `all`, `them` are known in any case, selections in their own.
pub(super) fn parse(text: &str, selections: &[&str]) -> Result<Expr, ConditionError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        end: text.chars().count(),
        selections,
    };
    let expr = parser.or(0)?;
    match parser.peek() {
        None => Ok(expr),
        Some(")") => parser.mistake("')' closes nothing"),
        Some(word) => {
            let message = format!("'and' or 'or' expected before '{word}'");
            parser.mistake(message)
        }
    }
}

struct Token<'t> {
    offset: usize,
    text: &'t str,
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, ConditionError> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '*' | '?' | '.');
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().enumerate().peekable();
    while let Some((offset, (start, c))) = chars.next() {
        let mut end = start + c.len_utf8();
        if is_word(c) {
            while let Some((_, (at, c))) = chars.next_if(|(_, (_, c))| is_word(*c)) {
                end = at + c.len_utf8();
            }
        } else if c.is_whitespace() {
            continue;
        } else if !matches!(c, '(' | ')') {
            return Err(ConditionError {
                offset,
                message: format!("'{c}' has no meaning in a condition"),
            });
        }
        let text = text.get(start..end).unwrap_or_default();
        tokens.push(Token { offset, text });
    }
    Ok(tokens)
}

struct Parser<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    end: usize,
    selections: &'t [&'t str],
}

impl<'t> Parser<'t> {
    fn or(&mut self, depth: usize) -> Result<Expr, ConditionError> {
        let mut any = vec![self.and(depth)?];
        while self.take("or") {
            any.push(self.and(depth)?);
        }
        Ok(one_or(any, Expr::Or))
    }

    fn and(&mut self, depth: usize) -> Result<Expr, ConditionError> {
        let mut all = vec![self.not(depth)?];
        while self.take("and") {
            all.push(self.not(depth)?);
        }
        Ok(one_or(all, Expr::And))
    }

    fn not(&mut self, depth: usize) -> Result<Expr, ConditionError> {
        if depth > MAX_DEPTH {
            return self.mistake("condition nests too deeply");
        }
        if self.take("not") {
            return Ok(Expr::Not(Box::new(self.not(depth + 1)?)));
        }
        if self.take("(") {
            let inner = self.or(depth + 1)?;
            return if self.take(")") {
                Ok(inner)
            } else {
                self.mistake("')' expected")
            };
        }
        self.operand()
    }

    /// A selection, or `1 of …`, `all of …`.
    fn operand(&mut self) -> Result<Expr, ConditionError> {
        let word = match self.peek() {
            Some(word) if word != ")" && !is_operator(word) => word,
            Some(word) => return self.mistake(format!("a selection expected before '{word}'")),
            None => return self.mistake("condition ends where a selection is expected"),
        };
        let counted = self
            .tokens
            .get(self.at + 1)
            .is_some_and(|next| next.text.eq_ignore_ascii_case("of"));
        if !counted {
            let index = self.selections.iter().position(|name| *name == word);
            let Some(index) = index else {
                let hint = did_you_mean(word, self.selections.iter().copied());
                let message = format!("condition names '{word}', which is not a selection{hint}");
                return self.mistake(message);
            };
            self.at += 1;
            return Ok(Expr::Selection(index));
        }
        let join = match word {
            "1" => Expr::Or,
            _ if word.eq_ignore_ascii_case("all") => Expr::And,
            _ => return self.mistake(format!("'{word} of' is not known, '1 of' and 'all of' are")),
        };
        self.at += 2;
        Ok(one_or(self.group()?, join))
    }

    /// The selections that a pattern such as `filter_*`, or `them`, names.
    fn group(&mut self) -> Result<Vec<Expr>, ConditionError> {
        let Some(pattern) = self.peek() else {
            return self.mistake("a selection expected after 'of'");
        };
        let all = pattern.eq_ignore_ascii_case("them");
        let named: Vec<Expr> = (self.selections.iter().enumerate())
            .filter(|(_, name)| all && !name.starts_with('_') || matches(pattern, name))
            .map(|(index, _)| Expr::Selection(index))
            .collect();
        if named.is_empty() {
            return self.mistake(format!("'{pattern}' names no selection"));
        }
        self.at += 1;
        Ok(named)
    }

    fn peek(&self) -> Option<&'t str> {
        self.tokens.get(self.at).map(|token| token.text)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self
            .peek()
            .is_some_and(|next| next.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn mistake<T>(&self, message: impl Into<String>) -> Result<T, ConditionError> {
        let offset = self
            .tokens
            .get(self.at)
            .map_or(self.end, |token| token.offset);
        Err(ConditionError {
            offset,
            message: message.into(),
        })
    }
}

fn is_operator(word: &str) -> bool {
    ["and", "or", "not", "of"]
        .iter()
        .any(|operator| word.eq_ignore_ascii_case(operator))
}

/// Whether `name` matches `pattern`, in which `*` stands for any text. Case matters.
fn matches(pattern: &str, name: &str) -> bool {
    use super::pattern::{Anchor, TextPattern};
    TextPattern::parse(pattern, Anchor::Whole, true).matches(name)
}

fn one_or(mut parts: Vec<Expr>, join: fn(Vec<Expr>) -> Expr) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::Expr::{And, Not, Or, Selection};
    use super::*;
    use proptest::prelude::*;

    const NAMES: [&str; 4] = ["a", "filter_x", "filter_y", "_hidden"];

    fn mistake(text: &str) -> (usize, String) {
        let ConditionError { offset, message } = parse(text, &NAMES).unwrap_err();
        (offset, message)
    }

    #[test]
    fn binds_not_and_or() {
        assert_eq!(
            parse("a or NOT filter_x and (a or filter_y)", &NAMES).unwrap(),
            Or(vec![
                Selection(0),
                And(vec![
                    Not(Box::new(Selection(1))),
                    Or(vec![Selection(0), Selection(2)])
                ])
            ])
        );
    }

    #[test]
    fn counts_groups() {
        let both = vec![Selection(1), Selection(2)];
        assert_eq!(parse("1 of filter_*", &NAMES).unwrap(), Or(both.clone()));
        assert_eq!(parse("all of filter_*", &NAMES).unwrap(), And(both));
        assert_eq!(
            parse("all of them", &NAMES).unwrap(),
            And(vec![Selection(0), Selection(1), Selection(2)])
        );
        assert_eq!(parse("1 of a", &NAMES).unwrap(), Selection(0));
    }

    #[test]
    fn mistakes_have_places() {
        let expect = |text: &str, offset: usize, message: &str| {
            assert_eq!(mistake(text), (offset, message.to_owned()), "{text}");
        };
        expect(
            "a and filter",
            6,
            "condition names 'filter', which is not a selection (did you mean 'filter_x'?)",
        );
        expect("a and", 5, "condition ends where a selection is expected");
        expect("", 0, "condition ends where a selection is expected");
        expect("(a", 2, "')' expected");
        expect("a)", 1, "')' closes nothing");
        expect("a a", 2, "'and' or 'or' expected before 'a'");
        expect("and a", 0, "a selection expected before 'and'");
        expect("a | count() > 1", 2, "'|' has no meaning in a condition");
        expect("2 of a", 0, "'2 of' is not known, '1 of' and 'all of' are");
        expect("1 of b*", 5, "'b*' names no selection");
        expect("1 of", 4, "a selection expected after 'of'");
    }

    #[test]
    fn deep_conditions_are_refused_and_long_ones_are_not() {
        for deep in [
            "(".repeat(100_000),
            "not ".repeat(100_000) + "a",
            "not (".repeat(50_000),
        ] {
            assert_eq!(mistake(&deep).1, "condition nests too deeply");
        }
        let long = "a and ".repeat(10_000) + "a";
        assert!(matches!(parse(&long, &NAMES), Ok(And(parts)) if parts.len() == 10_001));
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            drop(parse(&text, &NAMES));
        }

        #[test]
        fn never_panics_on_near_conditions(
            words in prop::collection::vec(
                prop::sample::select(vec!["a", "filter_*", "1", "all", "of", "them", "and", "or", "not", "(", ")", "é"]),
                0..20,
            )
        ) {
            drop(parse(&words.join(" "), &NAMES));
        }
    }
}
