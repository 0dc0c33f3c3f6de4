//! The functions local state machines call: `component` runs components, every other is an agent.

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;
use tdev_asl::{TaskFailure, TaskHandler, TaskRequest};
use tdev_core::component::ComponentRef;
use tdev_core::ports::{AgentInvoker, ComponentInvoker, Invocation, Redriven, Scope};
use tdev_core::{Code, Error, Result};

use super::arns::function_of;
use super::nested::{Nest, RESOURCE};

/// What runs the functions of state machines.
#[derive(Clone)]
pub struct Invokers {
    /// Runs components.
    pub components: Arc<dyn ComponentInvoker>,
    /// Runs core agents.
    pub agents: Arc<dyn AgentInvoker>,
}

/// The functions as one execution calls them.
pub(super) struct Functions {
    pub(super) invokers: Invokers,
    pub(super) scope: Scope,
    /// What executions inside this one are driven with.
    pub(super) nest: Nest,
}

/// What the `component` function is given.
#[derive(Deserialize)]
struct Call {
    component: ComponentRef,
    step: String,
    #[serde(default)]
    input: Value,
}

impl Functions {
    async fn call(&self, request: TaskRequest) -> Result<Value> {
        let function = function_of(&request.resource).ok_or_else(|| {
            Error::new(
                Code::Unsupported,
                format!("`{}` is not a function of this machine", request.resource),
            )
            .hint("name functions as `${PlannerFunctionArn}`")
        })?;
        let scope = |step: String| Scope {
            step,
            idempotency_token: request.idempotency_token.clone(),
            redriven: request.redriven.clone().map(|call| Redriven {
                first_token: call.first_token,
                redrives: call.redrives,
            }),
            ..self.scope.clone()
        };
        if function != "component" {
            let mut input = request.input;
            // What a state machine says of it is for functions that are far away.
            if let Some(fields) = input.as_object_mut() {
                fields.remove("scope");
            }
            let scope = scope(request.state.clone());
            return self.invokers.agents.invoke(function, input, scope).await;
        }
        let Call {
            component,
            step,
            input,
        } = serde_json::from_value(request.input).map_err(|e| {
            Error::new(
                Code::InvalidInput,
                format!("a component is called with `component`, `step` and `input`: {e}"),
            )
        })?;
        self.invokers
            .components
            .invoke(Invocation {
                component,
                input,
                scope: scope(step),
            })
            .await
    }
}

#[async_trait]
impl TaskHandler for Functions {
    async fn run(&self, request: TaskRequest) -> Result<Value, TaskFailure> {
        if request.resource == RESOURCE {
            let (invokers, scope) = (self.invokers.clone(), self.scope.clone());
            return self.nest.run(request, invokers, scope).await;
        }
        self.call(request)
            .await
            .map_err(|error| TaskFailure::new(error.code.as_str(), error.to_cause()))
    }
}
