//! What the formatter knows of the rules: names, words and patterns in one language, as one compressed text that is
//! handed to the home stack in parameters, since a template body holds no more than 51,200 bytes.

use super::options::Options;
use super::rules::Rules;

/// The longest value of a parameter of CloudFormation, in bytes.
pub const CHUNK: usize = 4096;

/// What the formatter reads, as JSON in ASCII: see the head of `formatter.py`.
pub fn json(_options: &Options, _rules: &Rules) -> String {
    todo!()
}

/// `json` compressed (zlib) and in base64, cut to fit parameters. `formatter.py` puts it together again.
pub fn chunks(_json: &str) -> Vec<String> {
    todo!()
}
