//! Runs any component, whatever its runtime: looked up, held to its schemas, within its grants.

mod calls;
mod input;
mod llm;
mod mind;
mod passage;
mod python;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tdev_core::component::{Component, ComponentRef, Runtime};
use tdev_core::ports::{ComponentInvoker, Invocation, Registry, Scope};
use tdev_core::{Code, Error, Result};
use tokio::runtime::Handle;
use tokio::sync::watch;

pub use mind::Mind;

pub(crate) use input::shaped;
pub(crate) use passage::{Effects, Passage, cancelled, canonical, late};

use crate::builtin::Builtins;
use crate::{prompt, team};
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

pub(crate) struct Inner {
    pub(crate) project: String,
    registry: Arc<dyn Registry>,
    pub(crate) builtins: Builtins,
    python: Python,
    quota: Quota,
    pub(crate) mind: Mind,
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
        mind: Mind,
    ) -> Self {
        let python = Python::new(interpreter, Arc::clone(&builtins.artifacts));
        Self {
            inner: Arc::new(Inner {
                project,
                registry,
                builtins,
                python,
                quota,
                mind,
            }),
        }
    }

    async fn apart(&self, component: Arc<Component>, input: Value, scope: Scope) -> Result<Value> {
        let inner = Arc::clone(&self.inner);
        // Lives as long as somebody waits for the answer.
        let (_waiting, caller) = watch::channel(());
        let passage = Passage {
            scope,
            depth: 0,
            deadline: None,
            handle: Handle::current(),
            caller,
            above: Vec::new(),
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
    /// The component that an entry of `tools` or `members` grants.
    ///
    /// # Errors
    /// `ComponentNotFound`.
    pub(crate) fn granted(&self, entry: &str, passage: &Passage) -> Result<Arc<Component>> {
        let reference: ComponentRef = entry.parse()?;
        passage.handle.block_on(self.registry.get(&reference))
    }

    /// Runs a component on this thread.
    pub(crate) fn run(
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
        passage.admit(component)?;
        let input = shaped(component, input)?;
        match component.runtime {
            Runtime::Builtin => self.builtins.call(
                &component.name,
                input,
                passage.scope.clone(),
                passage.deadline,
            ),
            Runtime::Python => {
                let output = self.python.call(self, component, &input, passage)?;
                promised(component, output)
            }
            Runtime::Prompt => match (&component.prompt, &component.team) {
                (Some(declared), None) => {
                    let output = prompt::run(self, component, declared, &input, passage)?;
                    promised(component, output)
                }
                (None, Some(declared)) => {
                    let output = team::run(self, component, declared, &input, passage)?;
                    promised(component, output)
                }
                _ => Err(Error::new(
                    Code::InvalidComponent,
                    format!(
                        "`{}` says neither by `prompt` nor by `team` what it does",
                        component.name
                    ),
                )
                .field("prompt")),
            },
            other => Err(Error::new(
                Code::Unsupported,
                format!(
                    "`{}` has the runtime `{}`, which this build cannot run",
                    component.name,
                    runtime_name(other)
                ),
            )
            .field("runtime")
            .hint("runtimes here are `builtin`, `python` and `prompt`")),
        }
    }
}

/// What a component returned, held to what it promises.
fn promised(component: &Component, output: Value) -> Result<Value> {
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
