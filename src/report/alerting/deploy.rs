//! What `deploy-alerts` shows before and tells after: preflight, differences, outcomes of each stack.
