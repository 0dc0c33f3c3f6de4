//! Components, all by the function `component`.

use async_trait::async_trait;
use serde_json::{Value, json};
use tdev_core::Result;
use tdev_core::component::Component;
use tdev_core::ports::{ComponentInvoker, Invocation, Scope};

use super::Functions;

/// Runs components where the sandbox is.
pub(crate) struct LambdaComponents(pub(crate) Functions);

#[async_trait]
impl ComponentInvoker for LambdaComponents {
    async fn invoke(&self, invocation: Invocation) -> Result<Value> {
        let Invocation {
            component,
            input,
            scope,
        } = invocation;
        let call = json!({"component": component, "step": scope.step, "input": input});
        self.0.call("component", call, &scope).await
    }

    async fn try_out(&self, candidate: &Component, input: Value, scope: Scope) -> Result<Value> {
        let call = json!({"candidate": candidate, "input": input});
        self.0.call("component", call, &scope).await
    }
}
