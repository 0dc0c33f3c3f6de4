//! What components mean: a vector for each revision and model.

use async_trait::async_trait;
use tdev_core::Result;
use tdev_core::ports::{EmbeddingModel, VectorStore};
use tdev_core::vector::Vector;

use super::Database;

/// What the vectors of one model and length go by; those of others are never compared with them.
fn made_by(model: &EmbeddingModel, dimensions: usize) -> String {
    format!("{}#{dimensions}", model.name)
}

#[async_trait]
impl VectorStore for Database {
    async fn all(&self, model: &EmbeddingModel) -> Result<Vec<(u64, Vector)>> {
        let made_by = made_by(model, model.dimensions);
        self.read(move |conn| {
            let mut of_model = conn.prepare_cached(
                "SELECT revision, scale, vector FROM embeddings WHERE model = ?1",
            )?;
            let rows = of_model.query_map([&made_by], |row| {
                let (revision, scale): (i64, f64) = (row.get(0)?, row.get(1)?);
                let bytes: Vec<u8> = row.get(2)?;
                let values = bytes.into_iter().map(u8::cast_signed).collect();
                #[expect(clippy::cast_possible_truncation, reason = "it was an f32")]
                let vector = Vector::stored(scale as f32, values);
                Ok((revision.cast_unsigned(), vector))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn keep(&self, model: &EmbeddingModel, vectors: Vec<(u64, Vector)>) -> Result<()> {
        let model = model.clone();
        self.write(move |conn| {
            let mut insert = conn.prepare_cached(
                "INSERT INTO embeddings (model, revision, scale, vector) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (model, revision)
                 DO UPDATE SET scale = excluded.scale, vector = excluded.vector",
            )?;
            for (revision, vector) in &vectors {
                let bytes: Vec<u8> = vector.values().iter().map(|x| x.cast_unsigned()).collect();
                let scale = f64::from(vector.scale());
                let made_by = made_by(&model, bytes.len());
                insert.execute((made_by, revision.cast_signed(), scale, bytes))?;
            }
            Ok(())
        })
        .await
    }

    async fn forget(&self, model: &EmbeddingModel, revisions: &[u64]) -> Result<()> {
        let (made_by, revisions) = (made_by(model, model.dimensions), revisions.to_vec());
        self.write(move |conn| {
            let mut delete =
                conn.prepare_cached("DELETE FROM embeddings WHERE model = ?1 AND revision = ?2")?;
            for revision in &revisions {
                delete.execute((&made_by, revision.cast_signed()))?;
            }
            Ok(())
        })
        .await
    }
}
