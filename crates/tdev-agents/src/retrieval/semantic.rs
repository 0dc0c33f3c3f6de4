//! Nearness in meaning: a byte a dimension, and before that a bit, by which most of very many are
//! passed over without being looked at.

use tdev_core::vector::{Vector, dot};

use super::signs::Signs;

/// Up to so many vectors are all looked at: they fit a cache.
const FEW: usize = 16_384;

/// Of more, those are looked at whose signs agree best with the question's, so many at least.
const LOOKED_AT: usize = 4_096;

/// The vectors of components, by slot.
#[derive(Default)]
pub(super) struct Semantic {
    dimensions: usize,
    values: Vec<i8>,
    /// 0 where a slot has no vector.
    scales: Vec<f32>,
    signs: Signs,
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
        self.signs.insert(at, vector.values());
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

    /// The vector of a slot, where it has one.
    pub(super) fn vector(&self, slot: u32) -> Option<Vector> {
        let at = slot as usize;
        let scale = *self.scales.get(at).filter(|scale| **scale != 0.0)?;
        let values = self
            .values
            .get(at * self.dimensions..(at + 1) * self.dimensions)?;
        Some(Vector::stored(scale, values.to_vec()))
    }

    /// Whether [`near`](Self::near) passes some over.
    pub(super) fn passes_over(&self) -> bool {
        self.scales.len() > FEW
    }

    /// The cosine of a question with the slots that are near it, in the order of slots. The
    /// nearest are among them: of two vectors that point alike, most signs agree.
    pub(super) fn near(&self, query: &Vector) -> Vec<(u32, f32)> {
        if !self.passes_over() {
            return self.all(query);
        }
        let slots = self.signs.nearest(query.values(), LOOKED_AT);
        slots
            .into_iter()
            .map(|slot| (slot, self.cosine(slot, query)))
            .collect()
    }

    /// The cosine of a question with every slot.
    pub(super) fn all(&self, query: &Vector) -> Vec<(u32, f32)> {
        if self.dimensions == 0 || query.values().len() != self.dimensions {
            return Vec::new();
        }
        let mut products = vec![0.0_f32; self.scales.len()];
        Kernel::detect().scan(query.values(), &self.values, &mut products);
        let sizes = self.scales.iter().map(|scale| scale * query.scale());
        let cosines = products.into_iter().zip(sizes).map(|(p, size)| p * size);
        (0..).zip(cosines).collect()
    }

    /// The cosine of a question with a slot; 0 where it has no vector.
    pub(super) fn cosine(&self, slot: u32, query: &Vector) -> f32 {
        let at = slot as usize;
        let row = self
            .values
            .get(at * self.dimensions..(at + 1) * self.dimensions);
        let (Some(row), Some(scale)) = (row, self.scales.get(at)) else {
            return 0.0;
        };
        if query.values().len() != row.len() {
            return 0.0;
        }
        let mut product = [0.0_f32];
        Kernel::detect().scan(query.values(), row, &mut product);
        product[0] * scale * query.scale()
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.values.capacity() + self.scales.capacity() * 4 + self.signs.bytes()
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
