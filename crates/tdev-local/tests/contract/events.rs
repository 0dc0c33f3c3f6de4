//! The contract of [`EventStore`].

use std::time::Duration;

use tdev_core::ports::{EventStore, RunStore};
use tdev_core::run::RunStatus;

use super::run;

/// The whole contract, on empty stores of one project. `produce` makes at least three events of
/// the run of that id.
pub(crate) async fn suite(
    events: &dyn EventStore,
    runs: &dyn RunStore,
    produce: impl AsyncFn(&str),
) {
    const SHORT: Duration = Duration::from_millis(5);
    const LONG: Duration = Duration::from_secs(60);
    for id in ["e1", "e2"] {
        runs.create(run(id), None).await.unwrap();
        assert!(events.after(id, 0, 10).await.unwrap().is_empty());
    }
    events.wait("e1", 0, SHORT).await.unwrap();

    let woken = async {
        events.wait("e1", 0, LONG).await.unwrap();
        events.after("e1", 0, 1000).await.unwrap()
    };
    let (first, ()) = tokio::time::timeout(LONG, async { futures::join!(woken, produce("e1")) })
        .await
        .unwrap();
    assert!(
        !first.is_empty(),
        "a waiter wakes when there is something to see"
    );
    produce("e2").await;

    let all = events.after("e1", 0, 1000).await.unwrap();
    assert!(all.len() >= 3 && all.iter().all(|e| e.run_id == "e1"));
    assert!(all.is_sorted_by(|a, b| a.seq < b.seq));
    for (at, event) in all.iter().enumerate() {
        assert_eq!(
            events.after("e1", event.seq, 1000).await.unwrap(),
            all[at + 1..]
        );
    }
    assert_eq!(events.after("e1", 0, 2).await.unwrap(), all[..2]);

    // Past the last event only the end of the run is news.
    let last = all.last().unwrap().seq;
    events.wait("e1", last, SHORT).await.unwrap();
    let mut ended = run("e1");
    ended.status = RunStatus::Cancelled;
    let end = async { runs.update(&ended).await.unwrap() };
    let waiting = async { futures::join!(events.wait("e1", last, LONG), end) };
    tokio::time::timeout(LONG / 2, waiting)
        .await
        .expect("a waiter wakes when the run ends")
        .0
        .unwrap();
}
