//! Failures: their words and their exit codes.

use crate::project::Project;

#[test]
fn wrong_usage_is_two_and_a_failure_is_one() {
    let project = Project::bare();
    assert_eq!(project.tdev(&["orchestrat"]).code, 2);
    assert_eq!(project.tdev(&["run", "X", "--input", "novalue"]).code, 2);
    assert_eq!(project.tdev(&["orchestrate", " "]).code, 2);
    assert_eq!(project.tdev(&["serve", "--addr", "0.0.0.0:0"]).code, 2);
    assert_eq!(project.tdev(&["show", "QrCodeReadrTool"]).code, 1);
    assert_eq!(project.tdev(&["trace", "last"]).code, 1);
    assert_eq!(project.tdev(&["approve", "nothing"]).code, 1);
    assert_eq!(project.tdev(&["--help"]).code, 0);
}

#[test]
fn an_error_names_the_nearest_right_thing_in_words_and_as_json() {
    let project = Project::bare();
    let said = project.tdev(&["show", "QrCodeReadrTool"]);
    assert!(
        said.err.contains("did you mean `QrCodeReaderTool`?"),
        "{}",
        said.err
    );
    let told = project.tdev(&["show", "QrCodeReadrTool", "--json"]).json();
    assert_eq!(told["code"], "ComponentNotFound");
    assert_eq!(told["status"], 404);
    let usage = project.tdev(&["list", "--json", "--type", "agnet"]);
    assert_eq!(
        (usage.code, usage.json()["code"].as_str()),
        (2, Some("InvalidInput"))
    );
}

#[test]
fn a_wrong_key_in_tdev_toml_is_named_with_its_line() {
    let project = Project::bare();
    project.write("tdev.toml", "[permissions]\nraed = []\n");
    let refused = project.tdev(&["list"]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.contains("tdev.toml:2:1") && refused.err.contains("did you mean `read`?"),
        "{}",
        refused.err
    );
    let checked = project.tdev(&["doctor", "--json"]);
    assert_eq!(
        (checked.code, checked.json()["ok"].as_bool()),
        (1, Some(false))
    );
}

#[test]
fn a_component_may_not_reach_a_file_that_is_not_granted() {
    let project = Project::new();
    project.write("secret.txt", "hidden");
    let refused = project.tdev(&[
        "run",
        "FileReaderTool",
        "--input",
        "path=secret.txt",
        "--json",
    ]);
    assert_eq!(
        (refused.code, refused.json()["code"].as_str()),
        (1, Some("PermissionDenied")),
        "{}",
        refused.out
    );
}
