//! What the journals of a dead process say has been finished.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tdev_asl::FileJournal;

use crate::victim::Layer;

/// The folders journals stand in.
pub(crate) fn places(layer: Layer, dir: &Path) -> Vec<PathBuf> {
    match layer {
        Layer::Engine => vec![dir.join("journal")],
        Layer::Home => {
            let listed = std::fs::read_dir(dir.join(".tdev/journal"));
            let found = listed.into_iter().flatten();
            found.map(|entry| entry.unwrap().path()).collect()
        }
    }
}

/// The idempotency tokens of calls whose answers are kept.
pub(crate) fn finished(layer: Layer, dir: &Path) -> HashSet<String> {
    let mut tokens = HashSet::new();
    for place in places(layer, dir).into_iter().filter(|p| p.is_dir()) {
        for (execution, records) in FileJournal::read_only(&place, "").unwrap() {
            let records = records
                .iter()
                .map(|r| serde_json::from_str::<Value>(r).unwrap());
            let records: Vec<Value> = records.collect();
            let seed = records[0]["seed"].as_u64().unwrap();
            let answers = records
                .iter()
                .filter(|r| matches!(r["type"].as_str(), Some("TaskSucceeded" | "TaskFailed")));
            tokens.extend(answers.map(|r| format!("{execution}:{seed:x}:{}", r["task"])));
        }
    }
    tokens
}
