//! What a deployment would do: told before anything happens.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tdev_core::Result;
use tdev_core::component::Runtime;
use tdev_core::service::{DeployRequest, Permission, Strategy, TargetKind, differences};

use super::Ground;
use super::package::package;

/// A deployment that is not made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The service.
    pub service_id: String,
    /// The version it would become; nothing where the same definition answers already.
    pub version_id: Option<String>,
    /// The version that answers now.
    pub current: Option<String>,
    /// The hash of the definition.
    pub definition: String,
    /// The workflow, `id@v1`.
    pub workflow_id: String,
    /// Where it would run.
    pub target: TargetKind,
    /// How calls would come to it.
    pub strategy: Strategy,
    /// What would happen, in order, a line each.
    pub steps: Vec<String>,
    /// What would run in it.
    pub components: Vec<PlannedComponent>,
    /// What it might touch, each with its reasons.
    pub permissions: Vec<Permission>,
    /// Secrets it would be given, by name.
    pub secrets: Vec<String>,
    /// `free` where nothing asks a model, else `metered`.
    pub cost_class: String,
    /// Why, in words.
    pub cost_because: String,
    /// What its health check would be called with.
    pub health_input: Map<String, Value>,
    /// Where that comes from.
    pub health_because: String,
    /// What changes against the version that answers now: `part`, `sign`, `what`.
    pub differences: Vec<Value>,
    /// The text of its `service.json`.
    pub service_json: String,
}

/// A component as it would be pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedComponent {
    /// Pinned, `Name@v1`.
    pub component: String,
    /// What it is pinned by.
    pub hash: String,
    /// Its status.
    pub status: String,
    /// Where it runs.
    pub runtime: Runtime,
}

pub(super) async fn plan(ground: &Ground, request: &DeployRequest) -> Result<Plan> {
    let packaged = package(ground, request).await?;
    let unchanged = packaged.unchanged();
    let sealed = &packaged.sealed;
    let definition = sealed.definition();
    let service = packaged.service.as_ref();
    let current = service
        .and_then(|s| s.main())
        .map(|main| main.version_id.to_string());
    let next = format!("v{}", service.map_or(0, |s| s.newest) + 1);
    let version_id = (!unchanged).then(|| next.clone());
    let minds: Vec<String> = definition
        .components
        .iter()
        .filter(|p| p.record.needs_a_model())
        .map(|p| format!("`{}`", p.record.pinned()))
        .collect();
    let (cost_class, cost_because) = if minds.is_empty() {
        let because = match request.target {
            TargetKind::Local => "nothing in it asks a model, and it runs on this machine",
            _ => "nothing in it asks a model; its target charges for running it",
        };
        ("free", because.to_owned())
    } else {
        let because = format!("{} ask a language model at every call", minds.join(", "));
        ("metered", because)
    };
    let differences = match &packaged.before {
        Some(before) => differences(before.definition(), definition),
        None => Vec::new(),
    };
    Ok(Plan {
        service_id: request.service_id.clone(),
        steps: match (&version_id, &current) {
            (None, _) => vec![format!(
                "nothing: {} is this very definition",
                current.clone().unwrap_or_default()
            )],
            (Some(next), current) => steps(request, next, current.as_deref()),
        },
        version_id,
        current,
        definition: sealed.hash().to_owned(),
        workflow_id: definition.workflow_ref(),
        target: request.target,
        strategy: request.strategy,
        components: definition
            .components
            .iter()
            .map(|p| PlannedComponent {
                component: p.record.pinned().to_string(),
                hash: p.hash.clone(),
                status: p.record.status.as_str().to_owned(),
                runtime: p.record.runtime,
            })
            .collect(),
        permissions: definition.permissions.clone(),
        secrets: definition.secrets.clone(),
        cost_class: cost_class.to_owned(),
        cost_because,
        health_input: definition.health.input.clone(),
        health_because: definition.health.because.clone(),
        differences: differences
            .iter()
            .map(|d| serde_json::to_value(d).unwrap_or_default())
            .collect(),
        service_json: sealed.file(),
    })
}

fn steps(request: &DeployRequest, next: &str, current: Option<&str>) -> Vec<String> {
    let mut steps = vec![
        format!("package and keep the definition of {next}"),
        format!("install {next} on {}", request.target.as_str()),
        format!("call {next} once to see that it works"),
    ];
    match (request.strategy, current) {
        (_, None) => steps.push(format!("give {next} every call")),
        (Strategy::AllAtOnce, Some(current)) => {
            steps.push(format!("give {next} every call, and retire {current}"));
        }
        (Strategy::BlueGreen, Some(current)) if request.hold => {
            steps.push(format!(
                "leave every call to {current} until {next} is promoted"
            ));
        }
        (Strategy::BlueGreen, Some(current)) => {
            steps.push(format!("give {next} every call, and keep {current} ready"));
        }
        (Strategy::Canary, Some(current)) => {
            steps.push(format!(
                "give {next} {} of a hundred calls for {} minutes",
                request.percent, request.minutes
            ));
            steps.push(format!(
                "give it every call if at most {}% of them fail; give them back to {current} as soon as more do",
                request.max_error_percent
            ));
        }
    }
    steps
}
