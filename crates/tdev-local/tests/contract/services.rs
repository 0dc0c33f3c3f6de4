//! The contracts of [`ServiceStore`], [`ServiceLog`] and [`AuditStore`]: a change of a service and
//! its line of the audit stand together.

use serde_json::json;
use tdev_core::Code;
use tdev_core::component::VersionId;
use tdev_core::ports::{AuditEntry, AuditFilter, AuditStore, CallFilter, ServiceLog, ServiceStore};
use tdev_core::service::{By, CallKind, DeployRequest, Service, ServiceCall};

fn noon(seconds: i64) -> chrono::DateTime<chrono::Utc> {
    let noon: chrono::DateTime<chrono::Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
    noon + chrono::TimeDelta::seconds(seconds)
}

fn service(id: &str) -> Service {
    Service::new(&DeployRequest::of(id), "demo", noon(0))
}

fn line(id: &str, who: &str, action: &str, subject: &str) -> AuditEntry {
    let by = By {
        who: who.to_owned(),
        from: "cli".to_owned(),
    };
    AuditEntry::new(id.to_owned(), noon(1), &by, action, subject.to_owned())
        .change(json!(null), json!({"some": id}))
}

fn call(id: &str, service: &str, version: u32, seconds: i64) -> ServiceCall {
    ServiceCall {
        id: id.to_owned(),
        service_id: service.to_owned(),
        version_id: VersionId(version),
        kind: CallKind::Live,
        at: noon(seconds),
        duration_ms: 1.5,
        refused: false,
        error: None,
        steps: Vec::new(),
    }
}

/// The contract of the records, with that of the lines written beside them.
pub(crate) async fn records(store: &dyn ServiceStore, audit: &dyn AuditStore) {
    assert!(store.list().await.unwrap().is_empty());
    let missing = store.get("matcher").await.unwrap_err();
    assert_eq!(missing.code, Code::ServiceNotFound);

    let made = line("01", "ada", "service.create", "service/matcher");
    let first = store.put(service("matcher"), &made).await.unwrap();
    assert_eq!(first.revision, 1);
    assert_eq!(store.get("matcher").await.unwrap(), first);
    store
        .put(
            service("alarm"),
            &line("02", "bob", "service.create", "service/alarm"),
        )
        .await
        .unwrap();
    let slip = store.get("matchr").await.unwrap_err();
    assert!(slip.hint.unwrap().contains("matcher"));
    let ids: Vec<String> = store
        .list()
        .await
        .unwrap()
        .into_iter()
        .map(|s| s.service_id)
        .collect();
    assert_eq!(ids, ["alarm", "matcher"]);

    // Of two who read the same record, the first to write wins, and the other leaves no line.
    let mine = Service {
        newest: 1,
        ..first.clone()
    };
    let second = store
        .put(mine, &line("03", "ada", "service.claim", "service/matcher"))
        .await
        .unwrap();
    assert_eq!(second.revision, 2);
    let late = Service {
        newest: 9,
        ..first.clone()
    };
    let refused = store
        .put(late, &line("04", "eve", "service.claim", "service/matcher"))
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
    let refused = store
        .put(
            service("matcher"),
            &line("05", "eve", "service.create", "service/matcher"),
        )
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::Conflict, "it is there already");
    assert_eq!(store.get("matcher").await.unwrap(), second);
    let gone = line("06", "eve", "service.delete", "service/matcher");
    let refused = store.remove(&first, &gone).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict);

    let gone = line("07", "ada", "service.delete", "service/matcher");
    store.remove(&second, &gone).await.unwrap();
    assert_eq!(
        store.get("matcher").await.unwrap_err().code,
        Code::ServiceNotFound
    );
    assert_eq!(
        store.remove(&second, &gone).await.unwrap_err().code,
        Code::ServiceNotFound
    );
    let (lines, rest) = audit.list(&AuditFilter::default(), None, 10).await.unwrap();
    let ids: Vec<&str> = lines.iter().map(|l| l.id.as_str()).collect();
    assert_eq!(
        ids,
        ["07", "03", "02", "01"],
        "newest first, refused ones are not there"
    );
    assert_eq!(rest, None);
    assert_eq!(lines[3], made);
}

/// The contract of the calls.
pub(crate) async fn calls(log: &dyn ServiceLog) {
    let all = CallFilter::default();
    assert!(log.calls("matcher", &all, 10).await.unwrap().is_empty());
    for at in 0..5 {
        let version = if at < 3 { 1 } else { 2 };
        log.record(&call(&format!("c{at}"), "matcher", version, at))
            .await
            .unwrap();
    }
    log.record(&call("c9", "alarm", 1, 0)).await.unwrap();
    let ids =
        |calls: Vec<ServiceCall>| -> Vec<String> { calls.into_iter().map(|c| c.id).collect() };
    assert_eq!(
        ids(log.calls("matcher", &all, 10).await.unwrap()),
        ["c0", "c1", "c2", "c3", "c4"]
    );
    assert_eq!(
        ids(log.calls("matcher", &all, 2).await.unwrap()),
        ["c3", "c4"],
        "the newest, oldest first"
    );
    let of_first = CallFilter {
        version_id: Some(VersionId(1)),
        since: Some(noon(1)),
        ..CallFilter::default()
    };
    assert_eq!(
        ids(log.calls("matcher", &of_first, 10).await.unwrap()),
        ["c1", "c2"]
    );
    let later = CallFilter {
        after: Some("c3".to_owned()),
        ..CallFilter::default()
    };
    assert_eq!(ids(log.calls("matcher", &later, 10).await.unwrap()), ["c4"]);
    let checks = CallFilter {
        kind: Some(CallKind::Check),
        ..CallFilter::default()
    };
    assert!(log.calls("matcher", &checks, 10).await.unwrap().is_empty());

    // The same call again is one call.
    let again = ServiceCall {
        refused: true,
        ..call("c4", "matcher", 2, 4)
    };
    log.record(&again).await.unwrap();
    let newest = log.calls("matcher", &all, 1).await.unwrap();
    assert_eq!(newest, [again]);
}

/// The contract of the lines.
pub(crate) async fn lines(audit: &dyn AuditStore) {
    let all = AuditFilter::default();
    assert_eq!(audit.list(&all, None, 5).await.unwrap(), (vec![], None));
    for (at, (who, action, subject)) in [
        ("ada", "component.register", "component/EchoAgent@v1"),
        ("ada", "component.status", "component/EchoAgent@v1"),
        ("bob", "component.register", "component/EchoAgents@v1"),
        ("bob", "service.deploy", "service/echo"),
        ("ada", "approval.answer", "approval/a1"),
    ]
    .into_iter()
    .enumerate()
    {
        let entry = line(&format!("l{at}"), who, action, subject);
        audit.append(&entry).await.unwrap();
        audit.append(&entry).await.unwrap();
    }
    let ids =
        |lines: &[AuditEntry]| -> Vec<String> { lines.iter().map(|l| l.id.clone()).collect() };
    let (first, cursor) = audit.list(&all, None, 2).await.unwrap();
    assert_eq!(ids(&first), ["l4", "l3"]);
    let (second, cursor) = audit.list(&all, cursor.as_deref(), 2).await.unwrap();
    assert_eq!(ids(&second), ["l2", "l1"]);
    let (third, cursor) = audit.list(&all, cursor.as_deref(), 2).await.unwrap();
    assert_eq!(ids(&third), ["l0"]);
    assert_eq!(cursor, None);

    let of = |subject: &str| AuditFilter {
        subject: Some(subject.to_owned()),
        ..AuditFilter::default()
    };
    let (found, _) = audit
        .list(&of("component/EchoAgent"), None, 9)
        .await
        .unwrap();
    assert_eq!(ids(&found), ["l1", "l0"], "and not its namesake");
    let wanted = AuditFilter {
        action: Some("component".to_owned()),
        who: Some("bob".to_owned()),
        ..AuditFilter::default()
    };
    let (found, _) = audit.list(&wanted, None, 9).await.unwrap();
    assert_eq!(ids(&found), ["l2"]);
    let foreign = audit.list(&all, Some("nonsense"), 2).await.unwrap_err();
    assert_eq!(foreign.code, Code::InvalidInput);
}
