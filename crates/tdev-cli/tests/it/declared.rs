//! Declared agents and teams behind `tdev`, over a real wire to a scripted endpoint.

use serde_json::{Value, json};

use crate::project::Project;
use crate::scripted::{Act, Scripted, answer};

/// A project with the agents and teams of `examples/support`, whose model answers by script.
fn desk(server: &Scripted, more: &str) -> Project {
    let project = Project::new();
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/support");
    for folder in ["agents", "teams"] {
        for file in std::fs::read_dir(example.join(folder)).unwrap() {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            let text = std::fs::read_to_string(file.path()).unwrap();
            project.write(&format!("{folder}/{name}"), &text);
        }
    }
    project.write(
        "tdev.toml",
        &format!(
            "[project]\nname = \"support\"\n[models]\nprovider = \"openai\"\nurl = \"{}/v1\"\nmodel = \"gpt-4.1-mini\"\n{more}",
            server.url()
        ),
    );
    let registered = project.tdev(&["register", "agents", "teams"]);
    assert_eq!(registered.code, 0, "{}{}", registered.out, registered.err);
    project
}

/// One turn of the model, as the endpoint streams it.
fn streams(delta: &Value, finish: &str) -> Act {
    let event = json!({"choices": [{"index": 0, "finish_reason": finish, "delta": delta}]});
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 400, "completion_tokens": 20}});
    let stream = format!("data: {event}\n\ndata: {usage}\n\ndata: [DONE]\n\n");
    Act::Say(answer(
        "200 OK",
        "content-type: text/event-stream\r\n",
        &stream,
    ))
}

fn calls(name: &str, input: &Value) -> Act {
    let function = json!({"name": name, "arguments": input.to_string()});
    let delta = json!({"tool_calls": [{"index": 0, "id": "c1", "function": function}]});
    streams(&delta, "tool_calls")
}

#[test]
fn a_question_is_routed_a_tool_is_called_and_the_answer_says_by_whom() {
    let server = Scripted::new(vec![
        calls(
            "answer",
            &json!({"member": "BillingAgent", "why": "a refund"}),
        ),
        calls(
            "DateArithmeticTool",
            &json!({"date": "2026-03-10", "until": "2026-03-01"}),
        ),
        calls(
            "answer",
            &json!({"reply": "It is on its way.", "refund": true}),
        ),
    ]);
    let project = desk(&server, "");
    let done = project.tdev(&[
        "run",
        "SupportDeskTeam",
        "-i",
        "text=I want my money back",
        "--json",
    ]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let output = &done.json()["output"];
    assert_eq!(output["refund"], true);
    assert_eq!(
        output["routing"],
        json!({"member": "BillingAgent", "by": "model", "why": "a refund"})
    );
    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    let told = asked[2].json()["messages"].to_string();
    assert!(told.contains("days_until") && told.contains("-9"), "{told}");
}

#[test]
fn what_a_customer_said_is_remembered_by_the_next_process() {
    let reply = |text: &str| streams(&json!({"content": text}), "stop");
    let server = Scripted::new(vec![
        reply("Have you updated it?"),
        reply("Then install it anew."),
    ]);
    let project = desk(&server, "");
    for text in ["text=It crashes", "text=Yes, I have"] {
        let done = project.tdev(&[
            "run",
            "TechnicalAgent",
            "-i",
            text,
            "-i",
            "session=c7",
            "--json",
        ]);
        assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    }
    let second = server.asked()[1].json()["messages"].to_string();
    assert!(
        second.contains("It crashes") && second.contains("Have you updated it?"),
        "{second}"
    );
}

#[test]
fn a_workflow_with_a_declared_agent_is_charged_and_held_to_its_budget() {
    let flow = json!({
        "id": "help", "input_schema": {"text": "string"},
        "steps": [{"id": "help", "agent": "TechnicalAgent", "input": {"text": "${input.text}"}}],
        "output": "${help.reply}"
    });
    let reply = || streams(&json!({"content": "Install it anew."}), "stop");
    let server = Scripted::new(vec![reply()]);
    let project = desk(&server, "max_cost_usd = 0.5\n");
    project.write("workflows/help.json", &flow.to_string());
    let done = project.tdev(&[
        "run",
        "workflows/help.json",
        "-i",
        "text=It crashes",
        "--json",
    ]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let trace = project.tdev(&["trace", "last", "--json"]).json();
    // 400 at $0.40 and 20 at $1.60 a million.
    assert_eq!(trace["cost"]["micro_dollars"], 192, "{trace}");
    assert_eq!(trace["cost"]["charges"][0]["step"], "help");

    let server = Scripted::new(vec![reply()]);
    let project = desk(&server, "max_cost_usd = 0.0001\n");
    project.write("workflows/help.json", &flow.to_string());
    let done = project.tdev(&[
        "run",
        "workflows/help.json",
        "-i",
        "text=It crashes",
        "--json",
    ]);
    assert_eq!(done.code, 1);
    assert!(
        format!("{}{}", done.out, done.err).contains("BudgetExceeded"),
        "{}{}",
        done.out,
        done.err
    );
    assert!(server.asked().is_empty(), "nothing was sent");
}
