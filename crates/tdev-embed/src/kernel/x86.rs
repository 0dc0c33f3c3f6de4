//! Products by AVX2 and AVX-512: a tile of rows against sixteen outputs at a time.

use std::arch::x86_64::{
    __m128i, __m256i, __m512i, _mm256_add_epi32, _mm256_cvtepi8_epi16, _mm256_madd_epi16,
    _mm256_set1_epi32, _mm256_setzero_si256, _mm512_cvtepi8_epi16, _mm512_dpwssd_epi32,
    _mm512_set1_epi32, _mm512_setzero_si512,
};

use super::{Activations, Attention, elementwise, finish};
use crate::file::Matrix;

/// The rows of activations with their scales and the rows of outputs, in tiles.
struct Tiles<'a> {
    rows: Vec<(&'a [i32], f32)>,
    out: Vec<&'a mut [f32]>,
}

impl<'a> Tiles<'a> {
    fn of(rows: &'a Activations, matrix: &Matrix, out: &'a mut [f32]) -> Self {
        Self {
            rows: rows.rows().collect(),
            out: out.chunks_exact_mut(matrix.outputs).collect(),
        }
    }
}

/// A tile of `T` rows against one block, by AVX2.
#[target_feature(enable = "avx2")]
fn tile_avx2<const T: usize>(
    rows: &[(&[i32], f32); T],
    out: &mut [&mut [f32]],
    pairs: &[[i8; 32]],
    block: usize,
    matrix: &Matrix,
) {
    let rows_only: [&[i32]; T] = std::array::from_fn(|i| row(rows, i, pairs.len()));
    let mut low = [_mm256_setzero_si256(); T];
    let mut high = [_mm256_setzero_si256(); T];
    for (k, weights) in pairs.iter().enumerate() {
        let [first, second]: [__m128i; 2] = bytemuck::cast(*weights);
        let (first, second) = (_mm256_cvtepi8_epi16(first), _mm256_cvtepi8_epi16(second));
        for t in 0..T {
            let x = _mm256_set1_epi32(rows_only[t][k]);
            low[t] = _mm256_add_epi32(low[t], _mm256_madd_epi16(x, first));
            high[t] = _mm256_add_epi32(high[t], _mm256_madd_epi16(x, second));
        }
    }
    for (((low, high), (_, scale)), out) in low.iter().zip(&high).zip(rows).zip(out) {
        let sums: [i32; 16] = bytemuck::cast([*low, *high] as [__m256i; 2]);
        finish(&sums, block, *scale, matrix, out);
    }
}

/// A tile of `T` rows against one block, by AVX-512.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn tile_avx512<const T: usize>(
    rows: &[(&[i32], f32); T],
    out: &mut [&mut [f32]],
    pairs: &[[i8; 32]],
    block: usize,
    matrix: &Matrix,
) {
    let rows_only: [&[i32]; T] = std::array::from_fn(|i| row(rows, i, pairs.len()));
    let mut sums = [_mm512_setzero_si512(); T];
    for (k, weights) in pairs.iter().enumerate() {
        let weights: __m512i = _mm512_cvtepi8_epi16(bytemuck::cast(*weights));
        for t in 0..T {
            let x = _mm512_set1_epi32(rows_only[t][k]);
            sums[t] = _mm512_dpwssd_epi32(sums[t], x, weights);
        }
    }
    for ((sums, (_, scale)), out) in sums.iter().zip(rows).zip(out) {
        let sums: [i32; 16] = bytemuck::cast(*sums);
        finish(&sums, block, *scale, matrix, out);
    }
}

/// A row cut to the length of a block, so that the compiler need not look again at every step.
#[inline(always)]
fn row<'a, const T: usize>(rows: &[(&'a [i32], f32); T], i: usize, len: usize) -> &'a [i32] {
    &rows[i].0[..len]
}

macro_rules! multiply {
    ($name:ident, $tile:ident, $features:literal, $most:literal: $($size:literal)+) => {
        #[target_feature(enable = $features)]
        pub(super) fn $name(rows: &Activations, matrix: &Matrix, out: &mut [f32]) {
            let mut tiles = Tiles::of(rows, matrix, out);
            for (block, pairs) in matrix.pairs().chunks_exact(matrix.inputs / 2).enumerate() {
                let (mut rows, mut out) = (tiles.rows.as_slice(), tiles.out.as_mut_slice());
                while !rows.is_empty() {
                    // Tiles of about one size: a small last one would wait for its own sums.
                    let size = rows.len().div_ceil(rows.len().div_ceil($most));
                    match size {
                        $($size => {
                            let Some((tile, rest)) = rows.split_first_chunk::<$size>() else {
                                break;
                            };
                            let (now, later) = out.split_at_mut($size);
                            $tile::<$size>(tile, now, pairs, block, matrix);
                            (rows, out) = (rest, later);
                        })+
                        _ => break,
                    }
                }
                debug_assert!(rows.is_empty() && out.is_empty(), "every size has its tile");
            }
        }
    };
}

multiply!(multiply_avx2, tile_avx2, "avx2", 6: 1 2 3 4 5 6);
multiply!(
    multiply_avx512,
    tile_avx512,
    "avx512f,avx512bw,avx512vl,avx512vnni",
    12: 1 2 3 4 5 6 7 8 9 10 11 12
);

/// [`Activations::round_rows`], eight at a time.
#[target_feature(enable = "avx2")]
pub(super) fn round(activations: &mut Activations, rows: &[f32]) {
    activations.round_rows(rows);
}

/// [`elementwise::gelu`], eight at a time.
#[target_feature(enable = "avx2")]
pub(super) fn gelu(values: &mut [f32]) {
    elementwise::gelu(values);
}

/// [`Attention::run`], eight at a time.
#[target_feature(enable = "avx2")]
pub(super) fn attend(attention: &mut Attention<'_>) {
    attention.run();
}
