//! An IAM that fails, lies and delays at random: what the tool then says of each key, policy and credential is what the
//! account holds, or "not known".
//!
//! `FAULT_SEEDS=500 cargo test --test cli respond::random` runs more of them, from seed `FAULT_FROM` on.

mod rules;

use std::collections::BTreeMap;
use std::env;
use std::ops::Range;
use std::sync::Mutex;
use std::thread;

use trailhunt::response::policies::revoked_before;
use trailhunt::response::slot::{ACTIVE, INACTIVE, Slot, SlotValue, holds};

use super::incident::Incident;
use super::*;
use crate::support::held_credentials::Held;
use crate::support::random::Random;
use rules::rules;

/// What every slot of an incident holds, as the account itself says.
type Holdings = BTreeMap<Slot, SlotValue>;

fn seeds() -> Range<u64> {
    let number = |name: &str, default| {
        let text = env::var(name).ok();
        text.map_or(default, |text| text.parse().expect("a number"))
    };
    let from = number("FAULT_FROM", 0);
    from..from + number("FAULT_SEEDS", 5)
}

/// A lane: an incident that is contained and taken back again and again.
struct Lane {
    incident: Incident,
    report: String,
    before: Holdings,
}

impl Lane {
    async fn new(number: u64) -> Option<Self> {
        let incident = Incident::new(&format!("random{number}")).await?;
        let user = incident.created.user.clone();
        let sorts = ["ServiceSpecificCredential", "SSHPublicKey", "Certificate"];
        for sort in sorts {
            incident.scene.gate.hold_credential(Held {
                sort,
                user: user.clone(),
                id: format!("{}EXAMPLE00000000000", sort.to_uppercase()),
                status: ACTIVE.to_owned(),
                made: "2020-01-01T00:00:00Z".to_owned(),
                service: "codecommit.amazonaws.com",
            });
        }
        let report = incident.report();
        let run = ["contain", "--from-trace", report.as_str()];
        let plan = incident.scene.plan(&run, 0);
        let spare = Slot::AccessKey {
            user: incident.spare.user.clone(),
            access_key_id: incident.spare.id.clone(),
        };
        let slots = steps(&plan).iter().map(slot).chain([spare]);
        let slots: Holdings = slots.map(|slot| (slot, None)).collect();
        assert_eq!(slots.len(), 8, "{plan:#}");
        let mut lane = Self {
            incident,
            report,
            before: slots,
        };
        lane.before = lane.holdings().await;
        Some(lane)
    }

    async fn holds(&self, slot: &Slot) -> SlotValue {
        match slot {
            Slot::UserCredential { id, .. } => Some(self.incident.scene.gate.credential_status(id)),
            slot => {
                let read = slot.read(&self.incident.scene.account.slots()).await;
                read.expect("the account answers itself")
            }
        }
    }

    async fn holdings(&self) -> Holdings {
        let mut holdings = Holdings::new();
        for slot in self.before.keys() {
            holdings.insert(slot.clone(), self.holds(slot).await);
        }
        holdings
    }

    /// The incident as it was, and nothing remembered: a seed means the same wherever it runs.
    async fn restore(&self) {
        let scene = &self.incident.scene;
        scene.gate.reset();
        for (slot, value) in &self.before {
            if holds(&self.holds(slot).await, value) {
                continue;
            }
            if let (Slot::UserCredential { id, .. }, Some(status)) = (slot, value) {
                scene.gate.set_credential_status(id, status);
            } else {
                let set = slot.set(&scene.account.slots(), value).await;
                set.expect("the account's root may do it");
            }
        }
        if scene.journals().exists() {
            std::fs::remove_dir_all(scene.journals()).expect("they are ours");
        }
    }

    /// All commands of one seed.
    async fn run(&self, seed: u64, ends: &Ends) {
        self.restore().await;
        let mut random = Random::seeded(seed);
        let deactivate = ["deactivate-key", self.incident.spare.id.as_str()];
        let contain = ["contain", "--from-trace", self.report.as_str()];
        let mut journals = Vec::new();
        for command in [&deactivate[..], &contain[..]] {
            let answer = self.tells(seed, &mut random, command, ends).await;
            journals.extend(answer["journal"].as_str().map(str::to_owned));
        }
        journals.reverse();
        for journal in &journals {
            let undo = ["undo", journal, "--force"];
            self.tells(seed, &mut random, &undo, ends).await;
        }
        // where IAM fails no more, all of it can be taken back
        let scene = &self.incident.scene;
        scene.gate.reset();
        for journal in &journals {
            let said = scene.respond(["undo", journal, "--force"].iter().chain(&APPLY));
            let told = String::from_utf8_lossy(&said.stdout).into_owned();
            assert_eq!(said.code, Some(0), "seed {seed}: {told} {}", said.stderr);
        }
        let now = self.holdings().await;
        assert_eq!(now, self.before, "seed {seed}: it was not all taken back");
    }

    /// Runs `command` against an IAM of new faults, and compares what it says with what the account holds.
    async fn tells(&self, seed: u64, random: &mut Random, command: &[&str], ends: &Ends) -> Value {
        let scene = &self.incident.scene;
        scene.gate.reset();
        let rules = rules(random);
        let told = format!("seed {seed}: {command:?} with {rules:?}");
        for rule in rules {
            scene.gate.rule(rule);
        }
        let before = self.holdings().await;
        let flags = APPLY.iter().chain(&["--patience", "2s"]);
        let said = scene.respond(command.iter().chain(flags));
        let now = self.holdings().await;
        let answer: Value = serde_json::from_slice(&said.stdout)
            .unwrap_or_else(|error| panic!("{told}: {error}: {}", said.stderr));
        let told = format!("{told}: {answer:#} {}", said.stderr);
        let code = said.code.expect(&told);
        let is_failure = answer["error"].is_object();
        if is_failure {
            assert!([1, 4].contains(&code), "{told}");
            ends.count("no answer");
        }
        let none = Vec::new();
        let steps = answer["steps"].as_array().unwrap_or(&none);
        for (slot, held) in &before {
            let step = steps.iter().find(|step| self::slot(step) == *slot);
            let now = &now[slot];
            let is_told = match step {
                Some(step) => fits(step, held, now),
                None => holds(held, now),
            };
            assert!(is_told, "{slot:?} held {held:?} and holds {now:?}: {told}");
        }
        for step in steps {
            assert!(before.contains_key(&slot(step)), "{told}");
            ends.count(text(step, "state"));
        }
        if !is_failure {
            assert_eq!(code, expected_code(&answer, &told), "{told}");
        }
        if code == 0 && command[0] == "contain" {
            let spare = &self.incident.spare.id;
            let is_off = |(slot, now): (&Slot, &SlotValue)| match slot {
                Slot::AccessKey { access_key_id, .. } if access_key_id == spare => true,
                slot if slot.is_switched() => now.as_deref() == Some(INACTIVE),
                _ => now.is_some(),
            };
            assert!(now.iter().all(is_off), "{now:?}: {told}");
        }
        answer
    }
}

fn slot(step: &Value) -> Slot {
    serde_json::from_value(step["slot"].clone()).expect("a step has a slot")
}

/// Whether what `step` says is true of a slot that `held` something before, and holds something `now`.
fn fits(step: &Value, held: &SlotValue, now: &SlotValue) -> bool {
    let after = step["after"].as_str().map(str::to_owned);
    // a deny of sessions is put twice, with two times
    let is_deny = |value: &SlotValue| {
        value
            .as_deref()
            .is_some_and(|it| revoked_before(it).is_some())
    };
    match text(step, "state") {
        "done" | "already" => holds(&after, now),
        "failed" | "refused" | "changed" | "waiting" | "planned" => holds(held, now),
        "unknown" | "unconfirmed" => {
            holds(held, now) || holds(&after, now) || (is_deny(&after) && is_deny(now))
        }
        other => panic!("no state of a step: {other}"),
    }
}

/// What a run ends with that answers this.
fn expected_code(answer: &Value, told: &str) -> i32 {
    let mut states = steps(answer).iter().map(|step| text(step, "state"));
    let all_hold = states.all(|state| ["done", "already"].contains(&state));
    match text(answer, "state") {
        "done" | "nothing" => {
            assert!(all_hold, "{told}");
            if answer["complete"] == true { 0 } else { 3 }
        }
        "partial" | "failed" => 1,
        other => panic!("{other}: {told}"),
    }
}

/// How often each state was told.
#[derive(Debug, Default)]
struct Ends(Mutex<BTreeMap<String, usize>>);

impl Ends {
    fn count(&self, end: &str) {
        let mut ends = self.0.lock().expect("nobody panicked");
        *ends.entry(end.to_owned()).or_default() += 1;
    }
}

#[test]
fn what_is_said_of_each_key_is_what_the_account_holds_or_is_not_known() {
    // they wait for a minute often, for what does not confirm
    const AT_A_TIME: u64 = 64;
    let (seeds, ends) = (seeds(), Ends::default());
    let lanes = AT_A_TIME.min(seeds.end - seeds.start);
    thread::scope(|scope| {
        for number in 0..lanes {
            let (seeds, ends) = (seeds.clone(), &ends);
            scope.spawn(move || {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = runtime.enable_all().build();
                let runtime = runtime.expect("a runtime can be made");
                runtime.block_on(async {
                    let Some(lane) = Lane::new(number).await else {
                        return;
                    };
                    for seed in seeds.filter(|seed| seed % lanes == number) {
                        lane.run(seed, ends).await;
                        ends.count("seeds");
                    }
                });
            });
        }
    });
    let ends = ends.0.into_inner().expect("nobody panicked");
    println!("{ends:?}");
    let tells = |state: &str| ends.contains_key(state);
    // of a few both happen, or nothing was tried
    let are_few = ends.get("seeds").is_none_or(|seeds| *seeds < 5);
    assert!(are_few || tells("done") && (tells("failed") || tells("unknown")));
}
