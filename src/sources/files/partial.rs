//! Documents that say that they are not whole: a page with a token for the next one, a search that ran out of time, a
//! query that was not done, fewer rows than were found. What is missing of them was never handed over.

use serde_json::Value;

use crate::report::{Coverage, State};

/// How a query stands that did not come to its end: of a query of CloudWatch Logs, Lake, Athena or `OpenSearch`.
const NOT_DONE: [&str; 7] = [
    "running",
    "scheduled",
    "queued",
    "failed",
    "cancelled",
    "timeout",
    "timed_out",
];

/// What a document, or all documents of a stream, say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartialDocument {
    /// How many documents hold a list that comes in pages, and how many a token for the next page.
    pages: u64,
    tokens: u64,
    /// So many records were found, of which the document may hold a part.
    total: u64,
    /// The same where it stands beside a list of hits; other things are counted by that name, too.
    total_hits: u64,
    has_hits: bool,
    /// Why a document is a part.
    partial: Option<String>,
}

impl PartialDocument {
    /// Takes what one member of a document says; of a list, its key is enough.
    pub fn see(&mut self, key: &[u8], value: &str) {
        let text = value
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'));
        let is_text = text.is_some_and(|text| !text.is_empty());
        match key {
            // LookupEvents, `filter-log-events`, Lake, Athena
            b"Events" | b"events" | b"QueryResultRows" | b"Rows" => self.pages = 1,
            b"NextToken" | b"nextToken" | b"next_token" if is_text => self.tokens = 1,
            b"status" | b"queryStatus" | b"QueryStatus" => {
                let status = text.unwrap_or_default();
                if NOT_DONE.contains(&&*status.to_ascii_lowercase()) {
                    self.partial = Some(format!("the query is {status}"));
                }
            }
            b"timed_out" | b"terminated_early" if value == "true" => {
                self.partial = Some("the search did not come to its end".to_owned());
            }
            b"preview" if value == "true" => {
                self.partial = Some("the search was not done".to_owned());
            }
            b"_shards" if count_at(value, "failed") > 0 => {
                self.partial = Some("shards failed in the search".to_owned());
            }
            b"statistics" => self.total = count_at(value, "recordsMatched"),
            b"QueryStatistics" => self.total = count_at(value, "TotalResultsCount"),
            b"total" => self.total_hits = total_hits(value),
            b"hits" => self.has_hits = true,
            _ => {}
        }
    }

    fn found(&self) -> u64 {
        self.total
            .max(if self.has_hits { self.total_hits } else { 0 })
    }

    /// Adds what another document says.
    pub fn merge(&mut self, other: Self) {
        self.pages += other.pages;
        self.tokens += other.tokens;
        self.total = self.found().max(other.found());
        self.partial = self.partial.take().or(other.partial);
    }
}

/// The count at `name` of an object, which some write with a fraction.
fn count_at(object: &str, name: &str) -> u64 {
    let object = serde_json::from_str::<Value>(object).unwrap_or_default();
    let count = object.get(name).and_then(Value::as_f64);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` keeps it within bounds"
    )]
    let count = count.unwrap_or_default() as u64;
    count
}

/// Of Elasticsearch: a number, or `{"value":10000,"relation":"gte"}`, where there are more.
fn total_hits(value: &str) -> u64 {
    let is_more = value.contains("\"gte\"");
    let total = value.parse().unwrap_or_else(|_| count_at(value, "value"));
    total.saturating_add(u64::from(is_more))
}

/// Makes a gap of every file with a document that is a part, unless the rest was read from other files. A page with
/// a token is whole only with the pages after it: where no file has a last page, all lack one. Gives how many pages
/// name a next one that is probably there.
pub fn settle<'c>(files: impl Iterator<Item = (&'c PartialDocument, &'c mut Coverage)>) -> u64 {
    let files: Vec<_> = files.collect();
    let read: u64 = files.iter().map(|(_, entry)| entry.events).sum();
    let sum = |count: fn(&PartialDocument) -> u64| -> u64 {
        files.iter().map(|(said, _)| count(said)).sum()
    };
    let (pages, tokens) = (sum(|said| said.pages), sum(|said| said.tokens));
    let has_last = pages > tokens;
    for (said, entry) in files {
        let why = match said {
            PartialDocument {
                partial: Some(why), ..
            } => why.clone(),
            said if said.found() > read => {
                format!("{} records were found, and {read} are here", said.found())
            }
            PartialDocument { tokens: 1.., .. } if !has_last => {
                "a page that names a next one (NextToken), which is not here".to_owned()
            }
            _ => continue,
        };
        if !entry.gap {
            entry.state = State::Truncated;
            entry.gap = true;
            entry.reason = Some(format!("not the whole answer: {why}"));
        }
    }
    if has_last { tokens } else { 0 }
}
