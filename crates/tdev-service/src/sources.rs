//! The sources of a definition by their hash; files come from the place.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use tdev_core::Result;
use tdev_core::ports::ArtifactStore;
use tdev_core::service::Definition;

/// An artifact store that has the pinned sources at hand and hands everything else on.
pub(crate) struct PinnedSources {
    sources: BTreeMap<String, String>,
    files: Arc<dyn ArtifactStore>,
}

impl PinnedSources {
    pub(crate) fn of(definition: &Definition, files: Arc<dyn ArtifactStore>) -> Self {
        let sourced = definition.components.iter();
        Self {
            sources: sourced
                .filter_map(|pinned| Some((pinned.hash.clone(), pinned.code.clone()?)))
                .collect(),
            files,
        }
    }
}

#[async_trait]
impl ArtifactStore for PinnedSources {
    async fn put(&self, bytes: &[u8]) -> Result<String> {
        self.files.put(bytes).await
    }

    async fn get(&self, hash: &str) -> Result<Vec<u8>> {
        match self.sources.get(hash) {
            Some(code) => Ok(code.as_bytes().to_vec()),
            None => self.files.get(hash).await,
        }
    }
}
