//! One definition, opened: what it pins is checked against this program, and calls are answered.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde_json::{Map, Value};
use tdev_core::component::Runtime;
use tdev_core::ports::{AgentInvoker, Engine, EngineRequest, Scope};
use tdev_core::service::{Definition, Sealed, ServiceAnswer};
use tdev_core::{Code, Error, Result};
use tdev_local::{Home, Invokers};
use tdev_runtime::grants::SecretSource;
use tdev_runtime::python::Interpreter;

use crate::ground::Ground;

/// A service that can be called.
pub struct Instance {
    sealed: Sealed,
    engine: Arc<dyn Engine>,
    project: String,
}

impl Instance {
    /// Opens a definition.
    ///
    /// # Errors
    /// `Unsupported` and `InvalidService` for what this program cannot run as pinned;
    /// `SecretNotFound`; `InterpreterMissing` and `InterpreterForeign`.
    pub fn open(sealed: Sealed, ground: &Ground) -> Result<Self> {
        admit(sealed.definition(), ground)?;
        let invokers = Invokers {
            components: ground.runner(sealed.definition()),
            agents: Arc::new(NoAgents),
        };
        // In memory nothing is opened or written: the folder only has to be named.
        let engine = Home::open(&ground.root, Vec::new())?.express_engine(invokers);
        Ok(Self {
            sealed,
            engine,
            project: ground.project.clone(),
        })
    }

    /// What it runs.
    pub const fn sealed(&self) -> &Sealed {
        &self.sealed
    }

    /// Answers one call. `id` names it wherever it is told of.
    pub async fn call(&self, id: &str, input: Map<String, Value>) -> ServiceAnswer {
        let definition = self.sealed.definition();
        let began = Instant::now();
        let ms = |began: Instant| began.elapsed().as_secs_f64() * 1000.0;
        let input = match accepted(definition, input) {
            Ok(input) => input,
            Err(error) => {
                return ServiceAnswer {
                    output: Err(error),
                    refused: true,
                    trace: Vec::new(),
                    duration_ms: ms(began),
                };
            }
        };
        let request = EngineRequest {
            execution: id.to_owned(),
            definition: definition.state_machine.clone(),
            input,
            scope: Scope {
                project: self.project.clone(),
                run_id: id.to_owned(),
                idempotency_token: id.to_owned(),
                ..Scope::default()
            },
        };
        let patience = Duration::from_secs(definition.limits.call_seconds);
        let answered = tokio::time::timeout(patience, self.engine.run(request)).await;
        let (output, trace) = match answered {
            Ok(Ok(outcome)) => (outcome.output, outcome.trace),
            Ok(Err(error)) => (Err(error), Vec::new()),
            Err(_) => (
                Err(Error::new(
                    Code::ComponentTimeout,
                    format!(
                        "the call of `{}` took longer than {} seconds",
                        definition.service_id, definition.limits.call_seconds
                    ),
                )),
                Vec::new(),
            ),
        };
        // A failure names its step, as a run does.
        let failed = trace.iter().rev().find(|step| step.error.is_some());
        let output = output.map_err(|error| match (&error.field, failed) {
            (None, Some(step)) => error.field(format!("steps.{}", step.id)),
            _ => error,
        });
        ServiceAnswer {
            output,
            refused: false,
            trace,
            duration_ms: ms(began),
        }
    }
}

/// Whether a definition can be run by this program, here.
pub(crate) fn admit(definition: &Definition, ground: &Ground) -> Result<()> {
    let mut python = false;
    for (at, pinned) in definition.components.iter().enumerate() {
        let record = &pinned.record;
        let fault = |code: Code, message: String| {
            Err(Error::new(code, message).field(format!("components.{at}")))
        };
        match record.runtime {
            Runtime::Python => python = true,
            Runtime::Prompt => {
                if record.needs_a_model() && ground.model.is_none() {
                    return fault(
                        Code::ModelNotConfigured,
                        format!(
                            "`{}` asks a language model, and none is configured here",
                            record.pinned()
                        ),
                    );
                }
            }
            // What is compiled in is pinned by its version: the program must have that one.
            Runtime::Builtin => {
                match tdev_runtime::builtin::component(&record.name) {
                    Ok(own) if own.version == record.version => {}
                    Ok(own) => {
                        return fault(
                        Code::InvalidService,
                        format!(
                            "`{}` is pinned at {}, and this program has {}",
                            record.name, record.version, own.version
                        ),
                    )
                    .map_err(|error| error.hint("deploy again with this program, or run the program it was packaged by"));
                    }
                    Err(error) => return Err(error.field(format!("components.{at}"))),
                }
            }
            other => {
                return fault(
                    Code::Unsupported,
                    format!(
                        "`{}` has a runtime that services cannot run here: {other:?}",
                        record.pinned()
                    )
                    .to_lowercase(),
                );
            }
        }
    }
    if python {
        // Opened to see that it can be; instances share its pages.
        Interpreter::open(&ground.interpreter).map_err(|fault| {
            let code = Code::parse(fault.code()).unwrap_or(Code::Internal);
            Error::new(code, fault.to_string())
        })?;
    }
    for name in &definition.secrets {
        present(ground.secrets.as_ref(), name)?;
    }
    Ok(())
}

fn present(secrets: &dyn SecretSource, name: &str) -> Result<()> {
    match secrets.secret(name)? {
        Some(value) if !value.is_empty() => Ok(()),
        _ => Err(Error::new(
            Code::SecretNotFound,
            format!("the service needs the secret `{name}`, which is not set"),
        )
        .field("secrets")
        .hint(format!("put `{name}=…` into .env.local"))),
    }
}

fn accepted(definition: &Definition, input: Map<String, Value>) -> Result<Value> {
    let most = definition.limits.body_kib.saturating_mul(1024);
    let input = definition.input(input)?;
    if input.to_string().len() as u64 > most {
        return Err(Error::new(
            Code::PayloadTooLarge,
            format!(
                "the input is over the {} KiB this service takes",
                definition.limits.body_kib
            ),
        )
        .hint("send files as artifacts and refer to them"));
    }
    Ok(input)
}

/// Services ask no core agent: a definition that would is not made.
struct NoAgents;

#[async_trait]
impl AgentInvoker for NoAgents {
    async fn invoke(&self, agent: &str, _: Value, _: Scope) -> Result<Value> {
        Err(Error::new(
            Code::Unsupported,
            format!("a service has no core agent `{agent}`"),
        ))
    }
}
