//! A project to call tools in: a folder, permissions, settings and an artifact store in memory.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};
use tdev_core::ports::{ArtifactStore, Clock, FileRef, Scope};
use tdev_core::{Code, Error, Result};
use tdev_runtime::builtin::Builtins;
use tdev_runtime::grants::{Permissions, SecretSource};

/// The repository: its `examples/` are the data of the metadata's examples.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A project in `root` that grants `permissions`, in the words of `tdev.toml` as JSON.
pub(crate) fn project(root: &Path, permissions: Value) -> Builtins {
    Builtins {
        root: root.to_owned(),
        permissions: serde_json::from_value::<Permissions>(permissions).unwrap(),
        settings: BTreeMap::new(),
        secrets: Arc::new(Fixed(BTreeMap::new())),
        artifacts: Arc::new(Memory::default()),
        clock: Arc::new(Noon),
    }
}

pub(crate) trait Setup: Sized {
    fn setting(self, component: &str, key: &str, value: Value) -> Self;
    fn secret(self, name: &str, value: &str) -> Self;
    fn run(&self, tool: &str, input: Value) -> Result<Value>;
    fn file(&self, bytes: &[u8], media_type: &str) -> Value;
    fn bytes(&self, file: &Value) -> Vec<u8>;
}

impl Setup for Builtins {
    fn setting(mut self, component: &str, key: &str, value: Value) -> Self {
        let table: &mut Map<_, _> = self.settings.entry(component.to_owned()).or_default();
        table.insert(key.to_owned(), value);
        self
    }

    fn secret(mut self, name: &str, value: &str) -> Self {
        self.secrets = Arc::new(Fixed(BTreeMap::from([(name.to_owned(), value.to_owned())])));
        self
    }

    fn run(&self, tool: &str, input: Value) -> Result<Value> {
        self.call(tool, input, Scope::default(), None)
    }

    fn file(&self, bytes: &[u8], media_type: &str) -> Value {
        let artifact = futures::executor::block_on(self.artifacts.put(bytes)).unwrap();
        json!(FileRef {
            artifact,
            media_type: Some(media_type.into()),
            name: None,
            size: Some(bytes.len() as u64)
        })
    }

    fn bytes(&self, file: &Value) -> Vec<u8> {
        futures::executor::block_on(self.artifacts.get(file["artifact"].as_str().unwrap())).unwrap()
    }
}

struct Fixed(BTreeMap<String, String>);

impl SecretSource for Fixed {
    fn secret(&self, name: &str) -> Result<Option<String>> {
        Ok(self.0.get(name).cloned())
    }
}

struct Noon;

impl Clock for Noon {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        "2026-03-10T12:00:00Z".parse().unwrap()
    }
}

#[derive(Default)]
pub(crate) struct Memory(Mutex<HashMap<String, Vec<u8>>>);

#[async_trait::async_trait]
impl ArtifactStore for Memory {
    async fn put(&self, bytes: &[u8]) -> Result<String> {
        use sha2::Digest;
        let hash: String = sha2::Sha256::digest(bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        self.0.lock().unwrap().insert(hash.clone(), bytes.to_vec());
        Ok(hash)
    }

    async fn get(&self, hash: &str) -> Result<Vec<u8>> {
        let found = self.0.lock().unwrap().get(hash).cloned();
        found.ok_or_else(|| Error::new(Code::ArtifactNotFound, format!("no artifact `{hash}`")))
    }
}
