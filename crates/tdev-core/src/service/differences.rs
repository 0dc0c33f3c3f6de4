//! What a new definition changes against the one that answers now.

use serde::Serialize;

use super::definition::Definition;
use super::permissions::Permission;

/// One difference, a line for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `workflow`, `components`, `permissions`, `secrets`, `config`, `limits`, `entry`, `health`.
    pub part: &'static str,
    /// `+`, `-` or `~`.
    pub sign: char,
    /// What it is about.
    pub what: String,
}

/// The differences from one definition to the next, in the order a reader asks for them.
pub fn differences(old: &Definition, new: &Definition) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut add = |part, sign, what: String| found.push(Difference { part, sign, what });
    if old.workflow_ref() != new.workflow_ref() {
        let what = format!("{} → {}", old.workflow_ref(), new.workflow_ref());
        add("workflow", '~', what);
    } else if old.state_machine != new.state_machine {
        add(
            "workflow",
            '~',
            "it compiles to another state machine".to_owned(),
        );
    }
    let pins = |d: &Definition| -> Vec<(String, String)> {
        let pin = |p: &super::Pinned| (p.record.pinned().to_string(), p.hash.clone());
        d.components.iter().map(pin).collect()
    };
    let (before, after) = (pins(old), pins(new));
    for (name, hash) in &after {
        match before.iter().find(|(known, _)| known == name) {
            None => add("components", '+', name.clone()),
            Some((_, known)) if known != hash => {
                add("components", '~', format!("{name}: its record or source"));
            }
            Some(_) => {}
        }
    }
    for (name, _) in &before {
        if !after.iter().any(|(known, _)| known == name) {
            add("components", '-', name.clone());
        }
    }
    let named = |p: &Permission| format!("{} {}", p.kind, p.scope);
    let lists: [(&'static str, Vec<String>, Vec<String>); 2] = [
        (
            "permissions",
            old.permissions.iter().map(named).collect(),
            new.permissions.iter().map(named).collect(),
        ),
        ("secrets", old.secrets.clone(), new.secrets.clone()),
    ];
    for (part, before, after) in lists {
        for what in after.iter().filter(|what| !before.contains(what)) {
            add(part, '+', what.clone());
        }
        for what in before.iter().filter(|what| !after.contains(what)) {
            add(part, '-', what.clone());
        }
    }
    if old.config != new.config {
        add("config", '~', "settings of components".to_owned());
    }
    if old.limits != new.limits {
        add("limits", '~', "what one call may use".to_owned());
    }
    if old.entry != new.entry {
        add("entry", '~', "what it takes or gives".to_owned());
    }
    if old.health.input != new.health.input {
        add("health", '~', "the input of its check".to_owned());
    }
    found
}
