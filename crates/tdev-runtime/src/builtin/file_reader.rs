//! Reads the text of a file in a granted folder.

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::Result;

use super::{BuiltinTool, ToolContext, encoding, typed};

const MOST_BYTES: u64 = 4 << 20;

pub(super) struct FileReader;

#[derive(Deserialize)]
struct Input {
    path: String,
}

impl BuiltinTool for FileReader {
    fn name(&self) -> &'static str {
        "FileReaderTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("file_reader.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let bytes = context
            .grants()
            .read
            .read(&input.path, MOST_BYTES, "path")?;
        let text = encoding::text_of(&bytes, "path")?;
        let name = input.path.rsplit('/').next().unwrap_or(&input.path);
        Ok(json!({"text": text, "name": name, "size": bytes.len()}))
    }
}
