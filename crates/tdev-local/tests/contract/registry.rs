//! The contract of [`Registry`].

use serde_json::json;
use tdev_core::Code;
use tdev_core::component::{Component, Kind, Status};
use tdev_core::ports::{Filter, Registry, Revision};

use super::component;

/// The whole contract, on an empty registry. `revision` is the adapter's hash of a record.
pub(crate) async fn suite(registry: &dyn Registry, revision: fn(&Component) -> u64) {
    empty(registry).await;
    versions(registry).await;
    conditions(registry, revision).await;
    selection(registry).await;
    listing(registry).await;
    removal(registry).await;
}

async fn empty(registry: &dyn Registry) {
    assert!(registry.list(&Filter::default()).await.unwrap().is_empty());
    let error = registry
        .get(&"NobodyAgent".parse().unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::ComponentNotFound);
    assert_eq!(
        registry.versions("NobodyAgent").await.unwrap_err().code,
        Code::ComponentNotFound
    );
    assert_eq!(
        registry.remove("NobodyAgent").await.unwrap_err().code,
        Code::ComponentNotFound
    );
}

async fn versions(registry: &dyn Registry) {
    let first = registry
        .put(
            component("EchoAgent", &json!({"status": "stable"})),
            Revision::New,
        )
        .await
        .unwrap();
    assert_eq!(first.pinned().to_string(), "EchoAgent@v1");
    assert!(first.created_at.is_some());
    let next = component(
        "EchoAgent",
        &json!({"status": "experimental", "description": "louder"}),
    );
    let second = registry.put(next, Revision::NextVersion).await.unwrap();
    assert_eq!(second.pinned().to_string(), "EchoAgent@v2");
    let all = registry.versions("EchoAgent").await.unwrap();
    assert_eq!(all, vec![first, second]);
}

async fn conditions(registry: &dyn Registry, revision: fn(&Component) -> u64) {
    let again = registry
        .put(component("EchoAgent", &json!({})), Revision::New)
        .await
        .unwrap_err();
    assert_eq!(again.code, Code::AlreadyExists);
    let stranger = registry
        .put(
            component("StrangerAgent", &json!({})),
            Revision::NextVersion,
        )
        .await
        .unwrap_err();
    assert_eq!(stranger.code, Code::ComponentNotFound);

    let read = registry
        .get(&"EchoAgent@v1".parse().unwrap())
        .await
        .unwrap();
    let mut mine = Component::clone(&read);
    mine.status = Status::Deprecated;
    let mut theirs = Component::clone(&read);
    theirs.description = "theirs".to_owned();
    registry
        .put(theirs, Revision::Replaces(revision(&read)))
        .await
        .unwrap();
    let late = registry
        .put(mine.clone(), Revision::Replaces(revision(&read)))
        .await
        .unwrap_err();
    assert_eq!(late.code, Code::Conflict);
    let kept = registry
        .get(&"EchoAgent@v1".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(
        (kept.description.as_str(), kept.status),
        ("theirs", Status::Stable)
    );
    mine.description = "theirs".to_owned();
    registry
        .put(mine, Revision::Replaces(revision(&kept)))
        .await
        .unwrap();

    let invalid = component("EchoAgent", &json!({"brain_count": 5}));
    let error = registry
        .put(invalid, Revision::NextVersion)
        .await
        .unwrap_err();
    assert_eq!(
        (error.code, error.field.as_deref()),
        (Code::InvalidComponent, Some("brain_count"))
    );
}

async fn selection(registry: &dyn Registry) {
    // v1 deprecated, v2 experimental: no stable one, so the newest.
    assert_eq!(
        registry
            .get(&"EchoAgent".parse().unwrap())
            .await
            .unwrap()
            .version_id
            .0,
        2
    );
    registry
        .put(
            component("EchoAgent", &json!({"status": "stable"})),
            Revision::NextVersion,
        )
        .await
        .unwrap();
    registry
        .put(
            component("EchoAgent", &json!({"status": "experimental"})),
            Revision::NextVersion,
        )
        .await
        .unwrap();
    assert_eq!(
        registry
            .get(&"EchoAgent".parse().unwrap())
            .await
            .unwrap()
            .version_id
            .0,
        3
    );
    assert_eq!(
        registry
            .get(&"EchoAgent@v2".parse().unwrap())
            .await
            .unwrap()
            .description,
        "louder"
    );
    let none = registry
        .get(&"EchoAgent@v9".parse().unwrap())
        .await
        .unwrap_err();
    assert_eq!(none.code, Code::ComponentNotFound);
    assert!(none.hint.unwrap().contains("EchoAgent@v4"));
    let near = registry
        .get(&"EchoAgnt".parse().unwrap())
        .await
        .unwrap_err();
    assert!(near.hint.unwrap().contains("EchoAgent"));
}

async fn listing(registry: &dyn Registry) {
    let tool = json!({"type": "tool", "brain_count": 0, "reusability": "A", "description": "Reads QR codes", "tags": ["image"]});
    registry
        .put(component("QrReaderTool", &tool), Revision::New)
        .await
        .unwrap();
    let all = registry.list(&Filter::default()).await.unwrap();
    let shown: Vec<_> = all.iter().map(|c| c.pinned().to_string()).collect();
    assert_eq!(shown, ["EchoAgent@v4", "QrReaderTool@v1"]);
    for (kind, query, expected) in [
        (Some(Kind::Tool), None, 1),
        (Some(Kind::Team), None, 0),
        (None, Some("qr IMAGE"), 1),
        (None, Some("qr video"), 0),
        (Some(Kind::Agent), Some("qr"), 0),
    ] {
        let filter = Filter {
            kind,
            query: query.map(str::to_owned),
        };
        assert_eq!(
            registry.list(&filter).await.unwrap().len(),
            expected,
            "{filter:?}"
        );
    }
}

async fn removal(registry: &dyn Registry) {
    registry.remove("EchoAgent").await.unwrap();
    assert_eq!(
        registry
            .get(&"EchoAgent@v1".parse().unwrap())
            .await
            .unwrap_err()
            .code,
        Code::ComponentNotFound
    );
    assert_eq!(registry.list(&Filter::default()).await.unwrap().len(), 1);
}
