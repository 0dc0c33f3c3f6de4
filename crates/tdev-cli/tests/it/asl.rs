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
