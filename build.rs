//! Finds what is built into the binary: a playbook for each file in `playbooks/`, a rule for each in `playbooks/rules/`.
//! Their texts are for `src/playbook/` to read.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=playbooks");
    list("playbooks", "yaml", "playbooks.rs")?;
    list("playbooks/rules", "yml", "rules.rs")
}

/// Writes the names and the texts of the files in `folder`, in the order of their names, as a slice of `Builtin`s.
fn list(folder: &str, ending: &str, into: &str) -> Result<(), Box<dyn Error>> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join(folder);
    let mut list = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|other| other != ending) {
            continue;
        }
        let names = path
            .file_stem()
            .and_then(|id| id.to_str())
            .zip(path.to_str());
        let (id, file) = names.ok_or_else(|| format!("{} is not UTF-8", path.display()))?;
        let entry = format!("Builtin {{ id: {id:?}, source: include_str!({file:?}) }}");
        list.push((id.to_owned(), entry));
    }
    list.sort();
    let list: Vec<String> = list.into_iter().map(|(_, entry)| entry).collect();
    let list = format!("&[\n    {},\n]\n", list.join(",\n    "));
    Ok(fs::write(
        Path::new(&env::var("OUT_DIR")?).join(into),
        list,
    )?)
}
