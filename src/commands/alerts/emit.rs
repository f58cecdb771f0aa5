//! `trailhunt emit-alerts`: writes the templates, and what is needed to deploy them by hand.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::super::{to_stdout, unfinished};
use super::options;
use crate::alerting::emit::{EmittedFile, files};
use crate::alerting::{pack, rules};
use crate::cli::EmitArgs;
use crate::error::{Exit, Failure};
use crate::event::partitions::Partition;
use crate::output::escape;
use crate::plan::regions;
use crate::playbook::catalogue;
use crate::terminal::Terminal;

/// Runs the command.
///
/// # Errors
/// Where there is no answer: see [`crate::error::Failure`].
pub fn run(args: &EmitArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let (watched, home) = (&args.watched, args.region.trim());
    // nobody is asked which Regions are enabled: those that are named are taken to be
    let named = watched.regions.iter().map(|name| name.trim());
    let named = named.chain([home]).filter(|name| regions::is_known(name));
    let default = Partition::of("").enabled_by_default.iter().cloned();
    let enabled: Vec<String> = default.chain(named.map(str::to_owned)).collect();
    let options = options(&args.who, &args.tuning, watched, home, &enabled, terminal)?;
    if options.is_silent() {
        terminal.warn("nobody would be told: give --email, --slack-webhook-parameter, --webhook-parameter or --chat");
    }
    let rules = rules::compile(
        catalogue::builtin()?,
        options.read_events,
        &options.findings,
    );
    let packed = pack::pack(&rules.alerts);
    let files = files(&options, &rules, &packed, args.cis_metric_filters)?;
    let paths = write(&args.output, &files, args.force)?;
    to_stdout(|out| {
        paths
            .iter()
            .try_for_each(|path| writeln!(out, "{}", escape::terminal(&path.display().to_string())))
    })?;
    Ok(Exit::Complete)
}

/// Writes the files below `folder`, and gives their paths; those that are there with the same text stay as they are.
///
/// # Errors
/// A usage failure, before anything is written, where a file is there with another text and is not to be replaced; a
/// failure where one cannot be written.
fn write(folder: &Path, files: &[EmittedFile], force: bool) -> Result<Vec<PathBuf>, Failure> {
    let mut differing = Vec::new();
    let mut changed = Vec::new();
    for file in files {
        let path = folder.join(&file.path);
        match path.symlink_metadata() {
            Err(_) => changed.push((path, file)),
            Ok(there) if !there.is_file() => {
                let shown = path.display();
                return Err(Failure::usage(format!("{shown} is no regular file")));
            }
            Ok(_) if fs::read(&path).is_ok_and(|text| text == file.text.as_bytes()) => {}
            Ok(_) => {
                differing.push(path.display().to_string());
                changed.push((path, file));
            }
        }
    }
    if !force && !differing.is_empty() {
        let problem = format!("would change {}", differing.join(", "));
        return Err(
            Failure::usage(problem).hint("pass --force to overwrite, or write to another folder")
        );
    }
    for (path, file) in changed {
        put(&path, &file.text).map_err(|error| {
            Failure::failed(format!("cannot write {}: {error}", path.display()))
        })?;
    }
    Ok(files.iter().map(|file| folder.join(&file.path)).collect())
}

/// Writes a file whole or not at all, and the folders that it is in.
fn put(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = unfinished::make(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
