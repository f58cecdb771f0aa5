//! Which trail the events come from: one that suits, the one of our own stack, a new one, or none of ours.

use crate::alerting::names::TRAIL;
use crate::alerting::options::TrailChoice;
use crate::alerting::stacks::StackState;
use crate::alerting::templates::{self, Template};
use crate::error::Failure;
use crate::report::alerting::deploy::{TrailFound, TrailState, TrailUse};

/// What is done about the trail. None where that has to be asked: whether one suits is not known, and a second copy of
/// the events is charged.
///
/// # Errors
/// A failure where a trail is wanted whose name is taken.
pub fn decide(
    choice: TrailChoice,
    found: &TrailFound,
    state: &StackState,
) -> Result<Option<TrailUse>, Failure> {
    let is_ours = matches!(state, StackState::Ready(_) | StackState::Blocked { .. });
    let found_or = |other| match found.state {
        TrailState::Suitable => TrailUse::Found,
        _ => other,
    };
    let decided = match (choice, found.state) {
        (TrailChoice::None, _) => found_or(TrailUse::None),
        _ if is_ours => TrailUse::Ours,
        (TrailChoice::Auto, TrailState::Suitable) => TrailUse::Found,
        (TrailChoice::Auto, TrailState::Unknown) => return Ok(None),
        (TrailChoice::Auto, TrailState::NotSuitable) | (TrailChoice::Create, _) => TrailUse::Made,
    };
    if decided == TrailUse::Made {
        is_free(found)?;
    }
    Ok(Some(decided))
}

/// # Errors
/// A failure where there is a trail already that is called as ours.
pub fn is_free(found: &TrailFound) -> Result<(), Failure> {
    if !found.is_name_taken {
        return Ok(());
    }
    let what = format!(
        "a trail called '{TRAIL}' is there already, outside of our stack ({})",
        found.reason
    );
    let hint = format!(
        "let it log all management events in every Region (aws cloudtrail start-logging --name {TRAIL}), or delete it"
    );
    Err(Failure::failed(what).hint(hint))
}

/// The template of the trail stack, where it is ours; `kept` is the bucket that an earlier one left.
pub fn template(used: TrailUse, state: &StackState, kept: Option<&str>) -> Option<Template> {
    match (used, state.deployed()) {
        (TrailUse::Made, _) => Some(templates::trail(kept)),
        // the bucket that is its own by now is no longer one that was kept
        (TrailUse::Ours, Some(deployed)) => Some(Template {
            parameters: deployed.parameters.clone().into_iter().collect(),
            ..templates::trail(None)
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerting::stacks::DeployedStack;

    fn found(state: TrailState) -> TrailFound {
        TrailFound {
            state,
            name: Some("management".to_owned()),
            arn: None,
            reason: "management: a reason".to_owned(),
            is_name_taken: false,
        }
    }

    fn decided(choice: TrailChoice, state: TrailState) -> Option<TrailUse> {
        decide(choice, &found(state), &StackState::Missing).unwrap()
    }

    #[test]
    fn a_second_trail_is_made_only_where_none_suits_for_certain() {
        use TrailChoice::{Auto, Create, None as Without};
        use TrailState::{NotSuitable, Suitable, Unknown};
        assert_eq!(decided(Auto, Suitable), Some(TrailUse::Found));
        assert_eq!(decided(Auto, NotSuitable), Some(TrailUse::Made));
        assert_eq!(decided(Auto, Unknown), None);
        for state in [Suitable, NotSuitable, Unknown] {
            assert_eq!(decided(Create, state), Some(TrailUse::Made));
        }
        assert_eq!(decided(Without, Suitable), Some(TrailUse::Found));
        assert_eq!(decided(Without, Unknown), Some(TrailUse::None));
    }

    #[test]
    fn our_own_stays_as_it_was_made() {
        let parameters = [("ExistingBucket", "kept"), ("GlacierAfterDays", "30")];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let state = StackState::Ready(DeployedStack {
            parameters: parameters.clone().into(),
            ..DeployedStack::default()
        });
        // its own trail is the one that was found, and has its name
        let found = TrailFound {
            is_name_taken: true,
            ..found(TrailState::Suitable)
        };
        let used = decide(TrailChoice::Auto, &found, &state).unwrap();
        assert_eq!(used, Some(TrailUse::Ours));
        let template = template(TrailUse::Ours, &state, Some("another")).unwrap();
        assert_eq!(template.parameters, parameters);
    }

    #[test]
    fn a_name_that_is_taken_is_told_before_anything_is_made() {
        let taken = TrailFound {
            is_name_taken: true,
            ..found(TrailState::NotSuitable)
        };
        let failure = decide(TrailChoice::Auto, &taken, &StackState::Missing).unwrap_err();
        assert!(
            failure.message.contains("management: a reason"),
            "{failure}"
        );
    }
}
