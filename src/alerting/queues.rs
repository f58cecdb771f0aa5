//! How full a queue is.

use aws_sdk_sqs::types::QueueAttributeName;

use crate::aws::Aws;
use crate::aws::errors::error_message;

/// Messages in the queue `name` of `region`, those in somebody's hands included; none where there is no such queue.
///
/// # Errors
/// Why it could not be looked.
pub async fn depth(aws: &Aws, region: &str, name: &str) -> Result<Option<u64>, String> {
    let client = aws.sqs(region);
    let url = match client.get_queue_url().queue_name(name).send().await {
        Ok(answer) => answer.queue_url.unwrap_or_default(),
        Err(error) => {
            let error = error.into_service_error();
            if error.is_queue_does_not_exist() {
                return Ok(None);
            }
            return Err(error_message(error));
        }
    };
    let counts = [
        QueueAttributeName::ApproximateNumberOfMessages,
        QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        QueueAttributeName::ApproximateNumberOfMessagesDelayed,
    ];
    let request = client.get_queue_attributes().queue_url(url);
    let request = request.set_attribute_names(Some(counts.to_vec())).send();
    let attributes = request.await.map_err(error_message)?.attributes;
    let attributes = attributes.unwrap_or_default();
    let mut depth = 0;
    for name in &counts {
        let count = attributes
            .get(name)
            .and_then(|count| count.parse::<u64>().ok());
        depth += count.ok_or_else(|| format!("SQS did not tell {}", name.as_str()))?;
    }
    Ok(Some(depth))
}
