//! Which execution the executor asks the engine for.

use std::sync::Arc;

use serde_json::json;
use tdev_agents::Agent;
use tdev_agents::executor::{Asked, Executor};
use tdev_core::ports::{Redriven, Scope};

use crate::fakes::{Fakes, component};

async fn names(scopes: [Scope; 3]) -> Vec<String> {
    let echo = component(
        "EchoTool",
        "Says it",
        json!({"text": "string"}),
        json!({"text": "string"}),
    );
    let fakes = Arc::new(Fakes::with([echo]));
    let executor = Executor::new(Fakes::shared(&fakes));
    for scope in scopes {
        let workflow = json!({"id": "say", "input_schema": {"text": "string"},
            "steps": [{"id": "say", "agent": "EchoTool", "input": {"text": "${input.text}"}}],
            "output": {"said": "${say.text}"}});
        let request = json!({"workflow": workflow, "inputs": {"text": "hi"}});
        let request: Asked = serde_json::from_value(request).unwrap();
        executor.run(request, scope).await.unwrap();
    }
    let executions = fakes.executions.lock().unwrap();
    executions.clone()
}

#[tokio::test]
async fn a_redrive_goes_on_with_the_execution_of_the_first_call_and_a_retry_begins_its_own() {
    let called = |token: &str, first: Option<&str>| Scope {
        run_id: "r1".to_owned(),
        idempotency_token: token.to_owned(),
        redriven: first.map(|first| Redriven {
            first_token: first.to_owned(),
            redrives: 1,
        }),
        ..Scope::default()
    };
    let scopes = [
        called("t1", None),
        called("t2", None),
        called("t3", Some("t2")),
    ];
    assert_eq!(names(scopes).await, ["r1:t1", "r1:t2", "r1:t2"]);
}
