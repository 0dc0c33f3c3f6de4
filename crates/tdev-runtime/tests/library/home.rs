//! A project with the whole library in its registry, where agents run in the real sandbox.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tdev_core::component::{Component, ComponentRef};
use tdev_core::nearest::did_you_mean;
use tdev_core::ports::{ComponentInvoker, Filter, Invocation, Registry, Revision, Scope};
use tdev_core::{Code, Error, Result};
use tdev_runtime::builtin::Builtins;
use tdev_runtime::library::{WithLibrary, components};
use tdev_runtime::runner::{Mind, Quota, Runner};

use crate::builtin::examples::starter;
pub(crate) use crate::builtin::project::Memory;

/// The project in the repository, with everything that its examples need.
pub(super) fn home() -> (Builtins, Runner) {
    let mut builtins = starter();
    builtins.artifacts = Arc::new(WithLibrary(Arc::clone(&builtins.artifacts)));
    let shelf = Arc::new(Shelf(
        components().unwrap().into_iter().map(Arc::new).collect(),
    ));
    let runner = Runner::new(
        "library".into(),
        shelf,
        builtins.clone(),
        interpreters(),
        Quota::default(),
        Mind::default(),
    );
    (builtins, runner)
}

/// Calls a component as a step would.
pub(super) async fn run(runner: &Runner, name: &str, input: Value) -> Result<Value> {
    let component = ComponentRef {
        name: name.to_owned(),
        version: None,
    };
    runner
        .invoke(Invocation {
            component,
            input,
            scope: Scope::default(),
        })
        .await
}

/// Where set-up puts interpreters, by the same rule as `scripts/build-interpreter.sh`.
pub(crate) fn interpreters() -> PathBuf {
    let variable = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let cache =
        || variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
    variable("TDEV_INTERPRETER_DIR")
        .unwrap_or_else(|| cache().expect("HOME is not set").join("tdev/interpreter"))
}

/// A registry of what is shipped: nothing is ever put into it.
pub(crate) struct Shelf(pub(crate) Vec<Arc<Component>>);

#[async_trait::async_trait]
impl Registry for Shelf {
    async fn list(&self, _: &Filter) -> Result<Vec<Arc<Component>>> {
        Ok(self.0.clone())
    }

    async fn get(&self, reference: &ComponentRef) -> Result<Arc<Component>> {
        let found = self
            .0
            .iter()
            .find(|component| component.name == reference.name);
        found.cloned().ok_or_else(|| {
            Error::new(
                Code::ComponentNotFound,
                format!("no component `{}`", reference.name),
            )
            .hint_opt(did_you_mean(
                &reference.name,
                self.0.iter().map(|c| c.name.as_str()),
            ))
        })
    }

    async fn versions(&self, name: &str) -> Result<Vec<Arc<Component>>> {
        Ok(self
            .0
            .iter()
            .filter(|component| component.name == name)
            .cloned()
            .collect())
    }

    async fn put(&self, _: Component, _: Revision) -> Result<Arc<Component>> {
        Err(Error::new(Code::Unsupported, "the shelf is fixed"))
    }

    async fn remove(&self, _: &str) -> Result<()> {
        Err(Error::new(Code::Unsupported, "the shelf is fixed"))
    }
}
