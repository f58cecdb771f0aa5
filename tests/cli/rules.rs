//! The rule catalogue: what each rule must find, what it must leave alone, and that its events exist.
