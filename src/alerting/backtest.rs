//! What the alerts would have told: the severities and suppressions of the formatter, over events of any source.
