//! What is done in floating point: activation, attention, normalisation.
//!
//! Sums are taken in eight lanes that are added in a fixed order, so that a machine with wider
//! instructions gives the same bits.

/// Lanes of every sum.
const LANES: usize = 8;

#[inline(always)]
fn sum(lanes: [f32; LANES]) -> f32 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let ((a, _), (b, _)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    sum(lanes)
}

/// The largest magnitude of a row.
#[inline(always)]
pub(super) fn largest(row: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            let x = x.abs();
            *lane = if x > *lane { x } else { *lane };
        }
    }
    lanes
        .iter()
        .chain(rest)
        .fold(0.0, |most, x| most.max(x.abs()))
}

/// Added to a number below four million, this leaves its nearest whole number in the low bits.
const SHIFT: f32 = 12_582_912.0;

/// The nearest whole number of one below four million, in two instructions.
#[inline(always)]
pub(super) fn whole(x: f32) -> i32 {
    (x + SHIFT)
        .to_bits()
        .wrapping_sub(SHIFT.to_bits())
        .cast_signed()
}

/// The exponential, to seven digits, without a branch or a call.
#[inline(always)]
fn exp(x: f32) -> f32 {
    // Clamped by comparisons that become one instruction each.
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let power = whole(x * std::f32::consts::LOG2_E);
    let turns = power as f32;
    let rest = (x - turns * 0.693_359_4) + turns * 2.121_944_4e-4;
    let mut series = 1.987_569_1e-4;
    for term in [
        1.398_2e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ] {
        series = series * rest + term;
    }
    let fraction = series * rest * rest + rest + 1.0;
    fraction * f32::from_bits(((power + 127) << 23).cast_unsigned())
}

/// The error function, to six digits (Abramowitz and Stegun 7.1.26).
#[inline(always)]
fn erf(x: f32) -> f32 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let mut series = 1.061_405_4;
    for term in [-1.453_152, 1.421_413_8, -0.284_496_74, 0.254_829_6] {
        series = series * t + term;
    }
    let size = 1.0 - series * t * exp(-x * x);
    size.copysign(x)
}

/// The Gaussian error linear unit, as BERT has it.
#[inline(always)]
pub(super) fn gelu(values: &mut [f32]) {
    for x in values {
        *x = 0.5 * *x * (1.0 + erf(*x * std::f32::consts::FRAC_1_SQRT_2));
    }
}

/// Each row of `width` to mean 0 and deviation 1, then stretched and moved as learnt.
pub(crate) fn normalise(rows: &mut [f32], gain: &[f32], shift: &[f32]) {
    let width = gain.len();
    for row in rows.chunks_exact_mut(width) {
        let mut lanes = [0.0_f32; LANES];
        for chunk in row.as_chunks::<LANES>().0 {
            lanes.iter_mut().zip(chunk).for_each(|(l, x)| *l += x);
        }
        let mean = sum(lanes) / width as f32;
        row.iter_mut().for_each(|x| *x -= mean);
        let deviation = (dot(row, row) / width as f32 + 1e-12).sqrt();
        for ((x, gain), shift) in row.iter_mut().zip(gain).zip(shift) {
            *x = *x / deviation * gain + shift;
        }
    }
}

/// The attention of one text's tokens to each other.
pub(crate) struct Attention<'a> {
    /// A row a token: its queries, keys and values, each of all heads.
    pub(crate) asked: &'a [f32],
    /// A row a token: what its heads gather.
    pub(crate) gathered: &'a mut [f32],
    pub(crate) heads: usize,
    pub(crate) width: usize,
    /// Room for one token's regard for the others.
    pub(crate) regard: &'a mut Vec<f32>,
}

impl Attention<'_> {
    #[inline(always)]
    pub(super) fn run(&mut self) {
        let (width, part) = (self.width, self.width / self.heads);
        let cool = 1.0 / (part as f32).sqrt();
        let rows = || self.asked.chunks_exact(3 * width);
        for (own, gathered) in rows().zip(self.gathered.chunks_exact_mut(width)) {
            for (head, gathered) in gathered.chunks_exact_mut(part).enumerate() {
                let at = head * part;
                let query = &own[at..at + part];
                self.regard.clear();
                self.regard.extend(
                    rows().map(|other| dot(query, &other[width + at..width + at + part]) * cool),
                );
                let most = self.regard.iter().fold(f32::MIN, |a, b| a.max(*b));
                let mut total = 0.0;
                for regard in self.regard.iter_mut() {
                    *regard = exp(*regard - most);
                    total += *regard;
                }
                gathered.fill(0.0);
                for (regard, other) in self.regard.iter().zip(rows()) {
                    let share = regard / total;
                    let values = &other[2 * width + at..2 * width + at + part];
                    for (sum, value) in gathered.iter_mut().zip(values) {
                        *sum += share * value;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_exact_to_six_digits_where_it_is_used() {
        for step in -8700..=0 {
            let x = step as f32 / 100.0;
            let exact = f64::from(x).exp();
            assert!(
                (f64::from(exp(x)) - exact).abs() <= exact * 1e-6,
                "exp({x})"
            );
        }
    }

    #[test]
    fn the_activation_follows_its_definition() {
        // From the integral of the normal density, taken in small steps.
        let (mut below, mut at, step) = (0.0_f64, -8.0_f64, 1e-4);
        while at < 4.0 {
            below += (-(at + step / 2.0) * (at + step / 2.0) / 2.0).exp() * step;
            at += step;
            let mut values = [at as f32];
            gelu(&mut values);
            let exact = at * below / (2.0 * std::f64::consts::PI).sqrt();
            assert!((f64::from(values[0]) - exact).abs() < 2e-5, "gelu({at})");
        }
    }
}
