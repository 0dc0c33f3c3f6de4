//! Generating, refining and reviewing as people do it, through the real program.

use serde_json::Value;

use crate::project::Project;

#[test]
fn a_tool_is_generated_from_words_run_refined_and_reviewed() {
    let project = Project::with_examples();
    let goal = "Read off who reported it: extract the e-mail addresses of a text";
    let done = project.ok(&[
        "generate",
        "tool",
        "--name",
        "ReporterTool",
        "--goal",
        goal,
        "--input",
        "text=string",
        "--output",
        "emails=string[]",
    ]);
    assert!(done.stdout.contains("ReporterTool@v1"), "{}", done.stdout);
    let ran = project.ok(&[
        "run",
        "ReporterTool",
        "--input",
        "text=from ada@ex.org, 10:00",
    ]);
    assert_eq!(ran.json()["emails"], serde_json::json!(["ada@ex.org"]));

    let refined = project.ok(&[
        "refine",
        "ReporterTool",
        "--suggestion",
        "add an example",
        "--suggestion",
        "set a timeout",
        "--suggestion",
        "make it rhyme",
        "--json",
    ]);
    let refined = refined.json();
    assert_eq!(refined["component"]["version_id"], "v2");
    assert_eq!(refined["component"]["status"], "experimental");
    assert_eq!(refined["changes"].as_array().unwrap().len(), 2, "{refined}");
    assert!(
        refined["unmet"][0]
            .as_str()
            .unwrap()
            .contains("make it rhyme"),
        "{refined}"
    );
    let again = project.ok(&["refine", "ReporterTool@v2", "--suggestion", "set a timeout"]);
    assert!(
        again
            .stdout
            .contains("nothing to change in ReporterTool@v2"),
        "{}",
        again.stdout
    );

    let review = project.ok(&["show", "ReporterTool@v1", "--review"]).stdout;
    for part in [
        "Review one component",
        "class ReporterTool(Tool)",
        "\"family\": \"extraction\"",
        "\"passed\"",
    ] {
        assert!(review.contains(part), "{part} is not in\n{review}");
    }
}

#[test]
fn a_table_is_attached_from_a_file_and_what_is_wrong_with_it_is_said() {
    let project = Project::with_examples();
    project.write(
        "rooms.json",
        r#"[{"desk": "D1", "room": "attic"}, {"desk": "D2", "room": "cellar"}]"#,
    );
    project.ok(&[
        "generate",
        "tool",
        "--name",
        "RoomTool",
        "--goal",
        "The room of a desk",
        "--input",
        "desk=string",
        "--output",
        "room=string",
        "--attach",
        "table=@rooms.json",
    ]);
    let ran = project.ok(&["run", "RoomTool", "--input", "desk=d2"]);
    assert_eq!(ran.stdout.trim(), "cellar");
    let generate = |attach: &str| -> Value {
        project.fails(&[
            "generate",
            "tool",
            "--goal",
            "The floor of a desk",
            "--input",
            "desk=string",
            "--output",
            "floor=integer",
            "--attach",
            attach,
        ])
    };
    let error = generate("table=@rooms.json");
    assert_eq!(error["code"], "CapabilityMissing", "{error}");
    assert!(
        error.to_string().contains("its table has no `floor`"),
        "{error}"
    );
    assert_eq!(generate("table=@none.json")["code"], "FileNotFound");
    assert_eq!(generate("chart=1")["code"], "InvalidInput");
}

#[test]
fn an_example_that_does_not_hold_ends_with_the_example_and_the_next_step() {
    let project = Project::with_examples();
    let error = project.fails(&[
        "generate",
        "tool",
        "--goal",
        "Look up the room: A = attic, B = basement",
        "--input",
        "key=string",
        "--output",
        "room=string",
        "--example",
        r#"{"input": {"key": "A"}, "output": {"room": "yard"}}"#,
    ]);
    assert_eq!(error["code"], "CapabilityMissing", "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("example 1 at `room`"), "{error}");
    assert!(error["hint"].is_string(), "{error}");
    let known = project.ok(&["list", "--json"]).stdout;
    assert!(!known.contains("RoomBy"), "{known}");
}
