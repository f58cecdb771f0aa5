//! The formatter's own tests, in Python, by the environment of the test servers.

use std::process::Command;

use crate::support::venv;

#[test]
fn its_python_tests_pass() {
    let python = venv::python().unwrap();
    let output = Command::new(python)
        .args(["-m", "unittest", "discover", "-s", "tests/alerting"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    // unittest calls it a success when it finds no test at all
    assert!(!said.contains("Ran 0 tests"), "{said}");
}
