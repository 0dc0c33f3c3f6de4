//! The `llm` of Python components: words or fields, within bounds, for agents only.

use serde_json::{Value, json};
use tdev_core::component::Component;
use tdev_core::{Code, Result};

use crate::builtin::project::project;
use crate::fakes::{Home, Scripted, asks, says};

fn thinker(source: &str, kind: &str) -> (tdev_runtime::builtin::Builtins, Component) {
    let builtins = project(&std::env::temp_dir(), json!({}));
    let record = json!({"name": "ThinkAgent", "type": kind, "class_path": "agents.think.run"});
    let component = crate::fakes::python(&builtins, record, source);
    (builtins, component)
}

async fn run(model: Option<&std::sync::Arc<Scripted>>, source: &str, kind: &str) -> Result<Value> {
    let (builtins, component) = thinker(source, kind);
    Home::on(builtins, model, [component])
        .run("ThinkAgent", json!({}))
        .await
}

#[tokio::test]
async fn an_agent_asks_in_words_or_for_fields() {
    let model = Scripted::says([
        says("Paris"),
        asks([("answer", json!({"year": "long ago"}))]),
        asks([("answer", json!({"year": 1889}))]),
    ]);
    let source = "from tdev import llm\ndef run():\n    city = llm('Which city?', system='Be brief.', max_tokens=50)\n    return {'city': city, **llm('When?', schema={'year': 'integer'})}\n";
    let output = run(Some(&model), source, "agent").await.unwrap();
    assert_eq!(output, json!({"city": "Paris", "year": 1889}));
    let requests = model.requests();
    assert_eq!(requests[0].max_tokens, 50);
    assert!(requests[0].system.starts_with("Be brief.\n\nRules"));
    assert_eq!(requests[2].messages.len(), 3);
}

#[tokio::test]
async fn a_tool_has_no_brain_to_ask_with() {
    let model = Scripted::says([says("Paris")]);
    let source = "from tdev import llm\ndef run():\n    return llm('Which city?')\n";
    let error = run(Some(&model), source, "tool").await.unwrap_err();
    assert_eq!(error.code, Code::PermissionDenied);
    assert!(model.requests().is_empty());
}

#[tokio::test]
async fn without_a_model_an_agent_can_tell_and_go_on() {
    let source = "from tdev import llm, ToolError\ndef run():\n    try:\n        return llm('Which city?')\n    except ToolError as e:\n        return {'code': e.code, 'said': '[models]' in e.message}\n";
    let output = run(None, source, "agent").await.unwrap();
    assert_eq!(output, json!({"code": "ModelNotConfigured", "said": true}));
}

#[tokio::test]
async fn one_call_of_a_component_asks_only_so_often_and_so_much() {
    let model = Scripted::by(|_, _| Ok(says("more")));
    let source = "from tdev import llm\ndef run():\n    while True:\n        llm('And?')\n";
    let error = run(Some(&model), source, "agent").await.unwrap_err();
    assert_eq!(error.code, Code::BudgetExceeded);
    assert_eq!(model.requests().len(), 16);

    let model = Scripted::by(|_, _| Ok(says("more")));
    let source = "from tdev import llm\ndef run():\n    return llm('word ' * 30000)\n";
    let error = run(Some(&model), source, "agent").await.unwrap_err();
    assert_eq!(error.code, Code::BudgetExceeded);
    assert!(model.requests().is_empty());
}

#[tokio::test]
async fn a_wrong_option_is_named() {
    let model = Scripted::says([says("Paris")]);
    for (options, names) in [
        ("max_token=5", "max_token"),
        ("max_tokens=0", "max_tokens"),
        ("schema={'a': 'strin'}", "strin"),
    ] {
        let source =
            format!("from tdev import llm\ndef run():\n    return llm('Which?', {options})\n");
        let error = run(Some(&model), &source, "agent").await.unwrap_err();
        assert!(error.message.contains(names), "{error}");
    }
    assert!(model.requests().is_empty());
}

#[tokio::test]
async fn two_effects_of_one_component_are_two() {
    let server = crate::builtin::server::Server::http(|_| {
        crate::builtin::server::answer("200 OK", "", b"{}")
    });
    let place = format!("127.0.0.1:{}", server.port);
    let builtins = project(&std::env::temp_dir(), json!({"http": [place]}));
    let source = format!(
        "from tdev import call_tool\ndef run():\n    for n in (1, 2, 2):\n        call_tool('WebhookTool', url='http://{place}/', body={{'n': n}})\n    return {{}}\n"
    );
    let record = json!({"name": "PostAgent", "type": "agent", "class_path": "agents.post.run", "tools": ["WebhookTool"]});
    let poster = crate::fakes::python(&builtins, record, &source);
    let home = Home::on(builtins, None, [poster]);
    for _ in 0..2 {
        home.run_as("t1", "PostAgent", json!({})).await.unwrap();
    }
    let keys: Vec<String> = server
        .asked()
        .iter()
        .map(|request| {
            request
                .lines()
                .find(|l| l.starts_with("idempotency-key:"))
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(keys[..3], keys[3..], "the second attempt repeats the first");
    let different: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!(different.len(), 3);
}
