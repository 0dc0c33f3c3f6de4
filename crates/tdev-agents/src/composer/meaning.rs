//! Nearness in meaning beyond shared words, where something can judge it.

/// Gives unit vectors of texts, near where the texts mean the like.
pub trait Meaning: Send + Sync {
    /// A vector of length one for each text, all of one size.
    fn vectors(&self, texts: &[String]) -> Vec<Vec<f32>>;
}

/// The cosine of two unit vectors.
pub(super) fn cosine(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(x, y)| f64::from(x * y)).sum()
}
