//! What people get wrong, and what goes wrong around them: a clear error with a code each time,
//! and nothing stored before is lost.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::flagship::GOAL;
use crate::project::Project;

/// A component that does as `body` says.
fn agent(project: &Project, name: &str, body: &str) {
    let source = format!(
        "\"\"\"Does as the test says.\"\"\"\nfrom tdev import agent\n\n\n@agent(name=\"{name}\", description=\"does as the test says\", input={{\"text\": \"string\"}}, output={{\"text\": \"string\"}})\nclass {name}:\n    def run(self, text: str) -> dict:\n{}\n",
        body.lines()
            .map(|line| format!("        {line}"))
            .collect::<Vec<_>>()
            .join("\n")
    );
    let file = format!("agents/{}.py", name.to_lowercase());
    project.write(&file, &source);
    project.ok(&["register", &file]);
}

fn code(error: &Value) -> &str {
    error["code"].as_str().unwrap_or_default()
}

#[test]
fn a_goal_nothing_covers_says_so_and_what_to_do() {
    let project = Project::with_examples();
    let error = project.fails(&["orchestrate", "Brew a pot of strong coffee"]);
    assert_eq!(code(&error), "CapabilityMissing", "{error}");
    assert!(error["hint"].is_string(), "{error}");
}

#[test]
fn a_missing_file_is_named() {
    let project = Project::with_examples();
    let error = project.fails(&["orchestrate", GOAL, "--input", "image=@examples/none.png"]);
    assert_eq!(code(&error), "FileNotFound", "{error}");
    assert!(error.to_string().contains("none.png"), "{error}");
}

#[test]
fn a_missing_input_is_named_with_the_flag_that_gives_it() {
    let project = Project::with_examples();
    project.ok(&["orchestrate", GOAL, "--input", "image=@examples/badge.png"]);
    let error = project.fails(&["run", "QrCodeResolverAgent"]);
    assert!(error.to_string().contains("image"), "{error}");
}

#[test]
fn malformed_python_is_refused_with_its_line_and_never_run() {
    let project = Project::with_examples();
    project.write(
        "agents/bad.py",
        "from tdev import agent\n\n@agent\nclass Bad:\n    def run(self:\n        pass\n",
    );
    let error = project.fails(&["register", "agents/bad.py"]);
    assert_eq!(code(&error), "InvalidComponent", "{error}");
    assert!(error["details"]["line"].is_number(), "{error}");
}

#[test]
fn registering_and_classifying_never_execute_the_code() {
    let project = Project::with_examples();
    let mark = project.path().join("executed");
    let source = format!(
        "from tdev import agent\nopen({mark:?}, 'w').write('x')\n\n@agent(input={{\"text\": \"string\"}})\nclass Sly:\n    def run(self, text: str = open({mark:?}, 'w').write('y')) -> dict:\n        return {{}}\n"
    );
    project.write("agents/sly.py", &source);
    project.run(&["classify", "agents/sly.py"]);
    project.run(&["register", "agents/sly.py"]);
    assert!(!mark.exists(), "code under inspection ran");
    // The control: the mark would be seen where the code did run.
    std::fs::write(&mark, "z").unwrap();
    assert!(mark.exists());
}

#[test]
fn malformed_workflows_name_the_place() {
    let project = Project::with_examples();
    project.write("workflows/bad.json", "{\"id\": \"bad\", \"steps\": [}");
    let error = project.fails(&["compose", "workflows/bad.json"]);
    assert!(error.to_string().contains("bad.json:1:25"), "{error}");
    project.write(
        "workflows/wrong.json",
        r#"{"id": "wrong", "steps": [{"id": "a", "agent": "HashTol", "input": {"text": "x"}}]}"#,
    );
    let error = project.fails(&["compose", "workflows/wrong.json"]);
    assert_eq!(code(&error), "ComponentNotFound", "{error}");
    assert!(error.to_string().contains("HashTool"), "{error}");
}

#[test]
fn a_component_that_misbehaves_fails_with_its_own_code_and_harms_nothing() {
    let project = Project::with_examples();
    project.write(
        "tdev.toml",
        &(std::fs::read_to_string(project.path().join("tdev.toml")).unwrap()
            + "\n[limits]\ntime_seconds = 3\n"),
    );
    let cases = [
        ("Loops", "while True:\n    pass", "ComponentTimeout"),
        (
            "Eats",
            "rows = []\nwhile True:\n    rows.append(bytearray(10_000_000))",
            "ComponentOutOfMemory",
        ),
        (
            "Prints",
            "while True:\n    print('x' * 1000)",
            "OutputLimit",
        ),
        (
            "Raises",
            "raise ValueError('no such thing')",
            "ComponentFailed",
        ),
        ("Lies", "return {'text': 5}", "SchemaMismatch"),
        ("Good", "return {'text': text}", ""),
    ];
    for (name, body, wanted) in cases {
        agent(&project, name, body);
        if wanted.is_empty() {
            // The control, after all the others.
            assert!(
                project
                    .ok(&["run", name, "--input", "text=hello"])
                    .stdout
                    .contains("hello")
            );
            continue;
        }
        let error = project.fails(&["run", name, "--input", "text=hello"]);
        assert_eq!(code(&error), wanted, "{name}: {error}");
    }
    let raised = project.fails(&["run", "Raises", "--input", "text=hello"]);
    assert!(
        raised.to_string().contains("no such thing") && raised.to_string().contains("raises.py"),
        "{raised}"
    );
}

#[test]
fn a_registry_that_is_no_json_is_refused_and_left_as_it_is() {
    let project = Project::with_examples();
    project.write(".tdev/registry.json", "{\"A\": ");
    let error = project.fails(&["list"]);
    assert_eq!(code(&error), "StoreCorrupt", "{error}");
    agent_fails(&project);
    assert_eq!(
        std::fs::read_to_string(project.path().join(".tdev/registry.json")).unwrap(),
        "{\"A\": "
    );
}

fn agent_fails(project: &Project) {
    project.write("agents/echo.py", "from tdev import agent\n\n@agent(input={\"text\": \"string\"}, output={\"text\": \"string\"})\nclass EchoAgent:\n    def run(self, text: str) -> dict:\n        return {\"text\": text}\n");
    project.fails(&["register", "agents/echo.py"]);
}

#[test]
fn a_read_only_project_says_so_and_can_still_be_read() {
    let project = Project::with_examples();
    agent(&project, "Good", "return {'text': text}");
    let folder = project.path().join(".tdev");
    let lock =
        |mode| std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
    lock(0o555);
    let probe = std::fs::write(folder.join("probe"), "x");
    if probe.is_ok() {
        // Root writes everywhere: a folder that is a file stands for the disk that refuses.
        lock(0o755);
        std::fs::remove_file(folder.join("probe")).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        std::fs::write(&folder, "no folder").unwrap();
    }
    let error = project.fails(&["orchestrate", GOAL, "--input", "image=@examples/badge.png"]);
    assert_eq!(code(&error), "StoreUnavailable", "{error}");
    if probe.is_err() {
        assert!(project.ok(&["list"]).stdout.contains("Good"));
        lock(0o755);
    }
}

#[test]
fn two_processes_on_one_project_lose_nothing() {
    let project = Project::with_examples();
    let mut children = Vec::new();
    for at in 0..4 {
        let name = format!("Echo{at}");
        project.write(
            &format!("agents/echo{at}.py"),
            &format!("from tdev import agent\n\n@agent(name=\"{name}\", input={{\"text\": \"string\"}}, output={{\"text\": \"string\"}})\nclass {name}:\n    def run(self, text: str) -> dict:\n        return {{\"text\": text}}\n"),
        );
    }
    for at in 0..4 {
        children.push(
            project
                .command(&["register", &format!("agents/echo{at}.py")])
                .spawn()
                .unwrap(),
        );
    }
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    let listed = project.ok(&["list"]).stdout;
    for at in 0..4 {
        assert!(listed.contains(&format!("Echo{at}")), "{listed}");
    }
}
