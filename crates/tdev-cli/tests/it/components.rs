//! Components: listed, shown, registered, run.

use crate::project::Project;

#[test]
fn looking_around_writes_nothing() {
    let project = Project::bare();
    assert_eq!(project.tdev(&["list"]).code, 0);
    assert_eq!(project.tdev(&["runs"]).code, 0);
    assert_eq!(project.tdev(&["show", "QrCodeReaderTool"]).code, 0);
    assert_eq!(std::fs::read_dir(project.path("")).unwrap().count(), 0);
}

#[test]
fn the_list_is_filtered_by_kind_and_words() {
    let project = Project::bare();
    let names = |arguments: &[&str]| -> Vec<String> {
        let found = project.tdev(arguments).json();
        found["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(
        names(&["list", "--type", "tools", "--query", "qr", "--json"])
            .contains(&"QrCodeReaderTool".to_owned())
    );
    let all = names(&["list", "--json"]).len();
    let each: usize = ["tool", "agent", "team"]
        .iter()
        .map(|kind| names(&["list", "--type", kind, "--json"]).len())
        .sum();
    assert_eq!(each, all);
}

#[test]
fn registering_counts_versions_only_where_source_changes() {
    let project = Project::new();
    project.tdev(&["init", "agent", "--name", "MyAgent"]);
    let version = |answer: crate::project::Answer| {
        answer.json()["items"][0]["component"]["version_id"].clone()
    };
    assert_eq!(
        version(project.tdev(&["register", "agents/my_agent.py", "--json"])),
        "v1"
    );
    assert_eq!(
        version(project.tdev(&["register", "./**/*.py", "--json"])),
        "v1"
    );
    let source = std::fs::read_to_string(project.path("agents/my_agent.py")).unwrap();
    project.write(
        "agents/my_agent.py",
        &source.replace("Good to hear", "So good to hear"),
    );
    assert_eq!(
        version(project.tdev(&["register", "agents", "--json"])),
        "v2"
    );
    assert_eq!(project.tdev(&["unregister", "MyAgent"]).code, 0);
    assert_eq!(project.tdev(&["show", "MyAgent"]).code, 1);
}

#[test]
fn source_is_registered_in_the_encoding_it_names_and_runs() {
    let project = Project::new();
    let latin = b"# -*- coding: latin-1 -*-\nfrom tdev import tool\n\n\n@tool(\n    name=\"GreeterTool\",\n    description=\"Gr\xfc\xdft jemanden\",\n    input={\"name\": \"string\"},\n    output={\"greeting\": \"string\"},\n)\nclass GreeterTool:\n    def run(self, name: str) -> dict:\n        return {\"greeting\": \"Gr\xfc\xdfe, \" + name}\n";
    std::fs::write(project.path("tools/greeter.py"), latin).unwrap();
    let done = project.tdev(&["register", "tools/greeter.py"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let shown = project.tdev(&["show", "GreeterTool", "--json"]).json();
    assert_eq!(shown["component"]["description"], "Grüßt jemanden");
    let code = project.tdev(&["show", "GreeterTool", "--code"]).out;
    assert!(code.contains("Grüße, "), "{code}");
    let again = project.tdev(&["register", "tools/greeter.py", "--json"]);
    assert_eq!(
        again.json()["items"][0]["component"]["version_id"],
        "v1",
        "unchanged"
    );

    std::fs::write(project.path("tools/koi.py"), b"# coding: koi8-r\nx = 1\n").unwrap();
    let refused = project.tdev(&["register", "tools/koi.py", "--json"]);
    assert_eq!(refused.code, 1);
    let error = &refused.json()["items"][0]["error"];
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("`koi8-r`"), "{error}");
}

#[test]
fn a_file_goes_in_by_reference_and_one_scalar_comes_out_bare() {
    let project = Project::new();
    let made = project
        .tdev(&[
            "run",
            "QrCodeWriterTool",
            "--input",
            "text=u-1042",
            "--json",
        ])
        .json();
    let hash = made["output"]["image"]["artifact"]
        .as_str()
        .unwrap()
        .to_owned();
    let (shelf, rest) = hash.split_at(2);
    std::fs::copy(
        project.path(".tdev/artifacts").join(shelf).join(rest),
        project.path("badge.png"),
    )
    .unwrap();
    let read = project
        .tdev(&[
            "run",
            "QrCodeReaderTool",
            "-i",
            "image=@badge.png",
            "--json",
        ])
        .json();
    assert_eq!(read["output"]["text"], "u-1042");
}
