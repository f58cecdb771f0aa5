//! Proving that alerts arrive: events of our own from every covered Region, and, when asked to, real ones.
//!
//! Our own events have a source that no rule of the catalogue names: they prove the path (rules, role, bus, queue,
//! formatter, topic), and not that a rule's pattern matches what it should.

mod live;
mod mailbox;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use serde_json::json;

use self::live::LiveEvents;
use self::mailbox::{AlertMessage, Mailbox};
use super::at_once::in_each;
use super::names::{
    DEAD_LETTERS, FORMATTER, FORWARDER_DEAD_LETTERS, SELF_TEST_SOURCE, SELF_TEST_TYPE,
};
use super::queues;
use super::stacks::StopSignal;
use super::survey::Survey;
use crate::aws::Aws;
use crate::aws::errors::error_message;
use crate::clock;
use crate::error::{Exit, Failure};
use crate::report::alerting::ALERTS_VERSION;
use crate::report::alerting::test::{AlertsTest, Arrival, Sent};
use crate::report::{Envelope, run_id};

/// What a self-test's messages have as their severity: no e-mail is subscribed to it.
const SELF_TEST: &str = "selftest";
/// What the test cannot help: whoever else ends a subscription is to be told of.
const OWN_ALERT: &str = "whoever is subscribed hears of one critical alert, alerting-tampered: this test ended its own \
                         subscription (sns:Unsubscribe), and no rule can tell that from another's";
/// What real alerts have.
const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];

/// Sends, listens, and takes away what it made, whatever happens; ends early when `stop` does, which the second value
/// says. `tell` is told how far it is.
///
/// # Errors
/// Where nothing could be sent, or nothing could be heard.
pub async fn run(
    survey: &Survey,
    wait: Duration,
    with_live: bool,
    mut stop: StopSignal,
    tell: &dyn Fn(&str),
) -> Result<(AlertsTest, bool), Failure> {
    tell("looks for what an earlier test has left");
    let mut notes = cleared(survey).await?;
    let test_id = run_id();
    let severities = if with_live {
        [&[SELF_TEST], SEVERITIES.as_slice()].concat()
    } else {
        vec![SELF_TEST]
    };
    let mailbox = Mailbox::open(survey, &test_id, &severities).await;
    let mailbox = mailbox.map_err(|why| {
        let what = format!("nothing could be listened with: {why}");
        Failure::failed(what)
            .hint("trailhunt alerts-status says what stands; emit-alerts writes the permissions")
    })?;
    let mut own = TestEvents::default();
    let mut live = LiveEvents::default();
    let work = async {
        own.run(survey, &mailbox, &test_id, wait, tell).await?;
        if with_live {
            live.run(survey, &mailbox, wait, tell).await?;
        }
        Ok(())
    };
    let ended: Option<Result<(), String>> = tokio::select! {
        ended = work => Some(ended),
        // the other end stays open: only Ctrl-C ends the wait
        _ = stop.wait_for(|stop| *stop) => None,
    };
    tell("takes away what the test made");
    let mut left_behind = Vec::new();
    if with_live {
        left_behind.extend(live::remove(survey).await.err());
    }
    left_behind.extend(mailbox.close().await);
    let mut regions = own.sent();
    look_for(survey, &mut regions).await;
    let live_sent = live.sent();
    notes.extend(live.notes);
    if let Some(Err(why)) = &ended {
        notes.push(format!("could not be listened to the end: {why}"));
    }
    if regions.is_empty() {
        notes.push("no Region is covered, so nothing was sent: run deploy-alerts again".to_owned());
    }
    if let Some(why) = &survey.unlisted {
        notes.push(format!(
            "Regions that need opt-in were not tested, for the account's could not be listed: {why}"
        ));
    }
    notes.push(OWN_ALERT.to_owned());
    let mut all = regions.iter().chain(&live_sent);
    let passed = matches!(ended, Some(Ok(())))
        && !regions.is_empty()
        && all.all(|sent| sent.state == Arrival::Arrived);
    let test = AlertsTest {
        envelope: Envelope {
            run_id: test_id.clone(),
            ..Envelope::new(ALERTS_VERSION)
        },
        caller: survey.caller.clone(),
        home: survey.home.clone(),
        test_id,
        passed,
        interrupted: ended.is_none(),
        regions,
        live: live_sent,
        proven: if passed {
            proven(with_live)
        } else {
            Vec::new()
        },
        not_proven: not_proven(),
        left_behind,
        notes,
    };
    Ok((test, ended.is_none()))
}

/// What was left by a test that was cut off, and is gone now.
async fn cleared(survey: &Survey) -> Result<Vec<String>, Failure> {
    let failed = |why: String| {
        let what = format!("what an earlier test may have left cannot be taken away: {why}");
        Failure::failed(what).hint("emit-alerts writes the permissions that test-alerts needs")
    };
    let stack = live::remove(survey).await.map_err(failed)?;
    let others = mailbox::clear(survey).await.map_err(failed)?;
    let cleared = stack.into_iter().chain(others);
    Ok(cleared
        .map(|what| format!("an earlier test had left {what}: it is gone now"))
        .collect())
}

/// The events of our own, by Region.
#[derive(Default)]
struct TestEvents {
    /// Sent then, and not yet there.
    waiting: BTreeMap<String, Instant>,
    done: Vec<Sent>,
}

impl TestEvents {
    /// Sends one from every covered Region, and waits until all have arrived or the time is over.
    async fn run(
        &mut self,
        survey: &Survey,
        mailbox: &Mailbox,
        test_id: &str,
        wait: Duration,
        tell: &dyn Fn(&str),
    ) -> Result<(), String> {
        for (region, found) in &survey.forwarders {
            if let Err(why) = found {
                let why = format!("its forwarder could not be looked for: {why}");
                self.done.push(own(region, Arrival::NotSent, Some(why)));
            }
        }
        let covered = survey.covered();
        tell(&format!("sends an event in {} Regions", covered.len()));
        let (aws, id) = (survey.aws.clone(), test_id.to_owned());
        let puts = in_each(&covered, |region| put(aws.clone(), region, id.clone()));
        for (region, put) in puts.await {
            match put {
                Ok(at) => {
                    self.waiting.insert(region, at);
                }
                Err(why) => self.done.push(own(&region, Arrival::NotSent, Some(why))),
            }
        }
        if self.waiting.is_empty() {
            return Ok(());
        }
        listen(mailbox, wait, |message| {
            let region = message.region.as_deref().unwrap_or_default();
            if message.test_id.as_deref() == Some(test_id)
                && let Some(at) = self.waiting.remove(region)
            {
                let latency = at.elapsed().as_secs_f64();
                tell(&format!("{region}: arrived after {latency:.1} seconds"));
                self.done.push(Sent {
                    latency: Some(latency),
                    ..own(region, Arrival::Arrived, None)
                });
            }
            self.waiting.is_empty()
        })
        .await
    }

    /// What became of every one, by Region.
    fn sent(self) -> Vec<Sent> {
        let missing = self.waiting.into_keys();
        let missing = missing.map(|region| own(&region, Arrival::Missing, None));
        let mut all: Vec<Sent> = missing.chain(self.done).collect();
        all.sort_by(|a, b| a.region.cmp(&b.region));
        all
    }
}

fn own(region: &str, state: Arrival, reason: Option<String>) -> Sent {
    Sent {
        region: region.to_owned(),
        event: SELF_TEST_SOURCE.to_owned(),
        state,
        latency: None,
        reason,
    }
}

/// Puts the event on the default bus of `region`; when that was.
async fn put(aws: Aws, region: String, test_id: String) -> Result<Instant, String> {
    let detail = json!({"test_id": test_id, "region": region});
    let entry = PutEventsRequestEntry::builder()
        .source(SELF_TEST_SOURCE)
        .detail_type(SELF_TEST_TYPE)
        .detail(detail.to_string());
    let put = aws.eventbridge(&region).put_events();
    let at = clock::monotonic();
    let answer = put.entries(entry.build()).send().await;
    let answer = answer.map_err(error_message)?;
    let mut entries = answer.entries.into_iter().flatten();
    let refused = entries.find_map(|entry| {
        let message = entry.error_message.unwrap_or_default();
        entry.error_code.map(|code| format!("{code}: {message}"))
    });
    refused.map_or(Ok(at), Err)
}

/// Listens for `wait`, or until `take`, which is handed everything that comes, has enough.
async fn listen(
    mailbox: &Mailbox,
    wait: Duration,
    mut take: impl FnMut(&AlertMessage) -> bool,
) -> Result<(), String> {
    let start = clock::monotonic();
    while let Some(left) = wait.checked_sub(start.elapsed()) {
        let mut has_enough = false;
        for message in mailbox.receive(left).await? {
            has_enough = take(&message);
        }
        if has_enough {
            break;
        }
    }
    Ok(())
}

/// Adds to those that are missing where to look for them.
async fn look_for(survey: &Survey, regions: &mut [Sent]) {
    let missing = |sent: &&mut Sent| sent.state == Arrival::Missing;
    let names: Vec<String> = regions
        .iter_mut()
        .filter(missing)
        .map(|sent| sent.region.clone())
        .collect();
    if names.is_empty() {
        return;
    }
    let (aws, home) = (&survey.aws, &survey.home);
    let at_home = letters(queues::depth(aws, home, DEAD_LETTERS).await);
    let looking = aws.clone();
    let depths = in_each(&names, |region| {
        let aws = looking.clone();
        async move { queues::depth(&aws, &region, FORWARDER_DEAD_LETTERS).await }
    });
    let depths: BTreeMap<String, _> = depths.await.into_iter().collect();
    for sent in regions.iter_mut().filter(missing) {
        let here = depths.get(&sent.region).cloned().unwrap_or(Ok(None));
        sent.reason = Some(format!(
            "queue {FORWARDER_DEAD_LETTERS} there {}; then {DEAD_LETTERS} in {home} {at_home}; then the log of \
             {FORMATTER}; alerts-status tells of disabled rules",
            letters(here)
        ));
    }
}

/// `holds 3 messages`: whether that could be looked at, is told too.
fn letters(depth: Result<Option<u64>, String>) -> String {
    match depth {
        Ok(Some(1)) => "holds 1 message".to_owned(),
        Ok(Some(depth)) => format!("holds {depth} messages"),
        Ok(None) => "is not there".to_owned(),
        Err(why) => format!("could not be looked at ({why})"),
    }
}

/// What a test that passed has shown.
fn proven(with_live: bool) -> Vec<String> {
    let path = "events get from every covered Region to the topic of the alerts: rule, role, bus, queue, formatter";
    let real = "these real calls are told: trail, patterns and all";
    let proven = [Some(path), with_live.then_some(real)];
    proven.into_iter().flatten().map(str::to_owned).collect()
}

/// What no test shows.
fn not_proven() -> Vec<String> {
    let not_proven = [
        "that mails, chats and webhooks are delivered: a self-test is sent to nobody",
        "that the patterns of the other rules match: the project's own tests do that",
    ];
    not_proven.map(str::to_owned).to_vec()
}

/// What a test ends with.
pub fn exit(test: &AlertsTest, interrupted: bool) -> Exit {
    match (interrupted, test.passed && test.left_behind.is_empty()) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Complete,
        (false, false) => Exit::Failed,
    }
}
