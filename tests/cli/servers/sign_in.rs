//! The server of AWS Sign-In follows botocore's model, and so does the file that it follows.

use std::process::Command;

use serde_json::Value;

use crate::support::sign_in_server::MODEL;
use crate::support::{skip, venv};

const PRINT: &str = include_str!("../support/sign_in_model.py");

#[test]
fn the_model_is_botocores() {
    let python = match venv::python() {
        Ok(python) => python,
        Err(why) => {
            assert!(std::env::var_os("CI").is_none(), "{why}");
            return skip(&why);
        }
    };
    let told = Command::new(python).args(["-c", PRINT]).output().unwrap();
    let stderr = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "{stderr}");
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let kept: Value = serde_json::from_str(MODEL).unwrap();
    assert_eq!(
        kept, told,
        "renew tests/cli/support/sign_in_model.json with what sign_in_model.py prints"
    );
}
