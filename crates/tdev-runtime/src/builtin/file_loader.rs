//! Takes a file of a granted folder into the workflow, so that later steps can be handed it.

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::Result;

use super::{BuiltinTool, ToolContext, typed};

const MOST_BYTES: u64 = 64 << 20;

pub(super) struct FileLoader;

#[derive(Deserialize)]
struct Input {
    path: String,
}

impl BuiltinTool for FileLoader {
    fn name(&self) -> &'static str {
        "FileLoaderTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("file_loader.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let bytes = context
            .grants()
            .read
            .read(&input.path, MOST_BYTES, "path")?;
        let name = input.path.rsplit('/').next().unwrap_or(&input.path);
        let file = context.store(&bytes, media_type(name), name)?;
        Ok(json!({"file": file}))
    }
}

fn media_type(name: &str) -> &'static str {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("csv") => "text/csv",
        Some("html" | "htm") => "text/html",
        Some("json") => "application/json",
        Some("md") => "text/markdown",
        Some("txt") => "text/plain",
        Some("pdf") => "application/pdf",
        _ => "application/octet-stream",
    }
}
