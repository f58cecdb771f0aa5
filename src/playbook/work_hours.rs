//! Working hours as people write them, `Mon-Fri 09:00-18:00 Asia/Seoul`, as values of a playbook's parameters.

use std::str::FromStr;

use super::parameter::{DAYS, ParameterType};

/// The days of work, its hours, and where they are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkHours {
    days: Vec<&'static str>,
    from: String,
    until: String,
    timezone: Option<String>,
}

impl WorkHours {
    /// As values of `work_days`, `work_from`, `work_until` and `timezone`.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let days = self.days.iter().map(|day| ("work_days", *day));
        let hours = [("work_from", &*self.from), ("work_until", &*self.until)];
        let timezone = self.timezone.as_deref().map(|zone| ("timezone", zone));
        days.chain(hours)
            .chain(timezone)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

impl FromStr for WorkHours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const SHAPE: &str =
            "write it as \"Mon-Fri 09:00-18:00\", with a time zone behind it where it is not UTC";
        let words: Vec<&str> = text.split_whitespace().collect();
        let (days, hours, timezone) = match words.as_slice() {
            [days, hours] => (days, hours, None),
            [days, hours, zone] => (days, hours, Some((*zone).to_owned())),
            _ => return Err(SHAPE.to_owned()),
        };
        let (from, until) = hours.split_once('-').ok_or(SHAPE)?;
        for time in [from, until] {
            ParameterType::TimeOfDay.check(time)?;
        }
        if from >= until {
            return Err(format!(
                "work that begins at {from} does not end at {until}"
            ));
        }
        if let Some(zone) = &timezone {
            ParameterType::Timezone.check(zone)?;
        }
        Ok(Self {
            days: self::days(days).ok_or(SHAPE)?,
            from: from.to_owned(),
            until: until.to_owned(),
            timezone,
        })
    }
}

/// `Mon-Fri`, `Sun-Thu`, `Mon,Wed,Fri`.
fn days(text: &str) -> Option<Vec<&'static str>> {
    let day = |name: &str| DAYS.iter().position(|day| day.eq_ignore_ascii_case(name));
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut at, last) = (day(first)?, day(last)?);
        days.push(DAYS[at]);
        while at != last {
            at = (at + 1) % DAYS.len();
            days.push(DAYS[at]);
        }
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(text: &str) -> Result<String, String> {
        let hours: WorkHours = text.parse()?;
        let pairs: Vec<String> = hours
            .parameters()
            .into_iter()
            .map(|(name, value)| format!("{}={value}", name.trim_start_matches("work_")))
            .collect();
        Ok(pairs.join(" "))
    }

    #[test]
    fn days_hours_and_zone() {
        assert_eq!(
            parameters("mon-wed 09:00-18:00").unwrap(),
            "days=Mon days=Tue days=Wed from=09:00 until=18:00"
        );
        assert_eq!(
            parameters("Sat-Mon,Thu 07:30-16:00 Asia/Seoul").unwrap(),
            "days=Sat days=Sun days=Mon days=Thu from=07:30 until=16:00 timezone=Asia/Seoul"
        );
    }

    #[test]
    fn what_is_none_is_refused() {
        for wrong in [
            "",
            "09:00-18:00",
            "Mon-Fry 09:00-18:00",
            "Mon 9-18",
            "Mon 18:00-09:00",
            "Mon 09:00-09:00",
            "Mon 09:00-18:00 Mars/Base",
            "Mon 09:00-18:00 UTC x",
            "- 09:00-18:00",
        ] {
            assert!(parameters(wrong).is_err(), "{wrong}");
        }
    }
}
