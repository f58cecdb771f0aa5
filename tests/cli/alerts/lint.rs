//! The templates, before cfn-lint and checkov.
