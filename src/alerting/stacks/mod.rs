//! CloudFormation: stacks, their change sets, their events.
