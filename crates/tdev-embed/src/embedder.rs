//! The port `Embedder` over a mapped model.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use tdev_core::ports::{Embedded, Embedder, EmbeddingModel};
use tdev_core::{Code, Error, Result};

use crate::file::ModelFile;
use crate::kernel::Kernel;
use crate::model::Model;
use crate::tokens::Tokens;

/// all-MiniLM-L6-v2. Cheap to clone; the weights are shared with every process that maps them.
#[derive(Clone)]
pub struct MiniLm {
    inner: Arc<Inner>,
}

struct Inner {
    model: EmbeddingModel,
    file: Arc<ModelFile>,
    tokens: Tokens,
    encoder: Model,
}

impl MiniLm {
    /// Maps the file that set-up left. Takes a few milliseconds, and reads weights when they are
    /// first used.
    ///
    /// # Errors
    /// `FileNotFound` naming the command that makes it; `StoreCorrupt`.
    pub fn open(path: &Path) -> Result<Self> {
        Self::with(path, Kernel::detect())
    }

    fn with(path: &Path, kernel: Kernel) -> Result<Self> {
        let file = Arc::new(ModelFile::open(path)?);
        let manifest = &file.manifest;
        let mark = manifest.hash.get(..8).unwrap_or_default();
        let model = EmbeddingModel {
            name: format!("{}-int8-{mark}", manifest.model),
            dimensions: manifest.shape.width,
        };
        let (tokens, encoder) = (Tokens::of(&file)?, Model::of(&file, kernel)?);
        Ok(Self {
            inner: Arc::new(Inner {
                model,
                tokens,
                encoder,
                file,
            }),
        })
    }

    /// Reads the whole file and compares it with its hash, which opening does not.
    ///
    /// # Errors
    /// `StoreCorrupt`.
    pub fn verify(&self) -> Result<()> {
        self.inner.file.verify()
    }

    /// The numbers of a text's word pieces, its marks included.
    pub fn pieces(&self, text: &str) -> Vec<u32> {
        self.inner.tokens.of_text(text)
    }

    /// A unit vector for each text, on this thread.
    pub fn read(&self, texts: &[impl AsRef<str>]) -> Vec<Vec<f32>> {
        let pieces: Vec<Vec<u32>> = texts.iter().map(|t| self.pieces(t.as_ref())).collect();
        self.inner.encoder.read(&pieces)
    }
}

#[async_trait]
impl Embedder for MiniLm {
    fn model(&self) -> &EmbeddingModel {
        &self.inner.model
    }

    async fn embed(&self, texts: &[String]) -> Result<Embedded> {
        let (inner, texts) = (Arc::clone(&self.inner), texts.to_vec());
        let work = move || {
            let pieces: Vec<Vec<u32>> = texts.iter().map(|t| inner.tokens.of_text(t)).collect();
            Embedded {
                tokens: pieces.iter().map(|p| p.len() as u64).sum(),
                vectors: inner.encoder.read(&pieces),
                micro_dollars: 0,
            }
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|fault| Error::new(Code::Internal, format!("embedding was lost: {fault}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[ignore = "needs the model file; run scripts/build-embedder.sh"]
    fn every_kind_of_machine_gives_the_same_bits() {
        let cache = std::env::var("HOME").unwrap() + "/.cache/tdev/models";
        let folder = std::env::var("TDEV_MODEL_DIR").unwrap_or(cache);
        let file = crate::default_file(Path::new(&folder));
        let texts = [
            "one",
            "read the badge and look its owner up",
            &"many words ".repeat(90),
        ];
        let mut all = Kernel::available()
            .into_iter()
            .map(|kernel| MiniLm::with(&file, kernel).unwrap().read(&texts));
        let portable = all.next().unwrap();
        for other in all {
            assert_eq!(other, portable);
        }
    }
}
