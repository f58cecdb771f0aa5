//! The patterns of the rules, before `TestEventPattern`.
