//! Work on many Regions at the same time, but not on all of them.

use futures_util::{StreamExt, stream};

/// Regions that are worked on at the same time.
const AT_ONCE: usize = 8;

/// Does `jobs`, a few at a time. Their results, in the order of the jobs.
pub async fn at_once<J: Future>(jobs: impl IntoIterator<Item = J>) -> Vec<J::Output> {
    at_most(AT_ONCE, jobs).await
}

async fn at_most<J: Future>(most: usize, jobs: impl IntoIterator<Item = J>) -> Vec<J::Output> {
    stream::iter(jobs).buffered(most).collect().await
}

/// Does `work` in each of `regions`, a few at a time; what it came to, in the order of the Regions.
pub async fn in_each<F: Future>(
    regions: &[String],
    work: impl Fn(String) -> F,
) -> Vec<(String, F::Output)> {
    let done = at_once(regions.iter().cloned().map(work)).await;
    regions.iter().cloned().zip(done).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn jobs_run_side_by_side_and_answer_in_order() {
        let running = Arc::new(AtomicUsize::new(0));
        let jobs = (0..20).map(|number| {
            let running = Arc::clone(&running);
            async move {
                let others = running.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                running.fetch_sub(1, Ordering::SeqCst);
                (number, others)
            }
        });
        let results = at_most(3, jobs).await;
        let numbers: Vec<_> = results.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (0..20).collect::<Vec<_>>());
        let most = results.iter().map(|(_, others)| *others).max();
        assert_eq!(most, Some(2), "three at the same time, never more");
    }
}
