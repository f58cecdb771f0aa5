//! The Python servers: that they serve what the tests of the binary use them for, and end when they should.

use crate::support::aws_servers::Emulator;

/// Both tell who calls, and where a key of a user was last used.
async fn tells_who_calls_and_where_a_key_was_used(emulator: Emulator, user: &str) {
    let Some(server) = emulator.shared() else {
        return;
    };
    let config = server.config();
    let caller = aws_sdk_sts::Client::new(&config)
        .get_caller_identity()
        .send();
    let caller = caller.await.unwrap();
    assert_eq!(caller.account().map(str::len), Some(12));

    let iam = aws_sdk_iam::Client::new(&config);
    iam.create_user().user_name(user).send().await.unwrap();
    let made = iam
        .create_access_key()
        .user_name(user)
        .send()
        .await
        .unwrap();
    let id = made.access_key().unwrap().access_key_id();
    let listed = iam.list_access_keys().user_name(user).send().await.unwrap();
    assert_eq!(listed.access_key_metadata()[0].access_key_id(), Some(id));
    let last = iam
        .get_access_key_last_used()
        .access_key_id(id)
        .send()
        .await
        .unwrap();
    assert_eq!(last.user_name(), Some(user));
}

#[tokio::test]
async fn moto_serves_sts_and_iam() {
    tells_who_calls_and_where_a_key_was_used(Emulator::Moto, "ana").await;
}

#[tokio::test]
async fn ministack_serves_sts_and_iam() {
    tells_who_calls_and_where_a_key_was_used(Emulator::Ministack, "ana").await;
}

#[tokio::test]
async fn ministack_lists_regions() {
    let Some(server) = Emulator::Ministack.shared() else {
        return;
    };
    let account = aws_sdk_account::Client::new(&server.config());
    let regions = account.list_regions().send().await.unwrap();
    let names: Vec<_> = regions
        .regions()
        .iter()
        .filter_map(|region| region.region_name())
        .collect();
    assert!(
        names.contains(&"us-east-1") && names.contains(&"eu-north-1"),
        "{names:?}"
    );
}

#[test]
fn a_dropped_server_is_gone() {
    let Some(server) = Emulator::Moto.start() else {
        return;
    };
    let address = server.url().trim_start_matches("http://").to_owned();
    assert!(std::net::TcpStream::connect(&address).is_ok());
    drop(server);
    assert!(std::net::TcpStream::connect(&address).is_err());
}
