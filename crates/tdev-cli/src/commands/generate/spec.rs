//! The spec of `tdev generate`: from its options, or from a file.

use std::path::Path;

use serde_json::{Map, Value, json};
use tdev_core::agent_io::AgentSpec;
use tdev_core::component::{Example, Kind, camel_case};
use tdev_core::nearest::did_you_mean;
use tdev_core::schema::Schema;
use tdev_core::{Code, Error, Result};

use super::{Args, Making};
use crate::files;
use crate::outcome::Stop;

/// What a spec may bring with it.
const ATTACHMENTS: &[&str] = &["openapi", "table", "rules", "secret"];

/// What may stand in a spec file.
const FIELDS: &[&str] = &[
    "name",
    "type",
    "goal",
    "input",
    "input_schema",
    "output",
    "output_schema",
    "tools",
    "examples",
    "attached",
];

/// The spec that the arguments or their file give.
///
/// # Errors
/// What is wrong with a file or an option, by its name.
pub(super) fn of(args: Args, here: &Path) -> Result<AgentSpec, Stop> {
    let kind = match args.kind {
        Making::Agent => Kind::Agent,
        Making::Tool => Kind::Tool,
    };
    let name = args.name.map(|name| {
        let camel = name.chars().next().is_some_and(char::is_uppercase)
            && name.chars().all(char::is_alphanumeric);
        if camel { name } else { camel_case(&name) }
    });
    if let Some(file) = args.spec {
        let spec = read(&file, here)?;
        return Ok(AgentSpec {
            kind: spec.kind.or(Some(kind)),
            name: name.or(spec.name),
            ..spec
        });
    }
    Ok(AgentSpec {
        name,
        kind: Some(kind),
        goal: args.goal.unwrap_or_default(),
        input_schema: schema(&args.input, "--input")?,
        output_schema: schema(&args.output, "--output")?,
        tools: args.using,
        examples: args.example,
        attached: attached(&args.attach, here)?,
    })
}

/// A spec in a file. A name nobody knows is refused: it would be left out without a word.
fn read(file: &Path, here: &Path) -> Result<AgentSpec, Stop> {
    let text = files::read_text(&here.join(file))?;
    let fault = |why: String| {
        Error::new(
            Code::InvalidInput,
            format!("`{}` is not a spec: {why}", file.display()),
        )
        .field("--spec")
        .hint("`tdev generate --help` shows one")
    };
    let value: Value = serde_json::from_str(&text).map_err(|e| fault(e.to_string()))?;
    let attached = value.get("attached").and_then(Value::as_object);
    let keys = |object: Option<&Map<String, Value>>| -> Vec<String> {
        object.map_or_else(Vec::new, |object| object.keys().cloned().collect())
    };
    for (names, known) in [
        (keys(value.as_object()), FIELDS),
        (keys(attached), ATTACHMENTS),
    ] {
        if let Some(odd) = names.iter().find(|name| !known.contains(&name.as_str())) {
            let error = fault(format!("it has `{odd}`"));
            return Err(match did_you_mean(odd, known.iter().copied()) {
                Some(meant) => error.hint(meant),
                None => error.hint(format!("it may have {}", known.join(", "))),
            }
            .into());
        }
    }
    serde_json::from_value(value).map_err(|e| fault(e.to_string()).into())
}

/// What is attached: JSON, the JSON of a file, or a word as it stands.
fn attached(given: &[(String, String)], here: &Path) -> Result<Map<String, Value>, Stop> {
    let mut all = Map::new();
    for (name, text) in given {
        let value = match text.strip_prefix('@') {
            Some(file) => {
                let text = files::read_text(&here.join(file))?;
                serde_json::from_str(&text).map_err(|fault| {
                    Error::new(Code::InvalidInput, format!("`{file}` is not JSON: {fault}"))
                        .field("--attach")
                })?
            }
            None => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        };
        all.insert(name.clone(), value);
    }
    Ok(all)
}

/// An option as it is written.
pub(super) fn attachment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if ATTACHMENTS.contains(&name) && !value.is_empty() => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err(format!(
            "write NAME=JSON or NAME=@FILE, where NAME is one of {}",
            ATTACHMENTS.join(", ")
        )),
    }
}

fn schema(fields: &[(String, String)], option: &str) -> Result<Schema, Stop> {
    let written: Map<String, Value> = fields
        .iter()
        .map(|(name, kind)| (name.clone(), json!(kind)))
        .collect();
    if written.is_empty() {
        return Ok(Schema::default());
    }
    Schema::new(Value::Object(written)).map_err(|error| Stop::Usage(error.field(option)))
}

/// An option as it is written.
pub(super) fn field(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, kind)) if !name.is_empty() && !kind.is_empty() => {
            Ok((name.to_owned(), kind.to_owned()))
        }
        _ => Err("write field=type, as in text=string".to_owned()),
    }
}

/// An option as it is written.
pub(super) fn example(text: &str) -> Result<Example, String> {
    serde_json::from_str(text)
        .map_err(|fault| format!("an example is {{\"input\": {{…}}, \"output\": {{…}}}}: {fault}"))
}
