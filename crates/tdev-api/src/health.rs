//! `GET /health`: liveness. It asks nothing of the stores.

use axum::Json;
use serde_json::{Value, json};

/// Of this program.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// That the process answers, and which version it is.
pub(crate) async fn get() -> Json<Value> {
    Json(json!({"status": "ok", "version": VERSION}))
}
