//! Definitions of compiled-in tools, and a place to run them in.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::{Map, Value, json};
use tdev_api::ServerOptions;
use tdev_core::ports::SystemClock;
use tdev_core::service::{Granted, HealthCheck, Limits, Parts, Sealed, assemble};
use tdev_core::workflow::{Catalog, Workflow, check};
use tdev_local::Home;
use tdev_runtime::builtin;
use tdev_runtime::grants::NoSecrets;
use tdev_service::{Ground, server};
use tempfile::TempDir;
use tower::ServiceExt;

/// A place without secrets, interpreter or model.
pub(crate) fn ground(dir: &TempDir) -> Ground {
    Ground {
        project: "demo".to_owned(),
        root: dir.path().to_owned(),
        secrets: Arc::new(NoSecrets),
        artifacts: Home::open(dir.path(), Vec::new()).unwrap().artifacts(),
        interpreter: dir.path().join("no-interpreter"),
        model: None,
        sessions: None,
        clock: Arc::new(SystemClock),
    }
}

/// The definition of a workflow of these steps, within these limits.
pub(crate) fn sealed(steps: &Value, limits: Limits) -> Sealed {
    let written = json!({"id": "flow", "input_schema": {"text": "string"}, "steps": steps});
    let workflow: Workflow = serde_json::from_value(written).unwrap();
    let library = builtin::library().unwrap().iter().cloned().map(Arc::new);
    let catalog = Catalog::new(library, []);
    let checked = check(&workflow, &catalog).unwrap();
    let named: Vec<_> = checked
        .workflow
        .steps
        .iter()
        .filter_map(|step| step.component().cloned())
        .collect();
    let components = named
        .iter()
        .map(|reference| (catalog.component(reference).unwrap().clone(), None))
        .collect();
    assemble(Parts {
        service_id: "words".to_owned(),
        checked,
        nested: Vec::new(),
        components,
        granted: Granted::default(),
        config: std::collections::BTreeMap::default(),
        limits,
        health: HealthCheck {
            input: Map::from_iter([("text".to_owned(), json!("km"))]),
            because: "a test says so".to_owned(),
        },
        consent: false,
    })
    .unwrap()
}

/// A service that counts words.
pub(crate) fn counting() -> Sealed {
    let count = json!([{"id": "count", "agent": "TextStatisticsTool",
        "input": {"text": "${input.text}"}}]);
    sealed(&count, Limits::default())
}

/// A service that fails for texts that are no units.
pub(crate) fn converting() -> Sealed {
    let convert = json!([{"id": "convert", "agent": "UnitConverterTool",
        "input": {"value": 1, "from_unit": "${input.text}", "to_unit": "m"}}]);
    sealed(&convert, Limits::default())
}

pub(crate) fn routes(dir: &TempDir, sealed: &Sealed) -> Router {
    server::routes(&sealed.file(), &ground(dir), ServerOptions::default()).unwrap()
}

/// One request; its status, type and body.
pub(crate) async fn send(
    routes: &Router,
    method: &str,
    path: &str,
    body: Option<&str>,
) -> (u16, String, Value) {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost");
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    let body = body.map_or_else(Body::empty, |text| Body::from(text.to_owned()));
    let answer = routes.clone().oneshot(request.body(body).unwrap());
    let (head, body) = answer.await.unwrap().into_parts();
    let kind = head
        .headers
        .get("content-type")
        .map(|k| k.to_str().unwrap().to_owned());
    let bytes = body.collect().await.unwrap().to_bytes();
    (
        head.status.as_u16(),
        kind.unwrap_or_default(),
        serde_json::from_slice(&bytes).unwrap_or_default(),
    )
}
