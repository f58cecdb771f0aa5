//! `NextToken`: opaque, and good only with the parameters and the Region it was issued for (facts: A2, A9).

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::request::{Parameters, Refusal, refuse};

/// The tokens a server has issued; they stay good, so a lost answer can be asked for again.
#[derive(Default)]
pub struct Tokens {
    issued: HashMap<String, Continuation>,
}

struct Continuation {
    region: String,
    /// Without a token of their own.
    parameters: Parameters,
    offset: usize,
}

impl Tokens {
    /// A token for what follows the first `offset` events of a lookup.
    pub fn issue(&mut self, region: &str, parameters: &Parameters, offset: usize) -> String {
        let mut hasher = DefaultHasher::new();
        (self.issued.len(), region, offset).hash(&mut hasher);
        // the leading count keeps tokens apart, the hash keeps clients from counting along
        let token = format!("{:06x}{:016x}", self.issued.len(), hasher.finish());
        let continuation = Continuation {
            region: region.to_owned(),
            parameters: Parameters {
                next_token: None,
                ..parameters.clone()
            },
            offset,
        };
        self.issued.insert(token.clone(), continuation);
        token
    }

    /// How many events the lookup has had before: none without a token.
    pub fn offset(&self, region: &str, parameters: &Parameters) -> Result<usize, Refusal> {
        let Some(token) = &parameters.next_token else {
            return Ok(0);
        };
        let other = Parameters {
            next_token: None,
            ..parameters.clone()
        };
        self.issued
            .get(token)
            .filter(|issued| issued.region == region && issued.parameters == other)
            .map(|issued| issued.offset)
            .ok_or_else(refusal)
    }
}

/// What AWS says to a token that is unknown, expired, or sent with other parameters.
pub fn refusal() -> Refusal {
    refuse("InvalidNextTokenException", "Invalid token.")
}
