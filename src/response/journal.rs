//! The journal: JSON Lines, one entry before and one after every call, each on disk before the next thing happens.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::error::Failure;
use crate::response::operator::Operator;
use crate::response::plan::Plan;

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
}

impl Journal {
    /// Opens the journal of `plan`: `path` where it is given, else one in the state folder, which is made. A journal
    /// of the same command and account that did not end is continued.
    ///
    /// # Errors
    /// A usage failure where `path` holds anything else, or cannot be written: then nothing is done.
    pub fn open(path: Option<&Path>, operator: &Operator, plan: &Plan) -> Result<Self, Failure> {
        let _ = (path, operator, plan);
        todo!()
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// When `access_key_id` of `account` was last deactivated, as `journal` says, or else the journals of the state
/// folder; none where it was not, or was taken back.
///
/// # Errors
/// A usage failure where `journal` cannot be read, or is no journal.
pub fn when_contained(
    access_key_id: &str,
    account: &str,
    journal: Option<&Path>,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let _ = (access_key_id, account, journal);
    todo!()
}
