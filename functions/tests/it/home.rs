//! What a person does with the API, in the cloud.

use serde_json::json;

use crate::client::Client;

#[test]
#[ignore = "needs the deployed home: make cloud-test"]
fn a_goal_whose_agent_is_missing_ends_with_it_written_tested_and_run() {
    let client = Client::new();
    let goal = json!({
        "goal": "Scan the QR image and return the associated username",
        "inputs": {"image": client.example("badge.png", "image/png")}
    });
    let run = client.orchestrate(&goal);
    assert_eq!(run["status"], "succeeded", "{run:#}");
    assert!(
        run["output"]["result"].to_string().contains("mira.okafor"),
        "{run:#}"
    );
    let generated = run["output"]["generated"][0].as_str().unwrap();
    let component = client.get(&format!("/api/components/{generated}"));
    assert_eq!(
        (component.status, &component.body["status"]),
        (200, &json!("experimental"))
    );

    // The same once more finds it.
    let again = client.orchestrate(&goal);
    assert_eq!(again["status"], "succeeded", "{again:#}");
    assert_eq!(again["output"]["result"], run["output"]["result"]);
}

#[test]
#[ignore = "needs the deployed home: make cloud-test"]
fn what_cannot_be_done_is_said_so_by_its_code() {
    let client = Client::new();
    assert_eq!(client.get_unsigned("/health").status, 200);
    assert_eq!(client.get_unsigned("/api/agents").status, 403);
    assert_eq!(client.get("/api/runs/nobody").status, 404);
    let run = client.orchestrate(&json!({"goal": "Knit a pullover for the neighbour's cat"}));
    assert_eq!(run["status"], "failed", "{run:#}");
    assert_eq!(run["error"]["code"], "CapabilityMissing", "{run:#}");
    let bad = client.post("/api/orchestrate", &[], &json!({"gaol": "typo"}));
    assert_eq!(bad.status, 400, "{bad:?}");
}

#[test]
#[ignore = "needs the deployed home: make cloud-test"]
fn the_same_key_is_the_same_run() {
    let client = Client::new();
    let goal = json!({"goal": "Detect the language of the text", "inputs": {"text": "Guten Morgen, wie geht es dir heute?"}});
    let key = [("prefer", "respond-async"), ("idempotency-key", "key-1")];
    let first = client.post("/api/orchestrate", &key, &goal);
    let again = client.post("/api/orchestrate", &key, &goal);
    assert_eq!(
        first.body["run_id"], again.body["run_id"],
        "{first:?} {again:?}"
    );
    let run = client.ended(first.body["run_id"].as_str().unwrap());
    assert_eq!(run["status"], "succeeded", "{run:#}");
    let other = client.post("/api/orchestrate", &key, &json!({"goal": "Something else"}));
    assert_eq!(other.status, 422, "{other:?}");
}

#[test]
#[ignore = "needs the deployed home: make cloud-test"]
fn a_plan_waits_for_a_person_and_goes_on_with_the_answer() {
    let client = Client::new();
    let goal = json!({
        "goal": "Detect the language of the text", "require_approval": true,
        "inputs": {"text": "Guten Morgen, wie geht es dir heute?"}
    });
    let begun = client.post("/api/orchestrate", &[("prefer", "respond-async")], &goal);
    let run_id = begun.body["run_id"].as_str().unwrap().to_owned();
    let asked = client.until(|| {
        let open = client.get("/api/approvals").body;
        let ours = open["items"]
            .as_array()?
            .iter()
            .find(|a| a["run_id"] == *run_id)?;
        Some(ours.clone())
    });
    assert!(asked.get("task_token").is_none(), "{asked:#}");
    let path = format!("/api/approvals/{}", asked["id"].as_str().unwrap());
    let answered = client.post(&path, &[], &json!({"approved": true}));
    assert!(answered.status < 300, "{answered:?}");
    let run = client.ended(&run_id);
    assert_eq!(run["status"], "succeeded", "{run:#}");
    let twice = client.post(&path, &[], &json!({"approved": false}));
    assert_eq!(twice.status, 409, "{twice:?}");
}

#[test]
#[ignore = "needs the deployed home: make cloud-test"]
fn a_stored_workflow_runs_with_its_trace() {
    let client = Client::new();
    let steps = json!([{"id": "detect", "agent": "LanguageDetectorTool", "input": {"text": "${input.text}"}}]);
    let workflow =
        json!({"id": "which-language", "input_schema": {"text": "string"}, "steps": steps});
    let stored = client.post("/api/workflows", &[], &workflow);
    assert!(stored.status < 300, "{stored:?}");
    let input = json!({"text": "Guten Morgen, wie geht es dir heute?"});
    let run = client.post(
        "/api/workflows/which-language/execute",
        &[("prefer", "respond-async")],
        &input,
    );
    assert_eq!(run.status, 202, "{run:?}");
    let run = client.ended(run.body["run_id"].as_str().unwrap());
    assert_eq!(run["status"], "succeeded", "{run:#}");
    assert_eq!(run["output"]["trace"][0]["id"], "detect", "{run:#}");
}
