//! Reading published weights: a JSON table of tensors, then their numbers.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use tdev_core::{Code, Error, Result};

/// A safetensors file in memory.
pub(super) struct Tensors {
    bytes: Vec<u8>,
    begin: usize,
    table: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [usize; 2],
}

impl Tensors {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|fault| {
            Error::new(
                Code::FileNotFound,
                format!("cannot read the weights `{}`: {fault}", path.display()),
            )
        })?;
        let header = bytes.split_first_chunk::<8>().and_then(|(len, rest)| {
            let len = usize::try_from(u64::from_le_bytes(*len)).ok()?;
            Some((8 + len, serde_json::from_slice(rest.get(..len)?).ok()?))
        });
        let (begin, table) = header.ok_or_else(|| {
            Error::new(
                Code::InvalidInput,
                format!("`{}` is not a safetensors file", path.display()),
            )
        })?;
        Ok(Self {
            bytes,
            begin,
            table,
        })
    }

    /// The numbers of a tensor, which must have this shape.
    pub(super) fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let fault = |why: String| {
            Error::new(
                Code::InvalidInput,
                format!("the weights have no usable `{name}`: {why}"),
            )
        };
        let entry = self
            .table
            .get(name)
            .ok_or_else(|| fault("it is missing".into()))?;
        let entry: Entry =
            serde_json::from_value(entry.clone()).map_err(|e| fault(e.to_string()))?;
        if entry.dtype != "F32" || entry.shape != shape {
            return Err(fault(format!(
                "it is {} {:?} instead of F32 {shape:?}",
                entry.dtype, entry.shape
            )));
        }
        let [from, to] = entry.data_offsets;
        let bytes = self
            .bytes
            .get(self.begin + from..self.begin + to)
            .filter(|bytes| bytes.len() == shape.iter().product::<usize>() * 4)
            .ok_or_else(|| fault("the file ends before it".into()))?;
        let (chunks, _) = bytes.as_chunks::<4>();
        Ok(chunks.iter().map(|b| f32::from_le_bytes(*b)).collect())
    }
}
