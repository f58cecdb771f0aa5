//! How far the reading went, in time and place: what was asked for, or, where that was left open, what was there.

use std::collections::BTreeSet;

use super::Page;
use super::text::count;
use crate::report::{Coverage, STANDARD_INPUT};

/// So many names are listed; more of them are counted.
const FEW: usize = 3;

/// `only in eu-west-1`, where the question was confined to some Regions.
pub fn confined(page: &Page) -> Option<String> {
    let regions: BTreeSet<&str> = page.report.regions.iter().map(String::as_str).collect();
    (!regions.is_empty()).then(|| format!("only in {}", few(&regions, "Region", "Regions")))
}

/// The window that was asked for, as far as it has ends.
pub fn window(page: &Page) -> Option<String> {
    let window = page.report.window;
    page.times.range(window.since, window.until)
}

/// Where the window is open: `2023-07-10 11:42 to 12:38 UTC`, from the oldest record to the newest.
pub fn covered(page: &Page) -> Option<String> {
    let window = page.report.window;
    if window.since.is_some() && window.until.is_some() {
        return None;
    }
    let since = page.report.coverage.iter().filter_map(|entry| entry.since);
    let until = page.report.coverage.iter().filter_map(|entry| entry.until);
    page.times.range(since.min(), until.max())
}

/// [`covered`], in words: `the files cover 2023-07-10 11:42 to 12:38 UTC`.
pub fn covers(page: &Page) -> Option<String> {
    let coverage = &page.report.coverage;
    let files: Vec<&str> = coverage
        .iter()
        .filter_map(|entry| entry.location.as_deref())
        .collect();
    let who = match files.len() {
        0 if coverage.iter().all(|entry| entry.source == "demo") => "the demo covers",
        0 => "what was read covers",
        1 if files == [STANDARD_INPUT] => "standard input covers",
        1 => "the file covers",
        _ => "the files cover",
    };
    Some(format!("{who} {}", covered(page)?))
}

/// The Regions and accounts of files, where every file that holds something says whose it is.
pub fn places(page: &Page) -> Vec<String> {
    let mut places = Vec::new();
    let regions = of_files(page, |entry| entry.region.as_deref());
    places.extend(regions.map(|regions| {
        let regions = few(&regions, "Region", "Regions");
        // what they hold need not be what was asked for
        if page.report.regions.is_empty() {
            regions
        } else {
            format!("files of {regions}")
        }
    }));
    let accounts = of_files(page, |entry| entry.account.as_deref());
    places.extend(accounts.map(|accounts| match accounts.len() {
        1 => format!("account {}", few(&accounts, "", "")),
        2..=FEW => format!("accounts {}", few(&accounts, "", "")),
        _ => few(&accounts, "account", "accounts"),
    }));
    places
}

fn of_files<'a>(
    page: &Page<'a>,
    name: impl Fn(&'a Coverage) -> Option<&'a str>,
) -> Option<BTreeSet<&'a str>> {
    let coverage = page.report.coverage.iter();
    let files = coverage.filter(|entry| entry.location.is_some() && entry.events > 0);
    let names = files.map(name).collect::<Option<BTreeSet<_>>>()?;
    (!names.is_empty()).then_some(names)
}

fn few(names: &BTreeSet<&str>, one: &str, many: &str) -> String {
    if names.len() > FEW {
        return count(names.len() as u64, one, many);
    }
    names.iter().copied().collect::<Vec<_>>().join(", ")
}
