//! What a Python component may ask for: the components and secrets its metadata names.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use tdev_core::component::{Component, ComponentRef, Kind, names};
use tdev_core::nearest::did_you_mean;
use tdev_core::{Code, Error};

use super::llm::{self, Used};
use super::{Effects, Inner, Passage};
use crate::grants::Secrets;
use crate::python::{Host, HostError};

/// The host of one invocation.
pub(super) struct Calls {
    pub(super) runner: Arc<Inner>,
    pub(super) component: Arc<Component>,
    pub(super) passage: Passage,
    pub(super) effects: Effects,
    pub(super) used: Used,
}

#[derive(Deserialize)]
struct Call {
    name: String,
    #[serde(default)]
    input: Value,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl Host for Calls {
    fn call(&self, name: &str, payload: &str) -> Result<String, HostError> {
        match name {
            "call_tool" => self.component(payload, true),
            "call_agent" => self.component(payload, false),
            "secret" => {
                let asked: Named = read(payload)?;
                let secrets =
                    Secrets::of(&self.component, Arc::clone(&self.runner.builtins.secrets));
                secrets
                    .get(&asked.name)
                    .map(|value| Value::String(value).to_string())
                    .map_err(|error| told(&error))
            }
            "llm" => {
                let asked = read(payload)?;
                llm::ask(
                    &self.runner,
                    &self.component,
                    asked,
                    &self.used,
                    &self.passage,
                )
                .map(|answer| answer.to_string())
                .map_err(|error| told(&error))
            }
            other => Err(HostError::denied(format!("there is no effect `{other}`"))),
        }
    }

    fn log(&self, level: &str, line: &str) {
        tracing::info!(
            target: "tdev::component",
            component = %self.component.name,
            run = %self.passage.scope.run_id,
            step = %self.passage.scope.step,
            level,
            "{line}"
        );
    }
}

impl Calls {
    fn component(&self, payload: &str, tool: bool) -> Result<String, HostError> {
        let call: Call = read(payload)?;
        let reference = self.granted(&call.name)?;
        let found = self
            .passage
            .handle
            .block_on(self.runner.registry.get(&reference))
            .map_err(|error| told(&error))?;
        if tool != (found.kind == Kind::Tool) {
            let right = if tool { "call_agent" } else { "call_tool" };
            let message = format!(
                "`{}` is of type {}; call it with `{right}`",
                found.name,
                found.kind.as_str()
            );
            return Err(HostError::failed(
                Code::InvalidInput.as_str(),
                message,
                false,
            ));
        }
        let inside = self
            .effects
            .passage(&self.passage, &found.name, &call.input);
        let output = self
            .runner
            .run(&found, call.input, &inside)
            .map_err(|error| told(&error))?;
        Ok(output.to_string())
    }

    /// The reference under which the metadata grants a component: pinned where it pins.
    fn granted(&self, name: &str) -> Result<ComponentRef, HostError> {
        let listed = || self.component.tools.iter().chain(&self.component.members);
        let grant = listed().find(|entry| names(entry, name));
        let Some(grant) = grant else {
            let near = did_you_mean(name, listed().map(String::as_str))
                .map_or_else(String::new, |hint| format!("; {hint}"));
            return Err(HostError::denied(format!(
                "the metadata of `{}` does not name `{name}` in `tools` or `members`{near}",
                self.component.name
            )));
        };
        grant.parse().map_err(|error| told(&error))
    }
}

fn read<'a, T: Deserialize<'a>>(payload: &'a str) -> Result<T, HostError> {
    serde_json::from_str(payload).map_err(|fault| {
        HostError::failed(
            Code::InvalidInput.as_str(),
            format!("the call is not understood: {fault}"),
            false,
        )
    })
}

fn told(error: &Error) -> HostError {
    let retryable = error.retryable();
    let field = error
        .field
        .as_deref()
        .map_or_else(String::new, |f| format!(" (at `{f}`)"));
    let hint = error
        .hint
        .as_deref()
        .map_or_else(String::new, |h| format!("; {h}"));
    HostError::failed(
        error.code.as_str(),
        format!("{}{field}{hint}", error.message),
        retryable,
    )
}
