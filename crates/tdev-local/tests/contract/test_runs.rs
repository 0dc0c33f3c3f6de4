//! The contract of [`TestRunStore`].

use tdev_core::agent_io::TestRun;
use tdev_core::ports::TestRunStore;

fn record(id: &str, component: &str) -> TestRun {
    TestRun {
        id: id.to_owned(),
        component: component.to_owned(),
        started_at: "2026-03-01T10:00:00Z".to_owned(),
        duration_ms: 1.5,
        passed: 2,
        failed: 0,
        cases: Vec::new(),
    }
}

/// The whole contract, on an empty store.
pub(crate) async fn suite(store: &dyn TestRunStore) {
    for (id, component) in [
        ("t1", "EchoAgent@v1"),
        ("t2", "EchoAgent@v2"),
        ("t3", "EchoAgentTool@v1"),
        ("t4", "EchoAgent@v1"),
    ] {
        store.record(&record(id, component)).await.unwrap();
    }
    // Recording the same run again is one record.
    store.record(&record("t4", "EchoAgent@v1")).await.unwrap();
    for (component, limit, expected) in [
        ("EchoAgent", 10, vec!["t4", "t2", "t1"]),
        ("EchoAgent", 2, vec!["t4", "t2"]),
        ("EchoAgent@v1", 10, vec!["t4", "t1"]),
        ("Echo", 10, vec![]),
    ] {
        let found: Vec<_> = store
            .of(component, limit)
            .await
            .unwrap()
            .into_iter()
            .map(|t| t.id)
            .collect();
        assert_eq!(found, expected, "{component}");
    }
}
