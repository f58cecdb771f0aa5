//! How AWS is reached: the certificates that are trusted, and the proxies of the environment. What was set and cannot
//! be used is an error: going another way, unasked, is what whoever set it meant to prevent.

use std::env;
use std::fs;
use std::path::PathBuf;

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::profile::setting;
use crate::error::Failure;

/// The proxy variables, as the HTTP client reads them.
const PROXIES: [&str; 6] = [
    "ALL_PROXY",
    "all_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
];
const PROXY_SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Refuses a proxy variable that the HTTP client would pass over.
///
/// # Errors
/// A usage failure that names the variable, and not its value, which may hold a password.
pub fn check_proxies() -> Result<(), Failure> {
    for name in PROXIES {
        let Some(value) = env::var_os(name).filter(|value| !value.is_empty()) else {
            continue;
        };
        if !value.to_str().is_some_and(is_proxy) {
            return Err(
                Failure::usage(format!("{name} cannot be read as the address of a proxy"))
                    .hint("write it as http://HOST:PORT, or unset it"),
            );
        }
    }
    Ok(())
}

fn is_proxy(address: &str) -> bool {
    let Ok(address) = address.parse::<http::Uri>() else {
        return false;
    };
    let is_known = |scheme: &str| PROXY_SCHEMES.contains(&scheme);
    address.authority().is_some() && address.scheme_str().is_none_or(is_known)
}

/// The certificates that are trusted: those of `AWS_CA_BUNDLE`, else of the profile's `ca_bundle`, and no others; where
/// neither is set, the machine's.
///
/// # Errors
/// A usage failure where the bundle cannot be read or holds no certificate.
pub async fn trust(profile: Option<&str>) -> Result<Option<TlsContext>, Failure> {
    let from_environment = env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty());
    let (name, path) = match from_environment {
        Some(path) => ("AWS_CA_BUNDLE", Some(path)),
        None => (
            "ca_bundle",
            setting(profile, "ca_bundle").await.map(Into::into),
        ),
    };
    let Some(path) = path.filter(|path| !path.is_empty()).map(PathBuf::from) else {
        return Ok(None);
    };
    let failed = |why: String| {
        Failure::usage(format!("{name}: {}: {why}", path.display()))
            .hint("it is a file of certificates in PEM, as the AWS CLI takes it")
    };
    let bundle = fs::read(&path).map_err(|error| failed(error.to_string()))?;
    let certificates = certificates(&bundle).map_err(failed)?;
    let mut trusted = TrustStore::empty();
    for certificate in certificates {
        trusted.add_pem_certificate(certificate);
    }
    let context = TlsContext::builder().with_trust_store(trusted).build();
    context.map(Some).map_err(|error| failed(error.to_string()))
}

/// The certificates of a bundle that can be trusted, in PEM again: the HTTP client takes no others.
fn certificates(bundle: &[u8]) -> Result<Vec<String>, String> {
    let all: Result<Vec<CertificateDer<'_>>, _> = CertificateDer::pem_slice_iter(bundle).collect();
    let all = all.map_err(|error| format!("no PEM ({error})"))?;
    let usable = all
        .into_iter()
        .filter(|certificate| RootCertStore::empty().add(certificate.clone()).is_ok());
    let usable: Vec<String> = usable
        .map(|certificate| {
            let text = STANDARD.encode(&certificate);
            format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
        })
        .collect();
    if usable.is_empty() {
        return Err("it holds no certificate".to_owned());
    }
    Ok(usable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_proxies() {
        for address in [
            "http://proxy.example:3128",
            "https://user:word@proxy.example",
            "proxy.example:3128",
            "proxy.example",
            "socks5://127.0.0.1:1080",
        ] {
            assert!(is_proxy(address), "{address}");
        }
        for address in [
            "http://",
            "ftp://proxy.example",
            "http://a b",
            "://x",
            "/proxy",
            "\u{7f}",
        ] {
            assert!(!is_proxy(address), "{address}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        for bundle in [
            "",
            "no PEM",
            "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nMIIB\n",
            "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
        ] {
            assert!(certificates(bundle.as_bytes()).is_err(), "{bundle}");
        }
    }
}
