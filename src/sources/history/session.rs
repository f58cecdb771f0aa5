//! The configuration that all Regions share, read again once when credentials expire on the way.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_cloudtrail::Client;

use crate::aws::Aws;

/// Shared by the Regions of one account.
#[derive(Debug, Clone)]
pub struct RenewableCredentials {
    current: Arc<Mutex<Current>>,
    renewing: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug)]
struct Current {
    aws: Aws,
    /// Counts how often the configuration was read.
    generation: u64,
    /// The last generation with which a call succeeded.
    worked: Option<u64>,
}

impl RenewableCredentials {
    pub fn new(aws: Aws) -> Self {
        Self {
            current: Arc::new(Mutex::new(Current {
                aws,
                generation: 0,
                worked: None,
            })),
            renewing: Arc::default(),
        }
    }

    /// A client of `region`, and the generation of the credentials that it uses.
    pub fn client(&self, region: &str) -> (Client, u64) {
        let current = self.lock();
        (current.aws.cloudtrail(region), current.generation)
    }

    /// A call with this generation's credentials succeeded.
    pub fn note_success(&self, generation: u64) {
        self.lock().worked = Some(generation);
    }

    /// A client with newer credentials than `generation`: reads the configuration again unless another Region
    /// has just done so. `None` where a newer reading would not help, since this one never worked.
    pub async fn renewed(&self, region: &str, generation: u64) -> Option<(Client, u64)> {
        let _one_at_a_time = self.renewing.lock().await;
        let stale = {
            let current = self.lock();
            if current.generation == generation
                && generation > 0
                && current.worked != Some(generation)
            {
                return None;
            }
            (current.generation == generation).then(|| current.aws.clone())
        };
        if let Some(aws) = stale {
            let aws = aws.reload().await;
            let mut current = self.lock();
            current.aws = aws;
            current.generation += 1;
        }
        Some(self.client(region))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
