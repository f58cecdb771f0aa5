//! Playbooks of one's own, found by their ids: in the folders that `TRAILHUNT_PLAYBOOKS` names, and in
//! `playbooks` of the configuration folder.

use std::env;
use std::path::{Path, PathBuf};

use super::find;
use crate::folders;

/// Names one folder or several, as `PATH` does.
const FOLDERS: &str = "TRAILHUNT_PLAYBOOKS";

/// A playbook file in one of the folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPlaybook {
    /// The name of the file, without its ending.
    pub id: String,
    pub path: PathBuf,
}

/// Every playbook of one's own, in the order of their ids. Of two with one id the first folder's counts; the id of a
/// built-in playbook is taken, so that what a name runs never depends on a folder.
pub fn own() -> Vec<OwnPlaybook> {
    let mut all: Vec<OwnPlaybook> = Vec::new();
    for folder in all_folders() {
        for own in in_folder(&folder) {
            if find(&own.id).is_none() && !all.iter().any(|known| known.id == own.id) {
                all.push(own);
            }
        }
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

/// What is wrong with the folders: one that is named and not there, and playbooks that cannot be run by their names.
pub fn oddities() -> Vec<String> {
    let named = env::var_os(FOLDERS).unwrap_or_default();
    let missing = env::split_paths(&named)
        .filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
        .map(|folder| format!("{FOLDERS} names {}, which is no folder", folder.display()));
    let all: Vec<OwnPlaybook> = all_folders()
        .iter()
        .flat_map(|folder| in_folder(folder))
        .collect();
    let taken = all.iter().filter(|own| find(&own.id).is_some()).map(|own| {
        format!(
            "{}: the name of a built-in playbook: rename it, or run it by its path",
            own.path.display()
        )
    });
    missing.chain(taken).collect()
}

fn all_folders() -> Vec<PathBuf> {
    let named = env::var_os(FOLDERS).unwrap_or_default();
    let named = env::split_paths(&named).filter(|folder| !folder.as_os_str().is_empty());
    let own = folders::configuration().map(|folder| folder.join("playbooks"));
    named.chain(own).collect()
}

/// The `.yaml` and `.yml` files of `folder`; none where it cannot be read, as where it is not there.
fn in_folder(folder: &Path) -> Vec<OwnPlaybook> {
    let Ok(entries) = folder.read_dir() else {
        return Vec::new();
    };
    let mut found: Vec<OwnPlaybook> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let is_playbook = path.extension().is_some_and(|e| e == "yaml" || e == "yml");
            let id = path.file_stem()?.to_str()?.to_owned();
            (is_playbook && path.is_file()).then_some(OwnPlaybook { id, path })
        })
        .collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}
