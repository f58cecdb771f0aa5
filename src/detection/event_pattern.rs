//! To EventBridge patterns: a detection as patterns any of which an event must meet, or why there is none.
