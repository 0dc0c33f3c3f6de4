//! Sections of the mapped file as what they are: numbers, matrices, rows and words.

use std::ops::Range;
use std::sync::Arc;

use tdev_core::Result;

use super::ModelFile;

/// Outputs that stand together in a packed matrix.
pub(crate) const BLOCK: usize = 16;

/// A place in the file that has been found to be there.
#[derive(Clone)]
struct Span {
    file: Arc<ModelFile>,
    range: Range<usize>,
}

impl Span {
    /// A section of exactly `len` bytes, or of any length.
    fn of(file: &Arc<ModelFile>, name: &str, len: Option<usize>) -> Result<Self> {
        let bytes = file.section(name)?;
        if len.is_some_and(|len| len != bytes.len()) {
            return Err(file.damaged(&format!("section `{name}` is of the wrong length")));
        }
        let begin = bytes.as_ptr().addr() - file.map.as_ptr().addr();
        Ok(Self {
            range: begin..begin + bytes.len(),
            file: Arc::clone(file),
        })
    }

    fn bytes(&self) -> &[u8] {
        self.file.map.get(self.range.clone()).unwrap_or_default()
    }
}

/// Numbers of four bytes.
pub(crate) struct Floats(Box<[f32]>);

impl Floats {
    /// Reads `len` of them. They are few and used all the time, so they are copied.
    pub(crate) fn of(file: &Arc<ModelFile>, name: &str, len: usize) -> Result<Self> {
        let span = Span::of(file, name, Some(len * 4))?;
        let (chunks, _) = span.bytes().as_chunks::<4>();
        Ok(Self(
            chunks.iter().map(|b| f32::from_le_bytes(*b)).collect(),
        ))
    }

    pub(crate) fn get(&self) -> &[f32] {
        &self.0
    }
}

/// The weights of one linear layer, packed for [`kernel`](crate::kernel): for every sixteen
/// outputs, for every two inputs, a pair of bytes an output.
pub(crate) struct Matrix {
    packed: Span,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) scales: Floats,
    pub(crate) bias: Floats,
}

impl Matrix {
    pub(crate) fn of(
        file: &Arc<ModelFile>,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Self> {
        if !outputs.is_multiple_of(BLOCK) || !inputs.is_multiple_of(2) {
            return Err(file.damaged(&format!("`{name}` cannot be cut into blocks")));
        }
        Ok(Self {
            packed: Span::of(file, &format!("{name}.weight"), Some(inputs * outputs))?,
            inputs,
            outputs,
            scales: Floats::of(file, &format!("{name}.scale"), outputs)?,
            bias: Floats::of(file, &format!("{name}.bias"), outputs)?,
        })
    }

    /// The packed weights, a row for every two inputs of every block.
    pub(crate) fn pairs(&self) -> &[[i8; 2 * BLOCK]] {
        bytemuck::cast_slice(self.packed.bytes().as_chunks::<{ 2 * BLOCK }>().0)
    }
}

/// Rows of bytes with a scale each, to be looked up.
pub(crate) struct Rows {
    values: Span,
    scales: Floats,
    width: usize,
}

impl Rows {
    pub(crate) fn of(file: &Arc<ModelFile>, name: &str, rows: usize, width: usize) -> Result<Self> {
        Ok(Self {
            values: Span::of(file, &format!("{name}.weight"), Some(rows * width))?,
            scales: Floats::of(file, &format!("{name}.scale"), rows)?,
            width,
        })
    }

    /// Adds a row to `onto`.
    pub(crate) fn add(&self, row: usize, onto: &mut [f32]) {
        let scale = self.scales.get().get(row).copied().unwrap_or(0.0);
        let begin = row * self.width;
        let values = self.values.bytes().get(begin..begin + self.width);
        let values: &[i8] = bytemuck::cast_slice(values.unwrap_or_default());
        for (sum, value) in onto.iter_mut().zip(values) {
            *sum += f32::from(*value) * scale;
        }
    }
}

/// Words in the order of their bytes, with their numbers.
pub(crate) struct Vocabulary {
    text: Span,
    /// Where each word begins in the text, and where the last one ends.
    begins: Box<[u32]>,
    numbers: Box<[u32]>,
}

impl Vocabulary {
    pub(crate) fn of(file: &Arc<ModelFile>, words: usize) -> Result<Self> {
        let numbers = |name: &str, len: usize| -> Result<Box<[u32]>> {
            let span = Span::of(file, name, Some(len * 4))?;
            let (chunks, _) = span.bytes().as_chunks::<4>();
            Ok(chunks.iter().map(|b| u32::from_le_bytes(*b)).collect())
        };
        Ok(Self {
            text: Span::of(file, "vocabulary.text", None)?,
            begins: numbers("vocabulary.begins", words + 1)?,
            numbers: numbers("vocabulary.numbers", words)?,
        })
    }

    /// The number of a word; `None` where the model does not know it.
    pub(crate) fn number(&self, word: &str) -> Option<u32> {
        let text = self.text.bytes();
        let (mut low, mut high) = (0, self.numbers.len());
        while low < high {
            let middle = low.midpoint(high);
            let begin = usize::try_from(*self.begins.get(middle)?).ok()?;
            let end = usize::try_from(*self.begins.get(middle + 1)?).ok()?;
            match text.get(begin..end)?.cmp(word.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.numbers.get(middle).copied(),
            }
        }
        None
    }
}
