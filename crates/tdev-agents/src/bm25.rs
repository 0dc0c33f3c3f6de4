//! What every BM25 of this crate has in common.

/// How fast more of the same word stops telling more.
pub(crate) const K1: f64 = 1.2;
/// How much a long text counts for less.
pub(crate) const B: f64 = 0.6;

/// How telling a word is that `having` of `all` texts have.
pub(crate) fn rarity(all: usize, having: usize) -> f64 {
    let (all, having) = (all as f64, having as f64);
    (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
}
