//! A symmetric matrix split into a triangle and its mirror (Cholesky), so that questions to it
//! are answered fast.

/// Rows of the triangle that are worked on together: each finished row is read once for all.
const TOGETHER: usize = 24;

/// The lower triangle `L` of a positive definite matrix `L·Lᵀ`, row after row.
pub(super) struct Factor {
    size: usize,
    rows: Vec<f32>,
}

impl Factor {
    /// Splits the matrix whose lower triangle is given row after row: n³/3 multiplications.
    pub(super) fn of(size: usize, mut rows: Vec<f32>) -> Self {
        for first in (0..size).step_by(TOGETHER) {
            let last = (first + TOGETHER).min(size);
            let (done, open) = rows.split_at_mut(start(first));
            for column in 0..last {
                for row in first.max(column)..last {
                    let own = start(row) - start(first);
                    let (before, rest) = open.split_at_mut(own);
                    let pivot: &[f32] = if column == row {
                        &[]
                    } else if column < first {
                        &done[start(column)..=start(column) + column]
                    } else {
                        let at = start(column) - start(first);
                        &before[at..=at + column]
                    };
                    match pivot.split_last() {
                        Some((head, pivot)) => {
                            let sum = dot(&rest[..column], pivot);
                            rest[column] = (rest[column] - sum) / head;
                        }
                        None => {
                            let (left, own) = rest.split_at_mut(column);
                            // What rounding may take below zero stays solvable.
                            own[0] = (own[0] - dot(left, left)).max(1e-6).sqrt();
                        }
                    }
                }
            }
        }
        Self { size, rows }
    }

    /// What the matrix takes to `wanted`.
    pub(super) fn solve(&self, mut wanted: Vec<f32>) -> Vec<f32> {
        // What begins with zeros stays zero there.
        let first = wanted.iter().position(|x| *x != 0.0).unwrap_or(self.size);
        for row in first..self.size {
            let (left, head) = self.row(row);
            let sum = dot(&left[first..], &wanted[first..row]);
            wanted[row] = (wanted[row] - sum) / head;
        }
        for row in (0..self.size).rev() {
            let (left, head) = self.row(row);
            let value = wanted[row] / head;
            wanted[row] = value;
            wanted[..row]
                .iter_mut()
                .zip(left)
                .for_each(|(cell, x)| *cell -= value * x);
        }
        wanted
    }

    /// What stands left of the diagonal in a row, and on it.
    fn row(&self, row: usize) -> (&[f32], f32) {
        let from = start(row);
        (&self.rows[from..from + row], self.rows[from + row])
    }
}

/// Where a row of a lower triangle begins.
const fn start(row: usize) -> usize {
    row * (row + 1) / 2
}

/// The inner product, eight sums at a time.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (left, right) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = left
        .remainder()
        .iter()
        .zip(right.remainder())
        .map(|(x, y)| x * y)
        .sum();
    let mut sums = [0.0_f32; 8];
    for (x, y) in left.zip(right) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_solved_times_the_matrix_is_what_was_wanted(
            values in prop::collection::vec(-1.0_f32..1.0, 60 * 60),
            size in 1_usize..60,
        ) {
            let part = |row: usize, column: usize| values[row * 60 + column];
            let entry = |a: usize, b: usize| {
                let product: f32 = (0..size).map(|at| part(a, at) * part(b, at)).sum();
                product / size as f32 + if a == b { 0.5 } else { 0.0 }
            };
            let rows = (0..size).flat_map(|a| (0..=a).map(move |b| entry(a, b))).collect();
            let wanted: Vec<f32> = (0..size).map(|at| part(at, 59)).collect();
            let found = Factor::of(size, rows).solve(wanted.clone());
            for (row, expected) in wanted.iter().enumerate() {
                let got: f32 = found.iter().enumerate().map(|(at, x)| entry(row, at) * x).sum();
                prop_assert!((got - expected).abs() < 1e-3, "{got} for {expected}");
            }
        }
    }
}
