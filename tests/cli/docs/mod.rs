//! The papers say what is: README, CONTRIBUTING and every page of `docs/`. Here is how they are read; the files below
//! hold them against the program.

mod architecture;
mod examples;
mod links;
mod names;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::sandbox::Sandbox;

/// A page: where it stands below the project, and what it says.
struct Document {
    path: String,
    text: String,
}

/// A fenced block of a page: what it is written in, and its text.
struct Block {
    language: String,
    text: String,
}

/// A line of a page, and whether it stands in a fenced block (or is a fence).
struct Line<'t> {
    text: &'t str,
    is_fenced: bool,
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Document {
    fn read(path: &str) -> Self {
        let text = fs::read_to_string(project().join(path));
        Self {
            path: path.to_owned(),
            text: text.unwrap_or_else(|error| panic!("{path}: {error}")),
        }
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut is_open = false;
        self.text.lines().map(move |text| {
            let is_fence = text.trim_start().starts_with("```");
            is_open ^= is_fence;
            let is_fenced = is_open || is_fence;
            Line { text, is_fenced }
        })
    }

    /// What stands between the blocks.
    fn prose(&self) -> String {
        let lines = self.lines().filter(|line| !line.is_fenced);
        let lines: Vec<&str> = lines.map(|line| line.text).collect();
        lines.join("\n")
    }

    /// What stands in backticks between the blocks.
    fn code_spans(&self) -> Vec<String> {
        let prose = self.prose();
        let spans = prose.split('`').skip(1).step_by(2);
        spans.map(str::to_owned).collect()
    }

    fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<(usize, Block)> = None;
        for line in self.text.lines() {
            let start = line.trim_start();
            let indent = line.len() - start.len();
            match (start.strip_prefix("```"), &mut open) {
                (Some(language), None) => {
                    let (language, text) = (language.to_owned(), String::new());
                    open = Some((indent, Block { language, text }));
                }
                (Some(_), Some(_)) => blocks.extend(open.take().map(|(_, block)| block)),
                (None, Some((indent, block))) => {
                    block.text.push_str(line.get(*indent..).unwrap_or_default());
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", self.path);
        blocks
    }

    fn blocks_in(&self, language: &str) -> Vec<String> {
        let blocks = self.blocks().into_iter();
        let blocks = blocks.filter(|block| block.language == language);
        blocks.map(|block| block.text).collect()
    }

    /// What stands below the heading `## {title}`.
    fn section(&self, title: &str) -> Option<&str> {
        let rest = self.text.split(&format!("\n## {title}\n")).nth(1)?;
        rest.split("\n## ").next()
    }
}

fn readme() -> Document {
    Document::read("README.md")
}

/// README, CONTRIBUTING and every page of `docs/`.
fn documents() -> Vec<Document> {
    let pages = fs::read_dir(project().join("docs")).expect("docs can be listed");
    let mut pages: Vec<PathBuf> = pages.map(|page| page.unwrap().path()).collect();
    pages.sort();
    let names = pages.iter().map(|page| {
        let name = page.file_name().unwrap().to_string_lossy();
        assert!(name.ends_with(".md"), "docs/{name} is no page");
        format!("docs/{name}")
    });
    let names = ["README.md", "CONTRIBUTING.md"]
        .map(str::to_owned)
        .into_iter()
        .chain(names);
    names.map(|name| Document::read(&name)).collect()
}

/// The one page that has what `find` looks for.
fn the_one<T>(what: &str, find: impl Fn(&Document) -> Option<T>) -> T {
    let mut found: Vec<T> = documents().iter().filter_map(find).collect();
    assert_eq!(found.len(), 1, "one page has {what}");
    found.remove(0)
}

/// What the command prints: first its answer, then what it says on stderr.
fn printed(sandbox: &Sandbox, arguments: &[&str]) -> String {
    // piped: on a terminal, help would be as wide as that
    let run = sandbox.trailhunt().args(arguments).write_stdin("").assert();
    let output = run.success().get_output().clone();
    String::from_utf8([output.stdout, output.stderr].concat()).expect("what is printed is UTF-8")
}

#[test]
fn a_page_is_read_as_it_is_written() {
    let document = Document {
        path: "page.md".to_owned(),
        text: "# Title\n`a` and\n```sh\n# no title\n```\n1. item\n\n   ```yaml\n   k:\n     v: `\n   ```\n## Next\n`b`\n"
            .to_owned(),
    };
    assert_eq!(document.code_spans(), ["a", "b"]);
    assert_eq!(document.blocks_in("sh"), ["# no title\n"]);
    assert_eq!(document.blocks_in("yaml"), ["k:\n  v: `\n"]);
    assert_eq!(document.section("Next"), Some("`b`\n"));
    assert!(!document.prose().contains("no title"));
}
