//! An object store in a folder: a bucket is a folder in it, a key a path in that. Nothing outside
//! the folder can be named, by `..` or by link.

use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use chrono::{DateTime, Utc};
use md5::Digest as _;

use super::{ObjectInfo, ObjectStore, StoreError};

/// Objects kept as files.
#[derive(Debug, Clone)]
pub struct FolderStore {
    root: Arc<Dir>,
}

impl FolderStore {
    /// The store in `folder`, which must exist.
    pub fn open(folder: impl AsRef<Path>) -> io::Result<Self> {
        Dir::open_ambient_dir(folder, ambient_authority()).map(|root| Self {
            root: Arc::new(root),
        })
    }

    /// Runs `work` on the folder of `bucket`, away from the threads that must not wait.
    async fn with_bucket<T: Send + 'static>(
        &self,
        bucket: &str,
        work: impl FnOnce(&Dir) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let root = Arc::clone(&self.root);
        let bucket = bucket.to_owned();
        tokio::task::spawn_blocking(move || {
            let named = !matches!(&*bucket, "" | "." | "..") && !bucket.contains(['/', '\\']);
            let folder = root.open_dir(&bucket).ok().filter(|_| named);
            work(&folder.ok_or_else(|| StoreError(format!("There is no bucket '{bucket}'.")))?)
        })
        .await
        .map_err(|e| StoreError(format!("The store was interrupted: {e}.")))?
    }
}

#[async_trait]
impl ObjectStore for FolderStore {
    async fn get(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
    ) -> Result<Vec<u8>, StoreError> {
        if version.is_some() {
            return Err(StoreError(
                "Files have no versions; leave out VersionId.".to_owned(),
            ));
        }
        let key = key.to_owned();
        self.with_bucket(bucket, move |folder| {
            folder.read(&key).map_err(|e| told(&key, &e))
        })
        .await
    }

    async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectInfo>, StoreError> {
        let prefix = prefix.to_owned();
        self.with_bucket(bucket, move |folder| {
            let mut found = Vec::new();
            let mut pending = vec![String::new()];
            while let Some(below) = pending.pop() {
                walk(folder, &below, &prefix, &mut pending, &mut found)
                    .map_err(|e| told(&below, &e))?;
            }
            found.sort_by(|a, b| a.key.cmp(&b.key));
            Ok(found)
        })
        .await
    }

    async fn put(&self, bucket: &str, key: &str, content: Vec<u8>) -> Result<(), StoreError> {
        let key = key.to_owned();
        self.with_bucket(bucket, move |folder| {
            replace(folder, &key, &content).map_err(|e| told(&key, &e))
        })
        .await
    }
}

fn told(key: &str, error: &io::Error) -> StoreError {
    StoreError(match error.kind() {
        io::ErrorKind::NotFound => format!("There is no object '{key}'."),
        _ => format!("The object '{key}' cannot be reached: {error}."),
    })
}

/// Notes the files in the folder `below` whose key begins with `prefix`, and the folders to go on to.
fn walk(
    bucket: &Dir,
    below: &str,
    prefix: &str,
    pending: &mut Vec<String>,
    found: &mut Vec<ObjectInfo>,
) -> io::Result<()> {
    let entries = match below {
        "" => bucket.entries()?,
        _ => bucket.read_dir(below)?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let key = match below {
            "" => name,
            _ => format!("{below}/{name}"),
        };
        let kind = entry.file_type()?;
        if kind.is_dir() && (prefix.starts_with(&key) || key.starts_with(prefix)) {
            pending.push(key);
        } else if kind.is_file() && key.starts_with(prefix) {
            found.push(describe(bucket, key)?);
        }
    }
    Ok(())
}

fn describe(bucket: &Dir, key: String) -> io::Result<ObjectInfo> {
    let mut file = bucket.open(&key)?;
    let about = file.metadata()?;
    let mut digest = md5::Md5::new();
    let mut part = [0; 16 * 1024];
    loop {
        match file.read(&mut part)? {
            0 => break,
            n => digest.update(&part[..n]),
        }
    }
    let hex: String = digest
        .finalize()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    Ok(ObjectInfo {
        key,
        size: about.len(),
        modified: DateTime::<Utc>::from(about.modified()?.into_std()),
        etag: format!("\"{hex}\""),
    })
}

/// Writes beside the object first, so that nobody ever reads half of it.
fn replace(bucket: &Dir, key: &str, content: &[u8]) -> io::Result<()> {
    if let Some((folders, _)) = key.rsplit_once('/') {
        bucket.create_dir_all(folders)?;
    }
    let draft = format!("{key}.{}.part", uuid::Uuid::new_v4());
    let mut file = bucket.create(&draft)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    match written.and_then(|()| bucket.rename(&draft, bucket, key)) {
        Ok(()) => Ok(()),
        Err(error) => {
            // The first error is the one to tell; a draft left behind is only untidy.
            let _ = bucket.remove_file(&draft);
            Err(error)
        }
    }
}
