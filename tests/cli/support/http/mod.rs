//! HTTP/1.1 as far as an AWS SDK speaks it: requests with a Content-Length, answers with one; and in `server` what
//! serves them.

mod server;

use std::collections::HashMap;
use std::io::{self, BufRead, Read, Write};

pub use server::{Answer, Server};

/// The largest body that is read; a call is below 10 kB.
const MAX_BODY: u64 = 1 << 20;

/// One request; the names of headers are in lower case.
#[derive(Debug, Default)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Request {
    /// The next request of a connection; `None` where the client has closed it.
    pub fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let Some(start) = line(stream)? else {
            return Ok(None);
        };
        let mut words = start.split(' ');
        let (Some(method), Some(path)) = (words.next(), words.next()) else {
            return Err(io::Error::other("no request line"));
        };
        let mut request = Self {
            method: method.to_owned(),
            path: path.to_owned(),
            ..Self::default()
        };
        while let Some(header) = line(stream)?.filter(|line| !line.is_empty()) {
            let (name, value) = header
                .split_once(':')
                .ok_or_else(|| io::Error::other("no header"))?;
            request
                .headers
                .insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length: u64 = request.header("content-length").parse().unwrap_or(0);
        if length > MAX_BODY || request.headers.contains_key("transfer-encoding") {
            return Err(io::Error::other("a body that is too long, or of no length"));
        }
        stream.take(length).read_to_end(&mut request.body)?;
        Ok(Some(request))
    }

    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// One line without its end; `None` at the end of the stream.
fn line(stream: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(Some(line))
}

/// Writes the first `sent` bytes of an answer of JSON whose head promises all of `body`.
fn respond(mut stream: impl Write, status: u16, body: &[u8], sent: usize) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status} {}\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\
         x-amzn-requestid: 00000000-0000-4000-8000-000000000000\r\n\r\n",
        if status == 200 { "OK" } else { "Error" },
        body.len(),
    );
    // one write, or the client waits for the second packet
    stream.write_all(&[head.as_bytes(), &body[..sent]].concat())?;
    stream.flush()
}
