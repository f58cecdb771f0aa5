//! The journal: JSON Lines, one entry before and one after every call, each on disk before the next thing happens.

use std::path::{Path, PathBuf};

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
