//! A definition under the hash of its content: stored as an artifact, written as `service.json`.

use serde_json::{Map, Value};

use super::canonical::canonical;
use super::definition::Definition;
use crate::ports::content_hash;
use crate::{Code, Error, Result};

/// A definition and its SHA-256. There is none whose content differs from its hash.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    definition: Definition,
    hash: String,
    content: String,
}

impl Sealed {
    /// Seals a definition.
    ///
    /// # Errors
    /// `InvalidService` where a pinned component is not what its hash says.
    pub fn of(definition: Definition) -> Result<Self> {
        definition.intact()?;
        let value = serde_json::to_value(&definition).map_err(|e| {
            Error::new(
                Code::Internal,
                format!("the definition cannot be written: {e}"),
            )
        })?;
        let content = canonical(&value);
        Ok(Self {
            hash: content_hash(content.as_bytes()),
            definition,
            content,
        })
    }

    /// What is sealed.
    pub const fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The SHA-256 of its content, lowercase hex.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Its content, whose hash is [`Sealed::hash`]: what is stored as an artifact.
    pub fn content(&self) -> &[u8] {
        self.content.as_bytes()
    }

    /// Opens stored content.
    ///
    /// # Errors
    /// `InvalidService` where it is no definition, or not the one of that hash.
    pub fn open(content: &[u8], hash: &str) -> Result<Self> {
        let value: Value = serde_json::from_slice(content).map_err(|e| unreadable(&e))?;
        Self::verified(value, hash)
    }

    /// Reads the text of a `service.json`: the definition with its `hash` beside it.
    ///
    /// # Errors
    /// `InvalidService` where it was changed after it was sealed.
    pub fn read(text: &str) -> Result<Self> {
        let mut fields: Map<String, Value> =
            serde_json::from_str(text).map_err(|e| unreadable(&e))?;
        let hash = match fields.shift_remove("hash") {
            Some(Value::String(hash)) => hash,
            _ => {
                return Err(
                    Error::new(Code::InvalidService, "the definition has no hash")
                        .field("hash")
                        .hint("write it with `tdev deploy --dry-run --out FILE`"),
                );
            }
        };
        Self::verified(Value::Object(fields), &hash)
    }

    /// The text of its `service.json`, laid out for reading.
    pub fn file(&self) -> String {
        let mut fields = Map::from_iter([("hash".to_owned(), Value::from(self.hash.as_str()))]);
        if let Ok(Value::Object(rest)) = serde_json::to_value(&self.definition) {
            fields.extend(rest);
        }
        let mut text = serde_json::to_string_pretty(&fields).unwrap_or_default();
        text.push('\n');
        text
    }

    fn verified(value: Value, hash: &str) -> Result<Self> {
        let content = canonical(&value);
        let found = content_hash(content.as_bytes());
        if found != hash {
            return Err(Error::new(
                Code::InvalidService,
                format!(
                    "the definition was changed after it was sealed: its hash is `{}`, its content has `{}`",
                    short(hash),
                    short(&found)
                ),
            )
            .field("hash")
            .hint("change the workflow or the components instead, and deploy again"));
        }
        let definition: Definition = serde_json::from_value(value).map_err(|e| unreadable(&e))?;
        definition.intact()?;
        Ok(Self {
            definition,
            hash: found,
            content,
        })
    }
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

fn unreadable(fault: &serde_json::Error) -> Error {
    Error::new(
        Code::InvalidService,
        format!("this is no service definition: {fault}"),
    )
}
