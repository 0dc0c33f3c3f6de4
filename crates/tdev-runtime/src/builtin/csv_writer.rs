//! Writes rows as CSV text.

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::{Code, Error, Result};

use super::table::{Row, columns_of, text_of};
use super::{BuiltinTool, ToolContext, typed};

pub(super) struct CsvWriter;

#[derive(Deserialize)]
struct Input {
    rows: Vec<Row>,
    columns: Option<Vec<String>>,
}

impl BuiltinTool for CsvWriter {
    fn name(&self) -> &'static str {
        "CsvWriterTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("csv_writer.json")
    }

    fn call(&self, _context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let columns = input
            .columns
            .filter(|columns| !columns.is_empty())
            .unwrap_or_else(|| columns_of(&input.rows));
        let failed = |fault: csv::Error| {
            Error::new(
                Code::Internal,
                format!("the rows cannot be written: {fault}"),
            )
        };
        let mut writer = csv::Writer::from_writer(Vec::new());
        if !columns.is_empty() {
            writer.write_record(&columns).map_err(failed)?;
        }
        for row in &input.rows {
            let cells = columns
                .iter()
                .map(|column| row.get(column).map(text_of).unwrap_or_default());
            writer.write_record(cells).map_err(failed)?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|fault| Error::new(Code::Internal, fault.to_string()))?;
        Ok(json!({"text": String::from_utf8_lossy(&bytes), "row_count": input.rows.len()}))
    }
}
