//! Unit vectors in a byte a dimension: small enough to keep by the hundred thousand, and exact
//! enough to rank by.

/// A vector of small integers and the one number that brings them back to size.
#[derive(Debug, Clone, PartialEq)]
pub struct Vector {
    scale: f32,
    values: Box<[i8]>,
}

impl Vector {
    /// The nearest vector in bytes. What is not finite counts as 0.
    pub fn of(exact: &[f32]) -> Self {
        let finite = |x: f32| if x.is_finite() { x } else { 0.0 };
        let largest = exact
            .iter()
            .fold(0.0_f32, |most, x| most.max(finite(*x).abs()));
        if largest == 0.0 {
            return Self {
                scale: 0.0,
                values: vec![0; exact.len()].into(),
            };
        }
        let values = exact
            .iter()
            .map(|x| {
                #[expect(clippy::cast_possible_truncation, reason = "within ±127 by the scale")]
                let value = (finite(*x) / largest * 127.0).round() as i8;
                value
            })
            .collect();
        Self {
            scale: largest / 127.0,
            values,
        }
    }

    /// A vector as it was stored.
    pub fn stored(scale: f32, values: Vec<i8>) -> Self {
        Self {
            scale,
            values: values.into(),
        }
    }

    /// What one unit of a value is worth.
    pub const fn scale(&self) -> f32 {
        self.scale
    }

    /// The values, a byte each.
    pub fn values(&self) -> &[i8] {
        &self.values
    }

    /// The cosine of two unit vectors; 0 where they are not of one length.
    pub fn cosine(&self, other: &Self) -> f32 {
        if self.values.len() != other.values.len() {
            return 0.0;
        }
        dot(&self.values, &other.values) as f32 * self.scale * other.scale
    }
}

/// The inner product of two rows, over the shorter of them.
///
/// Written so that the compiler multiplies many values at a time, as many as its caller's
/// instructions allow; rows up to 131,000 long cannot overflow.
#[inline(always)]
pub fn dot(a: &[i8], b: &[i8]) -> i32 {
    a.iter()
        .zip(b)
        .map(|(a, b)| i32::from(*a) * i32::from(*b))
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unit(values: &[f32]) -> Vec<f32> {
        let norm = values.iter().map(|x| x * x).sum::<f32>().sqrt();
        values.iter().map(|x| x / norm).collect()
    }

    proptest! {
        #[test]
        fn a_byte_a_dimension_keeps_the_cosine(
            a in prop::collection::vec(-1.0f32..1.0, 384),
            b in prop::collection::vec(-1.0f32..1.0, 384),
        ) {
            let (a, b) = (unit(&a), unit(&b));
            let exact: f32 = a.iter().zip(&b).map(|(x, y)| x * y).sum();
            let kept = Vector::of(&a).cosine(&Vector::of(&b));
            prop_assert!((exact - kept).abs() < 0.01, "{exact} became {kept}");
        }
    }

    #[test]
    fn what_cannot_be_compared_is_not_alike() {
        let nothing = Vector::of(&[0.0, f32::NAN]);
        assert_eq!(nothing.cosine(&nothing), 0.0);
        assert_eq!(Vector::of(&[1.0]).cosine(&Vector::of(&[1.0, 0.0])), 0.0);
        assert!((Vector::of(&[0.6, 0.8]).cosine(&Vector::of(&[0.6, 0.8])) - 1.0).abs() < 0.01);
    }
}
