//! Lists the files of a granted folder whose paths match a pattern.

use globset::GlobBuilder;
use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::{Code, Error, Result};

use super::{BuiltinTool, ToolContext, typed};

const MOST_ENTRIES: usize = 20_000;

pub(super) struct DirectoryLister;

#[derive(Deserialize)]
struct Input {
    folder: String,
    #[serde(default = "everything")]
    pattern: String,
}

fn everything() -> String {
    "**".into()
}

impl BuiltinTool for DirectoryLister {
    fn name(&self) -> &'static str {
        "DirectoryListerTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("directory_lister.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let glob = GlobBuilder::new(&input.pattern)
            .literal_separator(true)
            .build()
            .map_err(|fault| {
                Error::new(
                    Code::InvalidInput,
                    format!("`{}` is not a pattern: {}", input.pattern, fault.kind()),
                )
                .field("pattern")
            })?
            .compile_matcher();
        let entries = context
            .grants()
            .read
            .list(&input.folder, MOST_ENTRIES, "folder")?;
        let prefix = format!(
            "{}/",
            input.folder.trim_start_matches("./").trim_end_matches('/')
        );
        let files: Vec<_> = entries
            .iter()
            .filter(|entry| !entry.folder)
            // The pattern speaks of what lies below the folder.
            .filter(|entry| glob.is_match(entry.path.strip_prefix(&prefix).unwrap_or(&entry.path)))
            .collect();
        let paths: Vec<_> = files.iter().map(|file| &file.path).collect();
        let details: Vec<_> = files
            .iter()
            .map(|file| json!({"path": file.path, "size": file.size}))
            .collect();
        Ok(json!({"paths": paths, "files": details, "count": files.len()}))
    }
}
