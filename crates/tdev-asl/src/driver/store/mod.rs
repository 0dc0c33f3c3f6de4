//! The port through which a distributed Map reads its items and writes its results.

mod folder;

pub use folder::FolderStore;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// Why an object could not be read, listed or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

/// One object of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its key.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// When it was last written.
    pub modified: DateTime<Utc>,
    /// A fingerprint of its content, in double quotes.
    pub etag: String,
}

/// Objects in buckets, as S3 has them.
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// The content of an object.
    async fn get(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
    ) -> Result<Vec<u8>, StoreError>;

    /// The objects whose key begins with `prefix`, in the order of their keys.
    async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectInfo>, StoreError>;

    /// Writes an object whole, or leaves what was there.
    async fn put(&self, bucket: &str, key: &str, content: Vec<u8>) -> Result<(), StoreError>;
}
