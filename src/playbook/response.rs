//! What may be done about an answer: printed, never run.

use crate::detection::Bindings;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaybookResponse {
    pub title: String,
    pub action: PlaybookAction,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaybookAction {
    /// A command of words, in which `%name%` stands for a value.
    Command(Vec<CommandWord>),
    /// A page to read.
    Reference(String),
}

/// One word of a command. It stays one word whatever the values hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandWord(Vec<WordPiece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum WordPiece {
    Text(String),
    Name(String),
}

impl PlaybookAction {
    pub(super) fn command(text: &str) -> Self {
        Self::Command(text.split_whitespace().map(CommandWord::parse).collect())
    }

    /// The names that the command expands, each once.
    pub fn names(&self) -> Vec<&str> {
        let Self::Command(words) = self else {
            return Vec::new();
        };
        let mut names = Vec::new();
        for piece in words.iter().flat_map(|word| &word.0) {
            if let WordPiece::Name(name) = piece
                && !names.contains(&name.as_str())
            {
                names.push(name);
            }
        }
        names
    }

    /// One argument vector for every combination of the values of its names; none where a name has no value.
    pub fn commands(&self, bindings: &Bindings) -> Vec<Vec<String>> {
        let Self::Command(words) = self else {
            return Vec::new();
        };
        let mut choices: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
        for name in self.names() {
            let values = bindings.values(name);
            choices = choices
                .iter()
                .flat_map(|chosen| {
                    values.iter().map(move |value| {
                        let mut chosen = chosen.clone();
                        chosen.push((name, value));
                        chosen
                    })
                })
                .collect();
        }
        choices
            .iter()
            .map(|chosen| words.iter().map(|word| word.fill(chosen)).collect())
            .collect()
    }
}

impl CommandWord {
    fn parse(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, from_percent)) = rest.split_once('%') {
            let name = from_percent.split_once('%').filter(|(name, _)| {
                !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            });
            let Some((name, after)) = name else {
                break;
            };
            pieces.push(WordPiece::Text(before.to_owned()));
            pieces.push(WordPiece::Name(name.to_owned()));
            rest = after;
        }
        pieces.push(WordPiece::Text(rest.to_owned()));
        Self(pieces)
    }

    fn fill(&self, chosen: &[(&str, &str)]) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                WordPiece::Text(text) => text.as_str(),
                WordPiece::Name(name) => chosen
                    .iter()
                    .find(|(known, _)| known == name)
                    .map_or("", |(_, value)| value),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Tz;

    #[test]
    fn commands_are_words_and_values_never_split_them() {
        let action = PlaybookAction::command("aws  x --id=%id% %who%/%id% 100%");
        assert_eq!(action.names(), ["id", "who"]);
        let mut bindings = Bindings::new(Tz::UTC);
        bindings.set("id", ["a; rm", "b"]);
        assert!(action.commands(&bindings).is_empty(), "who has no value");
        bindings.set("who", ["me"]);
        assert_eq!(
            action.commands(&bindings),
            [
                ["aws", "x", "--id=a; rm", "me/a; rm", "100%"],
                ["aws", "x", "--id=b", "me/b", "100%"]
            ]
        );
        assert_eq!(
            PlaybookAction::command("plain").commands(&bindings),
            [["plain"]],
            "nothing to expand is one command"
        );
    }
}
