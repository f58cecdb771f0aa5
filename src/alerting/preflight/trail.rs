//! The trail: without one that is logging, no CloudTrail event reaches EventBridge at all (facts: G1). One that suits is
//! used; that one could not be looked at is something else than that there is none, for a second copy is charged.

use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types::{AdvancedEventSelector, EventSelector, ReadWriteType, Trail};

use crate::alerting::names::TRAIL;
use crate::aws::Aws;
use crate::aws::errors::error_message;
use crate::report::alerting::deploy::{TrailFound, TrailState};

/// What is known of one trail.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TrailVerdict {
    state: TrailState,
    why: String,
}

/// Whether a trail suits that home sees, those of other Regions and of the organization among them.
pub async fn find(aws: &Aws, home: &str) -> TrailFound {
    let request = aws.trails(home).describe_trails();
    let trails = match request.include_shadow_trails(true).send().await {
        Ok(answer) => answer.trail_list.unwrap_or_default(),
        Err(error) => {
            return unknown(format!(
                "trails could not be listed ({})",
                error_message(error)
            ));
        }
    };
    let is_name_taken = trails.iter().any(|trail| {
        trail.name.as_deref() == Some(TRAIL) && trail.home_region.as_deref() == Some(home)
    });
    let mut judged = Vec::new();
    for trail in trails {
        let verdict = judge(aws, home, &trail).await;
        judged.push((trail, verdict));
    }
    TrailFound {
        is_name_taken,
        ..of(judged)
    }
}

fn unknown(reason: String) -> TrailFound {
    TrailFound {
        state: TrailState::Unknown,
        name: None,
        arn: None,
        reason,
        is_name_taken: false,
    }
}

/// The best of them: one that suits, else one that may.
fn of(mut judged: Vec<(Trail, TrailVerdict)>) -> TrailFound {
    judged.sort_by_key(|(trail, verdict)| {
        let rank = match verdict.state {
            TrailState::Suitable => 0,
            TrailState::Unknown => 1,
            TrailState::NotSuitable => 2,
        };
        (rank, trail.trail_arn.clone())
    });
    let Some((best, verdict)) = judged.first() else {
        return TrailFound {
            state: TrailState::NotSuitable,
            ..unknown("there is no trail".to_owned())
        };
    };
    let shown = match verdict.state {
        TrailState::Suitable => &judged[..1],
        _ => &judged[..],
    };
    let reasons = shown.iter().map(|(trail, verdict)| {
        let name = trail.name.as_deref().unwrap_or("a trail without a name");
        format!("{name}: {}", verdict.why)
    });
    TrailFound {
        state: verdict.state,
        name: best.name.clone(),
        arn: best.trail_arn.clone(),
        reason: reasons.collect::<Vec<_>>().join("; "),
        is_name_taken: false,
    }
}

/// Asks in the trail's own Region, by its ARN: others do not know its selectors.
async fn judge(aws: &Aws, home: &str, trail: &Trail) -> TrailVerdict {
    if trail.is_multi_region_trail != Some(true) {
        return not_suitable("it is of a single Region");
    }
    let Some(arn) = &trail.trail_arn else {
        return could_not_look("it has no ARN");
    };
    let client = aws.trails(trail.home_region.as_deref().unwrap_or(home));
    match client.get_trail_status().name(arn).send().await {
        Ok(status) if status.is_logging != Some(true) => return not_suitable("it is not logging"),
        Ok(_) => {}
        Err(error) => return could_not_look(&whose(trail, &error_message(error))),
    }
    match client.get_event_selectors().trail_name(arn).send().await {
        Ok(selectors) => records(&selectors),
        Err(error) => could_not_look(&whose(trail, &error_message(error))),
    }
}

fn whose(trail: &Trail, why: &str) -> String {
    match trail.is_organization_trail {
        Some(true) => format!("it is the organization's, {why}"),
        _ => why.to_owned(),
    }
}

fn not_suitable(why: &str) -> TrailVerdict {
    TrailVerdict {
        state: TrailState::NotSuitable,
        why: why.to_owned(),
    }
}

fn could_not_look(why: &str) -> TrailVerdict {
    TrailVerdict {
        state: TrailState::Unknown,
        why: format!("could not be looked at ({why})"),
    }
}

/// Whether management events that write are recorded.
fn records(selectors: &GetEventSelectorsOutput) -> TrailVerdict {
    let (basic, advanced) = (
        selectors.event_selectors(),
        selectors.advanced_event_selectors(),
    );
    let found = basic.iter().find_map(basic_writes);
    let found = found.or_else(|| advanced.iter().find_map(advanced_writes));
    let Some((kind, left_out)) = found else {
        return not_suitable("it does not record management events that write");
    };
    let but = match left_out.as_slice() {
        [] => String::new(),
        sources => format!(
            ", but none of {}: what they do is not alerted on",
            sources.join(", ")
        ),
    };
    TrailVerdict {
        state: TrailState::Suitable,
        why: format!("it is logging {kind} in every Region{but}"),
    }
}

/// What is recorded, and the event sources that are left out; none where writes are not.
fn basic_writes(selector: &EventSelector) -> Option<(&'static str, Vec<String>)> {
    if selector.include_management_events == Some(false) {
        return None;
    }
    let kind = match selector.read_write_type {
        None | Some(ReadWriteType::All) => ALL,
        Some(ReadWriteType::WriteOnly) => WRITES,
        _ => return None,
    };
    let left_out = selector.exclude_management_event_sources();
    Some((kind, left_out.to_vec()))
}

/// The same of an advanced selector: any further condition makes it narrower than it would have to be.
fn advanced_writes(selector: &AdvancedEventSelector) -> Option<(&'static str, Vec<String>)> {
    let (mut is_management, mut kind, mut left_out) = (false, ALL, Vec::new());
    for field in selector.field_selectors() {
        let others = [
            field.starts_with(),
            field.ends_with(),
            field.not_starts_with(),
            field.not_ends_with(),
        ];
        if others.iter().any(|values| !values.is_empty()) {
            return None;
        }
        match (field.field(), field.equals(), field.not_equals()) {
            ("eventCategory", [category], []) if category == "Management" => is_management = true,
            ("readOnly", [value], []) if value == "false" => kind = WRITES,
            ("eventSource", [], sources) => left_out = sources.to_vec(),
            _ => return None,
        }
    }
    is_management.then_some((kind, left_out))
}

const ALL: &str = "management events";
const WRITES: &str = "management events that write (none that read)";

#[cfg(test)]
mod tests {
    use aws_sdk_cloudtrail::types::AdvancedFieldSelector;

    use super::*;

    fn field(name: &str, equals: &[&str], not_equals: &[&str]) -> AdvancedFieldSelector {
        let texts = |values: &[&str]| -> Option<Vec<String>> {
            let values = values.iter().map(|value| (*value).to_owned());
            Some(values.collect()).filter(|values: &Vec<String>| !values.is_empty())
        };
        let selector = AdvancedFieldSelector::builder().field(name);
        let selector = selector.set_equals(texts(equals));
        selector.set_not_equals(texts(not_equals)).build().unwrap()
    }

    fn advanced(fields: Vec<AdvancedFieldSelector>) -> TrailVerdict {
        let selector = AdvancedEventSelector::builder();
        let selector = selector.set_field_selectors(Some(fields)).build().unwrap();
        let output = GetEventSelectorsOutput::builder();
        records(&output.advanced_event_selectors(selector).build())
    }

    fn basic(selector: EventSelector) -> TrailVerdict {
        let output = GetEventSelectorsOutput::builder();
        records(&output.event_selectors(selector).build())
    }

    #[test]
    fn basic_selectors_that_record_writes_suit() {
        let selector = EventSelector::builder().include_management_events(true);
        for (kind, state) in [
            (ReadWriteType::All, TrailState::Suitable),
            (ReadWriteType::WriteOnly, TrailState::Suitable),
            (ReadWriteType::ReadOnly, TrailState::NotSuitable),
        ] {
            assert_eq!(
                basic(selector.clone().read_write_type(kind).build()).state,
                state
            );
        }
        let data_only = EventSelector::builder().include_management_events(false);
        assert_eq!(basic(data_only.build()).state, TrailState::NotSuitable);
        let but = selector.exclude_management_event_sources("kms.amazonaws.com");
        let verdict = basic(but.build());
        assert_eq!(verdict.state, TrailState::Suitable);
        assert!(
            verdict.why.contains("none of kms.amazonaws.com"),
            "{}",
            verdict.why
        );
    }

    #[test]
    fn advanced_selectors_suit_where_nothing_narrows_them() {
        let management = || field("eventCategory", &["Management"], &[]);
        let suits = |fields| advanced(fields).state == TrailState::Suitable;
        assert!(suits(vec![management()]));
        assert!(suits(vec![
            management(),
            field("readOnly", &["false"], &[])
        ]));
        assert!(!suits(vec![
            management(),
            field("readOnly", &["true"], &[])
        ]));
        assert!(!suits(vec![field("eventCategory", &["Data"], &[])]));
        assert!(!suits(vec![field("readOnly", &["false"], &[])]));
        let only = field("eventSource", &["iam.amazonaws.com"], &[]);
        assert!(!suits(vec![management(), only]));
        let without = field("eventSource", &[], &["kms.amazonaws.com"]);
        assert!(
            advanced(vec![management(), without])
                .why
                .contains("none of kms")
        );
    }

    #[test]
    fn no_selector_is_no_recording() {
        let nothing = GetEventSelectorsOutput::builder().build();
        assert_eq!(records(&nothing).state, TrailState::NotSuitable);
    }

    #[test]
    fn what_suits_comes_first_and_doubt_before_refusal() {
        let trail = |name: &str| Trail::builder().name(name).trail_arn(name).build();
        let refused = || (trail("a"), not_suitable("it is not logging"));
        let doubtful = || (trail("b"), could_not_look("AccessDenied"));
        let good = || {
            (
                trail("c"),
                TrailVerdict {
                    state: TrailState::Suitable,
                    why: "it is".to_owned(),
                },
            )
        };
        assert_eq!(of(vec![]).state, TrailState::NotSuitable);
        assert_eq!(of(vec![refused()]).state, TrailState::NotSuitable);
        let found = of(vec![refused(), doubtful()]);
        assert_eq!(
            (found.state, found.name.as_deref()),
            (TrailState::Unknown, Some("b"))
        );
        assert!(
            found.reason.contains("a: it is not logging"),
            "{}",
            found.reason
        );
        let found = of(vec![refused(), doubtful(), good()]);
        assert_eq!(
            (found.state, found.reason.as_str()),
            (TrailState::Suitable, "c: it is")
        );
    }
}
