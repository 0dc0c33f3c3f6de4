//! The registry file itself: what people see in it, and the library underneath.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tdev_core::Code;
use tdev_core::component::{Component, Status};
use tdev_core::ports::{Filter, Registry, Revision};
use tdev_local::Home;
use tempfile::TempDir;

use crate::contract::component;

struct Project {
    _dir: TempDir,
    file: PathBuf,
    home: Home,
}

fn project(base: Vec<Component>, content: Option<&str>) -> Project {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(".tdev/registry.json");
    if let Some(content) = content {
        fs::create_dir(dir.path().join(".tdev")).unwrap();
        fs::write(&file, content).unwrap();
    }
    let home = Home::open(dir.path(), base).unwrap();
    Project {
        _dir: dir,
        file,
        home,
    }
}

const SEED: &str = r#"{
  "SummarizerAgent": {"type": "agent", "class": "agents.summarizer.SummarizerAgent", "x-team": {"cost": 7}},
  "EchoAgent": {"type":"agent","class":"tdev.agents.echo_agent.EchoAgent","brain_count":1,"reusability":"B"},
  "CutTool": {"type": "tool", "class": "tools.cut.CutTool"}
}"#;

async fn get(registry: &dyn Registry, reference: &str) -> std::sync::Arc<Component> {
    registry.get(&reference.parse().unwrap()).await.unwrap()
}

#[tokio::test]
async fn minimal_entries_load_with_what_their_type_implies() {
    let project = project(Vec::new(), Some(SEED));
    let registry = project.home.registry();
    let echo = get(&*registry, "EchoAgent@v1").await;
    assert_eq!(
        echo.class_path.as_deref(),
        Some("tdev.agents.echo_agent.EchoAgent")
    );
    for component in registry.list(&Filter::default()).await.unwrap() {
        component.validate().unwrap();
    }
}

#[tokio::test]
async fn a_write_sorts_the_names_and_leaves_other_entries_and_unknown_fields_alone() {
    let project = project(Vec::new(), Some(SEED));
    let registry = project.home.registry();
    let next = component(
        "SummarizerAgent",
        &json!({"description": "shorter", "input_schema": {"text": "string"}}),
    );
    registry.put(next, Revision::NextVersion).await.unwrap();
    let old = get(&*registry, "SummarizerAgent@v1").await;
    let mut changed = Component::clone(&old);
    changed.status = Status::Deprecated;
    registry
        .put(changed, Revision::Replaces(old.revision()))
        .await
        .unwrap();

    let text = fs::read_to_string(&project.file).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let seed: Value = serde_json::from_str(SEED).unwrap();
    let names: Vec<_> = file.as_object().unwrap().keys().collect();
    assert_eq!(names, ["CutTool", "EchoAgent", "SummarizerAgent"]);
    assert_eq!(
        (&file["CutTool"], &file["EchoAgent"]),
        (&seed["CutTool"], &seed["EchoAgent"])
    );
    let summarizer = &file["SummarizerAgent"];
    assert_eq!(summarizer["version_id"], "v2");
    assert_eq!(summarizer["input_schema"], json!({"text": "string"}));
    assert_eq!(summarizer["versions"][0]["version_id"], "v1");
    assert_eq!(summarizer["versions"][0]["status"], "deprecated");
    assert_eq!(summarizer["versions"][0]["x-team"], json!({"cost": 7}));
    assert!(
        text.starts_with("{\n  \"CutTool\": {\n    \"type\": \"tool\",") && text.ends_with("}\n"),
        "{text}"
    );
}

#[tokio::test]
async fn the_library_shows_through_and_is_covered_but_never_removed() {
    let base = vec![
        component("ReaderAgent", &json!({"description": "base"})),
        component("EchoAgent", &json!({})),
    ];
    let project = project(base, None);
    let registry = project.home.registry();
    let read = get(&*registry, "ReaderAgent").await;

    let error = registry
        .put(component("ReaderAgent", &json!({})), Revision::New)
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::AlreadyExists);
    let mut stopped = Component::clone(&read);
    stopped.status = Status::Disabled;
    registry
        .put(stopped, Revision::Replaces(read.revision()))
        .await
        .unwrap();
    assert_eq!(
        get(&*registry, "ReaderAgent@v1").await.status,
        Status::Disabled
    );

    let mine = registry
        .put(
            component("ReaderAgent", &json!({"description": "mine"})),
            Revision::NextVersion,
        )
        .await
        .unwrap();
    assert_eq!(mine.version_id.0, 2);
    assert_eq!(get(&*registry, "ReaderAgent").await.description, "mine");
    let shown: Vec<_> = registry
        .list(&Filter::default())
        .await
        .unwrap()
        .iter()
        .map(|c| c.pinned().to_string())
        .collect();
    assert_eq!(shown, ["EchoAgent@v1", "ReaderAgent@v2"]);

    let error = registry.remove("ReaderAgent").await.unwrap_err();
    assert_eq!(error.code, Code::PermissionDenied);
    assert!(
        error.message.contains("comes with the program")
            && error.hint.unwrap().contains("disabled")
    );
    let file: Value = serde_json::from_slice(&fs::read(&project.file).unwrap()).unwrap();
    assert!(
        file.get("EchoAgent").is_none(),
        "the library is not copied into the project"
    );
}

#[tokio::test]
async fn an_edit_by_hand_is_seen_at_once() {
    let project = project(Vec::new(), Some(SEED));
    let registry = project.home.registry();
    for count in 0..20 {
        // Same length, and often the same clock tick.
        let name = format!("Agent{count:02}");
        fs::write(
            &project.file,
            format!(r#"{{"{name}": {{"type": "agent", "class": "m.X"}}}}"#),
        )
        .unwrap();
        assert_eq!(get(&*registry, &name).await.name, name);
    }
}

#[tokio::test]
async fn a_malformed_file_is_named_with_line_and_column_and_left_alone() {
    for (content, line, column) in [
        ("{\n  \"EchoAgent\": {\"type\": \"agent\",}\n}", 2, 33),
        ("{\"A\": {\n<<<<<<< HEAD\n", 2, 1),
        ("", 1, 0),
        ("[]", 1, 0),
        (
            "{\"EchoAgent\": {\"type\": \"agent\"},\n \"EchoAgent\": {\"type\": \"tool\"}}",
            2,
            12,
        ),
    ] {
        let project = project(Vec::new(), Some(content));
        let registry = project.home.registry();
        let error = registry.list(&Filter::default()).await.unwrap_err();
        assert_eq!(error.code, Code::StoreCorrupt);
        assert!(
            error
                .message
                .contains(&format!("at line {line}, column {column}:")),
            "{}",
            error.message
        );
        let error = registry
            .put(component("NewAgent", &json!({})), Revision::New)
            .await
            .unwrap_err();
        assert_eq!(error.code, Code::StoreCorrupt);
        assert_eq!(fs::read_to_string(&project.file).unwrap(), content);
    }
}

#[tokio::test]
async fn an_entry_that_is_no_component_is_named() {
    for (entry, says) in [
        (json!("agent"), "is not an object"),
        (json!({"type": "robot"}), "robot"),
        (
            json!({"type": "agent", "name": "OtherAgent"}),
            "names itself",
        ),
        (json!({"type": "agent", "versions": {}}), "not a list"),
        (
            json!({"type": "agent", "versions": [{"type": "agent"}]}),
            "`v1` twice",
        ),
        (json!({"type": "agent", "version_id": "1"}), "not a version"),
    ] {
        let project = project(Vec::new(), Some(&json!({"EchoAgent": entry}).to_string()));
        let error = project
            .home
            .registry()
            .list(&Filter::default())
            .await
            .unwrap_err();
        assert_eq!(
            (error.code, error.field.as_deref()),
            (Code::StoreCorrupt, Some("EchoAgent"))
        );
        assert!(error.message.contains(says), "{}", error.message);
    }
}
