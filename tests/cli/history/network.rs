//! How AWS is reached: certificates of one's own, and proxies. `tests/fixtures/tls` has a certificate of `localhost` and
//! the authority that signed it, made for these tests: `openssl x509 -text -in server.pem` shows it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{HERE, NOW, said, serving};
use crate::support::sandbox::Sandbox;

const CALLER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
    <Arn>arn:aws:iam::111122223333:user/ana</Arn><Account>111122223333</Account>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls");
    folder.join(name).display().to_string()
}

/// The address of an STS that speaks TLS with the certificate of the fixtures.
fn sts_over_tls() -> String {
    let certificate = CertificateDer::from_pem_file(fixture("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(fixture("server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            // a client that does not trust the certificate ends here
            if stream.read(&mut [0; 8192]).is_ok_and(|read| read > 0) {
                let length = CALLER.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{CALLER}"
                );
                let _ = stream.write_all(answer.as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    format!("https://localhost:{port}")
}

/// What a lookup says that ends with `code`, in a sandbox that `prepare` made ready, and how often it asked CloudTrail.
fn lookup(prepare: impl Fn(Sandbox) -> Sandbox, code: i32) -> (String, usize) {
    let server = serving([]).start();
    let sandbox = Sandbox::new()
        .endpoint(&server.url())
        .cloudtrail(&server.url());
    let sandbox = sandbox.set("AWS_ENDPOINT_URL_STS", sts_over_tls());
    let sandbox = prepare(sandbox.now(NOW));
    let mut command = sandbox.trailhunt();
    command.args(["lookup", "-a", "EventName=StopLogging", "--regions", HERE]);
    let stderr = said(&mut command, code);
    (stderr, server.calls().len())
}

#[test]
fn a_certificate_that_nobody_trusts_is_refused() {
    let (stderr, calls) = lookup(|sandbox| sandbox, 1);
    assert!(stderr.contains("certificate"), "{stderr}");
    assert_eq!(calls, 0);
}

#[test]
fn a_bundle_of_the_environment_or_the_profile_is_trusted() {
    let (_, calls) = lookup(|sandbox| sandbox.set("AWS_CA_BUNDLE", fixture("ca.pem")), 0);
    assert_eq!(calls, 1);
    let profile = |sandbox: Sandbox| {
        let folder = sandbox.home().join(".aws");
        fs::create_dir_all(&folder).unwrap();
        let config = format!("[default]\nca_bundle = {}\n", fixture("ca.pem"));
        fs::write(folder.join("config"), config).unwrap();
        sandbox
    };
    let (_, calls) = lookup(profile, 0);
    assert_eq!(calls, 1);
    // the environment's wins
    let both = |sandbox: Sandbox| profile(sandbox).set("AWS_CA_BUNDLE", "/nowhere.pem");
    let (stderr, calls) = lookup(both, 2);
    assert!(stderr.contains("AWS_CA_BUNDLE: /nowhere.pem"), "{stderr}");
    assert_eq!(calls, 0);
}

#[test]
fn a_bundle_without_certificates_is_an_error() {
    for name in ["server.key", "no-such-file"] {
        let (stderr, calls) = lookup(|sandbox| sandbox.set("AWS_CA_BUNDLE", fixture(name)), 2);
        assert!(stderr.contains("AWS_CA_BUNDLE"), "{stderr}");
        assert_eq!(calls, 0);
    }
}

#[test]
fn a_proxy_that_cannot_be_read_is_no_direct_connection() {
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "ALL_PROXY"] {
        let prepare = |sandbox: Sandbox| {
            let sandbox = sandbox.set("AWS_CA_BUNDLE", fixture("ca.pem"));
            sandbox.set(name, "http://user:secret word@proxy.example:3128")
        };
        let (stderr, calls) = lookup(prepare, 2);
        assert!(
            stderr.contains(name) && !stderr.contains("secret"),
            "{stderr}"
        );
        assert_eq!(calls, 0);
    }
}
