//! Nearness in meaning: every vector is looked at, a byte a dimension, so nothing is missed.

use tdev_core::vector::{Vector, dot};

/// Vectors that are looked at together; with 384 dimensions they fit the nearest cache but one.
const BLOCK: usize = 1024;

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
    /// has no vector. All queries look at a block before the next is fetched: memory is what
    /// this waits for.
    pub(super) fn score(&self, queries: &[&Vector], scores: &mut [Vec<f32>]) {
        if self.dimensions == 0 {
            return;
        }
        let kernel = Kernel::detect();
        let blocks = self.values.chunks(BLOCK * self.dimensions);
        for (at, (values, scales)) in blocks.zip(self.scales.chunks(BLOCK)).enumerate() {
            for (query, scores) in queries.iter().zip(scores.iter_mut()) {
                let own = query.values();
                let room = scores.get_mut(at * BLOCK..);
                if let Some(room) = room.filter(|_| own.len() == self.dimensions) {
                    kernel.scan(own, values, room);
                    for (score, scale) in room.iter_mut().zip(scales) {
                        *score *= scale * query.scale();
                    }
                }
            }
        }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.values.capacity() + self.scales.capacity() * 4
    }
}

/// Which instructions there are. All give the same sums.
#[derive(Clone, Copy)]
enum Kernel {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Wide,
    #[cfg(target_arch = "x86_64")]
    Widest,
}

impl Kernel {
    fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vnni") {
                return Self::Widest;
            }
            if is_x86_feature_detected!("avx2") {
                return Self::Wide;
            }
        }
        Self::Portable
    }

    /// The inner product of `query` with each row.
    fn scan(self, query: &[i8], rows: &[i8], products: &mut [f32]) {
        match self {
            Self::Portable => scan(query, rows, products),
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions not every machine has")]
            // SAFETY: `detect` has found AVX2 here.
            Self::Wide => unsafe { scan_avx2(query, rows, products) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions not every machine has")]
            // SAFETY: `detect` has found AVX-512 BW and VNNI here.
            Self::Widest => unsafe { scan_avx512(query, rows, products) },
        }
    }
}

#[inline(always)]
fn scan(query: &[i8], rows: &[i8], products: &mut [f32]) {
    for (row, product) in rows.chunks_exact(query.len()).zip(products) {
        *product = dot(query, row) as f32;
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn scan_avx2(query: &[i8], rows: &[i8], products: &mut [f32]) {
    scan(query, rows, products);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512bw,avx512vnni")]
fn scan_avx512(query: &[i8], rows: &[i8], products: &mut [f32]) {
    scan(query, rows, products);
}
