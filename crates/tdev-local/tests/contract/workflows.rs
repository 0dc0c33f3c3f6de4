//! The contract of [`WorkflowStore`].

use serde_json::json;
use tdev_core::Code;
use tdev_core::component::VersionId;
use tdev_core::ports::WorkflowStore;
use tdev_core::workflow::Workflow;

fn workflow(id: &str, lang: &str) -> Workflow {
    let steps = json!([{"id": "say", "agent": "EchoAgent@v1", "input": {"lang": lang}}]);
    serde_json::from_value(json!({"id": id, "steps": steps, "input_schema": {"text": "string"}}))
        .unwrap()
}

/// The whole contract, on an empty store.
pub(crate) async fn suite(store: &dyn WorkflowStore) {
    assert!(store.list().await.unwrap().is_empty());
    assert_eq!(
        store.get("greet", None).await.unwrap_err().code,
        Code::WorkflowNotFound
    );

    let first = store.put(workflow("greet", "fr")).await.unwrap();
    assert_eq!(first.version_id, VersionId(1));
    assert!(first.created_at.is_some());
    assert_eq!(store.put(workflow("greet", "fr")).await.unwrap(), first);
    // Whatever version a writer claims, the store counts.
    let claimed = Workflow {
        version_id: VersionId(7),
        ..workflow("greet", "de")
    };
    assert_eq!(store.put(claimed).await.unwrap().version_id, VersionId(2));
    // Going back to older content is a further version: the newest is what runs.
    assert_eq!(
        store.put(workflow("greet", "fr")).await.unwrap().version_id,
        VersionId(3)
    );
    store.put(workflow("alarm", "en")).await.unwrap();

    assert_eq!(store.get("greet", Some(VersionId(1))).await.unwrap(), first);
    assert_eq!(
        store.get("greet", None).await.unwrap().version_id,
        VersionId(3)
    );
    let listed: Vec<_> = store
        .list()
        .await
        .unwrap()
        .iter()
        .map(|w| (w.id.clone(), w.version_id.0))
        .collect();
    assert_eq!(listed, [("alarm".to_owned(), 1), ("greet".to_owned(), 3)]);

    let slip = store.get("gret", None).await.unwrap_err();
    assert!(slip.hint.unwrap().contains("greet"));
    let late = store.get("greet", Some(VersionId(9))).await.unwrap_err();
    assert!(late.hint.unwrap().contains("greet@v3"));
    assert_eq!(
        store.put(workflow("", "fr")).await.unwrap_err().code,
        Code::InvalidWorkflow
    );
}
