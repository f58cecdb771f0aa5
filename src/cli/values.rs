//! Flags that several commands have, and their values as people write them.

use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::event::services::is_account_id;
use crate::output::Format;

/// Which account is asked, and how fast.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "AWS")]
pub struct AwsArgs {
    /// Profile of the AWS configuration
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Region that AWS is first asked in
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Most lookups a second per Region; the quota, 2, is shared with your colleagues
    #[arg(long, value_name = "CALLS_PER_SECOND", default_value = "2", allow_hyphen_values = true, value_parser = rate)]
    pub rate: f64,
    /// Give up what makes no progress for this long, and say what is missing
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = pause)]
    pub patience: Duration,
}

/// Longer than any session lives, and short enough to be added to any time.
const LONGEST: Duration = Duration::from_hours(7 * 24);

/// A time span as people write it: `90s`, `30m`, `2h`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let unreadable = || "write it as 90s, 30m or 2h".to_owned();
    let text = text.trim();
    let (number, seconds) = [("s", 1), ("m", 60), ("h", 3600)]
        .into_iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))
        .ok_or_else(unreadable)?;
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(unreadable());
    }
    let number: u64 = number.parse().map_err(|_| unreadable())?;
    match number.checked_mul(seconds).map(Duration::from_secs) {
        Some(duration) if duration <= LONGEST => Ok(duration),
        _ => Err("a week, 168h, is the longest".to_owned()),
    }
}

/// A time span of a second at least: two denies of one second would be the same.
pub(super) fn pause(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err("a second, 1s, is the shortest".to_owned()),
        pause => Ok(pause),
    }
}

/// An account: 12 digits.
pub(super) fn account_id(text: &str) -> Result<String, String> {
    let text = text.trim();
    if is_account_id(text) {
        Ok(text.to_owned())
    } else {
        Err("an account id has 12 digits".to_owned())
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate.is_finite() && (0.01..=50.0).contains(&rate) => Ok(rate),
        _ => Err("write a number of calls a second, from 0.01 to 50".to_owned()),
    }
}

/// One of `formats`; completes to them.
pub(super) fn formats(formats: &[Format]) -> impl TypedValueParser<Value = Format> + use<> {
    PossibleValuesParser::new(formats.iter().map(Format::into_str))
        .try_map(|name| name.parse::<Format>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_spans_as_people_write_them() {
        let seconds = |text| duration(text).map(|duration| duration.as_secs());
        assert_eq!(seconds("0s"), Ok(0));
        assert_eq!(seconds("90s"), Ok(90));
        assert_eq!(seconds(" 30m"), Ok(1800));
        assert!(pause("0m").is_err() && pause("1s").is_ok() && pause("x").is_err());
        assert_eq!(seconds("168h"), Ok(604_800));
        for wrong in ["", "m", "30", "-1s", "+1s", "1.5h", "1d", "½h", "1 h"] {
            assert_eq!(seconds(wrong), Err("write it as 90s, 30m or 2h".into()));
        }
        for long in ["169h", "18446744073709551615h"] {
            assert!(seconds(long).unwrap_err().contains("168h"), "{long}");
        }
    }
}
