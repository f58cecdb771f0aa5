//! How to suppress what is noisiest: YAML for the file of `--settings`, ready but for its reason.

use chrono::{Days, NaiveDate};

use crate::report::Level;
use crate::report::alerting::backtest::{Hint, Noise};

/// A suppression ends after so many days, where nobody says otherwise.
const DAYS: Days = Days::new(90);

/// Fewer messages are no noise, however short the time.
const MANY: u64 = 5;

/// For the noisiest of `alerts`, which come in this order, where it tells more often than once a day of so many `days`.
/// What is critical is not suppressed.
pub fn of(alerts: &[Noise], days: f64, today: NaiveDate) -> Option<Hint> {
    let mut alerts = alerts.iter();
    let noise = alerts.find(|noise| noise.severity < Level::Critical)?;
    #[expect(clippy::cast_precision_loss, reason = "compared with days")]
    let is_noisy = noise.messages >= MANY && noise.messages as f64 > days;
    if !is_noisy {
        return None;
    }
    let until = today.checked_add_days(DAYS)?;
    let principal = noise.principal.as_deref().map(quoted);
    let principal = principal.map(|principal| format!("    principal: {principal}\n"));
    let yaml = format!(
        "suppress:\n  - reason: why this is expected\n    until: {until}\n    rule: {}\n{}",
        noise.rule,
        principal.unwrap_or_default()
    );
    Some(Hint {
        why: format!(
            "if {} by {} is expected, these {} messages end with this in --settings FILE:",
            noise.rule, noise.actor, noise.messages
        ),
        yaml,
    })
}

/// `text` in double quotes, as YAML reads it: an actor's name is anybody's.
fn quoted(text: &str) -> String {
    let quoted = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        ' '..='~' => c.to_string(),
        c => format!("\\U{:08X}", u32::from(c)),
    });
    format!("\"{}\"", quoted.collect::<String>())
}
