//! What an operator must be allowed for each of the alerts commands, as IAM policies.
