//! Content-addressed bytes: sources, files given as input, files produced.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Result;

/// A file as it travels through workflows: by reference, never by value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// SHA-256 of the content, lowercase hex.
    pub artifact: String,
    /// IANA media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Its name where it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// The name content goes by in every home: its SHA-256 in lowercase hex.
pub fn content_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Bytes by the hash of their content.
#[async_trait]
pub trait ArtifactStore: Send + Sync {
    /// Stores bytes and returns their SHA-256 in lowercase hex. Storing the same twice is one.
    async fn put(&self, bytes: &[u8]) -> Result<String>;

    /// The bytes of that hash, verified.
    ///
    /// # Errors
    /// `ArtifactNotFound`; `StoreCorrupt` where the content no longer has its hash.
    async fn get(&self, hash: &str) -> Result<Vec<u8>>;
}
