//! `ItemReader` and `ResultWriter` of a distributed Map.

use serde_json::Value;

use super::fault::{below, nearest};
use super::flow::Compiler;
use super::iteration::COUNT;
use super::object::Object;
use super::shaping::arguments;
use super::state::{Reader, Transformation, Writer};
use crate::dataset::{Format, Header, Source};
use crate::template::Language;

const READER: [&str; 5] = [
    "Resource",
    "Parameters",
    "Arguments",
    "ReaderConfig",
    "Comment",
];
const READER_CONFIG: [&str; 9] = [
    "InputType",
    "CSVHeaderLocation",
    "CSVHeaders",
    "CSVDelimiter",
    "ItemsPointer",
    "MaxItems",
    "MaxItemsPath",
    "Transformation",
    "Comment",
];
const WRITER: [&str; 5] = [
    "Resource",
    "Parameters",
    "Arguments",
    "WriterConfig",
    "Comment",
];
const WRITER_CONFIG: [&str; 3] = ["Transformation", "OutputType", "Comment"];
const DELIMITERS: [(&str, u8); 5] = [
    ("COMMA", b','),
    ("PIPE", b'|'),
    ("SEMICOLON", b';'),
    ("SPACE", b' '),
    ("TAB", b'\t'),
];
/// The most items a reader may be told to take.
const MOST_ITEMS: f64 = 100_000_000.0;

impl Compiler<'_> {
    pub(super) fn reader(&mut self, state: &Object<'_>, language: Language) -> Option<Reader> {
        let place = state.place("ItemReader");
        let reader = Object::of(state.get("ItemReader")?, &place, self.faults)?;
        reader.only(&[&READER], "an item reader", self.faults);
        let resource = reader.required("Resource", self.faults)?;
        let source = match resource.rsplit("s3:").next() {
            Some("getObject") => Source::Object,
            Some("listObjectsV2") => Source::Listing,
            _ => {
                self.faults.suggest(
                    &reader.place("Resource"),
                    "NOT_SUPPORTED",
                    format!("items are read by s3:getObject or s3:listObjectsV2, not `{resource}`"),
                    Some("arn:aws:states:::s3:getObject".to_owned()),
                );
                return None;
            }
        };
        let arguments = arguments(&reader, language, "ItemReader/", self.faults);
        if arguments.is_none() {
            self.faults.add(
                reader.at,
                "MISSING_FIELD",
                "the item reader names no bucket: `Parameters` (`Arguments` in JSONata) is missing",
            );
        }
        let config_place = reader.place("ReaderConfig");
        let config = match reader.get("ReaderConfig") {
            Some(value) => Some(Object::of(value, &config_place, self.faults)?),
            None => None,
        };
        let max_items = config.as_ref().and_then(|config| {
            config.only(&[&READER_CONFIG], "a reader configuration", self.faults);
            config.amount("MaxItems", (COUNT.0, MOST_ITEMS), language, self.faults)
        });
        let format = self.format(&reader, config.as_ref(), &source)?;
        Some(Reader {
            source,
            arguments: arguments?,
            format,
            max_items,
        })
    }

    /// `None` for a fault, `Some(None)` for a listing whose objects are the items.
    fn format(
        &mut self,
        reader: &Object<'_>,
        config: Option<&Object<'_>>,
        source: &Source,
    ) -> Option<Option<Format>> {
        let loads = match config.and_then(|c| c.string("Transformation", self.faults)) {
            None | Some("NONE") => false,
            Some("LOAD_AND_FLATTEN") => true,
            Some(other) => {
                self.one_of(
                    config?,
                    "Transformation",
                    other,
                    &["NONE", "LOAD_AND_FLATTEN"],
                );
                return None;
            }
        };
        let kind = config.and_then(|c| c.string("InputType", self.faults));
        if *source == Source::Listing && !loads {
            return Some(None);
        }
        let (Some(config), Some(kind)) = (config, kind) else {
            self.faults.add(
                config.map_or(reader.at, |c| c.at),
                "MISSING_FIELD",
                "the reader needs `ReaderConfig` with `InputType`: CSV, JSON or JSONL",
            );
            return None;
        };
        Some(Some(match kind {
            "CSV" => Format::Csv {
                header: self.header(config)?,
                delimiter: self.delimiter(config)?,
            },
            "JSON" => Format::Json {
                pointer: config
                    .string("ItemsPointer", self.faults)
                    .map(str::to_owned),
            },
            "JSONL" => Format::JsonLines,
            "MANIFEST" | "PARQUET" => {
                self.faults.add(
                    &config.place("InputType"),
                    "NOT_SUPPORTED",
                    format!("`{kind}` is not read here; store the items as CSV, JSON or JSONL"),
                );
                return None;
            }
            other => {
                self.one_of(config, "InputType", other, &["CSV", "JSON", "JSONL"]);
                return None;
            }
        }))
    }

    fn header(&mut self, config: &Object<'_>) -> Option<Header> {
        match config.required("CSVHeaderLocation", self.faults)? {
            "FIRST_ROW" => Some(Header::FirstRow),
            "GIVEN" => match config.get("CSVHeaders") {
                Some(Value::Array(names))
                    if !names.is_empty() && names.iter().all(Value::is_string) =>
                {
                    let names = names.iter().filter_map(Value::as_str);
                    Some(Header::Given(names.map(str::to_owned).collect()))
                }
                Some(other) => {
                    config.wrong("CSVHeaders", "a list of names", other, self.faults);
                    None
                }
                None => {
                    self.faults.add(
                        config.at,
                        "MISSING_FIELD",
                        "`CSVHeaders` is missing: the header is said to be given",
                    );
                    None
                }
            },
            other => {
                self.one_of(config, "CSVHeaderLocation", other, &["FIRST_ROW", "GIVEN"]);
                None
            }
        }
    }

    fn delimiter(&mut self, config: &Object<'_>) -> Option<u8> {
        let Some(name) = config.string("CSVDelimiter", self.faults) else {
            return Some(b',');
        };
        let found = DELIMITERS.iter().find(|(known, _)| *known == name);
        if found.is_none() {
            let names: Vec<&str> = DELIMITERS.iter().map(|(known, _)| *known).collect();
            self.one_of(config, "CSVDelimiter", name, &names);
        }
        found.map(|(_, byte)| *byte)
    }

    fn one_of(&mut self, object: &Object<'_>, field: &str, found: &str, known: &[&str]) {
        self.faults.suggest(
            &object.place(field),
            "BAD_VALUE",
            format!("`{field}` is one of {}, not `{found}`", known.join(", ")),
            nearest(found, known.iter().copied()),
        );
    }

    pub(super) fn writer(&mut self, state: &Object<'_>, language: Language) -> Option<Writer> {
        let place = state.place("ResultWriter");
        let writer = Object::of(state.get("ResultWriter")?, &place, self.faults)?;
        writer.only(&[&WRITER], "a result writer", self.faults);
        let destination = arguments(&writer, language, "ResultWriter/", self.faults);
        let resource = writer.string("Resource", self.faults);
        if let Some(resource) = resource.filter(|r| !r.ends_with("s3:putObject")) {
            self.faults.suggest(
                &writer.place("Resource"),
                "NOT_SUPPORTED",
                format!("results are written by s3:putObject, not `{resource}`"),
                Some("arn:aws:states:::s3:putObject".to_owned()),
            );
        }
        if resource.is_some() != destination.is_some() {
            self.faults.add(
                writer.at,
                "MISSING_FIELD",
                "`Resource` and the bucket it writes to belong together",
            );
        }
        let config = writer.get("WriterConfig");
        if config.is_none() && resource.is_none() {
            self.faults.add(
                writer.at,
                "MISSING_FIELD",
                "a result writer needs `WriterConfig`, or `Resource` and the bucket to write to",
            );
        }
        let config_place = below(writer.at, "WriterConfig");
        let config = config.and_then(|v| Object::of(v, &config_place, self.faults));
        let mut transformation = Transformation::None;
        let mut lines = false;
        if let Some(config) = config {
            config.only(&[&WRITER_CONFIG], "a writer configuration", self.faults);
            transformation = match config.string("Transformation", self.faults) {
                None | Some("NONE") => Transformation::None,
                Some("COMPACT") => Transformation::Compact,
                Some("FLATTEN") => Transformation::Flatten,
                Some(other) => {
                    let known = ["NONE", "COMPACT", "FLATTEN"];
                    self.one_of(&config, "Transformation", other, &known);
                    return None;
                }
            };
            lines = match config.string("OutputType", self.faults) {
                None | Some("JSON") => false,
                Some("JSONL") if destination.is_none() => {
                    self.faults.add(
                        &config.place("OutputType"),
                        "NOT_SUPPORTED",
                        "JSON Lines can be written to a bucket only; a state's output is JSON",
                    );
                    return None;
                }
                Some("JSONL") => true,
                Some(other) => {
                    self.one_of(&config, "OutputType", other, &["JSON", "JSONL"]);
                    return None;
                }
            };
        }
        Some(Writer {
            destination,
            transformation,
            lines,
        })
    }
}
