//! What components mean: a vector for each revision and model.

use async_trait::async_trait;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use tdev_core::ports::{EmbeddingModel, VectorStore};
use tdev_core::vector::Vector;
use tdev_core::{Code, Error, Result};

use super::shelf::{Page, Shelf};
use super::{Item, string_in};

/// Vectors of one project.
pub(crate) struct Vectors {
    shelf: Shelf,
}

impl Vectors {
    pub(crate) const fn new(shelf: Shelf) -> Self {
        Self { shelf }
    }

    /// The vectors of one model and length; those of others are never compared with them.
    fn of(&self, model: &EmbeddingModel, dimensions: usize) -> Shelf {
        self.shelf.within(&format!("{}#{dimensions}", model.name))
    }
}

/// What the sort keys of vectors begin with.
const REVISION: &str = "revision#";

fn sort_key(revision: u64) -> String {
    format!("{REVISION}{revision:016x}")
}

#[async_trait]
impl VectorStore for Vectors {
    async fn all(&self, model: &EmbeddingModel) -> Result<Vec<(u64, Vector)>> {
        let shelf = self.of(model, model.dimensions);
        let items = shelf.list(Page::all(REVISION)).await?;
        items.iter().map(stored).collect()
    }

    async fn keep(&self, model: &EmbeddingModel, vectors: Vec<(u64, Vector)>) -> Result<()> {
        let mut by_length: std::collections::BTreeMap<usize, Vec<Item>> = Default::default();
        for (revision, vector) in vectors {
            let dimensions = vector.values().len();
            let mut item = self.of(model, dimensions).key(&sort_key(revision));
            // The scale, its four bytes first, then a byte a dimension.
            let mut bytes = vector.scale().to_be_bytes().to_vec();
            bytes.extend(vector.values().iter().map(|x| x.cast_unsigned()));
            item.insert(
                "vector_bytes".to_owned(),
                AttributeValue::B(Blob::new(bytes)),
            );
            by_length.entry(dimensions).or_default().push(item);
        }
        for (dimensions, items) in by_length {
            self.of(model, dimensions).put_all(items).await?;
        }
        Ok(())
    }

    async fn forget(&self, model: &EmbeddingModel, revisions: &[u64]) -> Result<()> {
        self.of(model, model.dimensions)
            .delete_all(revisions.iter().map(|revision| sort_key(*revision)))
            .await
    }
}

fn stored(item: &Item) -> Result<(u64, Vector)> {
    let sort = string_in(item, "sk").unwrap_or_default();
    let revision = sort
        .strip_prefix(REVISION)
        .and_then(|hex| u64::from_str_radix(hex, 16).ok());
    let bytes = item
        .get("vector_bytes")
        .and_then(|value| value.as_b().ok())
        .and_then(|blob| blob.as_ref().split_first_chunk::<4>());
    match (revision, bytes) {
        (Some(revision), Some((scale, values))) => {
            let values = values.iter().map(|x| x.cast_signed()).collect();
            Ok((revision, Vector::stored(f32::from_be_bytes(*scale), values)))
        }
        _ => Err(Error::new(
            Code::StoreCorrupt,
            format!("the stored vector `{sort}` is damaged"),
        )),
    }
}
