//! What kind of caller is behind a change of state: a person, a session, or a service. `attribution` tells which.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    Person,
    RoleSession,
    AutoScaling,
    Spot,
    CloudFormation,
    Lambda,
    Ssm,
    Scheduler,
    Service,
    Unknown,
}

impl Cause {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::RoleSession => "role-session",
            Self::AutoScaling => "auto-scaling",
            Self::Spot => "spot",
            Self::CloudFormation => "cloudformation",
            Self::Lambda => "lambda",
            Self::Ssm => "ssm",
            Self::Scheduler => "scheduler",
            Self::Service => "service",
            Self::Unknown => "unknown",
        }
    }

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
