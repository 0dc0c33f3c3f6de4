//! Maps by the numbers the engine itself gives out, which need no hashing against attackers.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by such a number.
pub(crate) type IdMap<V> = HashMap<u64, V, BuildHasherDefault<IdHasher>>;

/// Spreads numbers that are close together over all bits.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = (self.0 ^ id).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_differ_in_their_low_and_in_their_high_bits() {
        let hashes: Vec<u64> = (1..=128)
            .map(|id| {
                let mut hasher = IdHasher::default();
                hasher.write_u64(id);
                hasher.finish()
            })
            .collect();
        let different = |of: fn(u64) -> u64| {
            let bits: std::collections::BTreeSet<u64> = hashes.iter().map(|h| of(*h)).collect();
            bits.len()
        };
        assert_eq!(different(|h| h & 127), 128);
        assert!(different(|h| h >> 57) > 64);
    }
}
