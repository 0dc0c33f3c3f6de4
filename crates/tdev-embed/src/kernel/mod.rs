//! The arithmetic of the encoder, by the widest instructions of this machine.
//!
//! Activations are rounded to sixteen bits and multiplied with weights of eight in whole numbers,
//! which costs nothing in accuracy that could be measured, runs twice as fast as in floating point
//! and gives the same sums in any order: every machine gives the same bits.

mod elementwise;
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use elementwise::{Attention, normalise};

use crate::file::{BLOCK, Matrix};

/// Rows of activations as whole numbers, two inputs to an `i32`, each row with its scale.
pub(crate) struct Activations {
    pairs: Vec<i32>,
    scales: Vec<f32>,
    width: usize,
}

impl Activations {
    pub(crate) const fn new() -> Self {
        Self {
            pairs: Vec::new(),
            scales: Vec::new(),
            width: 0,
        }
    }

    /// Rounds rows as wide as this is, as finely as a sum of that many products with bytes allows.
    #[inline(always)]
    fn round_rows(&mut self, rows: &[f32]) {
        self.pairs.clear();
        self.scales.clear();
        let finest = (f64::from(i32::MAX) / (127.0 * self.width as f64)).min(32767.0);
        #[expect(clippy::cast_possible_truncation, reason = "at most 32767")]
        let finest = finest.floor() as f32;
        for row in rows.chunks_exact(self.width) {
            let largest = elementwise::largest(row);
            let (up, down) = if largest > 0.0 {
                (finest / largest, largest / finest)
            } else {
                (0.0, 0.0)
            };
            self.scales.push(down);
            let (chunks, _) = row.as_chunks::<2>();
            self.pairs.extend(chunks.iter().map(|[a, b]| {
                let (a, b) = (elementwise::whole(a * up), elementwise::whole(b * up));
                (b << 16) | (a & 0xffff)
            }));
        }
    }

    fn rows(&self) -> impl Iterator<Item = (&[i32], f32)> {
        self.pairs
            .chunks_exact(self.width / 2)
            .zip(self.scales.iter().copied())
    }
}

/// Which instructions there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// What every machine of its kind has.
    Portable,
    /// AVX2.
    #[cfg(target_arch = "x86_64")]
    Wide,
    /// AVX-512 with products of whole numbers.
    #[cfg(target_arch = "x86_64")]
    Widest,
}

impl Kernel {
    /// The best of this machine.
    pub(crate) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let vnni = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vnni");
            if vnni {
                return Self::Widest;
            }
            if is_x86_feature_detected!("avx2") {
                return Self::Wide;
            }
        }
        Self::Portable
    }

    /// Every one that this machine can run.
    #[cfg(test)]
    pub(crate) fn available() -> Vec<Self> {
        let mut all = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") {
                all.push(Self::Wide);
            }
            if Self::detect() == Self::Widest {
                all.push(Self::Widest);
            }
        }
        all
    }

    /// `out` becomes a linear layer's outputs for rows of inputs.
    pub(crate) fn linear(
        self,
        rows: &[f32],
        matrix: &Matrix,
        scratch: &mut Activations,
        out: &mut Vec<f32>,
    ) {
        scratch.width = matrix.inputs;
        self.round(scratch, rows);
        out.clear();
        out.resize(rows.len() / matrix.inputs * matrix.outputs, 0.0);
        match self {
            Self::Portable => portable::multiply(scratch, matrix, out),
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions not every machine has")]
            // SAFETY: `detect` has found AVX2 here.
            Self::Wide => unsafe { x86::multiply_avx2(scratch, matrix, out) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions not every machine has")]
            // SAFETY: `detect` has found AVX-512 F, BW, VL and VNNI here.
            Self::Widest => unsafe { x86::multiply_avx512(scratch, matrix, out) },
        }
    }

    fn round(self, activations: &mut Activations, rows: &[f32]) {
        match self {
            Self::Portable => activations.round_rows(rows),
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions not every machine has")]
            // SAFETY: both kernels have AVX2.
            Self::Wide | Self::Widest => unsafe { x86::round(activations, rows) },
        }
    }

    /// The activation between the two halves of a layer.
    pub(crate) fn gelu(self, values: &mut [f32]) {
        match self {
            Self::Portable => elementwise::gelu(values),
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions not every machine has")]
            // SAFETY: both kernels have AVX2.
            Self::Wide | Self::Widest => unsafe { x86::gelu(values) },
        }
    }

    /// Lets the tokens of one text attend to each other.
    pub(crate) fn attend(self, attention: &mut Attention<'_>) {
        match self {
            Self::Portable => attention.run(),
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions not every machine has")]
            // SAFETY: both kernels have AVX2.
            Self::Wide | Self::Widest => unsafe { x86::attend(attention) },
        }
    }
}

/// From whole sums to a row of outputs, sixteen at a time.
#[inline(always)]
fn finish(sums: &[i32; BLOCK], block: usize, scale: f32, matrix: &Matrix, out: &mut [f32]) {
    let (scales, _) = matrix.scales.get().as_chunks::<BLOCK>();
    let (bias, _) = matrix.bias.get().as_chunks::<BLOCK>();
    let (out, _) = out.as_chunks_mut::<BLOCK>();
    let (Some(scales), Some(bias), Some(out)) =
        (scales.get(block), bias.get(block), out.get_mut(block))
    else {
        return;
    };
    for i in 0..BLOCK {
        out[i] = sums[i] as f32 * (scale * scales[i]) + bias[i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_to_whole_numbers_never_overflows_a_sum() {
        for width in [2, 384, 1536, 4096] {
            let mut activations = Activations::new();
            activations.width = width;
            activations.round_rows(&vec![-3.5; width]);
            let (row, scale) = activations.rows().next().unwrap();
            let value = row[0] >> 16;
            assert!(i64::from(value) * -127 * width as i64 <= i64::from(i32::MAX));
            assert!((value as f32 * scale + 3.5).abs() < 1e-2);
        }
    }
}
