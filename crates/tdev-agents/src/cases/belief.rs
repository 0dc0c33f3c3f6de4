//! How far to believe what: logistic regression that starts from a belief of its own and is moved
//! by evidence.

/// Steps of Newton's method; it is there in six.
const STEPS: usize = 8;

/// Weights by which signs are added up to a probability.
#[derive(Debug, Clone)]
pub(super) struct Belief<const N: usize> {
    weights: [f64; N],
}

impl<const N: usize> Belief<N> {
    /// What is believed before any evidence.
    pub(super) const fn first(weights: [f64; N]) -> Self {
        Self { weights }
    }

    /// What is believed after evidence: signs and whether it was so. `firmness` is how much the
    /// belief before withstands it.
    pub(super) fn after(&self, evidence: &[&([f64; N], bool)], firmness: f64) -> Self {
        let mut weights = self.weights;
        for _ in 0..STEPS {
            let mut slope = [0.0; N];
            let mut bend = [[0.0; N]; N];
            for at in 0..N {
                slope[at] = firmness * (self.weights[at] - weights[at]);
                bend[at][at] = firmness;
            }
            for (signs, so) in evidence {
                let believed = chance(&weights, signs);
                let (miss, sway) = (
                    f64::from(u8::from(*so)) - believed,
                    believed * (1.0 - believed),
                );
                for (at, sign) in signs.iter().enumerate() {
                    slope[at] += miss * sign;
                    for (other, sign_too) in signs.iter().enumerate() {
                        bend[at][other] += sway * sign * sign_too;
                    }
                }
            }
            let step = solve(bend, slope);
            let far = step.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
            // A leap is shortened, so that it cannot overshoot for good.
            let share = if far > 1.0 { 1.0 / far } else { 1.0 };
            weights
                .iter_mut()
                .zip(step)
                .for_each(|(weight, by)| *weight += share * by);
            if far < 1e-4 {
                break;
            }
        }
        Self { weights }
    }

    /// How likely it is, 0 to 1.
    pub(super) fn chance(&self, signs: &[f64; N]) -> f64 {
        chance(&self.weights, signs)
    }
}

fn chance<const N: usize>(weights: &[f64; N], signs: &[f64; N]) -> f64 {
    let sum: f64 = weights.iter().zip(signs).map(|(w, x)| w * x).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// Gauss's elimination; the matrix is positive definite, so that no rows need change places.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut wanted: [f64; N]) -> [f64; N] {
    for at in 0..N {
        let (pivot, value) = (matrix[at], wanted[at]);
        for row in at + 1..N {
            let factor = matrix[row][at] / pivot[at];
            for (cell, x) in matrix[row].iter_mut().zip(&pivot) {
                *cell -= factor * x;
            }
            wanted[row] -= factor * value;
        }
    }
    for at in (0..N).rev() {
        let known: f64 = (at + 1..N).map(|x| matrix[at][x] * wanted[x]).sum();
        wanted[at] = (wanted[at] - known) / matrix[at][at];
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_moves_a_belief_and_little_of_it_moves_it_little() {
        let before = Belief::first([0.0, 0.0]);
        let all: Vec<([f64; 2], bool)> = (0..40)
            .map(|at| ([1.0, f64::from(at % 2)], at % 2 == 1))
            .collect();
        let rows: Vec<&([f64; 2], bool)> = all.iter().collect();
        let little = before.after(&rows[..2], 1.0);
        let much = before.after(&rows, 1.0);
        let yes = [1.0, 1.0];
        assert!(before.chance(&yes) < little.chance(&yes));
        assert!(little.chance(&yes) < 0.7 && much.chance(&yes) > 0.75);
        assert!(much.chance(&[1.0, 0.0]) < 0.3);
    }
}
