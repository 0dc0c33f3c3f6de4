//! The whole way of a service with the real program: deployed, called over HTTP, replaced by canary,
//! rolled back; and from a goal in plain words to a service.

use serde_json::{Value, json};

use crate::project::Project;
use crate::serve::Server;

const ASKED: &str = "which subsidies exist for founders of companies?";

fn policies() -> Project {
    let project = Project::of_example("policies");
    project.ok(&[
        "register",
        "agents/policy_matcher.py",
        "agents/policy_responder.py",
    ]);
    project.ok(&["compose", "workflows/policy-match-flow.json"]);
    project
}

fn deploy(project: &Project, more: &[&str]) {
    let mut arguments = vec![
        "deploy",
        "policy-matcher",
        "--workflow",
        "policy-match-flow",
        "--health-input",
        "question=solar panels on the roof",
    ];
    arguments.extend(more);
    project.ok(&arguments);
}

fn ask(server: &Server, question: &str) -> (u16, Value) {
    let path = "/api/services/policy-matcher/invoke";
    // Each call is its own.
    let key = format!("{question}-{:?}", std::time::Instant::now());
    server.post(path, &key, &json!({"question": question}))
}

fn shares(server: &Server) -> Value {
    server.get("/api/services/policy-matcher").1["traffic"].clone()
}

#[test]
fn a_service_is_deployed_called_replaced_by_canary_and_rolled_back() {
    let project = policies();
    let planned = project.ok(&[
        "deploy",
        "policy-matcher",
        "--workflow",
        "policy-match-flow",
        "--health-input",
        "question=solar",
        "--dry-run",
        "--json",
    ]);
    assert_eq!(planned.json()["permissions"][0]["scope"], "policies");
    assert!(
        project.ok(&["services", "--json"]).json()["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    deploy(&project, &[]);

    let server = Server::start(&project);
    let (status, answer) = ask(&server, "who pays for repairing an old phone?");
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["output"]["title"], "Repair instead of buying new");
    assert_eq!(answer["version_id"], "v1");
    let steps: Vec<&str> = answer["trace"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["id"].as_str().unwrap())
        .collect();
    assert_eq!((steps[0], steps[steps.len() - 1]), ("list", "respond"));
    let (status, problem) = server.post("/api/services/policy-matcher/invoke", "k", &json!({}));
    assert_eq!(
        (status, &problem["field"]),
        (400, &json!("inputs.question"))
    );

    // The second version weighs words; a canary of no minutes is judged once and advances.
    project.ok(&["register", "v2/policy_matcher.py"]);
    project.ok(&["compose", "workflows/policy-match-flow.json"]);
    deploy(
        &project,
        &["--strategy", "canary", "--percent", "20", "--minutes", "0"],
    );
    assert_eq!(
        shares(&server),
        json!([{"version_id": "v2", "percent": 100}])
    );
    let (_, answer) = ask(&server, ASKED);
    assert_eq!(answer["version_id"], "v2", "the server follows at once");

    project.ok(&["rollback", "--service-id", "policy-matcher", "--to", "v1"]);
    assert_eq!(ask(&server, ASKED).1["version_id"], "v1");
    let (status, record) = server.post("/api/services/policy-matcher/rollback", "r", &json!({}));
    assert_eq!(
        (status, &record["traffic"][0]["version_id"]),
        (200, &json!("v2"))
    );

    let logs = project.ok(&["logs", "policy-matcher"]);
    assert!(
        logs.stdout.contains("refused: InvalidInput"),
        "{}",
        logs.stdout
    );
    assert!(
        logs.stdout.contains("match (PolicyMatcherAgent@v2)"),
        "{}",
        logs.stdout
    );
    let (_, metrics) = server.get("/api/services/policy-matcher/metrics");
    assert_eq!(metrics["total"]["refused"], 1);
    let (_, audit) = server.get("/api/audit?limit=1000");
    let told: Vec<String> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|line| {
            format!(
                "{} {}",
                line["from"].as_str().unwrap(),
                line["action"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "cli component.register",
            "cli component.register",
            "cli service.create",
            "cli service.shift",
            "cli service.deploy",
            "cli component.register",
            "cli service.claim",
            "cli service.shift",
            "cli service.advance",
            "cli service.deploy",
            "cli service.rollback",
            "api service.rollback",
        ]
    );
}

#[test]
fn a_version_that_fails_its_check_is_told_and_the_one_before_serves_on() {
    let project = policies();
    deploy(&project, &[]);
    project.write(
        "agents/policy_matcher.py",
        "from tdev import agent\n\n\n@agent(name=\"PolicyMatcherAgent\", description=\"Decides badly.\",\n    input={\"question\": \"string\", \"texts\": \"string[]\"},\n    output={\"title\": \"string\", \"passage\": \"string\", \"score\": \"number\", \"considered\": \"integer\"})\nclass PolicyMatcherAgent:\n    def run(self, question: str, texts: list) -> dict:\n        raise ValueError(\"no idea\")\n",
    );
    project.ok(&["register", "agents/policy_matcher.py"]);
    project.ok(&["compose", "workflows/policy-match-flow.json"]);
    let failed = project.fails(&[
        "deploy",
        "policy-matcher",
        "--workflow",
        "policy-match-flow",
    ]);
    assert_eq!(failed["code"], "HealthCheckFailed");
    let said = failed["message"]
        .as_str()
        .or(failed["detail"].as_str())
        .unwrap();
    assert!(
        said.contains("no idea") && said.ends_with("v1 of `policy-matcher` serves on"),
        "{said}"
    );
    let status = project.ok(&["status", "policy-matcher", "--json"]).json();
    assert_eq!(
        status["traffic"],
        json!([{"version_id": "v1", "percent": 100}])
    );
    assert_eq!(status["last_failure"]["stage"], "check");
    let shown = project.ok(&["status", "policy-matcher"]);
    assert!(
        shown.stdout.contains("the last deployment failed"),
        "{}",
        shown.stdout
    );
}

#[test]
fn a_goal_in_plain_words_becomes_a_service() {
    let project = Project::with_examples();
    let goal = "count the words of the text";
    project.ok(&[
        "orchestrate",
        goal,
        "--input",
        "text=one two three",
        "--deploy",
        "counter",
    ]);
    let record = project.ok(&["status", "counter", "--json"]).json();
    assert_eq!(
        record["traffic"],
        json!([{"version_id": "v1", "percent": 100}])
    );
    assert_eq!(record["workflow_id"], "counter-flow@v1");
    let server = Server::start(&project);
    let (status, answer) = server.post(
        "/api/services/counter/invoke",
        "k",
        &json!({"text": "four words are here"}),
    );
    assert_eq!(status, 200, "{answer}");
    assert!(answer["output"].to_string().contains('4'), "{answer}");
}

#[test]
fn a_component_is_promoted_by_its_tests_and_disabled_with_its_services_named() {
    let project = policies();
    deploy(&project, &[]);
    let untested = project.fails(&["promote", "PolicyMatcherAgent@v1"]);
    assert_eq!(untested["code"], "TestsFailed");
    let used = project
        .ok(&["used-by", "PolicyMatcherAgent", "--json"])
        .json();
    assert_eq!(
        used["items"],
        json!([{"type": "workflow", "name": "policy-match-flow@v1"},
            {"type": "service", "name": "policy-matcher v1"}])
    );
    let disabled = project
        .ok(&["disable", "PolicyMatcherAgent@v1", "--json"])
        .json();
    assert_eq!(disabled["component"]["status"], "disabled");
    assert_eq!(disabled["used_by"], used["items"]);
    let refused = project.fails(&[
        "deploy",
        "policy-matcher",
        "--workflow",
        "policy-match-flow",
    ]);
    assert_eq!(refused["code"], "ComponentDisabled");
    project.ok(&["delete", "policy-matcher", "--yes"]);
    assert_eq!(
        project.fails(&["status", "policy-matcher"])["code"],
        "ServiceNotFound"
    );
}
