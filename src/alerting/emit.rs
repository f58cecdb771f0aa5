//! The folder that `emit-alerts` writes: templates, parameters, the rules in clear, permissions, and how to deploy by hand.
