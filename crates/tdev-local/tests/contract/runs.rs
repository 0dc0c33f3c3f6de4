//! The contract of [`RunStore`].

use futures::future::join_all;
use serde_json::json;
use tdev_core::Code;
use tdev_core::ports::RunStore;
use tdev_core::run::{Run, RunStatus};

use super::run;

/// The whole contract, on an empty store. Ids grow, as those of runs do.
pub(crate) async fn suite(store: &dyn RunStore) {
    life(store).await;
    idempotency(store).await;
    pages(store).await;
}

async fn life(store: &dyn RunStore) {
    assert_eq!(store.get("a0").await.unwrap_err().code, Code::RunNotFound);
    assert_eq!(
        store.update(&run("a0")).await.unwrap_err().code,
        Code::RunNotFound
    );
    let mut a0 = store.create(run("a0"), None).await.unwrap();
    assert_eq!(
        store.create(run("a0"), None).await.unwrap_err().code,
        Code::AlreadyExists
    );
    a0.status = RunStatus::Succeeded;
    a0.output = Some(json!({"result": [1, 2]}));
    store.update(&a0).await.unwrap();
    assert_eq!(store.get("a0").await.unwrap(), a0);
    // A late write of a driver that lost the run changes nothing.
    store
        .update(&Run {
            status: RunStatus::Failed,
            ..a0.clone()
        })
        .await
        .unwrap();
    assert_eq!(store.get("a0").await.unwrap(), a0);
}

async fn idempotency(store: &dyn RunStore) {
    let callers = (0..32).map(|i| async move {
        store
            .create(run(&format!("k{i}")), Some(("key", "print")))
            .await
    });
    let answers: Vec<Run> = join_all(callers)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let first = answers.first().unwrap();
    assert!(answers.iter().all(|answer| answer == first));
    let other = store
        .create(run("k99"), Some(("key", "another")))
        .await
        .unwrap_err();
    assert_eq!(other.code, Code::Conflict);
    let elsewhere = Run {
        project: "another".to_owned(),
        ..run("k100")
    };
    assert_eq!(
        store
            .create(elsewhere.clone(), Some(("key", "print")))
            .await
            .unwrap(),
        elsewhere
    );
}

async fn pages(store: &dyn RunStore) {
    for i in 0..5 {
        store.create(run(&format!("p{i}")), None).await.unwrap();
    }
    let (first, cursor) = store.list(None, 3).await.unwrap();
    // A run that comes in meanwhile does not shift the next page.
    store.create(run("p5"), None).await.unwrap();
    let (second, _) = store.list(cursor.as_deref(), 2).await.unwrap();
    let ids: Vec<_> = first.iter().chain(&second).map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["p4", "p3", "p2", "p1", "p0"]);
    let (all, end) = store.list(None, 100).await.unwrap();
    assert_eq!((all.len(), end), (9, None));
    assert_eq!(
        store.list(Some("nonsense"), 3).await.unwrap_err().code,
        Code::InvalidInput
    );
}
