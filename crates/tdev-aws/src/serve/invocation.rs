//! One invocation, watched: its span, its failure, its metrics, its trace.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Instant;

use futures::FutureExt as _;
use lambda_runtime::{Context, Diagnostic};
use serde_json::json;
use tdev_core::ports::{Clock, Scope};
use tdev_core::{Code, Error, Result};
use tracing::Instrument as _;
use tracing::field::Empty;

use super::logs::{self, Level, Sink};
use super::metrics::{self, Measured};
use super::spending::Spending;
use super::trace::{Daemon, Subsegment, TraceHeader};
use crate::secrets::mask;

/// Watches over the invocations of this process.
pub struct Watch {
    stage: String,
    clock: Arc<dyn Clock>,
    sink: Sink,
    spending: Spending,
    daemon: Option<SocketAddr>,
    opened: OnceLock<Option<Daemon>>,
    warm: AtomicBool,
}

impl Watch {
    /// Begins the log of the process, too.
    pub fn begin(stage: &str, level: Level, sink: Sink, clock: Arc<dyn Clock>) -> Self {
        logs::begin(level, &sink);
        Self {
            stage: stage.to_owned(),
            clock,
            sink,
            spending: Spending::default(),
            daemon: None,
            opened: OnceLock::new(),
            warm: AtomicBool::new(false),
        }
    }

    /// Tells X-Ray's daemon of invocations that are traced.
    #[must_use]
    pub fn traced(mut self, daemon: Option<SocketAddr>) -> Self {
        self.daemon = daemon;
        self
    }

    /// Where models count what they cost.
    pub fn spending(&self) -> Spending {
        self.spending.clone()
    }

    /// Does `work` for an invocation, tells of it, and fails as Lambda tells failures. A panic is
    /// an `Internal` error: what it said is for the log alone.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn over<T>(
        &self,
        context: &Context,
        work: impl AsyncFnOnce(&Watched) -> Result<T>,
    ) -> std::result::Result<T, Diagnostic> {
        let cold = !self.warm.swap(true, Ordering::Relaxed);
        let begun = Instant::now();
        let began = self.clock.now();
        let header = context
            .xray_trace_id
            .as_deref()
            .and_then(TraceHeader::parse);
        let span = tracing::info_span!(
            "invocation",
            request_id = context.request_id,
            function = context.env_config.function_name,
            version = context.env_config.version,
            cold,
            trace = header.as_ref().map(|header| header.root.as_str()),
            project = Empty,
            run = Empty,
            step = Empty,
        );
        let watched = Watched {
            span: span.clone(),
            labels: RwLock::default(),
        };
        let answer = AssertUnwindSafe(async { work(&watched).await })
            .catch_unwind()
            .instrument(span.clone())
            .await
            .unwrap_or_else(|_| Err(Error::new(Code::Internal, "the function ended abnormally")));
        let labels = watched
            .labels
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let failed = match &answer {
            Ok(_) => labels.failed,
            Err(error) => Some(error.code.as_str().to_owned()),
        };
        let metrics = metrics::line(&Measured {
            at: self.clock.now(),
            stage: &self.stage,
            function: &context.env_config.function_name,
            request_id: &context.request_id,
            project: &labels.project,
            run: &labels.run,
            cold,
            milliseconds: begun.elapsed().as_secs_f64() * 1e3,
            failed: failed.as_deref(),
            spent: self.spending.take(),
        });
        (self.sink)(&metrics.to_string());
        if let (Some(header), Some(daemon)) = (&header, self.daemon()) {
            let annotations =
                json!({"project": labels.project, "run": labels.run, "step": labels.step});
            daemon.tell(
                header,
                &Subsegment {
                    name: &context.env_config.function_name,
                    began,
                    ended: self.clock.now(),
                    annotations,
                    failed: failed.as_deref(),
                },
            );
        }
        answer.map_err(|error| span.in_scope(|| told(&error)))
    }

    fn daemon(&self) -> Option<&Daemon> {
        let address = self.daemon?;
        self.opened
            .get_or_init(|| {
                Daemon::at(address)
                    .inspect_err(|fault| {
                        tracing::warn!(kind = %fault.kind(), "traces are not told");
                    })
                    .ok()
            })
            .as_ref()
    }
}

/// The invocation under way, for what is known of it only once its event was read.
pub struct Watched {
    span: tracing::Span,
    labels: RwLock<Labels>,
}

#[derive(Default)]
struct Labels {
    project: String,
    run: String,
    step: String,
    failed: Option<String>,
}

impl Watched {
    /// On whose behalf it is.
    pub fn scope(&self, scope: &Scope) {
        self.span.record("project", scope.project.as_str());
        self.span.record("run", scope.run_id.as_str());
        self.span.record("step", scope.step.as_str());
        let mut labels = self.labels.write().unwrap_or_else(PoisonError::into_inner);
        labels.project.clone_from(&scope.project);
        labels.run.clone_from(&scope.run_id);
        labels.step.clone_from(&scope.step);
    }

    /// That what it answers is a failure, by its code: one that is no failure of the function.
    pub fn failed(&self, code: &str) {
        let mut labels = self.labels.write().unwrap_or_else(PoisonError::into_inner);
        labels.failed = Some(code.to_owned());
    }
}

/// The failure as Lambda tells it; logged here, where it leaves the function.
fn told(error: &Error) -> Diagnostic {
    tracing::warn!(error.code = error.code.as_str(), "{error}");
    let whole = serde_json::to_string(error).unwrap_or_else(|_| error.message.clone());
    Diagnostic {
        error_type: error.code.as_str().to_owned(),
        error_message: mask(&whole).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use serde_json::Value;
    use tdev_core::ports::SystemClock;

    use super::*;

    #[test]
    fn a_failure_crosses_the_state_machine_unchanged() {
        let error = Error::new(Code::PermissionDenied, "host not granted").hint("grant it");
        let told = told(&error);
        let cause = json!({"errorType": told.error_type, "errorMessage": told.error_message});
        let back = Error::from_failure(&told.error_type, &cause.to_string());
        assert_eq!(back, error);
    }

    #[tokio::test]
    async fn a_panic_is_an_error_of_ours_and_the_next_invocation_is_warm() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        let sink: Sink = Arc::new(move |line| kept.lock().unwrap().push(line.to_owned()));
        let watch = Watch::begin("dev", Level::default(), sink, Arc::new(SystemClock));
        let context = Context::default();
        let failed = watch
            .over(&context, async |_| -> Result<()> {
                panic!("canary-in-a-panic")
            })
            .await
            .unwrap_err();
        assert_eq!(failed.error_type, "Internal");
        assert!(!failed.error_message.contains("canary"), "{failed:?}");
        let answer = watch.over(&context, async |_| Ok(7)).await;
        assert_eq!(answer, Ok(7));
        let lines = lines.lock().unwrap();
        let metrics: Vec<Value> = lines
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
            .filter(|line: &Value| line.get("_aws").is_some())
            .collect();
        let [first, second] = &metrics[..] else {
            panic!("{lines:?}")
        };
        assert_eq!(
            (&first["cold_starts"], &first["code"]),
            (&json!(1), &json!("Internal"))
        );
        assert_eq!(
            (&second["cold_starts"], &second["errors"]),
            (&json!(0), &json!(0))
        );
    }
}
