//! What CloudFormation and security people's tools say of the templates: `cfn-lint` finds nothing, and `checkov` just
//! what a template says it leaves out, with the reason.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::emit::{OPTION_SETS, emit, sandbox};
use crate::support::sandbox::Sandbox;
use crate::support::{skip, venv};

const TEMPLATES: [&str; 4] = ["trail", "home", "forwarder", "cis-metric-filters"];

/// The templates of every option set, a folder each, below `templates`; the interpreter of the linters, or none where
/// there is none.
fn templates() -> Option<(Sandbox, PathBuf)> {
    let python = match venv::python() {
        Ok(python) => python,
        Err(why) => {
            skip(&why);
            return None;
        }
    };
    let sandbox = sandbox();
    for (name, options) in OPTION_SETS {
        let emitted = format!("emitted/{name}");
        emit(&sandbox, &emitted, options);
        let folder = sandbox.home().join("templates").join(name);
        fs::create_dir_all(&folder).unwrap();
        for template in TEMPLATES.map(|name| format!("{name}.json")) {
            let from = sandbox.home().join(&emitted).join(&template);
            if from.exists() {
                fs::copy(from, folder.join(template)).unwrap();
            }
        }
    }
    Some((sandbox, python))
}

#[test]
fn cfn_lint_finds_nothing() {
    let Some((sandbox, python)) = templates() else {
        return;
    };
    let mut command = sandbox.command(&python);
    let output = command
        .arg(python.with_file_name("cfn-lint"))
        .args(["--template", "templates/**/*.json"])
        // old and new ones, which do not have the same resource types
        .args(["--regions", "us-east-1", "ap-northeast-2", "ap-southeast-7"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(said, "");
}

/// Compares the code in a template (first) with the source (second): the same but for what is said about it.
const SAME_CODE: &str = r#"
import ast, json, sys
def tree(source):
  tree = ast.parse(source)
  for node in ast.walk(tree):
    if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None:
      del node.body[0]
  return tree
formatter = json.load(open(sys.argv[1]))['Resources']['Formatter']['Properties']
parts = formatter['Code']['ZipFile']['Fn::Join'][1]
code = tree(''.join(part for part in parts if isinstance(part, str)))
assert ast.unparse(code.body.pop()) == "CATALOGUE = ''"
assert ast.dump(code) == ast.dump(tree(open(sys.argv[2]).read()))
"#;

#[test]
fn the_template_holds_the_code_of_the_formatter() {
    let Some((sandbox, python)) = templates() else {
        return;
    };
    let folder = sandbox.home().join("emitted/plain");
    let mut command = sandbox.command(python);
    let files = [folder.join("home.json"), folder.join("formatter.py")];
    command
        .args(["-c", SAME_CODE])
        .args(files)
        .assert()
        .success();
}

/// A check of a resource of a file.
type Finding = (String, String, String);

/// What the templates below `folder` say they leave out; the reasons are taken out of the files.
fn take_reasons(folder: &Path, found: &mut BTreeSet<Finding>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            take_reasons(&path, found);
            continue;
        }
        let mut template: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        for (id, resource) in template["Resources"].as_object_mut().unwrap() {
            let metadata = resource.as_object_mut().unwrap().remove("Metadata");
            let metadata = metadata.unwrap_or_default();
            for check in metadata["checkov"]["skip"].as_array().into_iter().flatten() {
                assert!(check["comment"].as_str().unwrap().len() > 20, "{check}");
                let check = check["id"].as_str().unwrap().to_owned();
                found.insert((name(&path), id.clone(), check));
            }
        }
        fs::write(&path, template.to_string()).unwrap();
    }
}

/// `plain/home.json`.
fn name(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts[parts.len() - 2..].join("/")
}

/// What checkov finds below `templates`.
fn checkov(sandbox: &Sandbox, python: &Path) -> BTreeSet<Finding> {
    let program = python.with_file_name("checkov");
    let mut command = sandbox.command(python);
    let output = command
        .arg(program)
        .args(["--directory", "templates", "--framework", "cloudformation"])
        .args([
            "--skip-download",
            "--compact",
            "--output",
            "json",
            "--soft-fail",
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let report: Value = serde_json::from_str(&said).unwrap_or_else(|error| {
        panic!("{error}: {said}{}", String::from_utf8_lossy(&output.stderr))
    });
    assert_eq!(report["results"]["parsing_errors"], serde_json::json!([]));
    assert!(
        report["summary"]["resource_count"].as_u64().unwrap() > 50,
        "{}",
        report["summary"]
    );
    let failed = report["results"]["failed_checks"]
        .as_array()
        .unwrap()
        .iter();
    failed
        .map(|check| {
            let resource = check["resource"].as_str().unwrap();
            let id = resource.rsplit('.').next().unwrap().to_owned();
            let file = name(Path::new(check["file_path"].as_str().unwrap()));
            (file, id, check["check_id"].as_str().unwrap().to_owned())
        })
        .collect()
}

#[test]
fn checkov_finds_just_what_is_left_out_with_a_reason() {
    let Some((sandbox, python)) = templates() else {
        return;
    };
    assert_eq!(checkov(&sandbox, &python), BTreeSet::new());
    let mut reasons = BTreeSet::new();
    take_reasons(&sandbox.home().join("templates"), &mut reasons);
    assert_eq!(checkov(&sandbox, &python), reasons);
}
