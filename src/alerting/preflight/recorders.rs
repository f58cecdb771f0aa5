//! AWS Config's recorders, Region by Region. There is one at most in each, and we make none: whoever wants to be alerted
//! of compliance changes has Config at work already.

use crate::alerting::at_once::at_once;
use crate::aws::Aws;
use crate::aws::errors::error_message;
use crate::report::alerting::deploy::{Recorder, RecorderState};

/// The recorder of each of `regions`.
pub async fn find(aws: &Aws, regions: &[String]) -> Vec<Recorder> {
    let jobs = regions.iter().cloned().map(|region| {
        let client = aws.config_service(&region);
        async move {
            let answer = client.describe_configuration_recorder_status().send().await;
            let (state, reason) = match answer {
                Ok(answer) => {
                    let found = answer.configuration_recorders_status.unwrap_or_default();
                    (state(found.iter().map(|status| status.recording)), None)
                }
                Err(error) => (RecorderState::Unknown, Some(error_message(error))),
            };
            Recorder {
                region,
                state,
                reason,
            }
        }
    });
    at_once(jobs).await
}

fn state(recording: impl Iterator<Item = bool>) -> RecorderState {
    recording.fold(RecorderState::None, |state, recording| match state {
        RecorderState::Recording => state,
        _ if recording => RecorderState::Recording,
        _ => RecorderState::Stopped,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_records_is_enough() {
        assert_eq!(state([].into_iter()), RecorderState::None);
        assert_eq!(state([false].into_iter()), RecorderState::Stopped);
        assert_eq!(state([true, false].into_iter()), RecorderState::Recording);
    }
}
