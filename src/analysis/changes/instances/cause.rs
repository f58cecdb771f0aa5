//! What kind of caller is behind a change of state: a person, a session, or a service. `attribution` tells which.

use strum::IntoStaticStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(const_into_str, serialize_all = "kebab-case")]
pub(super) enum Cause {
    Person,
    RoleSession,
    AutoScaling,
    Spot,
    #[strum(serialize = "cloudformation")]
    CloudFormation,
    Lambda,
    Ssm,
    Scheduler,
    Service,
    Unknown,
}

impl Cause {
    /// What acts by itself, as part of running the instances.
    pub(super) fn is_routine(self) -> bool {
        matches!(self, Self::AutoScaling | Self::Spot)
    }

    /// A service that does what somebody told it.
    pub(super) fn is_forwarded(self) -> bool {
        matches!(
            self,
            Self::CloudFormation | Self::Lambda | Self::Ssm | Self::Scheduler | Self::Service
        )
    }

    pub(super) fn of_service(host: &str) -> Self {
        match host.split('.').next().unwrap_or_default() {
            "autoscaling" => Self::AutoScaling,
            "spot" | "spotfleet" => Self::Spot,
            "cloudformation" => Self::CloudFormation,
            "lambda" => Self::Lambda,
            "ssm" => Self::Ssm,
            "scheduler" | "events" => Self::Scheduler,
            _ => Self::Service,
        }
    }
}
