//! Rules of the repository that nobody should have to remember.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tdev_core::Code;

use crate::project::root;

/// Who may depend on whom inside the workspace; nothing else is allowed.
const EDGES: &[(&str, &[&str])] = &[
    ("tdev-core", &[]),
    ("tdev-asl", &[]),
    ("tdev-agents", &["tdev-core"]),
    ("tdev-runtime", &["tdev-core"]),
    ("tdev-embed", &["tdev-core"]),
    ("tdev-models", &["tdev-core"]),
    ("tdev-local", &["tdev-core", "tdev-asl"]),
    ("tdev-api", &["tdev-core"]),
    (
        "tdev-service",
        &["tdev-api", "tdev-core", "tdev-local", "tdev-runtime"],
    ),
    ("tdev-aws", &["tdev-core", "tdev-agents"]),
    (
        "tdev-cli",
        &[
            "tdev-core",
            "tdev-asl",
            "tdev-agents",
            "tdev-runtime",
            "tdev-embed",
            "tdev-models",
            "tdev-aws",
            "tdev-local",
            "tdev-api",
            "tdev-service",
        ],
    ),
];

/// The functions that state machines may name, beside the core agents: the one that runs a
/// component.
const COMPONENT: &str = "component";

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("target") {
                rust_files(&path, found);
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn all_rust_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    rust_files(&root().join("crates"), &mut found);
    rust_files(&root().join("functions"), &mut found);
    rust_files(&root().join("tests"), &mut found);
    assert!(found.len() > 100, "the sources are found");
    found
}

pub(crate) fn state_machines() -> Vec<(PathBuf, Value)> {
    let folder = root().join("statemachines");
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path, serde_json::from_str(&text).unwrap())
        })
        .collect()
}

#[test]
fn crates_depend_on_each_other_only_as_designed() {
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let dependencies = manifest
            .split("[dependencies]")
            .nth(1)
            .unwrap()
            .split("\n[")
            .next()
            .unwrap();
        let inside: BTreeSet<&str> = dependencies
            .lines()
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .filter(|word| word.starts_with("tdev-"))
            .collect();
        let (_, allowed) = EDGES
            .iter()
            .find(|(from, _)| *from == name)
            .unwrap_or_else(|| panic!("{name} is not in the design"));
        let stray: Vec<&&str> = inside.iter().filter(|to| !allowed.contains(to)).collect();
        assert!(stray.is_empty(), "{name} must not depend on {stray:?}");
    }
}

#[test]
fn every_command_builds_all_crates_but_the_cloud_home() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let default = manifest
        .split("default-members = [")
        .nth(1)
        .and_then(|rest| rest.split(']').next())
        .unwrap();
    for (name, _) in EDGES {
        let built = default.contains(&format!("\"crates/{name}\""));
        assert_eq!(built, *name != "tdev-aws", "{name}");
    }
}

#[test]
fn every_file_says_what_the_room_is_for() {
    for path in all_rust_files() {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("//!"),
            "{} does not open with a //! line",
            path.display()
        );
    }
}

#[test]
fn no_room_is_called_by_what_it_is_made_of() {
    for path in all_rust_files() {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            !["common", "utils", "util", "helpers", "types"].contains(&stem),
            "{}",
            path.display()
        );
    }
}

#[test]
fn no_file_is_a_hall() {
    for path in all_rust_files() {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(
            lines <= 450,
            "{} has {lines} lines; look for the seam",
            path.display()
        );
    }
}

#[test]
fn every_task_names_a_core_agent_and_every_error_a_code() {
    let agents: BTreeSet<String> = AGENTS.iter().map(|n| (*n).to_owned()).collect();
    for (path, machine) in state_machines() {
        tdev_asl::StateMachine::from_value(&machine)
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut strings = Vec::new();
        gather(&machine, "", &mut strings);
        for (key, text) in strings {
            match key.as_str() {
                "Resource" | "FunctionName" => {
                    if let Some(name) = text
                        .strip_prefix("${")
                        .and_then(|t| t.strip_suffix("FunctionArn}"))
                    {
                        let name = name.to_lowercase();
                        assert!(
                            agents.contains(&name) || name == COMPONENT,
                            "{}: no agent `{name}`",
                            path.display()
                        );
                    } else {
                        assert!(
                            text.starts_with("arn:aws:states:::"),
                            "{}: `{text}` is no placeholder",
                            path.display()
                        );
                    }
                }
                "ErrorEquals" | "Error" => {
                    // An error that was caught may be passed on as it is.
                    let known = Code::parse(&text).is_some()
                        // What a state hands on as it was told.
                        || text.starts_with("{%")
                        || text.starts_with("States.")
                        || text.starts_with("Lambda.");
                    assert!(known, "{}: `{text}` is no code", path.display());
                }
                _ => {}
            }
        }
    }
}

#[test]
fn every_function_a_state_machine_names_is_in_the_template() {
    let template = std::fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    for (path, machine) in state_machines() {
        let mut strings = Vec::new();
        gather(&machine, "", &mut strings);
        for (_, text) in strings {
            let placeholder = text.strip_prefix("${").and_then(|t| t.strip_suffix('}'));
            if let Some(name) = placeholder {
                let function = name.strip_suffix("Arn").unwrap();
                let substituted = format!("{name}: !GetAtt {function}.Arn");
                assert!(
                    template.contains(&substituted),
                    "{}: {name}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn every_route_of_the_template_is_one_of_the_router() {
    let template = std::fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    let router = std::fs::read_to_string(root().join("crates/tdev-api/src/router.rs")).unwrap();
    let routed: BTreeSet<&str> = template
        .lines()
        .filter_map(|line| line.trim().strip_prefix("RouteKey: "))
        .filter_map(|key| key.split(' ').nth(1))
        .collect();
    let served: BTreeSet<&str> = router
        .split('"')
        .filter(|text| text.starts_with("/api/") || *text == "/health")
        .collect();
    // Live events outlast what API Gateway waits for.
    let missing: Vec<_> = served.symmetric_difference(&routed).copied().collect();
    assert_eq!(missing, ["/api/runs/{id}/events"]);
}

/// The names in the explicit list of core agents.
const AGENTS: &[&str] = &[
    <tdev_agents::classifier::Classifier as tdev_agents::Agent>::NAME,
    <tdev_agents::planner::Planner as tdev_agents::Agent>::NAME,
    <tdev_agents::evaluator::Evaluator as tdev_agents::Agent>::NAME,
    <tdev_agents::executor::Executor as tdev_agents::Agent>::NAME,
    <tdev_agents::agno::Agno as tdev_agents::Agent>::NAME,
    <tdev_agents::tester::Tester as tdev_agents::Agent>::NAME,
    <tdev_agents::registrar::Registrar as tdev_agents::Agent>::NAME,
    <tdev_agents::approval::Approver as tdev_agents::Agent>::NAME,
    <tdev_agents::deployer::Deployer as tdev_agents::Agent>::NAME,
];

fn gather(value: &Value, key: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((key.to_owned(), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| gather(item, key, found)),
        Value::Object(map) => map
            .iter()
            .for_each(|(name, item)| gather(item, name, found)),
        _ => {}
    }
}

#[test]
fn the_readme_names_commands_that_exist() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let makefile = std::fs::read_to_string(root().join("Makefile")).unwrap();
    for line in readme.split('`').filter(|code| code.starts_with("make ")) {
        let target = line
            .trim_start_matches("make ")
            .split_whitespace()
            .next()
            .unwrap();
        assert!(
            makefile.contains(&format!("\n{target}:")),
            "no target `{target}`"
        );
    }
    let ci = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    assert!(ci.contains("make test") && readme.contains("`make test`"));
}
