//! Intrinsic functions over text.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use serde_json::Value;
use sha2::Digest as _;

/// The longest text the encoding and hashing functions take.
const TEXT_LIMIT: usize = 10_000;

pub(super) fn format(template: &Value, values: &[Cow<'_, Value>]) -> Result<Value, String> {
    let template = string(template)?;
    let mut out = String::with_capacity(template.len() + 16 * values.len());
    let mut values = values.iter();
    let mut chars = template.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if matches!(chars.peek(), Some('{' | '}')) => out.extend(chars.next()),
            '{' if chars.peek() == Some(&'}') => {
                chars.next();
                match values.next() {
                    Some(value) => show(value, &mut out),
                    None => return Err(mismatch()),
                }
            }
            c => out.push(c),
        }
    }
    match values.next() {
        Some(_) => Err(mismatch()),
        None => Ok(out.into()),
    }
}

fn mismatch() -> String {
    "the number of arguments does not match the number of occurrences of {}".to_owned()
}

/// A value as AWS shows it inside text: objects as `{key=value}`, strings bare.
fn show(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => out.push_str(text),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                show(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (i, (key, item)) in map.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                out.push_str(key);
                out.push('=');
                show(item, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}

pub(super) fn string_to_json(value: &Value) -> Result<Value, String> {
    let text = string(value)?;
    serde_json::from_str(text).map_err(|e| format!("invalid JSON: {e}"))
}

pub(super) fn base64_encode(value: &Value) -> Result<Value, String> {
    Ok(STANDARD.encode(bounded(string(value)?)?).into())
}

pub(super) fn base64_decode(value: &Value) -> Result<Value, String> {
    // Java's decoder, which AWS runs, does not insist on padding.
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let bytes = LENIENT
        .decode(bounded(string(value)?)?)
        .map_err(|e| format!("invalid base64: {e}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned().into())
}

pub(super) fn split(value: &Value, delimiters: &Value) -> Result<Value, String> {
    let delimiters = string(delimiters)?;
    Ok(string(value)?
        .split(|c| delimiters.contains(c))
        .filter(|part| !part.is_empty())
        .map(Value::from)
        .collect())
}

pub(super) fn hash(value: &Value, algorithm: &Value) -> Result<Value, String> {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    digest(bounded(&text)?, string(algorithm)?).map(Value::from)
}

/// The digest of `text` in lower-case hexadecimal; the JSONata `$hash` uses it too.
pub(crate) fn digest(text: &str, algorithm: &str) -> Result<String, String> {
    Ok(match algorithm {
        "MD5" => hexadecimal(&md5::Md5::digest(text)),
        "SHA-1" => hexadecimal(&sha1::Sha1::digest(text)),
        "SHA-256" => hexadecimal(&sha2::Sha256::digest(text)),
        "SHA-384" => hexadecimal(&sha2::Sha384::digest(text)),
        "SHA-512" => hexadecimal(&sha2::Sha512::digest(text)),
        _ => {
            return Err(format!(
                "unknown hash algorithm {algorithm}; one of MD5, SHA-1, SHA-256, SHA-384, SHA-512"
            ));
        }
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .map(char::from)
        .collect()
}

fn string(value: &Value) -> Result<&str, String> {
    value
        .as_str()
        .ok_or_else(|| format!("expected a string but was given {value}"))
}

fn bounded(text: &str) -> Result<&str, String> {
    if text.chars().count() > TEXT_LIMIT {
        return Err(format!("the text is longer than {TEXT_LIMIT} characters"));
    }
    Ok(text)
}
