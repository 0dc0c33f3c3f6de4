//! Products on any machine.

use super::{Activations, finish};
use crate::file::{BLOCK, Matrix};

pub(super) fn multiply(rows: &Activations, matrix: &Matrix, out: &mut [f32]) {
    let half = matrix.inputs / 2;
    for (block, pairs) in matrix.pairs().chunks_exact(half).enumerate() {
        for ((row, scale), out) in rows.rows().zip(out.chunks_exact_mut(matrix.outputs)) {
            let mut sums = [0_i32; BLOCK];
            for (x, weights) in row.iter().zip(pairs) {
                let (first, second) = ((x << 16) >> 16, x >> 16);
                let (weights, _) = weights.as_chunks::<2>();
                for (sum, [a, b]) in sums.iter_mut().zip(weights) {
                    *sum += first * i32::from(*a) + second * i32::from(*b);
                }
            }
            finish(&sums, block, scale, matrix, out);
        }
    }
}
