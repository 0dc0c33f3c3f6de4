//! The signs of vectors, a bit a dimension: what can be compared by counting bits.

/// The signs of the vectors of all slots, a row of words each.
#[derive(Default)]
pub(super) struct Signs {
    /// Words to a row.
    width: usize,
    words: Vec<u64>,
}

impl Signs {
    /// Keeps the signs of a slot's vector. All vectors are of one length.
    pub(super) fn insert(&mut self, slot: usize, values: &[i8]) {
        self.width = values.len().div_ceil(64);
        let (from, to) = (slot * self.width, (slot + 1) * self.width);
        if self.words.len() < to {
            self.words.resize(to, 0);
        }
        if let Some(row) = self.words.get_mut(from..to) {
            row.iter_mut()
                .zip(words(values))
                .for_each(|(w, new)| *w = new);
        }
    }

    /// The slots whose signs differ least from those of `values`, in their order: at least `most`
    /// of them where there are so many, and all that differ as little as the last of those.
    pub(super) fn nearest(&self, values: &[i8], most: usize) -> Vec<u32> {
        let own: Vec<u64> = words(values).collect();
        if self.width == 0 || own.len() != self.width {
            return Vec::new();
        }
        let differ = self.differences(&own);
        let mut counts = vec![0_usize; self.width * 64 + 1];
        for bits in &differ {
            if let Some(count) = counts.get_mut(usize::from(*bits)) {
                *count += 1;
            }
        }
        let mut so_far = 0;
        let bound = counts.iter().position(|count| {
            so_far += count;
            so_far >= most
        });
        let bound = bound.unwrap_or(counts.len());
        (0..)
            .zip(differ)
            .filter(|(_, bits)| usize::from(*bits) <= bound)
            .map(|(slot, _)| slot)
            .collect()
    }

    fn differences(&self, own: &[u64]) -> Vec<u16> {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("popcnt") {
            #[expect(unsafe_code, reason = "an instruction not every machine has")]
            // SAFETY: the instruction has just been found here.
            return unsafe { differences_popcnt(&self.words, own) };
        }
        differences(&self.words, own)
    }

    /// Bytes held.
    pub(super) const fn bytes(&self) -> usize {
        self.words.capacity() * 8
    }
}

/// The signs of a vector, 64 to a word; a set bit is below 0.
fn words(values: &[i8]) -> impl Iterator<Item = u64> {
    values.chunks(64).map(|chunk| {
        chunk
            .iter()
            .enumerate()
            .fold(0, |word, (at, value)| word | (u64::from(*value < 0) << at))
    })
}

/// In how many bits each row differs from `own`.
#[inline(always)]
fn differences(words: &[u64], own: &[u64]) -> Vec<u16> {
    let differ =
        |row: &[u64]| -> u32 { row.iter().zip(own).map(|(a, b)| (a ^ b).count_ones()).sum() };
    words
        .chunks_exact(own.len())
        .map(|row| u16::try_from(differ(row)).unwrap_or(u16::MAX))
        .collect()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt")]
fn differences_popcnt(words: &[u64], own: &[u64]) -> Vec<u16> {
    differences(words, own)
}
