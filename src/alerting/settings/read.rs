//! Settings from YAML, with the place of every mistake. What they hide must be said, and until when: a suppression
//! without an end, or one that hides everything, is refused.

use std::path::Path;

use chrono::NaiveDate;
use clap::ValueEnum;

use super::{Conditions, Hours, LIMIT, Route, Settings, Suppression, Tag};
use crate::alerting::findings::FindingSource;
use crate::alerting::rules::compile;
use crate::detection::suggest::did_you_mean;
use crate::detection::yaml::{self, YamlNode};
use crate::detection::{FilePosition, Problem, is_like};
use crate::error::Failure;
use crate::event::Network;
use crate::event::partitions::Partition;
use crate::playbook::catalogue;
use crate::playbook::reader::{Fields, PlaybookReader};
use crate::playbook::{WorkHours, describe};
use crate::report::Level;

const SETTINGS: [&str; 2] = ["suppress", "routes"];
/// Which events a suppression or a route is about.
const CONDITIONS: [&str; 7] = [
    "principal",
    "event",
    "source_ip",
    "user_agent",
    "resource",
    "rule",
    "tag",
];
const TAG: [&str; 2] = ["key", "value"];

/// A reason is a line in an e-mail.
const LONGEST_REASON: usize = 200;

impl Settings {
    /// The settings in `file`, where there is one, and in flags; and what to warn of: what expired before `today` is
    /// kept, so that the same file makes the same stack every day, and hides nothing.
    ///
    /// # Errors
    /// A usage failure: a file that cannot be read, every problem in it, one a line, or more than an SSM parameter
    /// holds.
    pub fn read(
        file: Option<&Path>,
        severity: Level,
        work_hours: Option<&WorkHours>,
        today: NaiveDate,
    ) -> Result<(Self, Vec<String>), Failure> {
        let (suppress, routes) = match file {
            Some(file) => {
                let shown = file.display().to_string();
                let text = std::fs::read_to_string(file)
                    .map_err(|error| Failure::usage(format!("cannot read {shown}: {error}")))?;
                let rules = rule_names()?;
                parse(&text, &rules)
                    .map_err(|problems| Failure::usage(describe(&shown, &problems)))?
            }
            None => Default::default(),
        };
        let settings = Self {
            severity,
            work_hours: work_hours.map(Hours::from),
            suppress,
            routes,
        };
        settings.fits()?;
        let expired = settings.suppress.iter().filter(|it| it.until < today);
        let warnings = expired.map(|it| {
            let Suppression { reason, until, .. } = it;
            format!("the suppression '{reason}' expired on {until}: it hides nothing any more")
        });
        let warnings = warnings.collect();
        Ok((settings, warnings))
    }

    /// Whether an SSM parameter holds them, however many Regions are covered.
    fn fits(&self) -> Result<(), Failure> {
        let regions = Partition::of("us-east-1").regions();
        let regions: Vec<String> = regions.map(str::to_owned).collect();
        let bytes = self.json(&regions, false).len();
        if bytes <= LIMIT {
            return Ok(());
        }
        let message = format!(
            "the settings take {bytes} bytes with the names of all Regions, and an SSM parameter holds {LIMIT}"
        );
        Err(Failure::usage(message).hint(
            "put suppressions together with wildcards, drop the expired ones, or shorten their reasons \
             (a letter beyond ASCII takes 6 bytes or more)",
        ))
    }
}

/// The names that a condition on rules may mean: of all that can be alerted on, whatever was asked for this time.
fn rule_names() -> Result<Vec<String>, Failure> {
    let rules = compile(catalogue::builtin()?, true, FindingSource::value_variants());
    Ok(rules.alerts.into_iter().map(|rule| rule.name).collect())
}

/// Reads settings; `rules` are the names of those that are alerted on.
///
/// # Errors
/// Every problem found, in the order of the file.
pub(super) fn parse(
    text: &str,
    rules: &[String],
) -> Result<(Vec<Suppression>, Vec<Route>), Vec<Problem>> {
    let documents = yaml::documents(text).map_err(|problem| vec![problem])?;
    let mut of = SettingsReader {
        reader: PlaybookReader::default(),
        rules,
    };
    let mut settings = (Vec::new(), Vec::new());
    match documents.as_slice() {
        // a file with nothing but comments asks for nothing
        [] => {}
        [document] => settings = of.settings(document),
        [_, second, ..] => {
            let message = "a second document; one is expected";
            of.reader.problem(second.place, "", message);
        }
    }
    let mut problems = of.reader.problems;
    problems.sort_by_key(|problem| problem.place);
    if problems.is_empty() {
        Ok(settings)
    } else {
        Err(problems)
    }
}

struct SettingsReader<'r> {
    reader: PlaybookReader,
    rules: &'r [String],
}

impl SettingsReader<'_> {
    fn settings(&mut self, document: &YamlNode) -> (Vec<Suppression>, Vec<Route>) {
        let Some(fields) = self.reader.fields(document, "", &SETTINGS) else {
            return (Vec::new(), Vec::new());
        };
        let suppress = self.reader.list(&fields, "suppress").into_iter();
        let suppress = suppress.filter_map(|(node, path)| self.suppression(node, &path));
        let suppress = suppress.collect();
        let mut routes: Vec<Route> = Vec::new();
        for (node, path) in self.reader.list(&fields, "routes") {
            let Some(route) = self.route(node, &path) else {
                continue;
            };
            if routes.iter().any(|known| known.name == route.name) {
                let message = format!("a route '{}' stands above", route.name);
                self.reader.problem(node.place, &path, message);
            }
            routes.push(route);
        }
        (suppress, routes)
    }

    fn suppression(&mut self, node: &YamlNode, path: &str) -> Option<Suppression> {
        let known = [&["reason", "until"], &CONDITIONS[..]].concat();
        let fields = self.reader.fields(node, path, &known)?;
        self.reader.required(&fields, "reason");
        self.reader.required(&fields, "until");
        let reason = self.checked(&fields, "reason", reason);
        let until = self.checked(&fields, "until", day);
        let hidden = "it would hide everything: say which principal, event, source_ip, user_agent, resource, rule \
                      or tag";
        let when = self.conditions(&fields, hidden);
        Some(Suppression {
            reason: reason?,
            until: until?,
            when,
        })
    }

    fn route(&mut self, node: &YamlNode, path: &str) -> Option<Route> {
        let known = [&["name", "email"], &CONDITIONS[..]].concat();
        let fields = self.reader.fields(node, path, &known)?;
        self.reader.required(&fields, "name");
        let name = self.checked(&fields, "name", route_name);
        let nothing = "it takes every alert: say which principal, event, source_ip, user_agent, resource, rule or tag";
        let when = self.conditions(&fields, nothing);
        let mut emails: Vec<String> = Vec::new();
        for (node, address) in self.reader.texts(&fields, "email") {
            if !is_address(address) {
                let message = format!("'{address}' is no e-mail address");
                self.reader
                    .problem(node.place, &fields.at("email"), message);
            }
            emails.push(address.to_owned());
        }
        emails.sort();
        emails.dedup();
        Some(Route {
            name: name?,
            when,
            emails,
        })
    }

    /// The conditions, of which one at least must say something: else `too_wide` is the problem.
    fn conditions(&mut self, fields: &Fields<'_>, too_wide: &str) -> Conditions {
        let rules = self.rules;
        let problems = self.reader.problems.len();
        let when = Conditions {
            principal: self.checked(fields, "principal", non_empty),
            event: self.checked(fields, "event", event),
            source_ip: self.checked(fields, "source_ip", network),
            user_agent: self.checked(fields, "user_agent", non_empty),
            resource: self.checked(fields, "resource", non_empty),
            rule: self.checked(fields, "rule", |text| rule(text, rules)),
            tag: self.tag(fields),
        };
        if !when.narrows() && self.reader.problems.len() == problems {
            let path = fields.path.clone();
            self.reader.problem(fields.place(), &path, too_wide);
        }
        when
    }

    /// `Department=Finance`, or `{key: Department, value: Finance}`.
    fn tag(&mut self, fields: &Fields<'_>) -> Option<Tag> {
        let node = fields.get("tag")?;
        if node.entries().is_none() {
            return self.checked(fields, "tag", tag);
        }
        let path = fields.at("tag");
        let fields = self.reader.fields(node, &path, &TAG)?;
        let key = self.reader.text(&fields, "key");
        let value = self.reader.text(&fields, "value");
        Some(Tag {
            key: key?.to_owned(),
            value: value?.to_owned(),
        })
    }

    /// The text at `key`, where there is one, as what `read` makes of it.
    fn checked<T>(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.reader.optional_text(fields, key)?;
        match read(text) {
            Ok(value) => Some(value),
            Err(message) => {
                let place = fields
                    .get(key)
                    .map_or(FilePosition::default(), |node| node.place);
                self.reader.problem(place, &fields.at(key), message);
                None
            }
        }
    }
}

impl Conditions {
    /// Whether they leave anything out.
    fn narrows(&self) -> bool {
        let texts = [
            &self.principal,
            &self.event,
            &self.user_agent,
            &self.resource,
            &self.rule,
        ];
        let says = |text: &&String| text.contains(|c| !matches!(c, '*' | '?' | ':'));
        let network = self.source_ip.as_deref().and_then(Network::parse);
        self.tag.is_some()
            || texts.into_iter().flatten().any(|text| says(&text))
            || network.is_some_and(|network| network.block().prefix_len() > 0)
    }
}

fn non_empty(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("nothing is said".to_owned()),
        text => Ok(text.to_owned()),
    }
}

fn reason(text: &str) -> Result<String, String> {
    let text = non_empty(text)?;
    if text.chars().any(char::is_control) || text.chars().count() > LONGEST_REASON {
        return Err(format!(
            "a reason is one line of at most {LONGEST_REASON} characters"
        ));
    }
    Ok(text)
}

fn day(text: &str) -> Result<NaiveDate, String> {
    // chrono takes `2027-1-31` too
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let day = day.filter(|day| day.to_string() == text);
    day.ok_or_else(|| format!("'{text}' is no day: write it as 2027-01-31"))
}

fn event(text: &str) -> Result<String, String> {
    let text = non_empty(text)?;
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '*' | '?' | '-' | '_'))
    };
    let parts: Vec<&str> = text.split(':').collect();
    if parts.len() <= 2 && parts.iter().all(|part| is_part(part)) {
        return Ok(text);
    }
    Err(format!(
        "'{text}' is no event: write CreateUser, iam:CreateUser or ec2:*SecurityGroup*"
    ))
}

fn network(text: &str) -> Result<String, String> {
    let network = Network::parse(text.trim());
    network
        .map(|network| network.to_string())
        .ok_or_else(|| format!("'{text}' is no block of addresses: write 203.0.113.0/24"))
}

fn rule(text: &str, rules: &[String]) -> Result<String, String> {
    let text = non_empty(text)?;
    if rules.iter().any(|name| is_like(name, &text)) {
        return Ok(text);
    }
    let near = did_you_mean(&text, rules.iter().map(String::as_str));
    Err(format!("there is no alert '{text}'{near}"))
}

fn route_name(text: &str) -> Result<String, String> {
    let is_name = !text.is_empty()
        && text
            .bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-');
    if is_name && text.len() <= 64 {
        return Ok(text.to_owned());
    }
    Err(format!(
        "'{text}' is no name of a route: a-z, 0-9 and - are, at most 64 of them"
    ))
}

fn tag(text: &str) -> Result<Tag, String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok(Tag {
            key: key.trim().to_owned(),
            value: value.trim().to_owned(),
        }),
        _ => Err(format!(
            "'{text}' is no tag: write it as Department=Finance"
        )),
    }
}

/// Whether `text` looks like an e-mail address: what SNS refuses besides, it says itself.
pub fn is_address(text: &str) -> bool {
    let is_plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|c| c.is_ascii_graphic() && !br#"@,;:<>()[]"\"#.contains(&c))
    };
    text.len() <= 254
        && text.split_once('@').is_some_and(|(local, host)| {
            let has_dots = host.split('.').count() > 1 && host.split('.').all(|it| !it.is_empty());
            is_plain(local) && is_plain(host) && has_dots
        })
}
