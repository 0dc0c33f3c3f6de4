//! `tdev init` and a bare `tdev`.

use serde_json::json;

use crate::project::Project;

#[test]
fn a_project_is_started_once_and_keeps_what_is_there() {
    let project = Project::new();
    for file in [
        "tdev.toml",
        "AGENTS.md",
        ".env.local",
        ".gitignore",
        "agents/.gitkeep",
        "workflows/.gitkeep",
    ] {
        assert!(project.path(file).is_file(), "{file}");
    }
    project.write("AGENTS.md", "mine");
    let again = project.tdev(&["init", "project", "--json"]).json();
    assert_eq!(again["written"].as_array().unwrap().len(), 0);
    assert_eq!(
        std::fs::read_to_string(project.path("AGENTS.md")).unwrap(),
        "mine"
    );
}

#[test]
fn a_scaffold_is_what_it_says_and_is_never_written_over() {
    let project = Project::new();
    for (kind, name, file) in [
        ("agent", "MyAgent", "agents/my_agent.py"),
        ("tool", "WordCountTool", "tools/word_count_tool.py"),
        ("team", "TalkTeam", "teams/talk_team.py"),
    ] {
        assert_eq!(project.tdev(&["init", kind, "--name", name]).code, 0);
        let found = project.tdev(&["classify", file, "--json"]).json();
        let found = &found["items"][0]["classification"];
        assert_eq!(
            (found["name"].as_str(), found["component_type"].as_str()),
            (Some(name), Some(kind))
        );
        let again = project.tdev(&["init", kind, "--name", name, "--json"]);
        assert_eq!(
            (again.code, again.json()["code"].as_str()),
            (1, Some("AlreadyExists"))
        );
    }
}

#[test]
fn a_declared_agent_and_team_are_started_registered_and_honest_without_a_model() {
    let project = Project::new();
    for (kind, name, file) in [
        ("agent", "ClearAgent", "agents/clear_agent.json"),
        ("team", "TextTeam", "teams/text_team.json"),
    ] {
        let made = project.tdev(&["init", kind, "--name", name, "--runtime", "prompt"]);
        assert_eq!(made.code, 0, "{}", made.err);
        assert!(project.path(file).is_file());
    }
    let stored = project
        .tdev(&["register", "agents", "teams", "--json"])
        .json();
    for (at, name) in ["ClearAgent", "TextTeam"].iter().enumerate() {
        let component = &stored["items"][at]["component"];
        assert_eq!(
            (&component["name"], &component["runtime"]),
            (&json!(name), &json!("prompt"))
        );
    }
    let again = project
        .tdev(&["register", "agents", "teams", "--json"])
        .json();
    assert_eq!(again["items"][0]["component"]["version_id"], "v1");

    // The team needs no model: it runs, and its example is its test.
    let ran = project
        .tdev(&[
            "run",
            "TextTeam",
            "-i",
            "text=Der Hafen ist still und die Boote kehren zurück.",
            "--json",
        ])
        .json();
    assert_eq!(
        ran["output"]["LanguageDetectorTool"]["language"], "de",
        "{ran}"
    );
    assert_eq!(project.tdev(&["test", "TextTeam"]).code, 0);

    // The agent needs one: it neither runs nor passes, and says what to write.
    let ran = project.tdev(&["run", "ClearAgent", "-i", "text=hello"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("[models]") || ran.out.contains("[models]"),
        "{}{}",
        ran.out,
        ran.err
    );
    let tested = project.tdev(&["test", "ClearAgent", "--json"]);
    assert_eq!(tested.code, 1);
    assert_eq!(
        tested.json()["items"][0]["error"]["code"],
        "ModelNotConfigured"
    );

    let wrong = project.tdev(&["init", "tool", "--name", "XTool", "--runtime", "prompt"]);
    assert_eq!(wrong.code, 2);
}

#[test]
fn a_slip_in_a_declared_team_is_named_before_it_is_registered() {
    let project = Project::new();
    let record = json!({
        "name": "TextTeam", "input_schema": {"text": "string"},
        "members": ["LanguageDetectorTool", "KeywordExtractorTol"], "team": {"mode": "parallel"}
    });
    project.write("teams/text_team.json", &record.to_string());
    let answer = project.tdev(&["register", "teams/text_team.json", "--json"]);
    assert_eq!(answer.code, 1);
    let error = &answer.json()["items"][0]["error"];
    assert_eq!(error["field"], "members.1");
    assert_eq!(error["hint"], "did you mean `KeywordExtractorTool`?");
    assert_eq!(project.tdev(&["show", "TextTeam"]).code, 1);
}

#[test]
fn a_bare_tdev_says_what_to_do_next() {
    let empty = Project::bare().tdev(&[]);
    assert_eq!(empty.code, 0);
    assert!(empty.out.contains("tdev init project"), "{}", empty.out);
    let project = Project::new();
    let said = project.tdev_in(&project.path("agents"), &[]);
    assert!(
        said.out.contains("project badges") && said.out.contains("tdev orchestrate"),
        "{}",
        said.out
    );
}
