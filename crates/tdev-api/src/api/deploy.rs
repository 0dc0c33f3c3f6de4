//! `POST /api/deploy`: brings a version of a service to run.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tdev_core::run::{Run, RunKind, RunRequest, RunStatus};
use tdev_core::service::{By, DeployRequest};
use tdev_core::{Code, Error, Result};

use crate::extract::{IdempotencyKey, Json as Body, fingerprint, read};
use crate::problem::{Problem, Refusal};
use crate::state::Api;

/// 202 with `{status, service_id, deployment_id}`, the deployment being the run of that id. What
/// cannot be deployed is refused here, before anything is begun.
pub(crate) async fn post(
    State(api): State<Api>,
    key: IdempotencyKey,
    Body(body): Body<Value>,
) -> Result<Response, Problem> {
    let fingerprint = fingerprint("/api/deploy", body.to_string().as_bytes());
    let request = asked(&api, body)?;
    let plan = json!({"stage": "plan", "request": request});
    let agents = &api.services.agents;
    agents.invoke("deployer", plan, api.scope()).await?;
    let service_id = request.service_id.clone();
    let run = Run {
        id: api.new_id(),
        project: api.services.project.clone(),
        kind: RunKind::Deploy,
        status: RunStatus::Running,
        request: RunRequest {
            deploy: Some(request),
            ..RunRequest::default()
        },
        started_at: api.services.clock.now(),
        redrives: 0,
        ended_at: None,
        output: None,
        error: None,
    };
    let known = key.0.as_deref().map(|key| (key, fingerprint.as_str()));
    let run = match api.services.runs.create(run, known).await {
        Ok(run) => run,
        Err(fault) if known.is_some() && fault.code == Code::Conflict => {
            return Err(Refusal::IdempotencyKeyReused.into());
        }
        Err(fault) => return Err(fault.into()),
    };
    if !run.status.ended() {
        api.services.orchestrator.begin(&run).await?;
        api.drives.start(&api.services.orchestrator, &run.id);
    }
    let location = format!("/api/runs/{}", run.id);
    let accepted =
        json!({"status": "deploying", "service_id": service_id, "deployment_id": run.id});
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(accepted)).into_response())
}

/// The request of a client, with who it is: that is the server's to say.
pub(super) fn asked(api: &Api, body: Value) -> Result<DeployRequest> {
    if body.get("by").is_some() {
        return Err(
            Error::new(Code::InvalidInput, "who deploys is not the body's to say").field("by"),
        );
    }
    let request: DeployRequest = read(body)?;
    request.check()?;
    Ok(DeployRequest {
        by: by(api),
        ..request
    })
}

/// Who asks through this server.
pub(super) fn by(api: &Api) -> By {
    By {
        who: api.options.person.clone(),
        from: "api".to_owned(),
    }
}
