//! Fingerprints a text.

use md5::Md5;
use serde::Deserialize;
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use tdev_core::Result;

use super::{BuiltinTool, ToolContext, typed};

pub(super) struct Hash;

#[derive(Deserialize)]
struct Input {
    text: String,
    #[serde(default)]
    algorithm: Algorithm,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Algorithm {
    #[default]
    Sha256,
    Sha512,
    Sha1,
    Md5,
    Blake3,
}

impl BuiltinTool for Hash {
    fn name(&self) -> &'static str {
        "HashTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("hash.json")
    }

    fn call(&self, _context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let bytes = input.text.as_bytes();
        let hash = match input.algorithm {
            Algorithm::Sha256 => hex(&Sha256::digest(bytes)),
            Algorithm::Sha512 => hex(&Sha512::digest(bytes)),
            Algorithm::Sha1 => hex(&Sha1::digest(bytes)),
            Algorithm::Md5 => hex(&Md5::digest(bytes)),
            Algorithm::Blake3 => hex(blake3::hash(bytes).as_bytes()),
        };
        Ok(json!({"hash": hash}))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
