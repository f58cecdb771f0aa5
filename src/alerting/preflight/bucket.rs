//! The log bucket that an earlier trail of ours left: it holds evidence, is never deleted by us, and a new trail goes on
//! with it.

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::head_bucket::HeadBucketError;

use crate::alerting::names::LOG_BUCKET_PREFIX;
use crate::aws::Aws;
use crate::aws::errors::root_cause;

/// What our trail's bucket is called.
pub fn name(account: &str, home: &str) -> String {
    format!("{LOG_BUCKET_PREFIX}-{account}-{home}")
}

/// Whether the account has our trail's bucket.
///
/// # Errors
/// Why that is not known, in one line.
pub async fn is_kept(aws: &Aws, account: &str, home: &str) -> Result<bool, String> {
    let bucket = name(account, home);
    let request = aws.s3(home).head_bucket().bucket(&bucket);
    match request.expected_bucket_owner(account).send().await {
        Ok(_) => Ok(true),
        Err(SdkError::ServiceError(error))
            if matches!(error.err(), HeadBucketError::NotFound(_)) =>
        {
            Ok(false)
        }
        // an answer to HEAD has no body, and so no reason
        Err(SdkError::ServiceError(error)) => Err(format!(
            "{bucket}: S3 answers {}: it belongs to another account, or s3:ListBucket is denied",
            error.raw().status()
        )),
        Err(error) => Err(format!("{bucket}: {}", root_cause(&error))),
    }
}
