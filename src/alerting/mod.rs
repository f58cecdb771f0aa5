//! The alerting stack: Sigma rules compiled to EventBridge patterns, the templates that carry them, and what is done
//! with those: deploy, look after, prove, tune, remove.
//!
//! ```text
//! every Region: default bus -> rules (+ dead letters) --+
//!                                                       v  one role, made in home
//! home: bus -> rule -> queue -> formatter.py -> topics: alerts (e-mail, ...), chat, operations; webhooks
//! ```
//!
//! How data flows: `options` (what was asked for) + `rules` (the catalogue, compiled) -> `templates` -> `stacks`
//! (change sets) -> `deploy`. `formatter.py` is what runs in the account: it decides which rules an event meets by the
//! same patterns, from `catalogue`.

pub mod account;
pub mod alert_rule;
mod at_once;
pub mod backtest;
pub mod catalogue;
pub mod deploy;
mod documents;
pub mod emit;
pub mod findings;
pub mod names;
pub mod options;
pub mod pack;
pub mod permissions;
pub mod preflight;
pub mod queues;
mod reads;
pub mod remove;
pub mod rules;
pub mod selftest;
pub mod settings;
pub mod stacks;
pub mod status;
pub mod survey;
pub mod templates;
