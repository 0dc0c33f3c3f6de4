//! `GET /api/audit`.

use serde_json::json;
use tdev_core::ports::AuditEntry;
use tdev_core::service::By;

use crate::fakes::{World, noon};

#[tokio::test]
async fn who_changed_what_is_listed_newest_first_and_page_by_page() {
    let world = World::new().await;
    let by = By {
        who: "ada".into(),
        from: "cli".into(),
    };
    for (id, action, subject) in [
        ("1", "component.register", "component/EchoTool@v1"),
        ("2", "service.deploy", "service/echo"),
        ("3", "service.rollback", "service/echo"),
    ] {
        let line = AuditEntry::new(id.into(), noon(), &by, action, subject.into());
        let line = line.change(json!(null), json!({"n": id}));
        world.hall.lines.lock().unwrap().push(line);
    }
    let first = world.get("/api/audit?limit=2").send().await.ok(200);
    let ids: Vec<&str> = first["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["3", "2"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let path = format!("/api/audit?limit=2&cursor={cursor}");
    let second = world.get(&path).send().await.ok(200);
    assert_eq!(second["items"][0]["id"], "1");
    assert_eq!(second["next_cursor"], json!(null));
    assert_eq!(
        second["items"][0],
        json!({"id": "1", "at": "2026-01-02T12:00:00Z", "who": "ada", "from": "cli",
            "action": "component.register", "subject": "component/EchoTool@v1",
            "before": null, "after": {"n": "1"}})
    );
    let services = world.get("/api/audit?action=service&subject=service/echo");
    let found = services.send().await.ok(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    let bad = world.get("/api/audit?limit=0").send().await;
    bad.problem(400, "InvalidInput");
}
