//! `tdev init` and a bare `tdev`.

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
