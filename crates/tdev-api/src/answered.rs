//! The answer of a service as its callers see it, wherever it runs.

use serde::Serialize;
use serde_json::Value;
use tdev_core::Result;
use tdev_core::agent_io::TraceStep;
use tdev_core::component::VersionId;
use tdev_core::service::ServiceAnswer;

/// What a call gave.
#[derive(Debug, Serialize)]
pub(crate) struct Answered {
    /// The output.
    pub(crate) output: Value,
    /// Its steps in order of starting.
    pub(crate) trace: Vec<TraceStep>,
    /// The service.
    pub(crate) service_id: String,
    /// The version that answered, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version_id: Option<VersionId>,
    /// What the call goes by in the log.
    pub(crate) call_id: String,
    /// Wall time in milliseconds.
    pub(crate) duration_ms: f64,
}

impl Answered {
    /// An answer that has an output.
    ///
    /// # Errors
    /// What the service failed with.
    pub(crate) fn of(
        answer: ServiceAnswer,
        service_id: String,
        version_id: Option<VersionId>,
        call_id: String,
    ) -> Result<Self> {
        Ok(Self {
            output: answer.output?,
            trace: answer.trace,
            service_id,
            version_id,
            call_id,
            duration_ms: answer.duration_ms,
        })
    }
}
