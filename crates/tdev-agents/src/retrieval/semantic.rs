//! Nearness in meaning: every vector is looked at, a byte a dimension, so nothing is missed.

use tdev_core::vector::{Vector, dot};

/// The vectors of components, by slot.
#[derive(Default)]
pub(super) struct Semantic {
    dimensions: usize,
    values: Vec<i8>,
    /// 0 where a slot has no vector.
    scales: Vec<f32>,
}

impl Semantic {
    /// Puts a vector at a slot. Vectors of another length than the first are not of one model
    /// and are left out.
    pub(super) fn insert(&mut self, slot: u32, vector: &Vector) {
        let len = vector.values().len();
        if self.dimensions == 0 {
            self.dimensions = len;
        }
        if len != self.dimensions || len == 0 {
            return;
        }
        let at = slot as usize;
        if self.scales.len() <= at {
            self.scales.resize(at + 1, 0.0);
            self.values.resize((at + 1) * len, 0);
        }
        self.scales[at] = vector.scale();
        self.values[at * len..(at + 1) * len].copy_from_slice(vector.values());
    }

    /// Empties a slot.
    pub(super) fn remove(&mut self, slot: u32) {
        if let Some(scale) = self.scales.get_mut(slot as usize) {
            *scale = 0.0;
        }
    }

    /// Whether a slot has a vector.
    pub(super) fn has(&self, slot: u32) -> bool {
        self.scales.get(slot as usize).is_some_and(|s| *s != 0.0)
    }

    /// The cosine of every slot with each query, into a row of `scores` a query; 0 where a slot
    /// has no vector.
    pub(super) fn score(&self, queries: &[&Vector], scores: &mut [Vec<f32>]) {
        if self.dimensions == 0 {
            return;
        }
        for (query, scores) in queries.iter().zip(scores) {
            if query.values().len() != self.dimensions {
                continue;
            }
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vnni") {
                #[expect(unsafe_code, reason = "instructions not every machine has")]
                // SAFETY: they have just been found here.
                unsafe {
                    self.scan_avx512(query, scores);
                }
                continue;
            } else if is_x86_feature_detected!("avx2") {
                #[expect(unsafe_code, reason = "instructions not every machine has")]
                // SAFETY: they have just been found here.
                unsafe {
                    self.scan_avx2(query, scores);
                }
                continue;
            }
            self.scan(query, scores);
        }
    }

    /// [`Self::scan`], thirty-two at a time.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512bw,avx512vnni")]
    fn scan_avx512(&self, query: &Vector, scores: &mut [f32]) {
        self.scan(query, scores);
    }

    /// [`Self::scan`], sixteen at a time.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn scan_avx2(&self, query: &Vector, scores: &mut [f32]) {
        self.scan(query, scores);
    }

    #[inline(always)]
    fn scan(&self, query: &Vector, scores: &mut [f32]) {
        let rows = self.values.chunks_exact(self.dimensions);
        for ((values, scale), score) in rows.zip(&self.scales).zip(scores) {
            *score = dot(query.values(), values) as f32 * scale * query.scale();
        }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.values.capacity() + self.scales.capacity() * 4
    }
}
