//! The test servers and the sandbox, tested themselves: what the other tests conclude stands on them.

mod emulators;
mod faults;
mod gate;
mod index;
mod paging;
mod refusals;
mod sandbox;
mod sign_in;

use aws_sdk_cloudtrail::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_sdk_cloudtrail::error::ProvideErrorMetadata;
use aws_sdk_cloudtrail::operation::lookup_events::builders::LookupEventsFluentBuilder;
use aws_sdk_cloudtrail::types::{Event, LookupAttribute, LookupAttributeKey};
use aws_sdk_cloudtrail::{Client, Config};

use crate::support::lookup_server::LookupServer;
use crate::support::sandbox::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

/// An SDK client that does not retry, signed with the sandbox's key.
fn client(server: &LookupServer, region: &str) -> Client {
    client_with_key(server, region, ACCESS_KEY_ID)
}

fn client_with_key(server: &LookupServer, region: &str, access_key_id: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .credentials_provider(Credentials::new(
            access_key_id,
            SECRET_ACCESS_KEY,
            None,
            None,
            "test",
        ))
        .region(Region::new(region.to_owned()))
        .endpoint_url(server.url())
        .retry_config(RetryConfig::disabled())
        .build();
    Client::from_conf(config)
}

fn attribute(key: LookupAttributeKey, value: &str) -> LookupAttribute {
    let attribute = LookupAttribute::builder().attribute_key(key);
    let attribute = attribute.attribute_value(value).build();
    attribute.expect("an attribute has a key and a value")
}

/// A lookup by one attribute.
fn by(client: &Client, key: LookupAttributeKey, value: &str) -> LookupEventsFluentBuilder {
    client
        .lookup_events()
        .lookup_attributes(attribute(key, value))
}

/// Every event of a lookup, page by page.
async fn all(lookup: LookupEventsFluentBuilder) -> Vec<Event> {
    let pages = lookup.into_paginator().items().send();
    pages
        .collect::<Result<_, _>>()
        .await
        .expect("every page is served")
}

/// The error code that a lookup is refused with; nothing where the connection broke or the body is unreadable.
async fn refused(lookup: LookupEventsFluentBuilder) -> Option<String> {
    let error = lookup.send().await.expect_err("the lookup fails");
    error.code().map(str::to_owned)
}

fn ids(events: &[Event]) -> Vec<&str> {
    events.iter().filter_map(Event::event_id).collect()
}
