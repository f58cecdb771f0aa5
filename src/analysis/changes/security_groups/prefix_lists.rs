//! Managed prefix lists: what their edits say, and what each list holds as far as the history tells. An edit widens
//! every security group that references the list, with no event on the group (facts: E1).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::shape::{request, response, text, texts};
use crate::event::{Event, Network};

/// The lists seen so far, by id.
#[derive(Debug, Default)]
pub struct PrefixLists {
    lists: HashMap<String, PrefixList>,
}

#[derive(Debug, Default)]
struct PrefixList {
    /// Entries that it holds; not all of them unless `is_whole`.
    entries: BTreeSet<Network>,
    is_whole: bool,
    /// What it held at versions that can be restored.
    versions: BTreeMap<i64, BTreeSet<Network>>,
}

/// What one call does to a list.
#[derive(Debug, Clone)]
pub struct PrefixListEdit {
    pub list: String,
    pub added: Vec<String>,
    pub removed: Vec<String>,
    kind: EditKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EditKind {
    Create,
    Modify {
        version: Option<i64>,
    },
    Restore {
        version: Option<i64>,
        current: Option<i64>,
    },
}

impl PrefixListEdit {
    /// `CreateManagedPrefixList`, `ModifyManagedPrefixList` and `RestoreManagedPrefixListVersion`; `None` for others.
    pub fn read(event: &Event) -> Option<Self> {
        let number = |name: &str| text(request(event), name)?.parse().ok();
        let kind = match event.name()? {
            "CreateManagedPrefixList" => EditKind::Create,
            "ModifyManagedPrefixList" => EditKind::Modify {
                version: number("currentVersion"),
            },
            "RestoreManagedPrefixListVersion" => EditKind::Restore {
                version: number("previousVersion"),
                current: number("currentVersion"),
            },
            _ => return None,
        };
        let cidrs = |names: [&str; 2]| -> Vec<String> {
            let paths = names.map(|name| format!("{name}.cidr"));
            let found = paths.iter().flat_map(|path| texts(request(event), path));
            found.map(|cidr| canonical(&cidr)).collect()
        };
        let id = text(request(event), "prefixListId");
        let created = || {
            texts(response(event), "prefixList.prefixListId")
                .into_iter()
                .next()
        };
        let added = match kind {
            EditKind::Create => cidrs(["entry", "entries"]),
            _ => cidrs(["addEntry", "addEntries"]),
        };
        Some(Self {
            list: id
                .or_else(created)
                .or_else(|| text(request(event), "prefixListName"))?,
            added,
            removed: cidrs(["removeEntry", "removeEntries"]),
            kind,
        })
    }

    pub fn creates(&self) -> bool {
        self.kind == EditKind::Create
    }

    /// The version that it goes back to.
    pub fn restores(&self) -> Option<String> {
        match self.kind {
            EditKind::Restore { version, .. } => {
                Some(version.map_or("unknown".to_owned(), |version| version.to_string()))
            }
            _ => None,
        }
    }

    /// What it does, in words.
    pub fn words(&self) -> String {
        let parts = [("added", &self.added), ("removed", &self.removed)].into_iter();
        let mut parts: Vec<String> = parts
            .filter(|(_, entries)| !entries.is_empty())
            .map(|(what, entries)| format!("{} {what}", entries.join(", ")))
            .collect();
        parts.extend(
            self.restores()
                .map(|version| format!("version {version} restored")),
        );
        if parts.is_empty() {
            "no entry changed".to_owned()
        } else {
            parts.join("; ")
        }
    }
}

fn canonical(cidr: &str) -> String {
    Network::parse(cidr).map_or_else(|| cidr.to_owned(), |network| network.to_string())
}

impl PrefixLists {
    /// What a list is known to hold.
    pub fn entries(&self, list: &str) -> impl Iterator<Item = Network> {
        let list = self.lists.get(list);
        list.into_iter()
            .flat_map(|list| list.entries.iter().copied())
    }

    /// All of it in words; `None` where the history does not tell.
    pub fn words(&self, list: &str) -> Option<String> {
        let list = self.lists.get(list).filter(|list| list.is_whole)?;
        let entries: Vec<String> = list.entries.iter().map(ToString::to_string).collect();
        Some(if entries.is_empty() {
            "no entries".to_owned()
        } else {
            format!("entries {}", entries.join(", "))
        })
    }

    /// Applies an edit that succeeded. Of a restored version the entries that it brought back are those that are known.
    pub fn apply(&mut self, edit: &mut PrefixListEdit) {
        let list = self.lists.entry(edit.list.clone()).or_default();
        let networks = |cidrs: &[String]| -> Vec<Network> {
            cidrs
                .iter()
                .filter_map(|cidr| Network::parse(cidr))
                .collect()
        };
        match edit.kind {
            EditKind::Create => {
                list.is_whole = true;
                list.entries = networks(&edit.added).into_iter().collect();
                list.versions.insert(1, list.entries.clone());
            }
            EditKind::Modify { version } => {
                for network in networks(&edit.removed) {
                    list.entries.remove(&network);
                }
                list.entries.extend(networks(&edit.added));
                list.remember(version);
            }
            EditKind::Restore { version, current } => {
                let held = version
                    .and_then(|version| list.versions.get(&version))
                    .cloned();
                let told =
                    |entries: Vec<&Network>| entries.into_iter().map(ToString::to_string).collect();
                if let Some(held) = &held {
                    edit.added = told(held.difference(&list.entries).collect());
                    edit.removed = told(list.entries.difference(held).collect());
                }
                list.is_whole = held.is_some();
                list.entries = held.unwrap_or_default();
                list.remember(current);
            }
        }
    }
}

impl PrefixList {
    /// An edit makes the version after the one that it names.
    fn remember(&mut self, version: Option<i64>) {
        if let Some(next) = version
            .and_then(|version| version.checked_add(1))
            .filter(|_| self.is_whole)
        {
            self.versions.insert(next, self.entries.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn edit(name: &str, request: &Value) -> PrefixListEdit {
        let record = json!({"eventVersion": "1.08", "eventName": name, "requestParameters": {format!("{name}Request"): request},
            "responseElements": {format!("{name}Response"): {"prefixList": {"prefixListId": "pl-1"}}}});
        PrefixListEdit::read(&Event::parse(record.to_string().as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn a_list_is_followed_through_its_versions() {
        let mut lists = PrefixLists::default();
        let entry = |cidr: &str| json!({"Cidr": cidr, "tag": 1});
        let mut create = edit(
            "CreateManagedPrefixList",
            &json!({"Entry": entry("10.0.0.0/8")}),
        );
        lists.apply(&mut create);
        assert_eq!(lists.words("pl-1").unwrap(), "entries 10.0.0.0/8");
        let mut widen = edit(
            "ModifyManagedPrefixList",
            &json!({"PrefixListId": "pl-1", "CurrentVersion": 1, "AddEntry": [entry("9.9.9.9/0")], "RemoveEntry": entry("10.0.0.0/8")}),
        );
        assert_eq!(widen.words(), "0.0.0.0/0 added; 10.0.0.0/8 removed");
        lists.apply(&mut widen);
        assert_eq!(lists.words("pl-1").unwrap(), "entries 0.0.0.0/0");
        let restore = json!({"PrefixListId": "pl-1", "CurrentVersion": 2, "PreviousVersion": 1});
        let mut restore = edit("RestoreManagedPrefixListVersion", &restore);
        lists.apply(&mut restore);
        assert_eq!(
            restore.words(),
            "10.0.0.0/8 added; 0.0.0.0/0 removed; version 1 restored"
        );
        assert_eq!(lists.words("pl-1").unwrap(), "entries 10.0.0.0/8");
    }

    #[test]
    fn what_was_before_the_history_is_not_guessed() {
        let mut lists = PrefixLists::default();
        let request =
            json!({"PrefixListId": "pl-2", "CurrentVersion": 7, "AddEntry": {"Cidr": "0.0.0.0/0"}});
        lists.apply(&mut edit("ModifyManagedPrefixList", &request));
        assert_eq!(lists.words("pl-2"), None);
        assert_eq!(lists.entries("pl-2").count(), 1);
        let mut restore = edit(
            "RestoreManagedPrefixListVersion",
            &json!({"PrefixListId": "pl-2", "PreviousVersion": 3}),
        );
        lists.apply(&mut restore);
        assert!(restore.added.is_empty());
        assert_eq!(
            (lists.words("pl-2"), lists.entries("pl-2").count()),
            (None, 0)
        );
    }
}
