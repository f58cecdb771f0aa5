//! What a request to AWS Sign-In asks, where it is one of the model, whole and signed as it should be.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use regex::Regex;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{SHAPES, SignInCall};
use crate::support::http::Request;

/// What `request` asks, or why it is no request of the model.
pub fn understood(request: &Request, id: &str, secret: &str) -> Result<SignInCall, String> {
    let operations = SHAPES["operations"].as_object().expect("it has operations");
    let is_it = |operation: &&Value| {
        let http = &operation["http"];
        http["method"] == *request.method && http["requestUri"] == *request.path
    };
    let found = operations.iter().find(|(_, operation)| is_it(operation));
    let (name, operation) =
        found.ok_or_else(|| format!("no operation: {} {}", request.method, request.path))?;
    if request.header("content-type") != "application/json" {
        return Err(format!("content-type {}", request.header("content-type")));
    }
    let region = signed_for(request, id, secret)?;
    let input: Value = serde_json::from_slice(&request.body).map_err(|error| error.to_string())?;
    fits(&input, &operation["input"], "input")?;
    Ok(SignInCall {
        operation: name.clone(),
        region,
        input,
    })
}

/// The Region that `request` is signed for, with the key `id`; the signature is computed again.
fn signed_for(request: &Request, id: &str, secret: &str) -> Result<String, String> {
    let authorization = request.header("authorization");
    let wrong = |what: &str| format!("{what}: {authorization}");
    let parts = authorization.strip_prefix("AWS4-HMAC-SHA256 ");
    let parts = parts.ok_or_else(|| wrong("not signed"))?;
    let parts: BTreeMap<&str, &str> = parts
        .split(',')
        .filter_map(|part| part.trim().split_once('='))
        .collect();
    let part = |name: &str| parts.get(name).copied().ok_or_else(|| wrong(name));
    let credential = part("Credential")?;
    let scope: Vec<&str> = credential.split('/').collect();
    let [key, day, region, service, "aws4_request"] = scope[..] else {
        return Err(wrong("scope"));
    };
    if key != id || SHAPES["signingName"] != service {
        return Err(wrong("another key or service"));
    }
    let names = part("SignedHeaders")?;
    for name in ["host", "x-amz-date", "content-type"] {
        if !names.split(';').any(|signed| signed == name) {
            return Err(wrong(name));
        }
    }
    let headers = names.split(';').fold(String::new(), |headers, name| {
        format!("{headers}{name}:{}\n", request.header(name))
    });
    let canonical = format!(
        "{}\n{}\n\n{headers}\n{names}\n{}",
        request.method,
        request.path,
        hex(&Sha256::digest(&request.body))
    );
    let date = request.header("x-amz-date");
    let (_, scope) = credential.split_once('/').expect("it has parts");
    let hash = hex(&Sha256::digest(canonical.as_bytes()));
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{hash}");
    let first = format!("AWS4{secret}").into_bytes();
    let signing = [day, region, service, "aws4_request", &to_sign];
    let signature = signing.iter().fold(first, |key, text| hmac(&key, text));
    if !date.starts_with(day) || part("Signature")? != hex(&signature) {
        return Err(wrong("the signature does not match"));
    }
    Ok(region.to_owned())
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).expect("any key serves");
    hmac.update(text.as_bytes());
    hmac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Whether `value` is of `shape`: nothing missing, nothing that is not known, and within every limit.
pub fn fits(value: &Value, shape: &Value, at: &str) -> Result<(), String> {
    let wrong = |why: &str| Err(format!("{at}: {why}: {value}"));
    let is_within = |length: usize| {
        let limit = |name: &str| shape[name].as_u64();
        let length = length as u64;
        limit("min").is_none_or(|min| min <= length) && limit("max").is_none_or(|max| length <= max)
    };
    match (shape["type"].as_str(), value) {
        (Some("structure"), Value::Object(members)) => {
            let known = shape["members"]
                .as_object()
                .expect("a structure has members");
            for name in shape["required"].as_array().into_iter().flatten() {
                if !members.contains_key(name.as_str().expect("it is a name")) {
                    return wrong(&format!("{name} is missing"));
                }
            }
            for (name, member) in members {
                match known.get(name) {
                    Some(shape) => fits(member, shape, &format!("{at}.{name}"))?,
                    None => return wrong(&format!("{name} is not known")),
                }
            }
            Ok(())
        }
        (Some("list"), Value::Array(list)) if is_within(list.len()) => {
            let mut list = list.iter();
            list.try_for_each(|value| fits(value, &shape["member"], at))
        }
        (Some("string"), Value::String(text)) if is_within(text.chars().count()) => {
            let pattern = shape["pattern"]
                .as_str()
                .map(|pattern| Regex::new(&format!("^(?:{pattern})$")).expect("it is a pattern"));
            let values = shape["enum"].as_array();
            if pattern.is_some_and(|pattern| !pattern.is_match(text)) {
                return wrong("it is not of the pattern");
            }
            match values {
                Some(values) if !values.contains(value) => wrong("it is none of the values"),
                _ => Ok(()),
            }
        }
        (Some("long"), Value::Number(_)) => Ok(()),
        _ => wrong("it is not of the type, or not within the limits"),
    }
}
