//! The one Python environment of the tests (`tests/requirements.txt`): servers, linters, validators. It is made on the
//! first run, below `target/`, and found ready by every later one.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

const REQUIREMENTS: &str = include_str!("../../requirements.txt");

/// The environment's interpreter, or why there is none.
///
/// An environment is named after a hash of the requirements and the Python it is for, so a change of either makes a
/// new one; a lock keeps test processes that start together from making it twice.
pub fn python() -> Result<PathBuf, String> {
    let version = run(Command::new("python3").arg("--version"))?;
    let mut hasher = DefaultHasher::new();
    (REQUIREMENTS, version).hash(&mut hasher);
    let name = format!("test-venv-{:016x}", hasher.finish());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);

    let lock = File::create(folder.with_extension("lock")).map_err(|e| e.to_string())?;
    lock.lock().map_err(|e| e.to_string())?;
    let ready = folder.join("ready");
    if !ready.exists() {
        make(&folder)?;
        File::create(&ready).map_err(|e| e.to_string())?;
    }
    Ok(folder.join("bin/python"))
}

/// Makes the environment anew; what an interrupted run has left is removed first.
fn make(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|e| e.to_string())?;
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    let list = folder.join("requirements.txt");
    fs::write(&list, REQUIREMENTS).map_err(|e| e.to_string())?;
    // --no-deps: the list is whole, and nothing that is not on it is to be installed
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--no-deps",
        "--no-compile",
    ];
    run(Command::new(folder.join("bin/python"))
        .args(pip)
        .args(["--disable-pip-version-check", "--requirement"])
        .arg(list))?;
    Ok(())
}

/// What a command prints, or why it failed.
fn run(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {}: {stderr}", output.status))
}
