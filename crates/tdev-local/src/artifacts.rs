//! The artifact folder: content-addressed bytes, verified whenever they are read.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use tdev_core::ports::{ArtifactStore, content_hash};
use tdev_core::{Code, Error, Result};

use crate::folder::{self, Folder};
use crate::{apart, fault};

/// Artifacts under `.tdev/artifacts/ab/cdef…`, named by the SHA-256 of their content.
#[derive(Debug, Clone)]
pub(crate) struct ArtifactFolder {
    folder: Folder,
}

impl ArtifactFolder {
    pub(crate) const fn new(folder: Folder) -> Self {
        Self { folder }
    }

    fn store(&self, bytes: &[u8]) -> Result<String> {
        let hash = content_hash(bytes);
        let path = self.place(&hash)?;
        let same = fs::read(&path).is_ok_and(|there| there == bytes);
        if !same {
            let (shelf, _) = hash.split_at(2);
            self.folder.make(&format!("artifacts/{shelf}"))?;
            folder::replace(&path, bytes)?;
        }
        Ok(hash)
    }

    fn load(&self, hash: &str) -> Result<Vec<u8>> {
        let path = self.place(hash)?;
        let bytes = fs::read(&path).map_err(|e| match e.kind() {
            ErrorKind::NotFound => missing(hash),
            _ => fault::io("read", &path, &e),
        })?;
        if content_hash(&bytes) == hash {
            Ok(bytes)
        } else {
            Err(altered(&path))
        }
    }

    /// Where the bytes of that hash lie. Nothing but a hash becomes a path.
    fn place(&self, hash: &str) -> Result<PathBuf> {
        let is_hash =
            hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !is_hash {
            return Err(missing(hash).hint("an artifact is named by 64 lowercase hex digits"));
        }
        let (shelf, rest) = hash.split_at(2);
        Ok(self.folder.path("artifacts").join(shelf).join(rest))
    }
}

fn missing(hash: &str) -> Error {
    Error::new(Code::ArtifactNotFound, format!("no artifact `{hash}`"))
}

fn altered(path: &Path) -> Error {
    Error::new(
        Code::StoreCorrupt,
        format!(
            "`{}` no longer has the content it is named by",
            path.display()
        ),
    )
    .hint("store the file again to repair it")
}

#[async_trait]
impl ArtifactStore for ArtifactFolder {
    async fn put(&self, bytes: &[u8]) -> Result<String> {
        let (this, bytes) = (self.clone(), bytes.to_vec());
        apart(move || this.store(&bytes)).await
    }

    async fn get(&self, hash: &str) -> Result<Vec<u8>> {
        let (this, hash) = (self.clone(), hash.to_owned());
        apart(move || this.load(&hash)).await
    }
}
