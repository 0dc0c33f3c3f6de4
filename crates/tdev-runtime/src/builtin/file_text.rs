//! Reads the text of a file that travels through the workflow.

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::Result;
use tdev_core::ports::FileRef;

use super::{BuiltinTool, ToolContext, encoding, typed};

const MOST_BYTES: u64 = 4 << 20;

pub(super) struct FileText;

#[derive(Deserialize)]
struct Input {
    file: FileRef,
}

impl BuiltinTool for FileText {
    fn name(&self) -> &'static str {
        "FileTextTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("file_text.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let bytes = context.read(&input.file, MOST_BYTES, "file")?;
        Ok(json!({"text": encoding::text_of(&bytes, "file")?}))
    }
}
