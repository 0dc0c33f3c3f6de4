//! Runs any component, whatever its runtime: looked up, held to its schemas, within its grants.

mod calls;
mod input;
mod python;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde_json::Value;
use tdev_core::component::{Component, Runtime};
use tdev_core::ports::{ComponentInvoker, Invocation, Registry, Scope};
use tdev_core::{Code, Error, Result};
use tokio::runtime::Handle;

use crate::builtin::Builtins;
use python::Python;

/// What a project allows one component to use.
#[derive(Debug, Clone, Copy)]
pub struct Quota {
    /// Wall time where the metadata names none.
    pub time: Duration,
    /// Bytes of memory, for components in the Python sandbox.
    pub memory: usize,
    /// Bytes of printed output.
    pub output: usize,
}

impl Default for Quota {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(30),
            memory: 256 << 20,
            output: 1 << 20,
        }
    }
}

/// Runs components of one project.
#[derive(Clone)]
pub struct Runner {
    inner: Arc<Inner>,
}

struct Inner {
    project: String,
    registry: Arc<dyn Registry>,
    builtins: Builtins,
    python: Python,
    quota: Quota,
}

/// One call on its way down: how deep it is and when all of it must be done.
#[derive(Clone)]
struct Passage {
    scope: Scope,
    depth: u32,
    deadline: Option<Instant>,
    handle: Handle,
}

impl Runner {
    /// A runner for a project. The interpreter in `interpreter` is opened when the first Python
    /// component is called.
    pub fn new(
        project: String,
        registry: Arc<dyn Registry>,
        builtins: Builtins,
        interpreter: PathBuf,
        quota: Quota,
    ) -> Self {
        let python = Python::new(interpreter, Arc::clone(&builtins.artifacts));
        Self {
            inner: Arc::new(Inner {
                project,
                registry,
                builtins,
                python,
                quota,
            }),
        }
    }

    async fn apart(&self, component: Arc<Component>, input: Value, scope: Scope) -> Result<Value> {
        let inner = Arc::clone(&self.inner);
        let passage = Passage {
            scope,
            depth: 0,
            deadline: None,
            handle: Handle::current(),
        };
        tokio::task::spawn_blocking(move || inner.run(&component, input, &passage))
            .await
            .unwrap_or_else(|fault| {
                Err(Error::new(
                    Code::ComponentCrashed,
                    format!("the component's thread ended abnormally: {fault}"),
                ))
            })
    }
}

#[async_trait]
impl ComponentInvoker for Runner {
    async fn invoke(&self, invocation: Invocation) -> Result<Value> {
        let component = self.inner.registry.get(&invocation.component).await?;
        self.apart(component, invocation.input, invocation.scope)
            .await
    }

    async fn try_out(&self, candidate: &Component, input: Value, scope: Scope) -> Result<Value> {
        self.apart(Arc::new(candidate.clone()), input, scope).await
    }
}

impl Inner {
    /// Runs a component on this thread.
    fn run(
        self: &Arc<Self>,
        component: &Arc<Component>,
        input: Value,
        passage: &Passage,
    ) -> Result<Value> {
        if !component.status.runnable() {
            return Err(Error::new(
                Code::ComponentDisabled,
                format!("`{}` is {}", component.pinned(), component.status.as_str()),
            ));
        }
        // A nested call may be on a thread of its own, which no runtime knows.
        let _entered = passage.handle.enter();
        let input = input::shaped(component, input)?;
        match component.runtime {
            Runtime::Builtin => self.builtins.call(
                &component.name,
                input,
                passage.scope.clone(),
                passage.deadline,
            ),
            Runtime::Python => {
                let output = self.python.call(self, component, &input, passage)?;
                component.output_schema.check(&output).map_err(|error| {
                    let message = format!(
                        "what `{}` returned does not fit its output_schema: {}",
                        component.name, error.message
                    );
                    let field = error
                        .field
                        .as_deref()
                        .map_or_else(|| "output".to_owned(), |f| format!("output.{f}"));
                    Error { message, ..error }.field(field)
                })?;
                Ok(output)
            }
            other => Err(Error::new(
                Code::Unsupported,
                format!(
                    "`{}` has the runtime `{}`, which this build cannot run",
                    component.name,
                    runtime_name(other)
                ),
            )
            .field("runtime")
            .hint("runtimes here are `builtin` and `python`")),
        }
    }
}

const fn runtime_name(runtime: Runtime) -> &'static str {
    match runtime {
        Runtime::Builtin => "builtin",
        Runtime::Python => "python",
        Runtime::Process => "process",
        Runtime::Lambda => "lambda",
        Runtime::Http => "http",
        Runtime::Mcp => "mcp",
        Runtime::Prompt => "prompt",
    }
}
