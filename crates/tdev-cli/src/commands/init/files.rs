//! What the files say that `tdev init` writes.

use serde_json::json;

use super::Draft;

/// Folders of a project that begin empty.
const FOLDERS: &[&str] = &["agents", "tools", "teams", "workflows", "evals", "tests"];

pub(super) fn project(name: &str) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = vec![
        (
            "tdev.toml".into(),
            include_str!("templates/tdev.toml").replace("{name}", name),
        ),
        (
            ".gitignore".into(),
            include_str!("templates/gitignore").to_owned(),
        ),
        (
            ".env.local".into(),
            include_str!("templates/env.local").to_owned(),
        ),
        (
            "AGENTS.md".into(),
            include_str!("templates/AGENTS.md").replace("{name}", name),
        ),
        (
            ".tdev/.gitignore".into(),
            "# State of this machine, but for the registry.\n*\n!registry.json\n!.gitignore\n"
                .to_owned(),
        ),
    ];
    drafts.extend(
        FOLDERS
            .iter()
            .map(|folder| (format!("{folder}/.gitkeep").into(), String::new())),
    );
    drafts
}

pub(super) fn agent(class: &str) -> String {
    include_str!("templates/agent.py").replace("MyAgent", class)
}

pub(super) fn tool(class: &str) -> String {
    include_str!("templates/tool.py").replace("MyTool", class)
}

pub(super) fn team(class: &str) -> String {
    include_str!("templates/team.py").replace("MyTeam", class)
}

pub(super) fn prompt_agent(class: &str) -> String {
    include_str!("templates/agent.json").replace("MyAgent", class)
}

pub(super) fn prompt_team(class: &str) -> String {
    include_str!("templates/team.json").replace("MyTeam", class)
}

pub(super) fn workflow(id: &str) -> String {
    let draft = json!({
        "id": id,
        "description": "Reads the QR code in an image",
        "input_schema": {"image": "image"},
        "steps": [{"id": "read", "agent": "QrCodeReaderTool", "input": {"image": "${input.image}"}}],
        "output": {"text": "${read.text}"}
    });
    serde_json::to_string_pretty(&draft).unwrap_or_default() + "\n"
}
