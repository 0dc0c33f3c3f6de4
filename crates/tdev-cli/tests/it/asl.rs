//! `tdev asl`: definitions checked, run and measured without a project.

use serde_json::json;

use crate::project::Project;

const FAULTY: &str = "{
  \"StartAt\": \"Frist\",
  \"States\": {
    \"First\": {\"Type\": \"Pass\", \"Nxt\": \"First\", \"End\": true}
  }
}";

#[test]
fn every_fault_has_its_pointer_and_its_place_in_the_file() {
    let project = Project::bare();
    project.write("orders.asl.json", FAULTY);
    let told = project.tdev(&["asl", "validate", "orders.asl.json", "--json"]);
    assert_eq!(told.code, 1);
    let told = told.json();
    assert_eq!(told["valid"], false);
    let places: Vec<_> = told["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| json!([f["pointer"], f["line"], f["column"], f["suggestion"]]))
        .collect();
    assert_eq!(
        places,
        [
            json!(["/StartAt", 2, 3, "First"]),
            json!(["/States/First/Nxt", 4, 31, "Next"])
        ]
    );
    let said = project.tdev(&["asl", "validate", "orders.asl.json"]);
    assert_eq!(said.code, 1);
    assert!(
        said.out.contains("orders.asl.json:4:31 /States/First/Nxt"),
        "{}",
        said.out
    );
}

#[test]
fn a_definition_may_come_from_the_standard_input() {
    let project = Project::bare();
    let sound = FAULTY
        .replace("Frist", "First")
        .replace("\"Nxt\": \"First\", ", "");
    let told = project.tdev_with(&sound, &["asl", "validate", "-", "--json"]);
    assert_eq!(
        (told.code, told.json()),
        (0, json!({"valid": true, "faults": []}))
    );
    let said = project.tdev_with("{\"StartAt\": }", &["asl", "validate", "-"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("standard input:1:13"), "{}", said.out);
}

#[test]
fn definitions_are_read_without_opening_a_project() {
    let project = Project::bare();
    project.write("tdev.toml", "this is no TOML");
    project.write("a.json", FAULTY);
    assert_eq!(project.tdev(&["asl", "validate", "a.json"]).code, 1);
    assert!(!project.path(".tdev").exists());
    let missing = project.tdev(&["asl", "validate", "b.json", "--json"]);
    assert_eq!(
        (missing.code, missing.json()["code"].as_str()),
        (1, Some("FileNotFound"))
    );
}

const SHOP: &str = r#"{"StartAt": "Pay", "States": {
  "Pay": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
    "Parameters": {"FunctionName": "pay", "Payload.$": "$"}, "OutputPath": "$.Payload",
    "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3600}], "Next": "Rest"},
  "Rest": {"Type": "Wait", "Seconds": 86400, "End": true}}}"#;

fn shop() -> Project {
    let project = Project::bare();
    project.write("shop.asl.json", SHOP);
    project.write(
        "mocks.json",
        r#"{"Pay": [{"throw": {"error": "Busy"}}, {"return": {"paid": true}}]}"#,
    );
    project
}

#[test]
fn a_definition_runs_alone_and_waiting_takes_no_time() {
    let project = shop();
    let run = ["asl", "run", "shop.asl.json", "--mock", "mocks.json"];
    let said = project.tdev(&[&run[..], &["--input", "{\"id\": 7}"]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    let output: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(output, json!({"paid": true}));
    assert!(said.err.contains("SUCCEEDED"), "{}", said.err);
    let told = project.tdev(&[&run[..], &["--json"]].concat()).json();
    assert_eq!(told["output"], json!({"paid": true}));
    assert_eq!(told["error"], json!(null));
    let types: Vec<_> = told["history"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|event| event["type"].as_str())
        .collect();
    assert_eq!(types.first(), Some(&"ExecutionStarted"));
    assert!(types.contains(&"TaskFailed") && types.contains(&"WaitStateExited"));
    let shown = project.tdev(&[&run[..], &["--history"]].concat());
    assert!(shown.out.contains("WaitStateEntered"), "{}", shown.out);
    assert!(!project.path(".tdev").exists());
}

#[test]
fn the_input_comes_from_a_file_or_the_standard_input() {
    let project = Project::bare();
    project.write(
        "pass.json",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
    );
    project.write("in.json", "[1, 2]");
    let run = ["asl", "run", "pass.json", "--json", "--input"];
    let told = project.tdev(&[&run[..], &["@in.json"]].concat()).json();
    assert_eq!(told["output"], json!([1, 2]));
    let told = project.tdev_with("\"hello\"", &[&run[..], &["-"]].concat());
    assert_eq!(told.json()["output"], json!("hello"));
    let wrong = project.tdev(&[&run[..], &["{id: 7}"]].concat());
    assert_eq!(
        (wrong.code, wrong.json()["field"].as_str()),
        (1, Some("--input"))
    );
    assert_eq!(project.tdev(&["asl", "run", "-", "--input", "-"]).code, 2);
}

#[test]
fn a_test_case_of_step_functions_local_is_picked_by_name() {
    let project = shop();
    project.write(
        "local.json",
        r#"{"StateMachines": {"Shop": {"TestCases": {
              "Good": {"Pay": "Paid"}, "Bad": {"Pay": "Broke"}}}},
            "MockedResponses": {
              "Paid": {"0": {"Return": {"StatusCode": 200, "Payload": {"paid": 1}}}},
              "Broke": {"0": {"Throw": {"Error": "Broke", "Cause": "no money"}}}}}"#,
    );
    let run = [
        "asl",
        "run",
        "shop.asl.json",
        "--mock",
        "local.json",
        "--json",
    ];
    let good = project.tdev(&[&run[..], &["--test-case", "Good"]].concat());
    assert_eq!(
        (good.code, &good.json()["output"]),
        (0, &json!({"paid": 1}))
    );
    let bad = project.tdev(&[&run[..], &["--test-case", "Bad"]].concat());
    assert_eq!(bad.code, 1);
    let bad = bad.json();
    assert_eq!(
        (&bad["status"], &bad["error"], &bad["cause"]),
        (&json!("FAILED"), &json!("Broke"), &json!("no money"))
    );
    let which = project.tdev(&run);
    assert_eq!(
        (which.code, which.json()["code"].as_str()),
        (1, Some("InvalidInput"))
    );
}

#[test]
fn a_task_nobody_answers_is_named_with_the_key_that_would() {
    let project = shop();
    let said = project.tdev(&["asl", "run", "shop.asl.json"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    let joined = said.err.replace("\n  ", " ");
    for part in [
        "the state `Pay`",
        "`pay` by `arn:aws:states:::lambda:invoke`",
        "the key `Pay`",
        "--mock FILE",
    ] {
        assert!(joined.contains(part), "{part}: {}", said.err);
    }
}

#[test]
fn recorded_runs_are_counted_and_a_bad_one_is_one_that_differs() {
    let project = Project::bare();
    let case = |id: &str, output: i32| {
        json!({"id": id, "definition": {"StartAt": "A", "States": {"A": {"Type": "Task",
            "Resource": "arn:aws:states:::nobody:knows", "End": true}}},
            "input": 1, "status": "SUCCEEDED", "output": output})
    };
    project.write(
        "good.json",
        &json!([case("a/1", 1), case("b/2", 1)]).to_string(),
    );
    let good = project.tdev(&["asl", "check", "--cases", "good.json"]);
    assert_eq!(good.code, 0, "{}", good.out);
    project.write(
        "bad.json",
        &json!([case("a/1", 1), case("b/2", 2), {"id": "b/3"}]).to_string(),
    );
    let bad = project.tdev(&["asl", "check", "--cases", "bad.json", "--json"]);
    assert_eq!(bad.code, 1);
    let bad = bad.json();
    let fields: Vec<_> = bad.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["total", "passed", "groups", "cases"]);
    assert_eq!((&bad["total"], &bad["passed"]), (&json!(3), &json!(1)));
    assert_eq!(bad["groups"]["b"], json!({"total": 2, "passed": 0}));
    let second = bad["cases"][1].as_object().unwrap();
    assert_eq!(
        second.keys().collect::<Vec<_>>(),
        ["id", "ok", "expected", "got"]
    );
    assert_eq!(
        (&second["ok"], &second["got"]["output"]),
        (&json!(false), &json!(1))
    );
    assert_eq!(bad["cases"][2]["ok"], json!(false));
    project.write("none.json", "[]");
    let none = project.tdev(&["asl", "check", "--cases", "none.json", "--json"]);
    assert_eq!(
        (none.code, none.json()["code"].as_str()),
        (1, Some("InvalidInput"))
    );
}
