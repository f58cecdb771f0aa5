//! What is known of groups and their rules at one moment of the history: which rules a group has, what a rule id
//! stands for, and whether a group admits the world. Nothing is assumed that no event told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::exposure::{Family, is_wide};
use super::prefix_lists::PrefixLists;
use super::request::{GroupReference, NamedRule};
use super::rule::{Direction, Peer, RuleKey, SecurityGroupRule, Traffic};
use crate::event::{Event, Network};

/// So many kinds of traffic are tried of a rule that opens its group together with others, the worst first: more of
/// them no group holds but one made to waste time.
const MANY_WAYS: usize = 128;

#[derive(Debug, Default)]
pub struct SecurityGroupState {
    groups: HashMap<String, GroupRules>,
    /// `sgr-…`, and where it stands for what.
    ids: HashMap<String, (String, RuleKey)>,
    /// Ids by account, Region and name; `None` where several groups have the name.
    names: HashMap<[String; 3], Option<String>>,
    /// The rules that reference a prefix list.
    references: HashMap<String, BTreeSet<(String, RuleKey)>>,
    pub lists: PrefixLists,
}

/// The known rules of a group.
#[derive(Debug, Default)]
struct GroupRules {
    held: BTreeMap<RuleKey, SecurityGroupRule>,
    /// The history has its beginning: there are no rules but these.
    is_whole: bool,
}

/// How a rule opened its group to the world.
#[derive(Debug, Clone)]
pub struct Opening {
    pub family: Family,
    /// What the world can send.
    pub traffic: Traffic,
    /// The rules that admit the rest of the world, in words; none where the rule admits all of it.
    pub together_with: Vec<String>,
}

impl SecurityGroupState {
    /// What stands for the group here, and is told of it: its id, else its name.
    pub fn identify(&self, event: &Event, group: &GroupReference) -> String {
        match group {
            GroupReference::Id(id) => id.clone(),
            GroupReference::Name(name) => match self.names.get(&place(event, name)) {
                Some(Some(id)) => id.clone(),
                _ => format!("group {name}"),
            },
        }
    }

    /// A group has a name: calls of the default VPC may use it instead of the id.
    pub fn learn_name(&mut self, event: &Event, name: &str, id: &str) {
        let known = self.names.entry(place(event, name));
        let known = known.or_insert_with(|| Some(id.to_owned()));
        if known.as_deref() != Some(id) {
            *known = None;
        }
    }

    /// A group begins: it has no rules but those that calls added.
    pub fn create(&mut self, group: &str) {
        self.groups.entry(group.to_owned()).or_default().is_whole = true;
    }

    /// A group ends: its rules as far as they are known, and whether these were all.
    pub fn delete(&mut self, group: &str) -> (Vec<SecurityGroupRule>, bool) {
        let Some(rules) = self.groups.remove(group) else {
            return (Vec::new(), false);
        };
        for rule in rules.held.values() {
            self.forget(group, rule);
        }
        (rules.held.into_values().collect(), rules.is_whole)
    }

    pub fn add(&mut self, group: &str, rule: SecurityGroupRule) {
        if let Some(id) = &rule.id {
            self.ids
                .insert(id.clone(), (group.to_owned(), rule.key.clone()));
        }
        if let Peer::PrefixList(list) = &rule.key.peer {
            let references = self.references.entry(list.clone()).or_default();
            references.insert((group.to_owned(), rule.key.clone()));
        }
        let rules = self.groups.entry(group.to_owned()).or_default();
        rules.held.insert(rule.key.clone(), rule);
    }

    /// The rule that `id` stands for.
    pub fn by_id(&self, id: &str) -> Option<&SecurityGroupRule> {
        let (group, key) = self.ids.get(id)?;
        self.groups.get(group)?.held.get(key)
    }

    /// The rule that a call names, by its id where it has one.
    pub fn named(&self, group: &str, named: &NamedRule) -> Option<&SecurityGroupRule> {
        match &named.id {
            Some(id) => self.by_id(id),
            None => self.known(group, named.rule.as_ref()?),
        }
    }

    /// The rule as it is known in the group, by its id or by what it admits.
    pub fn known(&self, group: &str, rule: &SecurityGroupRule) -> Option<&SecurityGroupRule> {
        if let Some(known) = rule.id.as_deref().and_then(|id| self.by_id(id)) {
            return Some(known);
        }
        let held = &self.groups.get(group)?.held;
        let modified = || RuleKey {
            direction: Direction::Unknown,
            ..rule.key.clone()
        };
        held.get(&rule.key).or_else(|| held.get(&modified()))
    }

    /// Takes a rule out of the group; what was known of it.
    pub fn remove(&mut self, group: &str, rule: &SecurityGroupRule) -> Option<SecurityGroupRule> {
        let key = self.known(group, rule)?.key.clone();
        let removed = self.groups.get_mut(group)?.held.remove(&key)?;
        self.forget(group, &removed);
        Some(removed)
    }

    fn forget(&mut self, group: &str, rule: &SecurityGroupRule) {
        if let Some(id) = &rule.id {
            self.ids.remove(id);
        }
        if let Peer::PrefixList(list) = &rule.key.peer
            && let Some(references) = self.references.get_mut(list)
        {
            references.remove(&(group.to_owned(), rule.key.clone()));
        }
    }

    /// The groups, and their rules, that take their addresses from a prefix list.
    pub fn references(&self, list: &str) -> Vec<(String, SecurityGroupRule)> {
        let references = self.references.get(list).into_iter().flatten();
        references
            .filter_map(|(group, key)| {
                let rule = self.groups.get(group)?.held.get(key)?;
                Some((group.clone(), rule.clone()))
            })
            .collect()
    }

    /// How `rule` opens the group to the world, together with the rules that the group has. Where it does so in
    /// several ways, the worst.
    pub fn opened_by(&self, group: &str, rule: &SecurityGroupRule) -> Option<Opening> {
        let ways = Family::BOTH.into_iter();
        let ways = ways.filter_map(|family| self.worst_way(group, rule, family));
        ways.max_by_key(|way| way.traffic.level())
    }

    fn worst_way(&self, group: &str, rule: &SecurityGroupRule, family: Family) -> Option<Opening> {
        let own = self.blocks(rule, family);
        let traffic = &rule.key.traffic;
        if rule.key.direction == Direction::Egress {
            return None;
        }
        if family.is_covered(&own) {
            return Some(Opening {
                family,
                traffic: traffic.clone(),
                together_with: Vec::new(),
            });
        }
        if !own.iter().copied().any(is_wide) {
            return None;
        }
        let others: Vec<(&SecurityGroupRule, Vec<Network>)> = self
            .admitting(group)
            .filter(|other| other.key != rule.key && traffic.shared(&other.key.traffic).is_some())
            .map(|other| (other, self.blocks(other, family)))
            .filter(|(_, blocks)| blocks.iter().copied().any(is_wide))
            .collect();
        let blocks = others.iter().flat_map(|(_, blocks)| blocks);
        if !family.is_covered(&blocks.chain(&own).copied().collect::<Vec<_>>()) {
            return None;
        }
        let shared = others
            .iter()
            .filter_map(|(other, _)| traffic.shared(&other.key.traffic));
        let shared: BTreeSet<Traffic> = shared.collect();
        let mut shared: Vec<Traffic> = shared.into_iter().collect();
        shared.sort_by_key(Traffic::level);
        let mut worst_first = shared.into_iter().rev().take(MANY_WAYS);
        worst_first.find_map(|traffic| way(family, traffic, &own, &others))
    }

    /// Whether the world can send `traffic` to the group.
    pub fn is_open(&self, group: &str, family: Family, traffic: &Traffic) -> bool {
        let rules = self
            .admitting(group)
            .filter(|rule| rule.key.traffic.contains(traffic));
        let blocks: Vec<Network> = rules.flat_map(|rule| self.blocks(rule, family)).collect();
        family.is_covered(&blocks)
    }

    fn admitting(&self, group: &str) -> impl Iterator<Item = &SecurityGroupRule> {
        let rules = self.groups.get(group).into_iter();
        rules
            .flat_map(|rules| rules.held.values())
            .filter(|rule| rule.key.direction != Direction::Egress)
    }

    /// The addresses that a rule admits, as far as they are known.
    fn blocks(&self, rule: &SecurityGroupRule, family: Family) -> Vec<Network> {
        let all: Vec<Network> = match &rule.key.peer {
            Peer::Block(network) => vec![*network],
            Peer::PrefixList(list) => self.lists.entries(list).collect(),
            Peer::Group { .. } | Peer::Odd(_) => Vec::new(),
        };
        all.into_iter()
            .filter(|block| family.has(block.block()))
            .collect()
    }
}

/// How a rule that admits `own` opens its group to `traffic`, if the rules `others` admit the rest of the world.
fn way(
    family: Family,
    traffic: Traffic,
    own: &[Network],
    others: &[(&SecurityGroupRule, Vec<Network>)],
) -> Option<Opening> {
    let also = || {
        others
            .iter()
            .filter(|(other, _)| other.key.traffic.contains(&traffic))
    };
    let mut blocks: Vec<Network> = also().flat_map(|(_, blocks)| blocks).copied().collect();
    // what the others admit without it is not its doing
    if family.is_covered(&blocks) {
        return None;
    }
    blocks.extend(own);
    if !family.is_covered(&blocks) {
        return None;
    }
    let together_with = also().map(|(other, _)| other.words()).collect();
    Some(Opening {
        family,
        traffic,
        together_with,
    })
}

fn place(event: &Event, name: &str) -> [String; 3] {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    [text(event.account()), text(event.region()), name.to_owned()]
}
