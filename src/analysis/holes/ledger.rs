//! From calls on trails, buckets and keys to outages: what holds of each trail is written down call by call.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::{TrailAction, TrailSettings};
use super::calls::TrailCall;
use super::minutes::CallKind;
use super::outages::{OmittedSources, Outage, OutageExtent, TrailHistory};
use super::stores::{Delivery, KEPT_OUT, Store};
use crate::event::time::Time;

/// More outages than these are not told one by one.
const MOST_OUTAGES: usize = 1_000;

/// All outages that follow from `calls`; `used` are buckets and keys that CloudTrail was seen to use.
pub fn of_calls(calls: &BTreeSet<TrailCall>, used: &BTreeSet<(Box<str>, Store)>) -> TrailHistory {
    let mut ledger = Ledger::default();
    for call in calls {
        ledger.add(call, used);
    }
    ledger.finish()
}

/// What a trail is called, and where it is at home.
type TrailKey = (Box<str>, Box<str>, Box<str>);

#[derive(Default)]
struct Ledger {
    trails: BTreeMap<TrailKey, TrailState>,
    stores: BTreeMap<Store, Outage>,
    ended: Vec<Outage>,
    left_out: Vec<OmittedSources>,
}

#[derive(Default)]
struct TrailState {
    settings: TrailSettings,
    /// Since when it records nothing, less, or other Regions no longer.
    off: Option<Outage>,
    narrowed: Option<Outage>,
    confined: Option<Outage>,
    /// Since when it writes elsewhere.
    moved: Option<Outage>,
    left_out: Option<OmittedSources>,
}

impl TrailState {
    fn extent(&self) -> OutageExtent {
        OutageExtent {
            is_multi_region: self.settings.is_multi_region,
            is_organization: self.settings.is_organization,
            spares_home: false,
        }
    }
}

impl Ledger {
    fn add(&mut self, call: &TrailCall, used: &BTreeSet<(Box<str>, Store)>) {
        match &call.action {
            TrailAction::Created(trail, settings) => {
                self.settle(call, trail, settings);
                self.resume(call, trail);
            }
            TrailAction::Updated(trail, settings) => {
                self.relocate(call, trail, settings);
                self.update(call, trail, settings);
            }
            TrailAction::Started(trail) => self.resume(call, trail),
            TrailAction::Stopped(trail) | TrailAction::Deleted(trail) => self.cut(call, trail),
            TrailAction::Selected(trail, missing) => self.select(call, trail, *missing),
            TrailAction::SelectedInPart(trail, what) => {
                self.select(call, trail, None);
                self.trail(call, trail).left_out = Some(OmittedSources {
                    trail: trail.clone(),
                    account: call.account.clone(),
                    region: call.region.clone(),
                    what: what.clone(),
                    since: call.time,
                    until: None,
                });
            }
            TrailAction::Opened(..) | TrailAction::Shut(..) => self.touch(call, used),
            TrailAction::Used(_) => {}
        }
    }

    fn trail(&mut self, call: &TrailCall, trail: &str) -> &mut TrailState {
        let key = (call.account.clone(), call.region.clone(), trail.into());
        self.trails.entry(key).or_default()
    }

    fn settle(&mut self, call: &TrailCall, trail: &str, settings: &TrailSettings) {
        self.trail(call, trail).settings = settings.clone();
    }

    fn cut(&mut self, call: &TrailCall, trail: &str) {
        let cause = call.action.cause().unwrap_or_default();
        let state = self.trail(call, trail);
        let extent = state.extent();
        state
            .off
            .get_or_insert_with(|| outage(call, cause, CallKind::Any, extent));
    }

    /// The trail records again; what other trails lack is recorded from now on as far as it is known to reach. A new one
    /// is yet to be started, and one of which nothing is known, or that is not known to write to the same place, may be
    /// there for show. If what it writes is in the files, the records end the outage.
    fn resume(&mut self, call: &TrailCall, trail: &str) {
        let is_new = matches!(call.action, TrailAction::Created(..));
        let state = self.trail(call, trail);
        let settings = state.settings.clone();
        let is_multi = settings.is_multi_region == Some(true);
        let stands_in = !is_new && settings.is_multi_region.is_some();
        let mut over = vec![state.off.take()];
        if is_new {
            // a new trail of the name records everything
            over.extend([
                state.narrowed.take(),
                state.confined.take(),
                state.moved.take(),
            ]);
            state.left_out = None;
        }
        for ((account, region, _), other) in &mut self.trails {
            let known = &other.settings;
            let is_beside = settings.bucket.is_some()
                && (&settings.bucket, &settings.prefix) == (&known.bucket, &known.prefix);
            let is_near = *account == call.account && (*region == call.region || is_multi);
            if !stands_in || !is_near || !is_beside {
                continue;
            }
            let reaches = is_multi || other.settings.is_multi_region == Some(false);
            if reaches {
                over.push(other.off.take());
            } else if let Some(off) = other.off.as_mut().filter(|off| !off.extent.spares_home) {
                over.push(Some(off.clone()));
                off.extent.spares_home = true;
            }
        }
        for outage in over {
            self.end(outage, call.time);
        }
    }

    fn update(&mut self, call: &TrailCall, trail: &str, told: &TrailSettings) {
        let state = self.trail(call, trail);
        let known = &mut state.settings;
        let (was_multi, was_organization) = (known.is_multi_region, known.is_organization);
        known.is_multi_region = told.is_multi_region.or(known.is_multi_region);
        known.is_organization = told.is_organization.or(known.is_organization);
        known.bucket = told.bucket.clone().or(known.bucket.take());
        known.prefix = told.prefix.clone().or(known.prefix.take());
        known.key = told.key.clone().or(known.key.take());
        let is_confined =
            |was: Option<bool>, is: Option<bool>| is == Some(false) && was != Some(false);
        let regions = is_confined(was_multi, told.is_multi_region);
        let accounts = is_confined(was_organization, told.is_organization);
        if regions || accounts {
            let to = if regions { "one Region" } else { "one account" };
            let cause = format!("trail {trail} was confined to {to}");
            let extent = OutageExtent {
                // known before: where it was not, this is no more than likely
                is_multi_region: if regions { was_multi } else { Some(false) },
                is_organization: if accounts {
                    was_organization
                } else {
                    Some(false)
                },
                spares_home: true,
            };
            state
                .confined
                .get_or_insert_with(|| outage(call, cause, CallKind::Any, extent));
        } else if told.is_multi_region == Some(true) || told.is_organization == Some(true) {
            let over = state.confined.take();
            self.end(over, call.time);
        }
    }

    /// What it writes into another bucket is not in the files of this one, if these are all.
    fn relocate(&mut self, call: &TrailCall, trail: &str, told: &TrailSettings) {
        let state = self.trail(call, trail);
        let bucket = told.bucket.as_ref().filter(|_| told.sets_bucket);
        let Some(Store::Bucket(name)) = bucket.filter(|_| told.bucket != state.settings.bucket)
        else {
            return;
        };
        let cause = format!("trail {trail} was told to write to bucket {name}");
        let before = state.moved.take();
        // from the second bucket on, it may be back
        if before.is_none() {
            state.moved = Some(outage(call, cause, CallKind::Any, state.extent()));
        }
        self.end(before, call.time);
    }

    fn select(&mut self, call: &TrailCall, trail: &str, missing: Option<CallKind>) {
        let state = self.trail(call, trail);
        let extent = state.extent();
        let ended = state.left_out.take().map(|left_out| OmittedSources {
            until: Some(call.time),
            ..left_out
        });
        let before = state.narrowed.take();
        if let (Some(known), Some(missing)) = (&before, missing)
            && known.missing == missing
        {
            state.narrowed = before;
            self.left_out.extend(ended);
            return;
        }
        let cause = call.action.cause().unwrap_or_default();
        state.narrowed = missing.map(|missing| outage(call, cause, missing, extent));
        self.left_out.extend(ended);
        self.end(before, call.time);
    }

    /// What was done to a bucket or key, if a trail is known to use it.
    fn touch(&mut self, call: &TrailCall, used: &BTreeSet<(Box<str>, Store)>) {
        let (store, grants, what) = match &call.action {
            TrailAction::Shut(store, what) => (store, &[][..], *what),
            TrailAction::Opened(store, grants) => (store, &grants[..], KEPT_OUT),
            _ => return,
        };
        let is_its = |settings: &TrailSettings| {
            settings.bucket.as_ref() == Some(store) || settings.key.as_ref() == Some(store)
        };
        let mut trails = self.trails.iter();
        let by_trail = trails.find(|(_, state)| is_its(&state.settings));
        let by_use = used.iter().find(|(_, known)| known == store);
        let (delivery, extent) = match (by_trail, by_use) {
            (Some(((account, home, trail), state)), _) => {
                let prefix = state.settings.prefix.as_deref().unwrap_or_default();
                let delivery = Delivery {
                    account,
                    prefix,
                    trail: Some((home, trail)),
                };
                (delivery, state.extent())
            }
            (None, Some((account, _))) => (Delivery::of(account), OutageExtent::default()),
            (None, None) => return,
        };
        if grants.iter().any(|grant| grant.admits(store, &delivery)) {
            let outage = self.stores.remove(store);
            self.end(outage, call.time);
        } else if !self.stores.contains_key(store) {
            let outage = Outage {
                account: delivery.account.into(),
                home: delivery.trail.map(|(home, _)| home.into()),
                ..outage(call, store.fate(what), CallKind::Any, extent)
            };
            self.stores.insert(store.clone(), outage);
        }
    }

    /// What begins and ends in one second may have ended first: whether records go on decides.
    fn end(&mut self, outage: Option<Outage>, time: Time) {
        self.ended.extend(outage.map(|outage| Outage {
            end: Some(time).filter(|end| *end > outage.begin),
            ..outage
        }));
    }

    fn finish(mut self) -> TrailHistory {
        for state in self.trails.into_values() {
            let open = [state.off, state.narrowed, state.confined, state.moved];
            self.ended.extend(open.into_iter().flatten());
            self.left_out.extend(state.left_out);
        }
        self.ended.extend(self.stores.into_values());
        let is_cut = self.ended.len() > MOST_OUTAGES;
        let mut outages = self.ended;
        outages.sort_by(|a, b| (a.begin, &a.cause).cmp(&(b.begin, &b.cause)));
        outages.truncate(MOST_OUTAGES);
        TrailHistory {
            outages,
            left_out: self.left_out,
            is_cut,
        }
    }
}

fn outage(call: &TrailCall, cause: String, missing: CallKind, extent: OutageExtent) -> Outage {
    Outage {
        cause,
        account: call.account.clone(),
        home: Some(call.region.clone()),
        begin: call.time,
        end: None,
        missing,
        extent,
    }
}
