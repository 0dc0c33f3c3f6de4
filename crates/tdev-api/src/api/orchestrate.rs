//! `POST /api/orchestrate`: a goal or code through the whole pipeline.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tdev_core::model::micro_dollars;
use tdev_core::run::{RunKind, RunRequest};
use tdev_core::service::DeployRequest;
use tdev_core::{Code, Error, Result};

use super::deploy::asked;
use super::{same_project, worded};
use crate::extract::{IdempotencyKey, Json, Prefer, fingerprint, read};
use crate::problem::Problem;
use crate::runs::{Begin, begin};
use crate::state::Api;

/// What is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `goal` or `code`")]
struct Orchestrate {
    goal: Option<String>,
    code: Option<String>,
    project: Option<String>,
    #[serde(alias = "input")]
    inputs: Option<Map<String, Value>>,
    threshold: Option<f64>,
    max_rounds: Option<u32>,
    #[serde(default)]
    require_approval: bool,
    #[serde(default)]
    allow_experimental: bool,
    deploy: Option<Value>,
    max_cost_usd: Option<f64>,
}

/// Waits for the run as `Prefer` says.
pub(crate) async fn post(
    State(api): State<Api>,
    prefer: Prefer,
    key: IdempotencyKey,
    Json(body): Json<Value>,
) -> Result<Response, Problem> {
    let fingerprint = fingerprint("/api/orchestrate", body.to_string().as_bytes());
    let wanted: Orchestrate = read(body)?;
    same_project(&api, wanted.project.as_deref())?;
    let deploy = wanted
        .deploy
        .clone()
        .map(|wish| wished(&api, wish))
        .transpose()?
        .flatten();
    let request = RunRequest {
        deploy,
        ..wanted.into_request()?
    };
    begin(
        &api,
        Begin {
            kind: RunKind::Orchestrate,
            request,
            key,
            fingerprint,
            prefer,
        },
    )
    .await
}

/// What is to be deployed of it: a request as `POST /api/deploy` takes it, or a service's id alone.
fn wished(api: &Api, wish: Value) -> Result<Option<DeployRequest>> {
    let placed = |error: Error| {
        let field = error.field.clone();
        error.field(field.map_or_else(|| "deploy".to_owned(), |f| format!("deploy.{f}")))
    };
    match wish {
        Value::Null | Value::Bool(false) => Ok(None),
        Value::String(id) => asked(api, json!({"service_id": id}))
            .map(Some)
            .map_err(placed),
        wish @ Value::Object(_) => asked(api, wish).map(Some).map_err(placed),
        _ => Err(
            Error::new(Code::InvalidInput, "`deploy` says which service it becomes")
                .field("deploy")
                .hint("give the service's id, or what `POST /api/deploy` takes"),
        ),
    }
}

impl Orchestrate {
    fn into_request(self) -> Result<RunRequest> {
        let usual = RunRequest::default();
        match (&self.goal, &self.code) {
            (None, None) => {
                return Err(
                    Error::new(Code::InvalidInput, "neither a goal nor code was given")
                        .field("goal")
                        .hint("say in `goal` what is wanted, or give source in `code`"),
                );
            }
            (goal, code) => {
                goal.as_deref()
                    .map(|goal| worded("goal", goal))
                    .transpose()?;
                code.as_deref()
                    .map(|code| worded("code", code))
                    .transpose()?;
            }
        }
        if self
            .max_cost_usd
            .is_some_and(|dollars| micro_dollars(dollars).is_none())
        {
            return Err(Error::new(
                Code::InvalidInput,
                "a budget is an amount of dollars, 0 or more",
            )
            .field("max_cost_usd"));
        }
        let threshold = self.threshold.unwrap_or(usual.threshold);
        if !(0.0..=100.0).contains(&threshold) {
            return Err(
                Error::new(Code::InvalidInput, "a threshold lies between 0 and 100")
                    .field("threshold"),
            );
        }
        let max_rounds = self.max_rounds.unwrap_or(usual.max_rounds);
        if !(1..=usual.max_rounds).contains(&max_rounds) {
            return Err(Error::new(
                Code::InvalidInput,
                format!("there are 1 to {} rounds", usual.max_rounds),
            )
            .field("max_rounds"));
        }
        Ok(RunRequest {
            goal: self.goal,
            code: self.code,
            inputs: self.inputs.unwrap_or_default(),
            threshold,
            max_rounds,
            require_approval: self.require_approval,
            allow_experimental: self.allow_experimental,
            max_cost_usd: self.max_cost_usd,
            ..usual
        })
    }
}
