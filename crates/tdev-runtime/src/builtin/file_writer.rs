//! Writes a text into a file of a granted folder.

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::Result;

use super::{BuiltinTool, ToolContext, typed};

pub(super) struct FileWriter;

#[derive(Deserialize)]
struct Input {
    path: String,
    text: String,
}

impl BuiltinTool for FileWriter {
    fn name(&self) -> &'static str {
        "FileWriterTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("file_writer.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        context
            .grants()
            .write
            .write(&input.path, input.text.as_bytes(), "path")?;
        Ok(json!({"path": input.path, "size": input.text.len()}))
    }
}
