//! Which files a path means: itself, or every `.yml` and `.yaml` below it. What is in them is read elsewhere.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A file that was named, or found.
#[derive(Debug)]
pub(super) struct RuleFile {
    pub(super) path: PathBuf,
    /// The same for every way that leads to it.
    pub(super) identity: PathBuf,
    /// It was named itself, so that it must hold rules and nothing else.
    pub(super) is_named: bool,
}

/// The files that `path` means, in the order of their paths. What cannot be looked into goes to `problems`.
pub(super) fn below(path: &Path, problems: &mut Vec<String>) -> Vec<RuleFile> {
    if !path.is_dir() {
        return match path.canonicalize() {
            Ok(identity) => vec![RuleFile {
                path: path.to_owned(),
                identity,
                is_named: true,
            }],
            Err(error) => {
                problems.push(format!("{}: {error}", path.display()));
                Vec::new()
            }
        };
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_owned()];
    // by what they really are: a link may lead back up
    let mut entered = HashSet::new();
    while let Some(folder) = folders.pop() {
        match entries(&folder) {
            Ok((identity, _)) if !entered.insert(identity.clone()) => {}
            Ok((_, entries)) => {
                for entry in entries.into_iter().rev() {
                    if entry.is_dir() {
                        folders.push(entry);
                    } else if is_rule_file(&entry) {
                        files.push(entry);
                    }
                }
            }
            Err(error) => problems.push(format!("{}: {error}", folder.display())),
        }
    }
    files.sort();
    files
        .into_iter()
        .filter_map(|path| {
            Some(RuleFile {
                identity: path.canonicalize().ok()?,
                path,
                is_named: false,
            })
        })
        .collect()
}

/// What the folder really is, and what stands in it, in order, but for what is hidden.
fn entries(folder: &Path) -> std::io::Result<(PathBuf, Vec<PathBuf>)> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            entries.push(entry.path());
        }
    }
    entries.sort();
    Ok((folder.canonicalize()?, entries))
}

fn is_rule_file(path: &Path) -> bool {
    let ending = path.extension();
    path.is_file() && ending.is_some_and(|ending| ending == "yml" || ending == "yaml")
}
