//! Running components: in the sandbox that comes with the function's zip, with what the project's
//! files that come with it grant.

use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

use tdev_aws::secrets::Secrets;
use tdev_aws::serve::{PerProject, serve_calls};
use tdev_core::component::{Component, ComponentRef};
use tdev_core::ports::{ComponentInvoker, Invocation, Scope, SystemClock};
use tdev_core::{Code, Error, Result};
use tdev_runtime::builtin::Builtins;
use tdev_runtime::grants::SecretSource;
use tdev_runtime::library::{self, WithLibrary};
use tdev_runtime::runner::{Mind, Quota, Runner};
use tokio::runtime::Handle;

use crate::deps::Ground;
use crate::project;

/// What the function is asked.
#[derive(Deserialize)]
#[serde(untagged)]
enum Call {
    /// A registered component.
    Registered {
        component: ComponentRef,
        #[serde(default)]
        step: String,
        #[serde(default)]
        input: Value,
    },
    /// One that is not registered yet; its source is the artifact of its hash.
    Candidate {
        candidate: Box<Component>,
        #[serde(default)]
        input: Value,
    },
}

/// Serves calls of components.
///
/// # Errors
/// What kept the runtime from being reached, or what the configuration lacks.
pub async fn serve() -> Result<(), lambda_runtime::Error> {
    let (watch, ground) = crate::begun().await?;
    let runners = PerProject::new(move |project| runner(&ground, project));
    serve_calls(watch, move |input, scope| {
        let runner = runners.of(&scope.project);
        async move { run(&*runner?, input, scope).await }
    })
    .await
}

async fn run(runner: &Runner, asked: Value, mut scope: Scope) -> Result<Value> {
    let call = serde_json::from_value(asked).map_err(|e| {
        Error::new(
            Code::InvalidInput,
            format!("a component is called with `component` or `candidate`, and `input`: {e}"),
        )
    })?;
    match call {
        Call::Registered {
            component,
            step,
            input,
        } => {
            if !step.is_empty() {
                scope.step = step;
            }
            let invocation = Invocation {
                component,
                input,
                scope,
            };
            runner.invoke(invocation).await
        }
        Call::Candidate { candidate, input } => runner.try_out(&candidate, input, scope).await,
    }
}

fn runner(ground: &Ground, name: &str) -> Result<Runner> {
    let home = ground.home(name)?;
    let settings = &ground.settings;
    let secrets = Secrets::of(&ground.sdk, &settings.stack, name, Arc::new(SystemClock));
    let granted = project::of(&settings.task_root, name)?;
    let builtins = Builtins {
        root: granted.root,
        permissions: granted.permissions,
        settings: granted.components,
        secrets: Arc::new(Kept {
            secrets,
            runtime: Handle::current(),
        }),
        artifacts: Arc::new(WithLibrary(home.artifacts())),
        clock: Arc::new(SystemClock),
    };
    Ok(Runner::new(
        name.to_owned(),
        home.registry(library::components()?),
        builtins,
        settings.task_root.join("interpreter"),
        Quota::default(),
        Mind {
            // Without one, a component that asks a model is refused by `ModelNotConfigured`.
            model: ground.model(&home)?,
            sessions: Some(home.sessions()),
        },
    ))
}

/// Secrets as components ask for them: from threads that may block, some of them not the runtime's.
struct Kept {
    secrets: Secrets,
    runtime: Handle,
}

impl SecretSource for Kept {
    fn secret(&self, name: &str) -> Result<Option<String>> {
        self.runtime.block_on(self.secrets.get(name))
    }
}
