//! Servers from Python's package index that stand in for AWS: STS, IAM and Account. LookupEvents is `lookup_server`'s.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use tempfile::TempDir;
use trailhunt::clock;

use super::sandbox::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use super::{skip, venv};

const LAUNCH: &str = include_str!("launch.py");
/// How long a start may take on a busy machine; it is one second on an idle one.
const START_LIMIT: Duration = Duration::from_mins(1);

/// A server to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emulator {
    /// moto: STS and IAM for any credentials, `GetAccessKeyLastUsed`, AWS's managed policies; no
    /// `account:ListRegions`.
    Moto,
    /// ministack: STS, IAM and Account, policies enforced. The sandbox's key is root of account 000000000000.
    Ministack,
}

/// A running server of its own process group; it ends when it is dropped, or when the test process ends.
pub struct AwsServer {
    url: String,
    child: Child,
    /// Its home, its temporary files and its log.
    folder: TempDir,
}

impl Emulator {
    /// A server that nobody else uses. `None`, and a line that says why the test is skipped, where Python or the
    /// packages are not to be had; in CI (`CI` is set) that is a failure.
    pub fn start(self) -> Option<AwsServer> {
        match venv::python() {
            Ok(python) => Some(self.start_with(&python)),
            Err(why) => {
                assert!(std::env::var_os("CI").is_none(), "{why}");
                skip(&why);
                None
            }
        }
    }

    /// The server that the tests of this process share: they use names of their own, and never reset it.
    pub fn shared(self) -> Option<&'static AwsServer> {
        static MOTO: OnceLock<Option<AwsServer>> = OnceLock::new();
        static MINISTACK: OnceLock<Option<AwsServer>> = OnceLock::new();
        let shared = match self {
            Self::Moto => &MOTO,
            Self::Ministack => &MINISTACK,
        };
        shared.get_or_init(|| self.start()).as_ref()
    }

    fn start_with(self, python: &Path) -> AwsServer {
        let mut why = String::new();
        // another process may take the port before the server does
        for _ in 0..3 {
            let mut server = self.spawn(python, &free_port().to_string());
            match server.wait_until_ready(self.ready_path()) {
                Ok(()) => return server,
                Err(log) => why = log,
            }
        }
        panic!("{self:?} did not start: {why}");
    }

    fn spawn(self, python: &Path, port: &str) -> AwsServer {
        let folder = TempDir::new().expect("a temporary directory can be made");
        let log = File::create(folder.path().join("log")).expect("a log can be made");
        let mut command = Command::new(python);
        command
            .args(["-c", LAUNCH])
            .arg(folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder.path())
            .env("TMPDIR", folder.path())
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a handle can be copied"))
            .stderr(log);
        match self {
            Self::Moto => command
                .args(["moto.server", "-H", "127.0.0.1", "-p", port])
                .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true"),
            Self::Ministack => command.arg("ministack").envs([
                ("GATEWAY_PORT", port),
                // without these three it listens on every interface, and on ports that are not asked for
                ("BIND_HOST", "127.0.0.1"),
                ("IOT_MTLS_ENABLED", "0"),
                ("SFTP_ENABLED", "0"),
                ("AUTH", "true"),
                ("CLOUDTRAIL_RECORDING", "1"),
                ("LAMBDA_EXECUTOR", "local"),
                ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID),
                ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
            ]),
        };
        AwsServer {
            url: format!("http://127.0.0.1:{port}"),
            child: command.spawn().expect("the interpreter runs"),
            folder,
        }
    }

    /// A page that only this server has, so that no other process on the port is taken for it.
    fn ready_path(self) -> &'static str {
        match self {
            Self::Moto => "/moto-api/data.json",
            Self::Ministack => "/_ministack/health",
        }
    }
}

impl AwsServer {
    /// For `AWS_ENDPOINT_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// For a test's own SDK clients, signed with the sandbox's key.
    pub fn config(&self) -> SdkConfig {
        let key = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .credentials_provider(SharedCredentialsProvider::new(key))
            .region(Region::new("us-east-1"))
            .endpoint_url(&self.url)
            .build()
    }

    /// Waits until the server answers; its log, where it ends or takes too long.
    fn wait_until_ready(&mut self, path: &str) -> Result<(), String> {
        let start = clock::monotonic();
        while !self.answers(path) {
            let ended = self.child.try_wait().expect("the server is our child");
            if ended.is_some() || start.elapsed() > START_LIMIT {
                let log = fs::read_to_string(self.folder.path().join("log"));
                return Err(log.unwrap_or_else(|error| error.to_string()));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn answers(&self, path: &str) -> bool {
        let address = self.url.trim_start_matches("http://");
        let Ok(mut stream) = TcpStream::connect(address) else {
            return false;
        };
        let mut status = [0; 12];
        let limit = stream.set_read_timeout(Some(START_LIMIT));
        limit.expect("a timeout that is not zero can be set");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
        )
        .and_then(|()| stream.read_exact(&mut status))
        .is_ok_and(|()| status.ends_with(b" 200"))
    }
}

impl Drop for AwsServer {
    fn drop(&mut self) {
        // the launcher's cue to end its process group; a shared server gets it from the end of the process
        drop(self.child.stdin.take());
        self.child.wait().expect("the server is our child");
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener
        .local_addr()
        .expect("a bound port has an address")
        .port()
}
