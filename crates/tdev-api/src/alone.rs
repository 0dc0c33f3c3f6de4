//! One service alone over HTTP: the routes of the prebuilt `service`, behind the same guards and
//! with the same problems as the whole API.

use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use tdev_core::audit::id_at;
use tdev_core::ports::Clock;
use tdev_core::service::{Definition, ServiceAnswer};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::answered::Answered;
use crate::extract::OptionalJson;
use crate::guard::{self, Door};
use crate::problem::{Problem, Refusal};
use crate::router::{as_problem, panicked};
use crate::{ServerOptions, health};

/// What answers the calls of one service.
#[async_trait]
pub trait Callee: Send + Sync {
    /// What runs.
    fn definition(&self) -> &Definition;

    /// Its hash.
    fn hash(&self) -> &str;

    /// Answers one call.
    async fn call(&self, id: &str, input: Map<String, Value>) -> ServiceAnswer;
}

/// What the routes share.
#[derive(Clone)]
struct Alone {
    callee: Arc<dyn Callee>,
    clock: Arc<dyn Clock>,
}

/// `/health` and `/ping` for whoever looks after it, `/invoke` and `/invocations` for its callers.
pub fn alone(callee: Arc<dyn Callee>, clock: Arc<dyn Clock>, options: &ServerOptions) -> Router {
    let door = Door::of(options);
    Router::new()
        .route("/health", get(healthy))
        .route("/ping", get(ping))
        .route("/invoke", post(invoke))
        .route("/invocations", post(invocations))
        .fallback(|| async { Refusal::RouteNotFound })
        .with_state(Alone { callee, clock })
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(options.body_limit))
        .layer(RequestBodyTimeoutLayer::new(options.body_patience))
        .layer(from_fn_with_state(door.clone(), guard::token))
        .layer(from_fn(guard::origin))
        .layer(from_fn_with_state(door, guard::host))
        .layer(map_response(as_problem))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(map_response(guard::headers))
}

async fn healthy(State(alone): State<Alone>) -> Json<Value> {
    let definition = alone.callee.definition();
    Json(json!({
        "status": "ok",
        "version": health::VERSION,
        "service_id": definition.service_id,
        "workflow_id": definition.workflow_ref(),
        "definition": alone.callee.hash(),
    }))
}

/// As AgentCore's runtime asks it.
async fn ping(State(alone): State<Alone>) -> Json<Value> {
    let now = alone.clock.now().timestamp();
    Json(json!({"status": "Healthy", "time_of_last_update": now}))
}

/// The output with its trace.
async fn invoke(
    State(alone): State<Alone>,
    OptionalJson(input): OptionalJson<Map<String, Value>>,
) -> Result<Json<Answered>, Problem> {
    answered(&alone, input).await.map(Json)
}

/// The output alone, as AgentCore's callers want it.
async fn invocations(
    State(alone): State<Alone>,
    OptionalJson(input): OptionalJson<Map<String, Value>>,
) -> Result<Json<Value>, Problem> {
    answered(&alone, input).await.map(|a| Json(a.output))
}

async fn answered(alone: &Alone, input: Map<String, Value>) -> Result<Answered, Problem> {
    let id = id_at(alone.clock.now());
    let answer = alone.callee.call(&id, input).await;
    let service = alone.callee.definition().service_id.clone();
    tracing::info!(
        call.id = id,
        call.ms = answer.duration_ms,
        call.error = answer.output.as_ref().err().map(|e| e.code.as_str()),
        "a call was answered"
    );
    Ok(Answered::of(answer, service, None, id)?)
}
