//! The table of routes, and the layers every request passes.

use std::any::Any;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use tdev_core::{Code, Error};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::problem::{Problem, Refusal};
use crate::state::Api;
use crate::{ServerOptions, Services, api, guard, health, idempotency};

/// The whole API over these services.
///
/// The outermost layers come last: a request is traced, then its host, origin and token are
/// checked, then its body is bounded, and only then is it routed.
pub fn router(services: Services, options: ServerOptions) -> Router {
    let limit = options.body_limit;
    let patience = options.body_patience;
    let api = Api::new(services, options);
    // Runs keep their idempotency keys in the run store, for good; the other routes keep answers
    // for the life of the process.
    let remembered = plain().route_layer(from_fn_with_state(api.clone(), idempotency::remember));
    Router::new()
        .merge(begins_runs())
        .merge(remembered)
        .route("/health", get(health::get))
        .fallback(|| async { Refusal::RouteNotFound })
        .with_state(api.clone())
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(limit))
        .layer(RequestBodyTimeoutLayer::new(patience))
        .layer(from_fn_with_state(api.door.clone(), guard::token))
        .layer(middleware::from_fn(guard::origin))
        .layer(from_fn_with_state(api.door.clone(), guard::host))
        .layer(map_response(as_problem))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(map_response(guard::headers))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(|request: &Request<Body>| {
                    tracing::info_span!(
                        "request",
                        http.method = %request.method(),
                        http.path = request.uri().path()
                    )
                })
                .on_failure(()),
        )
}

/// Turns every request away, for whoever knows who asks before there is an API to ask.
pub fn refuses(refusal: Refusal) -> Router {
    Router::new()
        .fallback(move || async move { refusal })
        .layer(map_response(guard::headers))
}

/// Routes whose answer is that of a run they begin.
fn begins_runs() -> Router<Api> {
    Router::new()
        .route("/api/orchestrate", post(api::orchestrate::post))
        .route("/api/deploy", post(api::deploy::post))
        .route("/api/generate", post(api::generate::post))
        .route(
            "/api/workflows/{id}/execute",
            post(api::workflows::execute::post),
        )
}

fn plain() -> Router<Api> {
    Router::new()
        .route("/api/agents", get(api::agents::get))
        .route("/api/tools", get(api::tools::get))
        .route("/api/teams", get(api::teams::get))
        .route("/api/components", post(api::components::post))
        .route(
            "/api/components/{name}",
            get(api::components::name::get).patch(api::components::name::patch),
        )
        .route(
            "/api/components/{name}/versions",
            get(api::components::versions::get),
        )
        .route(
            "/api/components/{name}/review",
            get(api::components::review::get),
        )
        .route(
            "/api/components/{name}/used-by",
            get(api::components::used_by::get),
        )
        .route(
            "/api/components/{name}/invoke",
            post(api::components::invoke::post),
        )
        .route("/api/classify", post(api::classify::post))
        .route("/api/plan", post(api::plan::post))
        .route("/api/evaluate", post(api::evaluate::post))
        .route(
            "/api/workflows",
            get(api::workflows::get).post(api::workflows::post),
        )
        .route(
            "/api/workflows/{id}",
            get(api::workflows::id::get).put(api::workflows::id::put),
        )
        .route("/api/runs", get(api::runs::get))
        .route("/api/runs/{id}", get(api::runs::id::get))
        .route("/api/runs/{id}/events", get(api::runs::events::get))
        .route("/api/runs/{id}/cancel", post(api::runs::cancel::post))
        .route("/api/runs/{id}/resume", post(api::runs::resume::post))
        .route("/api/runs/{id}/redrive", post(api::runs::redrive::post))
        .route("/api/approvals", get(api::approvals::get))
        .route("/api/approvals/{id}", post(api::approvals::id::post))
        .route("/api/services", get(api::services::get))
        .route("/api/services/{id}", get(api::services::id::get))
        .route("/api/services/{id}/logs", get(api::services::logs::get))
        .route(
            "/api/services/{id}/metrics",
            get(api::services::metrics::get),
        )
        .route(
            "/api/services/{id}/invoke",
            post(api::services::invoke::post),
        )
        .route(
            "/api/services/{id}/rollback",
            post(api::services::change::rollback),
        )
        .route(
            "/api/services/{id}/promote",
            post(api::services::change::promote),
        )
        .route(
            "/api/services/{id}/delete",
            post(api::services::change::delete),
        )
        .route("/api/audit", get(api::audit::get))
        .route("/api/tests", get(api::tests::get).post(api::tests::post))
}

/// Gives a problem body to the refusals that layers below make in plain text.
pub(crate) async fn as_problem(response: Response) -> Response {
    let is_problem = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    if is_problem {
        return response;
    }
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => {
            let mut refused = Refusal::MethodNotAllowed.into_response();
            if let Some(allow) = response.headers().get(ALLOW) {
                refused.headers_mut().insert(ALLOW, allow.clone());
            }
            refused
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large().into_response(),
        _ => response,
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands the panic over by value"
)]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let what = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Problem::from(Error::new(Code::Internal, what)).into_response()
}
