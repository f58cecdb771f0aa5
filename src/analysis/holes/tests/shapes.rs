//! What is a hole, rule by rule.
