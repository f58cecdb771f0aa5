//! Every link leads somewhere: to a file that exists, and to a heading that stands in it. The network is not asked.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use regex::Regex;

use super::{Document, documents, project, readme};

/// Every page that has links: those of `documents`, and the two that are no guide.
fn all() -> Vec<Document> {
    let others = ["ARCHITECTURE.md", "CHANGELOG.md"];
    let others = others.map(Document::read);
    documents().into_iter().chain(others).collect()
}

/// Where the links of a page lead: between the blocks, inline or by reference.
fn targets(document: &Document) -> Vec<String> {
    let inline = Regex::new(r"\]\(([^)]*)\)").unwrap();
    let reference = Regex::new(r"(?m)^\[[^\]]+\]:\s*(\S+)").unwrap();
    let prose = document.prose();
    let found = inline
        .captures_iter(&prose)
        .chain(reference.captures_iter(&prose));
    found.map(|found| found[1].to_owned()).collect()
}

/// The anchors of a page, as GitHub makes them of its headings.
fn anchors(document: &Document) -> Vec<String> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let headings = document.lines().filter(|line| !line.is_fenced);
    let headings = headings.filter_map(|line| {
        let title = line.text.trim_start_matches('#');
        let depth = line.text.len() - title.len();
        (1..=6)
            .contains(&depth)
            .then_some(title.strip_prefix(' '))?
    });
    headings
        .map(|title| {
            let slug = slug(title);
            let before = times.entry(slug.clone()).or_default();
            *before += 1;
            match *before - 1 {
                0 => slug,
                again => format!("{slug}-{again}"),
            }
        })
        .collect()
}

fn slug(title: &str) -> String {
    let kept = title.trim().to_lowercase();
    let kept = kept
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// `path` without `.` and `..`; `None` where it leads out of the project.
fn within(path: &Path) -> Option<PathBuf> {
    let mut within = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => within.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !within.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(within)
}

/// What is wrong with a link of the page.
fn wrong(document: &Document, target: &str) -> Option<String> {
    let web = Regex::new(r"^https?://[a-z0-9-]+(\.[a-z0-9-]+)+(/[^\s<>]*)?$").unwrap();
    if target.contains("://") || target.starts_with("mailto:") {
        return (!web.is_match(target)).then(|| "is no address of a page".to_owned());
    }
    let (path, anchor) = match target.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (target, None),
    };
    let page = if path.is_empty() {
        PathBuf::from(&document.path)
    } else {
        let folder = Path::new(&document.path).parent().unwrap_or(Path::new(""));
        let Some(page) = within(&folder.join(path)) else {
            return Some("leads out of the project".to_owned());
        };
        page
    };
    if !project().join(&page).exists() {
        return Some(format!("there is no {}", page.display()));
    }
    let anchor = anchor?;
    let page = Document::read(&page.to_string_lossy());
    (!anchors(&page).iter().any(|known| known == anchor))
        .then(|| format!("{} has no heading #{anchor}", page.path))
}

#[test]
fn every_link_leads_somewhere() {
    let mut problems = Vec::new();
    let mut followed = 0;
    for document in all() {
        for target in targets(&document) {
            let problem = wrong(&document, &target);
            problems.extend(problem.map(|why| format!("{}: ({target}) {why}", document.path)));
            followed += 1;
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    assert!(followed >= 60, "only {followed} links were found");
}

#[test]
fn readme_leads_to_every_page() {
    let readme = readme();
    let targets = targets(&readme);
    for document in all() {
        assert!(
            document.path == readme.path || targets.contains(&document.path),
            "README does not lead to {}",
            document.path
        );
    }
}

#[test]
fn a_wrong_link_is_seen() {
    let page = Document {
        path: "docs/page.md".to_owned(),
        text: "# A `code` title, and more\n```sh\n# none\n```\n## Twice\n## Twice\n".to_owned(),
    };
    assert_eq!(
        anchors(&page),
        ["a-code-title-and-more", "twice", "twice-1"]
    );
    for right in [
        "../README.md",
        "../README.md#install",
        "https://a.example/b#c",
    ] {
        assert_eq!(wrong(&page, right), None, "{right}");
    }
    for other in [
        "README.md",
        "../README.md#none",
        "../../x",
        "/etc/passwd",
        "https://a b",
        "https://nowhere",
        "ftp://a.example",
    ] {
        assert!(wrong(&page, other).is_some(), "{other}");
    }
}
