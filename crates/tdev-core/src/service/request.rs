//! What is asked of a deployment.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::component::kebab_case;
use crate::{Code, Error, Result};

/// Where a service runs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// This machine, served by `tdev serve`.
    #[default]
    Local,
    /// AWS Lambda.
    Lambda,
    /// Amazon ECS on Fargate.
    Ecs,
    /// AWS Step Functions.
    StepFunctions,
}

impl TargetKind {
    /// The lowercase spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            TargetKind::Local => "local",
            TargetKind::Lambda => "lambda",
            TargetKind::Ecs => "ecs",
            TargetKind::StepFunctions => "stepfunctions",
        }
    }
}

/// How calls come to a new version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// All of them, once its health check holds; the version before is retired.
    #[default]
    AllAtOnce,
    /// All of them; the version before stays ready beside it.
    BlueGreen,
    /// Some of them for a while; all of them if it fails no more often than it may.
    Canary,
}

impl Strategy {
    /// The kebab-case spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Strategy::AllAtOnce => "all-at-once",
            Strategy::BlueGreen => "blue-green",
            Strategy::Canary => "canary",
        }
    }
}

/// Who asks, and through what.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct By {
    /// Their name.
    pub who: String,
    /// `cli`, `api`, `run`.
    pub from: String,
}

/// A deployment that is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeployRequest {
    /// The service: kebab-case, up to 64 letters.
    pub service_id: String,
    /// The stored workflow, `id`, `id@v1` or `id-v1`; that of the service as it is where absent,
    /// else the one called as the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow_id: Option<String>,
    /// Where it runs.
    #[serde(default)]
    pub target: TargetKind,
    /// How calls come to it.
    #[serde(default)]
    pub strategy: Strategy,
    /// Of a hundred calls, how many the new version is given at first. Canary only.
    #[serde(default = "ten")]
    pub percent: u8,
    /// How long it must hold before it is given all of them. Canary only.
    #[serde(default = "five")]
    pub minutes: f64,
    /// Of a hundred of its calls, how many may fail. Canary only.
    #[serde(default = "one")]
    pub max_error_percent: f64,
    /// Leaves the new version without calls until it is promoted. Blue-green only.
    #[serde(default)]
    pub hold: bool,
    /// Whether experimental components may run in it.
    #[serde(default)]
    pub allow_experimental: bool,
    /// The input of the health check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_input: Option<Map<String, Value>>,
    /// Who asks. Set where the request is accepted, never by a client.
    #[serde(default)]
    pub by: By,
}

const fn ten() -> u8 {
    10
}

const fn five() -> f64 {
    5.0
}

const fn one() -> f64 {
    1.0
}

/// The longest a canary may be watched, in minutes: a day.
const LONGEST: f64 = 1440.0;

impl DeployRequest {
    /// A request with everything at its default.
    pub fn of(service_id: impl Into<String>) -> Self {
        Self {
            service_id: service_id.into(),
            workflow_id: None,
            target: TargetKind::default(),
            strategy: Strategy::default(),
            percent: ten(),
            minutes: five(),
            max_error_percent: one(),
            hold: false,
            allow_experimental: false,
            health_input: None,
            by: By::default(),
        }
    }

    /// Checks what can be told from the request alone.
    ///
    /// # Errors
    /// `InvalidInput` naming the field.
    pub fn check(&self) -> Result<()> {
        let fault = |field: &str, message: String| {
            Error::new(Code::InvalidInput, message).field(field.to_owned())
        };
        let id = &self.service_id;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let good = id.starts_with(|c: char| c.is_ascii_lowercase())
            && id.chars().all(plain)
            && !id.ends_with('-')
            && id.len() <= 64;
        if !good {
            let better = kebab_case(id);
            return Err(fault(
                "service_id",
                "a service is called by up to 64 lowercase letters, digits and `-`, and begins with a letter".to_owned(),
            )
            .hint_opt((better != *id && !better.is_empty()).then(|| format!("for example `{better}`"))));
        }
        if !(1..=99).contains(&self.percent) {
            return Err(fault(
                "percent",
                format!(
                    "a canary is given 1 to 99 of a hundred calls, not {}",
                    self.percent
                ),
            ));
        }
        if !(0.0..=LONGEST).contains(&self.minutes) {
            return Err(fault(
                "minutes",
                format!("a canary is watched for 0 to {LONGEST} minutes"),
            ));
        }
        if !(0.0..=100.0).contains(&self.max_error_percent) {
            return Err(fault(
                "max_error_percent",
                "a share of failures lies between 0 and 100".to_owned(),
            ));
        }
        if self.hold && self.strategy != Strategy::BlueGreen {
            return Err(fault(
                "hold",
                format!(
                    "`hold` belongs to blue-green, not to {}",
                    self.strategy.as_str()
                ),
            ));
        }
        Ok(())
    }
}
