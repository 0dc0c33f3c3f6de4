//! Values given on the command line: `k=text`, `k:=json`, `k=@file`.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use tdev_core::nearest::did_you_mean;
use tdev_core::ports::{ArtifactStore, FileRef};
use tdev_core::schema::{Field, Schema};
use tdev_core::{Code, Error, Result};

use crate::{files, media};

/// Text files beyond this travel by reference.
const MOST_INLINE: usize = 64 << 10;

/// One value and its name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Given {
    pub(crate) name: String,
    pub(crate) value: Spelling,
}

/// How a value is spelled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Spelling {
    /// `k=text`; numbers and booleans where the schema wants them.
    Text(String),
    /// `k:=json`.
    Json(Value),
    /// `k=@path`.
    File(PathBuf),
}

/// Reads one argument.
///
/// # Errors
/// What is wrong with it, in one line.
pub(crate) fn parse(text: &str) -> Result<Given, String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| "write name=text, name:=json or name=@file".to_owned())?;
    let (name, value) = match name.strip_suffix(':') {
        Some(name) => {
            let json = serde_json::from_str(value)
                .map_err(|fault| format!("`{value}` is not JSON: {fault}"))?;
            (name, Spelling::Json(json))
        }
        // `@@` stands for an `@` that is meant.
        None => match value.strip_prefix('@') {
            Some(rest) if rest.starts_with('@') => (name, Spelling::Text(rest.to_owned())),
            Some("") => return Err("there is no file name after `@`".to_owned()),
            Some(path) => (name, Spelling::File(path.into())),
            None => (name, Spelling::Text(value.to_owned())),
        },
    };
    if name.is_empty() {
        return Err("a value needs a name before `=`".to_owned());
    }
    Ok(Given {
        name: name.to_owned(),
        value,
    })
}

/// The values as JSON, as the schema wants them where there is one. Files that are not text are
/// stored and stand as references.
///
/// # Errors
/// `InvalidInput` naming the value; `FileNotFound`.
pub(crate) async fn resolve(
    given: &[Given],
    schema: Option<&Schema>,
    here: &Path,
    artifacts: &dyn ArtifactStore,
) -> Result<Map<String, Value>> {
    let mut values = Map::new();
    for Given { name, value } in given {
        let field = schema
            .map(|schema| known(schema, name))
            .transpose()?
            .flatten();
        let value = match value {
            Spelling::Json(value) => value.clone(),
            Spelling::Text(text) => typed(text, name, field.as_ref())?,
            Spelling::File(path) => file(&here.join(path), path, field.as_ref(), artifacts)
                .await
                .map_err(|error| {
                    let at = error.field.clone().unwrap_or_else(|| name.clone());
                    error.field(at)
                })?,
        };
        values.insert(name.clone(), value);
    }
    Ok(values)
}

/// An example's input with its files in place: a string `@path` for a field that takes a file
/// stands for a file of the project.
///
/// # Errors
/// `FileNotFound`, naming the field.
pub(crate) async fn example(
    input: &Value,
    schema: &Schema,
    root: &Path,
    artifacts: &dyn ArtifactStore,
) -> Result<Value> {
    let mut input = input.clone();
    for field in schema.fields() {
        let takes_file = matches!(field.type_name(), "file" | "image");
        let written = input.get(&field.name).and_then(Value::as_str);
        if let Some(path) = written
            .and_then(|text| text.strip_prefix('@'))
            .filter(|_| takes_file)
            .map(Path::new)
        {
            let stored = file(&root.join(path), path, Some(&field), artifacts)
                .await
                .map_err(|error| error.field(field.name.clone()))?;
            if let Some(slot) = input.get_mut(&field.name) {
                *slot = stored;
            }
        }
    }
    Ok(input)
}

/// One text for a component or workflow that takes one: an object as JSON, or the value of the
/// only field that must be given.
///
/// # Errors
/// `InvalidInput` where more than one field must be given.
pub(crate) fn single(text: &str, schema: &Schema) -> Result<Map<String, Value>> {
    if let Ok(Value::Object(fields)) = serde_json::from_str(text) {
        return Ok(fields);
    }
    let fields = schema.fields();
    let required: Vec<&Field> = fields
        .iter()
        .filter(|field| field.required && field.default().is_none())
        .collect();
    let only = match (required.as_slice(), fields.as_slice()) {
        ([only], _) => only,
        ([], [only]) => only,
        _ => {
            let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            return Err(Error::new(
                Code::InvalidInput,
                "one text cannot stand for several fields",
            )
            .field("--test-input")
            .hint(format!(
                "give each with --input name=value: {}",
                names.join(", ")
            )));
        }
    };
    Ok(Map::from_iter([(
        only.name.clone(),
        typed(text, &only.name, Some(only))?,
    )]))
}

fn known(schema: &Schema, name: &str) -> Result<Option<Field>> {
    let fields = schema.fields();
    if fields.is_empty() || !schema.is_described() {
        return Ok(None);
    }
    if let Some(field) = fields.iter().find(|field| field.name == name) {
        return Ok(Some(field.clone()));
    }
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let near = did_you_mean(name, names.iter().copied());
    Err(
        Error::new(Code::InvalidInput, format!("there is no input `{name}`"))
            .field(name)
            .hint(near.unwrap_or_else(|| format!("it takes {}", names.join(", ")))),
    )
}

fn typed(text: &str, name: &str, field: Option<&Field>) -> Result<Value> {
    let wanted = field
        .and_then(|field| field.schema.get("type"))
        .and_then(Value::as_str)
        .unwrap_or("string");
    if wanted == "string" {
        return Ok(json!(text));
    }
    let parsed: Option<Value> = serde_json::from_str(text).ok();
    let fits = parsed.filter(|value| match wanted {
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    });
    fits.ok_or_else(|| {
        let error = Error::new(
            Code::InvalidInput,
            format!("`{text}` is not of type {wanted}"),
        )
        .field(name);
        match wanted {
            "array" | "object" => error.hint(format!(
                "give JSON, as in '{name}:=[…]', or a file, as in {name}=@path"
            )),
            _ => error,
        }
    })
}

async fn file(
    whole: &Path,
    path: &Path,
    field: Option<&Field>,
    artifacts: &dyn ArtifactStore,
) -> Result<Value> {
    let wanted = field.map_or("any", Field::type_name);
    if wanted == "path" {
        return Ok(json!(path));
    }
    let bytes = files::read(whole)?;
    let as_text = matches!(
        wanted,
        "string" | "any" | "array" | "object" | "integer" | "number" | "boolean"
    );
    if as_text && bytes.len() <= MOST_INLINE && media::is_text(path, &bytes) {
        let text = String::from_utf8_lossy(&bytes);
        return match wanted {
            "string" | "any" => Ok(json!(text)),
            _ => typed(text.trim(), &path.display().to_string(), field),
        };
    }
    let reference = FileRef {
        artifact: artifacts.put(&bytes).await?,
        media_type: media::media_type(path).map(str::to_owned),
        name: path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned()),
        size: Some(bytes.len() as u64),
    };
    serde_json::to_value(reference).map_err(|fault| Error::new(Code::Internal, fault.to_string()))
}

#[cfg(test)]
mod tests;
