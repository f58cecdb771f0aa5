//! `trailhunt lookup`: events that have all of some attributes, from any source.

use super::inquiry::Inquiry;
use super::investigate::investigate;
use crate::cli::LookupArgs;
use crate::error::Exit;
use crate::playbook::Playbook;
use crate::terminal::Terminal;

pub fn run(args: &LookupArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let columns = Playbook::of_columns(
        "lookup",
        &[
            ("time", &["eventTime"]),
            ("call", &["eventName"]),
            ("source", &["eventSource"]),
            (
                "who",
                &[
                    "userIdentity.arn",
                    "userIdentity.principalId",
                    "userIdentity.invokedBy",
                ],
            ),
            ("key", &["userIdentity.accessKeyId"]),
            ("region", &["awsRegion"]),
            ("ip", &["sourceIPAddress"]),
            ("error", &["errorCode"]),
        ],
    );
    let inquiry = Inquiry::of_attributes(&columns, &args.attributes, &args.investigate);
    investigate(inquiry, &args.investigate, terminal)
}
